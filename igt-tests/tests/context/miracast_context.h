/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_context test.
 */
#ifndef MIRACAST_CONTEXT_H
#define MIRACAST_CONTEXT_H

#include "lib_miracast.h"

extern const struct mc_subtest mc_context_limits[];
extern const struct mc_subtest mc_context_life[];
extern const struct mc_subtest mc_context_session[];
extern const struct mc_subtest mc_context_input[];
extern const struct mc_subtest mc_context_outer[];

#endif /* MIRACAST_CONTEXT_H */
