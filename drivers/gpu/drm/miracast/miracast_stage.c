// SPDX-License-Identifier: GPL-2.0
/*
 * What the planes of a commit, and its gamma table, leave for the flush of the CRTC.
 *
 * It is part of the CRTC's state: only the commit itself writes it, at the hardware
 * stage, and reads it again when it adopts and shows it. No lock is needed. Nothing is
 * shown yet.
 */
#include <drm/drm_atomic.h>
#include <drm/drm_blend.h>
#include <drm/drm_damage_helper.h>
#include <drm/drm_framebuffer.h>

#include "miracast_damage.h"
#include "miracast_gamma.h"
#include "miracast_stage.h"

/* Most clips of a commit that are kept apart. */
#define MAX_CLIPS_IN	(4 * DRM_MIRACAST_MAX_CLIPS)

/*
 * Clips are in framebuffer coordinates, damage in those of the picture; outside of
 * it nothing is damaged.
 */
static void stage_clip(struct miracast_staged *staged, struct drm_rect *clip)
{
	drm_rect_translate(clip, staged->covers.x1 - (int)staged->x,
			   staged->covers.y1 - (int)staged->y);
	if (drm_rect_intersect(clip, &staged->covers))
		miracast_damage_add(&staged->damage, clip);
}

/* What a state of the primary plane covers of the picture. */
static void get_covers(const struct drm_plane_state *state,
		       struct drm_rect *covers)
{
	if (state->crtc && state->fb && state->visible)
		*covers = state->dst;
	else
		drm_rect_init(covers, 0, 0, 0, 0);
}

/* Returns whether another part of the picture is covered now, and stages that. */
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
 * @repeated: it is shown already, so nothing of it is damage
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
