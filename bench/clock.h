/* SPDX-License-Identifier: MIT */
/*
 * Time. User-Mode Linux has no vDSO: reading a clock is a system call, and costs some 20
 * microseconds. So the path of a picture is timed with the processor's counter, which is
 * compared with CLOCK_MONOTONIC now and then.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_SECOND	1000000000ull
#define NS_PER_MS	1000000ull

/** struct clock - How ticks of the processor become nanoseconds. */
struct clock {
	/** @tick: Counter at a moment. */
	uint64_t tick;
	/** @ns: CLOCK_MONOTONIC of the same moment. */
	uint64_t ns;
	/** @ns_per_tick: Length of a tick. */
	double ns_per_tick;
};

/** clock_tick() - The processor's counter; costs no system call. */
static inline uint64_t clock_tick(void)
{
	return __builtin_ia32_rdtsc();
}

/** clock_ns() - CLOCK_MONOTONIC. */
static inline uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_SECOND + (uint64_t)ts.tv_nsec;
}

/** clock_init() - Measure how long a tick is. */
void clock_init(struct clock *clock);

/** clock_sync() - Read both clocks once more, for clock_to_ns(). */
void clock_sync(struct clock *clock);

/** clock_span() - Ticks as nanoseconds. */
static inline uint64_t clock_span(const struct clock *clock, uint64_t ticks)
{
	return (uint64_t)((double)ticks * clock->ns_per_tick);
}

/** clock_to_ns() - A counter value, not long before or after clock_sync(). */
static inline uint64_t clock_to_ns(const struct clock *clock, uint64_t tick)
{
	return clock->ns + (uint64_t)(int64_t)((double)(int64_t)(tick - clock->tick) *
					       clock->ns_per_tick);
}

/** clock_sleep_ns() - Sleep. */
void clock_sleep_ns(uint64_t ns);

/** clock_sleep_until() - Sleep until a moment of CLOCK_MONOTONIC. */
void clock_sleep_until(uint64_t ns);

/** clock_cost_ns() - What an empty system call costs, median of many. */
uint64_t clock_cost_ns(const struct clock *clock);

#endif
