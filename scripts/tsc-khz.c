// SPDX-License-Identifier: MIT
/*
 * Prints how many thousand times a second this machine's time stamp counter (TSC) ticks.
 * An emulated guest has the same counter, and would measure it against emulated timers:
 * on a busy host with any result. See scripts/vm.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

#define NS_PER_SEC	1000000000LL

struct reading {
	uint64_t ticks;
	int64_t ns;
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * NS_PER_SEC + time.tv_nsec;
}

/* Of many, the one in which nothing came between the two clocks. */
static struct reading read_both(void)
{
	int64_t least = INT64_MAX;
	struct reading best = { 0 };

	for (int i = 0; i < 1000; i++) {
		int64_t before = now();
		uint64_t ticks = __rdtsc();
		int64_t took = now() - before;

		if (took < least) {
			least = took;
			best = (struct reading){ .ticks = ticks, .ns = before + took / 2 };
		}
	}
	return best;
}

int main(void)
{
	struct timespec wait = { .tv_nsec = NS_PER_SEC / 5 };
	struct reading begin = read_both(), end;

	nanosleep(&wait, NULL);
	end = read_both();
	printf("%.0f\n", (double)(end.ticks - begin.ticks) * 1e6 / (double)(end.ns - begin.ns));
	return 0;
}
