// SPDX-License-Identifier: GPL-2.0
/*
 * Slots of pictures, and the buffers of COPY.
 *
 * Owns: who has a picture, the picture memory, and what the buffers are called. A
 * slot has room for the events of all parts of its picture, so announcing one
 * cannot fail. Runs under the target's spinlock, except for what may sleep: making
 * and freeing memory, and making an owner's buffer writable.
 */
#include <linux/dma-buf.h>
#include <linux/dma-fence.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/wait.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_gem.h>

#include "miracast_blit.h"
#include "miracast_damage.h"
#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_export.h"
#include "miracast_fence.h"
#include "miracast_gem.h"
#include "miracast_owner_buffers.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"
#include "miracast_trace.h"

static unsigned int slot_index(const struct miracast_stream *stream,
			       const struct miracast_slot *slot)
{
	return slot - stream->slots;
}

/**
 * miracast_slot_allocate - Give a stream its picture memory
 * @stream: the stream; @stream->memory_bytes were taken from the budget
 *
 * May sleep. What was not allocated on an error returns to the budget here,
 * the rest with miracast_slot_trim().
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_slot_allocate(struct miracast_stream *stream)
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

static bool is_current(const struct miracast_stream *stream,
		       const struct miracast_buffer *buffer)
{
	return stream->mode_known && buffer->number &&
	       buffer->mode_serial == stream->mode_serial;
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

	for (i = 0; i < stream->slot_count; i++)
		if (stream->slots[i].buffer == buffer &&
		    states & BIT(stream->slots[i].state))
			return true;

	return false;
}

/*
 * Picture memory goes back with the context. What was scanned out goes as soon
 * as no picture of the mode can be in it any more.
 */
static bool is_over(const struct miracast_stream *stream,
		    const struct miracast_buffer *buffer)
{
	return stream->ended == -ESTALE ||
	       (stream->direct && !is_current(stream, buffer));
}

/* Check whether the memory of a buffer that is over is not used any more. */
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
 * miracast_slot_forget_export - A buffer is not the owner's any more
 * @stream: the stream, locked
 * @buffer: the buffer
 *
 * What was handed out will be revoked by miracast_direct_take_back().
 */
void miracast_slot_forget_export(struct miracast_stream *stream,
				 struct miracast_buffer *buffer)
{
	lockdep_assert_held(stream->lock);

	if (!buffer->export)
		return;
	miracast_export_queue(buffer->export, &stream->revoking);
	buffer->export = NULL;
}

/**
 * miracast_slot_trim - Give memory back that is not needed any more
 * @stream: the stream, not locked
 *
 * That is all of it after miracast_stream_end(-ESTALE), the owner's buffers
 * included, except for what is being captured into; and framebuffers of modes that
 * are over. What cannot go yet goes with a later call. May sleep;
 * miracast_direct_take_back() does not wait for it.
 */
void miracast_slot_trim(struct miracast_stream *stream)
{
	struct drm_gem_object *gone[MIRACAST_MAX_BUFFERS];
	struct miracast_owner_buffers *set = NULL;
	unsigned int count = 0, i;
	unsigned long flags;
	bool left = false;

	/* For every picture and release, which there is nearly never anything for. */
	if (!READ_ONCE(stream->trimmable))
		return;

	spin_lock_irqsave(stream->lock, flags);
	/* Whoever uses them now has a reference. */
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
		miracast_slot_forget_export(stream, buffer);
	}
	WRITE_ONCE(stream->trimmable, left);
	spin_unlock_irqrestore(stream->lock, flags);

	miracast_owner_buffers_put(set);
	while (count)
		drm_gem_object_put(gone[--count]);
}

/**
 * miracast_slot_is_free - Check whether a slot can take a picture
 * @stream: the stream, locked
 * @slot: the slot
 *
 * Return: true when nobody has it and its last events were read.
 */
bool miracast_slot_is_free(const struct miracast_stream *stream,
			   const struct miracast_slot *slot)
{
	unsigned int i;

	if (slot->state != MIRACAST_SLOT_FREE)
		return false;

	for (i = 0; i < stream->part_count; i++)
		if (miracast_event_queued(&slot->chunks[i].event))
			return false;

	return true;
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

/**
 * miracast_slot_begin - Take the slot that a picture is copied into
 * @stream: the stream, locked, of COPY
 * @waits: mask of slots that are not to be taken now
 * @left: set to whether one of them was left
 *
 * Takes the free buffer with the newest pixels, which misses the least.
 *
 * Return: the slot, in state CAPTURING, or NULL; then the stream is starved.
 */
struct miracast_slot *miracast_slot_begin(struct miracast_stream *stream,
					  u32 waits, bool *left)
{
	struct miracast_slot *best = NULL;
	unsigned int i;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->slot_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];
		struct miracast_layout layout;

		if (!miracast_slot_is_free(stream, slot) ||
		    !make_layout(stream, i, &layout))
			continue;
		if (waits & BIT(i)) {
			*left = true;
			continue;
		}
		if (!is_current(stream, slot->buffer))
			make_buffer(stream, slot->buffer, &layout);
		if (!best || slot->buffer->frame > best->buffer->frame)
			best = slot;
	}

	stream->starved = !best;
	if (best)
		miracast_slot_take(stream, best);

	return best;
}

/**
 * miracast_slot_is_there - Check whether there is a slot for a picture
 * @stream: the stream, locked, of COPY
 *
 * Return: true when miracast_slot_begin() would find one.
 */
bool miracast_slot_is_there(const struct miracast_stream *stream)
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
 * miracast_slot_take - Take a free slot for a capture
 * @stream: the stream, locked
 * @slot: the slot, its buffer set
 */
void miracast_slot_take(struct miracast_stream *stream,
			struct miracast_slot *slot)
{
	lockdep_assert_held(stream->lock);

	slot->state = MIRACAST_SLOT_CAPTURING;
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
 * miracast_slot_surface - Get where to write a picture
 * @stream: the stream, locked, of COPY
 * @slot: from miracast_slot_begin()
 * @surface: filled in; valid as long as the slot is in state CAPTURING and, with
 *	the owner's buffers, the caller has a reference to them
 */
void miracast_slot_surface(const struct miracast_stream *stream,
			   const struct miracast_slot *slot,
			   struct miracast_surface *surface)
{
	const struct miracast_layout *layout = &slot->buffer->layout;
	unsigned int i;

	if (!slot->buffer->obj) {
		miracast_owner_buffers_surface(stream->owner_buffers,
					       slot_index(stream, slot),
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

static void count_part(struct miracast_stream *stream,
		       const struct miracast_picture *picture,
		       const struct miracast_part *part)
{
	struct drm_miracast_statistics *stats = &stream->stats;

	stats->bytes_copied += part->bytes;
	stats->capture_time_ns += part->duration_ns;
	if (stream->fourcc == DRM_FORMAT_NV12)
		stats->pixels_converted += part->pixels;
	if (!part->last)
		return;

	stats->pictures_captured++;
	stats->pictures_skipped += picture->skipped;
}

static void fill_chunk(const struct miracast_stream *stream,
		       const struct miracast_slot *slot,
		       struct miracast_chunk_event *chunk, u64 chunk_id,
		       const struct miracast_picture *picture,
		       const struct miracast_part *part)
{
	const struct miracast_buffer *buffer = slot->buffer;

	chunk->body = (struct drm_miracast_event_chunk) {
		.buffer = buffer->number,
		.chunk_id = chunk_id,
		.session = slot->session,
		.mode_serial = slot->mode_serial,
		.commit_time_ns = ktime_to_ns(picture->commit_time),
		.ready_time_ns = ktime_to_ns(part->ready_time),
		.vblank_time_ns = ktime_to_ns(picture->vblank_time),
		.vblank_sequence = picture->vblank_sequence,
		.chunk_type = stream->direct ?
			DRM_MIRACAST_CHUNK_TYPE_FRAME_START :
			DRM_MIRACAST_CHUNK_TYPE_COLOR_CONVERT_COMPLETE,
		.processing_us = div_u64(part->duration_ns, NSEC_PER_USEC),
		.skipped = picture->skipped,
		.src_x = slot->x,
		.src_y = slot->y,
		.width = stream->mode.width,
		.height = stream->mode.height,
		.line_first = part->line_first,
		.line_count = part->line_count,
		.fourcc = buffer->layout.fourcc,
		.modifier = DRM_FORMAT_MOD_LINEAR,
	};
	if (picture->writers)
		chunk->body.base.flags |= DRM_MIRACAST_CHUNK_FLAG_FENCE;
	if (picture->first_of_mode)
		chunk->body.base.flags |= DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE;
	if (picture->full)
		chunk->body.base.flags |= DRM_MIRACAST_CHUNK_FLAG_FULL;
	if (picture->gamma_not_applied)
		chunk->body.base.flags |=
			DRM_MIRACAST_CHUNK_FLAG_GAMMA_NOT_APPLIED;
	miracast_chunk_event_set_clips(chunk, part->damage);
}

/**
 * miracast_slot_publish - Send a captured picture, or a part, to the owner
 * @stream: the stream, locked
 * @slot: the slot, in state CAPTURING
 * @picture: times and counts of the picture
 * @part: the part
 *
 * After the last part the owner has the slot.
 *
 * Return: false when session, mode or monitor ended meanwhile, or the context was
 * pinned to another master; the slot is free,
 * and no further part may follow.
 */
bool miracast_slot_publish(struct miracast_stream *stream,
			   struct miracast_slot *slot,
			   const struct miracast_picture *picture,
			   const struct miracast_part *part)
{
	struct miracast_chunk_event *chunk = &slot->chunks[slot->parts];
	u64 chunk_id;

	lockdep_assert_held(stream->lock);

	if (!miracast_stream_wants(stream) ||
	    slot->mode_serial != stream->mode_serial ||
	    slot->session != stream->session ||
	    slot->pinned != stream->pinned) {
		miracast_slot_abort(stream, slot, true);
		return false;
	}

	slot->parts++;
	chunk_id = DRM_MIRACAST_MAKE_CHUNK_ID(picture->frame,
					      part->last ? 0 : slot->parts);
	fill_chunk(stream, slot, chunk, chunk_id, picture, part);
	stream->first_of_mode = false;
	stream->frame = picture->frame;
	if (picture->writers)
		slot->writers = dma_fence_get(picture->writers);
	slot->buffer->announced = true;
	if (part->last) {
		slot->buffer->frame = picture->frame;
		slot->chunk_id = chunk_id;
		slot->state = MIRACAST_SLOT_HELD;
	}
	count_part(stream, picture, part);
	trace_miracast_capture_complete(stream->number, chunk_id, part->bytes,
					part->duration_ns);
	trace_miracast_published(stream->number, slot->buffer->number,
				 chunk_id);
	miracast_stream_queue(stream, &chunk->event);

	return true;
}

/**
 * miracast_slot_abort - Give back a slot whose capture failed
 * @stream: the stream, locked
 * @slot: the slot, in state CAPTURING
 * @written: its buffer is not what it was before
 */
void miracast_slot_abort(struct miracast_stream *stream,
			 struct miracast_slot *slot, bool written)
{
	lockdep_assert_held(stream->lock);

	slot->state = MIRACAST_SLOT_FREE;
	if (written)
		slot->buffer->frame = 0;
}

/**
 * miracast_slot_free_all - The session ends: the owner has no pictures any more
 * @stream: the stream, locked
 *
 * Slots in use by a thread are freed by that thread.
 */
void miracast_slot_free_all(struct miracast_stream *stream)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->slot_count; i++)
		if (stream->slots[i].state == MIRACAST_SLOT_HELD)
			stream->slots[i].state = MIRACAST_SLOT_FREE;
}

/**
 * miracast_slot_announce_gone - The mode ends: its buffers get no more pictures
 * @stream: the stream, locked
 */
void miracast_slot_announce_gone(struct miracast_stream *stream)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++)
		miracast_stream_send_gone(stream, &stream->buffers[i]);
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

	for (i = 0; i < stream->slot_count; i++)
		count += stream->slots[i].state == MIRACAST_SLOT_HELD ||
			 stream->slots[i].state == MIRACAST_SLOT_RETURNING;

	return count;
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
 * miracast_slot_find_buffer - Look a buffer up by its number
 * @stream: the stream, locked
 * @number: the number
 * @found: set to the buffer
 *
 * Return: 0, -ENOENT when it never existed, -ESTALE when it is gone.
 */
int miracast_slot_find_buffer(struct miracast_stream *stream, u64 number,
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
		    (!is_current(stream, buffer) &&
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
 * miracast_slot_keep_export - Have a private export revoked when its time comes
 * @stream: the stream, not locked, of DIRECT
 * @number: number of the buffer that it is of
 * @dma_buf: the export, with a reference; changed to the one that there is already
 *
 * Return: 0, or -ESTALE when the buffer has gone meanwhile; the reference is the
 * caller's in any case.
 */
int miracast_slot_keep_export(struct miracast_stream *stream, u64 number,
			      struct dma_buf **dma_buf)
{
	struct miracast_buffer *buffer;
	struct dma_buf *surplus = NULL;
	unsigned long flags;
	int ret;

	spin_lock_irqsave(stream->lock, flags);
	ret = miracast_slot_find_buffer(stream, number, &buffer);
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

/**
 * miracast_slot_check_fit - Check whether the owner's buffers are fit for the mode
 * @stream: the stream, locked
 *
 * Return: 0, also when the buffers are not the owner's, -ENOTCONN without
 * buffers, -EINVAL when they are too small.
 */
int miracast_slot_check_fit(const struct miracast_stream *stream)
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
 * miracast_slot_set_owner_buffers - Replace the owner's buffers
 * @stream: the stream, locked, of OWNER_BUFFERS
 * @set: the new ones, taken; set to the old ones or NULL, which the caller puts
 *	after unlocking
 *
 * They have to be large enough for the mode that waits for its completion, and
 * without one for any mode within the context's limits.
 *
 * Return: 0, -EALREADY while a mode is accepted, -EINVAL when they are too small.
 */
int miracast_slot_set_owner_buffers(struct miracast_stream *stream,
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
	/* The old numbers must not be taken for the new memory. */
	for (i = 0; i < stream->buffer_count; i++)
		stream->buffers[i].session = 0;

	return 0;
}

/* The owner's buffer in a slot, referenced, if the CPU may not write it yet. */
static struct miracast_owner_buffers *
claim_unwritable(struct miracast_stream *stream, struct miracast_slot *slot)
{
	struct miracast_owner_buffers *set = stream->owner_buffers;

	if (!set || miracast_owner_buffers_writable(set, slot_index(stream, slot)))
		return NULL;

	slot->state = slot->state == MIRACAST_SLOT_HELD ?
			      MIRACAST_SLOT_RETURNING :
			      MIRACAST_SLOT_PREPARING;
	miracast_owner_buffers_get(set);

	return set;
}

/* The wait for a claimed slot's buffer is over; @ret: how it ended. */
static int settle_claim(struct miracast_stream *stream,
			struct miracast_slot *slot, int ret)
{
	bool held = slot->state == MIRACAST_SLOT_RETURNING;

	lockdep_assert_held(stream->lock);

	slot->state = MIRACAST_SLOT_FREE;
	if (!held)
		return ret;

	/* The session may have ended meanwhile, and taken the picture back. */
	if (slot->session != stream->session ||
	    stream->state == DRM_MIRACAST_STATE_CREATED)
		return ret ?: -ESTALE;
	if (ret)
		slot->state = MIRACAST_SLOT_HELD;

	return ret;
}

/*
 * Make the buffer in a claimed slot writable; this is where the fences of the
 * owner's encoder are waited for. On an error the slot is as before.
 */
static int make_claimed_writable(struct miracast_stream *stream,
				 struct miracast_slot *slot,
				 struct miracast_owner_buffers *set)
{
	unsigned long flags;
	int ret;

	ret = miracast_owner_buffers_begin(set, slot_index(stream, slot));

	spin_lock_irqsave(stream->lock, flags);
	ret = settle_claim(stream, slot, ret);
	spin_unlock_irqrestore(stream->lock, flags);

	wake_up_interruptible(&stream->wait);
	miracast_owner_buffers_put(set);

	return ret;
}

static struct miracast_slot *find_held(struct miracast_stream *stream,
				       u64 number, u64 chunk_id)
{
	unsigned int i;

	for (i = 0; i < stream->slot_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];

		if (slot->state == MIRACAST_SLOT_HELD &&
		    slot->buffer->number == number &&
		    slot->chunk_id == chunk_id)
			return slot;
	}

	return NULL;
}

/* Make room by taking all of it as one rectangle. */
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
 * What the owner may have read torn is damaged once more. Pairs of rectangles are
 * not compared here: that would take too long under a spinlock.
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

/* A picture that was revoked is with nobody any more. */
static void end_revoked(struct miracast_stream *stream,
			struct miracast_slot *slot)
{
	/* The owner is back: flips may wait for it again. */
	stream->hold_lost = false;
	if (slot->mode_serial == stream->mode_serial)
		owe_damage(stream, &slot->chunks[0]);
}

/**
 * miracast_slot_end_fenced - The fence of a slot that was released is over
 * @stream: the stream, locked
 * @slot: the slot, FENCED; free afterwards
 *
 * If it was too late for a flip, the reader may have read torn what it was given.
 */
void miracast_slot_end_fenced(struct miracast_stream *stream,
			      struct miracast_slot *slot)
{
	lockdep_assert_held(stream->lock);

	slot->state = MIRACAST_SLOT_FREE;
	if (slot->revoked)
		end_revoked(stream, slot);
}

/**
 * miracast_slot_must_prepare - Check whether the CPU may not write a slot's buffer
 * @stream: the stream, locked
 * @slot: the slot, with nobody else
 *
 * Return: true for an owner's buffer to which CPU access has to begin.
 */
bool miracast_slot_must_prepare(const struct miracast_stream *stream,
				const struct miracast_slot *slot)
{
	const struct miracast_owner_buffers *set = stream->owner_buffers;

	return set && !miracast_owner_buffers_writable(set,
						       slot_index(stream, slot));
}

/**
 * miracast_slot_prepare - Free a slot whose buffer may have to become writable
 * @stream: the stream, not locked, with a reference
 * @slot: the slot, in state PREPARING
 *
 * Return: NULL when that is done; otherwise the fence, with a reference, that has
 * to be waited for before.
 */
struct dma_fence *miracast_slot_prepare(struct miracast_stream *stream,
					struct miracast_slot *slot)
{
	struct miracast_owner_buffers *set = NULL;
	struct dma_fence *fence = NULL;
	unsigned long flags;

	spin_lock_irqsave(stream->lock, flags);
	if (miracast_slot_must_prepare(stream, slot)) {
		set = stream->owner_buffers;
		miracast_owner_buffers_get(set);
	} else {
		slot->state = MIRACAST_SLOT_FREE;
	}
	spin_unlock_irqrestore(stream->lock, flags);

	if (set)
		fence = miracast_owner_buffers_users(set,
						     slot_index(stream, slot));
	if (fence) {
		miracast_owner_buffers_put(set);
		return fence;
	}

	if (set)
		make_claimed_writable(stream, slot, set);
	miracast_todo_capture(stream->target);

	return NULL;
}

static bool is_of_ended_session(const struct miracast_stream *stream,
				u64 chunk_id)
{
	u64 frame = DRM_MIRACAST_FRAME_OF_CHUNK_ID(chunk_id);

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

	if (is_of_ended_session(stream, chunk_id))
		return -ESTALE;

	slot = find_held(stream, number, chunk_id);
	if (!slot || !slot->writers)
		return -ENOENT;

	*fence = dma_fence_get(slot->writers);

	return 0;
}

/*
 * Free a slot that the owner has, or claim it for what must happen before.
 * @writers: set to a fence that is not needed any more, or NULL.
 */
static int release_locked(struct miracast_stream *stream,
			  struct miracast_release *release,
			  struct miracast_slot **slot_out,
			  struct miracast_owner_buffers **claimed,
			  struct dma_fence **writers)
{
	struct miracast_slot *slot;

	if (is_of_ended_session(stream, release->chunk_id))
		return -ESTALE;

	slot = find_held(stream, release->buffer, release->chunk_id);
	if (!slot)
		return -ENOENT;

	*slot_out = slot;
	swap(*writers, slot->writers);
	if (slot->revoked) {
		release->revoked = true;
		slot->state = MIRACAST_SLOT_FREE;
		end_revoked(stream, slot);
		return 0;
	}

	if (release->fence) {
		slot->state = MIRACAST_SLOT_FENCED;
		return 0;
	}

	*claimed = claim_unwritable(stream, slot);
	if (!*claimed)
		slot->state = MIRACAST_SLOT_FREE;

	return 0;
}

/**
 * miracast_slot_release - The owner releases a picture
 * @stream: the stream, not locked
 * @release: the chunk, and what became of it
 *
 * Waits for nobody, except, interruptibly and only without a fence, for whoever uses
 * an owner's buffer.
 *
 * Return: 0, -EINVAL, -ENOENT, -ESTALE or -EINTR, see the user-space header.
 */
int miracast_slot_release(struct miracast_stream *stream,
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
		ret = make_claimed_writable(stream, slot, claimed);
		release->kick = !ret || ret == -ESTALE;
	}
	if (!slot)
		return ret;

	if (!ret || ret == -ESTALE)
		trace_miracast_released(stream->number, release->buffer,
					release->chunk_id);
	if (stream->direct) {
		miracast_slot_trim(stream);
		miracast_direct_take_back(stream);
	}

	return ret;
}

static bool is_claimed(struct miracast_stream *stream,
		       const struct miracast_slot *slot)
{
	unsigned long flags;
	bool claimed;

	spin_lock_irqsave(stream->lock, flags);
	claimed = slot->state == MIRACAST_SLOT_RETURNING ||
		  slot->state == MIRACAST_SLOT_PREPARING;
	spin_unlock_irqrestore(stream->lock, flags);

	return claimed;
}

/**
 * miracast_slot_make_writable - Make the owner's free buffers writable
 * @stream: the stream, not locked
 *
 * None is when the set is new, and some are not when a session or mode ended before
 * they were released. Waits, interruptibly, for whoever uses the buffers.
 *
 * Return: 0, -EINTR, or what an exporter answered.
 */
int miracast_slot_make_writable(struct miracast_stream *stream)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < stream->buffer_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];
		struct miracast_owner_buffers *claimed = NULL;
		unsigned long flags;

		/* Another thread may be at it, and be interrupted. */
		ret = wait_event_interruptible(stream->wait,
					       !is_claimed(stream, slot));
		if (ret)
			break;

		spin_lock_irqsave(stream->lock, flags);
		if (slot->state == MIRACAST_SLOT_FREE)
			claimed = claim_unwritable(stream, slot);
		spin_unlock_irqrestore(stream->lock, flags);

		if (claimed)
			ret = make_claimed_writable(stream, slot, claimed);
	}

	return ret;
}
