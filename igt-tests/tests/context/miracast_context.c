// SPDX-License-Identifier: MIT
/*
 * Contexts: how they are created and how they end. Limits and budget are in
 * miracast_context_limits.c, what IO_CONTROL makes of bad arguments in miracast_context_input.c,
 * sessions in miracast_context_session.c.
 */
#include <fcntl.h>
#include <sys/resource.h>

#include "lib_miracast_masters.h"
#include "miracast_context.h"

IGT_TEST_DESCRIPTION("Contexts of a miracast device: creation, limits, life.");

static int connectors(int card, uint32_t *ids, int room)
{
	drmModeResPtr resources = drmModeGetResources(card);
	int i, count;

	igt_assert(resources);
	count = resources->count_connectors;
	igt_assert_lte(count, room);
	for (i = 0; i < count; i++)
		ids[i] = resources->connectors[i];
	drmModeFreeResources(resources);
	return count;
}

static void test_create_destroy(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);

	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_CREATED);
	igt_assert_eq_u64(mc_statistics(ctx).session, 0);
	mc_expect(mc_destroy_errno(ctx->fd), 0);
	igt_assert_eq_u32(mc_caps(card).targets_free,
			  mc_caps(card).targets_total);
	/* Its dead descriptor holds no memory either. */
	mc_wait_at_rest(card);
	mc_ctx_close(ctx);
}

static void test_any_target(void)
{
	struct mc_ctx *ctx[16];
	int card = mc_card_open();
	struct drm_miracast_query_caps caps = mc_caps(card);
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	uint32_t i, j, count = caps.targets_total;

	if (caps.encoder_slots_total < count)
		count = caps.encoder_slots_total;
	for (i = 0; i < count; i++) {
		ctx[i] = mc_ctx_create(card, &limits);
		for (j = 0; j < i; j++) {
			igt_assert(ctx[i]->connector != ctx[j]->connector);
			igt_assert(ctx[i]->crtc != ctx[j]->crtc);
		}
	}
	mc_expect(mc_create_errno(card, &limits), -EBUSY);
	igt_assert_eq_u32(mc_caps(card).targets_free,
			  caps.targets_total - count);
	/* A target that becomes free in the middle is found again. */
	j = ctx[count / 2]->connector;
	mc_ctx_close(ctx[count / 2]);
	ctx[count / 2] = mc_ctx_create(card, &limits);
	igt_assert(count < caps.targets_total ||
		   ctx[count / 2]->connector == j);
	for (i = 0; i < count; i++)
		mc_ctx_close(ctx[i]);
}

static void test_chosen_target(void)
{
	int card = mc_card_open();
	uint32_t ids[16];
	int i, count = connectors(card, ids, 16);

	for (i = count - 1; i >= 0; i--) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);
		struct mc_ctx *ctx;

		limits.connector_id = ids[i];
		ctx = mc_ctx_create(card, &limits);
		igt_assert_eq_u32(ctx->connector, ids[i]);
		mc_expect(mc_create_errno(card, &limits), -EBUSY);
		mc_ctx_close(ctx);
	}
}

static void test_bad_connector(void)
{
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	const uint32_t bad[] = { kms->crtc, kms->primary, kms->cursor,
				 kms->props.fb_id, 0xdeadbeef, UINT32_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);

		limits.connector_id = bad[i];
		mc_expect_f(mc_create_errno(card, &limits), -ENOENT,
			    "connector %#x", bad[i]);
	}
	igt_assert(mc_at_rest(card));
}

/* Arguments that are wrong whatever the device. */
static const struct {
	const char *name;
	size_t offset;
	uint32_t value;
} bad_values[] = {
#define BAD(member, value) \
	{ #member " = " #value, \
	  offsetof(struct drm_miracast_create_context, member), value }
	BAD(pad, 1), BAD(pad, 1u << 31),
	BAD(delivery, 0), BAD(delivery, 3), BAD(delivery, UINT32_MAX),
	BAD(buffer_count, 0), BAD(buffer_count, 1), BAD(buffer_count, 17),
	BAD(buffer_count, 65536), BAD(buffer_count, UINT32_MAX),
	BAD(parts, 0), BAD(parts, 17), BAD(parts, 65536),
	BAD(parts, UINT32_MAX),
	BAD(max_width, 0), BAD(max_width, 639), BAD(max_width, 65536),
	BAD(max_width, 1u << 31), BAD(max_width, UINT32_MAX),
	BAD(max_height, 0), BAD(max_height, 479), BAD(max_height, 65536),
	BAD(max_height, 1u << 31), BAD(max_height, UINT32_MAX),
	BAD(max_refresh_mhz, 0), BAD(max_refresh_mhz, 59999),
	BAD(max_refresh_mhz, 65536000), BAD(max_refresh_mhz, UINT32_MAX),
	BAD(max_macroblock_rate, 1), BAD(max_macroblock_rate, 71999),
	BAD(color.reserved, 1), BAD(color.reserved, 1u << 31),
#undef BAD
};

static void test_bad_values(void)
{
	int card = mc_card_open();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad_values); i++) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);

		*(uint32_t *)((char *)&limits + bad_values[i].offset) =
			bad_values[i].value;
		mc_expect_f(mc_create_errno(card, &limits), -EINVAL, "%s",
			    bad_values[i].name);
	}
	for (i = 6; i < 32; i++) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);

		limits.flags = 1u << i;
		mc_expect_f(mc_create_errno(card, &limits), -EINVAL, "flag %u",
			    i);
	}
	igt_assert(mc_at_rest(card));
}

static void test_bad_formats(void)
{
	static const uint32_t formats[] = {
		0, 1, DRM_FORMAT_RGB565, DRM_FORMAT_ARGB8888,
		DRM_FORMAT_XBGR8888, DRM_FORMAT_BIG_ENDIAN, UINT32_MAX,
	};
	int card = mc_card_open();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);

		limits.format = formats[i];
		mc_expect_f(mc_create_errno(card, &limits), -EOPNOTSUPP,
			    "format %#x", formats[i]);
	}
	igt_assert(mc_at_rest(card));
}

/* Nor are there other layouts and colors yet. */
static void test_bad_colors(void)
{
	static const uint64_t modifiers[] = {
		1, DRM_FORMAT_MOD_INVALID, I915_FORMAT_MOD_X_TILED, 1ull << 63,
	};
	int card = mc_card_open();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modifiers); i++) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);

		limits.modifier = modifiers[i];
		mc_expect_f(mc_create_errno(card, &limits), -EOPNOTSUPP,
			    "modifier %u", i);
		limits = mc_limits_direct(640, 480);
		limits.modifier = modifiers[i];
		mc_expect_f(mc_create_errno(card, &limits), -EINVAL,
			    "DIRECT, modifier %u", i);
	}
	for (i = 0; i < 4; i++) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);

		((uint8_t *)&limits.color)[i] = 1;
		mc_expect_f(mc_create_errno(card, &limits), -EOPNOTSUPP,
			    "color %u", i);
		limits = mc_limits_direct(640, 480);
		((uint8_t *)&limits.color)[i] = 1;
		mc_expect_f(mc_create_errno(card, &limits), -EINVAL,
			    "DIRECT, color %u", i);
	}
	igt_assert(mc_at_rest(card));
}

static void test_output_is_not_input(void)
{
	int card = mc_card_open();
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);

	limits.context_fd = 0x12345678;
	limits.crtc_id = UINT32_MAX;
	limits.context_number = UINT64_MAX;
	mc_ctx_close(mc_ctx_create(card, &limits));
}

static void test_close_on_exec(void)
{
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), NULL);

	igt_assert(fcntl(ctx->fd, F_GETFD) & FD_CLOEXEC);
	mc_ctx_close(ctx);
}

static void test_card_closed(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	int card = mc_card_open();
	uint32_t connector;
	struct mc_ctx *ctx;

	/* The master's own would end with it, see access@gone-own. */
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	ctx = mc_ctx_create(card, &limits);
	mc_close(card);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	card = mc_card_open_bystander();
	igt_assert(mc_connected(card, ctx->connector));
	connector = ctx->connector;
	mc_ctx_close(ctx);
	igt_assert(!mc_connected(card, connector));
	mc_close(card);
}

static void test_read_only_argument(void)
{
	const struct drm_miracast_create_context limits =
		mc_limits(640, 480, 2);
	int card = mc_card_open();
	int fds = mc_count_fds();
	char *end = mc_before_hole(sizeof(limits));
	size_t out;

	mc_expect(mc_create_errno(card, mc_read_only(&limits, sizeof(limits))),
		  -EFAULT);
	igt_assert_eq(mc_count_fds(), fds);
	igt_assert(mc_at_rest(card));
	for (out = 4; out < sizeof(limits); out += 4) {
		memcpy(end + out, &limits, sizeof(limits) - out);
		mc_expect_f(mc_create_errno(card, (void *)(end + out)), -EFAULT,
			    "%zu bytes not mapped", out);
	}
	mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_CREATE_CONTEXT, NULL),
		  -EFAULT);
	igt_assert_eq(mc_count_fds(), fds);
	igt_assert(mc_at_rest(card));
}

static void test_cut_argument(void)
{
	const struct drm_miracast_create_context want = mc_limits(640, 480, 2);
	struct drm_miracast_create_context arg;
	int card = mc_card_open();
	int fds = mc_count_fds();
	size_t size;

	/* A caller whose struct is too short for the results gets no context. */
	for (size = 0; size < sizeof(arg); size += 4) {
		arg = want;
		mc_ioctl_errno(card, _IOC(_IOC_READ | _IOC_WRITE,
					  DRM_IOCTL_BASE, DRM_COMMAND_BASE +
					  DRM_MIRACAST_CREATE_CONTEXT, size),
			       &arg);
		if (mc_count_fds() > fds) {
			igt_assert_f(arg.context_fd >= 0,
				     "a descriptor that nobody knows, size %zu\n",
				     size);
			close(arg.context_fd);
		}
		mc_wait_at_rest(card);
	}
	arg = want;
	mc_ioctl_errno(card, _IOC(_IOC_WRITE, DRM_IOCTL_BASE, DRM_COMMAND_BASE +
				  DRM_MIRACAST_CREATE_CONTEXT, sizeof(arg)),
		       &arg);
	igt_assert_eq(mc_count_fds(), fds);
	igt_assert(mc_at_rest(card));
}

static void test_no_descriptors_left(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	int card = mc_card_open();
	struct rlimit old, tight;
	int next = dup(card), ret;

	igt_assert_fd(next);
	close(next);
	igt_assert_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	tight = old;
	tight.rlim_cur = next;
	igt_assert_eq(setrlimit(RLIMIT_NOFILE, &tight), 0);
	ret = mc_create_errno(card, &limits);
	igt_assert_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	mc_expect(ret, -EMFILE);
	igt_assert(mc_at_rest(card));
}

static void test_numbers_grow(void)
{
	int card = mc_card_open();
	uint64_t last = 0;
	int i;

	for (i = 0; i < 5; i++) {
		struct mc_ctx *ctx = mc_ctx_create(card, NULL);

		igt_assert_lt_u64(last, ctx->number);
		last = ctx->number;
		mc_ctx_close(ctx);
	}
}

static const struct mc_subtest subtests[] = {
	{ "create-destroy",
	  "A fresh context has no session; destroying it frees all at once.",
	  test_create_destroy },
	{ "any-target",
	  "Every context gets a target of its own until there are none.",
	  test_any_target },
	{ "chosen-target",
	  "A connector can be named, and only once.",
	  test_chosen_target },
	{ "bad-connector",
	  "Objects that are not connectors of the device are ENOENT.",
	  test_bad_connector },
	{ "bad-values",
	  "Flags, padding and values out of their range are refused.",
	  test_bad_values },
	{ "bad-formats",
	  "Formats that the driver does not make are EOPNOTSUPP.",
	  test_bad_formats },
	{ "bad-colors",
	  "Modifiers and colors other than zero are not offered in COPY, and malformed in DIRECT.",
	  test_bad_colors },
	{ "output-is-not-input",
	  "Output members may hold anything on input.",
	  test_output_is_not_input },
	{ "close-on-exec",
	  "A context does not leak into programs that its owner starts.",
	  test_close_on_exec },
	{ "card-closed",
	  "The context works without the card node.",
	  test_card_closed },
	{ "read-only-argument",
	  "When the results cannot be written, no descriptor and no budget is lost.",
	  test_read_only_argument },
	{ "cut-argument",
	  "A struct that is cut short or write-only does not lose a descriptor.",
	  test_cut_argument },
	{ "no-descriptors-left",
	  "EMFILE takes nothing.",
	  test_no_descriptors_left },
	{ "numbers-grow",
	  "Context numbers are not used twice.",
	  test_numbers_grow },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_context_limits);
	mc_subtests(mc_context_life);
	mc_subtests(mc_context_session);
	mc_subtests(mc_context_input);
	mc_subtests(mc_context_outer);
}
