// SPDX-License-Identifier: MIT
/*
 * The contents of a DIRECT chunk: pixels, place, damage, and the pictures that are merged
 * into it.
 */
#include <sys/mman.h>

#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480

static void expect_clip(const struct mc_chunk *chunk, int x1, int y1, int x2,
			int y2)
{
	igt_assert_eq_u32(chunk->event.clip_count, 1);
	igt_assert_eq(chunk->clips[0].x1, x1);
	igt_assert_eq(chunk->clips[0].y1, y1);
	igt_assert_eq(chunk->clips[0].x2, x2);
	igt_assert_eq(chunk->clips[0].y2, y2);
}

static void expect_seen(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			const struct mc_fb *fb, uint32_t x, uint32_t y)
{
	struct mc_picture *seen = mc_fb_seen(fb, x, y, WIDTH, HEIGHT);

	igt_assert_eq_u32(chunk->event.src_x, x);
	igt_assert_eq_u32(chunk->event.src_y, y);
	mc_assert_chunk(ctx, chunk, seen, "what is scanned out");
	mc_picture_free(seen);
}

/* Pixels */

static void test_pixels(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	int i;

	for (i = 1; i < 20; i++) {
		mc_fb_paint(scene->fb[i % 3], NULL, i);
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		expect_seen(scene->ctx, &chunk, scene->fb[i % 3], 0, 0);
		mc_release(scene->ctx, &chunk);
	}
	igt_assert_eq_u64(mc_statistics(scene->ctx).bytes_copied, 0);
}

/* It is the framebuffer itself, not a copy of it. */
static void test_same_memory(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	uint32_t *drawn = (void *)(scene->fb[0]->map + 7 * scene->fb[0]->pitch);
	const uint32_t *seen;
	struct mc_chunk chunk;
	uint32_t pitch, i;

	mc_wait_chunk(scene->ctx, &chunk);
	seen = (const void *)(mc_chunk_pixels(scene->ctx, &chunk, &pitch) +
			      7 * pitch);
	for (i = 0; i < 100; i++) {
		drawn[5] = i * 0x10203;
		igt_assert_eq_u32(((const volatile uint32_t *)seen)[5],
				  i * 0x10203);
	}
	mc_release(scene->ctx, &chunk);
}

static const uint32_t formats[] = {
	DRM_FORMAT_XRGB8888, DRM_FORMAT_XBGR8888, DRM_FORMAT_ARGB8888,
	DRM_FORMAT_ABGR8888, DRM_FORMAT_RGB565,
};

static void test_formats(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;
	const uint8_t *map;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		struct mc_fb *fb = mc_fb(scene->card, WIDTH, HEIGHT,
					 formats[i]);

		mc_fb_paint(fb, NULL, i);
		mc_show(scene->kms, fb, NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_expect(mc_get_buffer_errno(scene->ctx->fd,
					      chunk.event.buffer, &info), 0);
		igt_assert_eq_u32(info.fourcc, formats[i]);
		igt_assert_eq_u64(info.modifier, DRM_FORMAT_MOD_LINEAR);
		igt_assert_eq_u32(info.width, WIDTH);
		igt_assert_eq_u32(info.height, HEIGHT);
		igt_assert_eq_u32(info.plane_count, 1);
		igt_assert_eq_u32(info.object_count, 1);
		igt_assert_eq_u32(info.planes[0].object, 0);
		igt_assert_eq_u32(info.planes[0].pitch, fb->pitch);
		igt_assert_eq_u64(info.planes[0].offset, 0);
		map = mc_map(info.fds[0], fb->size, PROT_READ, 0);
		igt_assert(!memcmp(map, fb->map, fb->size));
		mc_release(scene->ctx, &chunk);
	}
	igt_assert_eq_u64(mc_statistics(scene->ctx).bytes_copied, 0);
}

/* Place */

static void show_at(struct mc_kms *kms, const struct mc_fb *fb, uint32_t x,
		    uint32_t y, const struct drm_mode_rect *clip)
{
	struct mc_commit commit = {
		.fb = fb,
		.src_x = x,
		.src_y = y,
		.clips = clip,
		.clip_count = clip ? 1 : 0,
	};

	mc_expect(mc_commit_errno(kms, &commit), 0);
}

static void test_source_offset(void)
{
	static const struct { uint32_t x, y; } places[] = {
		{ 0, 0 }, { 160, 120 }, { 1, 0 }, { 0, 1 }, { 159, 119 },
	};
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_fb *large = mc_fb(scene->card, 800, 600, DRM_FORMAT_XRGB8888);
	struct mc_chunk chunk;
	uint64_t buffer = 0;
	unsigned int i;

	mc_fb_paint(large, NULL, 5);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		show_at(scene->kms, large, places[i].x, places[i].y, NULL);
		mc_wait_chunk(scene->ctx, &chunk);
		expect_seen(scene->ctx, &chunk, large, places[i].x,
			    places[i].y);
		/* Whichever part is scanned out, it is the same buffer. */
		igt_assert(!buffer || chunk.event.buffer == buffer);
		buffer = chunk.event.buffer;
		igt_assert_eq_u32(mc_buffer(scene->ctx, buffer)->info.width,
				  800);
		igt_assert_eq_u32(mc_buffer(scene->ctx, buffer)->info.height,
				  600);
		mc_release(scene->ctx, &chunk);
	}
}

/* Clips come in the framebuffer's coordinates and go in the picture's. */
static void test_damage_at_offset(void)
{
	struct drm_mode_rect inside = { 200, 300, 240, 350 };
	struct drm_mode_rect across = { 50, 100, 110, 200 };
	struct drm_mode_rect outside = { 0, 0, 90, 600 };
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_fb *large = mc_fb(scene->card, 800, 600, DRM_FORMAT_XRGB8888);
	struct mc_chunk chunk;

	mc_fb_paint(large, NULL, 6);
	show_at(scene->kms, large, 100, 60, NULL);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	show_at(scene->kms, large, 100, 60, &inside);
	mc_wait_chunk(scene->ctx, &chunk);
	expect_clip(&chunk, 100, 240, 140, 290);
	mc_release(scene->ctx, &chunk);
	show_at(scene->kms, large, 100, 60, &across);
	mc_wait_chunk(scene->ctx, &chunk);
	expect_clip(&chunk, 0, 40, 10, 140);
	mc_release(scene->ctx, &chunk);
	show_at(scene->kms, large, 100, 60, &outside);
	mc_no_event(scene->ctx, MC_QUIET_MS);
}

/* The framebuffer begins in the middle of its memory. */
static void test_memory_offset(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_fb *whole = mc_fb(scene->card, 800, 600, DRM_FORMAT_XRGB8888);
	uint32_t handles[4] = { whole->handle }, pitches[4] = { whole->pitch };
	uint32_t offsets[4] = { 40 * whole->pitch + 24 * 4 };
	struct mc_fb part = *whole;
	struct drm_miracast_buffer info;
	struct mc_picture *seen;
	struct mc_chunk chunk;

	mc_fb_paint(whole, NULL, 8);
	part.width = 700;
	part.height = 500;
	part.map += offsets[0];
	igt_assert_eq(drmModeAddFB2(scene->card, part.width, part.height,
				    part.format, handles, pitches, offsets,
				    &part.id, 0), 0);
	show_at(scene->kms, &part, 16, 4, NULL);
	mc_wait_chunk(scene->ctx, &chunk);
	expect_seen(scene->ctx, &chunk, &part, 16, 4);
	seen = mc_fb_seen(whole, 24 + 16, 40 + 4, WIDTH, HEIGHT);
	mc_assert_chunk(scene->ctx, &chunk, seen, "part of a buffer");
	info = mc_buffer(scene->ctx, chunk.event.buffer)->info;
	igt_assert_eq_u64(info.planes[0].offset, offsets[0]);
	igt_assert_eq_u32(info.planes[0].pitch, whole->pitch);
	igt_assert_eq_u32(info.width, part.width);
	igt_assert_eq_u32(info.height, part.height);
	mc_release(scene->ctx, &chunk);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	igt_assert_eq(drmModeRmFB(scene->card, part.id), 0);
}

/* As X servers do: one framebuffer, in which every screen has its place. */

#define SCREENS 2

struct wall {
	struct mc_scene *scene[SCREENS];
	struct mc_fb *fb;
};

static void wall_begin(struct wall *wall)
{
	struct drm_miracast_create_context limits =
		mc_limits_direct(WIDTH, HEIGHT);
	int card = mc_card_open(), i;

	igt_require(mc_caps(card).targets_total >= SCREENS);
	wall->fb = mc_fb(card, SCREENS * WIDTH, HEIGHT + 32,
			 DRM_FORMAT_XRGB8888);
	mc_fb_paint(wall->fb, NULL, 9);
	for (i = 0; i < SCREENS; i++) {
		wall->scene[i] = mc_scene_with(card, &limits, 60000);
		mc_scene_run(wall->scene[i]);
	}
}

static void wall_take(struct wall *wall, int screen, struct mc_chunk *chunk)
{
	struct mc_ctx *ctx = wall->scene[screen]->ctx;

	mc_wait_chunk(ctx, chunk);
	expect_seen(ctx, chunk, wall->fb, screen * WIDTH, screen * 16);
	mc_release(ctx, chunk);
}

static void test_one_large_buffer(void)
{
	/* 20 of its columns are on the left screen, 30 on the right one. */
	drmModeClip clip = { WIDTH - 20, 100, WIDTH + 30, 140 };
	struct drm_mode_rect flipped = { 10, 90, 20, 110 };
	struct drm_clip_rect drawn = { WIDTH - 20, 100, WIDTH + 30, 140 };
	struct mc_chunk chunk;
	struct wall wall;
	int i;

	wall_begin(&wall);
	for (i = 0; i < SCREENS; i++) {
		show_at(wall.scene[i]->kms, wall.fb, i * WIDTH, i * 16, NULL);
		wall_take(&wall, i, &chunk);
	}
	mc_fb_paint(wall.fb, &drawn, 10);
	igt_assert_eq(drmModeDirtyFB(wall.scene[0]->card, wall.fb->id, &clip,
				     1), 0);
	wall_take(&wall, 0, &chunk);
	expect_clip(&chunk, WIDTH - 20, 100, WIDTH, 140);
	wall_take(&wall, 1, &chunk);
	expect_clip(&chunk, 0, 84, 30, 124);
	/* A flip of one target is not a flip of the other. */
	show_at(wall.scene[0]->kms, wall.fb, 0, 0, &flipped);
	wall_take(&wall, 0, &chunk);
	expect_clip(&chunk, 10, 90, 20, 110);
	mc_no_event(wall.scene[1]->ctx, MC_QUIET_MS);
	for (i = 0; i < SCREENS; i++)
		igt_assert_eq_u64(mc_statistics(wall.scene[i]->ctx).bytes_copied,
				  0);
}

/* Front buffer rendering */

static void test_dirtyfb(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_fb *fb = scene->fb[0];
	uint32_t seed = 1;
	uint64_t buffer = 0;
	int i, rounds = mc_setting("MIRACAST_COMMITS", 1000) / 10 + 10;

	for (i = 0; i < rounds; i++) {
		drmModeClip clip;
		struct drm_clip_rect area;
		struct mc_chunk chunk;

		clip.x1 = mc_random(&seed) % (WIDTH - 1);
		clip.y1 = mc_random(&seed) % (HEIGHT - 1);
		clip.x2 = clip.x1 + 1 + mc_random(&seed) % (WIDTH - clip.x1);
		clip.y2 = clip.y1 + 1 + mc_random(&seed) % (HEIGHT - clip.y1);
		area = (struct drm_clip_rect) { clip.x1, clip.y1, clip.x2,
						clip.y2 };
		mc_fb_paint(fb, &area, i);
		igt_assert_eq(drmModeDirtyFB(scene->card, fb->id, &clip, 1), 0);
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert(!buffer || chunk.event.buffer == buffer);
		buffer = chunk.event.buffer;
		expect_clip(&chunk, clip.x1, clip.y1, clip.x2, clip.y2);
		expect_seen(scene->ctx, &chunk, fb, 0, 0);
		mc_release(scene->ctx, &chunk);
	}
	igt_assert_eq_u64(mc_statistics(scene->ctx).pictures_revoked, 0);
	igt_assert_eq_u64(mc_statistics(scene->ctx).bytes_copied, 0);
}

static void test_dirtyfb_whole(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_chunk chunk;

	mc_fb_paint(scene->fb[0], NULL, 4);
	igt_assert_eq(drmModeDirtyFB(scene->card, scene->fb[0]->id, NULL, 0),
		      0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	expect_seen(scene->ctx, &chunk, scene->fb[0], 0, 0);
	mc_release(scene->ctx, &chunk);
}

/* More than two */

/*
 * Only two pictures may be unreleased. Later ones become damage of the next chunk, which
 * counts them.
 */
static void test_two_unreleased(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct drm_mode_rect clip = { 30, 40, 50, 60 };
	struct mc_chunk held[2], chunk;
	struct drm_miracast_statistics stats;
	int i;

	for (i = 0; i < 2; i++) {
		mc_show(scene->kms, scene->fb[0], &clip, 1);
		mc_wait_chunk(scene->ctx, &held[i]);
	}
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 2);
	for (i = 0; i < 5; i++) {
		struct drm_mode_rect other = { 100 + i, 200, 101 + i, 210 };

		mc_show(scene->kms, scene->fb[0], &other, 1);
	}
	mc_no_event(scene->ctx, MC_QUIET_MS);
	mc_release(scene->ctx, &held[1]);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq_u32(chunk.event.skipped, 4);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	for (i = 0; i < 5; i++) {
		bool covered = false;
		uint32_t c;

		for (c = 0; c < chunk.event.clip_count; c++)
			covered |= chunk.clips[c].x1 <= 100 + i &&
				   chunk.clips[c].x2 >= 101 + i &&
				   chunk.clips[c].y1 <= 200 &&
				   chunk.clips[c].y2 >= 210;
		igt_assert_f(covered, "clip %d is lost\n", i);
	}
	igt_assert(!(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL));
	stats = mc_statistics(scene->ctx);
	igt_assert_eq_u64(stats.pictures_skipped, 4);
	igt_assert_eq_u64(stats.pictures_revoked, 0);
	igt_assert_eq_u64(stats.pictures_committed,
			  stats.pictures_captured + stats.pictures_skipped);
	mc_release(scene->ctx, &held[0]);
	mc_release(scene->ctx, &chunk);
}

/* Unread is unreleased. */
static void test_unread(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	int i, skipped = 0;

	for (i = 0; i < 10; i++)
		mc_show(scene->kms, scene->fb[0], NULL, 0);
	for (i = 0; i < 3; i++) {
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
		skipped += chunk.event.skipped;
	}
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	igt_assert_eq(skipped, 7);
}

const struct mc_subtest mc_direct_picture[] = {
	{ "pixels",
	  "A chunk's buffer shows exactly what the client has drawn.",
	  test_pixels },
	{ "same-memory", "A chunk's buffer is the framebuffer's memory.",
	  test_same_memory },
	{ "formats",
	  "Buffers have the framebuffer's format, pitch and size.",
	  test_formats },
	{ "source-offset",
	  "The source offset of the plane is reported; the buffer stays the same.",
	  test_source_offset },
	{ "damage-at-offset",
	  "Damage is relative to the picture, and cut to it.",
	  test_damage_at_offset },
	{ "memory-offset",
	  "A framebuffer may begin anywhere in its memory.",
	  test_memory_offset },
	{ "one-large-buffer",
	  "Two targets show parts of one framebuffer; each owner gets its own.",
	  test_one_large_buffer },
	{ "dirtyfb",
	  "Front buffer rendering: one buffer, the right damage, no hold.",
	  test_dirtyfb },
	{ "dirtyfb-whole", "DIRTYFB without clips means everything.",
	  test_dirtyfb_whole },
	{ "two-unreleased",
	  "A third picture waits as damage for a release, and is counted.",
	  test_two_unreleased },
	{ "unread", "Pictures that were not read count as unreleased.",
	  test_unread },
	{}
};
