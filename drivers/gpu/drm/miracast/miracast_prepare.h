/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slots whose buffer the CPU may not write yet.
 */
#ifndef _MIRACAST_PREPARE_H_
#define _MIRACAST_PREPARE_H_

#include <linux/types.h>

struct dma_fence;
struct miracast_owner_buffers;
struct miracast_slot;
struct miracast_stream;
struct miracast_target;

/* Under the lock. */
bool miracast_prepare_start(struct miracast_stream *stream, struct miracast_slot *slot);
struct miracast_owner_buffers *
miracast_prepare_claim(struct miracast_stream *stream,
		       struct miracast_slot *slot);

/* The lock is taken inside. */
void miracast_prepare_missed(struct miracast_target *target);

/* The lock is taken inside; may sleep. */
int miracast_prepare_claimed(struct miracast_stream *stream,
			     struct miracast_slot *slot,
			     struct miracast_owner_buffers *set);
int miracast_prepare_all(struct miracast_stream *stream);
struct dma_fence *miracast_prepare_slot(struct miracast_stream *stream,
					struct miracast_slot *slot);

#endif
