// SPDX-License-Identifier: MIT
/*
 * Lists of modes: the modes that clients are offered, their rates, and the modes that are
 * left out.
 */
#include "miracast_monitor.h"

static void test_modes_none(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);

	mc_arrive_modes(ctx, NULL, 0);
	igt_assert(mc_connected(card, ctx->connector));
	igt_assert_eq(mc_monitor_count_modes(card, ctx), 1);
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
	mc_ctx_close(ctx);
}

static void test_modes_explicit(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	drmModeConnector *connector;
	int i, preferred = 0;

	mc_arrive_modes(ctx, mc_several_modes, ARRAY_SIZE(mc_several_modes));
	for (i = 0; i < (int)ARRAY_SIZE(mc_several_modes); i++)
		igt_assert_f(mc_monitor_offers(card, ctx, mc_several_modes[i].width,
				    mc_several_modes[i].height, mc_several_modes[i].refresh_mhz),
			     "mode %d is missing\n", i);
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));

	connector = mc_connector(card, ctx->connector);
	for (i = 0; i < connector->count_modes; i++) {
		const drmModeModeInfo *mode = &connector->modes[i];

		igt_assert(!(mode->flags & (DRM_MODE_FLAG_INTERLACE |
					    DRM_MODE_FLAG_DBLSCAN)));
		if (!(mode->type & DRM_MODE_TYPE_PREFERRED))
			continue;
		preferred++;
		igt_assert_eq(mode->hdisplay, 1280);
		igt_assert_eq(mode->vdisplay, 720);
		igt_assert_eq(mode->vrefresh, 60);
	}
	igt_assert_eq(preferred, 1);
	drmModeFreeConnector(connector);
	mc_ctx_close(ctx);
}

static void test_modes_exact_rates(void)
{
	static const uint32_t rates[] = { 23976, 24000, 25000, 29970, 30000,
					  48000, 50000, 59940, 60000 };
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		struct drm_miracast_mode mode = {
			.width = 1280, .height = 720, .refresh_mhz = rates[i],
		};
		drmModeModeInfo got;

		mc_arrive_modes(ctx, &mode, 1);
		mc_wait_connected(card, ctx->connector, true);
		igt_assert(mc_find_mode(card, ctx->connector, 1280, 720,
					rates[i], &got));
		igt_assert_eq_u64(mc_mode_mhz(&got), rates[i]);
	}
	mc_ctx_close(ctx);
}

static void test_modes_and_edid(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	uint8_t edid[MC_EDID_BLOCK];
	size_t size = mc_edid(edid, 1, '1');

	mc_expect(mc_monitor_arrive_both(ctx, 1), 0);
	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 800, 600, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
	mc_ctx_close(ctx);
}

static void test_vsync_divider(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	drmModeConnector *connector;
	int i;

	mc_expect(mc_monitor_arrive_both(ctx, 2), 0);
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 30000));
	igt_assert(mc_monitor_offers(card, ctx, 1024, 576, 25000));
	igt_assert(mc_monitor_offers(card, ctx, 848, 480, 29970));
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
	/* 30 / 2 and 24 / 2 are too slow for a desktop. */
	connector = mc_connector(card, ctx->connector);
	for (i = 0; i < connector->count_modes; i++) {
		const drmModeModeInfo *mode = &connector->modes[i];

		igt_assert(mc_mode_mhz(mode) >= 23900);
		igt_assert(mc_mode_mhz(mode) <= 30100 ||
			   (mode->hdisplay == 640 && mode->vdisplay == 480));
	}
	drmModeFreeConnector(connector);
	/* 60 / 3: nothing but the mode that every sink has. */
	mc_expect(mc_monitor_arrive_both(ctx, 3), 0);
	mc_wait_connected(card, ctx->connector, true);
	igt_assert_eq(mc_monitor_count_modes(card, ctx), 1);
	mc_expect(mc_monitor_arrive_both(ctx, 63), 0);
	mc_wait_connected(card, ctx->connector, true);
	igt_assert_eq(mc_monitor_count_modes(card, ctx), 1);
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
	mc_ctx_close(ctx);
}

/* A list in which each mode says for itself how often it is shown. */
static void test_vsync_divider_of_mode(void)
{
	static const struct drm_miracast_mode modes[] = {
		{ .width = 1280, .height = 720, .refresh_mhz = 60000,
		  .vsync_divider = 2 },
		{ .width = 1024, .height = 576, .refresh_mhz = 50000 },
		{ .width = 800, .height = 600, .refresh_mhz = 60000,
		  .vsync_divider = 1 },
		{ .width = 848, .height = 480, .refresh_mhz = 60000,
		  .vsync_divider = 63 },
	};
	struct drm_miracast_monitor_arrive arg =
		mc_monitor(modes, ARRAY_SIZE(modes));
	struct drm_miracast_mode bad = modes[0];
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);

	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 30000));
	igt_assert(!mc_monitor_offers(card, ctx, 1280, 720, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 1024, 576, 50000));
	igt_assert(mc_monitor_offers(card, ctx, 800, 600, 60000));
	igt_assert(!mc_monitor_offers(card, ctx, 848, 480, 0));
	/* The monitor's divider applies to modes without one of their own. */
	arg.vsync_divider = 2;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	mc_wait_connected(card, ctx->connector, true);
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 30000));
	igt_assert(mc_monitor_offers(card, ctx, 1024, 576, 25000));
	igt_assert(mc_monitor_offers(card, ctx, 800, 600, 60000));

	arg = mc_monitor(&bad, 1);
	bad.vsync_divider = 64;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), -EINVAL);
	bad.vsync_divider = UINT32_MAX;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), -EINVAL);
	bad.vsync_divider = 63;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	mc_ctx_close(ctx);
}

/* What a sink of level 4 has: 1080p30, 720p60, but not 1080p60. */
static void test_modes_pruned_by_rate(void)
{
	static const struct drm_miracast_mode modes[] = {
		{ .width = 1920, .height = 1080, .refresh_mhz = 60000 },
		{ .width = 1920, .height = 1080, .refresh_mhz = 30000 },
		{ .width = 1280, .height = 720, .refresh_mhz = 60000 },
	};
	struct drm_miracast_create_context limits = mc_limits(1920, 1080, 2);
	drmModeModeInfo fast = mc_make_mode(1920, 1080, 60000);
	struct mc_commit commit = { .mode = &fast };
	int card = mc_card_open();
	struct mc_ctx *ctx;
	struct mc_kms *kms;

	limits.max_macroblock_rate = 245760;
	ctx = mc_ctx_create(card, &limits);
	kms = mc_kms(card, ctx->connector);
	commit.fb = mc_fb(card, 1920, 1080, DRM_FORMAT_XRGB8888);
	mc_start(ctx);
	mc_arrive_modes(ctx, modes, ARRAY_SIZE(modes));
	igt_assert(!mc_monitor_offers(card, ctx, 1920, 1080, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 1920, 1080, 30000));
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
	mc_expect(mc_commit_errno(kms, &commit), -EINVAL);
	mc_ctx_close(ctx);
}

static void test_modes_pruned(void)
{
	static const struct drm_miracast_mode modes[] = {
		{ .width = 800, .height = 600, .refresh_mhz = 60000 },
		{ .width = 801, .height = 600, .refresh_mhz = 60000 },
		{ .width = 800, .height = 601, .refresh_mhz = 60000 },
		{ .width = 800, .height = 600, .refresh_mhz = 75000 },
		{ .width = 800, .height = 600, .refresh_mhz = 23000 },
		{ .width = 16384, .height = 16384, .refresh_mhz = 60000 },
		{ .width = 1, .height = 1, .refresh_mhz = 60000 },
	};
	struct drm_miracast_create_context limits = mc_limits(800, 600, 2);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);
	drmModeConnector *connector;
	int i;

	mc_start(ctx);
	mc_arrive_modes(ctx, modes, ARRAY_SIZE(modes));
	igt_assert(mc_monitor_offers(card, ctx, 800, 600, 60000));
	connector = mc_connector(card, ctx->connector);
	for (i = 0; i < connector->count_modes; i++) {
		const drmModeModeInfo *mode = &connector->modes[i];

		igt_assert_lte(mode->hdisplay, 800);
		igt_assert_lte(mode->vdisplay, 600);
		igt_assert_lte_u64(mc_mode_mhz(mode), 60500);
		igt_assert_lte_u64(23900, mc_mode_mhz(mode));
	}
	drmModeFreeConnector(connector);
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_monitor_list[] = {
	{ "modes-none",
	  "A sink that lists nothing gets the mode that every sink has.",
	  test_modes_none },
	{ "modes-explicit",
	  "Every listed mode is offered, one of them as preferred.",
	  test_modes_explicit },
	{ "modes-exact-rates",
	  "Refresh rates are those of the sink, not rounded ones.",
	  test_modes_exact_rates },
	{ "modes-and-edid",
	  "When asked for, the modes of the list and of the EDID are offered.",
	  test_modes_and_edid },
	{ "vsync-divider",
	  "Modes run at the divided rate; those too slow are left out.",
	  test_vsync_divider },
	{ "vsync-divider-of-mode",
	  "A mode's own divider counts, else the monitor's.",
	  test_vsync_divider_of_mode },
	{ "modes-pruned-by-rate",
	  "Modes beyond the context's macroblock rate are left out, and refused.",
	  test_modes_pruned_by_rate },
	{ "modes-pruned",
	  "Modes beyond the limits of context or device are left out.",
	  test_modes_pruned },
	{}
};
