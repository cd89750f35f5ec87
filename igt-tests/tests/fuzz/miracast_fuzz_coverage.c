// SPDX-License-Identifier: MIT
/*
 * The kernel code that a call has reached, from KCOV. Without KCOV no call is new.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/kcov.h>

#include "miracast_fuzz.h"

#define KCOV "/sys/kernel/debug/kcov"
#define PLACES (64 << 10)

static unsigned long *places;

bool fuzz_coverage_exists(void)
{
	return !access(KCOV, R_OK | W_OK);
}

void fuzz_coverage_begin(void)
{
	int fd = open(KCOV, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return;
	igt_assert_eq(ioctl(fd, KCOV_INIT_TRACE, PLACES), 0);
	places = mmap(NULL, PLACES * sizeof(*places), PROT_READ | PROT_WRITE,
		      MAP_SHARED, fd, 0);
	igt_assert(places != MAP_FAILED);
	/* The descriptor stays open: it ends with the process. */
	igt_assert_eq(ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC), 0);
}

void fuzz_coverage_clear(void)
{
	if (places)
		__atomic_store_n(&places[0], 0, __ATOMIC_RELAXED);
}

bool fuzz_coverage_is_new(struct fuzz_board *board)
{
	unsigned long i, count;
	bool new = false;

	if (!places)
		return false;
	count = __atomic_load_n(&places[0], __ATOMIC_RELAXED);
	for (i = 1; i <= count && i < PLACES; i++) {
		uint64_t hash = places[i] * 0x9e3779b97f4a7c15ull >> 44;
		uint64_t bit = 1ull << hash % 64;
		uint64_t *word = &board->seen[hash / 64];

		if (__atomic_load_n(word, __ATOMIC_RELAXED) & bit)
			continue;
		if (__atomic_fetch_or(word, bit, __ATOMIC_RELAXED) & bit)
			continue;
		__atomic_add_fetch(&board->places, 1, __ATOMIC_RELAXED);
		new = true;
	}
	return new;
}
