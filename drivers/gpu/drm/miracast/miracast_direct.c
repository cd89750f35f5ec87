// SPDX-License-Identifier: GPL-2.0
/*
 * DIRECT delivery: what may be handed out, the buffer table, and the holds.
 *
 * Owns: the numbers of scanned-out memory, how long an owner may use it, and how long a
 * flip waits for an owner that still reads the framebuffer which it replaces: at most one
 * vblank, and only for an owner that releases its pictures in time. Under the target's
 * spinlock, except for revoking memory, which sleeps.
 */
#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>

#include "miracast_buffer.h"
#include "miracast_direct.h"
#include "miracast_export.h"
#include "miracast_layout.h"
#include "miracast_queue.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_trace.h"

/**
 * DOC: Holds
 *
 * A slot in DIRECT is *leaving* from the commit that replaces its picture until that
 * flip is done. ``crtc_flip_done()``, called by the vblank timer, returns false as
 * long as there is such a slot, the owner has not lost the privilege (``hold_lost``),
 * and the flip is not late yet. Then all slots that are leaving are revoked in the
 * same section of the target's lock, before the event is sent: so a RELEASE_CHUNK
 * whose result is WHOLE was before the compositor could know that the memory is its
 * own again. A slot that was released with a fence (FENCED) leaves in the same way;
 * when the fence of a late reader signals, flips may wait for the owner again. The
 * flip that waits keeps its event and its vblank reference in the vblank clock, and
 * gets sequence and time of the vblank at which it completes. The end of the context, the
 * session or the monitor, a mode set, and another master end all holds
 * (miracast_direct_revoke()), and the owner is not to blame.
 */

/**
 * miracast_direct_is_exact - Check whether memory holds one picture and no more
 * @fb: the framebuffer
 * @width: width of the picture in it
 * @height: height of the picture in it
 *
 * With a dma-buf an owner gets all of the memory. The padding of dumb buffers is allowed:
 * behind each line, below the last line, and up to a whole page.
 *
 * Return: false when there is more in the memory than the picture.
 */
bool miracast_direct_is_exact(const struct drm_framebuffer *fb, u32 width,
			      u32 height)
{
	u64 pitch = fb->pitches[0];

	return pitch < (u64)width * fb->format->cpp[0] + MIRACAST_PITCH_ALIGN &&
	       fb->obj[0]->size <=
	       PAGE_ALIGN(pitch * ALIGN(height, MIRACAST_LINES_ALIGN));
}

/* After so many pictures in other buffers, a client no longer uses a buffer. */
#define MAX_UNUSED	64

/* Framebuffers are created and removed; an entry is found by memory and layout. */
static bool is_of(const struct miracast_buffer *buffer,
		  const struct drm_framebuffer *fb)
{
	const struct miracast_layout *layout = &buffer->layout;

	return buffer->obj == fb->obj[0] &&
	       layout->fourcc == fb->format->format &&
	       layout->width == fb->width && layout->height == fb->height &&
	       layout->planes[0].pitch == fb->pitches[0] &&
	       layout->planes[0].offset == fb->offsets[0];
}

static struct miracast_buffer *find_entry(struct miracast_stream *stream,
					  const struct drm_framebuffer *fb)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		if (buffer->mode_serial == stream->mode_serial &&
		    is_of(buffer, fb))
			return buffer;
	}

	return NULL;
}

/*
 * Check whether an entry can be evicted. While a BUFFER_GONE of it is unread, it keeps its
 * number: there is room for that one and for the message that a mode set sends.
 */
static bool can_go(const struct miracast_stream *stream,
		   const struct miracast_buffer *buffer)
{
	return !miracast_slot_refers(stream, buffer, MIRACAST_SLOT_IN_USE) &&
	       !miracast_event_queued(&buffer->gone[0].event) &&
	       !miracast_event_queued(&buffer->gone[1].event);
}

/* The entry used least recently. */
static struct miracast_buffer *find_victim(struct miracast_stream *stream)
{
	struct miracast_buffer *best = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		if (!can_go(stream, buffer))
			continue;
		if (!best || buffer->frame < best->frame)
			best = buffer;
	}

	return best;
}

static void evict_entry(struct miracast_stream *stream, struct miracast_buffer *buffer,
			struct drm_gem_object **evicted)
{
	miracast_queue_send_gone(stream, buffer);
	miracast_buffer_forget_export(stream, buffer);
	*evicted = buffer->obj;
	buffer->obj = NULL;
	buffer->number = 0;
	buffer->frame = 0;
}

/*
 * Full-screen clients that are gone leave memory in the table that has no other user.
 * With each picture one entry is checked for that. @shown is not evicted.
 */
static void evict_unused(struct miracast_stream *stream,
			 const struct miracast_buffer *shown,
			 struct drm_gem_object **evicted)
{
	struct miracast_buffer *buffer =
		&stream->buffers[stream->frame % ARRAY_SIZE(stream->buffers)];

	if (buffer != shown && buffer->obj &&
	    stream->frame >= buffer->frame + MAX_UNUSED &&
	    can_go(stream, buffer))
		evict_entry(stream, buffer, evicted);
}

/* Add the scanned-out memory to the table; NULL: no entry can be evicted now. */
static struct miracast_buffer *add_entry(struct miracast_stream *stream,
					 const struct drm_framebuffer *fb,
					 struct drm_gem_object **evicted)
{
	struct miracast_buffer *buffer = find_victim(stream);

	if (!buffer)
		return NULL;

	evict_entry(stream, buffer, evicted);
	drm_gem_object_get(fb->obj[0]);
	buffer->obj = fb->obj[0];
	buffer->number = ++stream->buffer_number;
	buffer->mode_serial = stream->mode_serial;
	buffer->layout = (struct miracast_layout) {
		.fourcc = fb->format->format,
		.width = fb->width,
		.height = fb->height,
		.plane_count = 1,
		.object_count = 1,
		.planes[0].pitch = fb->pitches[0],
		.planes[0].offset = fb->offsets[0],
	};

	return buffer;
}

static struct miracast_slot *find_free_slot(struct miracast_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->slot_count; i++)
		if (miracast_slot_is_free(stream, &stream->slots[i]))
			return &stream->slots[i];

	return NULL;
}

/**
 * miracast_direct_begin - Take a slot for the scanned-out memory
 * @stream: the stream, locked, of DIRECT
 * @fb: what is scanned out
 * @x: left edge of the picture in it
 * @y: top edge of the picture in it
 * @evicted: set to memory that was evicted, or NULL; the caller drops the reference
 *	after unlocking
 *
 * Return: the slot, in state CAPTURING, or NULL; then the stream is starved.
 */
struct miracast_slot *miracast_direct_begin(struct miracast_stream *stream,
					    const struct drm_framebuffer *fb,
					    u32 x, u32 y,
					    struct drm_gem_object **evicted)
{
	struct miracast_slot *slot = find_free_slot(stream);
	struct miracast_buffer *buffer = NULL;

	lockdep_assert_held(stream->lock);

	*evicted = NULL;
	if (slot) {
		buffer = find_entry(stream, fb);
		if (buffer)
			evict_unused(stream, buffer, evicted);
		else
			buffer = add_entry(stream, fb, evicted);
	}

	stream->starved = !buffer;
	if (!buffer)
		return NULL;

	slot->buffer = buffer;
	miracast_slot_take(stream, slot);
	slot->x = x;
	slot->y = y;

	return slot;
}

/* By the owner, or by a device whose fence it has released the picture with. */
static bool is_read(const struct miracast_slot *slot)
{
	return slot->state == MIRACAST_SLOT_HELD ||
	       slot->state == MIRACAST_SLOT_FENCED;
}

static bool is_shown(const struct miracast_slot *slot,
		     const struct drm_framebuffer *fb, u32 x, u32 y)
{
	return fb && is_of(slot->buffer, fb) && slot->x == x && slot->y == y;
}

/**
 * miracast_direct_replace - A commit changes what is scanned out
 * @stream: the stream, locked, of DIRECT
 * @fb: what is scanned out from now on, or NULL
 * @x: left edge of the picture in it
 * @y: top edge of the picture in it
 *
 * Pictures of the owner that are no longer on the screen hold the flip.
 */
void miracast_direct_replace(struct miracast_stream *stream,
			     const struct drm_framebuffer *fb, u32 x, u32 y)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->slot_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];

		if (is_read(slot) && !slot->revoked &&
		    !is_shown(slot, fb, x, y))
			slot->leaving = true;
	}
}

static bool holds_flip(const struct miracast_slot *slot)
{
	return is_read(slot) && slot->leaving;
}

static void revoke_slot(struct miracast_stream *stream, struct miracast_slot *slot)
{
	slot->leaving = false;
	slot->revoked = true;
	stream->stats.pictures_revoked++;
	trace_miracast_revoked(stream->number, slot->buffer->number,
			       slot->chunk_id);
}

/**
 * miracast_direct_flip_done - Check whether the flip in flight may complete
 * @stream: the stream, locked
 * @late: its vblank was an earlier one
 *
 * If so, the pictures that held it, and that the owner still has, are revoked.
 *
 * Return: false when the flip must wait for the next vblank.
 */
bool miracast_direct_flip_done(struct miracast_stream *stream, bool late)
{
	unsigned int i, holds = 0;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->slot_count; i++)
		holds += holds_flip(&stream->slots[i]);

	if (!holds)
		return true;
	if (!late && !stream->hold_lost)
		return false;

	for (i = 0; i < stream->slot_count; i++)
		if (holds_flip(&stream->slots[i]))
			revoke_slot(stream, &stream->slots[i]);
	stream->hold_lost = true;

	return true;
}

/**
 * miracast_direct_revoke - Nothing is scanned out any more, or not for this owner
 * @stream: the stream, locked
 *
 * All holds end. The owner is not to blame, so flips of later pictures wait for it as
 * before.
 */
void miracast_direct_revoke(struct miracast_stream *stream)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	if (!stream->direct)
		return;

	for (i = 0; i < stream->slot_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];

		if (is_read(slot) && !slot->revoked)
			revoke_slot(stream, slot);
		slot->leaving = false;
	}
}

/**
 * miracast_direct_forget - The owner's monitor is gone, or it has another master
 * @stream: the stream, locked
 *
 * The owner loses the buffers: their numbers are stale for good, because a revoked export
 * does not come back. The same memory gets another number when it is shown to the owner
 * again. Memory is freed by miracast_buffer_trim(), and exports are revoked by
 * miracast_direct_take_back(). Without a monitor the next mode set sends BUFFER_GONE.
 */
void miracast_direct_forget(struct miracast_stream *stream)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	if (!stream->direct)
		return;

	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		if (stream->state == DRM_MIRACAST_STATE_MONITOR)
			miracast_queue_send_gone(stream, buffer);
		miracast_buffer_forget_export(stream, buffer);
		/* Pictures that the owner has are released by the number. */
		buffer->session = 0;
		buffer->mode_serial = 0;
		buffer->frame = 0;
	}
	WRITE_ONCE(stream->trimmable, true);
}

/**
 * miracast_direct_take_back - Revoke exports of buffers that the owner has lost
 * @stream: the stream, not locked
 *
 * Returns when all are revoked, also by another thread. Sleeps. Not for commits: it takes
 * locks that an owner's threads hold in page faults and in mmap(), and those may be
 * throttled.
 */
void miracast_direct_take_back(struct miracast_stream *stream)
{
	unsigned long flags;
	LIST_HEAD(list);

	if (!stream->direct)
		return;

	mutex_lock(&stream->revoke_lock);
	spin_lock_irqsave(stream->lock, flags);
	list_splice_init(&stream->revoking, &list);
	spin_unlock_irqrestore(stream->lock, flags);
	miracast_export_revoke_all(&list);
	mutex_unlock(&stream->revoke_lock);
}
