// SPDX-License-Identifier: MIT
/*
 * Sinks that describe their modes twice: by an EDID, which is the monitor's, and by a list,
 * which is the decoder's. Which modes are offered, which one is preferred, and the modes
 * that the owner gets in MODE_SET.
 */
#include "miracast_monitor.h"

#define PREFERRED DRM_MIRACAST_MODE_FLAG_PREFERRED
#define UNION DRM_MIRACAST_ARRIVE_FLAG_UNION
#define MODE(w, h, mhz, f) \
	{ .width = (w), .height = (h), .refresh_mhz = (mhz), .flags = (f) }

static uint8_t edid[2 * MC_EDID_BLOCK];

/*
 * A television: 1920x1080 at 60, 59.94 and 50 Hz, preferred at 60; 1280x720 at 60,
 * 59.94 and 50 Hz; 1920x1080 interlaced.
 */
static size_t television(void)
{
	static const uint8_t timing[] = {
		0x02, 0x3a, 0x80, 0x18, 0x71, 0x38, 0x2d, 0x40,
		0x58, 0x2c, 0x45, 0x00, 0x58, 0x54, 0x21, 0x00, 0x00, 0x1e,
	};
	static const uint8_t vics[] = {
		0x02, 0x03, 10, 0x00, 0x45, 16, 31, 4, 19, 5,
	};
	size_t size = mc_edid(edid, 2, '1');

	memcpy(edid + 54, timing, sizeof(timing));
	mc_edid_checksum(edid);
	mc_edid_block(edid + MC_EDID_BLOCK, vics, sizeof(vics));
	return size;
}

/* With as much of the EDID as @size says. */
static void arrive_edid(int card, struct mc_ctx *ctx,
			const struct drm_miracast_mode *modes, uint32_t count,
			size_t size, uint32_t flags)
{
	struct drm_miracast_monitor_arrive arg = mc_monitor(modes, count);

	arg.flags = flags;
	if (size) {
		arg.edid = (uintptr_t)edid;
		arg.edid_size = size;
	}
	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	mc_wait_connected(card, ctx->connector, true);
}

static void arrive(int card, struct mc_ctx *ctx,
		   const struct drm_miracast_mode *modes, uint32_t count,
		   bool with_edid, uint32_t flags)
{
	arrive_edid(card, ctx, modes, count, with_edid ? television() : 0,
		    flags);
}

/* One mode is preferred, it is that one, and it is the first. */
static void prefers(int card, struct mc_ctx *ctx, uint32_t width,
		    uint32_t height, uint32_t mhz)
{
	drmModeConnector *connector = mc_connector(card, ctx->connector);
	int i, preferred = 0;

	igt_assert_lte(1, connector->count_modes);
	for (i = 0; i < connector->count_modes; i++)
		preferred += !!(connector->modes[i].type &
				DRM_MODE_TYPE_PREFERRED);
	igt_assert_eq(preferred, 1);
	igt_assert(connector->modes[0].type & DRM_MODE_TYPE_PREFERRED);
	igt_assert_eq(connector->modes[0].hdisplay, width);
	igt_assert_eq(connector->modes[0].vdisplay, height);
	igt_assert_eq_u64(mc_mode_mhz(&connector->modes[0]), mhz);
	drmModeFreeConnector(connector);
}

static void test_shared(void)
{
	static const struct drm_miracast_mode modes[] = {
		MODE(1920, 1080, 30000, PREFERRED),
		MODE(1280, 720, 59940, 0),
		MODE(1280, 720, 30000, 0),
		MODE(1920, 1080, 49999, 0),
		MODE(1024, 768, 60000, 0),
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);
	drmModeConnector *connector;

	arrive(card, ctx, modes, ARRAY_SIZE(modes), true, 0);
	connector = mc_connector(card, ctx->connector);
	/* Two, and 640x480. */
	igt_assert_eq(connector->count_modes, 3);
	drmModeFreeConnector(connector);
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 59940));
	igt_assert(mc_monitor_offers(card, ctx, 1920, 1080, 49999));
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
	/* The preferred one is not the monitor's: the largest. */
	prefers(card, ctx, 1920, 1080, 49999);

	/* The same arrival with another flag is another one. */
	arrive(card, ctx, modes, ARRAY_SIZE(modes), true, UNION);
	igt_assert(mc_monitor_offers(card, ctx, 1920, 1080, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 30000));
	igt_assert(mc_monitor_offers(card, ctx, 1024, 768, 60000));
	prefers(card, ctx, 1920, 1080, 30000);
	mc_ctx_close(ctx);
}

static int count(int card, struct mc_ctx *ctx, uint32_t width, uint32_t mhz)
{
	drmModeConnector *connector = mc_connector(card, ctx->connector);
	int i, found = 0;

	for (i = 0; i < connector->count_modes; i++)
		found += connector->modes[i].hdisplay == width &&
			 mc_mode_mhz(&connector->modes[i]) == mhz;
	drmModeFreeConnector(connector);
	return found;
}

static void test_union_once(void)
{
	static const struct drm_miracast_mode modes[] = {
		MODE(1280, 720, 60001, 0),
		{ .width = 1920, .height = 1080, .refresh_mhz = 60000,
		  .vsync_divider = 2 },
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);

	arrive(card, ctx, modes, ARRAY_SIZE(modes), true, UNION);
	igt_assert_eq(count(card, ctx, 1280, 60001), 1);
	igt_assert_eq(count(card, ctx, 1280, 60000), 0);
	igt_assert_eq(count(card, ctx, 1280, 59940), 1);
	/* Divided, that of the list is another one. */
	igt_assert_eq(count(card, ctx, 1920, 30000), 1);
	igt_assert_lte(1, count(card, ctx, 1920, 60000));
	mc_ctx_close(ctx);
}

static void test_none_shared(void)
{
	static const struct drm_miracast_mode modes[] = {
		MODE(1280, 720, 30000, PREFERRED),
		MODE(848, 480, 60000, 0),
	};
	/* The monitor has this in interlace only. */
	static const struct drm_miracast_mode field = MODE(1920, 540, 60000, 0);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);

	arrive(card, ctx, modes, ARRAY_SIZE(modes), true, 0);
	igt_assert(mc_monitor_offers(card, ctx, 848, 480, 60000));
	igt_assert(!mc_monitor_offers(card, ctx, 1920, 1080, 0));
	igt_assert(!mc_monitor_offers(card, ctx, 1280, 720, 60000));
	prefers(card, ctx, 1280, 720, 30000);

	arrive(card, ctx, &field, 1, true, 0);
	igt_assert(!mc_monitor_offers(card, ctx, 1920, 1080, 0));
	prefers(card, ctx, 1920, 540, 60000);
	mc_ctx_close(ctx);
}

static void test_shared_divided(void)
{
	static const struct drm_miracast_mode modes[] = {
		MODE(1280, 720, 60000, 0),
		{ .width = 1920, .height = 1080, .refresh_mhz = 50000,
		  .vsync_divider = 2 },
		MODE(1920, 1080, 30000, 0),
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);

	/* Rates are compared as the sink has them. */
	arrive(card, ctx, modes, ARRAY_SIZE(modes), true, 0);
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 1920, 1080, 25000));
	igt_assert(!mc_monitor_offers(card, ctx, 1920, 1080, 30000));
	mc_ctx_close(ctx);
}

static void test_one_preferred(void)
{
	static const struct drm_miracast_mode plain[] = {
		MODE(1280, 720, 60000, 0),
		MODE(1920, 1080, 50000, 0),
		MODE(1920, 1080, 60000, 0),
	};
	static const struct drm_miracast_mode flagged[] = {
		MODE(1920, 1080, 50000, 0),
		MODE(1280, 720, 60000, PREFERRED),
		MODE(1920, 1080, 60000, PREFERRED),
	};
	static const struct drm_miracast_mode beyond[] = {
		MODE(2560, 1440, 60000, PREFERRED),
		MODE(1280, 720, 60000, 0),
		MODE(1280, 720, 50000, PREFERRED),
		MODE(1920, 1080, 50000, 0),
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);

	/* The EDID's, by itself or among those of the list. */
	arrive(card, ctx, NULL, 0, true, 0);
	prefers(card, ctx, 1920, 1080, 60000);
	arrive(card, ctx, plain, ARRAY_SIZE(plain), true, 0);
	prefers(card, ctx, 1920, 1080, 60000);
	arrive(card, ctx, plain, 2, true, UNION);
	prefers(card, ctx, 1920, 1080, 60000);
	/* The first that the list prefers, before that of the EDID. */
	arrive(card, ctx, flagged, ARRAY_SIZE(flagged), true, 0);
	prefers(card, ctx, 1280, 720, 60000);
	arrive(card, ctx, flagged, ARRAY_SIZE(flagged), true, UNION);
	prefers(card, ctx, 1280, 720, 60000);
	arrive(card, ctx, flagged, ARRAY_SIZE(flagged), false, 0);
	prefers(card, ctx, 1280, 720, 60000);
	/* One that the limits leave out is none. */
	arrive(card, ctx, beyond, ARRAY_SIZE(beyond), false, 0);
	prefers(card, ctx, 1280, 720, 50000);
	/* Nobody says so: the largest. */
	arrive(card, ctx, plain, 2, false, 0);
	prefers(card, ctx, 1920, 1080, 50000);
	arrive(card, ctx, NULL, 0, false, 0);
	mc_ctx_close(ctx);
}

/* 1280x720 at 60 Hz, as the first detailed timing. */
static void prefer_720p(void)
{
	static const uint8_t timing[] = {
		0x01, 0x1d, 0x00, 0x72, 0x51, 0xd0, 0x1e, 0x20,
		0x6e, 0x28, 0x55, 0x00, 0x58, 0x54, 0x21, 0x00, 0x00, 0x1e,
	};

	memcpy(edid + 54, timing, sizeof(timing));
	mc_edid_checksum(edid);
}

/* What the EDID prefers counts when the list's own choice is not on offer. */
static void test_edid_prefers(void)
{
	static const struct drm_miracast_mode plain[] = {
		MODE(1920, 1080, 60000, 0), MODE(1280, 720, 60000, 0),
	};
	static const struct drm_miracast_mode not_shared[] = {
		MODE(1920, 1080, 60000, 0), MODE(1280, 720, 60000, 0),
		MODE(1600, 900, 60000, PREFERRED),
	};
	static const struct drm_miracast_mode beyond[] = {
		MODE(2560, 1440, 60000, PREFERRED),
		MODE(1920, 1080, 60000, 0), MODE(1280, 720, 60000, 0),
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);
	size_t size = television();

	prefer_720p();
	arrive_edid(card, ctx, plain, ARRAY_SIZE(plain), size, UNION);
	prefers(card, ctx, 1280, 720, 60000);
	arrive_edid(card, ctx, not_shared, ARRAY_SIZE(not_shared), size, 0);
	prefers(card, ctx, 1280, 720, 60000);
	arrive_edid(card, ctx, beyond, ARRAY_SIZE(beyond), size, 0);
	prefers(card, ctx, 1280, 720, 60000);
	mc_ctx_close(ctx);
}

static void test_flags(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 640, 480);
	struct drm_miracast_monitor_arrive arg = mc_monitor(NULL, 0);
	unsigned int bit;

	for (bit = 1; bit < 32; bit++) {
		arg.flags = 1u << bit;
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), -EINVAL, "bit %u",
			    bit);
		arg.flags |= UNION;
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg), -EINVAL, "bit %u",
			    bit);
	}
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	mc_ctx_close(ctx);
}

/* MODE_SET and clients get the rate that the owner has announced. */
static void test_exact_rates(void)
{
	static const struct drm_miracast_mode modes[] = {
		MODE(1920, 1080, 60000, 0), MODE(1920, 1080, 59940, 0),
		MODE(1920, 1080, 50000, 0), MODE(1920, 1080, 29970, 0),
		MODE(1920, 1080, 23976, 0), MODE(1280, 720, 60000, 0),
		MODE(1280, 720, 59940, 0), MODE(1366, 768, 60000, 0),
		MODE(854, 480, 59940, 0), MODE(848, 480, 60000, 0),
		MODE(800, 600, 59317, 0), MODE(640, 480, 59940, 0),
		MODE(640, 480, 30001, 0), MODE(640, 360, 47952, 0),
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		struct mc_message message;
		drmModeModeInfo info;
		struct mc_fb *fb;

		arrive(card, ctx, &modes[i], 1, false, 0);
		igt_assert(mc_find_mode(card, ctx->connector, modes[i].width,
					modes[i].height, modes[i].refresh_mhz,
					&info));
		igt_assert_eq_u64(mc_mode_mhz(&info), modes[i].refresh_mhz);
		fb = mc_fb(card, modes[i].width, modes[i].height,
			   DRM_FORMAT_XRGB8888);
		mc_light(kms, &info, fb);
		mc_complete_mode(ctx, &message);
		igt_assert_eq_u32(message.mode_set.width, modes[i].width);
		igt_assert_eq_u32(message.mode_set.height, modes[i].height);
		igt_assert_eq_u32(message.mode_set.refresh_mhz,
				  modes[i].refresh_mhz);
		mc_off(kms);
		mc_fb_free(fb);
		mc_depart(ctx);
		igt_assert(!mc_connected(card, ctx->connector));
	}
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_monitor_modes[] = {
	{ "modes-shared",
	  "With an EDID and a list, what both have is offered, all when asked for.",
	  test_shared },
	{ "modes-union-once",
	  "A mode that both have is there once, with the rate of the list.",
	  test_union_once },
	{ "modes-none-shared",
	  "When EDID and list have nothing in common, the list is offered.",
	  test_none_shared },
	{ "modes-shared-divided",
	  "EDID and list are compared at the sink's rates.",
	  test_shared_divided },
	{ "modes-one-preferred",
	  "One mode is preferred, the first in the list of modes.",
	  test_one_preferred },
	{ "modes-edid-prefers",
	  "The EDID's preferred mode counts when the list's is not offered.",
	  test_edid_prefers },
	{ "arrive-flags", "Flags that are not known are refused.", test_flags },
	{ "modes-set-exactly",
	  "MODE_SET has the rate that was announced, to the mHz.",
	  test_exact_rates },
	{}
};
