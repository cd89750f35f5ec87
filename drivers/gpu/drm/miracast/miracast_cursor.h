/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cursor of a target: a copy of its pixels, and its messages to the owner.
 */
#ifndef _MIRACAST_CURSOR_H_
#define _MIRACAST_CURSOR_H_

#include <linux/types.h>

#include "miracast_blit.h"
#include "miracast_refusals.h"

struct drm_framebuffer;
struct drm_miracast_cursor;
struct drm_plane_state;
struct miracast_stream;
struct miracast_target;

/**
 * struct miracast_cursor_source - Where the pixels of a cursor are
 * @fb: the framebuffer
 * @x: left edge in it
 * @y: top edge in it
 * @width: width
 * @height: height
 */
struct miracast_cursor_source {
	struct drm_framebuffer *fb;
	u32 x;
	u32 y;
	u32 width;
	u32 height;
};

/**
 * struct miracast_cursor - The cursor; guarded by the capture lock
 * @image: pixels and place
 * @unread: newer pixels that could not be read yet, their framebuffer with a
 *	reference; without one, @image is up to date
 * @refusals: refusals of CPU access by the exporter of @unread since its commit
 * @dropped: framebuffer whose reference is to be dropped without the lock, or NULL
 * @master: DRM master that the pixels belong to
 * @shape: counts the shapes, 0 before the first
 * @hot_x: hot spot from the left edge
 * @hot_y: hot spot from the top edge
 * @hot_valid: the hot spot is known
 */
struct miracast_cursor {
	struct miracast_cursor_image image;
	struct miracast_cursor_source unread;
	struct miracast_refusals refusals;
	struct drm_framebuffer *dropped;
	u64 master;
	u64 shape;
	int hot_x;
	int hot_y;
	bool hot_valid;
};

int miracast_cursor_init(struct miracast_cursor *cursor);
void miracast_cursor_fini(struct miracast_cursor *cursor);

bool miracast_cursor_begin(const struct drm_plane_state *state);
void miracast_cursor_end(const struct drm_plane_state *state);
bool miracast_cursor_update(struct miracast_cursor *cursor,
			    const struct drm_plane_state *state, bool readable,
			    struct miracast_scratch *scratch);
bool miracast_cursor_update_unread(struct miracast_cursor *cursor,
				   struct miracast_scratch *scratch);
void miracast_cursor_forget(struct miracast_cursor *cursor);
struct drm_framebuffer *miracast_cursor_take_dropped(struct miracast_cursor *cursor);
bool miracast_cursor_send(struct miracast_target *target, u64 sequence);
int miracast_cursor_read(struct miracast_target *target,
			 const struct miracast_stream *stream,
			 struct drm_miracast_cursor *out, u32 *pixels,
			 size_t pixels_size);

#endif
