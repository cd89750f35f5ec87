// SPDX-License-Identifier: MIT
/*
 * SET_RATE: fewer pictures, and all of the damage. The tests use the kernel's own times, so
 * that a slow machine makes no difference.
 */
#include "lib_miracast_points.h"
#include "miracast_damage.h"

#define SECOND 1000000000ull

enum delivery { COPY, DIRECT };

static uint32_t buffers_of(enum delivery delivery)
{
	return delivery == COPY ? 3 : 0;
}

static void set_rate(struct mc_client *c, uint32_t mhz)
{
	mc_expect(mc_set_rate_errno(c->scene->ctx->fd, mhz), 0);
}

/* What comes within a count of flips. */
struct harvest {
	unsigned int pictures;
	uint64_t first_ns, last_ns;	/* when they were ready */
};

static void take_pending(struct mc_client *c, struct harvest *harvest)
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

static void flip_and_take(struct mc_client *c, unsigned int flips,
			  struct harvest *harvest)
{
	memset(harvest, 0, sizeof(*harvest));
	while (flips--) {
		mc_client_commit(c, 5);
		take_pending(c, harvest);
	}
}

static void finish(struct mc_client *c)
{
	struct held none = {};

	owner_finish(c, &none);
}

/*
 * After n pictures at least n - 1 intervals have passed. A picture may be half a
 * period early, and be ready up to a period before the vblank that it counts for,
 * or some periods after that on a slow machine.
 */
static void check_rate(struct mc_client *c, uint32_t mhz,
		       const struct harvest *harvest)
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

static void capped(enum delivery delivery)
{
	static const uint32_t rates[] = { 30000, 20000, 24000, 45000, 10000,
					  7000, 3000 };
	struct harvest harvest;
	struct mc_client c;
	unsigned int i;

	client_begin(&c, buffers_of(delivery), 51);
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		set_rate(&c, rates[i]);
		flip_and_take(&c, commits_wanted() / 20 + 40, &harvest);
		check_rate(&c, rates[i], &harvest);
		finish(&c);
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
static void used_up(enum delivery delivery)
{
	static const uint32_t rates[] = { 10000, 24000, 45000 };
	struct harvest harvest;
	struct mc_client c;
	unsigned int i;

	client_begin(&c, buffers_of(delivery), 52);
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		unsigned int flips = commits_wanted() / 10 + 90;
		uint64_t clock, fewest;

		set_rate(&c, rates[i]);
		flip_and_take(&c, flips, &harvest);
		clock = flips * mc_period_ns(c.scene->kms);
		fewest = clock * rates[i] / 1000 / SECOND - 2;
		igt_info("%u Hz: %u pictures of %u flips, at least %llu\n",
			 rates[i] / 1000, harvest.pictures, flips,
			 (unsigned long long)fewest);
		igt_assert_lte_u64(fewest, harvest.pictures);
		check_rate(&c, rates[i], &harvest);
		finish(&c);
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
		finish(c);
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
static void last_state(enum delivery delivery)
{
	int round, in_time = 0;
	struct mc_client c;

	client_begin(&c, buffers_of(delivery), 53);
	set_rate(&c, 2000);
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
static void at_rest_until_due(enum delivery delivery)
{
	unsigned int attempts;
	struct mc_chunk chunk;
	struct mc_client c;

	client_begin(&c, buffers_of(delivery), 60);
	set_rate(&c, 1000);
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
static void with_slow_owner(enum delivery delivery)
{
	unsigned int i, commits = commits_wanted() / 4;
	struct held held = {};
	struct mc_client c;

	client_begin(&c, buffers_of(delivery), 54);
	set_rate(&c, 15000);
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

/* Every flip is a picture. */
static void expect_all(struct mc_client *c, int flips)
{
	struct mc_chunk chunk;

	while (flips--) {
		mc_client_commit(c, 3);
		mc_wait_chunk(c->scene->ctx, &chunk);
		igt_assert(mc_client_is_newest(c, &chunk));
		igt_assert_eq_u32(chunk.event.skipped, 0);
		owner_take(c, &chunk);
		mc_release(c->scene->ctx, &chunk);
	}
}

/* At 1 Hz: it did not wait for its time. */
static bool is_prompt(const struct mc_chunk *chunk, uint64_t asked)
{
	return chunk->event.ready_time_ns < asked + SECOND / 2;
}

/* A busy machine is late at times; a driver that waits would be each time. */
static void check_most(unsigned int prompt, unsigned int rounds)
{
	igt_assert_f(2 * prompt > rounds, "%u of %u pictures were prompt\n",
		     prompt, rounds);
}

/* A waiting picture waits no longer. */
static bool lift_rate(struct mc_client *c)
{
	struct mc_chunk chunk;
	uint64_t asked;

	set_rate(c, 1000);
	mc_client_commit(c, 3);
	mc_wait_chunk(c->scene->ctx, &chunk);
	owner_take(c, &chunk);
	mc_release(c->scene->ctx, &chunk);
	mc_client_commit(c, 3);
	asked = mc_now_ns();
	set_rate(c, 0);
	mc_wait_chunk(c->scene->ctx, &chunk);
	owner_take(c, &chunk);
	mc_release(c->scene->ctx, &chunk);
	return is_prompt(&chunk, asked);
}

static void test_off(void)
{
	unsigned int i, prompt = 0;
	struct mc_client c;

	client_begin(&c, 3, 55);
	expect_all(&c, 10);
	for (i = 0; i < 3; i++)
		prompt += lift_rate(&c);
	check_most(prompt, 3);
	expect_all(&c, 20);
	/* Nor does a rate beyond the mode's make a difference. */
	set_rate(&c, 240000);
	expect_all(&c, 20);
	set_rate(&c, UINT32_MAX);
	expect_all(&c, 20);
}

static void test_bad_values(void)
{
	static const uint32_t bad[] = { 1, 10, 500, 999 };
	struct mc_client c;
	unsigned int i;

	client_begin(&c, 3, 56);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		mc_expect_f(mc_set_rate_errno(c.scene->ctx->fd, bad[i]),
			    -EINVAL, "%u mHz", bad[i]);
	/* And they left everything as it was. */
	expect_all(&c, 10);
	set_rate(&c, 1000);
	set_rate(&c, 1001);
	mc_expect(mc_set_rate_errno(c.scene->ctx->fd, 999), -EINVAL);
	set_rate(&c, 0);
	expect_all(&c, 10);
}

static void test_states(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_CREATED);

	mc_expect(mc_set_rate_errno(ctx->fd, 30000), -ENOTCONN);
	mc_start(ctx);
	mc_expect(mc_set_rate_errno(ctx->fd, 30000), 0);
	mc_stop(ctx);
	mc_expect(mc_set_rate_errno(ctx->fd, 30000), -ENOTCONN);
	mc_ctx_close(ctx);
}

/* The encode rate is only for the trace, which has it. */
static void encode_rate_alone(struct mc_client *c, uint32_t kbps)
{
	struct drm_miracast_set_rate in = { .encode_rate_kbps = kbps };

	mc_points_begin(1024);
	mc_expect(mc_io_errno(c->scene->ctx->fd, DRM_MIRACAST_CODE_SET_RATE,
			      &in, sizeof(in), NULL, 0, NULL), 0);
	mc_points_is(mc_points_need(mc_points_end(), NULL, "set_rate"),
		     "context=%llu encode_rate_kbps=%u max_picture_rate_mhz=0",
		     (unsigned long long)c->scene->ctx->number, kbps);
}

static void test_encode_rate(void)
{
	struct mc_client c;

	client_begin(&c, 3, 57);
	encode_rate_alone(&c, 1);
	expect_all(&c, 5);
	encode_rate_alone(&c, UINT32_MAX);
	expect_all(&c, 5);
}

/* What does not wait */

static bool request_one(struct mc_client *c)
{
	uint64_t asked = mc_now_ns();
	struct mc_chunk chunk;

	mc_expect(mc_request_frame_errno(c->scene->ctx->fd), 0);
	do {
		mc_wait_chunk(c->scene->ctx, &chunk);
		mc_picture_apply(c->owner, c->scene->ctx, &chunk);
		mc_release(c->scene->ctx, &chunk);
	} while (!(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL));
	mc_assert_picture(c->owner, c->screen, "requested");
	return is_prompt(&chunk, asked);
}

static void request_frame(enum delivery delivery)
{
	unsigned int i, alone = 0, beside = 0;
	struct mc_client c;

	client_begin(&c, buffers_of(delivery), 58);
	set_rate(&c, 1000);
	/* The first one after SET_RATE has nothing to wait for. */
	request_one(&c);
	for (i = 0; i < 3; i++) {
		alone += request_one(&c);
		/* Something waits. */
		mc_client_commit(&c, 3);
		beside += request_one(&c);
	}
	check_most(alone, 3);
	check_most(beside, 3);
}

static void test_request_frame_copy(void)
{
	request_frame(COPY);
}

static void test_request_frame_direct(void)
{
	request_frame(DIRECT);
}

static void test_new_mode(void)
{
	unsigned int i, prompt = 0;
	struct mc_client c;
	drmModeModeInfo mode;
	struct mc_chunk chunk;

	client_begin(&c, 3, 59);
	set_rate(&c, 1000);
	for (i = 0; i < 5; i++) {
		uint64_t accepted;

		mode = mc_make_mode(WIDTH, HEIGHT, i % 2 ? 60000 : 50000);
		mc_light(c.scene->kms, &mode, c.scene->fb[0]);
		mc_complete_mode(c.scene->ctx, NULL);
		accepted = mc_now_ns();
		mc_wait_chunk(c.scene->ctx, &chunk);
		igt_assert(chunk.event.base.flags &
			   DRM_MIRACAST_CHUNK_FLAG_FULL);
		igt_assert(chunk.event.base.flags &
			   DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE);
		prompt += is_prompt(&chunk, accepted);
		mc_release(c.scene->ctx, &chunk);
	}
	check_most(prompt, 5);
}

/* The next session knows nothing of it. */
static void test_new_session(void)
{
	struct mc_chunk chunk;
	struct mc_client c;

	client_begin(&c, 3, 60);
	set_rate(&c, 1000);
	mc_stop(c.scene->ctx);
	mc_forget_events(c.scene->ctx);
	mc_start(c.scene->ctx);
	mc_arrive(c.scene->ctx, WIDTH, HEIGHT);
	mc_wait_chunk(c.scene->ctx, &chunk);
	mc_release(c.scene->ctx, &chunk);
	expect_all(&c, 20);
}

/* Of another monitor it does: the session is the same. */
static void test_new_monitor(void)
{
	struct harvest harvest;
	struct mc_chunk chunk;
	struct mc_client c;

	client_begin(&c, 3, 61);
	set_rate(&c, 5000);
	mc_depart(c.scene->ctx);
	mc_arrive(c.scene->ctx, WIDTH, HEIGHT);
	mc_wait_chunk(c.scene->ctx, &chunk);
	mc_release(c.scene->ctx, &chunk);
	flip_and_take(&c, 90, &harvest);
	check_rate(&c, 5000, &harvest);
	finish(&c);
}

/* DIRTYFB faster than both screen and rate. */
static void test_dirtyfb(void)
{
	unsigned int i, calls = commits_wanted() / 5 + 60;
	struct harvest harvest = {};
	struct mc_client c;

	client_begin(&c, 3, 62);
	set_rate(&c, 10000);
	for (i = 0; i < calls; i++) {
		struct drm_clip_rect area = area_of(mc_client_draw_some(&c, 1)->clips);
		drmModeClip clip = { area.x1, area.y1, area.x2, area.y2 };

		mc_fb_copy(c.scene->fb[0], c.screen, &area);
		c.commit_ns = UINT64_MAX;
		igt_assert_eq(drmModeDirtyFB(c.scene->card, c.scene->fb[0]->id,
					     &clip, 1), 0);
		take_pending(&c, &harvest);
		/* The call itself does not wait. */
		usleep(5000);
	}
	check_rate(&c, 10000, &harvest);
	finish(&c);
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
	{ "rate-off", "Zero is no limit, nor is a rate beyond the mode's.",
	  test_off },
	{ "rate-bad-values", "Rates below 1 Hz are EINVAL.", test_bad_values },
	{ "rate-states", "SET_RATE belongs to a session.", test_states },
	{ "rate-encode", "The encode rate is traced, and limits nothing.",
	  test_encode_rate },
	{ "rate-request-frame-copy", "REQUEST_FRAME does not wait for it.",
	  test_request_frame_copy },
	{ "rate-request-frame-direct", "The same in DIRECT.",
	  test_request_frame_direct },
	{ "rate-new-mode", "Nor does the first picture of a mode.",
	  test_new_mode },
	{ "rate-new-session", "STOP_SESSION ends it.", test_new_session },
	{ "rate-new-monitor", "Another monitor does not.", test_new_monitor },
	{ "rate-dirtyfb", "It holds for front buffer rendering.",
	  test_dirtyfb },
	{}
};
