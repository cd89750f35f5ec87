/* SPDX-License-Identifier: MIT */
/*
 * Processor time of everything that runs, kernel threads included.
 */
#ifndef BENCH_CPU_H
#define BENCH_CPU_H

#include <stdint.h>

/**
 * cpu_total_ns() - Processor time of all tasks together.
 *
 * Return: nanoseconds; 0 where the kernel does not count them.
 */
uint64_t cpu_total_ns(void);

#endif
