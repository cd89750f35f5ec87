// SPDX-License-Identifier: GPL-2.0
/*
 * COPY delivery: the buffer that a picture is copied into.
 *
 * Owns: the picture memory, and the choice of the buffer. Under the target's spinlock,
 * except for allocating memory, which sleeps.
 */
#include <linux/err.h>
#include <linux/math64.h>

#include <drm/drm_gem.h>

#include "miracast_blit.h"
#include "miracast_buffer.h"
#include "miracast_copy.h"
#include "miracast_drv.h"
#include "miracast_gem.h"
#include "miracast_owner_buffers.h"
#include "miracast_slot.h"
#include "miracast_stream.h"

/**
 * miracast_copy_allocate - Allocate the picture memory of a stream
 * @stream: the stream; @stream->memory_bytes were taken from the budget
 *
 * May sleep. On an error, the budget of the buffers that were not allocated is returned
 * here, the budget of the others by miracast_buffer_trim().
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_copy_allocate(struct miracast_stream *stream)
{
	u64 left = stream->memory_bytes, size;
	unsigned int i;

	if (!left)
		return 0;

	size = div_u64(left, stream->buffer_count);
	for (i = 0; i < stream->buffer_count; i++, left -= size) {
		struct drm_gem_object *obj;

		obj = miracast_gem_create_storage(stream->mdev, size);
		if (IS_ERR(obj)) {
			struct miracast_resources back = {
				.memory_bytes = left,
			};

			miracast_budget_give(&stream->mdev->budget, &back);
			return PTR_ERR(obj);
		}
		stream->buffers[i].obj = obj;
	}

	return 0;
}

/* Describe the next buffer of a slot; false: there is no room for the mode. */
static bool make_layout(const struct miracast_stream *stream,
			unsigned int index, struct miracast_layout *layout)
{
	const struct drm_gem_object *obj = stream->buffers[index].obj;
	u32 width = stream->mode.width, height = stream->mode.height;

	if (!(stream->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS)) {
		miracast_layout_init(layout, stream->fourcc, width, height);
		return obj && miracast_layout_bytes(layout) <= obj->size;
	}

	if (!stream->owner_buffers ||
	    !miracast_owner_buffers_hold(stream->owner_buffers, width, height) ||
	    !miracast_owner_buffers_writable(stream->owner_buffers, index))
		return false;

	*layout = *miracast_owner_buffers_layout(stream->owner_buffers, index);
	layout->width = width;
	layout->height = height;

	return true;
}

/* Make a new buffer for the mode where an old one was. */
static void make_buffer(struct miracast_stream *stream,
			struct miracast_buffer *buffer,
			const struct miracast_layout *layout)
{
	buffer->number = ++stream->buffer_number;
	buffer->mode_serial = stream->mode_serial;
	buffer->layout = *layout;
	buffer->announced = false;
	buffer->frame = 0;
}

/* The frame that a buffer holds, if it is one of the present mode, else 0. */
static u64 frame_in(const struct miracast_stream *stream,
		    const struct miracast_buffer *buffer)
{
	return miracast_buffer_is_current(stream, buffer) ? buffer->frame : 0;
}

/**
 * miracast_copy_begin - Take the slot that a picture is copied into
 * @stream: the stream, locked, of COPY
 *
 * Takes the free buffer with the newest pixels, which misses the least.
 *
 * Return: the slot, in state CAPTURING, or NULL; then the stream is starved.
 */
struct miracast_slot *miracast_copy_begin(struct miracast_stream *stream)
{
	struct miracast_layout layout, best_layout;
	struct miracast_slot *best = NULL;
	u64 newest = 0;
	unsigned int i;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->slot_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];
		u64 frame;

		if (!miracast_slot_is_free(stream, slot) ||
		    !make_layout(stream, i, &layout))
			continue;
		frame = frame_in(stream, slot->buffer);
		if (best && frame <= newest)
			continue;
		best = slot;
		best_layout = layout;
		newest = frame;
	}

	stream->starved = !best;
	if (!best)
		return NULL;

	if (!miracast_buffer_is_current(stream, best->buffer))
		make_buffer(stream, best->buffer, &best_layout);
	miracast_slot_take(stream, best);

	return best;
}

/**
 * miracast_copy_is_possible - Check whether there is a slot for a picture
 * @stream: the stream, locked, of COPY
 *
 * Return: true when miracast_copy_begin() would find one.
 */
bool miracast_copy_is_possible(const struct miracast_stream *stream)
{
	struct miracast_layout layout;
	unsigned int i;

	for (i = 0; i < stream->slot_count; i++)
		if (miracast_slot_is_free(stream, &stream->slots[i]) &&
		    make_layout(stream, i, &layout))
			return true;

	return false;
}

/**
 * miracast_copy_surface - Get where to write a picture
 * @stream: the stream, locked, of COPY
 * @slot: from miracast_copy_begin()
 * @surface: filled in; valid as long as the slot is in state CAPTURING and, with
 *	the owner's buffers, the caller has a reference to them
 */
void miracast_copy_surface(const struct miracast_stream *stream,
			   const struct miracast_slot *slot,
			   struct miracast_surface *surface)
{
	const struct miracast_layout *layout = &slot->buffer->layout;
	unsigned int i;

	if (!slot->buffer->obj) {
		miracast_owner_buffers_surface(stream->owner_buffers,
					       miracast_slot_index(stream, slot),
					       surface);
		return;
	}

	surface->fourcc = layout->fourcc;
	for (i = 0; i < layout->plane_count; i++) {
		surface->planes[i] = miracast_gem_vaddr(slot->buffer->obj) +
				     layout->planes[i].offset;
		surface->pitches[i] = layout->planes[i].pitch;
	}
}

/**
 * miracast_copy_check_fit - Check whether the owner's buffers are fit for the mode
 * @stream: the stream, locked
 *
 * Return: 0, also when the buffers are not the owner's, -ENOTCONN without
 * buffers, -EINVAL when they are too small.
 */
int miracast_copy_check_fit(const struct miracast_stream *stream)
{
	if (!(stream->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS))
		return 0;
	if (!stream->owner_buffers)
		return -ENOTCONN;

	return miracast_owner_buffers_hold(stream->owner_buffers,
					   stream->mode.width,
					   stream->mode.height) ? 0 : -EINVAL;
}

/**
 * miracast_copy_set_owner_buffers - Replace the owner's buffers
 * @stream: the stream, locked, of OWNER_BUFFERS
 * @set: the new ones, taken; set to the old ones or NULL, which the caller puts
 *	after unlocking
 *
 * They must be large enough for the mode that waits for its completion. When there is
 * none, they must be large enough for any mode within the context's limits.
 *
 * Return: 0, -EALREADY while a mode is accepted, -EINVAL when they are too small.
 */
int miracast_copy_set_owner_buffers(struct miracast_stream *stream,
				    struct miracast_owner_buffers **set)
{
	u32 width = stream->limits.width, height = stream->limits.height;
	unsigned int i;

	lockdep_assert_held(stream->lock);

	if (stream->mode_ready)
		return -EALREADY;
	if (stream->mode_known && !stream->mode_refused) {
		width = stream->mode.width;
		height = stream->mode.height;
	}
	if (!miracast_owner_buffers_hold(*set, width, height))
		return -EINVAL;

	swap(stream->owner_buffers, *set);
	/* Old numbers must not refer to the new memory. */
	for (i = 0; i < stream->buffer_count; i++)
		stream->buffers[i].session = 0;

	return 0;
}
