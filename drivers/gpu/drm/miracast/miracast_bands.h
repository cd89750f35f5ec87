/* SPDX-License-Identifier: GPL-2.0 */
/*
 * COPY: a picture is copied into a buffer, band by band.
 */
#ifndef _MIRACAST_BANDS_H_
#define _MIRACAST_BANDS_H_

#include <linux/types.h>

#include "miracast_attempt.h"

struct miracast_target;

enum miracast_deliver_result
miracast_bands_copy(struct miracast_target *target,
		    struct miracast_attempt *attempt, bool *sent);

#endif
