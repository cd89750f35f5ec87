// SPDX-License-Identifier: GPL-2.0
/*
 * Staged changes: planes and gamma table of a commit, until the flush of the CRTC.
 *
 * They are part of the CRTC's state: only the commit itself writes them, at the hardware
 * stage, and reads them when it adopts and shows them. No lock is needed. Nothing is on
 * the screen yet.
 */
#include <drm/drm_atomic.h>
#include <drm/drm_blend.h>
#include <drm/drm_damage_helper.h>
#include <drm/drm_framebuffer.h>

#include "miracast_damage.h"
#include "miracast_gamma.h"
#include "miracast_stage.h"

/* With more clips than this, a commit's bounding box is damaged. */
#define MAX_CLIPS_IN	(4 * DRM_MIRACAST_MAX_CLIPS)

/*
 * Clips are in coordinates of the framebuffer, damage in those of the picture, and only
 * inside of it.
 */
static void stage_clip(struct miracast_staged *staged, struct drm_rect *clip)
{
	drm_rect_translate(clip, staged->covers.x1 - (int)staged->x,
			   staged->covers.y1 - (int)staged->y);
	if (drm_rect_intersect(clip, &staged->covers))
		miracast_damage_add(&staged->damage, clip);
}

/* Get the part of the picture that a state of the primary plane covers. */
static void get_covers(const struct drm_plane_state *state,
		       struct drm_rect *covers)
{
	if (state->crtc && state->fb && state->visible)
		*covers = state->dst;
	else
		drm_rect_init(covers, 0, 0, 0, 0);
}

/* Stage a change of the part that is covered; returns whether there is one. */
static bool stage_place(struct miracast_staged *staged,
			const struct drm_plane_state *old,
			const struct drm_plane_state *new)
{
	struct drm_rect before;

	get_covers(old, &before);
	get_covers(new, &staged->covers);
	if (drm_rect_equals(&before, &staged->covers))
		return false;

	miracast_damage_add(&staged->damage, &before);
	miracast_damage_add(&staged->damage, &staged->covers);

	return true;
}

/**
 * miracast_stage_primary - The primary plane of the commit
 * @staged: staged of the CRTC's new state
 * @old: its old state
 * @new: its new state
 * @repeated: it is on the screen already, so there is no damage
 *
 * From the plane's atomic_update; takes effect at the CRTC's flush.
 */
void miracast_stage_primary(struct miracast_staged *staged,
			    struct drm_plane_state *old,
			    struct drm_plane_state *new,
			    bool repeated)
{
	struct drm_atomic_helper_damage_iter iter;
	struct drm_rect clip;

	staged->primary = true;
	staged->fb = new->visible ? new->fb : NULL;
	staged->x = new->src.x1 >> 16;
	staged->y = new->src.y1 >> 16;
	if (stage_place(staged, old, new) || repeated)
		return;

	/* User space may pass any number of clips; merging them costs time. */
	if (drm_plane_get_damage_clips_count(new) > MAX_CLIPS_IN) {
		if (drm_atomic_helper_damage_merged(old, new, &clip))
			stage_clip(staged, &clip);
		return;
	}

	drm_atomic_helper_damage_iter_init(&iter, old, new);
	drm_atomic_for_each_plane_damage(&iter, &clip)
		stage_clip(staged, &clip);
}

/**
 * miracast_stage_gamma - The gamma table of the commit
 * @staged: staged of the CRTC's new state
 * @state: that state
 *
 * From the CRTC's atomic_flush, before miracast_screen_adopt(). A table that was
 * set while the CRTC was off is found by the mode set.
 */
void miracast_stage_gamma(struct miracast_staged *staged,
			  const struct drm_crtc_state *state)
{
	const struct drm_property_blob *blob = state->gamma_lut;

	if (!state->color_mgmt_changed && !drm_atomic_crtc_needs_modeset(state))
		return;

	staged->regamma = true;
	miracast_gamma_init(&staged->gamma, blob ? blob->data : NULL);
}
