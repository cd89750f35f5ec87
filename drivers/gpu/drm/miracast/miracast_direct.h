/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DIRECT delivery: which memory may be handed out, the buffer table, and the holds.
 * Under the target's lock unless noted otherwise.
 */
#ifndef _MIRACAST_DIRECT_H_
#define _MIRACAST_DIRECT_H_

#include <linux/types.h>

struct drm_framebuffer;
struct drm_gem_object;
struct miracast_slot;
struct miracast_stream;

struct miracast_slot *miracast_direct_begin(struct miracast_stream *stream,
					    const struct drm_framebuffer *fb,
					    u32 x, u32 y,
					    struct drm_gem_object **evicted);
void miracast_direct_replace(struct miracast_stream *stream,
			     const struct drm_framebuffer *fb, u32 x, u32 y);
bool miracast_direct_flip_done(struct miracast_stream *stream, bool late);
void miracast_direct_revoke(struct miracast_stream *stream);
void miracast_direct_forget(struct miracast_stream *stream);

/* Not locked. */
bool miracast_direct_is_exact(const struct drm_framebuffer *fb, u32 width,
			      u32 height);
void miracast_direct_take_back(struct miracast_stream *stream);

#endif
