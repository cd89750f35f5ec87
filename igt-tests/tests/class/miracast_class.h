/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_class test.
 */
#ifndef MIRACAST_CLASS_H
#define MIRACAST_CLASS_H

#include "lib_miracast.h"

extern const struct mc_subtest mc_class_destroy[];
extern const struct mc_subtest mc_class_flight[];
extern const struct mc_subtest mc_class_races[];

#endif /* MIRACAST_CLASS_H */
