/* SPDX-License-Identifier: MIT */
/*
 * Subtests. mc_run() frees what a subtest left behind and checks that the device is at
 * rest, so each begins with a clean device, and a leak fails the subtest that made it.
 */
#ifndef LIB_MIRACAST_RUN_H
#define LIB_MIRACAST_RUN_H

#include "lib_miracast_sys.h"

struct mc_subtest {
	const char *name;
	const char *description;
	void (*run)(void);
};

void mc_run(void (*subtest)(void));

#define mc_subtests(table) \
	for (const struct mc_subtest *mc__t = (table); mc__t->name; mc__t++) { \
		igt_describe(mc__t->description); \
		igt_subtest(mc__t->name) \
			mc_run(mc__t->run); \
	}

/* Kills, unmaps and closes everything that is tracked; subtests rarely need it. */
void mc_forget_all(void);
/* Registers a function that mc_forget_all() calls once, at its end, even after a failure. */
void mc_at_end(void (*undo)(void));

#endif /* LIB_MIRACAST_RUN_H */
