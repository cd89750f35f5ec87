// SPDX-License-Identifier: MIT
/*
 * Owners that are slow, stop, die and come back, while a client flips as fast as it can:
 * pictures and flips must stay right. miracast_stress_tearing.c looks for tearing; life
 * times are in miracast_stress_cycles.c.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "miracast_stress.h"

IGT_TEST_DESCRIPTION("Races between owners, clients and life times.");

#define WIDTH 640
#define HEIGHT 480
#define FBS 3

/* What client and owner share. */
struct board {
	struct mc_picture *screen;	/* what is on the screen */
	volatile bool still;		/* the client flips no more */
};

static struct board *new_board(void)
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	igt_assert(board != MAP_FAILED);
	board->screen = mc_picture_shared(WIDTH, HEIGHT);
	return board;
}

/* The client: draws a random rectangle a flip, in three framebuffers. */

struct client {
	int card;
	struct mc_kms *kms;
	struct mc_fb *fb[FBS];
	struct board *board;
	struct drm_mode_rect history[FBS];
	uint32_t flips, seed;
};

static struct client *new_client(int card, uint32_t connector)
{
	struct drm_clip_rect all = { 0, 0, WIDTH, HEIGHT };
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	struct client *c = calloc(1, sizeof(*c));
	int i;

	igt_assert(c);
	c->card = card;
	c->kms = mc_kms(card, connector);
	c->board = new_board();
	c->seed = 1;
	mc_picture_paint(c->board->screen, &all, 0);
	for (i = 0; i < FBS; i++) {
		c->fb[i] = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
		mc_fb_copy(c->fb[i], c->board->screen, NULL);
	}
	mc_light(c->kms, &mode, c->fb[0]);
	return c;
}

static void draw(struct client *c, struct drm_mode_rect *clip)
{
	struct drm_clip_rect area;

	clip->x1 = mc_random(&c->seed) % (WIDTH - 64);
	clip->y1 = mc_random(&c->seed) % (HEIGHT - 64);
	clip->x2 = clip->x1 + 1 + mc_random(&c->seed) % 64;
	clip->y2 = clip->y1 + 1 + mc_random(&c->seed) % 64;
	area = (struct drm_clip_rect) { clip->x1, clip->y1, clip->x2,
					clip->y2 };
	mc_picture_paint(c->board->screen, &area, c->seed);
}

/* How long flips take, by the kernel's own times. */
struct pace {
	uint32_t flips;
	uint32_t prompt;	/* at the vblank after the call */
	uint32_t late;		/* later than the one after that */
	uint32_t worst;		/* vblanks from one flip to the next */
	uint64_t last_ns;
	uint32_t last_sequence;
	/* From one flip to the next, pauses left out. */
	uint64_t between_ns;
	uint32_t between;
	bool paused;		/* the client did something else meanwhile */
};

/* How long the client waited, in vblanks. */
static uint32_t vblanks_for(const struct pace *pace, const struct mc_flip *flip,
			    uint64_t submitted_ns, uint64_t period_ns)
{
	if (pace->flips && !pace->paused)
		return flip->sequence - pace->last_sequence;
	if (flip->time_ns <= submitted_ns)
		return 0;
	return (flip->time_ns - submitted_ns) / period_ns;
}

static void note(struct pace *pace, const struct mc_flip *flip,
		 uint64_t submitted_ns, uint64_t period_ns)
{
	uint32_t vblanks = vblanks_for(pace, flip, submitted_ns, period_ns);

	if (pace->flips && !pace->paused) {
		pace->between_ns += flip->time_ns - pace->last_ns;
		pace->between++;
	}
	if (vblanks > pace->worst)
		pace->worst = vblanks;
	pace->paused = false;
	if (flip->time_ns <= submitted_ns + period_ns)
		pace->prompt++;
	if (flip->time_ns > submitted_ns + 2 * period_ns + period_ns / 8)
		pace->late++;
	pace->last_ns = flip->time_ns;
	pace->last_sequence = flip->sequence;
	pace->flips++;
}

static void flip_once(struct client *c, struct pace *pace)
{
	uint64_t period = 1000000000000ull / mc_mode_mhz(&c->kms->mode);
	struct mc_fb *fb = c->fb[(c->flips + 1) % FBS];
	struct drm_mode_rect *clip = &c->history[c->flips % FBS];
	struct mc_flip flip;
	uint64_t submitted;
	int i;

	draw(c, clip);
	for (i = 0; i < FBS; i++) {
		struct drm_clip_rect area = { c->history[i].x1,
					      c->history[i].y1,
					      c->history[i].x2,
					      c->history[i].y2 };

		mc_fb_copy(fb, c->board->screen, &area);
	}
	mc_flip(c->kms, fb, clip, 1);
	submitted = mc_now_ns();
	mc_wait_flip(c->kms, &flip);
	c->flips++;
	if (pace)
		note(pace, &flip, submitted, period);
}

static void flip_for(struct client *c, struct pace *pace, uint32_t flips)
{
	while (flips--)
		flip_once(c, pace);
}

static void report(const struct pace *pace, const char *what)
{
	igt_info("%s: %u flips, %.1f a second, %u prompt, %u late, longest %u vblanks\n",
		 what, pace->flips, pace->between_ns ?
		 pace->between * 1e9 / pace->between_ns : 0,
		 pace->prompt, pace->late, pace->worst);
}

struct rates {
	double ns;		/* a flip */
	double prompt, late;	/* shares */
	uint32_t worst;		/* vblanks */
};

static struct rates rates_of(const struct pace *pace)
{
	return (struct rates) {
		.ns = (double)pace->between_ns / pace->between,
		.prompt = (double)pace->prompt / pace->flips,
		.late = (double)pace->late / pace->flips,
		.worst = pace->worst,
	};
}

static struct rates worse_of(const struct pace *one, const struct pace *other)
{
	struct rates a = rates_of(one), b = rates_of(other);

	return (struct rates) {
		.ns = a.ns > b.ns ? a.ns : b.ns,
		.prompt = a.prompt < b.prompt ? a.prompt : b.prompt,
		.late = a.late > b.late ? a.late : b.late,
		.worst = a.worst > b.worst ? a.worst : b.worst,
	};
}

/*
 * A slow machine makes flips late, so the reference is the same client without an owner,
 * @before and @after. A client that waited for a stopped owner would stop for as long: one
 * flip would be by far the worst. Flips that sometimes waited for one more vblank would
 * miss the one after their call. In DIRECT a flip may do that once for each picture that
 * the owner keeps, so only most of them are prompt.
 */
static bool is_same_pace(const struct pace *with, const struct pace *before,
			 const struct pace *after, bool direct)
{
	struct rates alone = worse_of(before, after), now = rates_of(with);

	igt_info("%.1f ms a flip, alone %.1f; %.0f %% prompt, alone %.0f; %.0f %% late, alone %.0f; worst %u vblanks, alone %u\n",
		 now.ns / 1e6, alone.ns / 1e6, now.prompt * 100,
		 alone.prompt * 100, now.late * 100, alone.late * 100,
		 now.worst, alone.worst);
	return now.ns < (direct ? 2 : 1.5) * alone.ns + 4e6 &&
	       now.prompt > alone.prompt * (direct ? 0.5 : 0.75) &&
	       now.late < 1.5 * alone.late + 0.1 &&
	       now.worst <= 2 * alone.worst + 8;
}

/* Owners */

enum temper { PROMPT, SLOW, GREEDY };

struct owner_plan {
	uint32_t connector;
	uint32_t buffers;	/* of COPY; 0: DIRECT */
	enum temper temper;	/* how it works */
	struct board *board;
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

static pid_t start_owner(struct client *c, enum temper temper, uint32_t buffers)
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
static void end_owner(struct client *c, pid_t pid)
{
	c->board->still = true;
	mc_join(pid);
}

static uint32_t phase_flips(void)
{
	return mc_setting("MIRACAST_FLIPS", 200);
}

/* Once before the owner and once after it. */
static struct pace pace_alone(struct client *c)
{
	struct pace pace = {};

	flip_for(c, &pace, phase_flips() / 2);
	report(&pace, "no owner");
	return pace;
}

static struct pace pace_with(struct client *c, enum temper temper,
			     uint32_t buffers)
{
	pid_t pid = start_owner(c, temper, buffers);
	struct pace pace = {};

	flip_for(c, &pace, phase_flips());
	report(&pace, "owner");
	end_owner(c, pid);
	return pace;
}

/* SIGSTOP for seconds: whoever waits for the owner would stand still. */
static struct pace pace_stopped(struct client *c, enum temper temper,
				uint32_t buffers)
{
	pid_t pid = start_owner(c, temper, buffers);
	struct pace pace = {};
	int i;

	for (i = 0; i < 3; i++) {
		flip_for(c, NULL, 20);
		igt_assert_eq(kill(pid, SIGSTOP), 0);
		flip_for(c, &pace, phase_flips());
		igt_assert_eq(kill(pid, SIGCONT), 0);
		pace.paused = true;
	}
	report(&pace, "owner stopped");
	flip_for(c, NULL, 20);
	end_owner(c, pid);
	return pace;
}

/* A disturbance that slows the machine down for a moment does not affect each round. */
static void expect_same_pace(struct pace (*measure)(struct client *c,
						    enum temper temper,
						    uint32_t buffers),
			     enum temper temper, uint32_t buffers)
{
	struct client *c = new_client(mc_card_open(), 0);
	struct pace before = pace_alone(c), with, after;
	int round;

	for (round = 0; round < 3; round++) {
		with = measure(c, temper, buffers);
		after = pace_alone(c);
		if (is_same_pace(&with, &before, &after, !buffers))
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
static struct pace pace_killed(struct client *c, enum temper temper,
			       uint32_t buffers)
{
	uint32_t i, deaths = mc_setting("MIRACAST_CYCLES", 1000) / 20 + 2;
	struct pace pace = {};
	pid_t pid;

	for (i = 0; i < deaths; i++) {
		pid = start_owner(c, i % (buffers ? 3 : 2),
				  buffers ? 2 + i % 3 : 0);
		flip_for(c, &pace, 1 + mc_random(&c->seed) % 20);
		if (i % 4 == 3)
			kill(pid, SIGSTOP);
		flip_for(c, &pace, mc_random(&c->seed) % 5);
		/* Flips while it dies and after it count, waiting for it not. */
		igt_assert_eq(kill(pid, SIGKILL), 0);
		flip_once(c, &pace);
		mc_kill(pid);
		pace.paused = true;
		flip_once(c, &pace);
		pace.paused = true;
	}
	report(&pace, "owners that die");
	/* The flips of the last one count as well as its picture. */
	pid = start_owner(c, temper, buffers);
	flip_for(c, NULL, 50);
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
}
