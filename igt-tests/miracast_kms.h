/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_kms test.
 */
#ifndef MIRACAST_KMS_H
#define MIRACAST_KMS_H

#include <poll.h>

#include "lib_miracast.h"

extern const struct mc_subtest mc_kms_more[];

#endif /* MIRACAST_KMS_H */
