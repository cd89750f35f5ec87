// SPDX-License-Identifier: MIT
/*
 * Trace points of calls: each call with its result, and those of the synchronisation class
 * with enter and leave.
 */
#include <stdarg.h>

#include "lib_miracast_masters.h"
#include "miracast_trace.h"

#define WIDTH 640
#define HEIGHT 480
#define ROOM_KIB 1024

#define LL(x) ((unsigned long long)(x))

static char story[64][128];
static unsigned int story_length;

__attribute__((format(printf, 1, 2)))
static void expect(const char *f, ...)
{
	va_list args;

	igt_assert_lt(story_length, (int)ARRAY_SIZE(story));
	va_start(args, f);
	vsnprintf(story[story_length++], sizeof(story[0]), f, args);
	va_end(args);
}

/* A call under the class mutex: it is entered, left, and ends. */
static void expect_class(unsigned long long context, const char *call,
			 unsigned int code, int ret)
{
	/* CREATE_CONTEXT is made on the card node. */
	expect("class_enter: context=%llu call=%s code=%u", context, call,
	       code);
	expect("class_leave: context=%llu call=%s code=%u", context, call,
	       code);
	expect("ioctl: context=%llu call=%s code=%u ret=%d", context, call,
	       code, ret);
}

static bool is_call(const struct mc_point_event *event)
{
	return !strcmp(event->name, "ioctl") ||
	       !strcmp(event->name, "class_enter") ||
	       !strcmp(event->name, "class_leave");
}

static void check_story(const struct mc_points *trace)
{
	unsigned int got = 0;
	char line[512];
	size_t i;

	for (i = 0; i < trace->count; i++) {
		const struct mc_point_event *event = &trace->events[i];

		if (!is_call(event) || event->tid != getpid())
			continue;
		snprintf(line, sizeof(line), "%s: %s", event->name,
			 event->fields);
		igt_assert_f(got < story_length, "unexpected: %s\n", line);
		igt_assert_f(!strcmp(line, story[got]),
			     "\"%s\", expected \"%s\"\n", line, story[got]);
		got++;
	}
	igt_assert_f(got == story_length, "missing: %s\n", story[got]);
	story_length = 0;
}

static int io(int fd, uint32_t code)
{
	uint64_t in[4] = {};

	return mc_io_errno(fd, code, in, 8, NULL, 0, NULL);
}

static void test_calls(void)
{
	struct drm_miracast_create_context arg = mc_limits(WIDTH, HEIGHT, 2);
	struct drm_miracast_query_caps caps = { .flags = 1 };
	struct drm_miracast_create_context bad = {}, taken;
	struct drm_miracast_io_control wrong_io = {
		.code = DRM_MIRACAST_CODE_STOP_SESSION,
		.flags = 1,
	};
	struct drm_miracast_release_chunk wrong_release = { .pad = 1 };
	unsigned long long number;
	int card = mc_card_open(), node = mc_node_open(), fd;

	story_length = 0;
	mc_points_begin(ROOM_KIB);
	mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS, &caps),
		  -EINVAL);
	expect("ioctl: context=0 call=query-caps code=0 ret=%d", -EINVAL);
	mc_expect(mc_caps_errno(card, &caps), 0);
	expect("ioctl: context=0 call=query-caps code=0 ret=0");

	mc_expect(mc_create_errno(card, &bad), -EINVAL);
	expect("ioctl: context=0 call=create-context code=0 ret=%d", -EINVAL);
	mc_expect(mc_create_errno(card, &arg), 0);
	expect_class(0, "create-context", 0, 0);
	number = arg.context_number;
	fd = arg.context_fd;
	taken = mc_limits(WIDTH, HEIGHT, 2);
	taken.connector_id = arg.connector_id;
	mc_expect(mc_create_errno(card, &taken), -EBUSY);
	expect_class(0, "create-context", 0, -EBUSY);
	/* The same by /dev/miracast. */
	mc_expect(mc_caps_errno(node, &caps), 0);
	expect("ioctl: context=0 call=query-caps code=0 ret=0");
	mc_expect(mc_create_errno(node, &bad), -EINVAL);
	expect("ioctl: context=0 call=create-context code=0 ret=%d", -EINVAL);

	mc_expect(io(fd, DRM_MIRACAST_CODE_STOP_SESSION), -ENOTCONN);
	expect_class(number, "io-control", DRM_MIRACAST_CODE_STOP_SESSION,
		     -ENOTCONN);
	mc_expect(io(fd, DRM_MIRACAST_CODE_START_SESSION), 0);
	expect_class(number, "io-control", DRM_MIRACAST_CODE_START_SESSION, 0);
	mc_expect(io(fd, DRM_MIRACAST_CODE_START_SESSION), -EALREADY);
	expect_class(number, "io-control", DRM_MIRACAST_CODE_START_SESSION,
		     -EALREADY);
	mc_expect(io(fd, 99), -EOPNOTSUPP);
	expect("ioctl: context=%llu call=io-control code=99 ret=%d", number,
	       -EOPNOTSUPP);
	/* Input that is refused before the class is needed. */
	mc_expect(io(fd, DRM_MIRACAST_CODE_MONITOR_ARRIVE), -EINVAL);
	expect("ioctl: context=%llu call=io-control code=%d ret=%d", number,
	       DRM_MIRACAST_CODE_MONITOR_ARRIVE, -EINVAL);
	mc_expect(mc_io_errno(fd, DRM_MIRACAST_CODE_STOP_SESSION, NULL, 8, NULL,
			      0, NULL),
		  -EFAULT);
	expect("ioctl: context=%llu call=io-control code=%d ret=%d", number,
	       DRM_MIRACAST_CODE_STOP_SESSION, -EFAULT);
	mc_expect(mc_release_errno(fd, 1, 1), -ENOENT);
	expect("ioctl: context=%llu call=release-chunk code=0 ret=%d", number,
	       -ENOENT);
	/* Refused for its own arguments, or for want of them. */
	mc_expect(mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_IO_CONTROL, &wrong_io),
		  -EINVAL);
	expect("ioctl: context=%llu call=io-control code=%d ret=%d", number,
	       DRM_MIRACAST_CODE_STOP_SESSION, -EINVAL);
	mc_expect(mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_IO_CONTROL, NULL),
		  -EFAULT);
	expect("ioctl: context=%llu call=io-control code=0 ret=%d", number,
	       -EFAULT);
	mc_expect(mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
				 &wrong_release), -EINVAL);
	expect("ioctl: context=%llu call=release-chunk code=0 ret=%d", number,
	       -EINVAL);

	mc_expect(mc_destroy_errno(fd), 0);
	expect("ioctl: context=%llu call=destroy-context code=0 ret=0",
	       number);
	mc_expect(mc_destroy_errno(fd), 0);
	expect("ioctl: context=%llu call=destroy-context code=0 ret=0",
	       number);
	mc_expect(io(fd, DRM_MIRACAST_CODE_START_SESSION), -ESTALE);
	expect("ioctl: context=%llu call=io-control code=0 ret=%d", number,
	       -ESTALE);
	mc_expect(mc_release_errno(fd, 1, 1), -ESTALE);
	expect("ioctl: context=%llu call=release-chunk code=0 ret=%d", number,
	       -ESTALE);
	mc_close(fd);
	check_story(mc_points_end());
}

/* Members that must be zero are not; flags come first, if there are any. */
static void make_invalid(const struct mc_code *code, uint8_t *input)
{
	if (code->zero[0] != 0xffff)
		input[code->zero[0]] = 1;
	else
		memset(input, 0xff, sizeof(uint32_t));
}

/* Every code that there is, in each state. */
static void test_codes(void)
{
	int card = mc_card_open();
	uint64_t codes = mc_caps(card).io_control_codes;
	unsigned int i, state;

	for (state = 0; state < MC_STATES; state++) {
		struct mc_ctx *ctx = mc_ctx_in_state(card, state);

		story_length = 0;
		mc_points_begin(ROOM_KIB);
		for (i = 0; i < mc_code_count; i++) {
			const struct mc_code *code = &mc_codes[i];
			bool offered = code->code !=
				       DRM_MIRACAST_CODE_SET_BUFFERS;
			int want = offered ? -EINVAL : -EOPNOTSUPP;
			uint8_t input[MC_INPUT_MAX], output[1024];
			int ret;

			if (!(codes >> code->code & 1))
				continue;
			mc_code_input(code, input);
			/* Refused in every state. */
			make_invalid(code, input);
			ret = mc_io_errno(ctx->fd, code->code, input,
					  code->in_size, output,
					  code->out_size, NULL);
			mc_expect_f(ret, want, "%s when %s", code->name,
				    mc_state_names[state]);
			expect("ioctl: context=%llu call=io-control code=%u ret=%d",
			       LL(ctx->number), code->code, want);
		}
		check_story(mc_points_end());
		mc_ctx_close(ctx);
	}
}

const struct mc_subtest mc_trace_calls[] = {
	{ "calls",
	  "Calls are traced with their results; those of the class with enter and leave.",
	  test_calls },
	{ "codes",
	  "Every code's refusal is traced, in each state, without entering the class.",
	  test_codes },
	{}
};
