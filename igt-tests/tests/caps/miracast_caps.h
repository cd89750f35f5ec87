/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_caps test.
 */
#ifndef MIRACAST_CAPS_H
#define MIRACAST_CAPS_H

#include "lib_miracast.h"

extern const struct mc_subtest mc_caps_input[];
extern const struct mc_subtest mc_caps_formats[];

#endif /* MIRACAST_CAPS_H */
