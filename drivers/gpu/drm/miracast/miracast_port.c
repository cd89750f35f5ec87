// SPDX-License-Identifier: GPL-2.0
/*
 * The port of a target: the monitor behind it, and the stream in front of it.
 *
 * Owns: arrival and departure of the monitor, whom the CRTC is lit for, and whether
 * the connector is hidden. All of it is guarded by the target's spinlock. Changes that
 * concern KMS are left to the worker. Called by contexts and the KMS objects; calls no
 * KMS object.
 */
#include <linux/poll.h>

#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_hotplug.h"
#include "miracast_monitor.h"
#include "miracast_picture.h"
#include "miracast_port.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"
#include "miracast_trim.h"

/**
 * DOC: Mode handshake
 *
 * miracast_port_lit(), called when a CRTC was lit, checks whether that was for the
 * present monitor, by the master that the context is pinned to, and within the
 * context's limits. If so, the stream gets the mode. A mode that is new to it gets a
 * number, and its message; buffers of the old one are announced as gone. The stream
 * takes no pictures until the message is completed with success; then the next chunk
 * is a full one.
 *
 * When the mode is refused, it is remembered in the monitor and left out of the mode
 * list, link-status becomes BAD, and a uevent is sent. If no other mode was set within
 * two seconds, or 200 ms after the master has probed the connector, the target is *away*:
 * disconnected, with a uevent. It is back when the CRTC has been switched off, or after
 * another two seconds, or 200 ms after the master has probed it, as a new arrival.
 *
 * A monitor that arrives at a lit CRTC makes the worker commit the present state once
 * more, as a mode set. It does so only when the CRTC was lit by the master that the
 * context is pinned to, or the context follows masters, and the monitor offers the
 * mode; else, and when that fails, the link status becomes BAD and nothing is captured
 * until a mode is set. While the connector is hidden, or the context is not pinned, it
 * does nothing.
 *
 * Most compositors read EDID and modes only when a connector becomes connected;
 * wlroots looks only at status and link status. So ``hotplug`` remembers which monitor
 * each of the last masters has seen connected, and under which limits. When another
 * one arrives, or such a master comes back and there is another one, it stays ``away``
 * until there was a hot-plug without it and the master has probed the connector since
 * (DRM core probes for the master only), or, with a lit CRTC, has switched it off; or
 * until a time limit. That holds across contexts. A monitor that is equal to the last
 * one needs no detour. What masters saw that probed too long ago is not known, so for
 * them there is a detour. While the connector is hidden the master that it belongs to
 * sees nothing, so the time begins when it is no longer hidden; the master that it is
 * hidden from gets no uevent for arrivals and departures.
 *
 * The worker does what clients notice (hot-plugs, link status, recommits, content
 * protection) at most once in 100 ms; requests in between are states, not a queue, and
 * are done together. So no owner can flood the machine with uevents, or compositors
 * with mode sets, and one uevent comes after all changes that it reports.
 */

/*
 * A compositor that knows link status sets another mode when one was refused.
 * One that does not gets a departure after this time, and a re-arrival when it
 * has switched the CRTC off, or after the same time again. One that has seen it and
 * does nothing is not waited for: see miracast_hotplug_seen().
 */
#define REFUSED_TIMEOUT_MS	2000

/* Check whether an arrival announces the present monitor, with all its modes. */
static bool changes_nothing(const struct miracast_target *target,
			    const struct miracast_monitor *monitor)
{
	return target->monitor &&
	       miracast_monitor_equal(target->monitor, monitor) &&
	       !miracast_monitor_has_refused(target->monitor);
}

/* No other mode is waited for. */
static void end_refusal(struct miracast_target *target)
{
	target->hotplug.refusal = MIRACAST_REFUSAL_NONE;
	target->hotplug.gone_seen = false;
	cancel_delayed_work(&target->refused_work);
}

/**
 * miracast_port_arrive - A monitor arrives
 * @target: the target, locked, its stream started
 * @monitor: the monitor; its reference is taken over, unless it equals the present one.
 *	Set to the monitor whose reference the caller drops after unlocking, or NULL
 */
void miracast_port_arrive(struct miracast_target *target,
			  struct miracast_monitor **monitor)
{
	struct miracast_monitor *old = target->monitor;

	lockdep_assert_held(&target->lock);

	if (changes_nothing(target, *monitor))
		return;

	miracast_stream_departed(target->stream, DRM_MIRACAST_CAUSE_OWNER);
	miracast_hdcp_reset(target, false);
	target->monitor = *monitor;
	target->generation++;
	target->away = miracast_hotplug_must_hide(target);
	target->link_bad = false;
	end_refusal(target);
	target->stream->state = DRM_MIRACAST_STATE_MONITOR;
	*monitor = old;
	miracast_picture_update(target);

	miracast_todo_add(target, BIT(MIRACAST_TODO_HOTPLUG) |
				  BIT(MIRACAST_TODO_LINK) |
				  BIT(MIRACAST_TODO_RECOMMIT));
}

/**
 * miracast_port_depart - The monitor departs
 * @target: the target, locked; the stream knows already
 *
 * Memory that the owner has lost is let go of by a work.
 *
 * Return: the monitor or NULL, which the caller puts after unlocking.
 */
struct miracast_monitor *miracast_port_depart(struct miracast_target *target)
{
	struct miracast_monitor *old = target->monitor;

	lockdep_assert_held(&target->lock);

	/* Pictures keep memory until STOP, also when there is no monitor any more. */
	miracast_trim_later(target->stream);
	if (!old)
		return NULL;

	miracast_hdcp_reset(target, false);
	target->monitor = NULL;
	target->away = false;
	target->link_bad = false;
	target->lit_for = 0;
	miracast_picture_update(target);
	end_refusal(target);
	miracast_todo_add(target, BIT(MIRACAST_TODO_HOTPLUG) |
				  BIT(MIRACAST_TODO_LINK));

	return old;
}

/* Wait for the compositor to set another mode. */
static void watch_refused(struct miracast_target *target)
{
	target->hotplug.refusal = MIRACAST_REFUSAL_NEW;
	miracast_todo_start(target, &target->refused_work,
			    REFUSED_TIMEOUT_MS);
}

/**
 * miracast_port_mode_refused - The owner refused the mode
 * @target: the target, locked, with a monitor
 */
void miracast_port_mode_refused(struct miracast_target *target)
{
	const struct miracast_mode *mode = &target->stream->mode;

	lockdep_assert_held(&target->lock);

	if (!miracast_monitor_refuse(target->monitor, mode))
		return;

	target->link_bad = true;
	miracast_todo_add(target, BIT(MIRACAST_TODO_HOTPLUG) |
				  BIT(MIRACAST_TODO_LINK));
	/* The base mode is the last one to try: a re-arrival would not help. */
	if (miracast_mode_is_base(mode))
		end_refusal(target);
	else
		watch_refused(target);
}

/**
 * miracast_port_mode_accepted - The owner accepted the mode
 * @target: the target, locked
 */
void miracast_port_mode_accepted(struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	if (target->link_bad) {
		target->link_bad = false;
		miracast_todo_add(target, BIT(MIRACAST_TODO_LINK));
	}
	miracast_todo_capture(target);
}

/* Check whether another master hides the connector. */
static bool is_hidden(const struct miracast_target *target)
{
	const struct miracast_stream *stream = target->stream;

	return stream && stream->pinned &&
	       miracast_master_hides(target->mdev, stream->pinned);
}

/**
 * miracast_port_update - Who has the device, or whose the context is, changed
 * @target: the target, locked
 *
 * The connector is hidden or shown. Flips no longer wait for the owner's pictures of a
 * master that has left. A CRTC that the context's master has lit may be captured now.
 */
void miracast_port_update(struct miracast_target *target)
{
	bool hidden = is_hidden(target);
	bool changed = hidden != target->hidden;
	unsigned int todo = BIT(MIRACAST_TODO_HOTPLUG);

	lockdep_assert_held(&target->lock);

	target->hidden = hidden;
	if (changed)
		miracast_hdcp_hidden(target);
	if (miracast_hotplug_update(target) || changed) {
		if (hidden)
			miracast_direct_revoke(target->stream);
		else if (target->stream && target->scanout.lit_by &&
			 miracast_picture_is_owners(target,
						    target->scanout.lit_by))
			todo |= BIT(MIRACAST_TODO_RECOMMIT);
		if (target->monitor)
			miracast_todo_add(target, todo);
	}

	miracast_picture_update(target);
	if (target->stream)
		wake_up_interruptible_poll(&target->stream->wait, EPOLLPRI);
}

/**
 * miracast_port_master_changed - Another master has the device, or none has
 * @target: the target
 *
 * Any context.
 */
void miracast_port_master_changed(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	miracast_port_update(target);
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_port_pin - Pin the context to a master
 * @target: the target, locked, with a stream
 * @master: number of the master
 *
 * The master's screen is lit already, or will be. The owner loses the memory of the
 * previous master; miracast_direct_take_back() must follow.
 */
void miracast_port_pin(struct miracast_target *target, u64 master)
{
	struct miracast_stream *stream = target->stream;

	lockdep_assert_held(&target->lock);

	if (stream->pinned == master)
		return;

	/* Protection was reached for the previous master's screen. */
	miracast_hdcp_reset(target, true);
	stream->pinned = master;
	target->lit_for = 0;
	miracast_direct_revoke(stream);
	miracast_direct_forget(stream);
	miracast_trim_later(stream);
	if (target->monitor)
		miracast_todo_add(target, BIT(MIRACAST_TODO_RECOMMIT));
	miracast_port_update(target);
}

/* The CRTC is lit by another master now, or by none. */
static void set_lit_by(struct miracast_target *target, u64 master)
{
	bool changed = target->scanout.lit_by != master;

	target->scanout.lit_by = master;
	if (changed && target->stream)
		wake_up_interruptible_poll(&target->stream->wait, EPOLLPRI);
}

/**
 * miracast_port_lit - The CRTC was lit
 * @target: the target; its capture shows @mode
 * @mode: the mode
 * @master_serial: DRM master whose commit lit it
 * @generation: arrival of the monitor that the commit was checked for
 *
 * The limits are checked once more: the commit may have been checked before the
 * context existed. Then the worker commits again, which checks them.
 *
 * Any context.
 */
void miracast_port_lit(struct miracast_target *target,
		       const struct miracast_mode *mode, u64 master_serial,
		       u64 generation)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	target->scanout.on = true;
	target->scanout.mode = *mode;
	set_lit_by(target, master_serial);
	target->lit_for = 0;
	target->lacking = 0;
	if (!target->monitor || target->away || generation != target->generation)
		goto out;

	if (target->hidden || !miracast_picture_is_owners(target, master_serial))
		goto out;

	if (!miracast_mode_within(mode, &target->stream->limits)) {
		miracast_todo_add(target, BIT(MIRACAST_TODO_RECOMMIT));
		goto out;
	}

	target->lit_for = generation;
	miracast_stream_power(target->stream, true);
	miracast_stream_set_mode(target->stream, mode);
	miracast_trim_later(target->stream);
out:
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_port_unlit - The CRTC went off
 * @target: the target
 *
 * Any context. A monitor that is away may come back.
 */
void miracast_port_unlit(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	miracast_hdcp_reset(target, true);
	target->scanout.on = false;
	set_lit_by(target, 0);
	target->lit_for = 0;
	if (target->stream)
		miracast_stream_power(target->stream, false);
	miracast_hotplug_unlit(target);
	miracast_picture_update(target);
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_port_get_monitor - Get the monitor
 * @target: the target
 *
 * Any context.
 *
 * Return: the monitor, with a reference, or NULL.
 */
struct miracast_monitor *
miracast_port_get_monitor(struct miracast_target *target)
{
	struct miracast_monitor *monitor;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	monitor = target->monitor;
	if (monitor)
		miracast_monitor_get(monitor);
	spin_unlock_irqrestore(&target->lock, flags);

	return monitor;
}

/**
 * miracast_port_generation - Get the arrival that a mode is set for
 * @target: the target
 *
 * Any context.
 *
 * Return: number of the newest arrival, 0 without a monitor.
 */
u64 miracast_port_generation(struct miracast_target *target)
{
	unsigned long flags;
	u64 generation;

	spin_lock_irqsave(&target->lock, flags);
	generation = target->monitor ? target->generation : 0;
	spin_unlock_irqrestore(&target->lock, flags);

	return generation;
}

/**
 * miracast_port_limits - Get the limits of the context
 * @target: the target
 * @limits: where to put them
 *
 * Any context.
 *
 * Return: false when no monitor is present for the DRM master; then the device's
 * limits hold.
 */
bool miracast_port_limits(struct miracast_target *target,
			  struct miracast_limits *limits)
{
	unsigned long flags;
	bool present;

	spin_lock_irqsave(&target->lock, flags);
	present = target->stream && target->monitor && !target->hidden;
	if (present)
		*limits = target->stream->limits;
	spin_unlock_irqrestore(&target->lock, flags);

	return present;
}
