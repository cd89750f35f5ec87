// SPDX-License-Identifier: GPL-2.0
/*
 * The worker of a target: all that takes mode-setting locks on its own account.
 *
 * Ordered, one item at a time; started from under the target's spinlock, run
 * with no lock held. What clients see or wait for is done at most once in an
 * interval, however often owners ask for it.
 *
 * No part of it is a drm_dev_enter() section: those are the same for all devices,
 * and the unplug of any would wait for what the worker waits for.
 */
#include <drm/drm_atomic.h>
#include <drm/drm_connector.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_probe_helper.h>

#include "miracast_compat.h"
#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_hotplug.h"
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

/* Least time between uevents, and mode sets of the driver's own. */
#define INTERVAL_MS	100

/* What needs no mode-setting lock, and no client hears of. */
#define AT_ONCE		BIT(MIRACAST_TODO_TRIM)

/**
 * miracast_target_start_work - Have work of a target done
 * @target: the target
 * @work: the work
 * @delay_ms: when; work that was to be done at another time is done then
 *
 * Does nothing once the worker is stopped. Any context.
 */
void miracast_target_start_work(struct miracast_target *target,
				struct delayed_work *work, unsigned int delay_ms)
{
	unsigned long flags;

	spin_lock_irqsave(&target->work_lock, flags);
	if (!target->stopped)
		mod_delayed_work(target->wq, work, msecs_to_jiffies(delay_ms));
	spin_unlock_irqrestore(&target->work_lock, flags);
}

/**
 * miracast_target_start_apart - Have work done that may take long
 * @target: the target
 * @work: the work; others of the target do not wait for it, miracast_worker_stop()
 *	does
 *
 * Does nothing once the worker is stopped. Any context.
 *
 * Return: true when the work was not waiting already, and is now.
 */
bool miracast_target_start_apart(struct miracast_target *target,
				 struct work_struct *work)
{
	unsigned long flags;
	bool started = false;

	spin_lock_irqsave(&target->work_lock, flags);
	if (!target->stopped)
		started = queue_work(target->mdev->capture_wq, work);
	spin_unlock_irqrestore(&target->work_lock, flags);

	return started;
}

/* Milliseconds until the interval is over. */
static unsigned int time_left(const struct miracast_target *target)
{
	s64 left = ktime_ms_delta(target->shown_until, ktime_get());

	return clamp_t(s64, left + 1, 0, INTERVAL_MS);
}

static void start_limited(struct miracast_target *target)
{
	lockdep_assert_held(&target->work_lock);

	/* That it has to be done again does not put it off. */
	queue_delayed_work(target->wq, &target->limited_work,
			   msecs_to_jiffies(time_left(target)));
}

/**
 * miracast_target_queue - Leave something to the worker
 * @target: the target
 * @todo: mask of enum miracast_target_todo bits
 *
 * Any context.
 */
void miracast_target_queue(struct miracast_target *target, unsigned long todo)
{
	unsigned long flags;

	spin_lock_irqsave(&target->work_lock, flags);
	target->todo |= todo;
	if (!target->stopped && todo & AT_ONCE)
		queue_work(target->wq, &target->work);
	if (!target->stopped && todo & ~AT_ONCE)
		start_limited(target);
	spin_unlock_irqrestore(&target->work_lock, flags);
}

static unsigned long take_todo(struct miracast_target *target,
			       unsigned long mask)
{
	unsigned long flags, todo;

	spin_lock_irqsave(&target->work_lock, flags);
	todo = target->todo & mask;
	target->todo &= ~mask;
	spin_unlock_irqrestore(&target->work_lock, flags);

	return todo;
}

/* What was done just now is not done again before the interval is over. */
static void begin_interval(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->work_lock, flags);
	target->shown_until = ktime_add_ms(ktime_get(), INTERVAL_MS);
	/* Asked for meanwhile, and not put off yet. */
	if (!target->stopped && target->todo & ~AT_ONCE)
		mod_delayed_work(target->wq, &target->limited_work,
				 msecs_to_jiffies(time_left(target)));
	spin_unlock_irqrestore(&target->work_lock, flags);
}

/**
 * miracast_target_watch_refused - Wait for the compositor to set another mode
 * @target: the target
 *
 * Any context.
 */
void miracast_target_watch_refused(struct miracast_target *target)
{
	miracast_target_start_work(target, &target->refused_work,
				   REFUSED_TIMEOUT_MS);
}

/**
 * miracast_target_return - The monitor comes back, if it was away
 * @target: the target, locked
 */
void miracast_target_return(struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	if (!target->away)
		return;

	target->away = false;
	target->generation++;
	miracast_picture_update(target);
	miracast_target_queue(target, BIT(MIRACAST_TODO_HOTPLUG) |
				      BIT(MIRACAST_TODO_RECOMMIT));
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

/* Check whether what the CRTC shows is for the monitor that has arrived. */
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

/* The monitor lacks the mode that is lit: the client has to set another. */
static void set_lacking(struct miracast_target *target, u64 generation,
			const struct miracast_mode *mode)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	/*
	 * Unless another was set, or another monitor has arrived, meanwhile. While
	 * the monitor is not to be seen, it was not asked for its modes.
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

/* Check whether the DRM master could show anything to the owner. */
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
 * Returns what is to be done because that failed, a mask of enum
 * miracast_target_todo bits.
 */
static unsigned long adopt_lit_crtc(struct miracast_target *target)
{
	struct drm_crtc *crtc = &target->crtc;
	u64 generation = miracast_target_generation(target);
	struct miracast_mode mode;
	bool active, lit, fits;

	if (!miracast_target_connected(target))
		return 0;

	drm_modeset_lock(&crtc->mutex, NULL);
	active = crtc->state->active;
	miracast_mode_from_drm(&mode, &crtc->state->adjusted_mode);
	drm_modeset_unlock(&crtc->mutex);

	if (!is_for_master(target))
		return 0;
	lit = is_lit_for_monitor(target);
	if (!active || (lit && miracast_capture_is_usable(target)))
		return 0;
	fits = lit || is_offered(target, &mode);
	if (fits && may_recommit(target, &mode) &&
	    !miracast_target_recommit(target, !lit))
		return 0;
	if (!fits)
		set_lacking(target, generation, &mode);

	return set_link_bad(target) ? BIT(MIRACAST_TODO_LINK) |
				      BIT(MIRACAST_TODO_HOTPLUG) : 0;
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
	miracast_direct_take_back(stream);
	miracast_stream_put(stream);
}

static void target_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(work, struct miracast_target, work);

	if (take_todo(target, AT_ONCE))
		trim(target);
}

/* One hot-plug for all of it, when it is done. */
static void limited_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(to_delayed_work(work), struct miracast_target,
			     limited_work);
	unsigned long todo = take_todo(target, ~AT_ONCE);

	if (todo & BIT(MIRACAST_TODO_RECOMMIT))
		todo |= adopt_lit_crtc(target);
	if (todo & BIT(MIRACAST_TODO_LINK))
		update_link_status(target);
	if (todo & BIT(MIRACAST_TODO_HOTPLUG))
		miracast_hotplug_send(target);
	if (todo & BIT(MIRACAST_TODO_HDCP))
		miracast_hdcp_update(target);
	begin_interval(target);
}

static void refused_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(to_delayed_work(work), struct miracast_target,
			     refused_work);
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	if (target->monitor && !target->away && target->stream->mode_refused) {
		target->away = true;
		target->link_bad = false;
		miracast_picture_update(target);
		miracast_target_queue(target, BIT(MIRACAST_TODO_HOTPLUG) |
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
	spin_lock_init(&target->work_lock);
	INIT_WORK(&target->work, target_work);
	INIT_DELAYED_WORK(&target->limited_work, limited_work);
	INIT_DELAYED_WORK(&target->refused_work, refused_work);
	miracast_hotplug_init(target);
	/* Freezable: resume replaces the states that it looks at, without locks. */
	target->wq = alloc_ordered_workqueue("miracast-%u", WQ_FREEZABLE,
					     target->index);

	return target->wq ? 0 : -ENOMEM;
}

/**
 * miracast_worker_stop - Nothing is left to the worker any more
 * @target: the target
 *
 * Waits for what is under way; that may be a client's commit, which waits for
 * fences. Sleeps.
 */
void miracast_worker_stop(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->work_lock, flags);
	target->stopped = true;
	spin_unlock_irqrestore(&target->work_lock, flags);

	cancel_delayed_work_sync(&target->refused_work);
	cancel_delayed_work_sync(&target->hotplug.work);
	cancel_delayed_work_sync(&target->limited_work);
	cancel_work_sync(&target->work);
	cancel_work_sync(&target->capture.work);
	/* What was started apart has references to the device. */
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
