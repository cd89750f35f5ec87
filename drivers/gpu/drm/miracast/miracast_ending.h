/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The end of CPU access to an owner's buffer, after a picture was copied into it.
 */
#ifndef _MIRACAST_ENDING_H_
#define _MIRACAST_ENDING_H_

#include <linux/types.h>

struct miracast_attempt;
struct miracast_part;
struct miracast_stream;
struct miracast_target;

int miracast_ending_init(struct miracast_stream *stream);
/* Under the target's lock. */
bool miracast_ending_is_busy(struct miracast_stream *stream);
/* Under the capture lock. */
bool miracast_ending_start(struct miracast_target *target,
			   struct miracast_attempt *attempt,
			   const struct miracast_part *part);

#endif
