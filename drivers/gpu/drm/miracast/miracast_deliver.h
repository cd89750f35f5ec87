/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Delivery of a picture: from the screen of a target to the owner.
 */
#ifndef _MIRACAST_DELIVER_H_
#define _MIRACAST_DELIVER_H_

#include "miracast_attempt.h"

struct miracast_target;

enum miracast_deliver_result miracast_deliver(struct miracast_target *target,
					      struct miracast_attempt *attempt);

#endif
