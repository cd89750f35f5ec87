// SPDX-License-Identifier: GPL-2.0
/*
 * Slots of pictures.
 *
 * Owns: who has a picture, and the damage of revoked pictures that the owner is owed. All
 * parts of the stream change the state of a slot, by miracast_slot_set() and under the
 * target's spinlock.
 */
#include <linux/bits.h>
#include <linux/dma-fence.h>
#include <linux/kernel.h>
#include <linux/wait.h>

#include "miracast_damage.h"
#include "miracast_event.h"
#include "miracast_slot.h"
#include "miracast_stream.h"

/**
 * DOC: Slots
 *
 * ========= ============================================= ===========================
 * state     who has the slot                              ends with
 * ========= ============================================= ===========================
 * FREE      nobody; its events may still be unread, and   a capture or a thread
 *           CPU access may have to begin                  takes it
 * CAPTURING a capture                                     publish, or abort
 * HELD      the owner                                     RELEASE_CHUNK, STOP
 * RETURNING a thread of the owner, which waits for the    CPU access has begun, or the
 *           fences on the owner's own buffer              wait was interrupted
 * PREPARING the same, for a slot without a picture:       the same, or a fence has
 *           COMPLETE_MESSAGE, or a work                   to be waited for
 * FENCED    a device, since a RELEASE_CHUNK with a fence  the fence signals, or the
 *                                                         context ends
 * ========= ============================================= ===========================
 *
 * In COPY slot *n* is buffer *n*; in DIRECT there are two slots, and up to 16 buffers.
 * A slot has room for the events of all parts of a picture.
 */

#define TO(state)	BIT(MIRACAST_SLOT_##state)

/* Of each state: the states that may follow. */
static const u8 permitted[] = {
	[MIRACAST_SLOT_FREE] = TO(CAPTURING) | TO(PREPARING),
	[MIRACAST_SLOT_CAPTURING] = TO(FREE) | TO(HELD),
	[MIRACAST_SLOT_HELD] = TO(FREE) | TO(RETURNING) | TO(FENCED),
	[MIRACAST_SLOT_RETURNING] = TO(FREE) | TO(HELD),
	[MIRACAST_SLOT_PREPARING] = TO(FREE) | TO(FENCED),
	[MIRACAST_SLOT_FENCED] = TO(FREE),
};

/**
 * miracast_slot_may_become - Check whether a state may follow another
 * @from: the state
 * @to: the state after it
 *
 * Return: true when it may.
 */
bool miracast_slot_may_become(enum miracast_slot_state from, enum miracast_slot_state to)
{
	return permitted[from] & BIT(to);
}

/**
 * miracast_slot_set - Change the state of a slot
 * @stream: the stream, locked
 * @slot: the slot
 * @state: its next state
 *
 * All changes are made here. Wakes those who wait until nobody uses the slot.
 */
void miracast_slot_set(struct miracast_stream *stream, struct miracast_slot *slot,
		       enum miracast_slot_state state)
{
	bool claimed = BIT(slot->state) & MIRACAST_SLOT_CLAIMED;

	lockdep_assert_held(stream->lock);

	WARN_ON_ONCE(!miracast_slot_may_become(slot->state, state));
	slot->state = state;
	/* Only for them: read() and poll() wait in the same queue, and pictures are many. */
	if (claimed)
		wake_up_interruptible(&stream->wait);
}

/**
 * miracast_slot_index - Number of a slot; in COPY, of its buffer
 * @stream: the stream
 * @slot: the slot
 *
 * Return: the number.
 */
unsigned int miracast_slot_index(const struct miracast_stream *stream,
				 const struct miracast_slot *slot)
{
	return slot - stream->slots;
}

/**
 * miracast_slot_refers - Check whether a slot refers to a buffer
 * @stream: the stream, locked
 * @buffer: the buffer
 * @states: mask of BIT(enum miracast_slot_state)
 *
 * Return: true when a slot in one of the states does.
 */
bool miracast_slot_refers(const struct miracast_stream *stream,
			  const struct miracast_buffer *buffer, u32 states)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->slot_count; i++)
		if (stream->slots[i].buffer == buffer &&
		    states & BIT(stream->slots[i].state))
			return true;

	return false;
}

/**
 * miracast_slot_is_free - Check whether a slot can take a picture
 * @stream: the stream, locked
 * @slot: the slot
 *
 * Return: true when it is free and its last events were read.
 */
bool miracast_slot_is_free(const struct miracast_stream *stream,
			   const struct miracast_slot *slot)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	if (slot->state != MIRACAST_SLOT_FREE)
		return false;

	for (i = 0; i < stream->part_count; i++)
		if (miracast_event_queued(&slot->chunks[i].event))
			return false;

	return true;
}

/**
 * miracast_slot_take - Take a free slot for a capture
 * @stream: the stream, locked
 * @slot: the slot, its buffer set
 */
void miracast_slot_take(struct miracast_stream *stream,
			struct miracast_slot *slot)
{
	lockdep_assert_held(stream->lock);

	miracast_slot_set(stream, slot, MIRACAST_SLOT_CAPTURING);
	slot->session = stream->session;
	slot->mode_serial = stream->mode_serial;
	slot->pinned = stream->pinned;
	slot->parts = 0;
	slot->x = 0;
	slot->y = 0;
	slot->leaving = false;
	slot->revoked = false;
	slot->buffer->session = stream->session;
}

/**
 * miracast_slot_abort - Free a slot whose capture failed
 * @stream: the stream, locked
 * @slot: the slot, in state CAPTURING
 * @written: the pixels in its buffer have changed
 */
void miracast_slot_abort(struct miracast_stream *stream,
			 struct miracast_slot *slot, bool written)
{
	lockdep_assert_held(stream->lock);

	miracast_slot_set(stream, slot, MIRACAST_SLOT_FREE);
	if (written)
		slot->buffer->frame = 0;
}

/**
 * miracast_slot_free_all - The session ends: the owner has no pictures any more
 * @stream: the stream, locked
 *
 * A slot that a thread is using is freed by that thread.
 */
void miracast_slot_free_all(struct miracast_stream *stream)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->slot_count; i++)
		if (stream->slots[i].state == MIRACAST_SLOT_HELD)
			miracast_slot_set(stream, &stream->slots[i], MIRACAST_SLOT_FREE);
}

/**
 * miracast_slot_count_unreleased - Count the pictures that the owner has
 * @stream: the stream, locked
 *
 * Return: their number.
 */
u32 miracast_slot_count_unreleased(const struct miracast_stream *stream)
{
	unsigned int i;
	u32 count = 0;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->slot_count; i++)
		count += stream->slots[i].state == MIRACAST_SLOT_HELD ||
			 stream->slots[i].state == MIRACAST_SLOT_RETURNING;

	return count;
}

/**
 * miracast_slot_find_held - Look a picture up that the owner has
 * @stream: the stream, locked
 * @number: number of the buffer
 * @chunk_id: chunk that releases it
 *
 * Return: the slot or NULL.
 */
struct miracast_slot *miracast_slot_find_held(struct miracast_stream *stream,
					      u64 number, u64 chunk_id)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->slot_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];

		if (slot->state == MIRACAST_SLOT_HELD &&
		    slot->buffer->number == number &&
		    slot->chunk_id == chunk_id)
			return slot;
	}

	return NULL;
}

/* Make room: replace the list by its bounding box. */
static void box_damage(struct miracast_damage *damage)
{
	struct drm_rect *box = &damage->rects[0];
	unsigned int i;

	for (i = 1; i < damage->count; i++) {
		const struct drm_rect *rect = &damage->rects[i];

		box->x1 = min(box->x1, rect->x1);
		box->y1 = min(box->y1, rect->y1);
		box->x2 = max(box->x2, rect->x2);
		box->y2 = max(box->y2, rect->y2);
	}
	damage->count = 1;
}

/*
 * Report the damage of a revoked picture again: the owner may have read it while it was
 * drawn over. Pairs of rectangles are not compared: that takes too long under a spinlock.
 */
static void owe_damage(struct miracast_stream *stream,
		       const struct miracast_chunk_event *chunk)
{
	struct miracast_damage *owed = &stream->owed;
	unsigned int i;

	for (i = 0; i < chunk->body.clip_count; i++) {
		const struct drm_clip_rect *clip = &chunk->clips[i];

		if (owed->count == ARRAY_SIZE(owed->rects))
			box_damage(owed);
		owed->rects[owed->count++] = (struct drm_rect) {
			.x1 = clip->x1,
			.y1 = clip->y1,
			.x2 = clip->x2,
			.y2 = clip->y2,
		};
	}
}

/**
 * miracast_slot_end_revoked - The owner has released a revoked picture, or lost it
 * @stream: the stream, locked
 * @slot: its slot
 */
void miracast_slot_end_revoked(struct miracast_stream *stream,
			       struct miracast_slot *slot)
{
	lockdep_assert_held(stream->lock);

	/* The owner is active again: flips may wait for it again. */
	stream->hold_lost = false;
	if (slot->mode_serial == stream->mode_serial)
		owe_damage(stream, &slot->chunks[0]);
}

/**
 * miracast_slot_is_of_ended_session - Check whether a chunk is older than the session
 * @stream: the stream, locked
 * @chunk_id: the chunk
 *
 * Return: true as well when the context was destroyed.
 */
bool miracast_slot_is_of_ended_session(const struct miracast_stream *stream,
				       u64 chunk_id)
{
	u64 frame = DRM_MIRACAST_FRAME_OF_CHUNK_ID(chunk_id);

	lockdep_assert_held(stream->lock);

	return stream->ended == -ESTALE ||
	       (frame && frame < stream->session_first_frame);
}

/**
 * miracast_slot_find_writers - Get the fence of a chunk
 * @stream: the stream, locked
 * @number: number of the buffer
 * @chunk_id: the chunk
 * @fence: set to the fence of devices that write the picture, with a reference
 *
 * Return: 0, -ENOENT for no such chunk or none with a fence, -ESTALE for one of an
 * ended session.
 */
int miracast_slot_find_writers(struct miracast_stream *stream, u64 number,
			       u64 chunk_id, struct dma_fence **fence)
{
	const struct miracast_slot *slot;

	lockdep_assert_held(stream->lock);

	if (miracast_slot_is_of_ended_session(stream, chunk_id))
		return -ESTALE;

	slot = miracast_slot_find_held(stream, number, chunk_id);
	if (!slot || !slot->writers)
		return -ENOENT;

	*fence = dma_fence_get(slot->writers);

	return 0;
}
