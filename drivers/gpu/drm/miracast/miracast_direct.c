// SPDX-License-Identifier: GPL-2.0
/*
 * DIRECT delivery: the buffer table and the holds.
 *
 * Owns: which number the memory that is scanned out has, and how long a flip
 * waits for an owner that still reads what it replaces: at most one vblank, and
 * only for an owner that gives its pictures back in time. Under the target's
 * spinlock.
 */
#include <linux/kernel.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>

#include "miracast_direct.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_trace.h"

/* Framebuffers come and go; what counts is the memory and how it is laid out. */
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

static struct miracast_buffer *find(struct miracast_stream *stream,
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
 * The entry used least recently. One whose BUFFER_GONE has not been read cannot
 * say that of another number yet.
 */
static struct miracast_buffer *find_victim(struct miracast_stream *stream)
{
	struct miracast_buffer *best = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		if (miracast_slot_refers(stream, buffer,
					 MIRACAST_SLOT_IN_USE) ||
		    miracast_event_queued(&buffer->gone.event))
			continue;
		if (!best || buffer->frame < best->frame)
			best = buffer;
	}

	return best;
}

/* Enter what is scanned out into the table; NULL: no entry can go now. */
static struct miracast_buffer *enter(struct miracast_stream *stream,
				     const struct drm_framebuffer *fb,
				     struct drm_gem_object **evicted)
{
	struct miracast_buffer *buffer = find_victim(stream);

	if (!buffer)
		return NULL;

	miracast_stream_send_gone(stream, buffer);
	*evicted = buffer->obj;

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
 * miracast_direct_begin - Take a slot for what is scanned out
 * @stream: the stream, locked, of DIRECT
 * @fb: what is scanned out
 * @x: left edge of the picture in it
 * @y: top edge of the picture in it
 * @evicted: set to memory that has left the table, or NULL; the caller puts it
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
		buffer = find(stream, fb);
		if (!buffer)
			buffer = enter(stream, fb, evicted);
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
 * Pictures of the owner that are not shown any more leave with the flip.
 */
void miracast_direct_replace(struct miracast_stream *stream,
			     const struct drm_framebuffer *fb, u32 x, u32 y)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->slot_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];

		if (slot->state == MIRACAST_SLOT_HELD && !slot->revoked &&
		    !is_shown(slot, fb, x, y))
			slot->leaving = true;
	}
}

static bool holds_flip(const struct miracast_slot *slot)
{
	return slot->state == MIRACAST_SLOT_HELD && slot->leaving;
}

static void revoke(struct miracast_stream *stream, struct miracast_slot *slot)
{
	slot->leaving = false;
	slot->revoked = true;
	stream->stats.pictures_revoked++;
	trace_miracast_revoked(stream->number, slot->buffer->number,
			       slot->chunk_id);
}

/**
 * miracast_direct_flip_done - Tell whether the flip in flight may complete
 * @stream: the stream, locked
 * @late: its vblank was an earlier one
 *
 * If so, what the owner still has of the pictures that leave is revoked.
 *
 * Return: false when the flip has to wait for the next vblank.
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
			revoke(stream, &stream->slots[i]);
	stream->hold_lost = true;

	return true;
}

/**
 * miracast_direct_revoke - Nothing is scanned out any more, or not for this owner
 * @stream: the stream, locked
 *
 * All holds end. That is not the owner's fault, so flips of later pictures wait
 * for it as before.
 */
void miracast_direct_revoke(struct miracast_stream *stream)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	if (!stream->direct)
		return;

	for (i = 0; i < stream->slot_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];

		if (slot->state == MIRACAST_SLOT_HELD && !slot->revoked)
			revoke(stream, slot);
	}
}
