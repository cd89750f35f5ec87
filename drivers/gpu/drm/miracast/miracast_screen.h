/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The screen of a target: the present picture.
 */
#ifndef _MIRACAST_SCREEN_H_
#define _MIRACAST_SCREEN_H_

#include <linux/ktime.h>
#include <linux/types.h>

struct drm_framebuffer;
struct drm_plane_state;
struct miracast_capture;
struct miracast_read;
struct miracast_shown;
struct miracast_staged;
struct miracast_target;

/* From a commit, in this order; the capture lock is taken inside. */
void miracast_screen_adopt(struct miracast_target *target,
			   struct miracast_staged *staged);
void miracast_screen_show(struct miracast_target *target,
			  const struct miracast_staged *staged,
			  struct miracast_shown *shown);

/* Under the capture lock. */
bool miracast_screen_take_drawn(struct miracast_target *target,
				const struct miracast_read *read, u64 sequence,
				ktime_t shown);
bool miracast_screen_change_cursor(struct miracast_target *target,
				   const struct drm_plane_state *state,
				   bool readable,
				   const struct miracast_read *read,
				   u64 sequence, ktime_t shown);
void miracast_screen_change_unread(struct miracast_target *target,
				   const struct drm_framebuffer *fb,
				   u64 sequence, ktime_t shown);
void miracast_screen_unlock_and_drop(struct miracast_target *target);
void miracast_screen_lock_for_commit(struct miracast_capture *capture);

/* The capture lock is taken inside. */
bool miracast_screen_is_usable(struct miracast_target *target);

#endif
