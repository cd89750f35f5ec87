// SPDX-License-Identifier: MIT
/*
 * Damage in NV12: rounded out to whole blocks, and no more than that is copied,
 * converted and counted.
 */
#include "miracast_nv12.h"

static unsigned int commits_wanted(void)
{
	return mc_setting("MIRACAST_COMMITS", 1000);
}

static void begin(struct mc_client *c, uint32_t width, uint32_t height,
		  uint32_t buffers, uint32_t seed)
{
	mc_client_begin(c, nv12_scene(width, height, buffers), seed);
	mc_client_expect(c, "first picture");
}

/* Every commit is a chunk, released at once. */
static void prompt_owner(uint32_t width, uint32_t height, uint32_t buffers,
			 uint32_t most_clips, unsigned int commits)
{
	struct mc_chunk chunk;
	struct mc_client c;
	unsigned int i;

	begin(&c, width, height, buffers, width + buffers);
	for (i = 0; i < commits; i++) {
		mc_client_commit(&c, most_clips);
		mc_wait_chunk(c.scene->ctx, &chunk);
		igt_assert_f(!(chunk.event.base.flags &
			       DRM_MIRACAST_CHUNK_FLAG_FULL),
			     "a full picture after commit %u\n", i + 1);
		igt_assert_eq_u32(chunk.event.skipped, 0);
		mc_client_take(&c, &chunk);
		mc_client_assert_owner(&c, "the owner's picture");
		mc_client_assert_buffer(&c, &chunk, "the buffer");
		mc_release(c.scene->ctx, &chunk);
	}
	mc_client_free(&c);
}

static void test_thousand_commits(void)
{
	prompt_owner(640, 480, 3, MC_CLIENT_CLIPS, commits_wanted());
}

static void test_odd_size(void)
{
	prompt_owner(641, 481, 3, 20, commits_wanted() / 2);
}

static void test_two_buffers(void)
{
	prompt_owner(642, 481, 2, 5, commits_wanted() / 4);
}

static void test_sixteen_buffers(void)
{
	prompt_owner(853, 480, 16, 5, commits_wanted() / 4);
}

/* Holds up to all buffers, so that they age. */
static void test_slow_owner(void)
{
	unsigned int i, held = 0, commits = commits_wanted() / 2;
	struct mc_chunk chunk[5];
	struct mc_client c;

	begin(&c, 641, 481, 4, 5);
	for (i = 0; i < commits; i++) {
		mc_client_commit(&c, 10);
		while (mc_try_chunk(c.scene->ctx, &chunk[held], 0)) {
			mc_client_take(&c, &chunk[held]);
			igt_assert_lt(held++, 4);
		}
		while (held && mc_random(&c.seed) % 3 == 0)
			mc_release(c.scene->ctx, &chunk[--held]);
	}
	while (held)
		mc_release(c.scene->ctx, &chunk[--held]);
	while (mc_try_chunk(c.scene->ctx, &chunk[0], mc_client_rest_ms(&c))) {
		mc_client_take(&c, &chunk[0]);
		mc_release(c.scene->ctx, &chunk[0]);
	}
	mc_client_assert_owner(&c, "in the end");
	mc_client_free(&c);
}

/* A single clip is rounded out, nothing else is written, all is counted. */
static void exact_clips(uint32_t width, uint32_t height)
{
	struct drm_miracast_statistics before, after;
	struct drm_clip_rect want;
	struct mc_chunk chunk;
	struct mc_client c;
	int i;

	begin(&c, width, height, 2, 7);
	for (i = 0; i < 100; i++) {
		const struct drm_mode_rect *clip;

		before = mc_statistics(c.scene->ctx);
		clip = mc_client_commit(&c, 1)->clips;
		mc_wait_chunk(c.scene->ctx, &chunk);
		want = mc_nv12_round_out(&(struct drm_clip_rect) {
			clip->x1, clip->y1, clip->x2, clip->y2
		}, width, height);
		igt_assert_eq_u32(chunk.event.clip_count, 1);
		igt_assert_f(!memcmp(&chunk.clips[0], &want, sizeof(want)),
			     "%d,%d %d,%d became %u,%u %u,%u\n",
			     clip->x1, clip->y1, clip->x2, clip->y2,
			     chunk.clips[0].x1, chunk.clips[0].y1,
			     chunk.clips[0].x2, chunk.clips[0].y2);
		mc_client_take(&c, &chunk);
		mc_client_assert_owner(&c, "the owner's picture");
		mc_client_assert_buffer(&c, &chunk, "the buffer");
		/* It is the newest buffer that is free: age 1. */
		after = mc_statistics(c.scene->ctx);
		igt_assert_eq_u64(after.bytes_copied - before.bytes_copied,
				  mc_nv12_bytes(&want));
		igt_assert_eq_u64(after.pixels_converted -
				  before.pixels_converted,
				  (uint64_t)(want.x2 - want.x1) *
				  (want.y2 - want.y1));
		mc_release(c.scene->ctx, &chunk);
	}
	mc_client_free(&c);
}

static void test_exact_clips(void)
{
	exact_clips(640, 480);
}

static void test_exact_clips_odd(void)
{
	exact_clips(641, 481);
}

/* Both counters for whole pictures, and neither for XRGB8888. */
static void test_counters(void)
{
	struct mc_scene *scene = nv12_scene_running(640, 480, 2), *other;
	struct drm_miracast_statistics stats = mc_statistics(scene->ctx);
	struct mc_chunk chunk;

	igt_assert_eq_u64(stats.bytes_copied, 640 * 480 * 3 / 2);
	igt_assert_eq_u64(stats.pixels_converted, 640 * 480);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	mc_release(scene->ctx, &chunk);
	stats = mc_statistics(scene->ctx);
	igt_assert_eq_u64(stats.bytes_copied, 640 * 480 * 3);
	igt_assert_eq_u64(stats.pixels_converted, 640 * 480 * 2);
	mc_scene_free(scene);

	other = mc_scene_running(640, 480, 2);
	stats = mc_statistics(other->ctx);
	igt_assert_eq_u64(stats.bytes_copied, 640 * 480 * 4);
	igt_assert_eq_u64(stats.pixels_converted, 0);
}

const struct mc_subtest mc_nv12_damage[] = {
	{ "thousand-commits",
	  "Random damage, one to seventy clips: owner and buffers equal the screen after every commit, and no full picture comes after the first.",
	  test_thousand_commits },
	{ "odd-size", "The same at an odd size.", test_odd_size },
	{ "two-buffers", "The same with the fewest buffers.",
	  test_two_buffers },
	{ "sixteen-buffers", "The same with the most buffers.",
	  test_sixteen_buffers },
	{ "slow-owner",
	  "An owner that holds chunks for random times misses no damage.",
	  test_slow_owner },
	{ "exact-clips",
	  "A clip is rounded out to even pixels, and just that is converted.",
	  test_exact_clips },
	{ "exact-clips-odd",
	  "At an odd edge it is rounded no further than to the edge.",
	  test_exact_clips_odd },
	{ "counters",
	  "Bytes written and pixels converted are counted exactly.",
	  test_counters },
	{}
};
