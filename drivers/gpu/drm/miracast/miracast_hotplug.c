// SPDX-License-Identifier: GPL-2.0
/*
 * What clients know of a connector.
 *
 * Owns: hot-plug uevents, and a record of which monitor each DRM master saw last. Most
 * compositors read EDID and modes of a monitor only when it becomes connected. So a
 * monitor that replaces another one stays disconnected until the DRM master has seen that
 * the other one is gone, or had time to see it. The same holds for a master that returns.
 */
#include <drm/drm_connector.h>
#include <drm/drm_probe_helper.h>

#include "miracast_drv.h"
#include "miracast_hotplug.h"
#include "miracast_monitor.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"

/* Time that clients get to read a uevent and to probe the connector. */
#define GONE_MS		1000
/* Time that clients get to switch the CRTC off. */
#define GONE_LIT_MS	2000
/*
 * Time that a master which has probed the connector gets to act on it: to set another
 * mode when one was refused, or to switch the CRTC off that has such a mode.
 */
#define ACT_MS		200

static bool limits_equal(const struct miracast_limits *a,
			 const struct miracast_limits *b)
{
	return a->width == b->width && a->height == b->height &&
	       a->refresh_mhz == b->refresh_mhz &&
	       a->macroblock_rate == b->macroblock_rate;
}

/* Clients need not see a departure any more: the monitor is back, or hidden. */
static void end_gone(struct miracast_target *target)
{
	target->hotplug.gone = false;
	target->hotplug.gone_seen = false;
	cancel_delayed_work(&target->hotplug.work);
}

/* The master that the monitor is for: the context's, or the one that can commit. */
static u64 client_of(const struct miracast_target *target)
{
	u64 pinned = target->stream ? target->stream->pinned : 0;

	return pinned ?: miracast_master_newest(target->mdev);
}

static struct miracast_seen *seen_by(struct miracast_hotplug *hotplug, u64 master)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hotplug->seen); i++)
		if (hotplug->seen[i].master == master)
			return &hotplug->seen[i];

	return NULL;
}

/*
 * The master that can commit has seen a monitor, or that there is none. Takes over the
 * caller's reference to @monitor. Returns the old monitor of the entry, or NULL; the
 * caller drops its reference after unlocking.
 */
static struct miracast_monitor *remember_monitor(struct miracast_target *target,
						 struct miracast_monitor *monitor)
{
	struct miracast_hotplug *hotplug = &target->hotplug;
	u64 master = miracast_master_newest(target->mdev);
	struct miracast_seen *seen = seen_by(hotplug, master);
	struct miracast_monitor *old;

	if (!seen) {
		seen = &hotplug->seen[ARRAY_SIZE(hotplug->seen) - 1];
		hotplug->forgotten = max(hotplug->forgotten, seen->master);
	}
	old = seen->monitor;

	/* The last master to probe comes first. */
	memmove(&hotplug->seen[1], &hotplug->seen[0],
		(seen - hotplug->seen) * sizeof(*seen));
	hotplug->seen[0] = (struct miracast_seen) {
		.master = master,
		.monitor = monitor,
	};
	if (monitor)
		hotplug->seen[0].limits = target->stream->limits;

	return old;
}

/* Check whether the client would confuse the monitor with another one that it knows. */
static bool is_other(struct miracast_target *target)
{
	struct miracast_hotplug *hotplug = &target->hotplug;
	u64 client = client_of(target);
	const struct miracast_seen *seen = seen_by(hotplug, client);

	if (!seen)
		return client <= hotplug->forgotten;

	return seen->monitor && !seen->looked &&
	       (!miracast_monitor_equal(seen->monitor, target->monitor) ||
		!limits_equal(&seen->limits, &target->stream->limits));
}

static bool is_gone_for_another(struct miracast_target *target)
{
	const struct miracast_hotplug *hotplug = &target->hotplug;

	return hotplug->gone &&
	       hotplug->gone_for != miracast_master_newest(target->mdev);
}

/* Check whether a client knows the monitor without the modes that it refused. */
static bool was_refused(struct miracast_target *target)
{
	const struct miracast_seen *seen =
		seen_by(&target->hotplug, client_of(target));

	return seen && seen->monitor && !seen->looked &&
	       miracast_monitor_has_refused(seen->monitor);
}

/**
 * miracast_hotplug_is_connected - Check whether the connector is connected
 * @target: the target
 *
 * Any context.
 *
 * Return: true with a monitor that is not hidden from the DRM master.
 */
bool miracast_hotplug_is_connected(struct miracast_target *target)
{
	unsigned long flags;
	bool connected;

	spin_lock_irqsave(&target->lock, flags);
	connected = target->monitor && !target->away && !target->hidden;
	spin_unlock_irqrestore(&target->lock, flags);

	return connected;
}

/**
 * miracast_hotplug_must_hide - Check whether a monitor must wait
 * @target: the target, locked, with a stream and a monitor that has just arrived
 *
 * Return: true when clients could take it for the one before, which offered other
 * modes. miracast_hotplug_send() shows it when it was hidden for long enough.
 */
bool miracast_hotplug_must_hide(struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	return is_other(target) || was_refused(target);
}

/**
 * miracast_hotplug_update - Who has the device, or whose the context is, changed
 * @target: the target, locked
 *
 * A master that returns may have missed a departure and an arrival. A master that comes
 * while the monitor is disconnected for another one has not had time to see that.
 *
 * Return: true when the monitor must wait now.
 */
bool miracast_hotplug_update(struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	if (target->hidden) {
		end_gone(target);
		return false;
	}
	if (!target->stream || !target->monitor || !is_other(target))
		return false;
	if (target->away && !is_gone_for_another(target))
		return false;

	end_gone(target);
	target->away = true;

	return true;
}

/**
 * miracast_hotplug_unlit - A client has switched the CRTC off
 * @target: the target, locked
 */
void miracast_hotplug_unlit(struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	if (target->hotplug.gone)
		miracast_todo_start(target, &target->hotplug.work, 0);
}

/* Check whether the monitor is away, and the owner has refused the mode that is lit. */
static bool is_refused(const struct miracast_target *target)
{
	return target->away && !target->hidden && target->stream &&
	       target->stream->mode_refused;
}

/**
 * miracast_hotplug_seen - The DRM master has probed the connector
 * @target: the target
 * @connected: the status that it saw
 *
 * A master that has lit the CRTC and sees that the monitor is gone will switch it off.
 * Not all do when it was their only screen: one that shows a refused mode is not waited
 * for, as nothing is captured of it. Any context.
 */
void miracast_hotplug_seen(struct miracast_target *target, bool connected)
{
	struct miracast_hotplug *hotplug = &target->hotplug;
	struct miracast_seen *seen;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	if (!connected && !target->scanout.on) {
		seen = seen_by(hotplug, miracast_master_newest(target->mdev));
		if (seen)
			seen->looked = true;
		if (hotplug->gone)
			miracast_todo_start(target, &hotplug->work, 0);
	} else if (!connected && !hotplug->gone_seen && is_refused(target)) {
		hotplug->gone_seen = true;
		if (hotplug->gone)
			miracast_todo_start(target, &hotplug->work, ACT_MS);
	} else if (connected && hotplug->refusal == MIRACAST_REFUSAL_SENT) {
		hotplug->refusal = MIRACAST_REFUSAL_NONE;
		miracast_todo_start(target, &target->refused_work, ACT_MS);
	}
	spin_unlock_irqrestore(&target->lock, flags);
}

/* The monitor comes back, if it was away. */
static void return_monitor(struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	if (!target->away)
		return;

	target->away = false;
	target->generation++;
	miracast_picture_update(target);
	miracast_todo_add(target, BIT(MIRACAST_TODO_HOTPLUG) |
				  BIT(MIRACAST_TODO_RECOMMIT));
}

static void gone_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(to_delayed_work(work), struct miracast_target,
			     hotplug.work);
	struct miracast_monitor *gone = NULL;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	if (target->hotplug.gone) {
		/* If another master has the device now, the one in question had no time. */
		if (!is_gone_for_another(target))
			gone = remember_monitor(target, NULL);
		target->hotplug.gone = false;
		target->hotplug.gone_seen = false;
		return_monitor(target);
	}
	spin_unlock_irqrestore(&target->lock, flags);

	miracast_monitor_put(gone);
}

/**
 * miracast_hotplug_detected - A connected connector is probed
 * @target: the target
 *
 * What arrives from here on is compared with it. Any context.
 */
void miracast_hotplug_detected(struct miracast_target *target)
{
	struct miracast_monitor *old = NULL;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	if (target->stream && target->monitor && !target->away &&
	    !target->hidden) {
		miracast_monitor_get(target->monitor);
		old = remember_monitor(target, target->monitor);
		end_gone(target);
	}
	spin_unlock_irqrestore(&target->lock, flags);

	miracast_monitor_put(old);
}

/*
 * Check whether the master that can commit believes, or may believe, that the connector
 * is connected. A connector that is hidden from a master was never connected for it.
 */
static bool is_news(struct miracast_target *target)
{
	u64 master = miracast_master_newest(target->mdev);
	const struct miracast_seen *seen = seen_by(&target->hotplug, master);

	lockdep_assert_held(&target->lock);

	return !target->hidden && !target->hotplug.gone &&
	       (target->away || (seen && seen->monitor));
}

static unsigned int gone_ms(const struct miracast_target *target)
{
	if (!target->scanout.on)
		return GONE_MS;

	return target->hotplug.gone_seen ? ACT_MS : GONE_LIT_MS;
}

/*
 * Clients were sent a uevent: their time to probe the connector begins, which the master
 * may have done already.
 */
static void note_gone(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	if (is_news(target)) {
		target->hotplug.gone = true;
		target->hotplug.gone_for = miracast_master_newest(target->mdev);
		miracast_todo_start(target, &target->hotplug.work,
				    gone_ms(target));
	}
	spin_unlock_irqrestore(&target->lock, flags);
}

/* Before the uevent: who reads that may probe the connector at once. */
static void note_refusal(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	if (target->hotplug.refusal == MIRACAST_REFUSAL_NEW)
		target->hotplug.refusal = MIRACAST_REFUSAL_SENT;
	spin_unlock_irqrestore(&target->lock, flags);
}

static bool is_news_unlocked(struct miracast_target *target)
{
	unsigned long flags;
	bool news;

	spin_lock_irqsave(&target->lock, flags);
	news = is_news(target);
	spin_unlock_irqrestore(&target->lock, flags);

	return news;
}

/**
 * miracast_hotplug_send - Send a hot-plug uevent, if there is a change to see
 * @target: the target
 *
 * One uevent, with the connector's status already up to date. For a DRM master from which
 * the connector is hidden, nothing changes except, once, the status. Takes mode-setting
 * locks; sleeps.
 */
void miracast_hotplug_send(struct miracast_target *target)
{
	struct drm_connector *connector = &target->connector;
	bool connected = miracast_hotplug_is_connected(target);

	if (connected)
		note_refusal(target);
	if (!drm_connector_helper_hpd_irq_event(connector) &&
	    (connected || is_news_unlocked(target)))
		drm_kms_helper_connector_hotplug_event(connector);

	if (!miracast_hotplug_is_connected(target))
		note_gone(target);
}

/**
 * miracast_hotplug_forget - A DRM master is gone and will not return
 * @target: the target
 * @master: its number
 *
 * The number is not used again, so the record of the master is not needed. Without this,
 * a few programs that only probe the device would push out masters that return.
 */
void miracast_hotplug_forget(struct miracast_target *target, u64 master)
{
	struct miracast_hotplug *hotplug = &target->hotplug;
	struct miracast_seen *seen, *last;
	struct miracast_monitor *old = NULL;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	seen = seen_by(hotplug, master);
	if (seen) {
		last = &hotplug->seen[ARRAY_SIZE(hotplug->seen) - 1];
		old = seen->monitor;
		memmove(seen, seen + 1, (last - seen) * sizeof(*seen));
		*last = (struct miracast_seen) {};
	}
	spin_unlock_irqrestore(&target->lock, flags);

	miracast_monitor_put(old);
}

/**
 * miracast_hotplug_init - Clients know of nothing
 * @target: the target
 */
void miracast_hotplug_init(struct miracast_target *target)
{
	INIT_DELAYED_WORK(&target->hotplug.work, gone_work);
}

/**
 * miracast_hotplug_fini - Forget what clients know
 * @target: the target, its worker stopped
 */
void miracast_hotplug_fini(struct miracast_target *target)
{
	struct miracast_hotplug *hotplug = &target->hotplug;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hotplug->seen); i++)
		miracast_monitor_put(hotplug->seen[i].monitor);
}
