/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Chunks: a captured picture, or a part of it, becomes an event.
 */
#ifndef _MIRACAST_CHUNK_H_
#define _MIRACAST_CHUNK_H_

#include <linux/types.h>

struct miracast_part;
struct miracast_picture;
struct miracast_slot;
struct miracast_stream;

bool miracast_chunk_publish(struct miracast_stream *stream,
			    struct miracast_slot *slot,
			    const struct miracast_picture *picture,
			    const struct miracast_part *part);

#endif
