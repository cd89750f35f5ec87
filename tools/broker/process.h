/* SPDX-License-Identifier: MIT */
/*
 * A process by its number and by when it began, as the number may be another's by now.
 */
#ifndef MC_BROKER_PROCESS_H
#define MC_BROKER_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/** process_started() - Read when it began, in the kernel's ticks. Return: 0 or -errno. */
int process_started(pid_t pid, uint64_t *started);
/** process_open() - Return: a pidfd of the one that began at @started, 0: any; or -errno. */
int process_open(pid_t pid, uint64_t started);

#endif
