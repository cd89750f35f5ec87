/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the planes of a commit, and its gamma table, leave for its flush.
 */
#ifndef _MIRACAST_STAGE_H_
#define _MIRACAST_STAGE_H_

#include <linux/types.h>

struct drm_crtc_state;
struct drm_plane_state;
struct miracast_target;

void miracast_stage_primary(struct miracast_target *target,
			    struct drm_plane_state *old,
			    struct drm_plane_state *new,
			    bool repeated);
void miracast_stage_cursor(struct miracast_target *target,
			   const struct drm_plane_state *state);
void miracast_stage_gamma(struct miracast_target *target,
			  const struct drm_crtc_state *state);

#endif
