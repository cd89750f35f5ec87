/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_stress test.
 */
#ifndef MIRACAST_STRESS_H
#define MIRACAST_STRESS_H

#include "lib_miracast.h"

/* MIRACAST_CYCLES of the environment. */
uint32_t stress_cycles(void);

extern const struct mc_subtest mc_stress_cycles[];
extern const struct mc_subtest mc_stress_crowd[];
extern const struct mc_subtest mc_stress_tearing[];

#endif /* MIRACAST_STRESS_H */
