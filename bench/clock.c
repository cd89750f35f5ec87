// SPDX-License-Identifier: MIT
#include "clock.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALIBRATION_NS	(200 * NS_PER_MS)
#define COST_ROUNDS	1001
#define SYNC_ROUNDS	8

/*
 * Of several pairs of readings the closest counts: the program may be interrupted between
 * the two.
 */
void clock_sync(struct clock *clock)
{
	uint64_t before, ns, ticks, best = UINT64_MAX;
	int i;

	for (i = 0; i < SYNC_ROUNDS; i++) {
		before = clock_tick();
		ns = clock_ns();
		ticks = clock_tick() - before;
		if (ticks >= best)
			continue;
		best = ticks;
		clock->ns = ns;
		clock->tick = before + ticks / 2;
	}
}

void clock_init(struct clock *clock)
{
	struct clock start;

	clock_sync(&start);
	do {
		clock_sync(clock);
	} while (clock->ns - start.ns < CALIBRATION_NS);
	clock->ns_per_tick = (double)(clock->ns - start.ns) /
			     (double)(clock->tick - start.tick);
}

void clock_sleep_until(uint64_t ns)
{
	struct timespec ts = {
		.tv_sec = (time_t)(ns / NS_PER_SECOND),
		.tv_nsec = (long)(ns % NS_PER_SECOND),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL))
		;
}

void clock_sleep_ns(uint64_t ns)
{
	clock_sleep_until(clock_ns() + ns);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

uint64_t clock_cost_ns(const struct clock *clock)
{
	static uint64_t spans[COST_ROUNDS];
	uint64_t start;
	int i;

	for (i = 0; i < COST_ROUNDS; i++) {
		start = clock_tick();
		syscall(SYS_getppid);
		spans[i] = clock_tick() - start;
	}
	qsort(spans, COST_ROUNDS, sizeof(spans[0]), compare);
	return clock_span(clock, spans[COST_ROUNDS / 2]);
}
