// SPDX-License-Identifier: GPL-2.0
/*
 * Targets.
 *
 * Owns: the KMS objects of a target, the monitor behind it and the pointer to
 * the stream of the context that has it. The state is guarded by the target's
 * spinlock; whatever a change of it asks of KMS is left to the worker.
 */
#include <drm/drm_drv.h>
#include <drm/drm_managed.h>

#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_monitor.h"
#include "miracast_stream.h"
#include "miracast_target.h"

/* After the mode config, and with it all KMS objects, is gone. */
static void target_release(struct drm_device *drm, void *data)
{
	struct miracast_target *target = data;

	miracast_worker_fini(target);
	miracast_crc_fini(target);
	miracast_capture_fini(target);
	miracast_monitor_put(target->monitor);
	kfree(target);
}

/**
 * miracast_target_create - Make a target
 * @mdev: the device
 * @index: number of the target, equal to that of its CRTC
 *
 * Called before drmm_mode_config_init(), so that it is freed after the KMS
 * objects, which miracast_target_register() adds.
 *
 * Return: the target or an ERR_PTR.
 */
struct miracast_target *miracast_target_create(struct miracast_device *mdev,
					       unsigned int index)
{
	struct miracast_target *target = kzalloc(sizeof(*target), GFP_KERNEL);
	int ret;

	if (!target)
		return ERR_PTR(-ENOMEM);

	target->mdev = mdev;
	target->index = index;
	spin_lock_init(&target->lock);
	miracast_crc_init(target);

	ret = miracast_capture_init(target);
	if (ret || miracast_worker_init(target)) {
		miracast_capture_fini(target);
		kfree(target);
		return ERR_PTR(-ENOMEM);
	}

	ret = drmm_add_action_or_reset(&mdev->drm, target_release, target);
	if (ret)
		return ERR_PTR(ret);

	return target;
}

/**
 * miracast_target_register - Register the KMS objects of a target
 * @target: the target
 *
 * Return: 0 or a negative errno; what was registered goes with the mode config.
 */
int miracast_target_register(struct miracast_target *target)
{
	int ret;

	ret = miracast_planes_init(target);
	if (!ret)
		ret = miracast_crtc_init(target);
	if (!ret)
		ret = miracast_connector_init(target);

	return ret;
}

/**
 * miracast_target_unplug - The device is gone
 * @target: the target; drm_dev_unplug() has returned
 *
 * Wakes the owner, who learns that nothing more will come.
 */
void miracast_target_unplug(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	if (target->stream)
		miracast_stream_end(target->stream, -ENODEV);
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_target_arrive - A monitor arrives
 * @target: the target, locked, its stream started
 * @monitor: the monitor, taken; set to the one that it replaces or NULL, which
 *	the caller puts after unlocking
 */
void miracast_target_arrive(struct miracast_target *target,
			    struct miracast_monitor **monitor)
{
	struct miracast_monitor *old = target->monitor;

	lockdep_assert_held(&target->lock);

	miracast_stream_departed(target->stream, DRM_MIRACAST_CAUSE_OWNER,
				 false);
	miracast_hdcp_reset(target, false);
	target->monitor = *monitor;
	target->generation++;
	target->away = false;
	target->link_bad = false;
	target->shown_by = 0;
	cancel_delayed_work(&target->refused_work);
	target->stream->state = DRM_MIRACAST_STATE_MONITOR;
	*monitor = old;

	miracast_target_queue(target, BIT(MIRACAST_TODO_HOTPLUG) |
				      BIT(MIRACAST_TODO_LINK) |
				      BIT(MIRACAST_TODO_RECOMMIT));
}

/**
 * miracast_target_depart - The monitor departs
 * @target: the target, locked; the stream was told already
 *
 * Return: the monitor or NULL, which the caller puts after unlocking.
 */
struct miracast_monitor *miracast_target_depart(struct miracast_target *target)
{
	struct miracast_monitor *old = target->monitor;

	lockdep_assert_held(&target->lock);

	if (!old)
		return NULL;

	miracast_hdcp_reset(target, false);
	target->monitor = NULL;
	target->away = false;
	target->link_bad = false;
	target->lit_for = 0;
	cancel_delayed_work(&target->refused_work);
	miracast_target_queue(target, BIT(MIRACAST_TODO_HOTPLUG) |
				      BIT(MIRACAST_TODO_LINK) |
				      BIT(MIRACAST_TODO_TRIM));

	return old;
}

/**
 * miracast_target_mode_refused - The owner refused the mode
 * @target: the target, locked, with a monitor
 */
void miracast_target_mode_refused(struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	miracast_monitor_refuse(target->monitor, &target->stream->mode);
	target->link_bad = true;
	miracast_target_queue(target, BIT(MIRACAST_TODO_HOTPLUG) |
				      BIT(MIRACAST_TODO_LINK));
	miracast_target_watch_refused(target);
}

/**
 * miracast_target_mode_accepted - The owner accepted the mode
 * @target: the target, locked
 */
void miracast_target_mode_accepted(struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	if (target->link_bad) {
		target->link_bad = false;
		miracast_target_queue(target, BIT(MIRACAST_TODO_LINK));
	}
	miracast_capture_kick(target);
}

/*
 * Another DRM master's screen is not what the session was started for: unless
 * the owner follows masters, the monitor departs.
 */
static struct miracast_monitor *check_master(struct miracast_target *target,
					     u64 master_serial)
{
	struct miracast_stream *stream = target->stream;

	if (!target->monitor || !target->shown_by ||
	    target->shown_by == master_serial ||
	    stream->flags & DRM_MIRACAST_CONTEXT_FOLLOW_MASTER)
		return NULL;

	miracast_stream_departed(stream, DRM_MIRACAST_CAUSE_MASTER, true);

	return miracast_target_depart(target);
}

/**
 * miracast_target_master_changed - There is a new DRM master
 * @target: the target
 *
 * Any context.
 */
void miracast_target_master_changed(struct miracast_target *target)
{
	struct miracast_monitor *gone;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	gone = check_master(target, READ_ONCE(target->mdev->master_serial));
	spin_unlock_irqrestore(&target->lock, flags);

	miracast_monitor_put(gone);
}

/**
 * miracast_target_is_for_owner - Tell whether the owner may see a master's screen
 * @target: the target, locked, with a stream
 * @master_serial: the DRM master that lit the CRTC
 *
 * Return: true for the master of now, and for any when the owner follows masters.
 */
bool miracast_target_is_for_owner(const struct miracast_target *target,
				  u64 master_serial)
{
	lockdep_assert_held(&target->lock);

	return master_serial == READ_ONCE(target->mdev->master_serial) ||
	       target->stream->flags & DRM_MIRACAST_CONTEXT_FOLLOW_MASTER;
}

/**
 * miracast_target_lit - The CRTC was lit
 * @target: the target; its capture shows @mode
 * @mode: the mode
 * @master_serial: DRM master whose commit lit it
 * @generation: arrival of the monitor that the commit was checked for
 *
 * The limits are checked once more: the commit may have been checked before the
 * context was there. Then the worker does it over, with the limits known.
 *
 * Any context.
 */
void miracast_target_lit(struct miracast_target *target,
			 const struct miracast_mode *mode, u64 master_serial,
			 u64 generation)
{
	struct miracast_monitor *gone = NULL;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	target->lit_by = master_serial;
	target->lit_for = 0;
	if (!target->monitor || target->away || generation != target->generation)
		goto out;

	/* The driver's own commit can meet a new master: that one shows nothing yet. */
	if (!miracast_target_is_for_owner(target, master_serial))
		goto out;

	if (!miracast_mode_within(mode, &target->stream->limits)) {
		miracast_target_queue(target, BIT(MIRACAST_TODO_RECOMMIT));
		goto out;
	}

	gone = check_master(target, master_serial);
	if (gone)
		goto out;

	target->lit_for = generation;
	if (!target->shown_by)
		target->shown_by = master_serial;
	miracast_stream_power(target->stream, true);
	miracast_stream_set_mode(target->stream, mode);
	miracast_target_queue(target, BIT(MIRACAST_TODO_TRIM));
out:
	spin_unlock_irqrestore(&target->lock, flags);

	miracast_monitor_put(gone);
}

/**
 * miracast_target_unlit - The CRTC went off
 * @target: the target
 *
 * Any context. A monitor that is away for a refused mode may come back.
 */
void miracast_target_unlit(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	miracast_hdcp_reset(target, true);
	target->lit_by = 0;
	target->lit_for = 0;
	if (target->stream)
		miracast_stream_power(target->stream, false);
	if (target->away)
		mod_delayed_work(target->wq, &target->refused_work, 0);
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_target_connected - Tell whether the connector is connected
 * @target: the target
 *
 * Any context.
 *
 * Return: true with a monitor.
 */
bool miracast_target_connected(struct miracast_target *target)
{
	unsigned long flags;
	bool connected;

	spin_lock_irqsave(&target->lock, flags);
	connected = target->monitor && !target->away;
	spin_unlock_irqrestore(&target->lock, flags);

	return connected;
}

/**
 * miracast_target_get_monitor - Get the monitor
 * @target: the target
 *
 * Any context.
 *
 * Return: the monitor, with a reference, or NULL.
 */
struct miracast_monitor *
miracast_target_get_monitor(struct miracast_target *target)
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
 * miracast_target_generation - Get the arrival that a mode is set for
 * @target: the target
 *
 * Any context.
 *
 * Return: number of the newest arrival, 0 without a monitor.
 */
u64 miracast_target_generation(struct miracast_target *target)
{
	unsigned long flags;
	u64 generation;

	spin_lock_irqsave(&target->lock, flags);
	generation = target->monitor ? target->generation : 0;
	spin_unlock_irqrestore(&target->lock, flags);

	return generation;
}

/**
 * miracast_target_limits - Get the limits of the context
 * @target: the target
 * @limits: where to put them
 *
 * Any context.
 *
 * Return: false when no monitor is present; then the device's limits hold.
 */
bool miracast_target_limits(struct miracast_target *target,
			    struct miracast_limits *limits)
{
	unsigned long flags;
	bool present;

	spin_lock_irqsave(&target->lock, flags);
	present = target->stream && target->monitor;
	if (present)
		*limits = target->stream->limits;
	spin_unlock_irqrestore(&target->lock, flags);

	return present;
}

/**
 * miracast_target_shows - Tell whether the owner may have what is shown
 * @target: the target, locked
 *
 * Return: true when the CRTC was lit for the owner's monitor, and the owner has
 * accepted the mode.
 */
bool miracast_target_shows(const struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	return target->stream && target->monitor && !target->away &&
	       target->lit_for == target->generation &&
	       miracast_stream_wants(target->stream);
}

/**
 * miracast_target_flip_done - Tell whether the flip in flight may complete
 * @target: the target
 * @late: its vblank was an earlier one
 *
 * Any context.
 *
 * Return: false when it has to wait for the next vblank, because a DIRECT owner
 * still reads what it replaces.
 */
bool miracast_target_flip_done(struct miracast_target *target, bool late)
{
	unsigned long flags;
	bool done;

	spin_lock_irqsave(&target->lock, flags);
	done = !target->stream || !target->stream->direct ||
	       miracast_direct_flip_done(target->stream, late);
	spin_unlock_irqrestore(&target->lock, flags);

	return done;
}

/**
 * miracast_target_get_use - Tell what is done with what is shown
 * @target: the target
 * @use: filled in
 *
 * Any context.
 */
void miracast_target_get_use(struct miracast_target *target,
			     struct miracast_use *use)
{
	const struct miracast_stream *stream;
	bool metadata = false, direct = false;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	stream = target->stream;
	if (stream) {
		metadata = stream->flags &
			   DRM_MIRACAST_CONTEXT_CURSOR_METADATA;
		direct = stream->direct;
	}
	use->primary_read = (stream && !direct) || target->crc.enabled;
	use->cursor_read = stream || target->crc.enabled;
	use->cursor_blended = !metadata && !direct;
	use->cursor_refused = !metadata && direct;
	spin_unlock_irqrestore(&target->lock, flags);
}
