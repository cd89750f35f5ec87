// SPDX-License-Identifier: MIT
/*
 * Damage: an owner that keeps a picture of its own and copies only the clips has the same
 * picture as the screen, after every chunk. Here in COPY; DIRECT is in
 * miracast_damage_direct.c, unusual clips are in miracast_damage_clips.c, a limited rate is in
 * miracast_damage_rate.c.
 */
#include "miracast_damage.h"

IGT_TEST_DESCRIPTION("Damage of chunks against what is on the screen.");

/* One chunk a commit, released at once. */
static void prompt_owner(uint32_t buffers, uint32_t most_clips)
{
	unsigned int i, commits = commits_wanted();
	const struct mc_clips *damage;
	struct mc_chunk chunk;
	struct mc_client c;

	client_begin(&c, buffers, buffers * 1000 + most_clips);
	for (i = 0; i < commits; i++) {
		damage = mc_client_commit(&c, most_clips);
		mc_wait_chunk(c.scene->ctx, &chunk);
		igt_assert_eq_u32(chunk.event.skipped, 0);
		igt_assert(mc_client_is_newest(&c, &chunk));
		check_covers(&chunk, damage);
		owner_take(&c, &chunk);
		mc_release(c.scene->ctx, &chunk);
	}
	igt_assert_eq_u64(mc_statistics(c.scene->ctx).pictures_skipped, 0);
}

static void test_thousand_commits(void)
{
	prompt_owner(3, MC_CLIENT_CLIPS);
}

static void test_two_buffers(void)
{
	prompt_owner(2, 5);
}

static void test_sixteen_buffers(void)
{
	prompt_owner(16, 5);
}

/* Small changes in a row of places, all in the buffer that was written last. */
static void change_a_place(struct mc_scene *scene, uint32_t place,
			   struct mc_chunk *chunk)
{
	struct drm_clip_rect area = {
		.x1 = place % 10 * 64, .y1 = place / 10 * 64,
		.x2 = place % 10 * 64 + 32, .y2 = place / 10 * 64 + 32,
	};
	struct drm_mode_rect clip = { area.x1, area.y1, area.x2, area.y2 };

	mc_fb_paint(scene->fb[0], &area, 100 + place);
	mc_show(scene->kms, scene->fb[0], &clip, 1);
	mc_wait_chunk(scene->ctx, chunk);
}

/* A buffer that missed more pictures than are remembered is copied whole. */
static void test_stale_buffer(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_chunk chunk[3];
	struct mc_picture *seen;
	uint32_t place;
	int i;

	for (i = 0; i < 3; i++)
		change_a_place(scene, i, &chunk[i]);
	for (i = 0; i < 3; i++)
		mc_release(scene->ctx, &chunk[i]);
	for (place = 3; place < 50; place++) {
		change_a_place(scene, place, &chunk[0]);
		mc_release(scene->ctx, &chunk[0]);
	}

	for (i = 0; i < 3; i++) {
		change_a_place(scene, 50 + i, &chunk[i]);
		seen = mc_fb_seen(scene->fb[0], 0, 0, 640, 480);
		mc_assert_chunk(scene->ctx, &chunk[i], seen, "an old buffer");
		mc_picture_free(seen);
	}
	for (i = 0; i < 3; i++)
		mc_release(scene->ctx, &chunk[i]);
	mc_ctx_close(scene->ctx);
}

/* A single clip is not enlarged. */
static void test_exact_clip(void)
{
	struct mc_chunk chunk;
	struct mc_client c;
	uint64_t copied;
	int i;

	client_begin(&c, 3, 5);
	for (i = 0; i < 50; i++) {
		const struct drm_mode_rect *clip = mc_client_commit(&c, 1)->clips;

		mc_wait_chunk(c.scene->ctx, &chunk);
		igt_assert_eq_u32(chunk.event.clip_count, 1);
		igt_assert_eq(chunk.clips[0].x1, clip->x1);
		igt_assert_eq(chunk.clips[0].y1, clip->y1);
		igt_assert_eq(chunk.clips[0].x2, clip->x2);
		igt_assert_eq(chunk.clips[0].y2, clip->y2);
		owner_take(&c, &chunk);
		mc_release(c.scene->ctx, &chunk);
	}
	/* A static region is copied once per buffer at most. */
	copied = mc_statistics(c.scene->ctx).bytes_copied;
	for (i = 0; i < 20; i++) {
		struct drm_mode_rect clip = { 10, 10, 20, 20 };

		mc_show(c.scene->kms, c.scene->fb[c.commits % MC_CLIENT_FBS], &clip, 1);
		mc_wait_chunk(c.scene->ctx, &chunk);
		mc_release(c.scene->ctx, &chunk);
	}
	copied = mc_statistics(c.scene->ctx).bytes_copied - copied;
	igt_assert_lte_u64(copied, 3ull * WIDTH * HEIGHT * 4 +
			   20 * 3 * 10 * 10 * 4);
}

static void slow_owner(uint32_t buffers)
{
	unsigned int i, commits = commits_wanted() / 2;
	struct held held = {};
	struct mc_client c;

	client_begin(&c, buffers, buffers);
	for (i = 0; i < commits; i++) {
		mc_client_commit(&c, 10);
		owner_release_due(&c, &held, i);
		owner_take_pending(&c, &held, i);
		if (i % 100 == 99)
			owner_finish(&c, &held);
	}
	owner_finish(&c, &held);
	igt_info("%llu of %u pictures were skipped\n",
		 (unsigned long long)
		 mc_statistics(c.scene->ctx).pictures_skipped, commits);
}

static void test_slow_owner_2(void)
{
	slow_owner(2);
}

static void test_slow_owner_4(void)
{
	slow_owner(4);
}

const struct mc_clips *draw_dirty(struct mc_client *c)
{
	const struct mc_clips *damage = mc_client_draw_some(c, 20);
	drmModeClip clips[MC_CLIENT_CLIPS];
	unsigned int i;

	for (i = 0; i < damage->count; i++) {
		struct drm_clip_rect area = area_of(&damage->clips[i]);

		mc_fb_copy(c->scene->fb[0], c->screen, &area);
		clips[i] = (drmModeClip) { area.x1, area.y1, area.x2, area.y2 };
	}
	c->commit_ns = mc_now_ns();
	igt_assert_eq(drmModeDirtyFB(c->scene->card, c->scene->fb[0]->id, clips,
				     damage->count), 0);
	return damage;
}

/* The way of X servers and of front buffer rendering. */
static void test_dirtyfb(void)
{
	unsigned int i, commits = commits_wanted() / 4;
	struct mc_chunk chunk;
	struct mc_client c;

	client_begin(&c, 3, 11);
	for (i = 0; i < commits; i++) {
		draw_dirty(&c);
		do {
			mc_wait_chunk(c.scene->ctx, &chunk);
			owner_take(&c, &chunk);
			mc_release(c.scene->ctx, &chunk);
		} while (!mc_client_is_newest(&c, &chunk));
	}
}

/* With one buffer that is up to date nothing but the damage moves. */
static void test_dirtyfb_bytes(void)
{
	unsigned int i, calls = commits_wanted() / 10 + 10;
	struct mc_chunk chunk;
	struct mc_client c;

	client_begin(&c, 3, 15);
	for (i = 0; i < calls; i++) {
		uint64_t before = mc_statistics(c.scene->ctx).bytes_copied;
		struct drm_clip_rect area = area_of(mc_client_draw_some(&c, 1)->clips);
		drmModeClip clip = { area.x1, area.y1, area.x2, area.y2 };

		mc_fb_copy(c.scene->fb[0], c.screen, &area);
		c.commit_ns = mc_now_ns();
		igt_assert_eq(drmModeDirtyFB(c.scene->card, c.scene->fb[0]->id,
					     &clip, 1), 0);
		mc_wait_chunk(c.scene->ctx, &chunk);
		owner_take(&c, &chunk);
		igt_assert_eq_u64(mc_statistics(c.scene->ctx).bytes_copied -
				  before, (area.x2 - area.x1) *
				  (area.y2 - area.y1) * 4);
		mc_release(c.scene->ctx, &chunk);
	}
}

static void test_dirtyfb_whole(void)
{
	struct mc_chunk chunk;
	struct mc_client c;

	client_begin(&c, 3, 12);
	mc_picture_paint(c.screen, &(struct drm_clip_rect) { 0, 0, WIDTH,
							     HEIGHT }, 99);
	mc_fb_copy(c.scene->fb[0], c.screen, NULL);
	igt_assert_eq(drmModeDirtyFB(c.scene->card, c.scene->fb[0]->id, NULL,
				     0), 0);
	mc_wait_chunk(c.scene->ctx, &chunk);
	mc_picture_apply(c.owner, c.scene->ctx, &chunk);
	mc_assert_picture(c.owner, c.screen, "after DIRTYFB without clips");
	mc_release(c.scene->ctx, &chunk);
}

static void test_dirtyfb_elsewhere(void)
{
	drmModeClip clip = { 0, 0, 100, 100 };
	struct mc_client c;

	/* A framebuffer that is not scanned out. */
	client_begin(&c, 3, 13);
	igt_assert_eq(drmModeDirtyFB(c.scene->card, c.scene->fb[1]->id, &clip,
				     1), 0);
	mc_no_event(c.scene->ctx, MC_QUIET_MS);
}

/* More calls than refresh periods must not make more pictures, or lose any. */
static void test_dirtyfb_fast(void)
{
	struct drm_miracast_statistics before, after;
	unsigned int i, calls = 300;
	struct held held = {};
	uint64_t start, periods;
	struct mc_client c;

	client_begin(&c, 3, 14);
	before = mc_statistics(c.scene->ctx);
	start = mc_now_ns();
	for (i = 0; i < calls; i++) {
		struct drm_clip_rect area = area_of(mc_client_draw_some(&c, 1)->clips);
		drmModeClip clip = { area.x1, area.y1, area.x2, area.y2 };

		mc_fb_copy(c.scene->fb[0], c.screen, &area);
		/* Half drawn pictures may be caught; only the end counts. */
		c.commit_ns = UINT64_MAX;
		igt_assert_eq(drmModeDirtyFB(c.scene->card, c.scene->fb[0]->id,
					     &clip, 1), 0);
		owner_take_pending(&c, &held, 0);
		owner_release_due(&c, &held, 100);
		/* The call itself does not wait. */
		usleep(2000);
	}
	owner_finish(&c, &held);
	periods = (mc_now_ns() - start) / 16666667 + 2;
	after = mc_statistics(c.scene->ctx);
	igt_assert_lte_u64(after.pictures_captured - before.pictures_captured,
			   periods);
}

/* As many clips as a chunk has, far apart, beside the same gamma table once more. */
static void test_gamma_again(void)
{
	struct drm_mode_rect clips[DRM_MIRACAST_MAX_CLIPS];
	struct drm_color_lut lut[256];
	struct mc_commit commit = { .gamma = lut };
	struct mc_chunk chunk;
	struct mc_client c;
	int32_t i;

	for (i = 0; i < (int32_t)ARRAY_SIZE(lut); i++)
		lut[i] = (struct drm_color_lut) {
			.red = i * 257 / 2, .green = i * 257 / 2, .blue = i * 257 / 2,
		};
	for (i = 0; i < (int32_t)ARRAY_SIZE(clips); i++)
		clips[i] = (struct drm_mode_rect) {
			i % 8 * 50 + 16, i / 8 * 50 + 16, i % 8 * 50 + 24, i / 8 * 50 + 24,
		};
	client_begin(&c, 3, 25);
	commit.fb = c.scene->fb[1];
	mc_expect(mc_commit_errno(c.scene->kms, &commit), 0);
	mc_wait_chunk(c.scene->ctx, &chunk);
	mc_release(c.scene->ctx, &chunk);

	commit.fb = c.scene->fb[2];
	commit.clips = clips;
	commit.clip_count = ARRAY_SIZE(clips);
	mc_expect(mc_commit_errno(c.scene->kms, &commit), 0);
	mc_wait_chunk(c.scene->ctx, &chunk);
	igt_assert_eq_u32(chunk.event.clip_count, ARRAY_SIZE(clips));
	for (i = 0; i < (int32_t)ARRAY_SIZE(clips); i++) {
		igt_assert_eq(chunk.clips[i].x2 - chunk.clips[i].x1, 8);
		igt_assert_eq(chunk.clips[i].y2 - chunk.clips[i].y1, 8);
	}
	mc_release(c.scene->ctx, &chunk);
}

static const struct mc_subtest subtests[] = {
	{ "thousand-commits",
	  "Random damage, one to seventy clips: owner and buffers equal the screen after every commit, and no full picture comes after the first.",
	  test_thousand_commits },
	{ "two-buffers", "The same with the fewest buffers.",
	  test_two_buffers },
	{ "sixteen-buffers", "The same with the most buffers.",
	  test_sixteen_buffers },
	{ "stale-buffer",
	  "A buffer that was not written for long gets all that it missed.",
	  test_stale_buffer },
	{ "exact-clip",
	  "A single clip comes through as it is, and only damage is copied.",
	  test_exact_clip },
	{ "slow-owner-2",
	  "An owner that holds chunks for random times misses no damage.",
	  test_slow_owner_2 },
	{ "slow-owner-4", "The same with more buffers.", test_slow_owner_4 },
	{ "gamma-again",
	  "The gamma table of before adds nothing to the damage of a commit.",
	  test_gamma_again },
	{ "dirtyfb",
	  "Damage by DIRTYFB reaches the owner like that of flips.",
	  test_dirtyfb },
	{ "dirtyfb-bytes",
	  "Exactly the damaged pixels are copied.", test_dirtyfb_bytes },
	{ "dirtyfb-whole", "DIRTYFB without clips means everything.",
	  test_dirtyfb_whole },
	{ "dirtyfb-elsewhere",
	  "DIRTYFB on a framebuffer that is not scanned out has no effect.",
	  test_dirtyfb_elsewhere },
	{ "dirtyfb-fast",
	  "DIRTYFB above the refresh rate makes no more pictures than that, and loses nothing.",
	  test_dirtyfb_fast },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_damage_clips);
	mc_subtests(mc_damage_direct);
	mc_subtests(mc_damage_dirty);
	mc_subtests(mc_damage_rate);
	mc_subtests(mc_damage_rate_ends);
	mc_subtests(mc_damage_missed);
}
