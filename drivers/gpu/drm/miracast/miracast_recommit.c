// SPDX-License-Identifier: GPL-2.0
/*
 * The driver's own commits: the present state of a target once more.
 */
#include <drm/drm_atomic.h>
#include <drm/drm_modeset_lock.h>

#include "miracast_compat.h"
#include "miracast_drv.h"
#include "miracast_recommit.h"
#include "miracast_target.h"

static int recommit_locked(struct miracast_target *target, bool modeset,
			   struct drm_atomic_state *state)
{
	struct drm_crtc_state *crtc_state;
	int ret;

	crtc_state = drm_atomic_get_crtc_state(state, &target->crtc);
	if (IS_ERR(crtc_state))
		return PTR_ERR(crtc_state);
	if (!crtc_state->active)
		return 0;

	to_miracast_crtc_state(crtc_state)->internal = true;
	crtc_state->mode_changed |= modeset;
	if (modeset) {
		ret = drm_atomic_add_affected_connectors(state, &target->crtc);
		if (ret)
			return ret;
	}
	ret = drm_atomic_add_affected_planes(state, &target->crtc);
	if (ret)
		return ret;

	return drm_atomic_commit(state);
}

/**
 * miracast_recommit - Commit the present state of a target once more
 * @target: the target
 * @modeset: as a mode set
 *
 * Its check maps framebuffers that must be read now. Takes
 * mode-setting locks; sleeps.
 *
 * Return: 0, also when the CRTC is off, or a negative errno.
 */
int miracast_recommit(struct miracast_target *target, bool modeset)
{
	struct drm_device *drm = &target->mdev->drm;
	struct drm_modeset_acquire_ctx ctx;
	struct drm_atomic_state *state;
	int ret;

	state = drm_atomic_state_alloc(drm);
	if (!state)
		return -ENOMEM;

	drm_modeset_acquire_init(&ctx, 0);
	state->acquire_ctx = &ctx;
	while ((ret = recommit_locked(target, modeset, state)) == -EDEADLK) {
		drm_atomic_state_clear(state);
		drm_modeset_backoff(&ctx);
	}
	drm_atomic_state_put(state);
	drm_modeset_drop_locks(&ctx);
	drm_modeset_acquire_fini(&ctx);

	return ret;
}
