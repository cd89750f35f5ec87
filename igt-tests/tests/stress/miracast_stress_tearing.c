// SPDX-License-Identifier: MIT
/*
 * Tearing: a client with two framebuffers stamps every frame with its number, in
 * each block of 16x16 pixels, and flips as fast as it may. It draws over a framebuffer as
 * soon as that has left the screen. No picture that the owner has released in time may show
 * two numbers, or another number than its own. The release of a picture that may have been
 * drawn over must report that.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "miracast_stress.h"

#define WIDTH 640
#define HEIGHT 480
#define BLOCK 16
/* The highest rate that the driver has; pictures are small, to reach it. */
#define FAST_MHZ 240000

enum delivery { COPY, DIRECT };
enum temper { FAST, SLOW, STOPPED };

struct board {
	volatile bool still;		/* the client flips no more */
};

struct plan {
	enum delivery delivery;
	enum temper temper;
	uint32_t connector, frames;
	struct board *board;
	int ready;
};

/* The owner */

struct tally {
	uint32_t number;		/* of the newest picture */
	uint64_t commit_ns;		/* its commit */
	uint32_t good, revoked, torn, skipped;
};

static uint32_t word_at(const uint8_t *pixels, uint32_t pitch, uint32_t x,
			uint32_t y)
{
	return ((const volatile uint32_t *)(const void *)
		(pixels + (size_t)y * pitch))[x] & 0xffffff;
}

/* Whether all blocks show the number. */
static bool shows(const uint8_t *pixels, uint32_t pitch, uint32_t number)
{
	uint32_t x, y;

	for (y = 0; y < HEIGHT; y += BLOCK)
		for (x = 0; x < WIDTH; x += BLOCK)
			if (word_at(pixels, pitch, x, y) != number)
				return false;
	return true;
}

/*
 * Each commit has the next number. A picture stands for those it has skipped as
 * well; one that only repeats the damage of what was revoked is of no new commit.
 */
static void count(struct tally *tally, const struct mc_chunk *chunk)
{
	if (tally->commit_ns &&
	    tally->commit_ns != chunk->event.commit_time_ns)
		tally->number += 1 + chunk->event.skipped;
	tally->commit_ns = chunk->event.commit_time_ns;
	tally->skipped += chunk->event.skipped;
}

static void check_chunk(const struct plan *plan, struct mc_ctx *ctx,
			struct tally *tally, const struct mc_chunk *chunk,
			uint32_t *seed)
{
	uint32_t pitch;
	const uint8_t *pixels = mc_chunk_pixels(ctx, chunk, &pitch);
	bool whole;
	int ret;

	count(tally, chunk);
	whole = shows(pixels, pitch, tally->number);
	if (plan->temper == SLOW) {
		usleep(mc_random(seed) % 12500);
		whole &= shows(pixels, pitch, tally->number);
	}
	ret = mc_try_release(ctx, chunk);
	tally->torn += !whole;
	if (!ret) {
		igt_assert_f(whole,
			     "picture %u shows %u, %u and %u in its corners, and was not revoked\n",
			     tally->number, word_at(pixels, pitch, 0, 0),
			     word_at(pixels, pitch, WIDTH - BLOCK, 0),
			     word_at(pixels, pitch, 0, HEIGHT - BLOCK));
		tally->good++;
		return;
	}
	mc_expect(ret, MC_REVOKED);
	igt_assert(plan->delivery == DIRECT);
	tally->revoked++;
}

static void owner_main(void *data)
{
	const struct plan *plan = data;
	struct drm_miracast_create_context limits =
		plan->delivery == DIRECT ? mc_limits_direct(WIDTH, HEIGHT) :
		mc_limits(WIDTH, HEIGHT, 3);
	struct drm_miracast_mode fast = {
		.width = WIDTH, .height = HEIGHT, .refresh_mhz = FAST_MHZ,
	};
	struct tally tally = {};
	struct mc_chunk chunk;
	int card = mc_card_open();
	uint32_t seed = 1;
	struct mc_ctx *ctx;

	limits.connector_id = plan->connector;
	limits.max_refresh_mhz = FAST_MHZ;
	ctx = mc_ctx_create(card, &limits);
	mc_close(card);
	mc_start(ctx);
	mc_arrive_modes(ctx, &fast, 1);
	mc_wait_chunk(ctx, &chunk);
	check_chunk(plan, ctx, &tally, &chunk, &seed);
	igt_assert_eq(write(plan->ready, "r", 1), 1);
	for (;;) {
		if (mc_try_chunk(ctx, &chunk, 100))
			check_chunk(plan, ctx, &tally, &chunk, &seed);
		else if (plan->board->still)
			break;
	}
	igt_info("%u frames: %u good, %u revoked (%u in all seen torn), %u skipped\n",
		 plan->frames, tally.good, tally.revoked, tally.torn,
		 tally.skipped);
	/* The last frame has come, and enough was seen before. */
	igt_assert_eq_u32(tally.number, plan->frames);
	igt_assert_lte(plan->frames / 20, tally.good);
	mc_ctx_close(ctx);
}

static pid_t start_owner(struct plan *plan)
{
	uint8_t byte;
	int ends[2];
	pid_t pid;

	igt_assert_eq(pipe(ends), 0);
	plan->ready = ends[1];
	pid = mc_fork(owner_main, plan);
	close(ends[1]);
	igt_assert_f(read(ends[0], &byte, 1) == 1, "the owner failed\n");
	close(ends[0]);
	return pid;
}

/* The client */

static void stamp(const struct mc_fb *fb, uint32_t number)
{
	uint32_t x, y;

	for (y = 0; y < HEIGHT; y += BLOCK) {
		volatile uint32_t *line = (void *)(fb->map + y * fb->pitch);

		for (x = 0; x < WIDTH; x += BLOCK)
			line[x] = number;
	}
}

/* Stops the owner now and then, for some frames. */
static void tease(pid_t pid, uint32_t *left, uint32_t *seed)
{
	if (*left) {
		if (!--*left)
			kill(pid, SIGCONT);
	} else if (mc_random(seed) % 40 == 0) {
		kill(pid, SIGSTOP);
		*left = 1 + mc_random(seed) % 20;
	}
}

static void flip_all(struct mc_kms *kms, struct mc_fb **fb,
		     const struct plan *plan, pid_t pid)
{
	uint32_t i, stopped = 0, seed = 2;

	for (i = 1; i <= plan->frames; i++) {
		stamp(fb[i % 2], i);
		mc_show(kms, fb[i % 2], NULL, 0);
		if (plan->temper == STOPPED)
			tease(pid, &stopped, &seed);
	}
	kill(pid, SIGCONT);
}

static void tearing(enum delivery delivery, enum temper temper)
{
	uint32_t frames = mc_setting("MIRACAST_FRAMES", 1000);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, FAST_MHZ);
	int card = mc_card_open(), i;
	struct mc_kms *kms = mc_kms(card, 0);
	struct plan plan = {
		.delivery = delivery,
		.temper = temper,
		.connector = kms->connector,
		.frames = temper == FAST ? frames : frames / 10 + 100,
		.board = mmap(NULL, sizeof(*plan.board),
			      PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0),
	};
	struct mc_fb *fb[2];
	uint64_t start;
	pid_t pid;

	igt_assert(plan.board != MAP_FAILED);
	for (i = 0; i < 2; i++)
		fb[i] = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb[0]);
	pid = start_owner(&plan);
	start = mc_now_ns();
	flip_all(kms, fb, &plan, pid);
	igt_info("%.0f flips a second\n",
		 plan.frames * 1e9 / (mc_now_ns() - start));
	plan.board->still = true;
	mc_join(pid);
	munmap(plan.board, sizeof(*plan.board));
}

static void test_copy(void)
{
	tearing(COPY, FAST);
}

static void test_copy_slow(void)
{
	tearing(COPY, SLOW);
}

static void test_copy_stopped(void)
{
	tearing(COPY, STOPPED);
}

static void test_direct(void)
{
	tearing(DIRECT, FAST);
}

static void test_direct_slow(void)
{
	tearing(DIRECT, SLOW);
}

static void test_direct_stopped(void)
{
	tearing(DIRECT, STOPPED);
}

const struct mc_subtest mc_stress_tearing[] = {
	{ "tearing-copy",
	  "COPY: no picture mixes two frames of a client at full rate.",
	  test_copy },
	{ "tearing-copy-slow", "The same with an owner of varying speed.",
	  test_copy_slow },
	{ "tearing-copy-stopped",
	  "The same with an owner that is stopped now and then.",
	  test_copy_stopped },
	{ "tearing-direct",
	  "DIRECT: no picture that was released in time mixes two frames.",
	  test_direct },
	{ "tearing-direct-slow",
	  "DIRECT: pictures that a slow owner may have read torn are revoked.",
	  test_direct_slow },
	{ "tearing-direct-stopped",
	  "DIRECT: so are pictures of an owner that is stopped now and then.",
	  test_direct_stopped },
	{}
};
