// SPDX-License-Identifier: MIT
/*
 * Sinks of all kinds: with and without a monitor or an EDID, with modes that can
 * be sent and modes that cannot.
 */
#include "miracast_monitor.h"

#define PREFERRED DRM_MIRACAST_MODE_FLAG_PREFERRED

static void test_no_monitor(void)
{
	int uevents = mc_uevents_open();
	int card = mc_card_open();
	struct mc_ctx *ctx;

	mc_uevents_drain(uevents);
	ctx = mc_monitor_session(card, 1280, 720);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
	igt_assert(!mc_connected(card, ctx->connector));
	igt_assert(mc_monitor_has_edid(card, ctx, NULL, 0));
	/* A monitor can be plugged into the sink later. */
	mc_arrive(ctx, 1280, 720);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	igt_assert(mc_connected(card, ctx->connector));
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_MONITOR);
	mc_ctx_close(ctx);
}

static void test_no_edid(void)
{
	static const struct drm_miracast_mode modes[] = {
		{ .width = 1280, .height = 720, .refresh_mhz = 60000 },
		{ .width = 1024, .height = 768, .refresh_mhz = 60000,
		  .flags = PREFERRED },
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 768);
	drmModeConnector *connector;
	int i;

	mc_arrive_modes(ctx, modes, ARRAY_SIZE(modes));
	igt_assert(mc_monitor_has_edid(card, ctx, NULL, 0));
	connector = mc_connector(card, ctx->connector);
	/* The two and 640x480; nothing that DRM core would guess. */
	igt_assert_eq(connector->count_modes, 3);
	for (i = 0; i < connector->count_modes; i++)
		igt_assert_eq(!!(connector->modes[i].type &
				 DRM_MODE_TYPE_PREFERRED),
			      connector->modes[i].hdisplay == 1024);
	/* Compositors that take the first mode take the preferred one. */
	igt_assert_eq(connector->modes[0].hdisplay, 1024);
	drmModeFreeConnector(connector);
	mc_ctx_close(ctx);
}

static void test_other_edid(void)
{
	static uint8_t first[2 * MC_EDID_BLOCK], second[MC_EDID_BLOCK];
	size_t first_size = mc_edid(first, 2, '1');
	size_t second_size = mc_edid(second, 1, '2');
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	int i;

	for (i = 0; i < 10; i++) {
		mc_expect(mc_arrive_edid_errno(ctx->fd, first, first_size), 0);
		mc_wait_connected(card, ctx->connector, true);
		igt_assert(mc_monitor_has_edid(card, ctx, first, first_size));
		mc_depart(ctx);
		igt_assert(mc_monitor_has_edid(card, ctx, NULL, 0));
		mc_expect(mc_arrive_edid_errno(ctx->fd, second, second_size),
			  0);
		mc_wait_connected(card, ctx->connector, true);
		igt_assert(mc_monitor_has_edid(card, ctx, second, second_size));
		mc_depart(ctx);
	}
	mc_ctx_close(ctx);
}

static uint64_t type_property(int card, struct mc_ctx *ctx)
{
	drmModeFreeConnector(mc_connector(card, ctx->connector));
	return mc_property_value(card, ctx->connector,
				 DRM_MODE_OBJECT_CONNECTOR,
				 "subconnector");
}

static void test_type_stays(void)
{
	struct drm_miracast_monitor_arrive arg = mc_monitor(NULL, 0);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 640, 480);

	/* The property is for clients that know atomic ones. */
	igt_assert_eq(drmSetClientCap(card, DRM_CLIENT_CAP_ATOMIC, 1), 0);
	arg.monitor_type = DRM_MIRACAST_MONITOR_TYPE_DVI;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	igt_assert_eq_u64(type_property(card, ctx),
			  DRM_MODE_SUBCONNECTOR_DVID);
	mc_depart(ctx);
	igt_assert_eq_u64(type_property(card, ctx),
			  DRM_MODE_SUBCONNECTOR_DVID);
	mc_ctx_close(ctx);
}

static void test_base_mode(void)
{
	static const struct drm_miracast_mode too_much[] = {
		{ .width = 4096, .height = 2160, .refresh_mhz = 60000 },
		{ .width = 800, .height = 600, .refresh_mhz = 60000 },
	};
	static uint8_t edid[MC_EDID_BLOCK];
	size_t size = mc_edid(edid, 1, '1');
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 640, 480);
	struct drm_miracast_monitor_arrive arg =
		mc_monitor(too_much, ARRAY_SIZE(too_much));
	uint32_t divider;

	arg.edid = (uintptr_t)edid;
	arg.edid_size = size;
	arg.flags = DRM_MIRACAST_ARRIVE_FLAG_UNION;
	for (divider = 1; divider <= 63; divider += 31) {
		arg.vsync_divider = divider;
		mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
		mc_wait_connected(card, ctx->connector, true);
		igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
		igt_assert(!mc_monitor_offers(card, ctx, 800, 600, 0));
		igt_assert(!mc_monitor_offers(card, ctx, 1280, 720, 0));
	}
	mc_ctx_close(ctx);
}

/* An EDID that offers 3840x2160 at 50 and 60 Hz in 4:2:0 only, as TVs do. */
static size_t edid_420_only(uint8_t *edid)
{
	/* Y420VDB with VICs 97 and 96 */
	static const uint8_t blocks[] = {
		0x02, 0x03, 8, 0x00,
		0xe3, 0x0e, 97, 96,
	};
	size_t size = mc_edid(edid, 2, '1');

	mc_edid_block(edid + MC_EDID_BLOCK, blocks, sizeof(blocks));
	return size;
}

static void test_420_only(void)
{
	static uint8_t edid[2 * MC_EDID_BLOCK];
	size_t size = edid_420_only(edid);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 3840, 2160);

	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, size), 0);
	mc_wait_connected(card, ctx->connector, true);
	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
	igt_assert(mc_monitor_offers(card, ctx, 3840, 2160, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 3840, 2160, 50000));
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	mc_ctx_close(ctx);
}

/* An EDID with what Wi-Fi Display cannot send: interlaced and stereo modes. */
static size_t edid_with_all(uint8_t *edid)
{
	/* 1920x1080 interlaced, 60 fields */
	static const uint8_t interlaced[] = {
		0x01, 0x1d, 0x80, 0x18, 0x71, 0x1c, 0x16, 0x20,
		0x58, 0x2c, 0x25, 0x00, 0x58, 0x54, 0x21, 0x00, 0x00, 0x9e,
	};
	/* 720p60, 1080i60, 480i60, 1080i50, 576i50, 720p50; HDMI with 3D */
	static const uint8_t blocks[] = {
		0x02, 0x03, 22, 0x00,
		0x46, 4, 5, 6, 20, 21, 19,
		0x6a, 0x03, 0x0c, 0x00, 0x10, 0x00, 0x00, 0x00, 0x20, 0x80,
		0x00,
	};
	size_t size = mc_edid(edid, 2, '1');

	/* In place of the monitor's name. */
	memcpy(edid + 72, interlaced, sizeof(interlaced));
	mc_edid_checksum(edid);
	mc_edid_block(edid + MC_EDID_BLOCK, blocks, sizeof(blocks));
	return size;
}

static void test_no_interlace_no_stereo(void)
{
	static uint8_t edid[2 * MC_EDID_BLOCK];
	size_t size = edid_with_all(edid);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);
	drmModeConnector *connector;
	int i;

	/* DRM core hides stereo from clients that do not ask for it. */
	igt_assert_eq(drmSetClientCap(card, DRM_CLIENT_CAP_STEREO_3D, 1), 0);
	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, size), 0);
	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 50000));
	connector = mc_connector(card, ctx->connector);
	for (i = 0; i < connector->count_modes; i++)
		igt_assert_f(!(connector->modes[i].flags &
			       (DRM_MODE_FLAG_INTERLACE |
				DRM_MODE_FLAG_DBLSCAN |
				DRM_MODE_FLAG_3D_MASK)),
			     "mode %s, flags %#x\n", connector->modes[i].name,
			     connector->modes[i].flags);
	drmModeFreeConnector(connector);
	mc_ctx_close(ctx);
}

static bool is_reported(const drmModeModeInfo *mode,
			const struct drm_miracast_message_mode_set *reported)
{
	return reported->width == mode->hdisplay &&
	       reported->height == mode->vdisplay &&
	       reported->refresh_mhz == mc_mode_mhz(mode);
}

/*
 * Sets a mode of the list and checks that the owner gets it. Timings that look the same to
 * the owner as the present mode are not reported again.
 */
static void set_mode(int card, struct mc_ctx *ctx, struct mc_kms *kms,
		     const drmModeModeInfo *mode,
		     struct drm_miracast_message_mode_set *reported)
{
	struct mc_fb *fb = mc_fb(card, mode->hdisplay, mode->vdisplay,
				 DRM_FORMAT_XRGB8888);
	struct mc_message message;
	struct mc_chunk chunk;

	mc_light(kms, mode, fb);
	if (!is_reported(mode, reported)) {
		mc_complete_mode(ctx, &message);
		*reported = message.mode_set;
		igt_assert(is_reported(mode, reported));
	}
	mc_wait_chunk(ctx, &chunk);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	igt_assert_eq_u64(chunk.event.mode_serial, reported->mode_serial);
	igt_assert_eq_u32(chunk.event.width, mode->hdisplay);
	igt_assert_eq_u32(chunk.event.height, mode->vdisplay);
	mc_release(ctx, &chunk);
	mc_off(kms);
	mc_fb_free(fb);
}

static void test_every_mode(void)
{
	static const struct drm_miracast_mode modes[] = {
		{ .width = 800, .height = 600, .refresh_mhz = 60000 },
		{ .width = 848, .height = 480, .refresh_mhz = 30000 },
		{ .width = 854, .height = 480, .refresh_mhz = 60000 },
		{ .width = 1024, .height = 768, .refresh_mhz = 30000 },
		{ .width = 1280, .height = 720, .refresh_mhz = 24000 },
		{ .width = 1280, .height = 720, .refresh_mhz = 50000 },
	};
	static uint8_t edid[2 * MC_EDID_BLOCK];
	struct drm_miracast_monitor_arrive arg =
		mc_monitor(modes, ARRAY_SIZE(modes));
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 768);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct drm_miracast_message_mode_set reported = {};
	drmModeConnector *connector;
	int i;

	arg.edid = (uintptr_t)edid;
	arg.edid_size = edid_with_all(edid);
	arg.flags = DRM_MIRACAST_ARRIVE_FLAG_UNION;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	connector = mc_connector(card, ctx->connector);
	igt_assert_lte((int)ARRAY_SIZE(modes), connector->count_modes);
	for (i = 0; i < connector->count_modes; i++)
		set_mode(card, ctx, kms, &connector->modes[i], &reported);
	drmModeFreeConnector(connector);
	mc_ctx_close(ctx);
}

static void test_1920x1080(void)
{
	static const struct drm_miracast_mode mode = {
		.width = 1920, .height = 1080, .refresh_mhz = 60000,
		.flags = PREFERRED,
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct drm_miracast_message_mode_set reported = {};
	drmModeModeInfo info;

	mc_arrive_modes(ctx, &mode, 1);
	igt_assert(mc_find_mode(card, ctx->connector, 1920, 1080, 60000,
				&info));
	igt_assert(info.type & DRM_MODE_TYPE_PREFERRED);
	set_mode(card, ctx, kms, &info, &reported);
	mc_ctx_close(ctx);
}

/*
 * 1920x1200 has more macroblocks than level 4.2 of H.264 allows in a picture. That is the
 * highest level of Wi-Fi Display's first release, which has the mode nevertheless. Limits
 * are sizes and rates, not levels: the driver offers the mode when an owner lists it.
 */
static void test_1920x1200(void)
{
	static const struct drm_miracast_mode modes[] = {
		{ .width = 1920, .height = 1200, .refresh_mhz = 30000 },
		{ .width = 1920, .height = 1080, .refresh_mhz = 30000 },
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1200);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct drm_miracast_message_mode_set reported = {};
	drmModeModeInfo info;

	mc_arrive_modes(ctx, modes, ARRAY_SIZE(modes));
	igt_assert(mc_monitor_offers(card, ctx, 1920, 1080, 30000));
	igt_assert(mc_find_mode(card, ctx->connector, 1920, 1200, 30000,
				&info));
	set_mode(card, ctx, kms, &info, &reported);
	/* A context whose limits are smaller leaves it out. */
	mc_ctx_close(ctx);
	ctx = mc_monitor_session(card, 1920, 1080);
	mc_arrive_modes(ctx, modes, ARRAY_SIZE(modes));
	mc_wait_connected(card, ctx->connector, true);
	igt_assert(mc_monitor_offers(card, ctx, 1920, 1080, 30000));
	igt_assert(!mc_monitor_offers(card, ctx, 1920, 1200, 0));
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_monitor_sink[] = {
	{ "no-monitor",
	  "A session without a monitor shows nothing; one can come later.",
	  test_no_monitor },
	{ "no-edid",
	  "Without an EDID there are the listed modes only, the preferred one first.",
	  test_no_edid },
	{ "other-edid",
	  "After a departure another EDID can arrive, again and again.",
	  test_other_edid },
	{ "type-stays",
	  "Without a monitor the last monitor's type stays.",
	  test_type_stays },
	{ "base-mode-always",
	  "640x480 at 60 Hz is offered whatever list, EDID and divider say.",
	  test_base_mode },
	{ "modes-420-only",
	  "Modes that the EDID has in 4:2:0 only are on offer.",
	  test_420_only },
	{ "no-interlace-no-stereo",
	  "What the EDID has in interlace or stereo is left out; its bytes stay.",
	  test_no_interlace_no_stereo },
	{ "every-mode",
	  "Every offered mode can be set, and its pictures arrive.",
	  test_every_mode },
	{ "mode-1920x1080", "1920x1080 can be set.", test_1920x1080 },
	{ "mode-1920x1200",
	  "1920x1200 is offered when it is listed and the context is made for it.",
	  test_1920x1200 },
	{}
};
