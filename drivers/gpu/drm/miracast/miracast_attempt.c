// SPDX-License-Identifier: GPL-2.0
/*
 * An attempt to deliver a picture: publish a part of it, give up, finish.
 *
 * miracast_deliver() begins the attempt: it takes a slot of the stream, and references.
 * Called under the capture lock, except for the finish; the target's spinlock is taken
 * inside.
 */
#include <linux/dma-fence.h>

#include <drm/drm_gem.h>

#include "miracast_attempt.h"
#include "miracast_buffer.h"
#include "miracast_chunk.h"
#include "miracast_owner_buffers.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_trim.h"

/**
 * miracast_attempt_publish - Announce a part of the picture
 * @target: the target, its capture lock held
 * @attempt: the attempt
 * @part: the part
 *
 * Return: false when the session, the mode or the monitor has ended since the attempt began,
 * or the context was pinned to another master. The slot is free then, and nothing may
 * follow.
 */
bool miracast_attempt_publish(struct miracast_target *target,
			      const struct miracast_attempt *attempt,
			      const struct miracast_part *part)
{
	unsigned long flags;
	bool sent;

	spin_lock_irqsave(&target->lock, flags);
	sent = miracast_chunk_publish(attempt->stream, attempt->slot,
				      &attempt->picture, part);
	spin_unlock_irqrestore(&target->lock, flags);

	return sent;
}

/**
 * miracast_attempt_give_up - Leave the picture to a later attempt
 * @target: the target, its capture lock held
 * @attempt: the attempt, no part of its picture published
 * @result: why
 *
 * Pixels that are written already do no harm: the buffer keeps its old frame number, so
 * they are written again.
 *
 * Return: @result.
 */
enum miracast_deliver_result
miracast_attempt_give_up(struct miracast_target *target,
			 const struct miracast_attempt *attempt,
			 enum miracast_deliver_result result)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	miracast_slot_abort(attempt->stream, attempt->slot, false);
	spin_unlock_irqrestore(&target->lock, flags);

	return result;
}

/**
 * miracast_attempt_finish - Drop the references of an attempt
 * @attempt: the attempt
 *
 * Not under the capture lock, which flips wait for. May sleep.
 */
void miracast_attempt_finish(struct miracast_attempt *attempt)
{
	miracast_owner_buffers_put_later(attempt->checked);
	if (!attempt->stream)
		return;
	if (attempt->evicted)
		drm_gem_object_put(attempt->evicted);
	dma_fence_put(attempt->old_writers);
	dma_fence_put(attempt->picture.writers);
	miracast_owner_buffers_put_later(attempt->owner_buffers);
	miracast_buffer_trim(attempt->stream);
	/* Revoking may wait for threads of the owner, and this may be a commit: left to a work. */
	if (!list_empty(&attempt->stream->revoking))
		miracast_trim_later(attempt->stream);
	miracast_stream_put(attempt->stream);
}
