// SPDX-License-Identifier: MIT
/*
 * Owners that are slow, stop, die and come back, while a client flips as fast as it can:
 * pictures and flips must stay right. The client is in miracast_stress_pace.c. What looks for
 * tearing is in miracast_stress_tearing.c, life times are in miracast_stress_cycles.c.
 */
#include <signal.h>

#include "miracast_stress_pace.h"

IGT_TEST_DESCRIPTION("Races between owners, clients and life times.");

enum temper { PROMPT, SLOW, GREEDY };

struct owner_plan {
	uint32_t connector;
	uint32_t buffers;	/* of COPY; 0: DIRECT */
	enum temper temper;	/* how it works */
	struct pace_board *board;
	int ready;
};

static struct mc_ctx *take_target(const struct owner_plan *plan)
{
	struct drm_miracast_create_context limits =
		plan->buffers ? mc_limits(WIDTH, HEIGHT, plan->buffers) :
		mc_limits_direct(WIDTH, HEIGHT);
	int card = mc_card_open();
	struct mc_ctx *ctx;

	limits.connector_id = plan->connector;
	ctx = mc_ctx_create(card, &limits);
	mc_close(card);
	mc_start(ctx);
	mc_arrive(ctx, WIDTH, HEIGHT);
	mc_complete_mode(ctx, NULL);
	return ctx;
}

static void take_chunk(const struct owner_plan *plan, struct mc_ctx *ctx,
		       struct mc_picture *picture,
		       const struct mc_chunk *chunk, bool *first)
{
	bool full = chunk->event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL;

	/* In DIRECT the first comes again if it was revoked. */
	igt_assert_f(full == *first || (full && !plan->buffers),
		     "full %d, first %d\n", full, *first);
	*first = false;
	mc_picture_apply(picture, ctx, chunk);
}

/* A revoked picture may be torn, and comes again. */
static void give_back(const struct owner_plan *plan, struct mc_ctx *ctx,
		      const struct mc_chunk *chunk)
{
	int ret = mc_try_release(ctx, chunk);

	igt_assert_f(!ret || (ret == MC_REVOKED && !plan->buffers),
		     "RELEASE: %s\n", mc_strerror(ret));
}

/* When the client is still: how long to wait for one more chunk. */
static int rest_ms(const struct owner_plan *plan,
		   const struct mc_picture *picture)
{
	const struct mc_picture *screen = plan->board->screen;
	uint32_t x, y;

	/* Until all of it is there, one must come. */
	return mc_pixels_equal(picture->pixels, picture->pitch, screen->pixels,
			       screen->pitch, WIDTH, HEIGHT, &x, &y) ?
	       MC_QUIET_MS : MC_TIMEOUT_MS;
}

/*
 * Keeps its picture by the clips, in its own way of working, until the client
 * is still; then takes what is left and compares.
 */
static void owner_main(void *data)
{
	const struct owner_plan *plan = data;
	struct mc_picture *picture = mc_picture(WIDTH, HEIGHT);
	struct mc_ctx *ctx = take_target(plan);
	struct mc_chunk chunk, held[16];
	uint32_t seed = plan->temper, count = 0;
	bool first = true;

	igt_assert_eq(write(plan->ready, "r", 1), 1);
	while (!plan->board->still) {
		if (!mc_try_chunk(ctx, &chunk, 50))
			continue;
		take_chunk(plan, ctx, picture, &chunk, &first);
		if (plan->temper == SLOW)
			usleep(mc_random(&seed) % 150000);
		held[count++] = chunk;
		while (count == (plan->temper == GREEDY ? plan->buffers : 1) ||
		       (count && plan->board->still))
			give_back(plan, ctx, &held[--count]);
		if (plan->temper == GREEDY && !count)
			usleep(300000);
	}
	while (count)
		give_back(plan, ctx, &held[--count]);
	while (mc_try_chunk(ctx, &chunk, rest_ms(plan, picture))) {
		take_chunk(plan, ctx, picture, &chunk, &first);
		give_back(plan, ctx, &chunk);
	}
	mc_assert_picture(picture, plan->board->screen, "in the end");
}

static pid_t start_owner(struct pace_client *c, enum temper temper, uint32_t buffers)
{
	struct owner_plan plan = {
		.connector = c->kms->connector,
		.buffers = buffers,
		.temper = temper,
		.board = c->board,
	};
	uint8_t byte;
	int ends[2];
	pid_t pid;

	c->board->still = false;
	igt_assert_eq(pipe(ends), 0);
	plan.ready = ends[1];
	pid = mc_fork(owner_main, &plan);
	close(ends[1]);
	igt_assert_eq(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

/* The owner must end with what is on the screen. */
static void end_owner(struct pace_client *c, pid_t pid)
{
	c->board->still = true;
	mc_join(pid);
}

static uint32_t phase_flips(void)
{
	return mc_setting("MIRACAST_FLIPS", 200);
}

/* Once before the owner and once after it. */
static struct pace pace_alone(struct pace_client *c)
{
	struct pace pace = {};

	pace_flip_for(c, &pace, phase_flips() / 2);
	pace_report(&pace, "no owner");
	return pace;
}

static struct pace pace_with(struct pace_client *c, enum temper temper,
			     uint32_t buffers)
{
	pid_t pid = start_owner(c, temper, buffers);
	struct pace pace = {};

	pace_flip_for(c, &pace, phase_flips());
	pace_report(&pace, "owner");
	end_owner(c, pid);
	return pace;
}

/* SIGSTOP for seconds: whoever waits for the owner would stand still. */
static struct pace pace_stopped(struct pace_client *c, enum temper temper,
				uint32_t buffers)
{
	pid_t pid = start_owner(c, temper, buffers);
	struct pace pace = {};
	int i;

	for (i = 0; i < 3; i++) {
		pace_flip_for(c, NULL, 20);
		igt_assert_eq(kill(pid, SIGSTOP), 0);
		pace_flip_for(c, &pace, phase_flips());
		igt_assert_eq(kill(pid, SIGCONT), 0);
		pace.paused = true;
	}
	pace_report(&pace, "owner stopped");
	pace_flip_for(c, NULL, 20);
	end_owner(c, pid);
	return pace;
}

/* A disturbance that slows the machine down for a moment does not affect each round. */
static void expect_same_pace(struct pace (*measure)(struct pace_client *c,
						    enum temper temper,
						    uint32_t buffers),
			     enum temper temper, uint32_t buffers)
{
	struct pace_client *c = pace_new_client(mc_card_open(), 0);
	struct pace before = pace_alone(c), with, after;
	int round;

	for (round = 0; round < 3; round++) {
		with = measure(c, temper, buffers);
		after = pace_alone(c);
		if (pace_is_same(&with, &before, &after, !buffers))
			return;
		before = after;
	}
	igt_assert_f(false, "flips are slower with the owner, each time\n");
}

static void with_owner(enum temper temper, uint32_t buffers)
{
	expect_same_pace(pace_with, temper, buffers);
}

static void stopped_owner(uint32_t buffers)
{
	expect_same_pace(pace_stopped, PROMPT, buffers);
}

static void test_prompt_owner(void)
{
	with_owner(PROMPT, 3);
}

static void test_slow_owner(void)
{
	with_owner(SLOW, 3);
}

static void test_slow_owner_2(void)
{
	with_owner(SLOW, 2);
}

static void test_greedy_owner(void)
{
	with_owner(GREEDY, 4);
}

static void test_stopped_owner(void)
{
	stopped_owner(3);
}

/* An owner that is killed and comes back, in the middle of everything. */
static struct pace pace_killed(struct pace_client *c, enum temper temper,
			       uint32_t buffers)
{
	uint32_t i, deaths = mc_setting("MIRACAST_CYCLES", 1000) / 20 + 2;
	struct pace pace = {};
	pid_t pid;

	for (i = 0; i < deaths; i++) {
		pid = start_owner(c, i % (buffers ? 3 : 2),
				  buffers ? 2 + i % 3 : 0);
		pace_flip_for(c, &pace, 1 + mc_random(&c->seed) % 20);
		if (i % 4 == 3)
			kill(pid, SIGSTOP);
		pace_flip_for(c, &pace, mc_random(&c->seed) % 5);
		/* Flips while it dies and after it count, waiting for it not. */
		igt_assert_eq(kill(pid, SIGKILL), 0);
		pace_flip_once(c, &pace);
		mc_kill(pid);
		pace.paused = true;
		pace_flip_once(c, &pace);
		pace.paused = true;
	}
	pace_report(&pace, "owners that die");
	/* The flips of the last one count as well as its picture. */
	pid = start_owner(c, temper, buffers);
	pace_flip_for(c, NULL, 50);
	end_owner(c, pid);
	return pace;
}

static void killed_owner(bool direct)
{
	expect_same_pace(pace_killed, PROMPT, direct ? 0 : 3);
}

static void test_killed_owner(void)
{
	killed_owner(false);
}

/* DIRECT: an owner has no buffers of its own. */

static void test_prompt_owner_direct(void)
{
	with_owner(PROMPT, 0);
}

static void test_slow_owner_direct(void)
{
	with_owner(SLOW, 0);
}

static void test_stopped_owner_direct(void)
{
	stopped_owner(0);
}

static void test_killed_owner_direct(void)
{
	killed_owner(true);
}

static const struct mc_subtest subtests[] = {
	{ "prompt-owner",
	  "A client flips as fast with an owner as without.",
	  test_prompt_owner },
	{ "slow-owner",
	  "No flip waits for a slow owner, which ends with the right picture.",
	  test_slow_owner },
	{ "slow-owner-2", "The same with the fewest buffers.",
	  test_slow_owner_2 },
	{ "greedy-owner",
	  "The same with an owner that releases late and all at once.",
	  test_greedy_owner },
	{ "stopped-owner",
	  "No flip waits for an owner that is stopped for seconds.",
	  test_stopped_owner },
	{ "killed-owner",
	  "Flips and pictures stay right when owners die and come back.",
	  test_killed_owner },
	{ "prompt-owner-direct",
	  "DIRECT: a client flips as fast with an owner as without.",
	  test_prompt_owner_direct },
	{ "slow-owner-direct",
	  "DIRECT: a slow owner delays no more than a flip now and then.",
	  test_slow_owner_direct },
	{ "stopped-owner-direct",
	  "DIRECT: flips do not wait for an owner that is stopped for seconds.",
	  test_stopped_owner_direct },
	{ "killed-owner-direct",
	  "DIRECT: flips and pictures stay right when owners die and come back.",
	  test_killed_owner_direct },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_stress_tearing);
	mc_subtests(mc_stress_cycles);
	mc_subtests(mc_stress_crowd);
}
