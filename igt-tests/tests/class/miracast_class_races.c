// SPDX-License-Identifier: MIT
/*
 * Races for the last free part of a budget: exactly one process wins.
 */
#include <sched.h>
#include <sys/mman.h>

#include "miracast_class.h"

#define WIDTH 640
#define HEIGHT 480
#define RACERS 3

/* Shared by the racers. */
struct track {
	unsigned int arrived;	/* of all rounds */
	unsigned int rounds;
	int result[2][RACERS];	/* of even and odd rounds */
};

struct racer {
	struct track *track;
	unsigned int number;
	uint32_t connector;
};

/* All wait here; spinning, so that they leave together. */
static void meet(struct track *track, unsigned int *meetings)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	unsigned int i = 0;

	(*meetings)++;
	__atomic_add_fetch(&track->arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&track->arrived, __ATOMIC_SEQ_CST) <
	       *meetings * RACERS) {
		if (++i % 1024 == 0) {
			igt_assert_f(mc_now_ns() < end,
				     "another racer does not come\n");
			sched_yield();
		}
	}
}

static void check_round(const int *result, unsigned int round)
{
	unsigned int i, won = 0;

	for (i = 0; i < RACERS; i++) {
		igt_assert_f(!result[i] || result[i] == -EBUSY,
			     "round %u: racer %u got %s\n", round, i,
			     mc_strerror(result[i]));
		won += !result[i];
	}
	igt_assert_f(won == 1, "round %u: %u winners\n", round, won);
}

static void run(void *data)
{
	struct racer *racer = data;
	struct track *track = racer->track;
	int card = mc_card_open();
	unsigned int round, meetings = 0;

	for (round = 0; round < track->rounds; round++) {
		int *result = track->result[round % 2];
		struct drm_miracast_create_context limits =
			mc_limits(WIDTH, HEIGHT, 2);

		limits.connector_id = racer->connector;
		meet(track, &meetings);
		result[racer->number] = mc_create_errno(card, &limits);
		meet(track, &meetings);
		check_round(result, round);
		if (!result[racer->number]) {
			if (round % 2)
				mc_expect(mc_destroy_errno(limits.context_fd),
					  0);
			mc_close(limits.context_fd);
		}
		/* What is freed can be had at once. */
	}
}

static void race(const char *parameters, bool one_connector)
{
	struct track *track = mmap(NULL, sizeof(*track), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct racer racer = { .track = track };
	pid_t pids[RACERS];
	int card;

	igt_assert(track != MAP_FAILED);
	mc_module_reload(parameters);
	card = mc_card_open();
	track->rounds = mc_setting("MIRACAST_CYCLES", 1000);
	if (one_connector) {
		struct mc_ctx *ctx = mc_ctx_create(card, NULL);

		racer.connector = ctx->connector;
		mc_ctx_close(ctx);
	}
	for (racer.number = 0; racer.number < RACERS; racer.number++)
		pids[racer.number] = mc_fork(run, &racer);
	while (racer.number)
		mc_join(pids[--racer.number]);
	mc_wait_at_rest(card);
	munmap(track, sizeof(*track));
}

static void test_target(void)
{
	race("targets=1", false);
}

static void test_connector(void)
{
	race("targets=4", true);
}

static void test_slot(void)
{
	race("targets=4 encoder_slots=1", false);
}

static void test_rate(void)
{
	/* 640x480 at 60 Hz needs 72000 macroblocks/s. */
	race("targets=4 macroblock_rate=143999", false);
}

static void test_memory(void)
{
	/* Two buffers of 640x480 need 2.3 MiB. */
	race("targets=4 picture_memory_mib=4", false);
}

/* Memory is free when the last reference to it is gone, and not before. */
static void test_memory_of_dma_buf(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	const struct mc_buffer *buffer;
	struct mc_scene *scene;
	struct mc_chunk chunk;
	void *map;
	int fd;

	mc_module_reload("targets=2 picture_memory_mib=3");
	scene = mc_scene(WIDTH, HEIGHT, 2);
	mc_wait_chunk(scene->ctx, &chunk);
	buffer = mc_buffer(scene->ctx, chunk.event.buffer);
	fd = mc_keep(dup(buffer->info.fds[0]));
	map = mc_map(fd, 4096, PROT_READ, 0);
	mc_expect(mc_create_errno(scene->card, &limits), -EBUSY);
	mc_ctx_close(scene->ctx);

	/* A descriptor is left, */
	mc_expect(mc_create_errno(scene->card, &limits), -EBUSY);
	mc_close(fd);
	/* then a mapping, */
	mc_expect(mc_create_errno(scene->card, &limits), -EBUSY);
	igt_assert_eq_u32(mc_caps(scene->card).encoder_slots_free, 2);
	mc_unmap(map, 4096);
	/* then nothing. */
	mc_wait_at_rest(scene->card);
	mc_expect(mc_create_errno(scene->card, &limits), 0);
	mc_close(limits.context_fd);
}

const struct mc_subtest mc_class_races[] = {
	{ "last-target", "One of three wins the only target.", test_target },
	{ "same-connector",
	  "One of three wins the connector that all ask for.",
	  test_connector },
	{ "last-slot", "One of three wins the only encoder slot.", test_slot },
	{ "last-rate", "One of three wins the last macroblock rate.",
	  test_rate },
	{ "last-memory", "One of three wins the last picture memory.",
	  test_memory },
	{ "memory-of-dma-buf",
	  "Memory can be had again when the last dma-buf reference is gone, and not before.",
	  test_memory_of_dma_buf },
	{}
};
