/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slots of the pictures that an owner may have, and the buffers of COPY.
 */
#ifndef _MIRACAST_SLOT_H_
#define _MIRACAST_SLOT_H_

#include <linux/types.h>

/* States of a slot in which its buffer is needed. */
#define MIRACAST_SLOT_IN_USE	(~(u32)BIT(MIRACAST_SLOT_FREE))

struct dma_buf;
struct dma_fence;
struct miracast_buffer;
struct miracast_owner_buffers;
struct miracast_part;
struct miracast_picture;
struct miracast_slot;
struct miracast_stream;
struct miracast_surface;

/**
 * struct miracast_release - A RELEASE_CHUNK under way
 * @buffer: number of the buffer
 * @chunk_id: the chunk
 * @fence: fence of the reader, or NULL
 * @revoked: out: the picture was revoked before
 * @kick: out: a capture waits for the slot
 */
struct miracast_release {
	u64 buffer;
	u64 chunk_id;
	struct dma_fence *fence;
	bool revoked;
	bool kick;
};

/* Memory; not locked. */
int miracast_slot_allocate(struct miracast_stream *stream);
void miracast_slot_trim(struct miracast_stream *stream);

/* Capture, buffers and release; under the lock. */
bool miracast_slot_is_there(const struct miracast_stream *stream);
struct miracast_slot *miracast_slot_begin(struct miracast_stream *stream,
					  u32 waits, bool *left);
void miracast_slot_surface(const struct miracast_stream *stream,
			   const struct miracast_slot *slot,
			   struct miracast_surface *surface);
bool miracast_slot_publish(struct miracast_stream *stream,
			   struct miracast_slot *slot,
			   const struct miracast_picture *picture,
			   const struct miracast_part *part);
void miracast_slot_abort(struct miracast_stream *stream,
			 struct miracast_slot *slot, bool written);
bool miracast_slot_refers(const struct miracast_stream *stream,
			  const struct miracast_buffer *buffer, u32 states);
bool miracast_slot_is_free(const struct miracast_stream *stream,
			   const struct miracast_slot *slot);
void miracast_slot_take(struct miracast_stream *stream,
			struct miracast_slot *slot);
void miracast_slot_free_all(struct miracast_stream *stream);
void miracast_slot_announce_gone(struct miracast_stream *stream);
u32 miracast_slot_count_unreleased(const struct miracast_stream *stream);
int miracast_slot_find_buffer(struct miracast_stream *stream, u64 number,
			      struct miracast_buffer **buffer);
int miracast_slot_check_fit(const struct miracast_stream *stream);
int miracast_slot_set_owner_buffers(struct miracast_stream *stream,
				    struct miracast_owner_buffers **set);

int miracast_slot_find_writers(struct miracast_stream *stream, u64 number,
			       u64 chunk_id, struct dma_fence **fence);
void miracast_slot_forget_export(struct miracast_stream *stream,
				 struct miracast_buffer *buffer);
bool miracast_slot_must_prepare(const struct miracast_stream *stream,
				const struct miracast_slot *slot);
void miracast_slot_end_fenced(struct miracast_stream *stream,
			      struct miracast_slot *slot);

/* Called by the owner's threads; the lock is taken inside; may sleep. */
int miracast_slot_keep_export(struct miracast_stream *stream, u64 number,
			      struct dma_buf **dma_buf);
int miracast_slot_release(struct miracast_stream *stream,
			  struct miracast_release *release);
int miracast_slot_make_writable(struct miracast_stream *stream);

/* Called by a work; the lock is taken inside; may sleep. */
struct dma_fence *miracast_slot_prepare(struct miracast_stream *stream,
					struct miracast_slot *slot);

#endif
