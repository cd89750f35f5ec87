/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slots of the pictures that an owner may have.
 */
#ifndef _MIRACAST_SLOT_H_
#define _MIRACAST_SLOT_H_

#include <linux/types.h>

/* States of a slot in which its buffer is needed. */
#define MIRACAST_SLOT_IN_USE	(~(u32)BIT(MIRACAST_SLOT_FREE))
/* States in which a thread or a work waits for CPU access to its buffer. */
#define MIRACAST_SLOT_CLAIMED	\
	((u32)(BIT(MIRACAST_SLOT_RETURNING) | BIT(MIRACAST_SLOT_PREPARING)))

enum miracast_slot_state;
struct dma_fence;
struct miracast_buffer;
struct miracast_slot;
struct miracast_stream;

bool miracast_slot_may_become(enum miracast_slot_state from, enum miracast_slot_state to);

/* Under the lock. */
void miracast_slot_set(struct miracast_stream *stream, struct miracast_slot *slot,
		       enum miracast_slot_state state);
unsigned int miracast_slot_index(const struct miracast_stream *stream,
				 const struct miracast_slot *slot);
void miracast_slot_abort(struct miracast_stream *stream,
			 struct miracast_slot *slot, bool written);
bool miracast_slot_refers(const struct miracast_stream *stream,
			  const struct miracast_buffer *buffer, u32 states);
bool miracast_slot_is_free(const struct miracast_stream *stream,
			   const struct miracast_slot *slot);
void miracast_slot_take(struct miracast_stream *stream,
			struct miracast_slot *slot);
void miracast_slot_free_all(struct miracast_stream *stream);
u32 miracast_slot_count_unreleased(const struct miracast_stream *stream);

struct miracast_slot *miracast_slot_find_held(struct miracast_stream *stream,
					      u64 number, u64 chunk_id);
bool miracast_slot_is_of_ended_session(const struct miracast_stream *stream,
				       u64 chunk_id);
int miracast_slot_find_writers(struct miracast_stream *stream, u64 number,
			       u64 chunk_id, struct dma_fence **fence);
void miracast_slot_end_revoked(struct miracast_stream *stream,
			       struct miracast_slot *slot);

#endif
