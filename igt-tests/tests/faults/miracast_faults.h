/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_faults test: allocations, or copies to and from user
 * space, that fail one after the other.
 */
#ifndef MIRACAST_FAULTS_H
#define MIRACAST_FAULTS_H

#include "lib_miracast.h"

/* The kind of operation that fails. */
enum mc_fault {
	MC_FAULT_MEMORY,	/* allocations of objects and pages */
	MC_FAULT_COPY,		/* copies from and to user space */
	MC_FAULT_SHORTAGE,	/* an allocation, and all that follow */
	MC_FAULTS
};

/* A call that is made again and again, each time with the next fault. */
struct mc_victim {
	const char *name;
	/* One system call; 0 or a negative errno. */
	int (*call)(void *data);
	/* After a success, whether or not something failed inside; optional. */
	void (*undo)(void *data);
	/* Before each call; optional. */
	void (*prepare)(void *data);
	void *data;
	int card;
	/*
	 * Another error that DRM core returns for lack of memory: EINVAL when a property
	 * blob gets no number; optional.
	 */
	int also;
	/*
	 * The least number of faults of each kind that make the call fail; with fewer, the
	 * kernel has not injected the faults as requested.
	 */
	unsigned int at_least[MC_FAULTS];
	/* Its counters must not change when the call fails; optional. */
	struct mc_ctx *ctx;
};

/* Skips where the kernel cannot do it. */
void mc_faults_require(void);
/* Skips unless the kernel may log the one warning that this causes. */
void mc_faults_require_warning(void);
/*
 * Makes the call with the first, the second, ... fault until there are no more.
 * Each failing call must answer ENOMEM, or @also (EFAULT for copies), and change
 * nothing. Returns how many faults there were.
 */
unsigned int mc_faults_drive(const struct mc_victim *victim, enum mc_fault fault);
/*
 * Makes a call once, and lets one allocation fail: the one of that number among those made
 * in or below a function of the kernel. Returns the result of the call.
 */
int mc_faults_once(const char *function, unsigned int nth,
		   int (*call)(void *data), void *data, bool *happened);
/* Single allocations, and copies. */
void mc_faults_drive_all(const struct mc_victim *victim);

extern const struct mc_subtest mc_faults_dumb[];
extern const struct mc_subtest mc_faults_io[];
extern const struct mc_subtest mc_faults_kms[];
extern const struct mc_subtest mc_faults_writers[];

#endif /* MIRACAST_FAULTS_H */
