// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers, as owners know them by their numbers.
 *
 * Owns: how long a number is valid, when unused memory is freed, and the private exports
 * through which an owner reads it. Under the target's spinlock, except for freeing
 * memory, which sleeps.
 */
#include <linux/dma-buf.h>
#include <linux/kernel.h>

#include <drm/drm_gem.h>

#include "miracast_buffer.h"
#include "miracast_export.h"
#include "miracast_owner_buffers.h"
#include "miracast_slot.h"
#include "miracast_stream.h"

/**
 * miracast_buffer_is_current - Check whether a buffer is one of the newest mode
 * @stream: the stream, locked
 * @buffer: the buffer
 *
 * Return: true when it is, and that mode is not over.
 */
bool miracast_buffer_is_current(const struct miracast_stream *stream,
				const struct miracast_buffer *buffer)
{
	lockdep_assert_held(stream->lock);

	return stream->mode_known && buffer->number &&
	       buffer->mode_serial == stream->mode_serial;
}

/*
 * Picture memory is freed with the context, memory that was scanned out as soon as it
 * can hold no picture of the mode any more.
 */
static bool is_over(const struct miracast_stream *stream,
		    const struct miracast_buffer *buffer)
{
	return stream->ended == -ESTALE ||
	       (stream->direct && !miracast_buffer_is_current(stream, buffer));
}

/* Check whether the memory of an outdated buffer is unused. */
static bool is_trimmable(const struct miracast_stream *stream,
			 const struct miracast_buffer *buffer)
{
	if (stream->ended == -ESTALE)
		return !miracast_slot_refers(stream, buffer,
					     BIT(MIRACAST_SLOT_CAPTURING));

	/* A device that still reads has a reference of its own. */
	return !miracast_slot_refers(stream, buffer,
				     MIRACAST_SLOT_IN_USE &
					     ~BIT(MIRACAST_SLOT_FENCED));
}

/**
 * miracast_buffer_forget_export - A buffer is not the owner's any more
 * @stream: the stream, locked
 * @buffer: the buffer
 *
 * The export will be revoked by miracast_direct_take_back().
 */
void miracast_buffer_forget_export(struct miracast_stream *stream,
				   struct miracast_buffer *buffer)
{
	lockdep_assert_held(stream->lock);

	if (!buffer->export)
		return;
	miracast_export_queue(buffer->export, &stream->revoking);
	buffer->export = NULL;
}

/**
 * miracast_buffer_trim - Free memory that is not needed any more
 * @stream: the stream, not locked
 *
 * After miracast_stream_end(-ESTALE) this frees all memory, except for a buffer that is being
 * captured into; a work lets go of the owner's buffers, as it may wait for them. Otherwise it frees
 * framebuffers of past modes. Memory that is still in use is freed by a later call.
 * May sleep; miracast_direct_take_back() does not wait for it.
 */
void miracast_buffer_trim(struct miracast_stream *stream)
{
	struct drm_gem_object *gone[MIRACAST_MAX_BUFFERS];
	struct miracast_owner_buffers *set = NULL;
	unsigned int count = 0, i;
	unsigned long flags;
	bool left = false;

	/* Called for every picture and release, and nearly always for nothing. */
	if (!READ_ONCE(stream->trimmable))
		return;

	spin_lock_irqsave(stream->lock, flags);
	/* A thread that is using them has a reference of its own. */
	if (stream->ended == -ESTALE)
		swap(stream->owner_buffers, set);
	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		if (!buffer->obj || !is_over(stream, buffer))
			continue;
		if (!is_trimmable(stream, buffer)) {
			left = true;
			continue;
		}
		gone[count++] = buffer->obj;
		buffer->obj = NULL;
		miracast_buffer_forget_export(stream, buffer);
	}
	WRITE_ONCE(stream->trimmable, left);
	spin_unlock_irqrestore(stream->lock, flags);

	miracast_owner_buffers_put_later(set);
	while (count)
		drm_gem_object_put(gone[--count]);
}

/* Check whether the owner may still ask for a buffer of an ended mode. */
static bool has_picture(const struct miracast_stream *stream,
			const struct miracast_buffer *buffer)
{
	unsigned int i;

	for (i = 0; i < stream->slot_count; i++)
		if (stream->slots[i].buffer == buffer &&
		    !miracast_slot_is_free(stream, &stream->slots[i]))
			return true;

	return false;
}

/**
 * miracast_buffer_find - Look a buffer up by its number
 * @stream: the stream, locked
 * @number: the number
 * @found: set to the buffer
 *
 * Return: 0, -ENOENT when it never existed, -ESTALE when it is gone.
 */
int miracast_buffer_find(struct miracast_stream *stream, u64 number,
			 struct miracast_buffer **found)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	if (!number || number > stream->buffer_number)
		return -ENOENT;

	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		if (buffer->number != number)
			continue;
		if (buffer->session != stream->session ||
		    (!miracast_buffer_is_current(stream, buffer) &&
		     !has_picture(stream, buffer)))
			break;
		if (!buffer->obj && !stream->owner_buffers)
			break;
		*found = buffer;
		return 0;
	}

	return -ESTALE;
}

/**
 * miracast_buffer_keep_export - Remember a private export, to revoke it later
 * @stream: the stream, not locked, of DIRECT
 * @number: number of the buffer that it is of
 * @dma_buf: the export, with a reference; replaced by an earlier one if there is any
 *
 * Return: 0, or -ESTALE when the buffer has gone meanwhile; the reference is the
 * caller's in any case.
 */
int miracast_buffer_keep_export(struct miracast_stream *stream, u64 number,
				struct dma_buf **dma_buf)
{
	struct miracast_buffer *buffer;
	struct dma_buf *surplus = NULL;
	unsigned long flags;
	int ret;

	spin_lock_irqsave(stream->lock, flags);
	ret = miracast_buffer_find(stream, number, &buffer);
	if (!ret && buffer->export) {
		surplus = *dma_buf;
		*dma_buf = buffer->export;
	}
	if (!ret) {
		get_dma_buf(*dma_buf);
		buffer->export = *dma_buf;
	}
	spin_unlock_irqrestore(stream->lock, flags);

	if (surplus)
		dma_buf_put(surplus);

	return ret;
}
