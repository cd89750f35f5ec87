// SPDX-License-Identifier: MIT
#include "signals.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"

/* timeout(1) signals its child and then the child's group, which is one wish. */
#define TOGETHER_NS	(100 * NS_PER_MS)

static const int endings[] = { SIGINT, SIGTERM, SIGHUP };

#define ENDING_COUNT	(sizeof(endings) / sizeof(endings[0]))

static _Atomic uint64_t asked_ns;
static void (*_Atomic before_end)(void);
static int asked_fd = -1;

static void fill_endings(sigset_t *set)
{
	size_t i;

	sigemptyset(set);
	for (i = 0; i < ENDING_COUNT; i++)
		sigaddset(set, endings[i]);
}

static void on_signal(int number)
{
	uint64_t first_ns = atomic_load(&asked_ns), now_ns = clock_ns(), one = 1;
	int error = errno;

	if (!first_ns) {
		atomic_store(&asked_ns, now_ns);
		/* Cannot fail: it is written to once. */
		(void)!write(asked_fd, &one, sizeof(one));
	} else if (now_ns - first_ns >= TOGETHER_NS) {
		if (atomic_load(&before_end))
			atomic_load(&before_end)();
		signal(number, SIG_DFL);
		raise(number);
	}
	errno = error;
}

/*
 * Without SA_RESTART: a write that waits for a reader is to end, too. None of them
 * interrupts the handler of another.
 */
int signals_listen(void)
{
	struct sigaction ours = { .sa_handler = on_signal }, before;
	size_t i;

	asked_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (asked_fd < 0)
		return -errno;
	fill_endings(&ours.sa_mask);
	for (i = 0; i < ENDING_COUNT; i++) {
		if (sigaction(endings[i], NULL, &before) ||
		    (before.sa_handler != SIG_IGN && sigaction(endings[i], &ours, NULL)))
			return -errno;
	}
	return 0;
}

void signals_before_end(void (*last)(void))
{
	atomic_store(&before_end, last);
}

bool signals_asked(void)
{
	return atomic_load(&asked_ns);
}

int signals_file(void)
{
	return asked_fd;
}

void signals_keep_out(sigset_t *before)
{
	sigset_t set;

	fill_endings(&set);
	pthread_sigmask(SIG_BLOCK, &set, before);
}
