// SPDX-License-Identifier: GPL-2.0
/*
 * RELEASE_CHUNK: the owner is done with a picture.
 *
 * The slot is free at once, or when the fence of the call has signalled, or when CPU
 * access to the owner's own buffer has begun.
 */
#include <linux/dma-fence.h>

#include "miracast_buffer.h"
#include "miracast_damage.h"
#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_fence.h"
#include "miracast_prepare.h"
#include "miracast_release.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_trace.h"

/*
 * Free a slot that the owner has, or claim it for what must happen before.
 * @writers: set to a fence whose reference the caller drops, or NULL.
 */
static int release_locked(struct miracast_stream *stream,
			  struct miracast_release *release,
			  struct miracast_slot **slot_out,
			  struct miracast_owner_buffers **claimed,
			  struct dma_fence **writers)
{
	struct miracast_slot *slot;
	bool fenced;

	if (miracast_slot_is_of_ended_session(stream, release->chunk_id))
		return -ESTALE;

	slot = miracast_slot_find_held(stream, release->buffer, release->chunk_id);
	if (!slot)
		return -ENOENT;

	*slot_out = slot;
	swap(*writers, slot->writers);
	release->revoked = slot->revoked;
	fenced = release->fence && !slot->revoked;
	if (!slot->revoked && !fenced)
		*claimed = miracast_prepare_claim(stream, slot);
	if (!*claimed)
		miracast_slot_set(stream, slot, fenced ? MIRACAST_SLOT_FENCED :
							 MIRACAST_SLOT_FREE);
	if (slot->revoked)
		miracast_slot_end_revoked(stream, slot);

	return 0;
}

/**
 * miracast_release_chunk - The owner releases a picture
 * @stream: the stream, not locked
 * @release: the chunk, and what became of it
 *
 * Waits for the users of an owner's buffer, interruptibly, when there is no fence, and in
 * DIRECT as miracast_direct_take_back() does. Waits for nothing else.
 *
 * Return: 0, -EINVAL, -ENOENT, -ESTALE or -EINTR, see the user-space header.
 */
int miracast_release_chunk(struct miracast_stream *stream,
			   struct miracast_release *release)
{
	struct miracast_owner_buffers *claimed = NULL;
	struct dma_fence *writers = NULL;
	struct miracast_slot *slot = NULL;
	bool fenced, armed = false;
	unsigned long flags;
	int ret;

	if (DRM_MIRACAST_PART_OF_CHUNK_ID(release->chunk_id))
		return -EINVAL;

	spin_lock_irqsave(&stream->fence_lock, flags);
	spin_lock(stream->lock);
	ret = release_locked(stream, release, &slot, &claimed, &writers);
	fenced = slot && slot->state == MIRACAST_SLOT_FENCED;
	release->kick = slot && (stream->starved ||
				 !miracast_damage_empty(&stream->owed));
	spin_unlock(stream->lock);
	if (fenced)
		armed = miracast_fence_arm(slot, dma_fence_get(release->fence));
	spin_unlock_irqrestore(&stream->fence_lock, flags);

	dma_fence_put(writers);
	if (fenced && !armed)
		miracast_fence_done(slot, release->fence);
	if (claimed) {
		ret = miracast_prepare_claimed(stream, slot, claimed);
		release->kick = !ret || ret == -ESTALE;
	}
	if (!slot)
		return ret;

	if (!ret || ret == -ESTALE)
		trace_miracast_released(stream->number, release->buffer,
					release->chunk_id);
	if (stream->direct) {
		miracast_buffer_trim(stream);
		miracast_direct_take_back(stream);
	}

	return ret;
}
