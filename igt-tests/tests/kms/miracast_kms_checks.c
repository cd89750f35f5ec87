// SPDX-License-Identifier: MIT
/*
 * The planes, modes, framebuffers and dumb buffers that are accepted, and those that are
 * refused; the same for commits and for TEST_ONLY.
 */
#include <unistd.h>

#include "lib_miracast_lit.h"
#include "miracast_kms.h"

static int test_only(struct mc_lit *lit, struct mc_commit commit)
{
	commit.flags |= DRM_MODE_ATOMIC_TEST_ONLY;
	if (!commit.fb)
		commit.fb = lit->fb;
	return mc_commit_errno(lit->kms, &commit);
}

/* The answer must not depend on TEST_ONLY. */
static void refused(struct mc_lit *lit, struct mc_commit commit, int want,
		    const char *what)
{
	if (!commit.fb)
		commit.fb = lit->fb;
	mc_expect_f(test_only(lit, commit), want, "%s, test", what);
	mc_expect_f(mc_commit_errno(lit->kms, &commit), want, "%s", what);
}

static void test_plane_checks(void)
{
	struct mc_fb *large;
	struct mc_lit lit;

	mc_lit(&lit, 640, 480);
	large = mc_fb(lit.card, 800, 600, DRM_FORMAT_XRGB8888);
	refused(&lit, (struct mc_commit) { .src_w = 320, .src_h = 240 },
		-ERANGE, "enlarged");
	refused(&lit, (struct mc_commit) { .fb = large, .src_w = 800,
					   .src_h = 600 }, -ERANGE, "reduced");
	refused(&lit, (struct mc_commit) { .fb = large, .src_fraction = 32768 },
		-EINVAL, "half a pixel");
	refused(&lit, (struct mc_commit) { .fb = large, .src_x = 161 },
		-ENOSPC, "beyond the framebuffer");
	refused(&lit, (struct mc_commit) { .src_y = 1 }, -ENOSPC,
		"below the framebuffer");
	mc_expect(test_only(&lit, (struct mc_commit) {
			    .fb = large, .src_x = 160, .src_y = 120 }), 0);
	mc_expect(test_only(&lit, (struct mc_commit) {}), 0);
	/* The screen went on all the time. */
	mc_show(lit.kms, lit.fb, NULL, 0);
}

static void test_cursor_checks(void)
{
	struct mc_fb *cursor, *wide, *high, *large;
	struct mc_lit lit;

	mc_lit(&lit, 640, 480);
	cursor = mc_fb(lit.card, 256, 256, DRM_FORMAT_ARGB8888);
	wide = mc_fb(lit.card, 257, 64, DRM_FORMAT_ARGB8888);
	high = mc_fb(lit.card, 64, 257, DRM_FORMAT_ARGB8888);
	large = mc_fb(lit.card, 600, 500, DRM_FORMAT_ARGB8888);
	refused(&lit, (struct mc_commit) { .cursor = wide }, -EINVAL, "wide");
	refused(&lit, (struct mc_commit) { .cursor = high }, -EINVAL, "high");
	refused(&lit, (struct mc_commit) { .cursor = large, .cursor_w = 257,
					   .cursor_h = 64 }, -EINVAL,
		"wide source");
	refused(&lit, (struct mc_commit) { .cursor = large, .cursor_w = 64,
					   .cursor_h = 257 }, -EINVAL,
		"high source");
	refused(&lit, (struct mc_commit) { .cursor = large, .cursor_w = 64,
					   .cursor_h = 64, .cursor_src_x = 537 },
		-ENOSPC, "source beyond the framebuffer");
	refused(&lit, (struct mc_commit) { .cursor = large, .cursor_w = 64,
					   .cursor_h = 64, .cursor_src_y = 437 },
		-ENOSPC, "source below the framebuffer");
	refused(&lit, (struct mc_commit) { .cursor = large, .cursor_w = 64,
					   .cursor_h = 64,
					   .cursor_src_x = 0xffff },
		-ENOSPC, "source far beyond");
	mc_expect(test_only(&lit, (struct mc_commit) {
			    .cursor = large, .cursor_w = 64, .cursor_h = 64,
			    .cursor_src_x = 536, .cursor_src_y = 436 }), 0);
	mc_expect(test_only(&lit, (struct mc_commit) {
			    .cursor = cursor, .cursor_x = -255,
			    .cursor_y = 479 }), 0);
	mc_expect(test_only(&lit, (struct mc_commit) {
			    .cursor = cursor, .cursor_x = -5000,
			    .cursor_y = 5000 }), 0);
}

static void test_cursor_format(void)
{
	struct mc_fb *cursor;
	struct mc_lit lit;

	mc_lit(&lit, 640, 480);
	cursor = mc_fb(lit.card, 64, 64, DRM_FORMAT_RGB565);
	refused(&lit, (struct mc_commit) { .cursor = cursor }, -EINVAL,
		"RGB565 cursor");
}

static void expect_mode(struct mc_lit *lit, drmModeModeInfo mode, int want,
			const char *what)
{
	struct mc_fb *fb = mc_fb(lit->card, mode.hdisplay, mode.vdisplay,
				 DRM_FORMAT_XRGB8888);

	mc_expect_f(test_only(lit, (struct mc_commit) { .mode = &mode,
							.fb = fb }),
		    want, "%s %ux%u %llu mHz", what, mode.hdisplay,
		    mode.vdisplay, (unsigned long long)mc_mode_mhz(&mode));
	mc_fb_free(fb);
}

static void test_mode_checks(void)
{
	struct drm_miracast_query_caps caps;
	drmModeModeInfo mode;
	struct mc_lit lit;

	mc_lit(&lit, 640, 480);
	caps = mc_caps(lit.card);
	expect_mode(&lit, mc_make_mode(640, 480, 60000), 0, "plain");
	expect_mode(&lit, mc_make_mode(640, 480, 24000), 0, "film");
	expect_mode(&lit, mc_make_mode(640, 480, 23000), -EINVAL, "too slow");
	expect_mode(&lit, mc_make_mode(640, 480, caps.max_refresh_mhz), 0,
		    "fastest");
	expect_mode(&lit, mc_make_mode(640, 480,
				       caps.max_refresh_mhz * 11 / 10),
		    -EINVAL, "too fast");
	expect_mode(&lit, mc_make_mode(caps.max_width, 480, 30000), 0,
		    "widest");
	expect_mode(&lit, mc_make_mode(caps.max_width + 8, 480, 30000),
		    -EINVAL, "too wide");
	expect_mode(&lit, mc_make_mode(640, caps.max_height, 30000), 0,
		    "highest");
	expect_mode(&lit, mc_make_mode(640, caps.max_height + 1, 30000),
		    -EINVAL, "too high");
	/* 60 Hz, and more pixels in a frame than an int can count. */
	mode = mc_make_mode(640, 480, 60000);
	mode.htotal = 65535;
	mode.vtotal = 65535;
	mode.clock = 60ull * mode.htotal * mode.vtotal / 1000;
	expect_mode(&lit, mode, -EINVAL, "too long");
	mode = mc_make_mode(640, 480, 60000);
	mode.flags |= DRM_MODE_FLAG_INTERLACE;
	expect_mode(&lit, mode, -EINVAL, "interlaced");
	mode = mc_make_mode(640, 480, 60000);
	mode.flags |= DRM_MODE_FLAG_DBLSCAN;
	expect_mode(&lit, mode, -EINVAL, "doublescan");
	mode = mc_make_mode(640, 480, 60000);
	mode.vscan = 1;
	expect_mode(&lit, mode, 0, "each line once");
	mode.vscan = 2;
	expect_mode(&lit, mode, -EINVAL, "each line twice");
	mc_show(lit.kms, lit.fb, NULL, 0);
}

static void test_mode_stereo(void)
{
	drmModeModeInfo mode;
	struct mc_lit lit;

	mc_lit(&lit, 640, 480);
	igt_assert_eq(drmSetClientCap(lit.card, DRM_CLIENT_CAP_STEREO_3D, 1),
		      0);
	mode = mc_make_mode(640, 480, 60000);
	mode.flags |= DRM_MODE_FLAG_3D_FRAME_PACKING;
	expect_mode(&lit, mode, -EINVAL, "stereo");
}

/* With a monitor the context's limits hold, for listed modes or not. */
static void test_mode_limits(void)
{
	struct drm_miracast_create_context limits = mc_limits(800, 600, 2);
	struct mc_ctx *ctx;
	struct mc_lit lit;

	lit.card = mc_card_open();
	ctx = mc_ctx_create(lit.card, &limits);
	lit.kms = mc_kms(lit.card, ctx->connector);
	lit.fb = NULL;
	mc_start(ctx);
	expect_mode(&lit, mc_make_mode(1280, 720, 60000), 0, "no monitor");
	mc_arrive(ctx, 640, 480);
	expect_mode(&lit, mc_make_mode(640, 480, 60000), 0, "listed");
	expect_mode(&lit, mc_make_mode(800, 600, 60000), 0, "largest");
	expect_mode(&lit, mc_make_mode(720, 576, 50000), 0, "not listed");
	expect_mode(&lit, mc_make_mode(1280, 720, 60000), -EINVAL, "beyond");
	expect_mode(&lit, mc_make_mode(808, 600, 60000), -EINVAL, "wide");
	expect_mode(&lit, mc_make_mode(800, 601, 60000), -EINVAL, "high");
	expect_mode(&lit, mc_make_mode(640, 480, 75000), -EINVAL, "fast");
	mc_depart(ctx);
	expect_mode(&lit, mc_make_mode(1280, 720, 60000), 0, "departed");
	mc_ctx_close(ctx);
}

/* Clients try again without a modifier when it is refused here; a commit would be too late. */
static void test_modifiers(void)
{
	static const uint64_t unknown[] = {
		DRM_FORMAT_MOD_INVALID, I915_FORMAT_MOD_X_TILED,
	};
	int card = mc_card_open();
	uint32_t handles[4] = {}, pitches[4] = {}, offsets[4] = {}, id;
	uint64_t modifiers[4] = { DRM_FORMAT_MOD_LINEAR }, size;
	unsigned int i;

	igt_assert_eq(drmModeCreateDumbBuffer(card, 640, 480, 32, 0, &handles[0],
					      &pitches[0], &size), 0);
	igt_assert_eq(drmModeAddFB2WithModifiers(card, 640, 480,
						 DRM_FORMAT_XRGB8888, handles,
						 pitches, offsets, modifiers, &id,
						 DRM_MODE_FB_MODIFIERS), 0);
	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		modifiers[0] = unknown[i];
		igt_assert_eq(drmModeAddFB2WithModifiers(card, 640, 480,
							 DRM_FORMAT_XRGB8888,
							 handles, pitches,
							 offsets, modifiers, &id,
							 DRM_MODE_FB_MODIFIERS),
			      -EINVAL);
	}
}

static void test_framebuffers(void)
{
	int card = mc_card_open();
	uint32_t handles[4] = {}, pitches[4] = {}, offsets[4] = {}, handle, id;
	uint32_t pitch;
	uint64_t size;

	igt_assert_eq(drmModeCreateDumbBuffer(card, 640, 480, 32, 0, &handle,
					      &pitch, &size), 0);
	handles[0] = handle;
	pitches[0] = pitch;
	/* Larger than its memory, in every direction */
	igt_assert(drmModeAddFB2(card, 640, 481, DRM_FORMAT_XRGB8888, handles,
				 pitches, offsets, &id, 0));
	offsets[0] = pitch;
	igt_assert(drmModeAddFB2(card, 640, 480, DRM_FORMAT_XRGB8888, handles,
				 pitches, offsets, &id, 0));
	offsets[0] = UINT32_MAX - 3;
	igt_assert(drmModeAddFB2(card, 640, 1, DRM_FORMAT_XRGB8888, handles,
				 pitches, offsets, &id, 0));
	offsets[0] = 0;
	pitches[0] = 640 * 4 - 4;
	igt_assert(drmModeAddFB2(card, 640, 480, DRM_FORMAT_XRGB8888, handles,
				 pitches, offsets, &id, 0));
	pitches[0] = UINT32_MAX & ~3u;
	igt_assert(drmModeAddFB2(card, 640, 480, DRM_FORMAT_XRGB8888, handles,
				 pitches, offsets, &id, 0));
	/* Formats and sizes that the planes do not support */
	pitches[0] = pitch;
	igt_assert(drmModeAddFB2(card, 640, 480, DRM_FORMAT_XRGB2101010,
				 handles, pitches, offsets, &id, 0));
	igt_assert_eq(drmModeAddFB2(card, 640, 480, DRM_FORMAT_XRGB8888,
				    handles, pitches, offsets, &id, 0), 0);
	igt_assert_eq(drmModeRmFB(card, id), 0);
}

/*
 * Pitches are multiples of 256 bytes, heights multiples of 16 lines, as GPUs and encoders
 * need. But buffers that may be cursors have lines without padding, as the legacy cursor
 * call expects.
 */
static void test_dumb_buffers(void)
{
	static const struct {
		uint32_t width, height, bpp, pitch, lines;
	} rows[] = {
		{ 1920, 1080, 32, 7680, 1088 }, { 3840, 2160, 32, 15360, 2160 },
		{ 1366, 768, 32, 5632, 768 }, { 1600, 1068, 32, 6400, 1072 },
		{ 3440, 1440, 32, 13824, 1440 }, { 853, 480, 16, 1792, 480 },
		{ 64, 64, 32, 256, 64 }, { 1, 1, 32, 4, 16 },
		{ 48, 50, 32, 192, 64 }, { 255, 256, 32, 1020, 256 },
		{ 48, 257, 32, 256, 272 }, { 257, 48, 32, 1280, 48 },
		{ 48, 48, 24, 256, 48 }, { 1, 1, 1, 256, 16 },
		{ 2049, 17, 8, 2304, 32 },
	};
	/* Of 4 GiB and more, padding included. */
	static const struct drm_mode_create_dumb huge[] = {
		{ .width = 0x40000000, .height = 1, .bpp = 32 },
		{ .width = 0x3fffffff, .height = 1, .bpp = 32 },
		{ .width = 1, .height = 0xffffffff, .bpp = 8 },
		{ .width = 1, .height = 1 << 24, .bpp = 32 },
		{ .width = 65536, .height = 65535, .bpp = 8 },
	};
	uint64_t page = sysconf(_SC_PAGESIZE), bytes;
	int card = mc_card_open();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct drm_mode_create_dumb dumb = {
			.width = rows[i].width, .height = rows[i].height,
			.bpp = rows[i].bpp,
		};

		mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MODE_CREATE_DUMB,
					 &dumb), 0);
		bytes = (uint64_t)rows[i].pitch * rows[i].lines;
		igt_assert_eq_u32(dumb.pitch, rows[i].pitch);
		igt_assert_eq_u64(dumb.size, (bytes + page - 1) / page * page);
		igt_assert_eq(drmModeDestroyDumbBuffer(card, dumb.handle), 0);
	}
	for (i = 0; i < ARRAY_SIZE(huge); i++) {
		struct drm_mode_create_dumb dumb = huge[i];

		mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MODE_CREATE_DUMB,
					 &dumb),
			  -EINVAL);
	}
	close(card);
}

const struct mc_subtest mc_kms_checks[] = {
	{ "plane-checks",
	  "The primary plane is unscaled, from whole pixels.",
	  test_plane_checks },
	{ "cursor-checks", "Cursors are at most 256x256, anywhere.",
	  test_cursor_checks },
	{ "cursor-format", "Cursors are ARGB8888.", test_cursor_format },
	{ "mode-checks",
	  "Modes are progressive, within the device's size and rate.",
	  test_mode_checks },
	{ "mode-stereo", "Stereo modes are refused.", test_mode_stereo },
	{ "mode-limits",
	  "With a monitor any mode within the context's limits can be set.",
	  test_mode_limits },
	{ "framebuffers",
	  "Framebuffers beyond their memory or of other formats are refused.",
	  test_framebuffers },
	{ "dumb-buffers",
	  "Dumb buffers have lines of 256 bytes, and 16 lines; cursors do not.",
	  test_dumb_buffers },
	{ "fb-modifiers",
	  "Framebuffers with a modifier other than linear are refused.",
	  test_modifiers },
	{}
};
