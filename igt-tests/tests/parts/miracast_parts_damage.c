// SPDX-License-Identifier: MIT
/*
 * Damage of pictures in parts: only bands with damage are announced, with the
 * damage inside them, and together they are what has changed.
 */
#include "miracast_parts.h"

static unsigned int commits_wanted(void)
{
	return mc_setting("MIRACAST_COMMITS", 1000);
}

static void begin(struct mc_client *c, uint32_t width, uint32_t height,
		  uint32_t buffers, uint32_t parts, uint32_t format)
{
	struct parts picture;

	mc_client_begin(c, parts_scene(width, height, buffers, parts, format),
			parts);
	parts_wait(c->scene->ctx, parts, &picture);
	parts_take(c, &picture);
	parts_release(c->scene->ctx, &picture);
}

static void end(struct mc_client *c)
{
	mc_scene_free(c->scene);
	mc_client_free(c);
}

/* Just the bands that the clip touches, each with its share. */
static void check_shares(const struct parts *picture, uint32_t band,
			 const struct drm_clip_rect *clip)
{
	uint32_t first = clip->y1 / band, last = (clip->y2 - 1) / band, i;

	igt_assert_eq_u32(picture->count, last - first + 1);
	for (i = 0; i < picture->count; i++) {
		const struct mc_chunk *part = &picture->part[i];
		uint32_t top = (first + i) * band, bottom = top + band;

		igt_assert_eq_u32(part->event.line_first, top);
		igt_assert_eq_u32(part->event.clip_count, 1);
		igt_assert_eq(part->clips[0].x1, clip->x1);
		igt_assert_eq(part->clips[0].x2, clip->x2);
		igt_assert_eq(part->clips[0].y1,
			      clip->y1 > top ? clip->y1 : top);
		igt_assert_eq(part->clips[0].y2,
			      clip->y2 < bottom ? clip->y2 : bottom);
	}
}

static void exact_shares(uint32_t format, uint32_t parts)
{
	uint32_t width = 641, height = 481, i;
	struct drm_miracast_statistics before, after;
	struct parts picture;
	struct mc_client c;

	begin(&c, width, height, 2, parts, format);
	for (i = 0; i < 50; i++) {
		const struct drm_mode_rect *rect;
		struct drm_clip_rect clip;
		uint64_t bytes;

		before = mc_statistics(c.scene->ctx);
		rect = mc_client_commit(&c, 1)->clips;
		clip = (struct drm_clip_rect) { rect->x1, rect->y1, rect->x2,
						rect->y2 };
		bytes = 4ull * (clip.x2 - clip.x1) * (clip.y2 - clip.y1);
		if (format == DRM_FORMAT_NV12) {
			clip = mc_nv12_round_out(&clip, width, height);
			bytes = mc_nv12_bytes(&clip);
		}
		parts_wait(c.scene->ctx, parts, &picture);
		check_shares(&picture, parts_band(height, parts), &clip);
		parts_take(&c, &picture);
		after = mc_statistics(c.scene->ctx);
		igt_assert_eq_u64(after.bytes_copied - before.bytes_copied,
				  bytes);
		igt_assert_eq_u64(after.pictures_captured,
				  before.pictures_captured + 1);
		parts_release(c.scene->ctx, &picture);
	}
	end(&c);
}

static void test_exact(void)
{
	exact_shares(DRM_FORMAT_XRGB8888, 2);
	exact_shares(DRM_FORMAT_XRGB8888, 7);
	exact_shares(DRM_FORMAT_XRGB8888, 16);
}

static void test_exact_nv12(void)
{
	exact_shares(DRM_FORMAT_NV12, 3);
	exact_shares(DRM_FORMAT_NV12, 16);
}

/* A band in the middle that nothing has changed in is left out. */
static void test_gap(void)
{
	const struct drm_mode_rect clips[] = {
		{ 10, 20, 60, 40 }, { 300, 470, 320, 475 },
	};
	struct parts picture;
	struct mc_client c;

	begin(&c, 640, 480, 3, 6, DRM_FORMAT_XRGB8888);
	mc_client_draw(&c, clips, 2);
	mc_client_flip(&c);
	parts_wait(c.scene->ctx, 6, &picture);
	igt_assert_eq_u32(picture.count, 2);
	igt_assert_eq_u32(picture.part[0].event.line_first, 0);
	igt_assert_eq_u32(picture.part[1].event.line_first, 400);
	parts_take(&c, &picture);
	parts_release(c.scene->ctx, &picture);
	/* One band alone is the last one. */
	mc_client_change(&c, &clips[1]);
	parts_wait(c.scene->ctx, 6, &picture);
	igt_assert_eq_u32(picture.count, 1);
	parts_take(&c, &picture);
	parts_release(c.scene->ctx, &picture);
	end(&c);
}

static void prompt_owner(uint32_t width, uint32_t height, uint32_t parts,
			 uint32_t format, unsigned int commits)
{
	struct parts picture;
	struct mc_client c;
	unsigned int i;

	begin(&c, width, height, 3, parts, format);
	for (i = 0; i < commits; i++) {
		mc_client_commit(&c, MC_CLIENT_CLIPS);
		parts_wait(c.scene->ctx, parts, &picture);
		igt_assert_f(!(picture.part[0].event.base.flags &
			       DRM_MIRACAST_CHUNK_FLAG_FULL),
			     "a full picture after commit %u\n", i + 1);
		igt_assert_eq_u32(picture.part[0].event.skipped, 0);
		parts_take(&c, &picture);
		parts_release(c.scene->ctx, &picture);
	}
	end(&c);
}

static void test_random(void)
{
	unsigned int commits = commits_wanted() / 5;

	prompt_owner(640, 480, 2, DRM_FORMAT_XRGB8888, commits);
	prompt_owner(640, 480, 5, DRM_FORMAT_XRGB8888, commits);
	prompt_owner(641, 481, 16, DRM_FORMAT_XRGB8888, commits);
}

static void test_random_nv12(void)
{
	unsigned int commits = commits_wanted() / 5;

	prompt_owner(640, 480, 3, DRM_FORMAT_NV12, commits);
	prompt_owner(641, 481, 8, DRM_FORMAT_NV12, commits);
	prompt_owner(853, 480, 16, DRM_FORMAT_NV12, commits);
}

/* Pictures that the owner holds age; damage of those it misses adds up. */
static void slow_owner(uint32_t buffers, uint32_t parts, uint32_t format)
{
	unsigned int i, held = 0, commits = commits_wanted() / 2;
	static struct parts pictures[5];
	struct mc_client c;

	begin(&c, 640, 480, buffers, parts, format);
	for (i = 0; i < commits; i++) {
		mc_client_commit(&c, 10);
		while (parts_try(c.scene->ctx, parts, &pictures[held], 0)) {
			parts_take(&c, &pictures[held]);
			igt_assert_lt(held++, 4);
		}
		while (held && mc_random(&c.seed) % 3 == 0)
			parts_release(c.scene->ctx, &pictures[--held]);
	}
	while (held)
		parts_release(c.scene->ctx, &pictures[--held]);
	while (parts_try(c.scene->ctx, parts, &pictures[0],
			 mc_client_rest_ms(&c))) {
		parts_take(&c, &pictures[0]);
		parts_release(c.scene->ctx, &pictures[0]);
	}
	mc_client_assert_owner(&c, "in the end");
	end(&c);
}

static void test_slow_owner(void)
{
	slow_owner(2, 4, DRM_FORMAT_XRGB8888);
	slow_owner(4, 16, DRM_FORMAT_NV12);
}

/* The blended cursor belongs to whatever bands it covers. */
static void test_cursor(void)
{
	struct mc_picture *owner;
	struct parts picture;
	struct mc_fb *cursor;
	struct mc_client c;
	int y;

	begin(&c, 640, 480, 3, 10, DRM_FORMAT_XRGB8888);
	cursor = mc_fb(c.scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	mc_fb_fill(cursor, 0x80402010);
	owner = mc_picture(640, 480);
	memcpy(owner->pixels, c.owner->pixels, 640 * 480 * 4);
	for (y = -60; y < 480; y += 37) {
		struct mc_commit commit = { .cursor = cursor, .cursor_x = 99,
					    .cursor_y = y };
		struct mc_picture *want = mc_picture(640, 480);
		uint32_t i;

		memcpy(want->pixels, c.screen->pixels, 640 * 480 * 4);
		mc_blend(want, cursor, 99, y);
		mc_expect(mc_commit_errno(c.scene->kms, &commit), 0);
		parts_wait(c.scene->ctx, 10, &picture);
		for (i = 0; i < picture.count; i++)
			mc_picture_apply(owner, c.scene->ctx,
					 &picture.part[i]);
		mc_assert_picture(owner, want, "with a cursor");
		mc_assert_chunk(c.scene->ctx, &picture.part[0], want,
				"with a cursor");
		parts_release(c.scene->ctx, &picture);
		mc_picture_free(want);
	}
	mc_picture_free(owner);
	end(&c);
}

const struct mc_subtest mc_parts_damage[] = {
	{ "exact",
	  "A clip makes just the parts that it touches, and is cut at their edges.",
	  test_exact },
	{ "exact-nv12", "The same in NV12, after rounding.",
	  test_exact_nv12 },
	{ "gap", "A band without damage is left out.", test_gap },
	{ "random",
	  "Random damage: owner and buffers equal the screen after each part 0.",
	  test_random },
	{ "random-nv12", "The same in NV12.", test_random_nv12 },
	{ "slow-owner",
	  "An owner that holds pictures for random times misses no damage.",
	  test_slow_owner },
	{ "cursor", "The cursor is in the bands that it covers.",
	  test_cursor },
	{}
};
