/* SPDX-License-Identifier: MIT */
/*
 * Events of the kernel's tracer, to see what runs in kernel threads.
 */
#ifndef BENCH_TRACE_H
#define BENCH_TRACE_H

#include <stdbool.h>
#include <stdint.h>

/** trace_on() - Record some events. Return: false when there are none. */
bool trace_on(const char *const *events);

/** trace_off() - Stop recording. */
void trace_off(const char *const *events);

/** trace_work_ns() - Time that work items of a function ran; counts them. */
uint64_t trace_work_ns(const char *function, unsigned int *count);

/** trace_count() - Count lines that contain @event and @text. */
unsigned int trace_count(const char *event, const char *text);

#endif
