// SPDX-License-Identifier: MIT
/*
 * Screens that the primary plane does not cover, or not all of, and cursors that
 * are part of a framebuffer: as owners and checksums see them.
 */
#include <limits.h>
#include <sys/mman.h>

#include "lib_miracast_masters.h"
#include "miracast_kms.h"

#define WIDTH	640
#define HEIGHT	480
#define LARGE_WIDTH	800
#define LARGE_HEIGHT	600

/* A part of a framebuffer somewhere on the screen, all in pixels. */
struct place {
	uint32_t src_x, src_y, width, height;
	int32_t x, y;
};

static const struct place places[] = {
	{ 0, 0, 320, 240, 0, 0 },
	{ 13, 7, 101, 53, 37, 91 },		/* odd all over */
	{ 0, 0, WIDTH, HEIGHT, 1, 1 },		/* partly outside */
	{ 5, 3, WIDTH, HEIGHT, -300, -200 },
	{ 0, 0, LARGE_WIDTH, LARGE_HEIGHT, -80, -60 },	/* larger */
	{ 0, 0, WIDTH, 240, 0, 240 },
	{ 0, 0, 1, 1, WIDTH - 1, HEIGHT - 1 },
	{ 160, 120, WIDTH, HEIGHT, 0, 0 },	/* all of it */
	{ 0, 0, 320, 240, WIDTH, 0 },		/* beside the screen */
	{ 0, 0, 320, 240, 0, -240 },
	{ 0, 0, 320, 240, INT_MAX - 320, 0 },
	{ 0, 0, 320, 240, 0, INT_MAX - 240 },
	{ 0, 0, 320, 240, INT_MIN, 0 },
	{ 0, 0, 320, 240, INT_MIN, INT_MIN },
	{ 0, 0, 320, 240, INT_MIN + 1, 10 },
	{ 0, 0, WIDTH, HEIGHT, 0, 0 },
};

static struct mc_commit put_at(const struct mc_fb *fb,
			       const struct place *place)
{
	return (struct mc_commit) {
		.fb = fb,
		.src_x = place->src_x,
		.src_y = place->src_y,
		.src_w = place->width,
		.src_h = place->height,
		.crtc_x = place->x,
		.crtc_y = place->y,
		.crtc_w = place->width,
		.crtc_h = place->height,
	};
}

/* Black where the framebuffer does not cover it; NULL: all over. */
static struct mc_picture *expected(const struct mc_fb *fb,
				   const struct place *place)
{
	struct mc_picture *picture = mc_picture(WIDTH, HEIGHT);
	int64_t x, y;

	for (y = 0; y < HEIGHT; y++) {
		uint32_t *line = picture->pixels + y * (picture->pitch / 4);

		for (x = 0; x < WIDTH; x++) {
			int64_t in_x = x - (place ? place->x : 0);
			int64_t in_y = y - (place ? place->y : 0);

			line[x] = 0;
			if (place && in_x >= 0 && in_y >= 0 &&
			    in_x < place->width && in_y < place->height)
				line[x] = mc_fb_pixel(fb, place->src_x + in_x,
						      place->src_y + in_y);
		}
	}
	return picture;
}

/* The next chunk, if one has to come, and then one of all of it. */
static void expect_place(struct mc_scene *scene, const struct mc_fb *fb,
			 const struct place *place, unsigned int i)
{
	struct mc_picture *picture = expected(fb, place);
	struct mc_chunk chunk;
	char what[32];

	snprintf(what, sizeof(what), "place %u", i);
	mc_drain(scene->ctx, &chunk);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	kms_assert_shows(scene->ctx, &chunk, picture, what);
	mc_release(scene->ctx, &chunk);
	mc_picture_free(picture);
}

static struct mc_fb *large_fb(int card, uint32_t format)
{
	struct mc_fb *fb = mc_fb(card, LARGE_WIDTH, LARGE_HEIGHT, format);

	mc_fb_paint(fb, NULL, 5);
	return fb;
}

static struct mc_scene *scene_of(uint32_t format)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	struct mc_scene *scene;
	struct mc_chunk chunk;

	limits.format = format;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	return scene;
}

static void walk_places(uint32_t chunk_format, uint32_t fb_format)
{
	struct mc_scene *scene = scene_of(chunk_format);
	struct mc_fb *fb = large_fb(scene->card, fb_format);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct mc_commit commit = put_at(fb, &places[i]);

		mc_expect_f(mc_commit_errno(scene->kms, &commit), 0,
			    "place %u", i);
		expect_place(scene, fb, &places[i], i);
	}
}

static void test_places(void)
{
	walk_places(DRM_FORMAT_XRGB8888, DRM_FORMAT_XRGB8888);
}

static void test_places_formats(void)
{
	walk_places(DRM_FORMAT_XRGB8888, DRM_FORMAT_RGB565);
	mc_forget_all();
	walk_places(DRM_FORMAT_XRGB8888, DRM_FORMAT_XBGR8888);
}

static void test_places_nv12(void)
{
	walk_places(DRM_FORMAT_NV12, DRM_FORMAT_XRGB8888);
	mc_forget_all();
	walk_places(DRM_FORMAT_NV12, DRM_FORMAT_RGB565);
}

/* Owners that keep a picture and apply clips see the same. */
static void test_places_damage(void)
{
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888);
	struct mc_fb *fb = large_fb(scene->card, DRM_FORMAT_XRGB8888);
	struct mc_picture *kept = mc_picture(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	unsigned int i;

	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_picture_apply(kept, scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct mc_commit commit = put_at(fb, &places[i]);
		struct mc_picture *want = expected(fb, &places[i]);

		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		while (mc_try_chunk(scene->ctx, &chunk, MC_QUIET_MS)) {
			mc_picture_apply(kept, scene->ctx, &chunk);
			mc_release(scene->ctx, &chunk);
		}
		mc_assert_picture(kept, want, "after damage");
		mc_picture_free(want);
	}
	mc_picture_free(kept);
}

/* Clips of a small plane are moved with it, and end at its edges. */
static void test_place_clips(void)
{
	static const struct place place = { 50, 60, 200, 100, 300, 200 };
	const struct drm_mode_rect clip = { 60, 70, 80, 90 };
	const struct drm_mode_rect wide = { 240, 150, 300, 300 };
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888);
	struct mc_fb *fb = large_fb(scene->card, DRM_FORMAT_XRGB8888);
	struct mc_commit commit = put_at(fb, &place);
	struct mc_chunk chunk;

	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	mc_drain(scene->ctx, &chunk);
	commit.clips = &clip;
	commit.clip_count = 1;
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq_u32(chunk.event.clip_count, 1);
	igt_assert_eq(chunk.clips[0].x1, 310);
	igt_assert_eq(chunk.clips[0].y1, 210);
	igt_assert_eq(chunk.clips[0].x2, 330);
	igt_assert_eq(chunk.clips[0].y2, 230);
	mc_release(scene->ctx, &chunk);
	commit.clips = &wide;
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq_u32(chunk.event.clip_count, 1);
	igt_assert_eq(chunk.clips[0].x1, 490);
	igt_assert_eq(chunk.clips[0].y1, 290);
	igt_assert_eq(chunk.clips[0].x2, 500);
	igt_assert_eq(chunk.clips[0].y2, 300);
	mc_release(scene->ctx, &chunk);
}

/* Commits that no picture can be made of are refused, as on all devices. */
static void test_places_refused(void)
{
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888);
	struct mc_fb *fb = scene->fb[1];
	struct mc_commit commit = { .fb = fb, .crtc_x = INT_MAX };

	mc_expect(mc_commit_errno(scene->kms, &commit), -ERANGE);
	commit = (struct mc_commit) { .fb = fb, .crtc_y = INT_MAX - 1 };
	mc_expect(mc_commit_errno(scene->kms, &commit), -ERANGE);
	commit = (struct mc_commit) { .fb = fb, .src_x = 1 };
	mc_expect(mc_commit_errno(scene->kms, &commit), -ENOSPC);
	mc_show(scene->kms, fb, NULL, 0);
}

/* By commits and by a mode set. */
static void no_primary(uint32_t format)
{
	struct mc_commit bare = { .no_primary = true };
	struct mc_scene *scene = scene_of(format);
	drmModeModeInfo mode = scene->kms->mode;
	struct mc_fb *fb = large_fb(scene->card, DRM_FORMAT_XRGB8888);
	struct mc_commit back = put_at(fb, &places[0]);
	struct mc_commit lit = { .mode = &mode, .no_primary = true };
	struct mc_message message;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		mc_expect(mc_commit_errno(scene->kms, &bare), 0);
		expect_place(scene, NULL, NULL, i);
		/* And again, when there is no plane to switch off */
		mc_expect(mc_commit_errno(scene->kms, &bare), 0);
		mc_expect(mc_commit_errno(scene->kms, &back), 0);
		expect_place(scene, fb, &places[0], i);
	}
	mc_off(scene->kms);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_POWER, &message);
	igt_assert_eq(message.power.on, 0);
	mc_expect(mc_commit_errno(scene->kms, &lit), 0);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_POWER, &message);
	igt_assert_eq(message.power.on, 1);
	expect_place(scene, NULL, NULL, 10);
	mc_expect(mc_commit_errno(scene->kms, &back), 0);
	expect_place(scene, fb, &places[0], 11);
}

static void test_no_primary(void)
{
	no_primary(DRM_FORMAT_XRGB8888);
}

static void test_no_primary_nv12(void)
{
	no_primary(DRM_FORMAT_NV12);
}

/* A context that meets a black screen, and one with a small plane. */
static void test_meets_no_primary(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	struct mc_commit commit = { .no_primary = true };
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb = large_fb(card, DRM_FORMAT_XRGB8888);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct mc_picture *want;
		struct mc_chunk chunk;
		struct mc_ctx *ctx;

		mc_light(kms, &mode, fb);
		if (i)
			commit = put_at(fb, &places[1]);
		mc_expect(mc_commit_errno(kms, &commit), 0);
		want = expected(fb, i ? &places[1] : NULL);
		limits.connector_id = kms->connector;
		ctx = mc_ctx_create(card, &limits);
		mc_start(ctx);
		mc_arrive(ctx, WIDTH, HEIGHT);
		mc_complete_mode(ctx, NULL);
		mc_wait_chunk(ctx, &chunk);
		mc_assert_chunk(ctx, &chunk, want, "met");
		mc_release(ctx, &chunk);
		mc_ctx_close(ctx);
		mc_picture_free(want);
	}
}

/* Under the cursor it is black, too. */
static void test_black_cursor(void)
{
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct mc_fb *fb = large_fb(scene->card, DRM_FORMAT_XRGB8888);
	struct mc_commit commit = put_at(fb, &places[1]);
	struct mc_picture *want;
	struct mc_chunk chunk;

	mc_fb_fill(cursor, 0x80402010);
	want = expected(fb, &places[1]);
	commit.cursor = cursor;
	/* Half over the plane, half beside it */
	commit.cursor_x = places[1].x - 20;
	commit.cursor_y = places[1].y - 30;
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	mc_drain(scene->ctx, &chunk);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_blended(scene->ctx, &chunk, want, cursor, commit.cursor_x,
			  commit.cursor_y);
	mc_release(scene->ctx, &chunk);
	mc_picture_free(want);
	commit = (struct mc_commit) { .no_primary = true };
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	want = expected(NULL, NULL);
	mc_drain(scene->ctx, &chunk);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_blended(scene->ctx, &chunk, want, cursor, places[1].x - 20,
			  places[1].y - 30);
	mc_release(scene->ctx, &chunk);
	mc_picture_free(want);
}

/* Checksums are those of one framebuffer that looks the same. */
static void test_crc_places(void)
{
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb = large_fb(card, DRM_FORMAT_XRGB8888);
	struct mc_fb *same = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	struct mc_commit bare = { .no_primary = true };
	struct kms_crc crc;
	uint32_t got;
	unsigned int i;

	mc_light(kms, &mode, same);
	kms_crc_open(&crc, kms);
	for (i = 0; i < 6; i++) {
		struct mc_commit commit = put_at(fb, &places[i]);
		struct mc_picture *want = expected(fb, &places[i]);

		mc_expect(mc_commit_errno(kms, &commit), 0);
		got = kms_crc_next(&crc, kms);
		mc_fb_copy(same, want, NULL);
		mc_show(kms, same, NULL, 0);
		igt_assert_eq_u32(got, kms_crc_next(&crc, kms));
		mc_picture_free(want);
	}
	mc_expect(mc_commit_errno(kms, &bare), 0);
	got = kms_crc_next(&crc, kms);
	mc_fb_fill(same, 0);
	mc_show(kms, same, NULL, 0);
	igt_assert_eq_u32(got, kms_crc_next(&crc, kms));
	kms_crc_close(&crc);
	/* Opened on a black screen */
	mc_expect(mc_commit_errno(kms, &bare), 0);
	kms_crc_open(&crc, kms);
	igt_assert_eq_u32(got, kms_crc_next(&crc, kms));
	kms_crc_close(&crc);
}

/* The screen stays as it is. */
static void expect_refused(struct mc_scene *scene, struct mc_commit *commit,
			   const struct mc_fb *next)
{
	struct mc_chunk chunk;

	commit->flags = DRM_MODE_ATOMIC_TEST_ONLY | DRM_MODE_ATOMIC_ALLOW_MODESET;
	mc_expect(mc_commit_errno(scene->kms, commit), -EINVAL);
	commit->flags = DRM_MODE_ATOMIC_ALLOW_MODESET;
	mc_expect(mc_commit_errno(scene->kms, commit), -EINVAL);
	mc_show(scene->kms, next, NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

/* DIRECT hands out one framebuffer, so it must be the whole picture. */
static void test_direct(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	static const struct place places[] = {
		{ 0, 0, WIDTH, HEIGHT, 1, 0 },
		{ 0, 0, WIDTH, HEIGHT, 0, -1 },
		{ 0, 0, WIDTH, HEIGHT - 1, 0, 0 },
		{ 0, 0, WIDTH - 1, HEIGHT, 1, 0 },
		{ 0, 0, WIDTH, HEIGHT, WIDTH, 0 },
	};
	struct mc_commit bare = { .no_primary = true };
	struct mc_commit lit = { .mode = &scene->kms->mode, .no_primary = true };
	struct mc_commit off = { .active = -1, .no_primary = true };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct mc_commit commit = put_at(scene->fb[1], &places[i]);

		expect_refused(scene, &commit, scene->fb[1 + i % 2]);
	}
	expect_refused(scene, &bare, scene->fb[2]);
	expect_refused(scene, &lit, scene->fb[1]);
	mc_expect(mc_commit_errno(scene->kms, &off), 0);
}

/* A screen from before the owner came is not its picture, until another comes. */
static void test_direct_before(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 0);
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888);
	struct place place = { 0, 0, WIDTH / 2, HEIGHT, 0, 0 };
	struct mc_commit commit = put_at(scene->fb[1], &place);
	struct mc_chunk chunk;
	struct mc_ctx *next;

	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	limits.connector_id = scene->ctx->connector;
	limits.delivery = DRM_MIRACAST_DELIVERY_DIRECT;
	limits.format = 0;
	limits.buffer_count = 0;
	limits.parts = 0;
	mc_ctx_close(scene->ctx);
	next = mc_ctx_create(scene->card, &limits);
	mc_start(next);
	mc_arrive(next, WIDTH, HEIGHT);
	mc_complete_mode(next, NULL);
	mc_wait_picture_state(next, DRM_MIRACAST_PICTURE_STATE_UNREADABLE);
	mc_no_chunk(next, 50);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_wait_picture_state(next, DRM_MIRACAST_PICTURE_STATE_FLOWS);
	mc_wait_chunk(next, &chunk);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	mc_release(next, &chunk);
	mc_expect(mc_commit_errno(scene->kms, &commit), -EINVAL);
}

/* Whatever an owner still holds, the framebuffer can go at once, with the CRTC. */
static void test_direct_held(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_message message;
	struct mc_chunk chunk;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq(drmModeRmFB(scene->card, scene->fb[1]->id), 0);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_POWER, &message);
	igt_assert_eq(message.power.on, 0);
	/* By then it may have been revoked, or not. */
	igt_assert_lte(0, mc_try_release(scene->ctx, &chunk));
	mc_light(scene->kms, &scene->kms->mode, scene->fb[2]);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

/* The plane goes off, not the CRTC, as on other devices. */
static void test_fb_gone(void)
{
	static const struct place all = { 0, 0, WIDTH, HEIGHT, 0, 0 };
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888);
	struct kms_crc source;

	igt_assert_eq(drmModeRmFB(scene->card, scene->fb[0]->id), 0);
	expect_place(scene, NULL, NULL, 0);
	/* Refused while the CRTC is off. */
	kms_crc_open(&source, scene->kms);
	kms_crc_close(&source);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	expect_place(scene, scene->fb[1], &all, 1);
}

/* When a client is gone nothing else would switch the CRTC off. */
static void test_client_gone(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	struct mc_message message;
	struct mc_scene *scene;
	unsigned int i;

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	/* Mappings keep the file open. */
	for (i = 0; i < ARRAY_SIZE(scene->fb); i++)
		mc_unmap(scene->fb[i]->map, scene->fb[i]->size);
	mc_close(scene->card);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_POWER, &message);
	igt_assert_eq(message.power.on, 0);
}

/* Cursors */

static void paint_cursor(struct mc_fb *fb)
{
	uint32_t x, y;

	for (y = 0; y < fb->height; y++)
		for (x = 0; x < fb->width; x++)
			((uint32_t *)(void *)(fb->map +
					      (size_t)y * fb->pitch))[x] =
				0xff000000 | (mc_pattern(x, y, 3) & 0xffffff);
}

/* The screen is black, with a part of the cursor's framebuffer somewhere. */
static void expect_cursor(struct mc_scene *scene, const struct mc_fb *cursor,
			  const struct place *place)
{
	struct mc_picture *want = expected(cursor, place);
	struct mc_chunk chunk;

	mc_drain(scene->ctx, &chunk);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_chunk(scene->ctx, &chunk, want, "part as cursor");
	mc_release(scene->ctx, &chunk);
	mc_picture_free(want);
}

static void test_cursor_source(void)
{
	static const struct place parts[] = {
		{ 0, 0, 64, 64, 10, 10 }, { 536, 436, 64, 64, 10, 10 },
		{ 300, 200, 64, 64, 10, 10 }, { 301, 200, 64, 64, 10, 10 },
		{ 301, 200, 256, 256, 10, 10 }, { 7, 9, 1, 1, 100, 100 },
		{ 7, 9, 33, 31, -10, -10 }, { 7, 9, 33, 31, 630, 470 },
		{ 7, 9, 33, 31, -33, 10 }, { 7, 9, 33, 31, INT_MIN, INT_MIN },
		{ 7, 9, 33, 31, INT_MAX - 33, 0 },
	};
	struct mc_scene *scene = scene_of(DRM_FORMAT_XRGB8888);
	struct mc_fb *cursor = mc_fb(scene->card, 600, 500,
				     DRM_FORMAT_ARGB8888);
	struct mc_commit bare = { .no_primary = true };
	struct drm_miracast_cursor info;
	unsigned int i;

	paint_cursor(cursor);
	mc_expect(mc_commit_errno(scene->kms, &bare), 0);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		struct mc_commit commit = {
			.cursor = cursor,
			.cursor_src_x = parts[i].src_x,
			.cursor_src_y = parts[i].src_y,
			.cursor_w = parts[i].width,
			.cursor_h = parts[i].height,
			.cursor_x = parts[i].x,
			.cursor_y = parts[i].y,
		};

		mc_expect_f(mc_commit_errno(scene->kms, &commit), 0,
			    "part %u", i);
		expect_cursor(scene, cursor, &parts[i]);
		mc_expect(mc_get_cursor_errno(scene->ctx->fd, NULL, 0, &info),
			  0);
		igt_assert_eq_u32(info.width, parts[i].width);
		igt_assert_eq_u32(info.height, parts[i].height);
		igt_assert_eq(info.x, parts[i].x);
		igt_assert_eq(info.y, parts[i].y);
	}
	mc_expect(mc_commit_errno(scene->kms, &(struct mc_commit) {
				  .no_cursor = true }), 0);
}

const struct mc_subtest mc_kms_planes[] = {
	{ "places", "The primary plane may be anywhere; elsewhere it is black.",
	  test_places },
	{ "places-formats", "In all formats of framebuffers.",
	  test_places_formats },
	{ "places-nv12", "In NV12 as well.", test_places_nv12 },
	{ "places-damage", "Damage says what a plane covers and what it leaves.",
	  test_places_damage },
	{ "place-clips", "Damage of a small plane is inside of it.",
	  test_place_clips },
	{ "places-refused", "Places that cannot be are refused.",
	  test_places_refused },
	{ "no-primary", "Without primary plane the screen is black.",
	  test_no_primary },
	{ "no-primary-nv12", "In NV12 as well.", test_no_primary_nv12 },
	{ "meets-no-primary",
	  "A context that meets such screens gets them as they are.",
	  test_meets_no_primary },
	{ "black-cursor", "The cursor is blended over black, too.",
	  test_black_cursor },
	{ "crc-places", "Checksums are of the screen, not of the plane.",
	  test_crc_places },
	{ "direct-places",
	  "DIRECT takes no framebuffer that is not all of the screen.",
	  test_direct },
	{ "direct-places-before",
	  "One that is scanned out when a DIRECT context comes is not handed out.",
	  test_direct_before },
	{ "direct-fb-gone-held", "An owner does not keep a framebuffer.",
	  test_direct_held },
	{ "fb-gone",
	  "Without its framebuffer the screen is black, and the CRTC stays on.",
	  test_fb_gone },
	{ "client-gone", "When the client is gone, the CRTC goes off.",
	  test_client_gone },
	{ "cursor-source", "The source rectangle is the cursor.",
	  test_cursor_source },
	{}
};
