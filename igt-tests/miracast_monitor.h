/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_monitor test.
 */
#ifndef MIRACAST_MONITOR_H
#define MIRACAST_MONITOR_H

#include "lib_miracast.h"

extern const struct mc_subtest mc_monitor_refuse[];

#endif /* MIRACAST_MONITOR_H */
