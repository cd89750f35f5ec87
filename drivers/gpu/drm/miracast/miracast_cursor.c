// SPDX-License-Identifier: GPL-2.0
/*
 * The cursor of a target.
 *
 * Owns: a copy of the cursor's pixels, so that its framebuffer is free after
 * each update, and can be in memory that only this driver may read; and the
 * CURSOR messages. All under the capture lock; the target's spinlock is taken
 * inside.
 */
#include <linux/slab.h>

#include <drm/drm_framebuffer.h>
#include <drm/drm_plane.h>

#include "miracast_compat.h"
#include "miracast_cursor.h"
#include "miracast_gem.h"
#include "miracast_import.h"
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
					sizeof(u32), GFP_KERNEL);

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
 * May wait, as miracast_framebuffer_begin_read(); the capture lock is not held.
 *
 * Return: true when they can be read; miracast_cursor_end() must follow then.
 */
bool miracast_cursor_begin(const struct drm_plane_state *state)
{
	struct iosys_map map;

	return state && state->crtc && state->fb &&
	       miracast_framebuffer_mapping(state->fb, &map) &&
	       !miracast_framebuffer_begin_read(state->fb);
}

/**
 * miracast_cursor_end - End what miracast_cursor_begin() began
 * @state: state of the plane
 */
void miracast_cursor_end(const struct drm_plane_state *state)
{
	miracast_framebuffer_end_read(state->fb);
}

static bool copy_pixels(struct miracast_cursor *cursor,
			struct drm_framebuffer *fb,
			struct miracast_scratch *scratch)
{
	struct iosys_map map;

	return miracast_framebuffer_mapping(fb, &map) &&
	       miracast_blit_cursor_pixels(cursor->image.pixels, &map,
					   fb->pitches[0], fb->width,
					   fb->height, scratch);
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

/* Take the shape over; where new pixels cannot be read just now, the old stay. */
static bool update_shape(struct miracast_cursor *cursor,
			 const struct drm_plane_state *state, bool readable,
			 struct miracast_scratch *scratch, bool *changed)
{
	struct drm_framebuffer *fb = state->fb;
	struct miracast_cursor_image *image = &cursor->image;
	bool same_size = image->width == fb->width &&
			 image->height == fb->height;
	bool usable = image->visible && same_size;

	*changed = !same_size;
	if (!readable)
		return usable;

	*changed |= copy_pixels(cursor, fb, scratch);
	image->width = fb->width;
	image->height = fb->height;
	*changed |= update_hotspot(cursor, fb);

	return true;
}

/**
 * miracast_cursor_update - Take a new state of the cursor plane over
 * @cursor: the cursor
 * @state: the state
 * @readable: what miracast_cursor_begin() said of it
 * @scratch: room for a line of pixels
 *
 * Return: true when the cursor looks different or is elsewhere now.
 */
bool miracast_cursor_update(struct miracast_cursor *cursor,
			    const struct drm_plane_state *state, bool readable,
			    struct miracast_scratch *scratch)
{
	struct miracast_cursor_image *image = &cursor->image;
	struct miracast_cursor_image old = *image;
	bool changed;

	if (!state->crtc || !state->fb) {
		miracast_cursor_forget(cursor);
		return old.visible;
	}

	image->x = state->crtc_x;
	image->y = state->crtc_y;
	image->visible = update_shape(cursor, state, readable, scratch, &changed);
	if (image->visible && (changed || !cursor->shape))
		cursor->shape++;

	return changed || image->x != old.x || image->y != old.y ||
	       image->visible != old.visible;
}

/**
 * miracast_cursor_forget - There is no cursor any more
 * @cursor: the cursor
 */
void miracast_cursor_forget(struct miracast_cursor *cursor)
{
	cursor->image.visible = false;
}

static void tell_shape(struct miracast_stream *stream,
		       const struct miracast_cursor *cursor)
{
	struct drm_miracast_message_cursor_shape payload;

	payload.shape_serial = cursor->shape - stream->shape_base;
	stream->cursor.shape = cursor->shape;
	miracast_stream_send(stream, DRM_MIRACAST_MESSAGE_CURSOR_SHAPE,
			     &payload, sizeof(payload));
}

static void tell_move(struct miracast_stream *stream,
		      const struct drm_miracast_message_cursor_move *move,
		      u64 sequence)
{
	stream->cursor.move = *move;
	stream->cursor.sequence = sequence;
	miracast_stream_send(stream, DRM_MIRACAST_MESSAGE_CURSOR_MOVE, move,
			     sizeof(*move));
}

/* Tell what is new; true: a move has to wait for the next vblank. */
static bool tell_locked(struct miracast_stream *stream,
			const struct miracast_cursor *cursor, u64 sequence)
{
	const struct miracast_cursor_image *image = &cursor->image;
	struct miracast_told_cursor *told = &stream->cursor;
	struct drm_miracast_message_cursor_move move = {
		.x = image->x,
		.y = image->y,
		.visible = image->visible,
	};

	/* Of a cursor that was never there, nobody wants to know. */
	if (!told->told && !image->visible)
		return false;

	if (image->visible && (!told->told || told->shape != cursor->shape))
		tell_shape(stream, cursor);
	if (told->told && !memcmp(&told->move, &move, sizeof(move)))
		return false;
	if (told->told && sequence <= told->sequence)
		return true;

	tell_move(stream, &move, sequence);
	told->told = true;

	return false;
}

/**
 * miracast_cursor_tell - Send the CURSOR messages that are due
 * @target: the target, its capture lock held
 * @sequence: vblank at which what is there now is shown
 *
 * Return: true when it has to be called again after the next vblank.
 */
bool miracast_cursor_tell(struct miracast_target *target, u64 sequence)
{
	struct miracast_stream *stream;
	unsigned long flags;
	bool again = false;

	lockdep_assert_held(&target->capture.lock);

	spin_lock_irqsave(&target->lock, flags);
	stream = target->stream;
	if (miracast_target_shows(target) &&
	    stream->flags & DRM_MIRACAST_CONTEXT_CURSOR_METADATA)
		again = tell_locked(stream, &target->capture.cursor, sequence);
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

static void describe(const struct miracast_stream *stream,
		     const struct miracast_cursor *cursor,
		     struct drm_miracast_cursor *out)
{
	const struct miracast_cursor_image *image = &cursor->image;

	*out = (struct drm_miracast_cursor) {};
	if (!image->visible)
		return;

	out->shape_serial = cursor->shape - stream->shape_base;
	out->flags = DRM_MIRACAST_CURSOR_VISIBLE;
	out->width = image->width;
	out->height = image->height;
	out->x = image->x;
	out->y = image->y;
	if (cursor->hot_valid) {
		out->flags |= DRM_MIRACAST_CURSOR_HOTSPOT_VALID;
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
 * What the owner may not see, a screen that was not lit for its monitor, has no
 * cursor. May sleep.
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
	else if (miracast_target_shows(target))
		cursor = &target->capture.cursor;
	describe(stream, cursor, out);
	spin_unlock_irq(&target->lock);

	if (!ret && pixels &&
	    pixels_size < (size_t)out->width * out->height * sizeof(*pixels))
		ret = -EINVAL;
	if (!ret && pixels && out->flags & DRM_MIRACAST_CURSOR_VISIBLE)
		copy_out(cursor, pixels);
	mutex_unlock(&target->capture.lock);

	return ret;
}
