/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_monitor test.
 */
#ifndef MIRACAST_MONITOR_H
#define MIRACAST_MONITOR_H

#include "lib_miracast.h"

extern const struct mc_subtest mc_monitor_refuse[];
extern const struct mc_subtest mc_monitor_sink[];

#endif /* MIRACAST_MONITOR_H */
