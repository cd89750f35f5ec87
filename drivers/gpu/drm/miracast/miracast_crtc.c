// SPDX-License-Identifier: GPL-2.0
/*
 * The CRTC of a target: which modes it takes, and the order of a commit.
 *
 * A commit reaches the hardware stage in atomic_flush. There the staged planes are
 * adopted, which waits for the last reader of the framebuffer that they replace. Then the
 * flip is armed for the next vblank. The picture is captured after that.
 */
#include <linux/slab.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_atomic_state_helper.h>
#include <drm/drm_color_mgmt.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_print.h>
#include <drm/drm_rect.h>
#include <drm/drm_vblank.h>

#include "miracast_budget.h"
#include "miracast_compat.h"
#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_port.h"
#include "miracast_screen.h"
#include "miracast_stage.h"
#include "miracast_stream.h"
#include "miracast_target.h"

static const struct miracast_limits device_limits = {
	.width = MIRACAST_MAX_WIDTH,
	.height = MIRACAST_MAX_HEIGHT,
	.refresh_mhz = MIRACAST_MAX_REFRESH_MHZ,
	.macroblock_rate = MIRACAST_MAX_MACROBLOCK_RATE,
};

static void crtc_destroy_state(struct drm_crtc *crtc,
			       struct drm_crtc_state *state)
{
	__drm_atomic_helper_crtc_destroy_state(state);
	kfree(to_miracast_crtc_state(state));
}

static struct drm_crtc_state *crtc_duplicate_state(struct drm_crtc *crtc)
{
	struct miracast_crtc_state *old = to_miracast_crtc_state(crtc->state);
	struct miracast_crtc_state *state;

	state = kzalloc(sizeof(*state), GFP_KERNEL);
	if (!state)
		return NULL;

	__drm_atomic_helper_crtc_duplicate_state(crtc, &state->base);
	state->generation = old->generation;
	state->master_serial = old->master_serial;

	return &state->base;
}

static void crtc_reset(struct drm_crtc *crtc)
{
	struct miracast_crtc_state *state;

	if (crtc->state)
		crtc_destroy_state(crtc, crtc->state);

	state = kzalloc(sizeof(*state), GFP_KERNEL);
	__drm_atomic_helper_crtc_reset(crtc, state ? &state->base : NULL);
}

static enum drm_mode_status
crtc_mode_valid(struct drm_crtc *crtc, const struct drm_display_mode *drm_mode)
{
	struct miracast_target *target = crtc_to_miracast_target(crtc);
	struct miracast_limits limits;
	struct miracast_mode mode;

	if (drm_mode->flags & DRM_MODE_FLAG_INTERLACE)
		return MODE_NO_INTERLACE;
	if (drm_mode->flags & DRM_MODE_FLAG_DBLSCAN)
		return MODE_NO_DBLESCAN;
	if (drm_mode->flags & DRM_MODE_FLAG_3D_MASK)
		return MODE_NO_STEREO;
	if (drm_mode->vscan > 1)
		return MODE_NO_VSCAN;
	/* DRM core computes the length of a frame with an int. */
	if ((u64)drm_mode->htotal * drm_mode->vtotal > INT_MAX)
		return MODE_BAD_VVALUE;

	miracast_mode_from_drm(&mode, drm_mode);
	if (mode.refresh_mhz < MIRACAST_MIN_REFRESH_MHZ)
		return MODE_CLOCK_LOW;
	if (!miracast_mode_within(&mode, &device_limits) ||
	    miracast_macroblocks(mode.width, mode.height) >
		    MIRACAST_MAX_FRAME_MACROBLOCKS ||
	    miracast_macroblock_rate(mode.width, mode.height,
				     mode.refresh_mhz) >
		    MIRACAST_MAX_MACROBLOCK_RATE)
		return MODE_CLOCK_HIGH;
	if (miracast_port_limits(target, &limits) &&
	    !miracast_mode_within(&mode, &limits))
		return MODE_BAD;

	return MODE_OK;
}

/* Channels have 8 bits: a table must have an entry for each value. */
static bool has_bad_gamma(const struct drm_crtc_state *state)
{
	int size;

	if (!state->color_mgmt_changed || !state->gamma_lut)
		return false;

	size = drm_color_lut_size(state->gamma_lut);
	if (size == MIRACAST_GAMMA_SIZE)
		return false;

	drm_dbg_atomic(state->crtc->dev,
		       "[CRTC:%d:%s] gamma table of %d entries, not %d\n",
		       state->crtc->base.id, state->crtc->name, size,
		       MIRACAST_GAMMA_SIZE);

	return true;
}

/* Check whether the primary plane that the commit sets is all of the screen. */
static bool is_whole(struct drm_atomic_state *state, struct drm_crtc *crtc,
		     const struct drm_crtc_state *new)
{
	const struct drm_plane_state *plane =
		drm_atomic_get_new_plane_state(state, crtc->primary);
	struct drm_rect screen = DRM_RECT_INIT(0, 0, new->mode.hdisplay,
					       new->mode.vdisplay);

	/* A mode set includes all planes that are on. */
	if (!plane)
		return !drm_atomic_crtc_needs_modeset(new);

	return plane->crtc == crtc && plane->visible &&
	       drm_rect_equals(&plane->dst, &screen);
}

/*
 * DIRECT hands out one framebuffer, so the framebuffer must be the whole picture. A
 * client whose commit is refused composes the picture itself. Commits of the driver, and
 * the one after suspend, are not refused: they restore a state from before the owner.
 */
static bool cannot_be_handed_out(struct drm_atomic_state *state,
				 struct drm_crtc *crtc,
				 struct drm_crtc_state *new)
{
	struct miracast_use use;

	if (!new->active || state->duplicated ||
	    to_miracast_crtc_state(new)->internal)
		return false;

	miracast_picture_get_use(crtc_to_miracast_target(crtc), &use);

	if (!use.primary_whole || is_whole(state, crtc, new))
		return false;

	drm_dbg_atomic(crtc->dev,
		       "[CRTC:%d:%s] DIRECT needs a framebuffer of the whole picture\n",
		       crtc->base.id, crtc->name);

	return true;
}

/*
 * Check whether DRM core makes the commit because a file is being closed, whose framebuffers
 * leave the planes. A client may be the newest master meanwhile; it is not its commit. DRM
 * core leaves legacy cursors where they are: a commit that lights or shows something, and
 * takes one away, is a client's.
 */
static bool is_abandoned(struct drm_atomic_state *state, struct drm_crtc *crtc)
{
	struct drm_plane_state *old, *new;
	struct drm_plane *plane;
	bool leaving = false;
	unsigned int i;

	for_each_oldnew_plane_in_state(state, plane, old, new, i) {
		if (new->crtc == crtc)
			return false;
		if (old->crtc == crtc && old->fb)
			leaving |= miracast_fb_is_leaving(old->fb);
	}

	return leaving;
}

/* Name the master whose commit it is, 0 for nobody's. */
static u64 committer_of(struct drm_atomic_state *state, struct drm_crtc *crtc,
			const struct miracast_crtc_state *own)
{
	if (own->internal ||
	    (!drm_atomic_crtc_needs_modeset(&own->base) && is_abandoned(state, crtc)))
		return 0;

	return miracast_master_newest(crtc_to_miracast_target(crtc)->mdev);
}

static int crtc_atomic_check(struct drm_crtc *crtc,
			     struct drm_atomic_state *state)
{
	struct miracast_target *target = crtc_to_miracast_target(crtc);
	struct drm_crtc_state *new = drm_atomic_get_new_crtc_state(state, crtc);
	struct miracast_crtc_state *own = to_miracast_crtc_state(new);

	if (has_bad_gamma(new) || cannot_be_handed_out(state, crtc, new))
		return -EINVAL;

	own->committer = committer_of(state, crtc, own);
	if (drm_atomic_crtc_needs_modeset(new) && new->active) {
		own->generation = miracast_port_generation(target);
		if (!own->internal)
			own->master_serial = own->committer;
	}

	return 0;
}

static void crtc_atomic_enable(struct drm_crtc *crtc,
			       struct drm_atomic_state *state)
{
	struct miracast_target *target = crtc_to_miracast_target(crtc);
	struct drm_crtc_state *new = drm_atomic_get_new_crtc_state(state, crtc);
	struct miracast_crtc_state *own = to_miracast_crtc_state(new);
	struct miracast_mode mode;

	miracast_vblank_on(crtc);
	miracast_mode_from_drm(&mode, &new->adjusted_mode);
	miracast_capture_enable(target, &mode);
	miracast_master_shows(target->mdev, own->committer);
	miracast_port_lit(target, &mode, own->master_serial, own->generation);
}

static void crtc_atomic_disable(struct drm_crtc *crtc,
				struct drm_atomic_state *state)
{
	struct miracast_target *target = crtc_to_miracast_target(crtc);
	struct drm_crtc_state *new = drm_atomic_get_new_crtc_state(state, crtc);

	miracast_capture_disable(target);
	miracast_vblank_off(crtc);
	miracast_capture_disarm(target);
	miracast_hdcp_fell_back(target, state);
	if (!new->active)
		miracast_port_unlit(target);
}

static void crtc_atomic_flush(struct drm_crtc *crtc,
			      struct drm_atomic_state *state)
{
	struct miracast_target *target = crtc_to_miracast_target(crtc);
	struct drm_crtc_state *new = drm_atomic_get_new_crtc_state(state, crtc);
	struct miracast_staged *staged = &to_miracast_crtc_state(new)->staged;
	struct drm_pending_vblank_event *event = new->event;

	if (!new->active)
		return;

	miracast_hdcp_commit(target, state);
	miracast_stage_gamma(staged, new);
	miracast_screen_adopt(target, staged);
	new->event = NULL;
	staged->paced = !event;
	if (event)
		staged->sequence = miracast_vblank_arm_flip(crtc, event,
							    &staged->shown);
	else
		staged->sequence = miracast_vblank_next(crtc, &staged->shown);
}

static const struct drm_crtc_helper_funcs crtc_helper_funcs = {
	.mode_valid = crtc_mode_valid,
	.atomic_check = crtc_atomic_check,
	.atomic_enable = crtc_atomic_enable,
	.atomic_disable = crtc_atomic_disable,
	.atomic_flush = crtc_atomic_flush,
};

static const struct drm_crtc_funcs crtc_funcs = {
	.reset = crtc_reset,
	.destroy = drm_crtc_cleanup,
	.set_config = drm_atomic_helper_set_config,
	.page_flip = drm_atomic_helper_page_flip,
	.atomic_duplicate_state = crtc_duplicate_state,
	.atomic_destroy_state = crtc_destroy_state,
	.enable_vblank = miracast_vblank_enable,
	.disable_vblank = miracast_vblank_disable,
	.get_vblank_counter = miracast_vblank_counter,
	.get_vblank_timestamp = miracast_vblank_timestamp,
	.get_crc_sources = miracast_crc_sources,
	.verify_crc_source = miracast_crc_verify_source,
	.set_crc_source = miracast_crc_set_source,
};

/* A flip waits while a DIRECT owner still reads the framebuffer that it replaces. */
static bool crtc_flip_done(struct drm_crtc *crtc, bool late)
{
	struct miracast_target *target = crtc_to_miracast_target(crtc);
	unsigned long flags;
	bool done;

	spin_lock_irqsave(&target->lock, flags);
	done = !target->stream || !target->stream->direct ||
	       miracast_direct_flip_done(target->stream, late);
	spin_unlock_irqrestore(&target->lock, flags);

	return done;
}

static void crtc_tick(struct drm_crtc *crtc)
{
	miracast_capture_tick(crtc_to_miracast_target(crtc));
}

static const struct miracast_vblank_funcs vblank_funcs = {
	.flip_done = crtc_flip_done,
	.tick = crtc_tick,
};

static int switch_off_abandoned(struct drm_crtc *crtc, u64 master,
				struct drm_modeset_acquire_ctx *ctx)
{
	struct drm_mode_set off = { .crtc = crtc };
	const struct miracast_crtc_state *own;
	int ret;

	ret = drm_modeset_lock(&crtc->mutex, ctx);
	if (!ret)
		ret = drm_modeset_lock(&crtc->primary->mutex, ctx);
	if (ret)
		return ret;

	own = to_miracast_crtc_state(crtc->state);
	if (!crtc->state->active || crtc->primary->state->fb ||
	    own->master_serial != master)
		return 0;
	/* Another master has it now, and has switched the plane off. */
	if (own->committer && own->committer != master)
		return 0;

	return drm_atomic_helper_set_config(&off, ctx);
}

/**
 * miracast_crtc_master_gone - Switch a CRTC off that a DRM master has left on
 * @target: the target
 * @master: number of the master, not the current one any more
 *
 * DRM core takes the framebuffers of a closed file off the planes, but leaves the CRTC on
 * unless the driver refuses that. The screen would be black until another master comes.
 * Takes mode-setting locks; sleeps.
 */
void miracast_crtc_master_gone(struct miracast_target *target, u64 master)
{
	struct drm_modeset_acquire_ctx ctx;
	unsigned long flags;
	bool lit;
	int ret;

	/* First without mode-setting locks, which may be held for long. */
	spin_lock_irqsave(&target->lock, flags);
	lit = target->scanout.lit_by == master;
	spin_unlock_irqrestore(&target->lock, flags);
	if (!lit)
		return;

	drm_modeset_acquire_init(&ctx, 0);
	while ((ret = switch_off_abandoned(&target->crtc, master, &ctx)) ==
	       -EDEADLK)
		drm_modeset_backoff(&ctx);
	drm_modeset_drop_locks(&ctx);
	drm_modeset_acquire_fini(&ctx);
	if (ret)
		drm_dbg_kms(&target->mdev->drm, "cannot switch %s off: %d\n",
			    target->crtc.name, ret);
}

/**
 * miracast_crtc_init - Register the CRTC of a target
 * @target: the target, its planes registered
 *
 * Return: 0 or a negative errno.
 */
int miracast_crtc_init(struct miracast_target *target)
{
	int ret;

	miracast_vblank_init(&target->vblank, &vblank_funcs);
	ret = drm_crtc_init_with_planes(&target->mdev->drm, &target->crtc,
					&target->primary, &target->cursor,
					&crtc_funcs, NULL);
	if (ret)
		return ret;

	drm_crtc_helper_add(&target->crtc, &crtc_helper_funcs);
	drm_crtc_enable_color_mgmt(&target->crtc, 0, false,
				   MIRACAST_GAMMA_SIZE);

	return drm_mode_crtc_set_gamma_size(&target->crtc, MIRACAST_GAMMA_SIZE);
}
