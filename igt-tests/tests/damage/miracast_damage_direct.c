// SPDX-License-Identifier: MIT
/*
 * Damage in DIRECT delivery: the same client, and an owner that reads the framebuffers
 * themselves.
 */
#include "miracast_damage.h"

/* One chunk a commit, released at once. */
static void test_prompt_owner(void)
{
	unsigned int i, commits = commits_wanted();
	struct drm_miracast_statistics stats;
	const struct mc_clips *damage;
	struct mc_chunk chunk;
	struct mc_client c;

	client_begin(&c, 0, 31);
	for (i = 0; i < commits; i++) {
		damage = mc_client_commit(&c, MC_CLIENT_CLIPS);
		mc_wait_chunk(c.scene->ctx, &chunk);
		igt_assert_eq_u32(chunk.event.skipped, 0);
		igt_assert(mc_client_is_newest(&c, &chunk));
		check_covers(&chunk, damage);
		owner_take(&c, &chunk);
		mc_release(c.scene->ctx, &chunk);
	}
	stats = mc_statistics(c.scene->ctx);
	igt_assert_eq_u64(stats.pictures_skipped, 0);
	igt_assert_eq_u64(stats.pictures_revoked, 0);
	igt_assert_eq_u64(stats.bytes_copied, 0);
}

static void test_exact_clip(void)
{
	struct mc_chunk chunk;
	struct mc_client c;
	int i;

	client_begin(&c, 0, 32);
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
}

/*
 * An owner that keeps chunks for random times, so that some are revoked: its pixels are
 * wrong only where later damage comes.
 */
static void test_slow_owner(void)
{
	unsigned int i, commits = commits_wanted() / 2;
	struct drm_miracast_statistics stats;
	struct held held = {};
	struct mc_client c;

	client_begin(&c, 0, 33);
	for (i = 0; i < commits; i++) {
		mc_client_commit(&c, 10);
		owner_release_due(&c, &held, i);
		owner_take_pending(&c, &held, i);
		igt_assert_lte(held.count, 2);
		if (i % 100 == 99)
			owner_finish(&c, &held);
	}
	owner_finish(&c, &held);
	stats = mc_statistics(c.scene->ctx);
	igt_info("%llu of %u pictures were skipped, %llu revoked\n",
		 (unsigned long long)stats.pictures_skipped, commits,
		 (unsigned long long)stats.pictures_revoked);
	igt_assert(stats.pictures_skipped && stats.pictures_revoked);
	/* Some chunks only repeat the damage of a revoked one. */
	igt_assert_lte_u64(stats.pictures_committed,
			   stats.pictures_captured + stats.pictures_skipped);
	igt_assert_eq_u64(stats.bytes_copied, 0);
}

/*
 * An owner that only uses chunks that were released in time: the damage of the others comes
 * again. In the order of the chunks, because a later one may have changed the same place.
 */

struct queue {
	struct mc_chunk chunk[2];
	struct mc_picture *copy[2];
	unsigned int count;
};

static void queue_take(struct mc_client *c, struct queue *queue)
{
	struct mc_chunk *chunk = &queue->chunk[queue->count];
	const uint8_t *pixels;
	uint32_t pitch;

	while (queue->count < 2 && mc_try_chunk(c->scene->ctx, chunk, 0)) {
		pixels = mc_chunk_pixels(c->scene->ctx, chunk, &pitch);
		mc_picture_copy(queue->copy[queue->count], pixels, pitch,
				&(struct drm_clip_rect) { 0, 0, WIDTH, HEIGHT });
		chunk = &queue->chunk[++queue->count];
	}
}

static bool queue_release(struct mc_client *c, struct queue *queue)
{
	const struct mc_chunk *chunk = &queue->chunk[0];
	struct mc_picture *copy = queue->copy[0];
	int ret = mc_try_release(c->scene->ctx, chunk);
	uint32_t i;

	for (i = 0; !ret && i < chunk->event.clip_count; i++)
		mc_picture_copy(c->owner, copy->pixels, copy->pitch,
				&chunk->clips[i]);
	igt_assert(!ret || ret == MC_REVOKED);
	queue->chunk[0] = queue->chunk[1];
	queue->copy[0] = queue->copy[1];
	queue->copy[1] = copy;
	queue->count--;
	return ret;
}

static void test_distrustful_owner(void)
{
	unsigned int i, revoked = 0, commits = commits_wanted() / 4;
	struct queue queue = {};
	struct mc_client c;

	client_begin(&c, 0, 35);
	for (i = 0; i < 2; i++)
		queue.copy[i] = mc_picture(WIDTH, HEIGHT);
	for (i = 0; i < commits; i++) {
		mc_client_commit(&c, 10);
		while (queue.count && mc_random(&c.seed) % 2)
			revoked += queue_release(&c, &queue);
		queue_take(&c, &queue);
	}
	for (i = 0; i < 4; i++) {
		while (queue.count)
			revoked += queue_release(&c, &queue);
		usleep(MC_QUIET_MS * 1000 / 2);
		queue_take(&c, &queue);
	}
	igt_info("%u of %u pictures were discarded\n", revoked, commits);
	igt_assert_eq_u32(queue.count, 0);
	igt_assert(revoked);
	mc_assert_picture(c.owner, c.screen, "without what was revoked");
}

/* The way of X servers: everything happens in one framebuffer. */
static void test_dirtyfb(void)
{
	unsigned int i, commits = commits_wanted() / 4;
	struct drm_miracast_statistics stats;
	struct mc_chunk chunk;
	uint64_t buffer = 0;
	struct mc_client c;

	client_begin(&c, 0, 34);
	for (i = 0; i < commits; i++) {
		const struct mc_clips *damage = draw_dirty(&c);

		mc_wait_chunk(c.scene->ctx, &chunk);
		igt_assert(mc_client_is_newest(&c, &chunk));
		check_covers(&chunk, damage);
		igt_assert(!buffer || chunk.event.buffer == buffer);
		buffer = chunk.event.buffer;
		owner_take(&c, &chunk);
		mc_release(c.scene->ctx, &chunk);
	}
	stats = mc_statistics(c.scene->ctx);
	igt_assert_eq_u64(stats.pictures_revoked, 0);
	igt_assert_eq_u64(stats.bytes_copied, 0);
}

/* Nothing is damaged beyond the box of what was committed. */
static void check_within(const struct mc_chunk *chunk, const struct drm_mode_rect *box)
{
	uint32_t i;

	for (i = 0; i < chunk->event.clip_count; i++) {
		const struct drm_clip_rect *clip = &chunk->clips[i];

		igt_assert_lte(box->x1, clip->x1);
		igt_assert_lte(box->y1, clip->y1);
		igt_assert_lte(clip->x2, box->x2);
		igt_assert_lte(clip->y2, box->y2);
	}
}

static void commit_clip(struct mc_client *c, struct drm_mode_rect *box)
{
	const struct drm_mode_rect *clip = mc_client_commit(c, 1)->clips;

	box->x1 = box->x1 < clip->x1 ? box->x1 : clip->x1;
	box->y1 = box->y1 < clip->y1 ? box->y1 : clip->y1;
	box->x2 = box->x2 > clip->x2 ? box->x2 : clip->x2;
	box->y2 = box->y2 > clip->y2 ? box->y2 : clip->y2;
}

/* The damage of a revoked picture comes again, and no more than that. */
static void test_owed_clip(void)
{
	struct mc_chunk kept, chunk;
	unsigned int i, revoked = 0;
	struct mc_client c;

	client_begin(&c, 0, 36);
	for (i = 0; i < 20; i++) {
		struct drm_mode_rect box = { WIDTH, HEIGHT, 0, 0 };

		commit_clip(&c, &box);
		mc_wait_chunk(c.scene->ctx, &kept);
		commit_clip(&c, &box);
		commit_clip(&c, &box);
		revoked += mc_try_release(c.scene->ctx, &kept) == MC_REVOKED;
		while (mc_try_chunk(c.scene->ctx, &chunk, 100)) {
			check_within(&chunk, &box);
			mc_try_release(c.scene->ctx, &chunk);
		}
	}
	igt_info("%u of %u pictures were revoked\n", revoked, i);
	igt_assert(revoked);
}

const struct mc_subtest mc_damage_direct[] = {
	{ "direct",
	  "DIRECT, random damage: owner and framebuffers equal the screen after every commit.",
	  test_prompt_owner },
	{ "direct-exact-clip",
	  "DIRECT: a single clip comes through as it is.", test_exact_clip },
	{ "direct-owed-clip",
	  "The damage of a revoked picture comes again as it was.",
	  test_owed_clip },
	{ "direct-slow-owner",
	  "DIRECT: an owner whose pictures are revoked misses no damage.",
	  test_slow_owner },
	{ "direct-distrustful-owner",
	  "DIRECT: the damage of revoked pictures comes once more.",
	  test_distrustful_owner },
	{ "direct-dirtyfb",
	  "DIRECT: damage of front buffer rendering, with nothing to wait for.",
	  test_dirtyfb },
	{}
};
