// SPDX-License-Identifier: MIT
#include "owner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

#define START_TIMEOUT_MS	30000

static const struct owner_ops *const kinds[] = {
	&owner_direct, &owner_copy, &owner_nv12, &owner_copy_wc, &owner_nv12_wc,
	&owner_copy_two, &owner_evdi, &owner_evdi_nv12,
};

const struct owner_ops *owner_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i]->name, name))
			return kinds[i];
	return NULL;
}

struct board *owner_board(void)
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (board == MAP_FAILED)
		die("shared memory");
	memset(board, 0, sizeof(*board));
	if (sem_init(&board->permits, 1, 0))
		die("semaphore");
	return board;
}

static int work(struct owner *owner)
{
	struct board *board = owner->board;
	struct owner_sample sample;
	uint32_t n;
	int ret;

	for (;;) {
		n = atomic_load(&board->done);
		memset(&sample, 0, sizeof(sample));
		sample.polled = n % 2 && atomic_load(&board->polled);
		ret = owner->ops->take(owner, &sample);
		if (ret)
			return ret;
		if (atomic_load(&board->delay_ns))
			clock_sleep_ns(atomic_load(&board->delay_ns));
		if (atomic_load(&board->held) && sem_wait(&board->permits))
			return -errno;
		ret = owner->ops->give(owner, &sample);
		if (ret)
			return ret;
		board->samples[n % OWNER_SAMPLES] = sample;
		atomic_store(&board->done, n + 1);
	}
}

__attribute__((noreturn))
static void owner_main(struct owner *owner)
{
	int ret = owner->ops->open(owner);

	if (!ret) {
		atomic_store(&owner->board->state, BOARD_READY);
		ret = work(owner);
	}
	if (ret != -EOPNOTSUPP)
		fprintf(stderr, "bench: owner %s: %s\n", owner->ops->name,
			strerror(-ret));
	atomic_store(&owner->board->state, ret == -EOPNOTSUPP ?
		     BOARD_NOT_OFFERED : BOARD_FAILED);
	_exit(1);
}

static void await_start(const struct board *board)
{
	int i;

	for (i = 0; i < START_TIMEOUT_MS; i++) {
		if (atomic_load(&board->state) != BOARD_STARTING)
			return;
		clock_sleep_ns(NS_PER_MS);
	}
}

pid_t owner_start(const struct owner_ops *ops, struct board *board,
		  uint32_t width, uint32_t height)
{
	struct owner owner = {
		.ops = ops, .board = board, .width = width, .height = height,
	};
	pid_t pid;

	clock_init(&owner.clock);
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "bench-owner");
		owner_main(&owner);
	}
	await_start(board);
	if (atomic_load(&board->state) == BOARD_READY)
		return pid;
	owner_stop(pid);
	return 0;
}

void owner_stop(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

bool owner_await(const struct board *board, uint32_t count,
		 unsigned int timeout_ms)
{
	unsigned int i;

	for (i = 0; i < timeout_ms * 2; i++) {
		if ((int32_t)(atomic_load(&board->done) - count) >= 0)
			return true;
		clock_sleep_ns(NS_PER_MS / 2);
	}
	return false;
}
