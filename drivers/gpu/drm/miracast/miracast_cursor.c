// SPDX-License-Identifier: GPL-2.0
/*
 * The cursor of a target.
 *
 * Owns: a copy of the cursor's pixels, because the framebuffer may change after each
 * update, and may be in memory that only this driver can read; and the CURSOR messages.
 * All under the capture lock; the target's spinlock is taken inside.
 */
#include <linux/slab.h>

#include <drm/drm_framebuffer.h>
#include <drm/drm_plane.h>

#include "miracast_compat.h"
#include "miracast_cursor.h"
#include "miracast_fb.h"
#include "miracast_queue.h"
#include "miracast_stream.h"
#include "miracast_target.h"

/**
 * miracast_cursor_init - Set a cursor up, invisible
 * @cursor: the cursor
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_cursor_init(struct miracast_cursor *cursor)
{
	cursor->image.pixels = kvcalloc(MIRACAST_CURSOR_SIZE *
					MIRACAST_CURSOR_SIZE,
					sizeof(*cursor->image.pixels),
					GFP_KERNEL);

	return cursor->image.pixels ? 0 : -ENOMEM;
}

/**
 * miracast_cursor_fini - Free what miracast_cursor_init() made
 * @cursor: the cursor
 */
void miracast_cursor_fini(struct miracast_cursor *cursor)
{
	kvfree(cursor->image.pixels);
}

/**
 * miracast_cursor_begin - Begin to read the pixels of a cursor plane
 * @state: state of the plane, or NULL
 *
 * May wait, as miracast_fb_begin_read(); the capture lock is not held.
 *
 * Return: true when they can be read; miracast_cursor_end() must follow then.
 */
bool miracast_cursor_begin(const struct drm_plane_state *state)
{
	struct iosys_map map;

	return state && state->crtc && state->fb &&
	       miracast_fb_mapping(state->fb, &map) &&
	       !miracast_fb_begin_read(state->fb);
}

/**
 * miracast_cursor_end - End what miracast_cursor_begin() began
 * @state: state of the plane
 */
void miracast_cursor_end(const struct drm_plane_state *state)
{
	miracast_fb_end_read(state->fb);
}

/* A framebuffer may be larger than the cursor: the source rectangle is the cursor. */
static bool copy_pixels(struct miracast_cursor *cursor,
			const struct miracast_cursor_source *source,
			struct miracast_scratch *scratch)
{
	struct drm_framebuffer *fb = source->fb;
	struct iosys_map map;

	if (!miracast_fb_mapping(fb, &map))
		return false;

	iosys_map_incr(&map, (size_t)source->y * fb->pitches[0] +
			     (size_t)source->x * fb->format->cpp[0]);

	return miracast_line_cursor_pixels(cursor->image.pixels, &map,
					   fb->pitches[0], source->width,
					   source->height, scratch);
}

/* @source: NULL when there is nothing left to read. */
static void set_unread(struct miracast_cursor *cursor,
		       const struct miracast_cursor_source *source)
{
	struct drm_framebuffer *old = cursor->unread.fb;

	miracast_refusals_clear(&cursor->refusals);
	cursor->unread = source ? *source : (struct miracast_cursor_source) {};
	if (cursor->unread.fb == old)
		return;

	if (cursor->unread.fb)
		drm_framebuffer_get(cursor->unread.fb);
	cursor->dropped = old;
}

/* Return: true when it is another. */
static bool update_hotspot(struct miracast_cursor *cursor,
			   const struct drm_framebuffer *fb)
{
	bool was_valid = cursor->hot_valid;
	int x = cursor->hot_x, y = cursor->hot_y;

	cursor->hot_valid = miracast_compat_hotspot(fb, &cursor->hot_x,
						    &cursor->hot_y);

	return was_valid != cursor->hot_valid ||
	       (was_valid && (x != cursor->hot_x || y != cursor->hot_y));
}

/*
 * Adopt the shape. When its pixels cannot be read just now, the old pixels stay until
 * they can. Pixels that are not mapped can never be read: then there is no cursor.
 */
static bool update_shape(struct miracast_cursor *cursor,
			 const struct miracast_cursor_source *source,
			 bool readable, struct miracast_scratch *scratch,
			 bool *changed)
{
	struct miracast_cursor_image *image = &cursor->image;
	bool same_size = image->width == source->width &&
			 image->height == source->height;
	u64 master = miracast_fb_master(source->fb);
	bool usable = image->visible && same_size && cursor->master == master;
	struct iosys_map map;

	*changed = !same_size;
	if (!miracast_fb_mapping(source->fb, &map)) {
		set_unread(cursor, NULL);
		return false;
	}
	if (!readable) {
		set_unread(cursor, source);
		return usable;
	}

	cursor->master = master;
	*changed |= copy_pixels(cursor, source, scratch);
	image->width = source->width;
	image->height = source->height;
	*changed |= update_hotspot(cursor, source->fb);
	set_unread(cursor, NULL);

	return true;
}

/* Returns whether the cursor looks different now. */
static bool take_shape(struct miracast_cursor *cursor,
		       const struct miracast_cursor_source *source,
		       bool readable, struct miracast_scratch *scratch)
{
	struct miracast_cursor_image *image = &cursor->image;
	bool was_visible = image->visible, changed;

	image->visible = update_shape(cursor, source, readable, scratch, &changed);
	if (image->visible && (changed || !cursor->shape))
		cursor->shape++;

	return changed || image->visible != was_visible;
}

/**
 * miracast_cursor_update - Adopt a new state of the cursor plane
 * @cursor: the cursor
 * @state: the state
 * @readable: what miracast_cursor_begin() returned for @state
 * @scratch: room for a line of pixels
 *
 * Return: true when the cursor looks different or is elsewhere now.
 */
bool miracast_cursor_update(struct miracast_cursor *cursor,
			    const struct drm_plane_state *state, bool readable,
			    struct miracast_scratch *scratch)
{
	const struct miracast_cursor_source source = {
		.fb = state->fb,
		.x = state->src_x >> 16,
		.y = state->src_y >> 16,
		.width = state->src_w >> 16,
		.height = state->src_h >> 16,
	};
	struct miracast_cursor_image *image = &cursor->image;
	struct miracast_cursor_image old = *image;
	bool changed;

	if (!state->crtc || !state->fb) {
		miracast_cursor_forget(cursor);
		return old.visible;
	}

	image->x = state->crtc_x;
	image->y = state->crtc_y;
	changed = take_shape(cursor, &source, readable, scratch);

	return changed || image->x != old.x || image->y != old.y;
}

/**
 * miracast_cursor_update_unread - Read the pixels that could not be read before
 * @cursor: the cursor, its @unread set and readable
 * @scratch: room for a line of pixels
 *
 * Return: true when the cursor looks different now.
 */
bool miracast_cursor_update_unread(struct miracast_cursor *cursor,
				   struct miracast_scratch *scratch)
{
	const struct miracast_cursor_source source = cursor->unread;

	return take_shape(cursor, &source, true, scratch);
}

/**
 * miracast_cursor_forget - There is no cursor any more
 * @cursor: the cursor
 */
void miracast_cursor_forget(struct miracast_cursor *cursor)
{
	cursor->image.visible = false;
	set_unread(cursor, NULL);
}

/**
 * miracast_cursor_take_dropped - Take a framebuffer that is not needed any more
 * @cursor: the cursor
 *
 * After each change of the cursor. Dropping the last reference to imported memory may
 * wait for its exporter, so it is dropped without the capture lock.
 *
 * Return: the framebuffer, with a reference, or NULL.
 */
struct drm_framebuffer *miracast_cursor_take_dropped(struct miracast_cursor *cursor)
{
	struct drm_framebuffer *dropped = cursor->dropped;

	cursor->dropped = NULL;

	return dropped;
}

static void send_shape(struct miracast_stream *stream,
		       const struct miracast_cursor *cursor)
{
	struct drm_miracast_message_cursor_shape payload;

	payload.shape_serial = cursor->shape - stream->shape_base;
	stream->cursor.shape = cursor->shape;
	miracast_queue_send(stream, DRM_MIRACAST_MSG_CURSOR_SHAPE,
			    &payload, sizeof(payload));
}

static void send_move(struct miracast_stream *stream,
		      const struct drm_miracast_message_cursor_move *move,
		      u64 sequence)
{
	stream->cursor.move = *move;
	stream->cursor.sequence = sequence;
	miracast_queue_send(stream, DRM_MIRACAST_MSG_CURSOR_MOVE, move,
			    sizeof(*move));
}

/* Report shape and position if they changed; true: a move must wait for a vblank. */
static bool send_locked(struct miracast_stream *stream,
			const struct miracast_cursor *cursor, u64 sequence)
{
	const struct miracast_cursor_image *image = &cursor->image;
	struct miracast_announced_cursor *last = &stream->cursor;
	struct drm_miracast_message_cursor_move move = {
		.x = image->x,
		.y = image->y,
		.visible = image->visible,
	};

	/* Nothing to report until a cursor has been visible once. */
	if (!last->announced && !image->visible)
		return false;

	if (image->visible && (!last->announced || last->shape != cursor->shape))
		send_shape(stream, cursor);
	if (last->announced && !memcmp(&last->move, &move, sizeof(move)))
		return false;
	if (last->announced && sequence <= last->sequence)
		return true;

	send_move(stream, &move, sequence);
	last->announced = true;

	return false;
}

/**
 * miracast_cursor_send - Send the CURSOR messages that are due
 * @target: the target, its capture lock held
 * @sequence: vblank at which the present cursor is on the screen
 *
 * Return: true when it must be called again after the next vblank.
 */
bool miracast_cursor_send(struct miracast_target *target, u64 sequence)
{
	struct miracast_stream *stream;
	unsigned long flags;
	bool again = false;

	lockdep_assert_held(&target->capture.lock);

	spin_lock_irqsave(&target->lock, flags);
	stream = target->stream;
	if (miracast_picture_flows(target) &&
	    stream->flags & DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA)
		again = send_locked(stream, &target->capture.cursor, sequence);
	spin_unlock_irqrestore(&target->lock, flags);

	return again;
}

static void copy_out(const struct miracast_cursor *cursor, u32 *pixels)
{
	const struct miracast_cursor_image *image = &cursor->image;
	u32 y;

	for (y = 0; y < image->height; y++)
		memcpy(pixels + y * image->width,
		       image->pixels + y * MIRACAST_CURSOR_SIZE,
		       image->width * sizeof(*pixels));
}

static void describe_cursor(const struct miracast_stream *stream,
			    const struct miracast_cursor *cursor,
			    struct drm_miracast_cursor *out)
{
	const struct miracast_cursor_image *image = &cursor->image;

	*out = (struct drm_miracast_cursor) {};
	if (!image->visible)
		return;

	out->shape_serial = cursor->shape - stream->shape_base;
	out->flags = DRM_MIRACAST_CURSOR_FLAG_VISIBLE;
	out->width = image->width;
	out->height = image->height;
	out->x = image->x;
	out->y = image->y;
	if (cursor->hot_valid) {
		out->flags |= DRM_MIRACAST_CURSOR_FLAG_HOTSPOT_VALID;
		out->hot_x = cursor->hot_x;
		out->hot_y = cursor->hot_y;
	}
}

/**
 * miracast_cursor_read - Read the cursor for an owner
 * @target: the target, its capture lock not held
 * @stream: the owner's stream
 * @out: filled in
 * @pixels: room for the pixels, or NULL when they are not wanted
 * @pixels_size: bytes at @pixels
 *
 * A screen that the owner may not see (it was not lit for its monitor) has no cursor for
 * it. May sleep.
 *
 * Return: 0, -ESTALE when the context was destroyed, -ENOTCONN when the monitor is
 * gone, -EINVAL when @pixels is too small.
 */
int miracast_cursor_read(struct miracast_target *target,
			 const struct miracast_stream *stream,
			 struct drm_miracast_cursor *out, u32 *pixels,
			 size_t pixels_size)
{
	static const struct miracast_cursor none;
	const struct miracast_cursor *cursor = &none;
	int ret = 0;

	mutex_lock(&target->capture.lock);
	spin_lock_irq(&target->lock);
	if (target->stream != stream)
		ret = -ESTALE;
	else if (stream->state != DRM_MIRACAST_STATE_MONITOR)
		ret = -ENOTCONN;
	else if (miracast_picture_flows(target))
		cursor = &target->capture.cursor;
	describe_cursor(stream, cursor, out);
	spin_unlock_irq(&target->lock);

	if (!ret && pixels &&
	    pixels_size < (size_t)out->width * out->height * sizeof(*pixels))
		ret = -EINVAL;
	if (!ret && pixels && out->flags & DRM_MIRACAST_CURSOR_FLAG_VISIBLE)
		copy_out(cursor, pixels);
	mutex_unlock(&target->capture.lock);

	return ret;
}
