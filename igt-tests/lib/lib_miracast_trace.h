/* SPDX-License-Identifier: MIT */
/*
 * The kernel's trace: timers, work items and wake-ups.
 */
#ifndef LIB_MIRACAST_TRACE_H
#define LIB_MIRACAST_TRACE_H

#include "lib_miracast_sys.h"

struct mc_activity {
	unsigned int lines;	/* of all */
	unsigned int module;	/* timers and work of the module */
	unsigned int owner;	/* wake-ups of a process */
	unsigned int shown;
};

/* Records timers, work items and wake-ups; skips without tracefs. */
void mc_trace_begin(void);
void mc_trace_end(void);
void mc_trace_forget(void);
/* The events recorded since. */
struct mc_activity mc_trace_activity(pid_t pid);

#endif /* LIB_MIRACAST_TRACE_H */
