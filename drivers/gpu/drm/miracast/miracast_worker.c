// SPDX-License-Identifier: GPL-2.0
/*
 * The worker of a target: everything that takes mode-setting locks outside of a client's
 * call.
 *
 * Owns: the works, which miracast_todo.c starts. They run in order, one at a time, with
 * no lock held, and at most once in an interval, however often owners cause them: clients
 * see or wait for what they do. They wait for no owner.
 *
 * No part of it is in drm_dev_enter(): such sections are common to all devices, and the
 * unplug of any device would wait for what the worker waits for.
 */
#include <drm/drm_connector.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_probe_helper.h>

#include "miracast_compat.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_hotplug.h"
#include "miracast_monitor.h"
#include "miracast_port.h"
#include "miracast_recommit.h"
#include "miracast_screen.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"

static void update_link_status(struct miracast_target *target)
{
	bool bad = READ_ONCE(target->link_bad);

	drm_connector_set_link_status_property(&target->connector,
					       bad ? DRM_MODE_LINK_STATUS_BAD :
						     DRM_MODE_LINK_STATUS_GOOD);
}

/* Check whether the CRTC is lit for the monitor that has arrived. */
static bool may_recommit(struct miracast_target *target,
			 const struct miracast_mode *mode)
{
	unsigned long flags;
	bool may;

	spin_lock_irqsave(&target->lock, flags);
	may = target->stream && target->monitor && !target->away &&
	      miracast_picture_is_owners(target, target->scanout.lit_by) &&
	      !miracast_monitor_refused(target->monitor, mode);
	spin_unlock_irqrestore(&target->lock, flags);

	return may;
}

/* Check whether the monitor has a mode. Takes mode-setting locks; sleeps. */
static bool is_offered(struct miracast_target *target,
		       const struct miracast_mode *mode)
{
	struct drm_connector *connector = &target->connector;
	struct drm_mode_config *config = &target->mdev->drm.mode_config;
	const struct drm_display_mode *offered;
	struct miracast_mode own;
	bool found = false;

	mutex_lock(&config->mutex);
	drm_helper_probe_single_connector_modes(connector, config->max_width,
						config->max_height);
	list_for_each_entry(offered, &connector->modes, head) {
		miracast_mode_from_drm(&own, offered);
		found |= miracast_mode_matches(mode, &own);
	}
	mutex_unlock(&config->mutex);

	return found;
}

/* The monitor lacks the mode that is lit: the client must set another. */
static void set_lacking(struct miracast_target *target, u64 generation,
			const struct miracast_mode *mode)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	/*
	 * Unless another mode was set, or another monitor has arrived, meanwhile. While
	 * the connector is hidden or away, its modes were not checked.
	 */
	if (target->generation == generation && target->lit_for != generation &&
	    !target->hidden && !target->away &&
	    !memcmp(&target->scanout.mode, mode, sizeof(*mode))) {
		target->lacking = generation;
		miracast_picture_update(target);
	}
	spin_unlock_irqrestore(&target->lock, flags);
}

/* Returns whether it was not bad before. */
static bool set_link_bad(struct miracast_target *target)
{
	unsigned long flags;
	bool changed;

	spin_lock_irqsave(&target->lock, flags);
	changed = target->monitor && !target->link_bad;
	target->link_bad |= changed;
	spin_unlock_irqrestore(&target->lock, flags);

	return changed;
}

/* Check whether the CRTC was lit for the monitor that is there now. */
static bool is_lit_for_monitor(struct miracast_target *target)
{
	unsigned long flags;
	bool lit;

	spin_lock_irqsave(&target->lock, flags);
	lit = target->monitor && target->lit_for == target->generation;
	spin_unlock_irqrestore(&target->lock, flags);

	return lit;
}

/* Check whether the owner may see a screen of the DRM master. */
static bool is_for_master(struct miracast_target *target)
{
	unsigned long flags;
	bool is;

	spin_lock_irqsave(&target->lock, flags);
	is = miracast_picture_may_flow(target);
	spin_unlock_irqrestore(&target->lock, flags);

	return is;
}

/*
 * The CRTC is lit for another monitor, or for none: light it for this one, if it has
 * such a mode. If only its framebuffer cannot be read yet, commit that again.
 *
 * Returns a mask of enum miracast_todo bits: what to do next because that failed.
 */
static unsigned long adopt_lit_crtc(struct miracast_target *target)
{
	struct drm_crtc *crtc = &target->crtc;
	u64 generation = miracast_port_generation(target);
	struct miracast_mode mode;
	bool active, lit, fits;

	if (!miracast_hotplug_is_connected(target))
		return 0;

	drm_modeset_lock(&crtc->mutex, NULL);
	active = crtc->state->active;
	miracast_mode_from_drm(&mode, &crtc->state->adjusted_mode);
	drm_modeset_unlock(&crtc->mutex);

	if (!is_for_master(target))
		return 0;
	lit = is_lit_for_monitor(target);
	if (!active || (lit && miracast_screen_is_usable(target)))
		return 0;
	fits = lit || is_offered(target, &mode);
	if (fits && may_recommit(target, &mode) &&
	    !miracast_recommit(target, !lit))
		return 0;
	if (!fits)
		set_lacking(target, generation, &mode);

	return set_link_bad(target) ? BIT(MIRACAST_TODO_LINK) |
				      BIT(MIRACAST_TODO_HOTPLUG) : 0;
}

/*
 * Send one hot-plug uevent for status, modes and link status, after these; content
 * protection has its own.
 */
static void limited_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(to_delayed_work(work), struct miracast_target,
			     limited_work);
	unsigned long todo = miracast_todo_take(target);

	if (todo & BIT(MIRACAST_TODO_RECOMMIT))
		todo |= adopt_lit_crtc(target);
	if (todo & BIT(MIRACAST_TODO_LINK))
		update_link_status(target);
	if (todo & BIT(MIRACAST_TODO_HOTPLUG))
		miracast_hotplug_send(target);
	if (todo & BIT(MIRACAST_TODO_HDCP))
		miracast_hdcp_update(target);
	miracast_todo_begin_interval(target);
}

static void refused_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(to_delayed_work(work), struct miracast_target,
			     refused_work);
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	/* Who looks from here on sees the monitor go, or another one. */
	target->hotplug.refusal = MIRACAST_REFUSAL_NONE;
	if (target->monitor && !target->away && target->stream->mode_refused) {
		target->away = true;
		target->link_bad = false;
		miracast_picture_update(target);
		miracast_todo_add(target, BIT(MIRACAST_TODO_HOTPLUG) |
					  BIT(MIRACAST_TODO_LINK));
	}
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
	miracast_todo_init(target);
	INIT_DELAYED_WORK(&target->limited_work, limited_work);
	INIT_DELAYED_WORK(&target->refused_work, refused_work);
	miracast_hotplug_init(target);
	/* Freezable: resume replaces states that the works read, without locks. */
	target->wq = alloc_ordered_workqueue("miracast-%u", WQ_FREEZABLE,
					     target->index);

	return target->wq ? 0 : -ENOMEM;
}

/**
 * miracast_worker_stop - Stop the worker
 * @target: the target
 *
 * Waits for the work that is running; that may wait for a client's commit, which waits
 * for fences. Waits as well for works that run apart, and those for exporters of owners'
 * buffers and for processes of owners, see miracast_direct_take_back(). Sleeps.
 */
void miracast_worker_stop(struct miracast_target *target)
{
	miracast_todo_stop(target);
	cancel_delayed_work_sync(&target->refused_work);
	cancel_delayed_work_sync(&target->hotplug.work);
	cancel_delayed_work_sync(&target->limited_work);
	cancel_delayed_work_sync(&target->capture.work);
	/*
	 * Works that run apart use the target: wait for them, too. Those that let go of an
	 * owner's buffers do not, and may be queued later: device_release() waits for them.
	 */
	flush_workqueue(target->mdev->capture_wq);
}

/**
 * miracast_worker_fini - Undo miracast_worker_init()
 * @target: the target
 */
void miracast_worker_fini(struct miracast_target *target)
{
	miracast_worker_stop(target);
	miracast_hotplug_fini(target);
	destroy_workqueue(target->wq);
}
