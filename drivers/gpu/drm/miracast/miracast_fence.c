// SPDX-License-Identifier: GPL-2.0
/*
 * Fences of the owner's readers.
 *
 * A slot that was released with a fence is FENCED: it is not the owner's any more, and
 * not free yet. The fence's callback frees it. When the buffer is the owner's own, CPU
 * access must begin before a picture: the callback queues a work for that, and the fences in
 * the dma-bufs of the buffer are waited for by callbacks, too. So no thread waits.
 *
 * The callback runs under the fence's lock and takes the target's, so callbacks
 * are added and removed without the target's lock. The fence lock of the stream
 * makes that one step with the change of the slot's state. Removing a callback
 * takes the fence's lock, so none runs afterwards.
 */
#include <linux/dma-fence.h>
#include <linux/file.h>
#include <linux/sync_file.h>
#include <linux/workqueue.h>

#include "miracast_damage.h"
#include "miracast_drv.h"
#include "miracast_fence.h"
#include "miracast_prepare.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"

/**
 * miracast_fence_from_fd - Get the fence of a sync_file
 * @fd: the file descriptor
 * @fence: set to the fence, with a reference
 *
 * Return: 0, -EBADF for no file, -EINVAL for another kind of file.
 */
int miracast_fence_from_fd(int fd, struct dma_fence **fence)
{
	struct file *file = fget(fd);

	if (!file)
		return -EBADF;
	fput(file);

	*fence = sync_file_get_fence(fd);

	return *fence ? 0 : -EINVAL;
}

/*
 * The slot is free. If the fence was too late for a flip, the device may have read the
 * picture while it was drawn over.
 */
static void end_fenced(struct miracast_stream *stream, struct miracast_slot *slot)
{
	lockdep_assert_held(stream->lock);

	miracast_slot_set(stream, slot, MIRACAST_SLOT_FREE);
	if (slot->revoked)
		miracast_slot_end_revoked(stream, slot);
}

/* A capture may wait for the slot, or have damage to deliver that is owed since. */
static void kick_locked(struct miracast_stream *stream)
{
	if (stream->starved || !miracast_damage_empty(&stream->owed))
		miracast_todo_capture(stream->target);
}

/**
 * miracast_fence_done - A slot's fence has signalled
 * @slot: the slot
 * @fence: the fence; nothing happens unless the slot still waits for this one
 *
 * Any context.
 */
void miracast_fence_done(struct miracast_slot *slot, struct dma_fence *fence)
{
	struct miracast_stream *stream = slot->stream;
	unsigned long flags;

	/* Under the lock to the end: after that the stream may be freed. */
	spin_lock_irqsave(stream->lock, flags);
	if (slot->state != MIRACAST_SLOT_FENCED || slot->fence != fence) {
		spin_unlock_irqrestore(stream->lock, flags);
		return;
	}

	slot->fence = NULL;
	end_fenced(stream, slot);
	if (!miracast_prepare_start(stream, slot))
		kick_locked(stream);
	spin_unlock_irqrestore(stream->lock, flags);

	dma_fence_put(fence);
}

static void fence_signalled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	miracast_fence_done(container_of(cb, struct miracast_slot, fence_cb),
			    fence);
}

/**
 * miracast_fence_arm - Have a slot wait for a fence
 * @slot: the slot, FENCED, its stream's fence lock held since it is
 * @fence: the fence; the slot takes over its reference
 *
 * Return: false when the fence has signalled already; then the caller calls
 * miracast_fence_done() without the lock.
 */
bool miracast_fence_arm(struct miracast_slot *slot, struct dma_fence *fence)
{
	struct miracast_stream *stream = slot->stream;
	unsigned long flags;

	lockdep_assert_held(&stream->fence_lock);

	spin_lock_irqsave(stream->lock, flags);
	slot->fence = fence;
	spin_unlock_irqrestore(stream->lock, flags);

	return !dma_fence_add_callback(fence, &slot->fence_cb, fence_signalled);
}

/* Wait for the devices that use the owner's buffer by a callback. */
static void wait_for_users(struct miracast_slot *slot, struct dma_fence *fence)
{
	struct miracast_stream *stream = slot->stream;
	unsigned long flags;
	bool armed = true, ended;

	spin_lock_irqsave(&stream->fence_lock, flags);
	spin_lock(stream->lock);
	ended = stream->ended == -ESTALE;
	miracast_slot_set(stream, slot,
			  ended ? MIRACAST_SLOT_FREE : MIRACAST_SLOT_FENCED);
	spin_unlock(stream->lock);
	if (!ended)
		armed = miracast_fence_arm(slot, fence);
	spin_unlock_irqrestore(&stream->fence_lock, flags);

	if (ended)
		dma_fence_put(fence);
	else if (!armed)
		miracast_fence_done(slot, fence);
}

/* Make an owner's buffer writable. */
static void prepare_work(struct work_struct *work)
{
	struct miracast_slot *slot =
		container_of(work, struct miracast_slot, prepare);
	struct miracast_stream *stream = slot->stream;
	struct dma_fence *fence;

	fence = miracast_prepare_slot(stream, slot);
	if (fence)
		wait_for_users(slot, fence);
	miracast_stream_put(stream);
}

/**
 * miracast_fence_init - Set the slots of a stream up for fences
 * @stream: the stream
 */
void miracast_fence_init(struct miracast_stream *stream)
{
	unsigned int i;

	spin_lock_init(&stream->fence_lock);
	for (i = 0; i < stream->slot_count; i++) {
		stream->slots[i].stream = stream;
		INIT_WORK(&stream->slots[i].prepare, prepare_work);
	}
}

/* Returns the fence that the slot waited for, or NULL. */
static struct dma_fence *cancel_fence(struct miracast_slot *slot)
{
	struct miracast_stream *stream = slot->stream;
	struct dma_fence *fence = NULL;

	lockdep_assert_held(&stream->fence_lock);

	spin_lock(stream->lock);
	if (slot->state == MIRACAST_SLOT_FENCED) {
		swap(fence, slot->fence);
		end_fenced(stream, slot);
	}
	spin_unlock(stream->lock);

	if (fence)
		dma_fence_remove_callback(fence, &slot->fence_cb);

	return fence;
}

/**
 * miracast_fence_cancel_all - No slot waits for fences any more
 * @stream: the stream, not locked; its buffers must be replaced before a picture is
 *	written again
 */
void miracast_fence_cancel_all(struct miracast_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->slot_count; i++) {
		struct dma_fence *fence;
		unsigned long flags;

		spin_lock_irqsave(&stream->fence_lock, flags);
		fence = cancel_fence(&stream->slots[i]);
		spin_unlock_irqrestore(&stream->fence_lock, flags);

		dma_fence_put(fence);
	}
}
