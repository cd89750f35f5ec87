// SPDX-License-Identifier: MIT
/*
 * Where SET_RATE ends: what does not wait for it, and what begins and ends with it.
 */
#include "lib_miracast_points.h"
#include "miracast_damage_rate.h"

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

	rate_set(c, 1000);
	mc_client_commit(c, 3);
	mc_wait_chunk(c->scene->ctx, &chunk);
	owner_take(c, &chunk);
	mc_release(c->scene->ctx, &chunk);
	mc_client_commit(c, 3);
	asked = mc_now_ns();
	rate_set(c, 0);
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
	rate_set(&c, 240000);
	expect_all(&c, 20);
	rate_set(&c, UINT32_MAX);
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
	rate_set(&c, 1000);
	rate_set(&c, 1001);
	mc_expect(mc_set_rate_errno(c.scene->ctx->fd, 999), -EINVAL);
	rate_set(&c, 0);
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

static void request_frame(enum rate_delivery delivery)
{
	unsigned int i, alone = 0, beside = 0;
	struct mc_client c;

	client_begin(&c, rate_buffers_of(delivery), 58);
	rate_set(&c, 1000);
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
	rate_set(&c, 1000);
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
	rate_set(&c, 1000);
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
	struct rate_harvest harvest;
	struct mc_chunk chunk;
	struct mc_client c;

	client_begin(&c, 3, 61);
	rate_set(&c, 5000);
	mc_depart(c.scene->ctx);
	mc_arrive(c.scene->ctx, WIDTH, HEIGHT);
	mc_wait_chunk(c.scene->ctx, &chunk);
	mc_release(c.scene->ctx, &chunk);
	rate_flip_and_take(&c, 90, &harvest);
	rate_check(&c, 5000, &harvest);
	rate_finish(&c);
}

const struct mc_subtest mc_damage_rate_ends[] = {
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
	{}
};
