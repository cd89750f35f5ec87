// SPDX-License-Identifier: MIT
/*
 * SET_RATE: fewer pictures, and all of the damage. The tests use the kernel's own times, so
 * that a slow machine makes no difference. Where it ends is in miracast_damage_rate_ends.c.
 */
#include "lib_miracast_points.h"
#include "miracast_damage_rate.h"

void rate_take_pending(struct mc_client *c, struct rate_harvest *harvest)
{
	struct mc_chunk chunk;

	while (mc_try_chunk(c->scene->ctx, &chunk, 0)) {
		owner_take(c, &chunk);
		if (!harvest->pictures++)
			harvest->first_ns = chunk.event.ready_time_ns;
		harvest->last_ns = chunk.event.ready_time_ns;
		/* It may have come while the client waited for its flip. */
		owner_release(c, &chunk);
	}
}

void rate_flip_and_take(struct mc_client *c, unsigned int flips,
			struct rate_harvest *harvest)
{
	memset(harvest, 0, sizeof(*harvest));
	while (flips--) {
		mc_client_commit(c, 5);
		rate_take_pending(c, harvest);
	}
}

void rate_finish(struct mc_client *c)
{
	struct held none = {};

	owner_finish(c, &none);
}

/*
 * After n pictures at least n - 1 intervals have passed. A picture may be half a
 * period early, and be ready up to a period before the vblank that it counts for,
 * or some periods after that on a slow machine.
 */
void rate_check(struct mc_client *c, uint32_t mhz,
		const struct rate_harvest *harvest)
{
	uint64_t interval = 1000 * SECOND / mhz;
	uint64_t period = mc_period_ns(c->scene->kms);
	uint64_t span = harvest->last_ns - harvest->first_ns;
	uint64_t most = (span + 4 * period) / interval + 1;

	igt_info("%u.%03u Hz: %u pictures in %.2f s, at most %llu\n",
		 mhz / 1000, mhz % 1000, harvest->pictures, span / 1e9,
		 (unsigned long long)most);
	igt_assert_lte(2, harvest->pictures);
	igt_assert_lte_u64(harvest->pictures, most);
}

static void capped(enum rate_delivery delivery)
{
	static const uint32_t rates[] = { 30000, 20000, 24000, 45000, 10000,
					  7000, 3000 };
	struct rate_harvest harvest;
	struct mc_client c;
	unsigned int i;

	client_begin(&c, rate_buffers_of(delivery), 51);
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		rate_set(&c, rates[i]);
		rate_flip_and_take(&c, commits_wanted() / 20 + 40, &harvest);
		rate_check(&c, rates[i], &harvest);
		rate_finish(&c);
	}
}

static void test_capped_copy(void)
{
	capped(COPY);
}

static void test_capped_direct(void)
{
	capped(DIRECT);
}

/*
 * A client that draws at each vblank gets the rate, even if it does not divide the mode's.
 * A vblank that the machine misses counts as if the clock had stood still.
 */
static void used_up(enum rate_delivery delivery)
{
	static const uint32_t rates[] = { 10000, 24000, 45000 };
	struct rate_harvest harvest;
	struct mc_client c;
	unsigned int i;

	client_begin(&c, rate_buffers_of(delivery), 52);
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		unsigned int flips = commits_wanted() / 10 + 90;
		uint64_t clock, fewest;

		rate_set(&c, rates[i]);
		rate_flip_and_take(&c, flips, &harvest);
		clock = flips * mc_period_ns(c.scene->kms);
		fewest = clock * rates[i] / 1000 / SECOND - 2;
		igt_info("%u Hz: %u pictures of %u flips, at least %llu\n",
			 rates[i] / 1000, harvest.pictures, flips,
			 (unsigned long long)fewest);
		igt_assert_lte_u64(fewest, harvest.pictures);
		rate_check(&c, rates[i], &harvest);
		rate_finish(&c);
	}
}

static void test_used_up_copy(void)
{
	used_up(COPY);
}

static void test_used_up_direct(void)
{
	used_up(DIRECT);
}

static uint64_t earlier_of(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* False when the second commit came too late to wait with the first. */
static bool last_state_round(struct mc_client *c)
{
	uint64_t period = mc_period_ns(c->scene->kms);
	const struct mc_clips *damage[2];
	struct mc_chunk first, chunk;

	mc_client_commit(c, 3);
	mc_wait_chunk(c->scene->ctx, &first);
	owner_take(c, &first);
	mc_release(c->scene->ctx, &first);
	damage[0] = mc_client_commit(c, 3);
	damage[1] = mc_client_commit(c, 3);
	/* A picture may be early, and is captured before its vblank. */
	if (mc_now_ns() + 2 * period >=
	    first.event.vblank_time_ns + SECOND / 2) {
		rate_finish(c);
		return false;
	}
	mc_wait_chunk(c->scene->ctx, &chunk);
	/*
	 * 500 ms, less the period by which each may be off. When the machine is late with
	 * the first, the second is not delayed.
	 */
	igt_assert_lte_u64(earlier_of(first.event.ready_time_ns,
				      first.event.vblank_time_ns) +
			   SECOND / 2 - 2 * period, chunk.event.ready_time_ns);
	igt_assert_eq_u32(chunk.event.skipped, 1);
	igt_assert(mc_client_is_newest(c, &chunk));
	check_covers(&chunk, damage[0]);
	check_covers(&chunk, damage[1]);
	owner_take(c, &chunk);
	mc_release(c->scene->ctx, &chunk);
	mc_no_event(c->scene->ctx, 1000);
	return true;
}

/* A change just after a picture comes when the next one is due, by itself. */
static void last_state(enum rate_delivery delivery)
{
	int round, in_time = 0;
	struct mc_client c;

	client_begin(&c, rate_buffers_of(delivery), 53);
	rate_set(&c, 2000);
	for (round = 0; round < 20 && in_time < 5; round++) {
		/* What came before is more than an interval ago. */
		usleep(600000);
		in_time += last_state_round(&c);
	}
	igt_info("%d of %d rounds were in time\n", in_time, round);
	igt_assert_f(in_time, "two commits take half a second, each time\n");
}

static void test_last_state_copy(void)
{
	last_state(COPY);
}

static void test_last_state_direct(void)
{
	last_state(DIRECT);
}

/* Until its time, a picture that waits costs nothing: nothing tries to capture it. */
static void at_rest_until_due(enum rate_delivery delivery)
{
	unsigned int attempts;
	struct mc_chunk chunk;
	struct mc_client c;

	client_begin(&c, rate_buffers_of(delivery), 60);
	rate_set(&c, 1000);
	mc_client_commit(&c, 3);
	mc_wait_chunk(c.scene->ctx, &chunk);
	owner_take(&c, &chunk);
	mc_release(c.scene->ctx, &chunk);
	mc_points_begin(1024);
	mc_client_commit(&c, 3);
	mc_wait_chunk(c.scene->ctx, &chunk);
	attempts = mc_points_count(mc_points_end(), "dropped");
	owner_take(&c, &chunk);
	mc_release(c.scene->ctx, &chunk);
	igt_assert_f(attempts <= 10, "%u attempts for one picture\n", attempts);
}

static void test_at_rest_copy(void)
{
	at_rest_until_due(COPY);
}

static void test_at_rest_direct(void)
{
	at_rest_until_due(DIRECT);
}

/* A slow owner as well: rate and buffers both hold pictures up. */
static void with_slow_owner(enum rate_delivery delivery)
{
	unsigned int i, commits = commits_wanted() / 4;
	struct held held = {};
	struct mc_client c;

	client_begin(&c, rate_buffers_of(delivery), 54);
	rate_set(&c, 15000);
	for (i = 0; i < commits; i++) {
		mc_client_commit(&c, 10);
		owner_release_due(&c, &held, i);
		owner_take_pending(&c, &held, i);
		if (i % 50 == 49)
			owner_finish(&c, &held);
	}
	owner_finish(&c, &held);
}

static void test_slow_owner_copy(void)
{
	with_slow_owner(COPY);
}

static void test_slow_owner_direct(void)
{
	with_slow_owner(DIRECT);
}

/* DIRTYFB faster than both screen and rate. */
static void test_dirtyfb(void)
{
	unsigned int i, calls = commits_wanted() / 5 + 60;
	struct rate_harvest harvest = {};
	struct mc_client c;

	client_begin(&c, 3, 62);
	rate_set(&c, 10000);
	for (i = 0; i < calls; i++) {
		struct drm_clip_rect area = area_of(mc_client_draw_some(&c, 1)->clips);
		drmModeClip clip = { area.x1, area.y1, area.x2, area.y2 };

		mc_fb_copy(c.scene->fb[0], c.screen, &area);
		c.commit_ns = UINT64_MAX;
		igt_assert_eq(drmModeDirtyFB(c.scene->card, c.scene->fb[0]->id,
					     &clip, 1), 0);
		rate_take_pending(&c, &harvest);
		/* The call itself does not wait. */
		usleep(5000);
	}
	rate_check(&c, 10000, &harvest);
	rate_finish(&c);
}

const struct mc_subtest mc_damage_rate[] = {
	{ "rate-copy",
	  "SET_RATE caps the pictures of COPY, and no damage is lost.",
	  test_capped_copy },
	{ "rate-direct", "The same in DIRECT.", test_capped_direct },
	{ "rate-used-copy", "The rate that was asked for is made use of.",
	  test_used_up_copy },
	{ "rate-used-direct", "The same in DIRECT.", test_used_up_direct },
	{ "rate-last-state-copy",
	  "The last state comes when it is due, without another commit.",
	  test_last_state_copy },
	{ "rate-last-state-direct", "The same in DIRECT.",
	  test_last_state_direct },
	{ "rate-at-rest-copy",
	  "A picture that waits for its time is not tried at each vblank.",
	  test_at_rest_copy },
	{ "rate-at-rest-direct", "The same in DIRECT.", test_at_rest_direct },
	{ "rate-slow-owner-copy",
	  "With a slow owner too no damage is lost.", test_slow_owner_copy },
	{ "rate-slow-owner-direct", "The same in DIRECT.",
	  test_slow_owner_direct },
	{ "rate-dirtyfb", "It holds for front buffer rendering.",
	  test_dirtyfb },
	{}
};
