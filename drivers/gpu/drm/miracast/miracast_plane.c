// SPDX-License-Identifier: GPL-2.0
/*
 * The planes of a target: checks and updates.
 *
 * Updates only stage what they show; the CRTC's flush adopts all of it at once.
 */
#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_atomic_state_helper.h>
#include <drm/drm_blend.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem_atomic_helper.h>
#include <drm/drm_print.h>

#include "miracast_compat.h"
#include "miracast_drv.h"
#include "miracast_fb.h"
#include "miracast_stage.h"
#include "miracast_target.h"

static const u32 primary_formats[] = {
	DRM_FORMAT_XRGB8888,
	DRM_FORMAT_XBGR8888,
	DRM_FORMAT_ARGB8888,
	DRM_FORMAT_ABGR8888,
	DRM_FORMAT_RGB565,
};

static const u32 cursor_formats[] = {
	DRM_FORMAT_ARGB8888,
};

static const u64 modifiers[] = {
	DRM_FORMAT_MOD_LINEAR,
	DRM_FORMAT_MOD_INVALID,
};

static struct miracast_target *plane_target(const struct drm_plane_state *state)
{
	return crtc_to_miracast_target(state->crtc);
}

static int refuse(const struct drm_plane_state *state, const char *reason)
{
	drm_dbg_atomic(state->plane->dev, "[PLANE:%d:%s] %s\n",
		       state->plane->base.id, state->plane->name, reason);

	return -EINVAL;
}

static bool has_fraction(const struct drm_plane_state *state)
{
	return (state->src_x | state->src_y | state->src_w | state->src_h) &
	       0xffff;
}

/* Planes may be anywhere, also partly or wholly outside of the screen. */
static int check_plane(struct drm_plane_state *state,
		       struct drm_atomic_state *atomic)
{
	struct drm_crtc_state *crtc_state =
		drm_atomic_get_new_crtc_state(atomic, state->crtc);
	int ret;

	if (has_fraction(state))
		return refuse(state, "the source is not at whole pixels");

	ret = drm_atomic_helper_check_plane_state(state, crtc_state,
						  DRM_PLANE_NO_SCALING,
						  DRM_PLANE_NO_SCALING,
						  true, true);
	if (ret)
		return ret;

	/* Far to the left or above, the helper's differences overflow. */
	if (state->dst.x1 < 0 || state->dst.y1 < 0)
		state->visible = false;

	return 0;
}

static int primary_atomic_check(struct drm_plane *plane,
				struct drm_atomic_state *atomic)
{
	struct drm_plane_state *state =
		drm_atomic_get_new_plane_state(atomic, plane);
	struct miracast_use use;
	int ret;

	if (!state->crtc)
		return 0;

	ret = check_plane(state, atomic);
	if (ret)
		return ret;

	/*
	 * A framebuffer that will be read is mapped here, so that TEST_ONLY fails
	 * where the commit would. The mapping stays with the framebuffer's memory.
	 */
	miracast_picture_get_use(plane_target(state), &use);

	ret = use.primary_read ? miracast_fb_map(state->fb) : 0;
	if (ret)
		drm_dbg_atomic(plane->dev, "[PLANE:%d:%s] [FB:%d] not mapped: %d\n",
			       plane->base.id, plane->name, state->fb->base.id,
			       ret);

	return ret;
}

static struct miracast_crtc_state *
get_new_crtc_state(struct drm_atomic_state *atomic, struct drm_crtc *crtc)
{
	return to_miracast_crtc_state(drm_atomic_get_new_crtc_state(atomic, crtc));
}

/* Check whether the commit only repeats the present state. */
static bool is_repetition(struct miracast_crtc_state *state)
{
	return state->internal && !drm_atomic_crtc_needs_modeset(&state->base);
}

/* The committing master shows the framebuffer, if it is a new one. */
static void show_fb(const struct miracast_crtc_state *state,
		    const struct drm_framebuffer *old, struct drm_framebuffer *new)
{
	if (!new || new == old)
		return;

	miracast_fb_show(new, state->committer);
	miracast_master_shows(to_miracast_device(new->dev), state->committer);
}

static void primary_atomic_update(struct drm_plane *plane,
				  struct drm_atomic_state *atomic)
{
	struct drm_plane_state *old =
		drm_atomic_get_old_plane_state(atomic, plane);
	struct drm_plane_state *new =
		drm_atomic_get_new_plane_state(atomic, plane);
	struct drm_crtc *crtc = new->crtc ?: old->crtc;
	struct miracast_crtc_state *state;

	if (!crtc)
		return;

	state = get_new_crtc_state(atomic, crtc);
	show_fb(state, old->fb, new->fb);
	miracast_stage_primary(&state->staged, old, new, is_repetition(state));
}

/* After -ENOMEM or an interruption, the client may try again and get its cursor. */
static bool is_lasting(int error)
{
	return error != -ENOMEM && error != -EINTR && error != -ERESTARTSYS;
}

static int cursor_atomic_check(struct drm_plane *plane,
			       struct drm_atomic_state *atomic)
{
	struct drm_plane_state *state =
		drm_atomic_get_new_plane_state(atomic, plane);
	struct miracast_use use;
	int ret;

	if (!state->crtc)
		return 0;

	/*
	 * In DIRECT the cursor plane may be invisible to the owner. Legacy calls set
	 * the cursor alone: when one is refused, the client draws the cursor itself. An
	 * atomic commit sets the picture as well, and not every compositor can commit
	 * another one, so it is not refused. On a CRTC that goes off, no cursor is seen
	 * anyway.
	 */
	miracast_picture_get_use(plane_target(state), &use);
	if (use.cursor_unseen && atomic->legacy_cursor_update &&
	    drm_atomic_get_new_crtc_state(atomic, state->crtc)->active)
		return refuse(state, "the owner does not see a cursor");

	ret = check_plane(state, atomic);
	if (ret)
		return ret;

	/* The source rectangle is the cursor, also when it is partly off the screen. */
	if (state->src_w >> 16 > MIRACAST_CURSOR_SIZE ||
	    state->src_h >> 16 > MIRACAST_CURSOR_SIZE)
		return refuse(state, "the cursor is too large");

	if (!use.cursor_read)
		return 0;

	ret = miracast_fb_map(state->fb);
	if (!ret || !is_lasting(ret) || !use.cursor_optional ||
	    atomic->legacy_cursor_update)
		return ret;

	/* Not refused: not every compositor can commit without the cursor, as above. */
	drm_dbg_kms(plane->dev, "[PLANE:%d:%s] not mapped (%d): no cursor\n",
		    plane->base.id, plane->name, ret);

	return 0;
}

static void cursor_atomic_update(struct drm_plane *plane,
				 struct drm_atomic_state *atomic)
{
	struct drm_plane_state *old =
		drm_atomic_get_old_plane_state(atomic, plane);
	struct drm_plane_state *new =
		drm_atomic_get_new_plane_state(atomic, plane);
	struct drm_crtc *crtc = new->crtc ?: old->crtc;
	struct miracast_crtc_state *state;

	if (!crtc)
		return;

	state = get_new_crtc_state(atomic, crtc);
	show_fb(state, old->fb, new->fb);
	state->staged.cursor = new;
}

static int
cursor_atomic_async_check(struct drm_plane *plane,
			  MIRACAST_COMPAT_AND_FLIP(struct drm_atomic_state *atomic))
{
	struct drm_plane_state *state =
		drm_atomic_get_new_plane_state(atomic, plane);

	/* Switching the cursor on or off changes more than the plane. */
	if (!plane->state->fb || !state->fb || !state->crtc->state->active)
		return -EINVAL;

	/* Only a commit waits until the new pixels are there. */
	return miracast_fb_is_idle(state->fb) ? 0 : -EINVAL;
}

static void cursor_atomic_async_update(struct drm_plane *plane,
				       struct drm_atomic_state *atomic)
{
	struct drm_plane_state *new =
		drm_atomic_get_new_plane_state(atomic, plane);
	struct drm_plane_state *state = plane->state;

	show_fb(get_new_crtc_state(atomic, new->crtc), state->fb, new->fb);
	state->src_x = new->src_x;
	state->src_y = new->src_y;
	state->src_w = new->src_w;
	state->src_h = new->src_h;
	state->crtc_x = new->crtc_x;
	state->crtc_y = new->crtc_y;
	state->crtc_w = new->crtc_w;
	state->crtc_h = new->crtc_h;
	state->src = new->src;
	state->dst = new->dst;
	state->visible = new->visible;
	swap(state->fb, new->fb);

	miracast_capture_cursor_now(plane_target(state), state);
}

static const struct drm_plane_helper_funcs primary_helper_funcs = {
	.prepare_fb = drm_gem_plane_helper_prepare_fb,
	.atomic_check = primary_atomic_check,
	.atomic_update = primary_atomic_update,
};

static const struct drm_plane_helper_funcs cursor_helper_funcs = {
	.prepare_fb = drm_gem_plane_helper_prepare_fb,
	.atomic_check = cursor_atomic_check,
	.atomic_update = cursor_atomic_update,
	.atomic_async_check = cursor_atomic_async_check,
	.atomic_async_update = cursor_atomic_async_update,
};

static const struct drm_plane_funcs plane_funcs = {
	.update_plane = drm_atomic_helper_update_plane,
	.disable_plane = drm_atomic_helper_disable_plane,
	.destroy = drm_plane_cleanup,
	.reset = drm_atomic_helper_plane_reset,
	.atomic_duplicate_state = drm_atomic_helper_plane_duplicate_state,
	.atomic_destroy_state = drm_atomic_helper_plane_destroy_state,
};

/*
 * Declare how alpha is read. The cursor's pixels are premultiplied. Below the primary
 * plane is only black, so its alpha changes nothing: "premultiplied" and "ignored" are
 * both right.
 */
static int create_blend_modes(struct miracast_target *target)
{
	unsigned int premultiplied = BIT(DRM_MODE_BLEND_PREMULTI);
	unsigned int ignored = BIT(DRM_MODE_BLEND_PIXEL_NONE);
	int ret;

	ret = drm_plane_create_blend_mode_property(&target->primary,
						   premultiplied | ignored);
	if (ret)
		return ret;

	return drm_plane_create_blend_mode_property(&target->cursor,
						    premultiplied);
}

/**
 * miracast_planes_init - Register the planes of a target
 * @target: the target
 *
 * Return: 0 or a negative errno.
 */
int miracast_planes_init(struct miracast_target *target)
{
	struct drm_device *drm = &target->mdev->drm;
	u32 crtcs = BIT(target->index);
	int ret;

	ret = drm_universal_plane_init(drm, &target->primary, crtcs,
				       &plane_funcs, primary_formats,
				       ARRAY_SIZE(primary_formats), modifiers,
				       DRM_PLANE_TYPE_PRIMARY, NULL);
	if (ret)
		return ret;
	drm_plane_helper_add(&target->primary, &primary_helper_funcs);
	drm_plane_enable_fb_damage_clips(&target->primary);

	ret = drm_universal_plane_init(drm, &target->cursor, crtcs,
				       &plane_funcs, cursor_formats,
				       ARRAY_SIZE(cursor_formats), modifiers,
				       DRM_PLANE_TYPE_CURSOR, NULL);
	if (ret)
		return ret;
	drm_plane_helper_add(&target->cursor, &cursor_helper_funcs);

	return create_blend_modes(target);
}
