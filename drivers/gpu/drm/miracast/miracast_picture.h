/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether the owner gets the picture, and why not.
 */
#ifndef _MIRACAST_PICTURE_H_
#define _MIRACAST_PICTURE_H_

#include <linux/types.h>

#include "miracast_monitor.h"

struct drm_framebuffer;
struct miracast_target;

/**
 * struct miracast_scanout - Mode and planes of a target, and their masters
 * @on: the CRTC is on
 * @mode: its mode
 * @lit_by: the master that lit it, 0 while it is off
 * @fb: the primary plane has a framebuffer
 * @fb_master: the master that it belongs to
 * @fb_readable: it is mapped, and large enough
 * @cursor: the cursor plane has a framebuffer
 * @cursor_master: the master that it belongs to
 *
 * Guarded by the target's spinlock. Masters are named by their numbers.
 */
struct miracast_scanout {
	bool on;
	struct miracast_mode mode;
	u64 lit_by;
	bool fb;
	u64 fb_master;
	bool fb_readable;
	bool cursor;
	u64 cursor_master;
};

/**
 * struct miracast_use - What the planes of a target are used for
 * @primary_read: the CPU reads the primary plane: COPY, or frame CRCs
 * @primary_whole: the primary plane must cover the screen: DIRECT
 * @cursor_read: the CPU reads cursors: any context, or frame CRCs
 * @cursor_blended: the cursor is part of the picture
 * @cursor_unseen: the owner does not see the cursor plane: in DIRECT it is not
 *	blended, and the owner did not ask for metadata
 * @cursor_optional: commits go on without a cursor that cannot be mapped: any
 *	context
 * @gamma_applied: gamma is part of the picture: all but DIRECT
 */
struct miracast_use {
	bool primary_read;
	bool primary_whole;
	bool cursor_read;
	bool cursor_blended;
	bool cursor_unseen;
	bool cursor_optional;
	bool gamma_applied;
};

/* The capture side reports; the target's lock is taken inside. */
void miracast_picture_set_primary(struct miracast_target *target,
				  const struct drm_framebuffer *fb,
				  bool readable);
void miracast_picture_set_cursor(struct miracast_target *target,
				 const struct drm_framebuffer *fb);
void miracast_picture_settled(struct miracast_target *target);

/* Under the target's lock. */
bool miracast_picture_may_flow(const struct miracast_target *target);
bool miracast_picture_is_owners(const struct miracast_target *target, u64 master);
bool miracast_picture_belongs(const struct miracast_target *target);
u32 miracast_picture_state(const struct miracast_target *target);
bool miracast_picture_flows(const struct miracast_target *target);
bool miracast_picture_may_deliver(const struct miracast_target *target);
void miracast_picture_update(struct miracast_target *target);

/* The target's lock is taken inside. */
void miracast_picture_get_use(struct miracast_target *target,
			      struct miracast_use *use);

#endif
