// SPDX-License-Identifier: GPL-2.0
/*
 * The worker of a target: all that takes mode-setting locks on its own account.
 *
 * Ordered, one item at a time; started from under the target's spinlock, run
 * with no lock held.
 */
#include <drm/drm_atomic.h>
#include <drm/drm_connector.h>
#include <drm/drm_drv.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_probe_helper.h>

#include "miracast_compat.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_monitor.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"

/*
 * A compositor that knows link status sets another mode when one was refused.
 * One that does not gets a departure after this time, and a re-arrival when it
 * has switched the CRTC off, or after the same time again.
 */
#define REFUSED_TIMEOUT_MS	2000

/**
 * miracast_target_queue - Leave something to the worker
 * @target: the target
 * @todo: mask of enum miracast_target_todo bits
 *
 * Any context.
 */
void miracast_target_queue(struct miracast_target *target, unsigned int todo)
{
	unsigned int bit;

	for (bit = 0; todo >> bit; bit++)
		if (todo & BIT(bit))
			set_bit(bit, &target->todo);

	queue_work(target->wq, &target->work);
}

/**
 * miracast_target_watch_refused - Wait for the compositor to set another mode
 * @target: the target
 *
 * Any context.
 */
void miracast_target_watch_refused(struct miracast_target *target)
{
	mod_delayed_work(target->wq, &target->refused_work,
			 msecs_to_jiffies(REFUSED_TIMEOUT_MS));
}

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
 * miracast_target_recommit - Commit what the target shows once more
 * @target: the target
 * @modeset: as a mode set
 *
 * Framebuffers that have to be read now get mapped on the way. Takes
 * mode-setting locks; sleeps.
 *
 * Return: 0, also when the CRTC is off, or a negative errno.
 */
int miracast_target_recommit(struct miracast_target *target, bool modeset)
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

static void update_link_status(struct miracast_target *target)
{
	bool bad = READ_ONCE(target->link_bad);

	drm_connector_set_link_status_property(&target->connector,
					       bad ? DRM_MODE_LINK_STATUS_BAD :
						     DRM_MODE_LINK_STATUS_GOOD);
}

/* One uevent, with the connector's status already up to date. */
static void send_hotplug(struct miracast_target *target)
{
	struct drm_connector *connector = &target->connector;
	int idx;

	if (!drm_dev_enter(&target->mdev->drm, &idx))
		return;

	if (!drm_connector_helper_hpd_irq_event(connector))
		drm_kms_helper_connector_hotplug_event(connector);
	drm_dev_exit(idx);
}

/* Tell whether what the CRTC shows is for the monitor that has arrived. */
static bool may_recommit(struct miracast_target *target,
			 const struct miracast_mode *mode)
{
	unsigned long flags;
	bool may;

	spin_lock_irqsave(&target->lock, flags);
	may = target->stream && target->monitor && !target->away &&
	      miracast_target_is_for_owner(target, target->lit_by) &&
	      !miracast_monitor_refused(target->monitor, mode);
	spin_unlock_irqrestore(&target->lock, flags);

	return may;
}

static void set_link_bad(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	target->link_bad = target->monitor;
	spin_unlock_irqrestore(&target->lock, flags);

	update_link_status(target);
	send_hotplug(target);
}

/* Tell whether the CRTC was lit for the monitor that is there now. */
static bool is_lit_for_monitor(struct miracast_target *target)
{
	unsigned long flags;
	bool lit;

	spin_lock_irqsave(&target->lock, flags);
	lit = target->monitor && target->lit_for == target->generation;
	spin_unlock_irqrestore(&target->lock, flags);

	return lit;
}

/*
 * The CRTC is lit for another monitor, or for none: light it for this one. If
 * only its framebuffer cannot be read yet, commit that again.
 */
static void adopt_lit_crtc(struct miracast_target *target)
{
	struct drm_crtc *crtc = &target->crtc;
	struct miracast_mode mode;
	bool active, lit;

	drm_modeset_lock(&crtc->mutex, NULL);
	active = crtc->state->active;
	miracast_mode_from_drm(&mode, &crtc->state->adjusted_mode);
	drm_modeset_unlock(&crtc->mutex);

	lit = is_lit_for_monitor(target);
	if (!active || (lit && miracast_capture_is_usable(target)))
		return;
	if (!may_recommit(target, &mode) ||
	    miracast_target_recommit(target, !lit))
		set_link_bad(target);
}

static void trim(struct miracast_target *target)
{
	struct miracast_stream *stream;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	stream = target->stream;
	if (stream)
		miracast_stream_get(stream);
	spin_unlock_irqrestore(&target->lock, flags);

	if (!stream)
		return;

	miracast_slot_trim(stream);
	miracast_stream_put(stream);
}

static void target_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(work, struct miracast_target, work);
	unsigned long todo = xchg(&target->todo, 0);

	if (drm_dev_is_unplugged(&target->mdev->drm))
		return;

	if (todo & BIT(MIRACAST_TODO_LINK))
		update_link_status(target);
	if (todo & BIT(MIRACAST_TODO_HOTPLUG))
		send_hotplug(target);
	if (todo & BIT(MIRACAST_TODO_RECOMMIT))
		adopt_lit_crtc(target);
	if (todo & BIT(MIRACAST_TODO_TRIM))
		trim(target);
	if (todo & BIT(MIRACAST_TODO_HDCP))
		miracast_hdcp_update(target);
}

static void refused_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(to_delayed_work(work), struct miracast_target,
			     refused_work);
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	if (!target->monitor)
		goto out;

	if (target->away) {
		target->away = false;
		target->generation++;
		miracast_target_queue(target, BIT(MIRACAST_TODO_HOTPLUG) |
					      BIT(MIRACAST_TODO_RECOMMIT));
	} else if (target->stream->mode_refused) {
		target->away = true;
		target->link_bad = false;
		miracast_target_queue(target, BIT(MIRACAST_TODO_HOTPLUG) |
					      BIT(MIRACAST_TODO_LINK));
		miracast_target_watch_refused(target);
	}
out:
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_worker_init - Set the worker up
 * @target: the target
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_worker_init(struct miracast_target *target)
{
	INIT_WORK(&target->work, target_work);
	INIT_DELAYED_WORK(&target->refused_work, refused_work);
	/* Freezable: resume replaces the states that it looks at, without locks. */
	target->wq = alloc_ordered_workqueue("miracast-%u", WQ_FREEZABLE,
					     target->index);

	return target->wq ? 0 : -ENOMEM;
}

/**
 * miracast_worker_fini - Stop the worker
 * @target: the target; nothing queues work any more
 */
void miracast_worker_fini(struct miracast_target *target)
{
	cancel_delayed_work_sync(&target->refused_work);
	cancel_work_sync(&target->work);
	destroy_workqueue(target->wq);
}
