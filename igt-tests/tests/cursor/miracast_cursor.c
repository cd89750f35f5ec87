// SPDX-License-Identifier: MIT
/*
 * CURSOR_METADATA: the cursor is reported, not drawn.
 */
#include "miracast_cursor.h"

IGT_TEST_DESCRIPTION("The cursor as metadata.");

#define WIDTH	640
#define HEIGHT	480
#define PERIOD_NS 16666667

static struct mc_scene *metadata_scene(void)
{
	return cursor_scene(DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA);
}

/* Since then nothing was copied and no picture was made. */
static void assert_no_picture(struct mc_scene *scene,
			      const struct drm_miracast_statistics *before)
{
	struct drm_miracast_statistics now = mc_statistics(scene->ctx);

	igt_assert_eq_u64(now.bytes_copied, before->bytes_copied);
	igt_assert_eq_u64(now.pixels_converted, before->pixels_converted);
	igt_assert_eq_u64(now.pictures_captured, before->pictures_captured);
	igt_assert_eq_u64(now.pictures_skipped, before->pictures_skipped);
}

/* Pictures */

static void expect_no_cursor_in(struct mc_scene *scene, const struct mc_fb *fb,
				const char *what)
{
	struct mc_picture *seen = mc_fb_seen(fb, 0, 0, WIDTH, HEIGHT);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	if (scene->ctx->format == DRM_FORMAT_NV12) {
		struct mc_nv12 *want = mc_nv12(WIDTH, HEIGHT);

		mc_nv12_convert(want, seen, NULL);
		mc_nv12_assert_chunk(scene->ctx, &chunk, want, what);
		mc_nv12_free(want);
	} else {
		mc_assert_chunk(scene->ctx, &chunk, seen, what);
	}
	mc_release(scene->ctx, &chunk);
	mc_picture_free(seen);
}

static void picture_without(struct mc_scene *scene)
{
	struct mc_fb *cursor = cursor_fb(scene->card, 64, 64, 9);
	struct mc_commit both = {
		.fb = scene->fb[2], .cursor = cursor, .cursor_x = 300,
		.cursor_y = 200,
	};
	int i;

	mc_fb_fill(cursor, 0xffffffff);
	for (i = 0; i < 3; i++)
		mc_fb_paint(scene->fb[i], NULL, i);
	cursor_place(scene, cursor, 100, 100);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	expect_no_cursor_in(scene, scene->fb[1], "a flip");
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	expect_no_cursor_in(scene, scene->fb[1], "a requested picture");
	/* Both in one commit */
	mc_expect(mc_commit_errno(scene->kms, &both), 0);
	expect_no_cursor_in(scene, scene->fb[2], "a flip with a move");
	cursor_place(scene, NULL, 0, 0);
	igt_assert_eq(cursor_hear(scene, NULL).pictures, 0);
}

static void test_picture(void)
{
	picture_without(metadata_scene());
}

static void test_picture_nv12(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA;
	limits.format = DRM_FORMAT_NV12;
	picture_without(cursor_scene_of(&limits));
}

static void test_picture_direct(void)
{
	picture_without(cursor_scene_direct());
}

/* Without the flag nothing is reported. */
static void test_without_flag(void)
{
	struct mc_scene *scene = cursor_scene(0);
	struct mc_fb *cursor = cursor_fb(scene->card, 64, 64, 1);
	const struct heard want = { .pictures = 1 };
	struct heard heard;
	int i;

	for (i = 0; i < 5; i++) {
		cursor_place(scene, cursor, i * 20, i * 10);
		heard = cursor_hear(scene, &want);
		igt_assert_eq(heard.moves + heard.shapes + heard.others, 0);
		igt_assert_lt(0, heard.pictures);
	}
}

/* Moves */

static const struct { int32_t x, y; } places[] = {
	{ 100, 100 }, { 0, 0 }, { -1, 50 }, { -63, -63 }, { 639, 479 },
	{ 639, -10 }, { -10, 479 }, { 320, 240 }, { 321, 240 }, { 321, 241 },
};

static void moves(struct mc_scene *scene)
{
	struct mc_fb *cursor = cursor_fb(scene->card, 64, 64, 1);
	struct drm_miracast_statistics before = mc_statistics(scene->ctx);
	struct heard heard;
	unsigned int i;

	cursor_place(scene, cursor, 5, 6);
	heard = cursor_hear_move(scene, 1, 5, 6, 1);
	igt_assert_eq(heard.shapes, 1);
	igt_assert_eq(heard.moves, 1);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		cursor_place(scene, cursor, places[i].x, places[i].y);
		heard = cursor_hear_move(scene, 0, places[i].x, places[i].y, 1);
		igt_assert_eq(heard.moves, 1);
		igt_assert_eq(heard.shapes, 0);
		igt_assert_eq(heard.pictures + heard.others, 0);
	}
	assert_no_picture(scene, &before);
}

static void test_moves(void)
{
	moves(metadata_scene());
}

static void test_moves_direct(void)
{
	moves(cursor_scene_direct());
}

static void test_moves_legacy(void)
{
	struct mc_scene *scene = metadata_scene();
	struct mc_fb *cursor = cursor_fb(scene->card, 64, 64, 1);
	struct drm_miracast_statistics before = mc_statistics(scene->ctx);
	struct heard heard;
	unsigned int i;

	mc_set_cursor(scene->kms, cursor);
	heard = cursor_hear_move(scene, 1, 0, 0, 1);
	igt_assert_eq(heard.shapes, 1);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		mc_move_cursor(scene->kms, places[i].x, places[i].y);
		heard = cursor_hear_move(scene, 0, places[i].x, places[i].y, 1);
		igt_assert_eq(heard.moves, 1);
		igt_assert_eq(heard.shapes, 0);
		igt_assert_eq(heard.pictures + heard.others, 0);
	}
	mc_set_cursor(scene->kms, NULL);
	heard = cursor_hear_move(scene, 0, 0, 0, 0);
	igt_assert_eq(heard.shapes, 0);
	assert_no_picture(scene, &before);
}

/* Faster than the screen: one message a period, and the last one arrives. */
static void test_moves_fast(void)
{
	struct mc_scene *scene = metadata_scene();
	struct mc_fb *cursor = cursor_fb(scene->card, 64, 64, 1);
	struct drm_miracast_statistics before;
	struct heard heard = {}, want;
	uint64_t start, periods;
	int i, count = 500;

	mc_set_cursor(scene->kms, cursor);
	cursor_hear_move(scene, 1, 0, 0, 1);
	before = mc_statistics(scene->ctx);
	start = mc_now_ns();
	for (i = 1; i <= count; i++) {
		mc_move_cursor(scene->kms, i % 500, i % 300);
		cursor_hear_more(scene, &heard, 0);
	}
	want = cursor_wanted(0, count % 500, count % 300, 1);
	cursor_hear_all(scene, &heard, &want);
	periods = (mc_now_ns() - start) / PERIOD_NS + 2;
	cursor_assert_move(&heard, count % 500, count % 300, 1);
	igt_assert_lte_u64(heard.moves, periods);
	igt_assert_eq(heard.shapes, 0);
	igt_assert_eq(heard.pictures, 0);
	assert_no_picture(scene, &before);
	igt_info("%d moves made %u messages\n", count, heard.moves);
}

static void test_moves_during_flips(void)
{
	struct mc_scene *scene = metadata_scene();
	struct mc_fb *cursor = cursor_fb(scene->card, 64, 64, 1);
	struct heard heard = {}, want;
	int i, flips = 60;

	mc_set_cursor(scene->kms, cursor);
	cursor_hear_move(scene, 1, 0, 0, 1);
	for (i = 1; i <= flips; i++) {
		mc_flip(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_move_cursor(scene->kms, i * 5, i * 3);
		mc_move_cursor(scene->kms, i * 5 + 1, i * 3);
		mc_wait_flip(scene->kms, NULL);
		cursor_hear_more(scene, &heard, 0);
	}
	want = cursor_wanted(0, flips * 5 + 1, flips * 3, 1);
	want.pictures = flips;
	cursor_hear_all(scene, &heard, &want);
	cursor_assert_move(&heard, flips * 5 + 1, flips * 3, 1);
	igt_assert_eq(heard.shapes, 0);
	igt_assert_eq(heard.pictures, flips);
}

/* Unread messages are replaced. */
static void test_states(void)
{
	struct mc_scene *scene = metadata_scene();
	struct mc_fb *one = cursor_fb(scene->card, 64, 64, 1);
	struct mc_fb *two = cursor_fb(scene->card, 64, 64, 2);
	struct heard heard;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		cursor_place(scene, i % 2 ? one : two, i * 10, i * 5);
		usleep(20000);
	}
	usleep(200000);
	heard = cursor_hear_move(scene, 1, 190, 95, 1);
	igt_assert_eq(heard.moves, 1);
	igt_assert_eq(heard.shapes, 1);
	igt_assert_eq(heard.pictures + heard.others, 0);
	igt_assert_eq_u64(cursor_assert_pixels(scene, one).shape_serial,
			  heard.serial);
}

static void test_hide_and_show(void)
{
	struct mc_scene *scene = metadata_scene();
	struct mc_fb *cursor = cursor_fb(scene->card, 64, 64, 1);
	struct drm_miracast_statistics before = mc_statistics(scene->ctx);
	struct heard heard;
	int i;

	for (i = 0; i < 4; i++) {
		cursor_place(scene, cursor, 50 + i, 60);
		cursor_hear_move(scene, !i, 50 + i, 60, 1);
		cursor_place(scene, NULL, 0, 0);
		heard = cursor_hear_move(scene, 0, 0, 0, 0);
		igt_assert_eq(heard.shapes, 0);
		igt_assert_eq(heard.pictures + heard.others, 0);
	}
	/* At the same place: it is reported again, because it was hidden. */
	cursor_place(scene, cursor, 53, 60);
	cursor_hear_move(scene, 0, 53, 60, 1);
	assert_no_picture(scene, &before);
}

/* Shapes */

static void expect_shape(struct mc_scene *scene, const struct mc_fb *fb,
			 uint64_t *serial, const char *what)
{
	struct heard want = cursor_wanted(1, 10, 10, 1), heard;
	struct drm_miracast_cursor cursor;

	want.moves = !*serial;
	cursor_place(scene, fb, 10, 10);
	heard = cursor_hear(scene, &want);
	igt_assert_f(heard.shapes == 1, "%s: %u shapes were reported\n", what,
		     heard.shapes);
	igt_assert_eq(heard.moves, *serial ? 0 : 1);
	igt_assert_eq(heard.pictures + heard.others, 0);
	igt_assert_lt_u64(*serial, heard.serial);
	*serial = heard.serial;
	cursor = cursor_assert_pixels(scene, fb);
	igt_assert_eq_u64(cursor.shape_serial, heard.serial);
}

static void test_shapes(void)
{
	struct mc_scene *scene = metadata_scene();
	struct mc_fb *first = cursor_fb(scene->card, 64, 64, 1);
	struct mc_fb *second = cursor_fb(scene->card, 64, 64, 2);
	struct mc_fb *small = cursor_fb(scene->card, 32, 64, 1);
	struct mc_fb *large = cursor_fb(scene->card, 256, 256, 1);
	uint64_t serial = 0;

	expect_shape(scene, first, &serial, "the first");
	expect_shape(scene, second, &serial, "another framebuffer");
	expect_shape(scene, first, &serial, "the first again");
	expect_shape(scene, small, &serial, "a smaller one");
	expect_shape(scene, large, &serial, "a larger one");
	cursor_paint(large, 3);
	expect_shape(scene, large, &serial, "new pixels");
	((uint32_t *)(void *)(large->map + (size_t)255 * large->pitch))[255] ^=
		1;
	expect_shape(scene, large, &serial, "one new pixel");
	((uint32_t *)(void *)large->map)[0] ^= 1u << 31;
	expect_shape(scene, large, &serial, "a new alpha");
}

/* The same pixels are no new shape, wherever they are. */
static void test_same_shape(void)
{
	struct mc_scene *scene = metadata_scene();
	struct mc_fb *first = cursor_fb(scene->card, 64, 64, 1);
	struct mc_fb *second = cursor_fb(scene->card, 64, 64, 1);
	uint64_t serial = 0;
	struct heard heard;
	int i;

	expect_shape(scene, first, &serial, "the first");
	for (i = 0; i < 4; i++) {
		cursor_place(scene, i % 2 ? first : second, 10, 10);
		heard = cursor_hear(scene, NULL);
		igt_assert_eq(heard.shapes + heard.moves, 0);
		igt_assert_eq(heard.pictures + heard.others, 0);
	}
	igt_assert_eq_u64(cursor_get(scene).shape_serial, serial);
}

/* With a new mode, and with a new owner's session, all is reported anew. */

static void expect_told(struct mc_scene *scene, int32_t x, int32_t y)
{
	struct heard heard = cursor_hear_move(scene, 1, x, y, 1);

	igt_assert_eq(heard.shapes, 1);
	igt_assert_eq(heard.moves, 1);
	igt_assert_eq_u64(cursor_get(scene).shape_serial, heard.serial);
}

static void test_new_mode(void)
{
	struct mc_scene *scene = metadata_scene();
	struct mc_fb *cursor = cursor_fb(scene->card, 64, 64, 1);
	struct mc_fb *fb = mc_fb(scene->card, 600, 400, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(600, 400, 60000);
	struct mc_commit commit = {
		.mode = &mode, .fb = fb, .cursor = cursor, .cursor_x = 70,
		.cursor_y = 80,
	};
	struct mc_message message;
	struct heard heard;

	cursor_place(scene, cursor, 7, 8);
	expect_told(scene, 7, 8);
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	cursor_place(scene, cursor, 71, 81);
	cursor_paint(cursor, 2);
	cursor_place(scene, cursor, 72, 82);
	/* Until the mode is accepted nothing is reported. */
	heard = cursor_hear(scene, NULL);
	igt_assert_eq(heard.moves + heard.shapes, 0);
	mc_expect(mc_complete_errno(scene->ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	expect_told(scene, 72, 82);
	cursor_assert_pixels(scene, cursor);
}

static void test_new_session(void)
{
	struct mc_scene *scene = metadata_scene();
	struct mc_fb *cursor = cursor_fb(scene->card, 64, 64, 1);
	uint64_t serial;
	int i;

	cursor_place(scene, cursor, 7, 8);
	expect_told(scene, 7, 8);
	serial = cursor_get(scene).shape_serial;
	for (i = 0; i < 3; i++) {
		mc_stop(scene->ctx);
		cursor_place(scene, cursor, 100 + i, 8);
		mc_start(scene->ctx);
		mc_arrive(scene->ctx, WIDTH, HEIGHT);
		mc_complete_mode(scene->ctx, NULL);
		expect_told(scene, 100 + i, 8);
		/* Numbers only grow, and this is the same shape. */
		igt_assert_lte_u64(serial, cursor_get(scene).shape_serial);
		serial = cursor_get(scene).shape_serial;
	}
	cursor_paint(cursor, 2);
	cursor_place(scene, cursor, 102, 8);
	igt_assert_lt_u64(serial, cursor_get(scene).shape_serial);
}

/* Turning the CRTC off and on again changes nothing. */
static void test_power(void)
{
	struct mc_scene *scene = metadata_scene();
	struct mc_fb *cursor = cursor_fb(scene->card, 64, 64, 1);
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct drm_miracast_cursor got;
	struct heard heard;

	cursor_place(scene, cursor, 7, 8);
	expect_told(scene, 7, 8);
	mc_expect(mc_commit_errno(scene->kms, &off), 0);
	cursor_hear(scene, NULL);
	mc_expect(mc_commit_errno(scene->kms, &on), 0);
	/* Whatever is reported, the last report has this place. */
	heard = cursor_hear(scene, NULL);
	if (heard.moves)
		cursor_assert_move(&heard, 7, 8, 1);
	got = cursor_assert_pixels(scene, cursor);
	igt_assert_eq_u32(got.flags, DRM_MIRACAST_CURSOR_FLAG_VISIBLE);
	igt_assert_eq(got.x, 7);
	igt_assert_eq(got.y, 8);
	cursor_place(scene, cursor, 9, 8);
	cursor_hear_move(scene, 0, 9, 8, 1);
}

static const struct mc_subtest subtests[] = {
	{ "picture", "Pictures are without the cursor.", test_picture },
	{ "picture-nv12", "In NV12 as well.", test_picture_nv12 },
	{ "picture-direct",
	  "And in DIRECT, where the flag lets clients have a cursor plane.",
	  test_picture_direct },
	{ "without-flag", "Without the flag the cursor is not reported.",
	  test_without_flag },
	{ "moves",
	  "A move is reported, by one message; nothing is copied, no picture made.",
	  test_moves },
	{ "moves-direct", "The same in DIRECT.", test_moves_direct },
	{ "moves-legacy", "The same for the legacy calls.",
	  test_moves_legacy },
	{ "moves-fast",
	  "Moves faster than the screen make one message a refresh period.",
	  test_moves_fast },
	{ "moves-during-flips", "Moves and flips do not disturb each other.",
	  test_moves_during_flips },
	{ "states", "Unread messages are replaced by newer ones.",
	  test_states },
	{ "hide-and-show", "That the cursor goes and comes is reported.",
	  test_hide_and_show },
	{ "shapes", "New pixels and new sizes are new shapes.", test_shapes },
	{ "same-shape", "The same pixels are not.", test_same_shape },
	{ "new-mode", "After a mode is accepted the cursor is reported anew.",
	  test_new_mode },
	{ "new-session", "So it is in a new session.", test_new_session },
	{ "power", "The cursor survives the screen turned off and on.",
	  test_power },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_cursor_get);
}
