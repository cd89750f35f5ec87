// SPDX-License-Identifier: MIT
/*
 * Gamma tables of a CRTC, which compositors use for night light: their effect on owners'
 * pictures and on checksums.
 */
#include "lib_miracast_masters.h"
#include "miracast_kms.h"

#define WIDTH	640
#define HEIGHT	480
#define ENTRIES	256

enum table { IDENTITY, NIGHT, INVERSE };

struct lut {
	struct drm_color_lut entries[ENTRIES];
};

static uint32_t nearest(double value)
{
	return value + .5;
}

static struct lut make_lut(enum table table)
{
	static const double night[] = { 1, .71, .42 };
	struct lut lut = {};
	unsigned int i;

	for (i = 0; i < ENTRIES; i++) {
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

static uint32_t correct_pixel(const struct lut *lut, uint32_t pixel)
{
	return through(lut->entries[pixel >> 16 & 0xff].red) << 16 |
	       through(lut->entries[pixel >> 8 & 0xff].green) << 8 |
	       through(lut->entries[pixel & 0xff].blue);
}

/* A table's effect on a picture; NULL: none. */
static void correct(struct mc_picture *picture, const struct lut *lut)
{
	uint32_t x, y;

	for (y = 0; lut && y < picture->height; y++) {
		uint32_t *line = picture->pixels + y * (picture->pitch / 4);

		for (x = 0; x < picture->width; x++)
			line[x] = correct_pixel(lut, line[x]);
	}
}

/* The expected picture of a framebuffer. */
static struct mc_picture *corrected(const struct mc_fb *fb,
				    const struct lut *lut)
{
	struct mc_picture *picture = mc_fb_seen(fb, 0, 0, WIDTH, HEIGHT);

	correct(picture, lut);
	return picture;
}

/* NULL: none. */
static void set_lut(struct mc_kms *kms, const struct lut *lut)
{
	struct mc_commit commit = {
		.gamma = lut ? lut->entries : NULL,
		.no_gamma = !lut,
	};

	mc_expect(mc_commit_errno(kms, &commit), 0);
}

static bool is_full(const struct mc_chunk *chunk)
{
	return chunk->event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL;
}

static bool is_not_applied(const struct mc_chunk *chunk)
{
	return chunk->event.base.flags &
	       DRM_MIRACAST_CHUNK_FLAG_GAMMA_NOT_APPLIED;
}

/* The next chunk is of all of the framebuffer, with a table. */
static void expect(struct mc_scene *scene, const struct mc_fb *fb,
		   const struct lut *lut, const char *what)
{
	struct mc_picture *want = corrected(fb, lut);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_f(is_full(&chunk), "%s: not full\n", what);
	igt_assert_f(!is_not_applied(&chunk), "%s: not applied\n", what);
	kms_assert_shows(scene->ctx, &chunk, want, what);
	mc_release(scene->ctx, &chunk);
	mc_picture_free(want);
}

static struct mc_scene *scene_of(uint32_t format, uint32_t flags)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	struct mc_scene *scene;

	limits.format = format;
	limits.flags |= flags;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	expect(scene, scene->fb[0], NULL, "first picture");
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
					    "GAMMA_LUT_SIZE"), ENTRIES);
	igt_assert_eq_u64(mc_property_value(card, kms->crtc,
					    DRM_MODE_OBJECT_CRTC, "GAMMA_LUT"),
			  0);
	crtc = drmModeGetCrtc(card, kms->crtc);
	igt_assert(crtc);
	igt_assert_eq(crtc->gamma_size, ENTRIES);
	drmModeFreeCrtc(crtc);
	/* Properties that would have no effect are not offered. */
	igt_assert(!mc_property(card, kms->crtc, DRM_MODE_OBJECT_CRTC, "CTM"));
	igt_assert(!mc_property(card, kms->crtc, DRM_MODE_OBJECT_CRTC,
				"DEGAMMA_LUT"));
}

/* Framebuffers of all formats, with and without a table. */
static void walk_formats(uint32_t format)
{
	const struct lut night = make_lut(NIGHT), inverse = make_lut(INVERSE);
	struct mc_scene *scene = scene_of(format, 0);
	unsigned int i;

	for (i = 0; i < MC_FORMATS; i++) {
		struct mc_fb *fb = mc_fb(scene->card, WIDTH, HEIGHT,
					 mc_formats[i]);
		struct mc_commit commit = { .fb = fb, .gamma = night.entries };
		char what[32];

		snprintf(what, sizeof(what), "format %u", i);
		mc_fb_paint(fb, NULL, 10 + i);
		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		expect(scene, fb, &night, what);
		set_lut(scene->kms, &inverse);
		expect(scene, fb, &inverse, what);
		set_lut(scene->kms, NULL);
		expect(scene, fb, NULL, what);
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
		igt_assert(is_full(&chunk));
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
	const struct lut night = make_lut(NIGHT);
	struct mc_picture *owner = mc_picture(WIDTH, HEIGHT), *want;
	struct mc_scene *scene;

	limits.parts = 4;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	take_parts(scene, owner, limits.parts);
	set_lut(scene->kms, &night);
	take_parts(scene, owner, limits.parts);
	want = corrected(scene->fb[0], &night);
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
	const struct lut night = make_lut(NIGHT), inverse = make_lut(INVERSE);
	const struct lut *luts[] = { &night, &inverse, NULL };
	struct mc_scene *scene = scene_of(format, 0);
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
		set_lut(scene->kms, luts[i]);
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
		scene_of(DRM_FORMAT_XRGB8888,
			 DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	const struct lut night = make_lut(NIGHT);
	struct mc_commit commit = { .cursor = cursor, .gamma = night.entries };
	uint32_t pixels[64 * 64], i;

	mc_fb_fill(cursor, 0x80404040);
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	expect(scene, scene->fb[0], &night, "without cursor");
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, pixels, sizeof(pixels),
				      NULL), 0);
	for (i = 0; i < ARRAY_SIZE(pixels); i++)
		igt_assert_eq_u32(pixels[i], 0x80404040);
}

/* Black is a colour like others. */
static void test_black(void)
{
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888, 0);
	const struct lut inverse = make_lut(INVERSE);
	struct mc_commit commit = {
		.no_primary = true,
		.gamma = inverse.entries,
	};

	mc_fb_fill(scene->fb[1], 0);
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	expect(scene, scene->fb[1], &inverse, "no primary plane");
}

static void test_crc(void)
{
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_RGB565);
	struct mc_fb *same = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	const struct lut night = make_lut(NIGHT), identity = make_lut(IDENTITY);
	struct mc_commit commit = { .fb = fb, .gamma = night.entries };
	uint32_t bare, with;
	struct mc_picture *want;
	struct kms_crc crc;

	mc_fb_paint(fb, NULL, 1);
	want = corrected(fb, &night);
	mc_fb_copy(same, want, NULL);
	mc_picture_free(want);
	mc_light(kms, &mode, fb);
	kms_crc_open(&crc, kms);
	bare = kms_crc_next(&crc, kms);
	set_lut(kms, &identity);
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

/* A new table makes a picture, if the picture looks different. */
static void test_alone(void)
{
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888, 0);
	const struct lut night = make_lut(NIGHT);
	struct mc_commit commit = {
		.gamma = night.entries,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
		.user_data = 17,
	};
	struct drm_miracast_statistics before = mc_statistics(scene->ctx);
	struct drm_miracast_statistics after;
	struct mc_flip flip;

	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	mc_wait_flip(scene->kms, &flip);
	igt_assert_eq_u64(flip.user_data, 17);
	expect(scene, scene->fb[0], &night, "a table");
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	after = mc_statistics(scene->ctx);
	igt_assert_eq_u64(after.pictures_committed,
			  before.pictures_committed + 1);
	igt_assert_eq_u64(after.bytes_copied,
			  before.bytes_copied + 4 * WIDTH * HEIGHT);
	/* Another blob of the same contents */
	set_lut(scene->kms, &night);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	igt_assert_eq_u64(mc_statistics(scene->ctx).pictures_committed,
			  after.pictures_committed);
	set_lut(scene->kms, NULL);
	expect(scene, scene->fb[0], NULL, "none");
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
}

/* A table without effect makes no picture, and nothing is copied for it. */
static void test_identity(void)
{
	struct mc_scene *scene = scene_of(DRM_FORMAT_NV12, 0);
	struct drm_miracast_statistics before, after;
	struct lut lut = make_lut(IDENTITY);

	before = mc_statistics(scene->ctx);
	set_lut(scene->kms, &lut);
	/* It rounds to the same 8 bits. */
	lut.entries[128].red += 100;
	lut.entries[255].blue -= 100;
	set_lut(scene->kms, &lut);
	set_lut(scene->kms, NULL);
	set_lut(scene->kms, &lut);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	after = mc_statistics(scene->ctx);
	igt_assert_eq_u64(after.pictures_committed, before.pictures_committed);
	igt_assert_eq_u64(after.bytes_copied, before.bytes_copied);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	expect(scene, scene->fb[1], NULL, "identity");
	/* One step of one value is a change. */
	lut.entries[128].red += 0x101;
	set_lut(scene->kms, &lut);
	expect(scene, scene->fb[1], &lut, "one value");
}

/*
 * Across changes of the table, owners that apply clips, and stale buffers, get the same
 * picture.
 */
static void test_damage(void)
{
	const struct lut night = make_lut(NIGHT), inverse = make_lut(INVERSE);
	const struct lut *luts[] = { &night, NULL, &inverse };
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888, 0);
	struct mc_picture *owner = mc_picture(WIDTH, HEIGHT);
	const struct lut *lut = NULL;
	struct mc_chunk chunk;
	unsigned int i;

	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_picture_apply(owner, scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	for (i = 0; i < 24; i++) {
		const struct drm_mode_rect clip = {
			10 + 20 * i, 30 + 10 * i, 60 + 20 * i, 50 + 10 * i,
		};
		struct drm_clip_rect paint = {
			clip.x1, clip.y1, clip.x2, clip.y2,
		};
		struct mc_picture *want;
		bool change = i % 3 == 2;

		mc_fb_paint(scene->fb[0], &paint, 50 + i);
		mc_show(scene->kms, scene->fb[0], &clip, 1);
		if (change) {
			lut = luts[i / 3 % ARRAY_SIZE(luts)];
			set_lut(scene->kms, lut);
		}
		want = corrected(scene->fb[0], lut);
		do {
			mc_wait_chunk(scene->ctx, &chunk);
			mc_picture_apply(owner, scene->ctx, &chunk);
			if (!change)
				igt_assert(!is_full(&chunk));
			if (!change || is_full(&chunk))
				mc_assert_chunk(scene->ctx, &chunk, want,
						"buffer");
			mc_release(scene->ctx, &chunk);
		} while (change && !is_full(&chunk));
		mc_assert_picture(owner, want, "owner");
		mc_picture_free(want);
	}
	mc_picture_free(owner);
}

/* The owner learns of a table that begins or ends; pixels are the client's. */
static void test_direct(void)
{
	const struct lut night = make_lut(NIGHT), inverse = make_lut(INVERSE);
	const struct lut identity = make_lut(IDENTITY);
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_picture *want = mc_fb_seen(scene->fb[0], 0, 0, WIDTH, HEIGHT);
	struct mc_chunk chunk;

	set_lut(scene->kms, &identity);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	set_lut(scene->kms, &night);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(is_not_applied(&chunk));
	igt_assert(is_full(&chunk));
	mc_assert_chunk(scene->ctx, &chunk, want, "as drawn");
	mc_release(scene->ctx, &chunk);
	/* The picture is the same, and so is what the owner knows. */
	set_lut(scene->kms, &inverse);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(is_not_applied(&chunk));
	mc_release(scene->ctx, &chunk);
	set_lut(scene->kms, NULL);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(!is_not_applied(&chunk));
	igt_assert(is_full(&chunk));
	mc_release(scene->ctx, &chunk);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(!is_not_applied(&chunk));
	mc_release(scene->ctx, &chunk);
	mc_picture_free(want);
}

static void test_wrong_size(void)
{
	static const size_t sizes[] = {
		1, 7, 8, 255 * 8, 256 * 8 - 1, 256 * 8 + 1, 257 * 8, 512 * 8,
		4096 * 8,
	};
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888, 0);
	struct drm_color_lut *lut = calloc(4096, sizeof(*lut));
	const struct lut night = make_lut(NIGHT);
	uint16_t ramp[512] = {};
	unsigned int i;

	igt_assert(lut);
	for (i = 0; i < 2 * ARRAY_SIZE(sizes); i++) {
		struct mc_commit commit = {
			.gamma = lut,
			.gamma_bytes = sizes[i / 2],
			.flags = i % 2 ? DRM_MODE_ATOMIC_TEST_ONLY : 0,
		};

		mc_expect_f(mc_commit_errno(scene->kms, &commit), -EINVAL,
			    "%zu bytes", sizes[i / 2]);
	}
	/* No blob, and one with something else */
	igt_assert_eq(drmModeObjectSetProperty(scene->card, scene->kms->crtc,
					       DRM_MODE_OBJECT_CRTC,
					       scene->kms->props.gamma_lut,
					       scene->kms->crtc), -EINVAL);
	igt_assert(drmModeCrtcSetGamma(scene->card, scene->kms->crtc, 255,
				       ramp, ramp, ramp) < 0);
	igt_assert(drmModeCrtcSetGamma(scene->card, scene->kms->crtc, 512,
				       ramp, ramp, ramp) < 0);
	free(lut);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	/* TEST_ONLY commits change nothing. */
	mc_expect(mc_commit_errno(scene->kms, &(struct mc_commit) {
				  .gamma = night.entries,
				  .flags = DRM_MODE_ATOMIC_TEST_ONLY }), 0);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	expect(scene, scene->fb[1], NULL, "after refusals");
}

static void test_legacy(void)
{
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888, 0);
	const struct lut night = make_lut(NIGHT);
	uint16_t red[ENTRIES], green[ENTRIES], blue[ENTRIES];
	uint16_t got[3][ENTRIES];
	unsigned int i;

	for (i = 0; i < ENTRIES; i++) {
		red[i] = night.entries[i].red;
		green[i] = night.entries[i].green;
		blue[i] = night.entries[i].blue;
	}
	igt_assert_eq(drmModeCrtcSetGamma(scene->card, scene->kms->crtc,
					  ENTRIES, red, green, blue), 0);
	expect(scene, scene->fb[0], &night, "legacy");
	igt_assert_eq(drmModeCrtcGetGamma(scene->card, scene->kms->crtc,
					  ENTRIES, got[0], got[1], got[2]), 0);
	igt_assert(!memcmp(got[0], red, sizeof(red)) &&
		   !memcmp(got[1], green, sizeof(green)) &&
		   !memcmp(got[2], blue, sizeof(blue)));
}

/* Mode sets, power and contexts leave the table alone. */
static void test_kept(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	const struct lut night = make_lut(NIGHT), inverse = make_lut(INVERSE);
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888, 0);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 50000);
	struct mc_commit again = { .mode = &mode, .fb = scene->fb[1] };
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);

	set_lut(scene->kms, &night);
	expect(scene, scene->fb[0], &night, "set");
	mc_expect(mc_commit_errno(scene->kms, &again), 0);
	mc_complete_mode(scene->ctx, NULL);
	expect(scene, scene->fb[1], &night, "another mode");
	mc_expect(mc_commit_errno(scene->kms, &off), 0);
	mc_expect(mc_commit_errno(scene->kms, &on), 0);
	expect(scene, scene->fb[1], &night, "off and on");
	/* Set while nothing is shown */
	mc_expect(mc_commit_errno(scene->kms, &off), 0);
	set_lut(scene->kms, &inverse);
	mc_expect(mc_commit_errno(scene->kms, &on), 0);
	expect(scene, scene->fb[1], &inverse, "set while off");
	mc_off(scene->kms);
	set_lut(scene->kms, &night);
	mc_expect(mc_commit_errno(scene->kms, &again), 0);
	expect(scene, scene->fb[1], &night, "set without mode");
	mc_expect(mc_commit_errno(scene->kms, &off), 0);
	set_lut(scene->kms, NULL);
	mc_expect(mc_commit_errno(scene->kms, &on), 0);
	expect(scene, scene->fb[1], NULL, "taken while off");
	/* The next context */
	set_lut(scene->kms, &night);
	expect(scene, scene->fb[1], &night, "before the end");
	mc_ctx_close(scene->ctx);
	limits.connector_id = scene->kms->connector;
	scene->ctx = mc_ctx_create(scene->card, &limits);
	mc_start(scene->ctx);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	mc_wait_connected(scene->card, scene->kms->connector, true);
	mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	mc_expect(mc_commit_errno(scene->kms, &again), 0);
	mc_complete_mode(scene->ctx, NULL);
	expect(scene, scene->fb[1], &night, "another context");
}

static bool blob_exists(int card, uint32_t id)
{
	drmModePropertyBlobPtr blob = drmModeGetPropertyBlob(card, id);

	drmModeFreePropertyBlob(blob);
	return blob;
}

/* Only the CRTC still has a reference to it. */
static void test_blob(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888, 0);
	const struct lut night = make_lut(NIGHT);
	struct mc_kms *kms = scene->kms;
	unsigned int i;
	uint32_t id;

	for (i = 0; i < 3; i++) {
		set_lut(kms, &night);
		id = mc_property_value(scene->card, kms->crtc,
				       DRM_MODE_OBJECT_CRTC, "GAMMA_LUT");
		igt_assert(id);
		igt_assert(blob_exists(scene->card, id));
		if (i == 1) {
			mc_expect(mc_commit_errno(kms, &off), 0);
			mc_expect(mc_commit_errno(kms, &on), 0);
		} else if (i == 2) {
			mc_ctx_close(scene->ctx);
		}
		igt_assert_eq_u32(mc_property_value(scene->card, kms->crtc,
						    DRM_MODE_OBJECT_CRTC,
						    "GAMMA_LUT"), id);
		set_lut(kms, NULL);
		igt_assert(!blob_exists(scene->card, id));
	}
}

/*
 * Framebuffer and table are of one commit: whatever is drawn and moved meanwhile, no
 * picture has one without the other.
 */
static void test_race(void)
{
	const struct lut inverse = make_lut(INVERSE);
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888, 0);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct mc_picture *want[2];
	unsigned int i, seen[2] = {};
	uint64_t last = 0;

	/* With the table, black is white; without, black is black. */
	mc_fb_fill(cursor, 0);
	mc_fb_fill(scene->fb[0], 0x00303030);
	mc_fb_fill(scene->fb[1], 0x00505050);
	want[0] = corrected(scene->fb[0], NULL);
	want[1] = corrected(scene->fb[1], &inverse);
	mc_expect(mc_commit_errno(scene->kms, &(struct mc_commit) {
				  .fb = scene->fb[0], .cursor = cursor }), 0);
	for (i = 0; i < 200; i++) {
		struct mc_commit commit = {
			.fb = scene->fb[i % 2],
			.gamma = i % 2 ? inverse.entries : NULL,
			.no_gamma = !(i % 2),
			.flags = DRM_MODE_ATOMIC_NONBLOCK |
				 DRM_MODE_PAGE_FLIP_EVENT,
		};
		struct mc_chunk chunk;

		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		mc_move_cursor(scene->kms, i, i);
		igt_assert_eq(drmModeDirtyFB(scene->card, commit.fb->id, NULL,
					     0), 0);
		mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
		while (mc_try_chunk(scene->ctx, &chunk, 0)) {
			uint32_t pitch;
			const uint32_t *pixel =
				(const void *)mc_chunk_pixels(scene->ctx,
							      &chunk, &pitch);
			bool with = (*pixel & 0xffffff) == 0xafafaf;

			if (chunk.event.chunk_id != last) {
				mc_assert_chunk(scene->ctx, &chunk, want[with],
						"race");
				seen[with]++;
			}
			last = chunk.event.chunk_id;
			mc_release(scene->ctx, &chunk);
		}
		mc_wait_flip(scene->kms, NULL);
	}
	igt_assert_f(seen[0] > 10 && seen[1] > 10, "%u and %u pictures\n",
		     seen[0], seen[1]);
	mc_picture_free(want[0]);
	mc_picture_free(want[1]);
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
	{ "gamma-alone", "A table alone makes one picture, of all of it.",
	  test_alone },
	{ "gamma-identity", "A table that changes nothing costs nothing.",
	  test_identity },
	{ "gamma-damage", "Damage and stale buffers agree about tables.",
	  test_damage },
	{ "gamma-direct",
	  "In DIRECT the owner learns that there is a table, and gets pixels as drawn.",
	  test_direct },
	{ "gamma-wrong-size", "Tables of other sizes are refused.",
	  test_wrong_size },
	{ "gamma-legacy", "The legacy call sets the same table.", test_legacy },
	{ "gamma-kept", "A table outlives modes, power and contexts.",
	  test_kept },
	{ "gamma-blob", "The blob lives as long as the CRTC has it.",
	  test_blob },
	{ "gamma-race", "Framebuffer and table are of one commit.",
	  test_race },
	{}
};
