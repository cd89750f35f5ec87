// SPDX-License-Identifier: MIT
/*
 * The contents of chunks: every format, offset and size of framebuffer, several targets at
 * once.
 */
#include <unistd.h>

#include <drm_fourcc.h>

#include "lib_miracast_points.h"
#include "miracast_chunk.h"

static void expect_picture(struct mc_ctx *ctx, const struct mc_fb *fb,
			   uint32_t x, uint32_t y, const char *what)
{
	struct mc_chunk chunk;
	struct mc_picture *seen;

	mc_wait_chunk(ctx, &chunk);
	seen = mc_fb_seen(fb, x, y, chunk.event.width, chunk.event.height);
	mc_assert_chunk(ctx, &chunk, seen, what);
	mc_release(ctx, &chunk);
	mc_picture_free(seen);
}

static void check_corner(struct mc_ctx *ctx, const struct mc_fb *fb,
			 const char *what)
{
	expect_picture(ctx, fb, 0, 0, what);
}

static void test_format(uint32_t format)
{
	mc_scene_show_format(mc_scene_running(640, 480, 3), format,
			     check_corner);
}

static void test_format_xrgb8888(void)
{
	test_format(DRM_FORMAT_XRGB8888);
}

static void test_format_xbgr8888(void)
{
	test_format(DRM_FORMAT_XBGR8888);
}

static void test_format_argb8888(void)
{
	test_format(DRM_FORMAT_ARGB8888);
}

static void test_format_abgr8888(void)
{
	test_format(DRM_FORMAT_ABGR8888);
}

static void test_format_rgb565(void)
{
	test_format(DRM_FORMAT_RGB565);
}

static void test_format_changes(void)
{
	mc_scene_change_formats(mc_scene_running(640, 480, 3),
				check_corner);
}

/* Every value of every channel comes through. */
static void test_all_values(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	uint32_t x, y;

	for (y = 0; y < 480; y++)
		for (x = 0; x < 640; x++)
			*(uint32_t *)(void *)(scene->fb[1]->map +
					      y * scene->fb[1]->pitch + x * 4) =
				(x & 255) << (y / 8 % 3 * 8) | 0xa5000000;
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	expect_picture(scene->ctx, scene->fb[1], 0, 0, "all values");
}

/* Source offsets */

static void show_at(struct mc_scene *scene, const struct mc_fb *fb,
		    uint32_t x, uint32_t y, const struct drm_mode_rect *clip)
{
	struct mc_commit commit = {
		.fb = fb,
		.src_x = x,
		.src_y = y,
		.clips = clip,
		.clip_count = clip ? 1 : 0,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
	};

	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	mc_wait_flip(scene->kms, NULL);
	expect_picture(scene->ctx, fb, x, y, "at an offset");
}

static void test_source_offset(uint32_t format)
{
	static const struct { uint32_t x, y; } offsets[] = {
		{ 0, 0 }, { 1, 0 }, { 0, 1 }, { 17, 33 }, { 160, 120 },
		{ 159, 119 }, { 0, 120 }, { 160, 0 },
	};
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_fb *fb = mc_fb(scene->card, 800, 600, format);
	unsigned int i;

	mc_fb_paint(fb, NULL, 5);
	for (i = 0; i < ARRAY_SIZE(offsets); i++)
		show_at(scene, fb, offsets[i].x, offsets[i].y, NULL);
}

static void test_source_offset_32(void)
{
	test_source_offset(DRM_FORMAT_XRGB8888);
}

static void test_source_offset_16(void)
{
	test_source_offset(DRM_FORMAT_RGB565);
}

/* Damage is in coordinates of the framebuffer, whichever part of it is scanned out. */
static void test_source_offset_damage(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_fb *fb = mc_fb(scene->card, 800, 600, DRM_FORMAT_XRGB8888);
	struct mc_picture *screen;
	struct mc_chunk chunk;
	uint32_t i, seed = 1;

	mc_fb_paint(fb, NULL, 5);
	show_at(scene, fb, 100, 50, NULL);
	screen = mc_fb_seen(fb, 100, 50, 640, 480);
	for (i = 0; i < 10; i++) {
		uint32_t x = 100 + mc_random(&seed) % 600;
		uint32_t y = 50 + mc_random(&seed) % 440;
		struct drm_clip_rect area = { x, y, x + 40, y + 40 };
		struct drm_mode_rect clip = { x, y, x + 40, y + 40 };
		struct mc_commit commit = {
			.fb = fb, .src_x = 100, .src_y = 50,
			.clips = &clip, .clip_count = 1,
			.flags = DRM_MODE_ATOMIC_NONBLOCK |
				 DRM_MODE_PAGE_FLIP_EVENT,
		};

		mc_fb_paint(fb, &area, i);
		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		mc_wait_flip(scene->kms, NULL);
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert(!(chunk.event.base.flags &
			     DRM_MIRACAST_CHUNK_FLAG_FULL));
		mc_picture_apply(screen, scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
	mc_assert_picture(screen, mc_fb_seen(fb, 100, 50, 640, 480),
			  "after damage");
}

/* A moved view is all new, even when the client says that nothing changed. */
static void test_source_offset_moves(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_fb *fb = mc_fb(scene->card, 800, 600, DRM_FORMAT_XRGB8888);
	struct drm_mode_rect clip = { 0, 0, 8, 8 };
	struct mc_picture *screen = mc_picture(640, 480);
	struct mc_chunk chunk;
	uint32_t i;

	mc_fb_paint(fb, NULL, 5);
	show_at(scene, fb, 0, 0, NULL);
	for (i = 1; i < 10; i++) {
		struct mc_commit commit = {
			.fb = fb, .src_x = i * 13, .src_y = i * 7,
			.clips = &clip, .clip_count = 1,
			.flags = DRM_MODE_ATOMIC_NONBLOCK |
				 DRM_MODE_PAGE_FLIP_EVENT,
		};
		struct mc_picture *seen = mc_fb_seen(fb, i * 13, i * 7, 640,
						     480);

		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		mc_wait_flip(scene->kms, NULL);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_assert_chunk(scene->ctx, &chunk, seen, "moved view");
		mc_picture_apply(screen, scene->ctx, &chunk);
		mc_assert_picture(screen, seen, "moved view by damage");
		mc_release(scene->ctx, &chunk);
		mc_picture_free(seen);
	}
}

/* Modes of awkward sizes */

static void test_odd_sizes(void)
{
	static const struct { uint32_t width, height; } sizes[] = {
		{ 641, 481 }, { 650, 485 }, { 656, 496 }, { 647, 599 },
		{ 799, 480 }, { 854, 480 },
	};
	struct drm_miracast_create_context limits = mc_limits(854, 600, 2);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	unsigned int i;

	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		drmModeModeInfo mode = mc_make_mode(sizes[i].width,
						    sizes[i].height, 60000);
		struct mc_fb *fb = mc_fb(card, sizes[i].width, sizes[i].height,
					 DRM_FORMAT_XRGB8888);

		/* Clients may set any mode within the limits. */
		mc_fb_paint(fb, NULL, i);
		mc_light(kms, &mode, fb);
		mc_complete_mode(ctx, NULL);
		expect_picture(ctx, fb, 0, 0, "odd size");
	}
	mc_ctx_close(ctx);
}

/* Several targets */

#define SCENES 4

/* Reads what came for each; the last picture of each must be right. */
static void check_scenes(struct mc_scene **scene, int count, int round)
{
	int i;

	for (i = 0; i < count; i++) {
		struct mc_fb *fb = scene[i]->fb[round % 3];
		struct mc_chunk chunk;
		struct mc_picture *seen = mc_fb_seen(fb, 0, 0, fb->width,
						     fb->height);

		mc_wait_chunk(scene[i]->ctx, &chunk);
		mc_assert_chunk(scene[i]->ctx, &chunk, seen, "one of several");
		mc_release(scene[i]->ctx, &chunk);
		mc_picture_free(seen);
	}
}

static void test_four_contexts(void)
{
	struct mc_scene *scene[SCENES];
	int card = mc_card_open(), i, round, rounds = 10, count = SCENES;
	struct drm_miracast_query_caps caps = mc_caps(card);

	if ((int)caps.targets_total < count)
		count = caps.targets_total;
	igt_require_f(count > 1, "one target only\n");
	igt_require(caps.encoder_slots_total >= (uint32_t)count);
	igt_require(caps.macroblock_rate_total >= 80ull * 45 * 60 * count);
	igt_require(caps.picture_memory_total >=
		    1280ull * 720 * 4 * 2 * count);
	for (i = 0; i < count; i++) {
		scene[i] = mc_scene_on(card, 1280, 720, 2);
		mc_fb_paint(scene[i]->fb[0], NULL, i);
	}
	for (i = 0; i < count; i++) {
		struct mc_chunk chunk;

		mc_wait_chunk(scene[i]->ctx, &chunk);
		igt_assert_eq_u32(chunk.event.width, 1280);
		igt_assert_eq_u32(chunk.event.height, 720);
		mc_release(scene[i]->ctx, &chunk);
	}
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < count; i++)
			mc_fb_paint(scene[i]->fb[round % 3], NULL,
				    round * SCENES + i);
		for (i = 0; i < count; i++)
			mc_flip(scene[i]->kms, scene[i]->fb[round % 3], NULL,
				0);
		for (i = 0; i < count; i++)
			mc_wait_flip(scene[i]->kms, NULL);
		check_scenes(scene, count, round);
	}
}

/* One commit for two CRTCs, as compositors make on resume. */
static void test_shared_framebuffer(void)
{
	struct mc_scene *a = mc_scene_running(640, 480, 2), *b;
	struct mc_fb *wide;
	struct mc_commit left, right;

	igt_require(mc_caps(a->card).targets_free > 0);
	b = mc_scene_on(a->card, 640, 480, 2);
	wide = mc_fb(a->card, 1280, 480, DRM_FORMAT_XRGB8888);
	mc_fb_paint(wide, NULL, 9);
	expect_picture(b->ctx, b->fb[0], 0, 0, "second target");
	left = (struct mc_commit) { .fb = wide };
	right = (struct mc_commit) { .fb = wide, .src_x = 640 };
	mc_expect(mc_commit_errno(a->kms, &left), 0);
	mc_expect(mc_commit_errno(b->kms, &right), 0);
	expect_picture(a->ctx, wide, 0, 0, "left half");
	expect_picture(b->ctx, wide, 640, 0, "right half");
}

/* Commits and captures */

#define TRIES 40

/* Pictures that take long to copy. */
static struct mc_scene *large_scene(uint32_t buffers)
{
	struct drm_miracast_create_context limits =
		mc_limits(3840, 2160, buffers);
	struct mc_scene *scene;
	struct mc_chunk chunk;
	int card = mc_card_open();

	igt_require(mc_caps(card).picture_memory_free >=
		    3840ull * 2160 * 4 * buffers);
	scene = mc_scene_with(card, &limits, 30000);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	return scene;
}

/*
 * Waits until shortly before a vblank, so that a commit made then is shown while its
 * picture is copied.
 */
static void wait_for_end_of_period(struct mc_kms *kms, uint64_t vblank_ns)
{
	uint64_t period = mc_period_ns(kms), now;

	do {
		vblank_ns += period;
		now = mc_now_ns();
	} while (vblank_ns < now + 2000000);
	usleep((vblank_ns - now - 1500000) / 1000);
}

static void test_commit_during_copy(void)
{
	struct mc_scene *scene = large_scene(3);
	unsigned int i;
	bool early = false;

	for (i = 0; i < 5 * TRIES && !early; i++) {
		struct mc_chunk chunk;
		uint64_t made;

		mc_show(scene->kms, scene->fb[i % 2], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
		wait_for_end_of_period(scene->kms, chunk.event.vblank_time_ns);
		mc_flip(scene->kms, scene->fb[2], NULL, 0);
		mc_wait_flip(scene->kms, NULL);
		mc_flip(scene->kms, scene->fb[(i + 1) % 2], NULL, 0);
		made = mc_now_ns();
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
		mc_wait_flip(scene->kms, NULL);
		/* On a busy machine the second may come before any of that. */
		if (chunk.event.skipped)
			continue;
		early = made < chunk.event.ready_time_ns;
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
	igt_assert_f(early, "each commit waited for the capture before it\n");
}

/* Copies that began before the commit and were not announced before it. */
static unsigned int count_given_up(const struct mc_points *trace)
{
	unsigned int count = 0;
	bool copies = false;
	size_t i;

	for (i = 0; i < trace->count; i++) {
		const struct mc_point_event *event = &trace->events[i];

		if (!strcmp(event->name, "commit"))
			count += copies;
		if (!strcmp(event->name, "commit") ||
		    !strcmp(event->name, "published"))
			copies = false;
		else if (!strcmp(event->name, "frame_start"))
			copies = true;
	}
	return count;
}

/* The picture of a commit comes; the one before it is merged into it, or comes first. */
static void take_both(struct mc_scene *scene, const struct mc_chunk *held)
{
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_release(scene->ctx, held);
	if (chunk.event.skipped)
		return;
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

/*
 * Whether the commit comes while the release is copied is up to the machine; it is
 * tried until it does.
 */
static void test_release_before_commit(void)
{
	struct mc_scene *scene = large_scene(2);
	struct mc_commit commit = { .fb = scene->fb[0] };
	unsigned int i, given_up = 0;

	for (i = 0; i < 5 * TRIES && !given_up; i++) {
		struct mc_chunk held[2];
		unsigned int k;

		for (k = 0; k < 2; k++) {
			mc_show(scene->kms, scene->fb[k], NULL, 0);
			mc_wait_chunk(scene->ctx, &held[k]);
		}
		/* No buffer is there for this one. */
		mc_show(scene->kms, scene->fb[2], NULL, 0);
		mc_wait_vblank(scene->kms);
		mc_points_begin(512);
		mc_release(scene->ctx, &held[0]);
		usleep(100 * (i % 16));
		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		take_both(scene, &held[1]);
		given_up = count_given_up(mc_points_end());
	}
	igt_assert_f(given_up, "each commit waited for the copy before it\n");
}

const struct mc_subtest mc_chunk_picture[] = {
	{ "format-xrgb8888", "XRGB8888 comes through exactly.",
	  test_format_xrgb8888 },
	{ "format-xbgr8888", "XBGR8888 comes through exactly.",
	  test_format_xbgr8888 },
	{ "format-argb8888", "ARGB8888 comes through, alpha ignored.",
	  test_format_argb8888 },
	{ "format-abgr8888", "ABGR8888 comes through, alpha ignored.",
	  test_format_abgr8888 },
	{ "format-rgb565", "RGB565 is widened by repeating its bits.",
	  test_format_rgb565 },
	{ "format-changes", "Formats can change from flip to flip.",
	  test_format_changes },
	{ "all-values", "No value of any channel is changed.",
	  test_all_values },
	{ "source-offset",
	  "What a larger framebuffer shows at an offset is captured.",
	  test_source_offset_32 },
	{ "source-offset-rgb565", "The same with two bytes a pixel.",
	  test_source_offset_16 },
	{ "source-offset-damage",
	  "Damage of a framebuffer shown at an offset lands where it belongs.",
	  test_source_offset_damage },
	{ "source-offset-moves",
	  "When the offset moves, all is damage, whatever the client says.",
	  test_source_offset_moves },
	{ "odd-sizes",
	  "Modes whose sizes are no round numbers are captured exactly.",
	  test_odd_sizes },
	{ "four-contexts",
	  "Four targets of 1280x720 at once each get their own picture.",
	  test_four_contexts },
	{ "shared-framebuffer",
	  "Two targets that share a framebuffer get their halves.",
	  test_shared_framebuffer },
	{ "commit-during-copy",
	  "A nonblocking commit does not wait for the capture of the one before.",
	  test_commit_during_copy },
	{ "release-before-commit",
	  "What a release starts to copy gives way to a commit.",
	  test_release_before_commit },
	{}
};
