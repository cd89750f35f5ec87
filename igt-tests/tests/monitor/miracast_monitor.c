// SPDX-License-Identifier: MIT
/*
 * Monitors: EDID, modes, type, hot-plug. Modes that the sink refuses are in
 * miracast_monitor_refuse.c.
 */
#include "lib_miracast.h"
#include "miracast_monitor.h"

IGT_TEST_DESCRIPTION("Arrival and departure of a sink's monitor.");

struct mc_ctx *mc_monitor_session(int card, uint32_t width, uint32_t height)
{
	struct drm_miracast_create_context limits = mc_limits(width, height, 2);
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);

	mc_start(ctx);
	return ctx;
}

bool mc_monitor_offers(int card, struct mc_ctx *ctx, uint32_t width,
		       uint32_t height, uint32_t mhz)
{
	return mc_find_mode(card, ctx->connector, width, height, mhz, NULL);
}

bool mc_monitor_has_edid(int card, struct mc_ctx *ctx, const uint8_t *edid,
			 size_t size)
{
	size_t got_size;
	uint8_t *got;
	bool same;

	drmModeFreeConnector(mc_connector(card, ctx->connector));
	got = mc_property_blob(card, ctx->connector, DRM_MODE_OBJECT_CONNECTOR,
			       "EDID", &got_size);
	same = got_size == size && (!size || !memcmp(got, edid, size));
	free(got);
	return same;
}

static int count_modes(int card, struct mc_ctx *ctx)
{
	drmModeConnector *connector = mc_connector(card, ctx->connector);
	int count = connector->count_modes;

	drmModeFreeConnector(connector);
	return count;
}

/* EDID */

static uint8_t edid[MC_EDID_MAX + 2 * MC_EDID_BLOCK];

static void test_edid(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t size = mc_edid(edid, 2, '1');

	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, size), 0);
	igt_assert(mc_connected(card, ctx->connector));
	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
	mc_ctx_close(ctx);
}

static void test_edid_sizes(void)
{
	static const unsigned int blocks[] = { 1, 2, 3, 4, 8, 128, 255, 256 };
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;
	size_t size;

	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		size = mc_edid(edid, blocks[i], 'A' + i);
		mc_expect_f(mc_arrive_edid_errno(ctx->fd, edid, size), 0,
			    "%u blocks", blocks[i]);
		mc_wait_connected(card, ctx->connector, true);
		igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
		igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	}
	mc_ctx_close(ctx);
}

static void refuse_edid(int card, struct mc_ctx *ctx, size_t size, int want,
			const char *name, unsigned int number)
{
	mc_expect_f(mc_arrive_edid_errno(ctx->fd, edid, size), want, "%s, %u",
		    name, number);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	igt_assert(!mc_connected(card, ctx->connector));
}

static void test_edid_broken(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i, blocks = 5;
	size_t size;

	for (i = 0; i < 8; i++) {
		size = mc_edid(edid, 1, '1');
		edid[i] ^= 0x10;
		mc_edid_checksum(edid);
		refuse_edid(card, ctx, size, -EINVAL, "header", i);
	}
	for (i = 0; i < blocks; i++) {
		size = mc_edid(edid, blocks, '1');
		edid[i * MC_EDID_BLOCK + 127]++;
		refuse_edid(card, ctx, size, -EINVAL, "checksum", i);
		size = mc_edid(edid, blocks, '1');
		edid[i * MC_EDID_BLOCK + 100]++;
		refuse_edid(card, ctx, size, -EINVAL, "flipped bit", i);
	}
	for (i = 0; i < 256; i++) {
		size = mc_edid(edid, 1, '1');
		edid[18] = i;
		mc_edid_checksum(edid);
		if (i != 1)
			refuse_edid(card, ctx, size, -EINVAL, "version", i);
	}
	memset(edid, 0, MC_EDID_BLOCK);
	refuse_edid(card, ctx, MC_EDID_BLOCK, -EINVAL, "zeros", 0);
	memset(edid, 0xff, MC_EDID_BLOCK);
	refuse_edid(card, ctx, MC_EDID_BLOCK, -EINVAL, "ones", 0);
	mc_ctx_close(ctx);
}

/* Five blocks of which byte 126 says two, and an HF-EEODB in block 1 @blocks. */
static void edid_with_override(unsigned int blocks, uint8_t revision)
{
	uint8_t *cta = edid + MC_EDID_BLOCK;

	mc_edid(edid, 5, '1');
	edid[126] = 1;
	mc_edid_checksum(edid);
	memset(cta, 0, MC_EDID_BLOCK);
	cta[0] = 0x02;
	cta[1] = revision;
	cta[2] = 4 + 3;
	cta[4] = 0xe2;
	cta[5] = 0x78;
	cta[6] = (uint8_t)(blocks - 1);
	mc_edid_checksum(cta);
}

/* The sink's television has HDMI 2.1. */
static void test_edid_override(void)
{
	static const unsigned int blocks[] = { 3, 4, 5 };
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		size_t size = blocks[i] * MC_EDID_BLOCK;

		edid_with_override(blocks[i], 0x03);
		mc_expect_f(mc_arrive_edid_errno(ctx->fd, edid, size), 0,
			    "%u blocks", blocks[i]);
		mc_wait_connected(card, ctx->connector, true);
		igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
		igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	}
	/* One that says less than byte 126 overrides nothing. */
	edid_with_override(2, 0x03);
	edid[126] = 2;
	mc_edid_checksum(edid);
	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, 3 * MC_EDID_BLOCK), 0);
	mc_ctx_close(ctx);
}

static void test_edid_lying_size(void)
{
	static const struct {
		const char *what;
		unsigned int at, count;
		uint8_t bytes[8];
	} none[] = {
		{ "another extension", 0, 1, { 0x70 } },
		{ "an older revision", 1, 1, { 0x02 } },
		{ "no data block", 2, 1, { 4 } },
		{ "a cut data block", 2, 1, { 4 + 2 } },
		{ "another tag", 4, 1, { 0xc2 } },
		{ "a data block without a count", 4, 1, { 0xe1 } },
		{ "another extended tag", 5, 1, { 0x79 } },
		{ "the second data block", 2, 7,
		  { 4 + 5, 0, 0x41, 0x10, 0xe2, 0x78, 3 } },
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int claimed, given, i;
	size_t size;

	for (claimed = 1; claimed <= 4; claimed++) {
		for (given = 1; given <= 5; given++) {
			if (claimed == given)
				continue;
			mc_edid(edid, 5, '1');
			edid[126] = claimed - 1;
			mc_edid_checksum(edid);
			refuse_edid(card, ctx, given * MC_EDID_BLOCK, -EINVAL,
				    "claimed blocks", claimed);
		}
	}
	/* HDMI 2.1: the count of the first extension counts, when it is more. */
	for (claimed = 3; claimed <= 5; claimed++) {
		for (given = 1; given <= 5; given++) {
			edid_with_override(claimed, 0x03);
			if (claimed != given)
				refuse_edid(card, ctx, given * MC_EDID_BLOCK,
					    -EINVAL, "overridden blocks",
					    claimed);
		}
	}
	/* What is no such override, or not where it has to be, means nothing. */
	for (i = 0; i < ARRAY_SIZE(none); i++) {
		edid_with_override(4, 0x03);
		memcpy(edid + MC_EDID_BLOCK + none[i].at, none[i].bytes,
		       none[i].count);
		mc_edid_checksum(edid + MC_EDID_BLOCK);
		refuse_edid(card, ctx, 4 * MC_EDID_BLOCK, -EINVAL,
			    none[i].what, i);
		mc_expect_f(mc_arrive_edid_errno(ctx->fd, edid,
						 2 * MC_EDID_BLOCK), 0,
			    "%s", none[i].what);
		mc_depart(ctx);
	}
	for (size = 1; size < 300; size++) {
		mc_edid(edid, 3, '1');
		if (size % MC_EDID_BLOCK)
			refuse_edid(card, ctx, size, -EINVAL, "bytes", size);
	}
	mc_ctx_close(ctx);
}

static void test_edid_absurd_size(void)
{
	static const uint32_t sizes[] = {
		257 * MC_EDID_BLOCK, 65536, 1u << 20, 1u << 31,
		UINT32_MAX - 127, UINT32_MAX,
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;

	mc_edid(edid, 256, '1');
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		refuse_edid(card, ctx, sizes[i], -EINVAL, "size", sizes[i]);
	mc_ctx_close(ctx);
}

static void test_edid_pointers(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t size = mc_edid(edid, 2, '1'), missing;
	uint8_t *end = mc_before_hole(size);

	mc_expect(mc_arrive_edid_errno(ctx->fd, NULL, size), -EFAULT);
	mc_expect(mc_arrive_edid_errno(ctx->fd, (void *)~0xffful, size),
		  -EFAULT);
	for (missing = 1; missing < size; missing += 31) {
		memcpy(end + missing, edid, size - missing);
		mc_expect_f(mc_arrive_edid_errno(ctx->fd, end + missing, size),
			    -EFAULT, "%zu bytes not mapped", missing);
	}
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	igt_assert(!mc_connected(card, ctx->connector));
	/* Without bytes the pointer means nothing. */
	mc_expect(mc_arrive_edid_errno(ctx->fd, (void *)8, 0), 0);
	igt_assert(mc_monitor_has_edid(card, ctx, NULL, 0));
	mc_ctx_close(ctx);
}

/* Modes */

static void test_modes_none(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);

	mc_arrive_modes(ctx, NULL, 0);
	igt_assert(mc_connected(card, ctx->connector));
	igt_assert_eq(count_modes(card, ctx), 1);
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
	mc_ctx_close(ctx);
}

static const struct drm_miracast_mode several[] = {
	{ .width = 800, .height = 600, .refresh_mhz = 60000 },
	{ .width = 1280, .height = 720, .refresh_mhz = 60000,
	  .flags = DRM_MIRACAST_MODE_FLAG_PREFERRED },
	{ .width = 1280, .height = 720, .refresh_mhz = 30000 },
	{ .width = 1024, .height = 576, .refresh_mhz = 50000 },
	{ .width = 848, .height = 480, .refresh_mhz = 59940 },
	{ .width = 1280, .height = 720, .refresh_mhz = 24000 },
	{ .width = 854, .height = 480, .refresh_mhz = 60000 },
};

static void test_modes_explicit(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	drmModeConnector *connector;
	int i, preferred = 0;

	mc_arrive_modes(ctx, several, ARRAY_SIZE(several));
	for (i = 0; i < (int)ARRAY_SIZE(several); i++)
		igt_assert_f(mc_monitor_offers(card, ctx, several[i].width,
				    several[i].height, several[i].refresh_mhz),
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

static int arrive_both(struct mc_ctx *ctx, uint32_t divider)
{
	size_t size = mc_edid(edid, 1, '1');
	struct drm_miracast_monitor_arrive arg =
		mc_monitor(several, ARRAY_SIZE(several));

	arg.edid = (uintptr_t)edid;
	arg.edid_size = size;
	arg.flags = DRM_MIRACAST_ARRIVE_FLAG_UNION;
	arg.vsync_divider = divider;
	return mc_arrive_errno(ctx->fd, &arg);
}

static void test_modes_and_edid(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);

	mc_expect(arrive_both(ctx, 1), 0);
	igt_assert(mc_monitor_has_edid(card, ctx, edid, MC_EDID_BLOCK));
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

	mc_expect(arrive_both(ctx, 2), 0);
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
	mc_expect(arrive_both(ctx, 3), 0);
	mc_wait_connected(card, ctx->connector, true);
	igt_assert_eq(count_modes(card, ctx), 1);
	mc_expect(arrive_both(ctx, 63), 0);
	mc_wait_connected(card, ctx->connector, true);
	igt_assert_eq(count_modes(card, ctx), 1);
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
	/* The monitor's divider is for those that have none of their own. */
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
	struct drm_miracast_mode list[3] = { several[0], several[1] };
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
				several[0], several[1], several[2],
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
	igt_assert_lte(most, count_modes(card, ctx));
	free(list);
	mc_ctx_close(ctx);
}

static void test_mode_pointers(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t size = sizeof(several), missing;
	uint8_t *end = mc_before_hole(size);
	struct drm_miracast_monitor_arrive arg =
		mc_monitor(NULL, ARRAY_SIZE(several));

	mc_expect(mc_arrive_errno(ctx->fd, &arg), -EFAULT);
	for (missing = 4; missing < size; missing += 4) {
		memcpy(end + missing, several, size - missing);
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
	static const uint32_t bad[] = { 0, 1, sizeof(several[0]) - 8,
					sizeof(several[0]) - 1 };
	const uint32_t known = sizeof(several[0]), count = ARRAY_SIZE(several);
	struct drm_miracast_monitor_arrive arg = mc_monitor(several, count);
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
			memcpy(list + i * stride, &several[i], known);
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
		igt_assert_f(mc_monitor_offers(card, ctx, several[i].width,
				    several[i].height, several[i].refresh_mhz),
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
		mc_expect_f(arrive_both(ctx, bad[i]), -EINVAL, "divider %u",
			    bad[i]);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	for (i = 1; i <= 63; i++)
		mc_expect_f(arrive_both(ctx, i), 0, "divider %u", i);
	mc_ctx_close(ctx);
}

/* Type */

static const uint32_t types[] = {
	DRM_MIRACAST_MONITOR_TYPE_VGA,
	DRM_MIRACAST_MONITOR_TYPE_SVIDEO,
	DRM_MIRACAST_MONITOR_TYPE_COMPOSITE,
	DRM_MIRACAST_MONITOR_TYPE_COMPONENT,
	DRM_MIRACAST_MONITOR_TYPE_DVI,
	DRM_MIRACAST_MONITOR_TYPE_HDMI,
	DRM_MIRACAST_MONITOR_TYPE_MIRACAST,
	DRM_MIRACAST_MONITOR_TYPE_JAPANESE_D,
	DRM_MIRACAST_MONITOR_TYPE_SDI,
	DRM_MIRACAST_MONITOR_TYPE_DISPLAYPORT,
	DRM_MIRACAST_MONITOR_TYPE_UDI,
	DRM_MIRACAST_MONITOR_TYPE_OTHER,
};

static bool is_type(uint32_t type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i] == type)
			return true;
	return false;
}

static void test_types(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	uint32_t type;

	for (type = 0; type <= 260; type++) {
		struct drm_miracast_monitor_arrive arg = mc_monitor(NULL, 0);

		arg.monitor_type = type == 260 ? UINT32_MAX : type;
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg),
			    is_type(type) ? 0 : -EINVAL, "type %u",
			    arg.monitor_type);
	}
	mc_ctx_close(ctx);
}

static uint64_t type_property(int card, struct mc_ctx *ctx)
{
	return mc_property_value(card, ctx->connector,
				 DRM_MODE_OBJECT_CONNECTOR,
				 "subconnector");
}

static uint64_t subconnector_of(uint32_t type)
{
	switch (type) {
	case DRM_MIRACAST_MONITOR_TYPE_VGA:
		return DRM_MODE_SUBCONNECTOR_VGA;
	case DRM_MIRACAST_MONITOR_TYPE_DVI:
		return DRM_MODE_SUBCONNECTOR_DVID;
	case DRM_MIRACAST_MONITOR_TYPE_HDMI:
		return DRM_MODE_SUBCONNECTOR_HDMIA;
	case DRM_MIRACAST_MONITOR_TYPE_MIRACAST:
		return DRM_MODE_SUBCONNECTOR_Wireless;
	case DRM_MIRACAST_MONITOR_TYPE_DISPLAYPORT:
		return DRM_MODE_SUBCONNECTOR_DisplayPort;
	default:
		return DRM_MODE_SUBCONNECTOR_Unknown;
	}
}

/* debugfs has the number that the owner has given. */
static void check_debugfs(uint32_t type)
{
	char text[8192], want[32];

	if (!mc_read_debugfs("miracast_targets", text, sizeof(text)))
		return;
	snprintf(want, sizeof(want), " monitor_type=%u ", type);
	igt_assert_f(strstr(text, want), "no%sin %s\n", want, text);
}

/* The property is right when the client has heard of the monitor. */
static void test_type_property(void)
{
	int uevents = mc_uevents_open();
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;

	igt_assert_eq(drmSetClientCap(card, DRM_CLIENT_CAP_ATOMIC, 1), 0);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct drm_miracast_monitor_arrive arg = mc_monitor(NULL, 0);

		mc_uevents_drain(uevents);
		arg.monitor_type = types[i];
		mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
		igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
		drmModeFreeConnector(mc_connector(card, ctx->connector));
		igt_assert_eq_u64(type_property(card, ctx),
				  subconnector_of(types[i]));
		check_debugfs(types[i]);
	}
	mc_ctx_close(ctx);
}

static void test_type_property_read_only(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	drmModePropertyPtr property;
	uint32_t id;
	int i;

	mc_arrive(ctx, 640, 480);
	id = mc_property(card, ctx->connector, DRM_MODE_OBJECT_CONNECTOR,
			 "subconnector");
	property = drmModeGetProperty(card, id);
	igt_assert(property);
	igt_assert(property->flags & DRM_MODE_PROP_ENUM);
	igt_assert(property->flags & DRM_MODE_PROP_IMMUTABLE);
	for (i = 0; i < property->count_enums; i++)
		igt_assert(property->enums[i].name[0]);
	igt_assert(drmModeConnectorSetProperty(card, ctx->connector, id,
					       DRM_MODE_SUBCONNECTOR_VGA));
	drmModeFreeProperty(property);
	mc_ctx_close(ctx);
}

/* Arrival and departure */

static void test_hotplug(void)
{
	int uevents = mc_uevents_open();
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);

	mc_uevents_drain(uevents);
	igt_assert(!mc_connected(card, ctx->connector));
	mc_arrive(ctx, 1280, 720);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	igt_assert(mc_connected(card, ctx->connector));
	mc_uevents_drain(uevents);
	mc_depart(ctx);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	igt_assert(!mc_connected(card, ctx->connector));
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	mc_uevents_drain(uevents);
	mc_arrive(ctx, 1280, 720);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_uevents_drain(uevents);
	mc_stop(ctx);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_start(ctx);
	mc_arrive(ctx, 1280, 720);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_uevents_drain(uevents);
	mc_ctx_close(ctx);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
}

static void test_refused_is_silent(void)
{
	int uevents = mc_uevents_open();
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);

	mc_uevents_drain(uevents);
	mc_expect(arrive_both(ctx, 0), -EINVAL);
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
	mc_ctx_close(ctx);
}

static void test_replaced(void)
{
	int uevents = mc_uevents_open();
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t size = mc_edid(edid, 1, '1');

	mc_arrive(ctx, 800, 600);
	igt_assert(mc_monitor_offers(card, ctx, 800, 600, 60000));
	mc_uevents_drain(uevents);
	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, size), 0);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_wait_connected(card, ctx->connector, true);
	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
	igt_assert(!mc_monitor_offers(card, ctx, 800, 600, 0));
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));

	size = mc_edid(edid, 2, '2');
	mc_uevents_drain(uevents);
	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, size), 0);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_wait_connected(card, ctx->connector, true);
	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));

	/* A refused replacement leaves the monitor that is there. */
	mc_expect(arrive_both(ctx, 0), -EINVAL);
	igt_assert(mc_connected(card, ctx->connector));
	mc_arrive_modes(ctx, NULL, 0);
	mc_wait_connected(card, ctx->connector, true);
	igt_assert(mc_monitor_has_edid(card, ctx, NULL, 0));
	igt_assert_eq(count_modes(card, ctx), 1);
	mc_ctx_close(ctx);
}

static void test_departed(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t size = mc_edid(edid, 1, '1');
	drmModeConnector *connector;

	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, size), 0);
	igt_assert(mc_connected(card, ctx->connector));
	mc_depart(ctx);
	connector = mc_connector(card, ctx->connector);
	igt_assert_eq(connector->connection, DRM_MODE_DISCONNECTED);
	igt_assert_eq(connector->count_modes, 0);
	drmModeFreeConnector(connector);
	igt_assert(mc_monitor_has_edid(card, ctx, NULL, 0));
	mc_expect(mc_depart_errno(ctx->fd), -ENOTCONN);
	igt_assert_eq_u32(mc_statistics(ctx).depart_cause,
			  DRM_MIRACAST_CAUSE_OWNER);
	mc_ctx_close(ctx);
}

static void test_only_its_connector(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx;
	drmModeResPtr resources;
	int i;

	igt_require(mc_caps(card).targets_total > 1);
	ctx = mc_monitor_session(card, 1280, 720);
	mc_arrive(ctx, 640, 480);
	resources = drmModeGetResources(card);
	igt_assert(resources);
	for (i = 0; i < resources->count_connectors; i++)
		igt_assert_eq(mc_connected(card, resources->connectors[i]),
			      resources->connectors[i] == ctx->connector);
	drmModeFreeResources(resources);
	mc_ctx_close(ctx);
}

static const struct mc_subtest subtests[] = {
	{ "edid", "Clients see the sink's EDID and its modes.", test_edid },
	{ "edid-sizes",
	  "EDIDs of up to 256 blocks reach clients byte by byte.",
	  test_edid_sizes },
	{ "edid-broken",
	  "An EDID with a wrong header, version or checksum is refused.",
	  test_edid_broken },
	{ "edid-lying-size",
	  "The extension count and the size must agree.",
	  test_edid_lying_size },
	{ "edid-override",
	  "The extension count of HDMI 2.1 counts in place of the base block's.",
	  test_edid_override },
	{ "edid-absurd-size", "EDIDs beyond the limit are refused.",
	  test_edid_absurd_size },
	{ "edid-pointers",
	  "EDIDs that are not there, or partly, are EFAULT.",
	  test_edid_pointers },
	{ "modes-none",
	  "A sink that tells nothing gets the mode that every sink has.",
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
	{ "types", "Only the monitor types of the ABI are taken.",
	  test_types },
	{ "type-property", "Clients can read the monitor type.",
	  test_type_property },
	{ "type-property-read-only",
	  "The monitor type is an enumeration that clients cannot set.",
	  test_type_property_read_only },
	{ "hotplug",
	  "Clients are told of every arrival and departure.", test_hotplug },
	{ "refused-is-silent",
	  "Clients hear nothing of a refused arrival.",
	  test_refused_is_silent },
	{ "replaced",
	  "A second arrival replaces the monitor; a refused one does not.",
	  test_replaced },
	{ "departed",
	  "After departure neither modes nor EDID are left.", test_departed },
	{ "only-its-connector",
	  "A monitor shows up on its context's connector and on no other.",
	  test_only_its_connector },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_monitor_again);
	mc_subtests(mc_monitor_edid);
	mc_subtests(mc_monitor_modes);
	mc_subtests(mc_monitor_refuse);
	mc_subtests(mc_monitor_sink);
}
