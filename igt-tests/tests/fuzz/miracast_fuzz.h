/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_fuzz test: processes that call with random arguments, a client
 * that lights every monitor that appears, and the kernel's coverage.
 */
#ifndef MIRACAST_FUZZ_H
#define MIRACAST_FUZZ_H

#include "lib_miracast.h"

#define FUZZ_ERRNOS 256

/* Memory shared by all processes. */
struct fuzz_board {
	uint64_t calls, events, chunks;
	uint64_t answers[FUZZ_ERRNOS];	/* by errno; 0: success */
	uint64_t flips, mode_sets;
	uint64_t places;		/* of the kernel, that KCOV has seen */
	uint64_t seen[1 << 14];		/* their hashes, one bit each */
};

struct fuzz_plan {
	struct fuzz_board *board;
	uint32_t seed;
	uint64_t end_ns;
	int card;		/* the client's */
	int contexts[2];	/* that all processes have */
	bool raw;		/* arguments without structure, too */
	bool nobody;		/* without privileges */
};

/* Processes, until the plan ends: miracast_fuzz_calls.c, miracast_fuzz.c */
void fuzz_caller(void *plan);
void fuzz_client(void *plan);

/* The kernel's coverage: miracast_fuzz_coverage.c */
bool fuzz_coverage_exists(void);
/* For this process, if the kernel supports it. */
void fuzz_coverage_begin(void);
/* Around one call: whether it reached code that no call had reached before. */
void fuzz_coverage_clear(void);
bool fuzz_coverage_is_new(struct fuzz_board *board);

/* Its test: miracast_fuzz_reach.c */
void fuzz_test_coverage(void);

#endif /* MIRACAST_FUZZ_H */
