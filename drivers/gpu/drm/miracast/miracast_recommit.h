/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's own commits.
 */
#ifndef _MIRACAST_RECOMMIT_H_
#define _MIRACAST_RECOMMIT_H_

#include <linux/types.h>

struct miracast_target;

int miracast_recommit(struct miracast_target *target, bool modeset);

#endif
