/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_direct test.
 */
#ifndef MIRACAST_DIRECT_H
#define MIRACAST_DIRECT_H

#include "lib_miracast.h"

extern const struct mc_subtest mc_direct_picture[];
extern const struct mc_subtest mc_direct_table[];
extern const struct mc_subtest mc_direct_export[];
extern const struct mc_subtest mc_direct_import[];
extern const struct mc_subtest mc_direct_hold[];
extern const struct mc_subtest mc_direct_end[];

#endif /* MIRACAST_DIRECT_H */
