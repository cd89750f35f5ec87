// SPDX-License-Identifier: MIT
/*
 * The cursor is blended into the chunks' pictures.
 */
#include "miracast_chunk.h"

enum shape { OPAQUE, TRANSPARENT, BLENDED, MIXED };

/* Premultiplied: no channel is above alpha. */
static uint32_t cursor_pixel(enum shape shape, uint32_t x, uint32_t y)
{
	uint32_t colour = mc_pattern(x, y, 77), alpha, out, channel;
	int shift;

	switch (shape) {
	case OPAQUE:
		return colour | 0xff000000;
	case TRANSPARENT:
		return 0;
	case BLENDED:
		alpha = 1 + (x + y * 256) % 254;
		break;
	default:
		alpha = (x / 16 + y / 16) % 3 ? (x * 7 + y) % 256 :
			(x / 16) % 2 * 255;
		break;
	}
	out = alpha << 24;
	for (shift = 0; shift < 24; shift += 8) {
		channel = (colour >> shift & 0xff) * alpha / 255;
		out |= channel << shift;
	}
	return out;
}

static struct mc_fb *make_cursor(int card, uint32_t width, uint32_t height,
				 enum shape shape)
{
	struct mc_fb *fb = mc_fb(card, width, height, DRM_FORMAT_ARGB8888);
	uint32_t x, y;

	for (y = 0; y < height; y++)
		for (x = 0; x < width; x++)
			((uint32_t *)(void *)(fb->map + y * fb->pitch))[x] =
				cursor_pixel(shape, x, y);
	return fb;
}

struct blend {
	struct mc_scene *scene;
	struct mc_picture *screen;	/* without cursor */
	struct mc_picture *owner;	/* kept from damage */
};

static struct blend begin(void)
{
	struct blend b = { .scene = mc_scene_running(640, 480, 3) };

	b.screen = mc_fb_seen(b.scene->fb[0], 0, 0, 640, 480);
	b.owner = mc_fb_seen(b.scene->fb[0], 0, 0, 640, 480);
	return b;
}

/* The newest chunk must show the cursor there, in its buffer and its damage. */
static void expect_cursor(struct blend *b, const struct mc_fb *cursor,
			  int32_t x, int32_t y)
{
	struct mc_chunk chunk;
	uint32_t pitch;
	const uint8_t *pixels;

	mc_wait_chunk(b->scene->ctx, &chunk);
	mc_assert_blended(b->scene->ctx, &chunk, b->screen, cursor, x, y);
	mc_picture_apply(b->owner, b->scene->ctx, &chunk);
	pixels = mc_chunk_pixels(b->scene->ctx, &chunk, &pitch);
	mc_assert_pixels(b->owner->pixels, b->owner->pitch, pixels, pitch,
			 640, 480, "the owner's picture");
	mc_release(b->scene->ctx, &chunk);
}

static void place(struct blend *b, const struct mc_fb *cursor,
		  int32_t x, int32_t y)
{
	struct mc_commit commit = {
		.cursor = cursor,
		.cursor_x = x,
		.cursor_y = y,
	};

	mc_expect(mc_commit_errno(b->scene->kms, &commit), 0);
	expect_cursor(b, cursor, x, y);
}

static const struct { int32_t x, y; } places[] = {
	{ 0, 0 }, { 100, 100 }, { 1, 1 }, { -100, 200 }, { 300, -200 },
	{ -255, -255 }, { 600, 100 }, { 100, 440 }, { 639, 479 }, { 500, 400 },
	{ -128, 300 },
	/* One way at a time. */
	{ 490, 390 }, { 500, 390 }, { 500, 400 },
};

static void blended(enum shape shape, uint32_t width, uint32_t height)
{
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, width, height, shape);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (places[i].x + (int32_t)width <= 0 ||
		    places[i].y + (int32_t)height <= 0)
			continue;
		place(&b, cursor, places[i].x, places[i].y);
	}
}

static void test_opaque(void)
{
	blended(OPAQUE, 256, 256);
}

static void test_alpha(void)
{
	blended(BLENDED, 256, 256);
}

static void test_mixed(void)
{
	blended(MIXED, 256, 256);
}

static void test_small(void)
{
	blended(MIXED, 64, 64);
}

static void test_transparent(void)
{
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, 256, 256,
					   TRANSPARENT);
	struct mc_fb *shown = make_cursor(b.scene->card, 256, 256, OPAQUE);

	place(&b, shown, 50, 50);
	place(&b, cursor, 50, 50);
}

static void test_hidden(void)
{
	struct mc_commit hide = { .no_cursor = true };
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, 256, 256, MIXED);
	struct mc_chunk chunk;
	int i;

	for (i = 0; i < 3; i++) {
		place(&b, cursor, 30 * i, 20);
		mc_expect(mc_commit_errno(b.scene->kms, &hide), 0);
		mc_wait_chunk(b.scene->ctx, &chunk);
		mc_assert_chunk(b.scene->ctx, &chunk, b.screen,
				"without cursor");
		mc_picture_apply(b.owner, b.scene->ctx, &chunk);
		mc_assert_picture(b.owner, b.screen, "without cursor");
		mc_release(b.scene->ctx, &chunk);
	}
}

/* Only what the cursor covered and covers now is damage. */
static void test_damage(void)
{
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, 64, 64, OPAQUE);
	struct mc_commit commit = { .cursor = cursor, .cursor_x = 300,
				    .cursor_y = 200 };
	struct mc_chunk chunk;
	uint64_t area = 0;
	uint32_t i;

	place(&b, cursor, 10, 10);
	mc_expect(mc_commit_errno(b.scene->kms, &commit), 0);
	mc_wait_chunk(b.scene->ctx, &chunk);
	igt_assert(!(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL));
	for (i = 0; i < chunk.event.clip_count; i++)
		area += (uint64_t)(chunk.clips[i].x2 - chunk.clips[i].x1) *
			(chunk.clips[i].y2 - chunk.clips[i].y1);
	igt_assert_lte_u64(area, 2 * 64 * 64);
	mc_release(b.scene->ctx, &chunk);
}

/* The cursor over a picture that changes beneath it. */
static void test_over_flips(void)
{
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, 256, 256, MIXED);
	struct drm_mode_rect clip = { 120, 120, 220, 220 };
	struct drm_clip_rect area = { 120, 120, 220, 220 };
	int i;

	place(&b, cursor, 100, 100);
	for (i = 1; i < 6; i++) {
		struct mc_commit commit = {
			.fb = b.scene->fb[0],
			.clips = &clip,
			.clip_count = 1,
		};

		mc_fb_paint(b.scene->fb[0], &area, 100 + i);
		mc_picture_paint(b.screen, &area, 100 + i);
		mc_expect(mc_commit_errno(b.scene->kms, &commit), 0);
		expect_cursor(&b, cursor, 100, 100);
	}
	/* Both at once. */
	for (i = 1; i < 6; i++) {
		struct mc_commit commit = {
			.fb = b.scene->fb[0],
			.clips = &clip,
			.clip_count = 1,
			.cursor = cursor,
			.cursor_x = 100 + 20 * i,
			.cursor_y = 100 - 40 * i,
		};

		mc_fb_paint(b.scene->fb[0], &area, 200 + i);
		mc_picture_paint(b.screen, &area, 200 + i);
		mc_expect(mc_commit_errno(b.scene->kms, &commit), 0);
		expect_cursor(&b, cursor, 100 + 20 * i, 100 - 40 * i);
	}
}

/* The client may draw into the cursor's memory: it shows with a commit only. */
static void test_snapshot(void)
{
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, 64, 64, OPAQUE);
	struct mc_fb *copy = make_cursor(b.scene->card, 64, 64, OPAQUE);
	struct drm_mode_rect clip = { 0, 0, 640, 480 };

	place(&b, cursor, 100, 100);
	mc_fb_fill(cursor, 0xff00ff00);
	mc_show(b.scene->kms, b.scene->fb[0], &clip, 1);
	expect_cursor(&b, copy, 100, 100);
	place(&b, cursor, 101, 100);
}

/* What X servers and older compositors use */

static bool cursor_there(struct blend *b, const struct mc_chunk *chunk,
			 const struct mc_fb *cursor, int32_t x, int32_t y)
{
	struct mc_picture *want = mc_picture(640, 480);
	uint32_t pitch, dx, dy;
	const uint8_t *pixels = mc_chunk_pixels(b->scene->ctx, chunk, &pitch);
	bool equal;

	memcpy(want->pixels, b->screen->pixels, 640 * 480 * 4);
	if (cursor)
		mc_blend(want, cursor, x, y);
	equal = mc_pixels_equal(pixels, pitch, want->pixels, want->pitch, 640,
				480, &dx, &dy);
	mc_picture_free(want);
	return equal;
}

/* Legacy calls may be folded; the last one must win in the end. */
static void wait_cursor(struct blend *b, const struct mc_fb *cursor,
			int32_t x, int32_t y)
{
	struct mc_chunk chunk;
	bool there = false;

	while (!there) {
		igt_assert_f(mc_try_chunk(b->scene->ctx, &chunk, 10000),
			     "the cursor does not get to %d,%d\n", x, y);
		mc_picture_apply(b->owner, b->scene->ctx, &chunk);
		there = cursor_there(b, &chunk, cursor, x, y);
		mc_release(b->scene->ctx, &chunk);
	}
	/* And that is how it stays. */
	while (mc_try_chunk(b->scene->ctx, &chunk, MC_QUIET_MS)) {
		igt_assert(cursor_there(b, &chunk, cursor, x, y));
		mc_picture_apply(b->owner, b->scene->ctx, &chunk);
		mc_release(b->scene->ctx, &chunk);
	}
}

static void test_legacy(void)
{
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, 256, 256, OPAQUE);
	unsigned int i;

	mc_set_cursor(b.scene->kms, cursor);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		mc_move_cursor(b.scene->kms, places[i].x, places[i].y);
		wait_cursor(&b, cursor, places[i].x, places[i].y);
	}
	/* In one direction only */
	mc_move_cursor(b.scene->kms, 100, 100);
	wait_cursor(&b, cursor, 100, 100);
	mc_move_cursor(b.scene->kms, 101, 100);
	wait_cursor(&b, cursor, 101, 100);
	mc_move_cursor(b.scene->kms, 101, 101);
	wait_cursor(&b, cursor, 101, 101);
	mc_set_cursor(b.scene->kms, NULL);
	wait_cursor(&b, NULL, 0, 0);
	mc_assert_picture(b.owner, b.screen, "without cursor");
}

/* The call has no pitch: DRM core takes lines to follow each other without padding. */
static void test_legacy_sizes(void)
{
	static const uint32_t sizes[] = { 1, 24, 32, 48, 64, 96, 200, 256 };
	struct blend b = begin();
	struct mc_fb *cursor;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		cursor = make_cursor(b.scene->card, sizes[i],
				     sizes[ARRAY_SIZE(sizes) - 1 - i], OPAQUE);
		mc_set_cursor(b.scene->kms, cursor);
		mc_move_cursor(b.scene->kms, 10 * i, 20);
		wait_cursor(&b, cursor, 10 * i, 20);
	}
}

/* Nothing waited for vblanks before, so the next one must be scheduled again. */
static void test_legacy_vblank(void)
{
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, 64, 64, OPAQUE);
	struct mc_chunk chunk;
	uint64_t before;
	int i;

	mc_set_cursor(b.scene->kms, cursor);
	mc_move_cursor(b.scene->kms, 1, 1);
	wait_cursor(&b, cursor, 1, 1);
	for (i = 1; i <= 3; i++) {
		before = mc_now_ns();
		mc_move_cursor(b.scene->kms, 10 * i, 10);
		mc_wait_chunk(b.scene->ctx, &chunk);
		igt_assert_lte_u64(before, chunk.event.vblank_time_ns);
		mc_release(b.scene->ctx, &chunk);
		while (mc_try_chunk(b.scene->ctx, &chunk, MC_QUIET_MS))
			mc_release(b.scene->ctx, &chunk);
	}
}

/* On a CRTC that is off, moves are commits. */
static void test_legacy_while_off(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, 64, 64, OPAQUE);

	mc_set_cursor(b.scene->kms, cursor);
	mc_move_cursor(b.scene->kms, 10, 20);
	wait_cursor(&b, cursor, 10, 20);
	mc_expect(mc_commit_errno(b.scene->kms, &off), 0);
	mc_move_cursor(b.scene->kms, 50, 60);
	mc_expect(mc_commit_errno(b.scene->kms, &on), 0);
	wait_cursor(&b, cursor, 50, 60);
}

static void test_legacy_fast(void)
{
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, 64, 64, OPAQUE);
	struct drm_miracast_statistics before, after;
	uint64_t start, periods;
	int i, moves = 500;

	/* The position outlives clients. */
	mc_move_cursor(b.scene->kms, 0, 0);
	mc_set_cursor(b.scene->kms, cursor);
	wait_cursor(&b, cursor, 0, 0);
	before = mc_statistics(b.scene->ctx);
	start = mc_now_ns();
	for (i = 1; i <= moves; i++)
		mc_move_cursor(b.scene->kms, i % 500, i % 400);
	wait_cursor(&b, cursor, moves % 500, moves % 400);
	periods = (mc_now_ns() - start) / 16666667 + 2;
	after = mc_statistics(b.scene->ctx);
	/* Mice report more often than screens refresh: one picture in a refresh period. */
	igt_assert_lte_u64(after.pictures_captured - before.pictures_captured,
			   periods);
	igt_info("%d moves made %llu pictures\n", moves,
		 (unsigned long long)(after.pictures_captured -
				      before.pictures_captured));
}

/* Moves must not disturb flips that are under way. */
static void test_legacy_during_flips(void)
{
	struct blend b = begin();
	struct mc_fb *cursor = make_cursor(b.scene->card, 64, 64, OPAQUE);
	struct mc_chunk chunk;
	int i;

	mc_set_cursor(b.scene->kms, cursor);
	for (i = 0; i < 60; i++) {
		struct mc_fb *fb = b.scene->fb[i % 3];

		mc_fb_paint(fb, NULL, 0);
		mc_flip(b.scene->kms, fb, NULL, 0);
		mc_move_cursor(b.scene->kms, i * 5, i * 3);
		mc_move_cursor(b.scene->kms, i * 5 + 1, i * 3);
		mc_wait_flip(b.scene->kms, NULL);
		while (mc_try_chunk(b.scene->ctx, &chunk, 0)) {
			mc_picture_apply(b.owner, b.scene->ctx, &chunk);
			mc_release(b.scene->ctx, &chunk);
		}
	}
	mc_move_cursor(b.scene->kms, 200, 200);
	wait_cursor(&b, cursor, 200, 200);
	mc_set_cursor(b.scene->kms, NULL);
	wait_cursor(&b, NULL, 0, 0);
	mc_assert_picture(b.owner, b.screen, "after flips");
}

/* The calls do not wait for a vblank, and many of them do not make more pictures. */
static void test_toggled(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 16);
	struct mc_fb *cursor = make_cursor(scene->card, 64, 64, OPAQUE);
	uint64_t before, pictures, start, periods;
	int i;

	before = mc_statistics(scene->ctx).pictures_captured;
	start = mc_now_ns();
	for (i = 0; i < 100; i++)
		mc_set_cursor(scene->kms, i % 2 ? NULL : cursor);
	pictures = mc_statistics(scene->ctx).pictures_captured - before;
	periods = (mc_now_ns() - start) / mc_period_ns(scene->kms) + 2;
	igt_info("%d calls made %llu pictures in %llu periods\n", i,
		 (unsigned long long)pictures, (unsigned long long)periods);
	igt_assert_lte_u64(pictures, periods);
}

const struct mc_subtest mc_chunk_cursor[] = {
	{ "cursor-opaque",
	  "An opaque cursor covers the picture exactly, on the edges too.",
	  test_opaque },
	{ "cursor-alpha",
	  "A translucent cursor is blended over the picture.", test_alpha },
	{ "cursor-mixed",
	  "Opaque, translucent and transparent parts of one cursor are right.",
	  test_mixed },
	{ "cursor-toggled",
	  "A legacy cursor that goes on and off makes a picture a period at most.",
	  test_toggled },
	{ "cursor-small", "So is a cursor of the usual size.", test_small },
	{ "cursor-transparent", "A transparent cursor changes nothing.",
	  test_transparent },
	{ "cursor-hidden",
	  "When the cursor goes, what was beneath it comes back.",
	  test_hidden },
	{ "cursor-damage",
	  "A move damages where the cursor was and where it is.",
	  test_damage },
	{ "cursor-over-flips",
	  "The cursor stays on top of a picture that changes.",
	  test_over_flips },
	{ "cursor-snapshot",
	  "Drawing into the cursor's memory shows with the next commit only.",
	  test_snapshot },
	{ "cursor-legacy",
	  "The legacy cursor calls move, change and hide it.", test_legacy },
	{ "cursor-legacy-sizes", "They take cursors of any size.",
	  test_legacy_sizes },
	{ "cursor-legacy-vblank",
	  "A move on a screen at rest names the vblank that comes.",
	  test_legacy_vblank },
	{ "cursor-legacy-while-off",
	  "A move while the CRTC is off shows when it is on again.",
	  test_legacy_while_off },
	{ "cursor-legacy-fast",
	  "Moves faster than the screen do not make more pictures.",
	  test_legacy_fast },
	{ "cursor-legacy-during-flips",
	  "Legacy moves and flips at the same time end in the right picture.",
	  test_legacy_during_flips },
	{}
};
