/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_unplug test.
 */
#ifndef MIRACAST_UNPLUG_H
#define MIRACAST_UNPLUG_H

#include "lib_miracast.h"

/* All of it works again. */
void unplug_expect_working(void);

extern const struct mc_subtest mc_unplug_module[];
extern const struct mc_subtest mc_unplug_queues[];
extern const struct mc_subtest mc_unplug_other[];

#endif /* MIRACAST_UNPLUG_H */
