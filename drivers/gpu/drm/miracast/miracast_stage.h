/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Staged changes: planes and gamma table of a commit, until the flush of the CRTC.
 */
#ifndef _MIRACAST_STAGE_H_
#define _MIRACAST_STAGE_H_

#include <linux/ktime.h>
#include <linux/types.h>

#include <drm/drm_rect.h>

#include "miracast_damage.h"
#include "miracast_gamma.h"

struct drm_crtc_state;
struct drm_framebuffer;
struct drm_plane_state;

/**
 * struct miracast_staged - A commit on its way to the screen
 * @primary: the primary plane is part of the commit
 * @fb: its framebuffer, without a reference, or NULL
 * @covers: the part of the picture that it covers
 * @x: left edge of @covers in @fb
 * @y: top edge of @covers in @fb
 * @damage: its damage
 * @cursor: state of the cursor plane if it is part of the commit, or NULL
 * @regamma: the commit may have another gamma table
 * @gamma: that table
 * @time: when it reached the hardware stage
 * @settled: the picture before it had its times already, and the primary plane is not
 *	part of the commit
 * @sequence: vblank at which it is on the screen
 * @shown: time of that vblank
 * @paced: it has no flip that waits for that vblank: a legacy cursor goes on or off
 *
 * Part of the CRTC's state, zero in a new one. Only touched by the commit itself, at the
 * hardware stage; pointers are not valid after that.
 */
struct miracast_staged {
	bool primary;
	struct drm_framebuffer *fb;
	struct drm_rect covers;
	u32 x;
	u32 y;
	struct miracast_damage damage;
	const struct drm_plane_state *cursor;
	bool regamma;
	struct miracast_gamma gamma;
	ktime_t time;
	bool settled;
	u64 sequence;
	ktime_t shown;
	bool paced;
};

void miracast_stage_primary(struct miracast_staged *staged,
			    struct drm_plane_state *old,
			    struct drm_plane_state *new,
			    bool repeated);
void miracast_stage_gamma(struct miracast_staged *staged,
			  const struct drm_crtc_state *state);

#endif
