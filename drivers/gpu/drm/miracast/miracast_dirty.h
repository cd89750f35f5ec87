/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Drawing into the framebuffer on the screen, which clients report by DIRTYFB.
 */
#ifndef _MIRACAST_DIRTY_H_
#define _MIRACAST_DIRTY_H_

#include <linux/ktime.h>
#include <linux/mutex.h>

#include "miracast_damage.h"

struct drm_clip_rect;
struct drm_file;
struct drm_framebuffer;

/**
 * struct miracast_dirty - What was drawn since miracast_dirty_take()
 * @lock: guards all of it; inside the lock of the primary plane and the capture
 *	lock, held for no longer than merging takes
 * @fb: framebuffer that was drawn into last; only for comparison, no reference
 * @damage: what was drawn, in pixels of the picture
 * @time: when the first of it was reported
 */
struct miracast_dirty {
	struct mutex lock;
	const struct drm_framebuffer *fb;
	struct miracast_damage damage;
	ktime_t time;
};

void miracast_dirty_init(struct miracast_dirty *dirty);
void miracast_dirty_fini(struct miracast_dirty *dirty);

int miracast_dirty_report(struct drm_framebuffer *fb, struct drm_file *file,
			  unsigned int flags, unsigned int color,
			  struct drm_clip_rect *clips, unsigned int count);
bool miracast_dirty_is(struct miracast_dirty *dirty,
		       const struct drm_framebuffer *fb);
bool miracast_dirty_take(struct miracast_dirty *dirty,
			 struct miracast_damage *damage, ktime_t *time);

#endif
