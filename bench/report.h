/* SPDX-License-Identifier: MIT */
/*
 * Results: one line of CSV on standard output per sample,
 * guest,part,contender,size,damage,run,metric,value. The environment's
 * BENCH_GUEST and BENCH_RUN fill the columns of those names.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdint.h>

/** struct report - The columns that stay the same. */
struct report {
	/** @part: Which program. */
	const char *part;
	/** @contender: What is measured. */
	const char *contender;
	/** @size: Size of the picture, or "-". */
	const char *size;
	/** @damage: Name of the damage, state or number, or "-". */
	const char *damage;
};

/**
 * report_begin() - Collect samples until the program ends: writing them would disturb the
 * measurement.
 */
void report_begin(void);

/** report() - Print a sample. */
void report(const struct report *row, const char *metric, double value);

/** die() - Say what failed, with errno, and exit. */
__attribute__((noreturn))
void die(const char *what);

/** check() - die() when @ret is a negative errno. */
void check(int ret, const char *what);

#endif
