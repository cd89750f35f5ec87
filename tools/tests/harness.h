/* SPDX-License-Identifier: MIT */
/*
 * A minimal harness for test programs: one line per check, "ok" or "not ok", which host.sh
 * counts.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stdio.h>

static int harness_failures;

static inline void check(bool good, const char *what)
{
	printf("%s - %s\n", good ? "ok" : "not ok", what);
	fflush(stdout);
	harness_failures += !good;
}

static inline int check_result(void)
{
	return harness_failures ? 1 : 0;
}

#endif
