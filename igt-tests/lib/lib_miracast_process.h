/* SPDX-License-Identifier: MIT */
/*
 * Child processes: any function, and owners that go up to a stage and stay there until they
 * are killed.
 */
#ifndef LIB_MIRACAST_PROCESS_H
#define LIB_MIRACAST_PROCESS_H

#include "lib_miracast_sys.h"

/* Runs a function in a child; assertions in it fail the child only. */
pid_t mc_fork(void (*child)(void *data), void *data);
/* Waits for the child, which must have succeeded. */
void mc_join(pid_t pid);
/* Waits until the child sleeps in a kernel function whose name contains this. */
void mc_wait_stuck(pid_t pid, const char *where);
/* Memory that is never provided: a process that touches it waits, in "userfault". */
void *mc_bottomless(void);
/* From here on, mc_readable() says whether there is memory behind an address. */
void mc_catch_bus(void);
bool mc_readable(const void *map);
/*
 * Sends signals from now on, often enough to end any interruptible wait; 0: stops that.
 */
void mc_alarms(int interval_ms);
/* For a child that the caller has waited for. */
void mc_forget_process(pid_t pid);
/* Skips when a task cannot be stopped inside the class. */
void mc_require_preemption(void);
/* kill -9 and wait. */
void mc_kill(pid_t pid);
void mc_kill_all(void);

enum mc_stage {
	MC_STAGE_CREATED,
	MC_STAGE_STARTED,
	MC_STAGE_MONITOR,
	/* The next two need a client that lights the connector. */
	MC_STAGE_COMPLETED,
	MC_STAGE_HOLDING,
	MC_STAGES
};

/* A process that owns a context and stays at a stage. */
struct mc_owner {
	pid_t pid;
	int report;
};

void mc_owner_spawn(struct mc_owner *owner, uint32_t connector,
		    uint32_t width, uint32_t height, enum mc_stage stage);
void mc_owner_wait(struct mc_owner *owner, enum mc_stage stage);
void mc_owner_kill(struct mc_owner *owner);

#endif /* LIB_MIRACAST_PROCESS_H */
