// SPDX-License-Identifier: MIT
/*
 * The baseline of all other figures: what an empty system call costs, how long it takes
 * from one process's write() until another one returns from read(), and how exactly a timer
 * wakes a process.
 *
 * usage: baseline
 */
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "report.h"

#define ROUNDS		50
#define WAKE_NS		(5 * NS_PER_MS)

static void syscalls(const struct report *row, const struct clock *clock)
{
	report(row, "syscall_ns", (double)clock_cost_ns(clock));
}

static void wake_ups(const struct report *row)
{
	uint64_t due;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		due = clock_ns() + WAKE_NS;
		clock_sleep_until(due);
		report(row, "wake_ns", (double)(clock_ns() - due));
	}
}

static void hand_overs(const struct report *row, const struct clock *clock)
{
	volatile uint64_t *seen = mmap(NULL, sizeof(*seen),
				       PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t start;
	int fds[2], i;
	char byte = 0;

	if (seen == MAP_FAILED || pipe(fds))
		die("pipe");
	if (!fork()) {
		close(fds[1]);
		while (read(fds[0], &byte, 1) == 1)
			*seen = clock_tick();
		_exit(0);
	}
	close(fds[0]);
	for (i = 0; i < ROUNDS; i++) {
		clock_sleep_ns(WAKE_NS);
		start = clock_tick();
		if (write(fds[1], &byte, 1) != 1)
			die("pipe");
		clock_sleep_ns(WAKE_NS);
		report(row, "hand_over_ns",
		       (double)clock_span(clock, *seen - start));
	}
	close(fds[1]);
	wait(NULL);
}

int main(void)
{
	struct report row = { "baseline", "-", "-", "-" };
	struct clock clock;

	report_begin();
	clock_init(&clock);
	syscalls(&row, &clock);
	wake_ups(&row);
	hand_overs(&row, &clock);
	return 0;
}
