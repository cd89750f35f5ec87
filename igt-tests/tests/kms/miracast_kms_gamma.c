// SPDX-License-Identifier: MIT
/*
 * Gamma tables of a CRTC, which compositors use for night light: their effect on owners'
 * pictures and on checksums. How tables change is in miracast_kms_gamma_changes.c.
 */
#include "lib_miracast_masters.h"
#include "miracast_kms_gamma.h"

static uint32_t nearest(double value)
{
	return value + .5;
}

struct kms_lut kms_make_lut(enum kms_table table)
{
	static const double night[] = { 1, .71, .42 };
	struct kms_lut lut = {};
	unsigned int i;

	for (i = 0; i < KMS_LUT_ENTRIES; i++) {
		struct drm_color_lut *entry = &lut.entries[i];
		double value = i / 255.0 * 65535;

		if (table == INVERSE)
			value = 65535 - value;
		entry->red = nearest(value * (table == NIGHT ? night[0] : 1));
		entry->green = nearest(value * (table == NIGHT ? night[1] : 1));
		entry->blue = nearest(value * (table == NIGHT ? night[2] : 1));
	}
	return lut;
}

static uint32_t through(uint16_t value)
{
	return nearest(value / 65535.0 * 255);
}

static uint32_t correct_pixel(const struct kms_lut *lut, uint32_t pixel)
{
	return through(lut->entries[pixel >> 16 & 0xff].red) << 16 |
	       through(lut->entries[pixel >> 8 & 0xff].green) << 8 |
	       through(lut->entries[pixel & 0xff].blue);
}

/* A table's effect on a picture; NULL: none. */
static void correct(struct mc_picture *picture, const struct kms_lut *lut)
{
	uint32_t x, y;

	for (y = 0; lut && y < picture->height; y++) {
		uint32_t *line = picture->pixels + y * (picture->pitch / 4);

		for (x = 0; x < picture->width; x++)
			line[x] = correct_pixel(lut, line[x]);
	}
}

struct mc_picture *kms_corrected(const struct mc_fb *fb,
				 const struct kms_lut *lut)
{
	struct mc_picture *picture = mc_fb_seen(fb, 0, 0, WIDTH, HEIGHT);

	correct(picture, lut);
	return picture;
}

void kms_set_lut(struct mc_kms *kms, const struct kms_lut *lut)
{
	struct mc_commit commit = {
		.gamma = lut ? lut->entries : NULL,
		.no_gamma = !lut,
	};

	mc_expect(mc_commit_errno(kms, &commit), 0);
}

bool kms_is_full(const struct mc_chunk *chunk)
{
	return chunk->event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL;
}

bool kms_is_not_applied(const struct mc_chunk *chunk)
{
	return chunk->event.base.flags &
	       DRM_MIRACAST_CHUNK_FLAG_GAMMA_NOT_APPLIED;
}

void kms_expect_gamma(struct mc_scene *scene, const struct mc_fb *fb,
		      const struct kms_lut *lut, const char *what)
{
	struct mc_picture *want = kms_corrected(fb, lut);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_f(kms_is_full(&chunk), "%s: not full\n", what);
	igt_assert_f(!kms_is_not_applied(&chunk), "%s: not applied\n", what);
	kms_assert_shows(scene->ctx, &chunk, want, what);
	mc_release(scene->ctx, &chunk);
	mc_picture_free(want);
}

struct mc_scene *kms_gamma_scene(uint32_t format, uint32_t flags)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	struct mc_scene *scene;

	limits.format = format;
	limits.flags |= flags;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	kms_expect_gamma(scene, scene->fb[0], NULL, "first picture");
	return scene;
}

static void test_property(void)
{
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	drmModeCrtcPtr crtc;

	mc_light(kms, &mode, mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888));
	igt_assert_eq_u64(mc_property_value(card, kms->crtc,
					    DRM_MODE_OBJECT_CRTC,
					    "GAMMA_LUT_SIZE"), KMS_LUT_ENTRIES);
	igt_assert_eq_u64(mc_property_value(card, kms->crtc,
					    DRM_MODE_OBJECT_CRTC, "GAMMA_LUT"),
			  0);
	crtc = drmModeGetCrtc(card, kms->crtc);
	igt_assert(crtc);
	igt_assert_eq(crtc->gamma_size, KMS_LUT_ENTRIES);
	drmModeFreeCrtc(crtc);
	/* Properties that would have no effect are not offered. */
	igt_assert(!mc_property(card, kms->crtc, DRM_MODE_OBJECT_CRTC, "CTM"));
	igt_assert(!mc_property(card, kms->crtc, DRM_MODE_OBJECT_CRTC,
				"DEGAMMA_LUT"));
}

/* Framebuffers of all formats, with and without a table. */
static void walk_formats(uint32_t format)
{
	const struct kms_lut night = kms_make_lut(NIGHT), inverse = kms_make_lut(INVERSE);
	struct mc_scene *scene = kms_gamma_scene(format, 0);
	unsigned int i;

	for (i = 0; i < MC_FORMATS; i++) {
		struct mc_fb *fb = mc_fb(scene->card, WIDTH, HEIGHT,
					 mc_formats[i]);
		struct mc_commit commit = { .fb = fb, .gamma = night.entries };
		char what[32];

		snprintf(what, sizeof(what), "format %u", i);
		mc_fb_paint(fb, NULL, 10 + i);
		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		kms_expect_gamma(scene, fb, &night, what);
		kms_set_lut(scene->kms, &inverse);
		kms_expect_gamma(scene, fb, &inverse, what);
		kms_set_lut(scene->kms, NULL);
		kms_expect_gamma(scene, fb, NULL, what);
	}
}

static void test_copy(void)
{
	walk_formats(DRM_FORMAT_XRGB8888);
}

static void test_nv12(void)
{
	walk_formats(DRM_FORMAT_NV12);
}

static void take_parts(struct mc_scene *scene, struct mc_picture *owner,
		       unsigned int parts)
{
	struct mc_chunk chunk;
	unsigned int i = 0;

	do {
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert(kms_is_full(&chunk));
		mc_picture_apply(owner, scene->ctx, &chunk);
		i++;
	} while (DRM_MIRACAST_PART_OF_CHUNK_ID(chunk.event.chunk_id));
	igt_assert_eq(i, parts);
	mc_release(scene->ctx, &chunk);
}

/* Bands are parts of one picture. */
static void test_parts(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	const struct kms_lut night = kms_make_lut(NIGHT);
	struct mc_picture *owner = mc_picture(WIDTH, HEIGHT), *want;
	struct mc_scene *scene;

	limits.parts = 4;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	take_parts(scene, owner, limits.parts);
	kms_set_lut(scene->kms, &night);
	take_parts(scene, owner, limits.parts);
	want = kms_corrected(scene->fb[0], &night);
	mc_assert_picture(owner, want, "bands");
	mc_picture_free(want);
	mc_picture_free(owner);
}

/* Displays apply gamma to what was blended. */
static void with_cursor(uint32_t format)
{
	static const uint32_t colours[] = {
		0xffffffff, 0xff102030, 0x80402010, 0x00000000,
	};
	const struct kms_lut night = kms_make_lut(NIGHT), inverse = kms_make_lut(INVERSE);
	const struct kms_lut *luts[] = { &night, &inverse, NULL };
	struct mc_scene *scene = kms_gamma_scene(format, 0);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct mc_commit commit = { .cursor = cursor };
	struct mc_picture *want = mc_picture(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	unsigned int i;
	uint32_t x, y;

	/* Over black, what is blended is exactly the cursor's colour. */
	mc_fb_fill(scene->fb[1], 0);
	for (y = 0; y < 64; y++)
		for (x = 0; x < 64; x++)
			((uint32_t *)(void *)(cursor->map +
					      (size_t)y * cursor->pitch))[x] =
				colours[(x / 16 + y / 16) %
					ARRAY_SIZE(colours)];
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_drain(scene->ctx, &chunk);
	for (i = 0; i < ARRAY_SIZE(luts); i++) {
		commit.cursor_x = 100 + 7 * i;
		commit.cursor_y = 200 - 5 * i;
		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		kms_set_lut(scene->kms, luts[i]);
		mc_drain(scene->ctx, &chunk);
		/* And by the legacy call, which is no commit of the CRTC */
		commit.cursor_x++;
		mc_move_cursor(scene->kms, commit.cursor_x, commit.cursor_y);
		mc_drain(scene->ctx, &chunk);
		memset(want->pixels, 0, (size_t)want->pitch * HEIGHT);
		mc_blend(want, cursor, commit.cursor_x, commit.cursor_y);
		correct(want, luts[i]);
		mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
		mc_wait_chunk(scene->ctx, &chunk);
		kms_assert_shows(scene->ctx, &chunk, want, "cursor");
		mc_release(scene->ctx, &chunk);
	}
	mc_picture_free(want);
}

static void test_cursor(void)
{
	with_cursor(DRM_FORMAT_XRGB8888);
}

static void test_cursor_nv12(void)
{
	with_cursor(DRM_FORMAT_NV12);
}

/* An owner that draws the cursor gets its pixels unchanged, and a picture with gamma. */
static void test_cursor_metadata(void)
{
	struct mc_scene *scene =
		kms_gamma_scene(DRM_FORMAT_XRGB8888,
				DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	const struct kms_lut night = kms_make_lut(NIGHT);
	struct mc_commit commit = { .cursor = cursor, .gamma = night.entries };
	uint32_t pixels[64 * 64], i;

	mc_fb_fill(cursor, 0x80404040);
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	kms_expect_gamma(scene, scene->fb[0], &night, "without cursor");
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, pixels, sizeof(pixels),
				      NULL), 0);
	for (i = 0; i < ARRAY_SIZE(pixels); i++)
		igt_assert_eq_u32(pixels[i], 0x80404040);
}

/* Black is a colour like others. */
static void test_black(void)
{
	struct mc_scene *scene = kms_gamma_scene(DRM_FORMAT_XRGB8888, 0);
	const struct kms_lut inverse = kms_make_lut(INVERSE);
	struct mc_commit commit = {
		.no_primary = true,
		.gamma = inverse.entries,
	};

	mc_fb_fill(scene->fb[1], 0);
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	kms_expect_gamma(scene, scene->fb[1], &inverse, "no primary plane");
}

static void test_crc(void)
{
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_RGB565);
	struct mc_fb *same = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	const struct kms_lut night = kms_make_lut(NIGHT), identity = kms_make_lut(IDENTITY);
	struct mc_commit commit = { .fb = fb, .gamma = night.entries };
	uint32_t bare, with;
	struct mc_picture *want;
	struct kms_crc crc;

	mc_fb_paint(fb, NULL, 1);
	want = kms_corrected(fb, &night);
	mc_fb_copy(same, want, NULL);
	mc_picture_free(want);
	mc_light(kms, &mode, fb);
	kms_crc_open(&crc, kms);
	bare = kms_crc_next(&crc, kms);
	kms_set_lut(kms, &identity);
	igt_assert_eq_u32(kms_crc_next(&crc, kms), bare);
	mc_expect(mc_commit_errno(kms, &commit), 0);
	with = kms_crc_next(&crc, kms);
	igt_assert(with != bare);
	commit = (struct mc_commit) { .fb = same, .no_gamma = true };
	mc_expect(mc_commit_errno(kms, &commit), 0);
	igt_assert_eq_u32(kms_crc_next(&crc, kms), with);
	mc_show(kms, fb, NULL, 0);
	igt_assert_eq_u32(kms_crc_next(&crc, kms), bare);
	kms_crc_close(&crc);
}

const struct mc_subtest mc_kms_gamma[] = {
	{ "gamma-property", "CRTCs have a gamma table of 256 entries, and no more.",
	  test_property },
	{ "gamma-copy", "It is applied to framebuffers of all formats.",
	  test_copy },
	{ "gamma-nv12", "It is applied before NV12 is made.", test_nv12 },
	{ "gamma-parts", "It is applied to all bands.", test_parts },
	{ "gamma-cursor", "It is applied to the cursor that was blended.",
	  test_cursor },
	{ "gamma-cursor-nv12", "In NV12 as well.", test_cursor_nv12 },
	{ "gamma-cursor-metadata",
	  "Owners that draw the cursor get it as it is.",
	  test_cursor_metadata },
	{ "gamma-black", "It is applied where no plane is.", test_black },
	{ "gamma-crc", "Checksums are of what a display would show.",
	  test_crc },
	{}
};
