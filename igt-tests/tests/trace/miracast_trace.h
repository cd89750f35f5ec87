/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_trace test.
 */
#ifndef MIRACAST_TRACE_H
#define MIRACAST_TRACE_H

#include "lib_miracast_points.h"

extern const struct mc_subtest mc_trace_calls[];
extern const struct mc_subtest mc_trace_report[];
extern const struct mc_subtest mc_trace_counters[];
extern const struct mc_subtest mc_trace_debugfs[];

#endif /* MIRACAST_TRACE_H */
