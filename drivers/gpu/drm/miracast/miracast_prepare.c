// SPDX-License-Identifier: GPL-2.0
/*
 * Slots whose buffer the CPU may not write yet: CPU access to a buffer of the owner must
 * begin before the next picture.
 *
 * Owns: the states RETURNING and PREPARING; miracast_fence.c also leaves PREPARING. A slot
 * in one of them belongs to one thread or work that runs, so that can wait for the fences on
 * the owner's buffer without a lock.
 */
#include <linux/dma-fence.h>
#include <linux/minmax.h>
#include <linux/wait.h>

#include "miracast_owner_buffers.h"
#include "miracast_prepare.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"

/*
 * Check whether CPU access to the buffer of a slot, which no other thread uses, must begin.
 * After the end of the stream no picture is written any more.
 */
static bool is_needed(const struct miracast_stream *stream,
		      const struct miracast_slot *slot)
{
	const struct miracast_owner_buffers *set = stream->owner_buffers;

	lockdep_assert_held(stream->lock);

	return set && !stream->ended &&
	       !miracast_owner_buffers_writable(set, miracast_slot_index(stream, slot));
}

/**
 * miracast_prepare_start - Have a work make the buffer of a slot writable
 * @stream: the stream, locked
 * @slot: the slot, FREE
 *
 * Any context.
 *
 * Return: false when it is writable already.
 */
bool miracast_prepare_start(struct miracast_stream *stream, struct miracast_slot *slot)
{
	if (!is_needed(stream, slot))
		return false;

	/* The work cannot have dropped the reference before: it takes the lock. */
	if (miracast_todo_start_apart(stream->target, &slot->prepare))
		miracast_stream_get(stream);

	return true;
}

/* Returns when to look again, in jiffies, or 0 when the work sees to it, if it has to. */
static u64 start_missed(struct miracast_stream *stream, struct miracast_slot *slot)
{
	u64 until = miracast_refusals_until(&slot->refusals);

	if (slot->state != MIRACAST_SLOT_FREE || !is_needed(stream, slot))
		return 0;
	if (!until)
		miracast_prepare_start(stream, slot);

	return until;
}

/**
 * miracast_prepare_missed - Have works make all free buffers writable that are not
 * @target: the target
 *
 * While a mode is accepted, no buffer stays as it was left when CPU access to it ended and
 * its picture was not announced after all, or when access could not begin. At other times
 * the next COMPLETE_MESSAGE sees to it. Any context.
 */
void miracast_prepare_missed(struct miracast_target *target)
{
	struct miracast_stream *stream;
	u64 until, next = U64_MAX;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&target->lock, flags);
	stream = target->stream;
	if (stream && stream->owner_buffers && stream->mode_ready)
		for (i = 0; i < stream->buffer_count; i++) {
			until = start_missed(stream, &stream->slots[i]);
			if (until)
				next = min(next, until);
		}
	spin_unlock_irqrestore(&target->lock, flags);

	if (next != U64_MAX)
		miracast_todo_capture_later(target, next);
}

/**
 * miracast_prepare_claim - Claim a slot if the CPU may not write its buffer yet
 * @stream: the stream, locked
 * @slot: the slot, HELD or FREE
 *
 * Return: the owner's buffers, with a reference, and the slot RETURNING or PREPARING,
 * so that miracast_prepare_claimed() must follow; or NULL.
 */
struct miracast_owner_buffers *
miracast_prepare_claim(struct miracast_stream *stream, struct miracast_slot *slot)
{
	struct miracast_owner_buffers *set = stream->owner_buffers;

	if (!is_needed(stream, slot))
		return NULL;

	miracast_slot_set(stream, slot,
			  slot->state == MIRACAST_SLOT_HELD ?
				  MIRACAST_SLOT_RETURNING :
				  MIRACAST_SLOT_PREPARING);
	miracast_owner_buffers_get(set);

	return set;
}

/* The wait for a claimed slot's buffer is over; @ret: how it ended. */
static int settle_claim(struct miracast_stream *stream,
			struct miracast_slot *slot, int ret)
{
	bool held = slot->state == MIRACAST_SLOT_RETURNING;
	/* The session may have ended meanwhile, and with it the owner's right to the picture. */
	bool over = slot->session != stream->session ||
		    stream->state == DRM_MIRACAST_STATE_CREATED;

	lockdep_assert_held(stream->lock);

	if (!ret)
		miracast_refusals_clear(&slot->refusals);
	else if (!held)
		miracast_refusals_add(&slot->refusals);
	miracast_slot_set(stream, slot,
			  ret && held && !over ? MIRACAST_SLOT_HELD :
						 MIRACAST_SLOT_FREE);

	return held && over ? ret ?: -ESTALE : ret;
}

/**
 * miracast_prepare_claimed - Make the buffer in a claimed slot writable
 * @stream: the stream, not locked
 * @slot: the slot
 * @set: from miracast_prepare_claim(); its reference is dropped here
 *
 * Waits for the fences of the owner's encoder, interruptibly.
 *
 * Return: 0, and the slot is free; -ESTALE, too, when its session has ended; or an
 * error, and the slot is as before.
 */
int miracast_prepare_claimed(struct miracast_stream *stream,
			     struct miracast_slot *slot,
			     struct miracast_owner_buffers *set)
{
	unsigned long flags;
	int ret;

	ret = miracast_owner_buffers_begin(set, miracast_slot_index(stream, slot));

	spin_lock_irqsave(stream->lock, flags);
	ret = settle_claim(stream, slot, ret);
	spin_unlock_irqrestore(stream->lock, flags);

	miracast_owner_buffers_put(set);

	return ret;
}

/**
 * miracast_prepare_slot - Make the buffer of a slot writable if it is free
 * @stream: the stream, not locked, with a reference
 * @slot: the slot
 *
 * Return: NULL when the slot is free again, or somebody else has it; otherwise the fence,
 * with a reference, that must be waited for first, and the slot is PREPARING.
 */
struct dma_fence *miracast_prepare_slot(struct miracast_stream *stream,
					struct miracast_slot *slot)
{
	struct miracast_owner_buffers *set = NULL;
	struct dma_fence *fence = NULL;
	unsigned long flags;

	spin_lock_irqsave(stream->lock, flags);
	if (slot->state == MIRACAST_SLOT_FREE)
		set = miracast_prepare_claim(stream, slot);
	spin_unlock_irqrestore(stream->lock, flags);

	if (set)
		fence = miracast_owner_buffers_users(set,
						     miracast_slot_index(stream, slot));
	if (fence) {
		miracast_owner_buffers_put(set);
		return fence;
	}

	if (set)
		miracast_prepare_claimed(stream, slot, set);
	/* After an error, the attempt sees when the exporter is asked again. */
	miracast_todo_capture(stream->target);

	return NULL;
}

/* Check whether others use a slot. After the end of the stream nobody waits for that. */
static bool is_claimed(struct miracast_stream *stream,
		       const struct miracast_slot *slot)
{
	unsigned long flags;
	bool claimed;

	spin_lock_irqsave(stream->lock, flags);
	claimed = !stream->ended && BIT(slot->state) & MIRACAST_SLOT_CLAIMED;
	spin_unlock_irqrestore(stream->lock, flags);

	return claimed;
}

/**
 * miracast_prepare_all - Make the owner's free buffers writable
 * @stream: the stream, not locked
 *
 * In a new set, no buffer is writable. Buffers that were not released before their session
 * or mode ended are not either. Waits, interruptibly, for the users of the buffers.
 *
 * Return: 0, -EINTR, or what an exporter answered.
 */
int miracast_prepare_all(struct miracast_stream *stream)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < stream->buffer_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];
		struct miracast_owner_buffers *claimed = NULL;
		unsigned long flags;

		/* Another thread may have claimed it, and may be interrupted. */
		ret = wait_event_interruptible(stream->wait,
					       !is_claimed(stream, slot));
		if (ret)
			break;

		spin_lock_irqsave(stream->lock, flags);
		if (slot->state == MIRACAST_SLOT_FREE)
			claimed = miracast_prepare_claim(stream, slot);
		spin_unlock_irqrestore(stream->lock, flags);

		if (claimed)
			ret = miracast_prepare_claimed(stream, slot, claimed);
	}

	return ret;
}
