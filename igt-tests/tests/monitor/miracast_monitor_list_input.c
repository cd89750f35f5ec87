// SPDX-License-Identifier: MIT
/*
 * Lists of modes that are refused: for their contents, their size or their address.
 */
#include <unistd.h>

#include "miracast_monitor.h"

static void test_modes_bad(void)
{
	static const struct drm_miracast_mode bad[] = {
		{ .width = 0, .height = 480, .refresh_mhz = 60000 },
		{ .width = 640, .height = 0, .refresh_mhz = 60000 },
		{ .width = 640, .height = 480, .refresh_mhz = 0 },
		{ .width = 16385, .height = 480, .refresh_mhz = 60000 },
		{ .width = 640, .height = 16385, .refresh_mhz = 60000 },
		{ .width = UINT32_MAX, .height = 480, .refresh_mhz = 60000 },
		{ .width = 640, .height = UINT32_MAX, .refresh_mhz = 60000 },
		{ .width = 640, .height = 480, .refresh_mhz = UINT32_MAX },
		{ .width = 65536, .height = 65536, .refresh_mhz = 60000 },
		{ .width = 640, .height = 480, .refresh_mhz = 60000,
		  .flags = 2 },
		{ .width = 640, .height = 480, .refresh_mhz = 60000,
		  .flags = 1u << 31 },
		{ .width = 640, .height = 480, .refresh_mhz = 60000,
		  .pad = 1 },
		{ .width = 640, .height = 480, .refresh_mhz = 60000,
		  .pad = 1u << 31 },
	};
	struct drm_miracast_mode list[3] = { mc_several_modes[0], mc_several_modes[1] };
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct drm_miracast_monitor_arrive arg = mc_monitor(list, 3);

		list[2] = bad[i];
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), -EINVAL, "mode %u",
			    i);
	}
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	igt_assert(!mc_connected(card, ctx->connector));
	mc_ctx_close(ctx);
}

/* All zero stands for the only colors of this version. */
static void test_mode_colors(void)
{
	static const struct {
		struct drm_miracast_color color;
		int want;
	} cases[] = {
		{ { .primaries = 1 }, -EOPNOTSUPP },
		{ { .transfer = 16 }, -EOPNOTSUPP },
		{ { .matrix = 255 }, -EOPNOTSUPP },
		{ { .full_range = 1 }, -EOPNOTSUPP },
		{ { .reserved = 1 }, -EINVAL },
		{ { .reserved = 1u << 31 }, -EINVAL },
		{ { .primaries = 1, .reserved = 1 }, -EINVAL },
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i, at;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (at = 0; at < 3; at++) {
			struct drm_miracast_mode list[3] = {
				mc_several_modes[0], mc_several_modes[1], mc_several_modes[2],
			};
			struct drm_miracast_monitor_arrive arg =
				mc_monitor(list, 3);

			list[at].color = cases[i].color;
			mc_expect_f(mc_arrive_errno(ctx->fd, &arg),
				    cases[i].want, "mode %u, case %u", at, i);
		}
	}
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	igt_assert(!mc_connected(card, ctx->connector));
	mc_ctx_close(ctx);
}

static void test_mode_counts(void)
{
	static const uint32_t counts[] = { 65536, 1u << 28, (1u << 28) + 1,
					   1u << 31, UINT32_MAX };
	int card = mc_card_open();
	uint32_t most = mc_caps(card).max_modes, i;
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	struct drm_miracast_mode *list = calloc(most + 1, sizeof(*list));
	struct drm_miracast_monitor_arrive arg = mc_monitor(list, most);

	igt_assert(list);
	for (i = 0; i <= most; i++)
		list[i] = (struct drm_miracast_mode) {
			.width = 640 + i % 64 * 8,
			.height = 480 + i / 64,
			.refresh_mhz = 60000,
		};
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		arg.mode_count = counts[i];
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), -EINVAL,
			    "%u modes", counts[i]);
	}
	arg.mode_count = most + 1;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), -EINVAL);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	arg.mode_count = most;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	igt_assert(most <= 64 * 240);
	igt_assert_lte(most, mc_monitor_count_modes(card, ctx));
	free(list);
	mc_ctx_close(ctx);
}

static void test_mode_pointers(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t size = sizeof(mc_several_modes), missing;
	uint8_t *end = mc_before_hole(size);
	struct drm_miracast_monitor_arrive arg =
		mc_monitor(NULL, ARRAY_SIZE(mc_several_modes));

	mc_expect(mc_arrive_errno(ctx->fd, &arg), -EFAULT);
	for (missing = 4; missing < size; missing += 4) {
		memcpy(end + missing, mc_several_modes, size - missing);
		arg.modes = (uintptr_t)(end + missing);
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), -EFAULT,
			    "%zu bytes not mapped", missing);
	}
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	arg.modes = 8;
	arg.mode_count = 0;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	mc_ctx_close(ctx);
}

/* An owner of another version has structs of another size. */
static void test_mode_strides(void)
{
	static const uint32_t bad[] = { 0, 1, sizeof(mc_several_modes[0]) - 8,
					sizeof(mc_several_modes[0]) - 1 };
	const uint32_t known = sizeof(mc_several_modes[0]), count = ARRAY_SIZE(mc_several_modes);
	struct drm_miracast_monitor_arrive arg = mc_monitor(mc_several_modes, count);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t room = sysconf(_SC_PAGESIZE) * count;
	uint8_t *list = calloc(1, room);
	uint32_t stride, i;

	igt_assert(list);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		arg.mode_stride = bad[i];
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), -EINVAL,
			    "stride %u", bad[i]);
	}
	for (stride = known + 1; stride <= room / count;
	     stride += stride < 2 * known ? 1 : 397) {
		memset(list, 0, room);
		for (i = 0; i < count; i++)
			memcpy(list + i * stride, &mc_several_modes[i], known);
		arg.modes = (uintptr_t)list;
		arg.mode_stride = stride;
		/* A member of tomorrow that asks for something. */
		list[count * stride - 1] = 1;
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), -E2BIG,
			    "stride %u", stride);
		igt_assert_eq_u32(mc_state(ctx), stride == known + 1 ?
				  DRM_MIRACAST_STATE_STARTED :
				  DRM_MIRACAST_STATE_MONITOR);
		list[count * stride - 1] = 0;
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), 0, "stride %u",
			    stride);
	}
	mc_wait_connected(card, ctx->connector, true);
	for (i = 0; i < count; i++)
		igt_assert_f(mc_monitor_offers(card, ctx, mc_several_modes[i].width,
				    mc_several_modes[i].height, mc_several_modes[i].refresh_mhz),
			     "mode %u is missing\n", i);

	arg.mode_stride = room / count + 1;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), -E2BIG);
	arg.mode_stride = UINT32_MAX;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), -E2BIG);
	/* Without modes the stride means nothing. */
	arg.mode_count = 0;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		arg.mode_stride = bad[i];
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), 0, "stride %u",
			    bad[i]);
	}
	arg.mode_stride = known;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	arg.mode_stride = UINT32_MAX;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	/* Arrays that go on at address 0, or in the kernel. */
	arg.mode_count = count;
	for (i = 1; i <= count * 2 * known; i += known / 2) {
		arg.modes = 0ull - i;
		arg.mode_stride = known;
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), -EFAULT, "-%u", i);
		arg.mode_stride = 2 * known;
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), -EFAULT, "-%u", i);
	}
	free(list);
	mc_ctx_close(ctx);
}

static void test_dividers(void)
{
	static const uint32_t bad[] = { 0, 64, 65, 1u << 31, UINT32_MAX };
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		mc_expect_f(mc_monitor_arrive_both(ctx, bad[i]), -EINVAL, "divider %u",
			    bad[i]);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	for (i = 1; i <= 63; i++)
		mc_expect_f(mc_monitor_arrive_both(ctx, i), 0, "divider %u", i);
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_monitor_list_input[] = {
	{ "modes-bad",
	  "Values that no mode can have are refused, with the whole list.",
	  test_modes_bad },
	{ "mode-colors",
	  "Colors that are not offered are EOPNOTSUPP, malformed ones EINVAL.",
	  test_mode_colors },
	{ "mode-counts", "Absurd numbers of modes are refused.",
	  test_mode_counts },
	{ "mode-pointers",
	  "Mode lists that are not there, or partly, are EFAULT.",
	  test_mode_pointers },
	{ "mode-strides",
	  "Longer elements are taken when the rest is zero; shorter ones are not.",
	  test_mode_strides },
	{ "dividers", "Dividers are 1 to 63.", test_dividers },
	{}
};
