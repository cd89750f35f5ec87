// SPDX-License-Identifier: MIT
/*
 * The module: unloaded, loaded again, and its parameters.
 */
#include <fcntl.h>

#include "miracast_unplug.h"

static void test_unload_refused(void)
{
	int card = mc_card_open();
	struct mc_scene *scene;
	struct mc_chunk chunk;
	int buffer;

	mc_expect(mc_module_unload_errno(), -EAGAIN);
	scene = mc_scene_on(card, 640, 480, 2);
	mc_wait_chunk(scene->ctx, &chunk);
	buffer = mc_keep(dup(mc_buffer(scene->ctx,
				       chunk.event.buffer)->info.fds[0]));
	mc_off(scene->kms);
	mc_close(card);
	mc_expect(mc_module_unload_errno(), -EAGAIN);
	/* Also when its device is gone already */
	mc_unbind();
	mc_expect(mc_module_unload_errno(), -EAGAIN);
	mc_ctx_close(scene->ctx);
	mc_expect(mc_module_unload_errno(), -EAGAIN);
	mc_close(buffer);
}

static void test_reload(void)
{
	int i;

	for (i = 1; i <= 16; i += 5) {
		char parameters[32];
		int card;

		snprintf(parameters, sizeof(parameters), "targets=%d", i);
		mc_module_reload(parameters);
		card = mc_card_open();
		igt_assert_eq_u32(mc_caps(card).targets_total, i);
		mc_close(card);
		unplug_expect_working();
		mc_forget_all();
	}
}

/* Whether a message that was not read yet has @text in it. */
static bool log_has(int log, const char *text)
{
	char line[2048];
	ssize_t got;

	while ((got = read(log, line, sizeof(line) - 1)) > 0 ||
	       (got < 0 && errno == EPIPE)) {
		line[got < 0 ? 0 : got] = 0;
		if (strstr(line, text))
			return true;
	}
	return false;
}

static void test_bad_parameters(void)
{
	static const char *const bad[] = {
		"targets=0", "targets=17", "targets=4294967295",
		"encoder_slots=17", "encoder_slots=4294967295",
		"macroblock_rate=0", "macroblock_rate=71999",
		"picture_memory_mib=0", "picture_memory_mib=2",
	};
	/* The kernel's own checks. */
	static const char *const malformed[] = {
		"targets=-1", "targets=x", "encoder_slots=-1",
		"macroblock_rate=-1", "picture_memory_mib=4294967296",
		"hdcp=2",
	};
	unsigned int i;
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	igt_assert_f(log >= 0, "/dev/kmsg: %m\n");
	mc_keep(log);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		char want[64];

		igt_assert(lseek(log, 0, SEEK_END) >= 0);
		mc_expect_f(mc_module_reload_errno(bad[i]), -EINVAL, "%s",
			    bad[i]);
		/* The message says whose parameter it is. */
		snprintf(want, sizeof(want), "miracast: %s is ", bad[i]);
		igt_assert_f(log_has(log, want), "no \"%s\" in the log\n",
			     want);
	}
	for (i = 0; i < ARRAY_SIZE(malformed); i++) {
		int ret = mc_module_reload_errno(malformed[i]);

		igt_assert_f(ret == -EINVAL || ret == -ERANGE,
			     "%s: got %s\n", malformed[i], mc_strerror(ret));
	}
}

/* The least of each parameter makes a device that gives a context. */
static void test_least_parameters(void)
{
	static const char *const least[] = {
		"targets=1", "encoder_slots=16", "encoder_slots=0",
		"macroblock_rate=72000", "picture_memory_mib=3",
		"targets=16 encoder_slots=1 macroblock_rate=72000 picture_memory_mib=3",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(least); i++) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);
		int card;

		mc_module_reload(least[i]);
		card = mc_card_open();
		mc_expect_f(mc_create_errno(card, &limits), 0, "%s", least[i]);
		mc_close(limits.context_fd);
		mc_close(card);
	}
}

const struct mc_subtest mc_unplug_module[] = {
	{ "unload-refused",
	  "The module stays while card, context or buffer is open.",
	  test_unload_refused },
	{ "reload", "The module loads with any number of targets.",
	  test_reload },
	{ "bad-parameters",
	  "Parameters out of range are refused, with a message of the module.",
	  test_bad_parameters },
	{ "least-parameters",
	  "With the least of each parameter a context can be had.",
	  test_least_parameters },
	{}
};
