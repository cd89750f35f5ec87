/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DIRECT delivery: the buffer table and the holds. All under the target's lock.
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

#endif
