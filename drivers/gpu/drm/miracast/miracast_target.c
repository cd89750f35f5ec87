// SPDX-License-Identifier: GPL-2.0
/*
 * Targets.
 *
 * Creates a target from its parts, and destroys it: the KMS objects, capture, frame CRCs,
 * worker. Everything else is in the files of the parts.
 */
#include <drm/drm_drv.h>
#include <drm/drm_managed.h>

#include "miracast_drv.h"
#include "miracast_monitor.h"
#include "miracast_stream.h"
#include "miracast_target.h"

/* Runs after the mode config, and with it all KMS objects, was freed. */
static void target_release(struct drm_device *drm, void *data)
{
	struct miracast_target *target = data;

	/* Waits for works of streams that have ended, which use the target's lock. */
	miracast_worker_fini(target);
	miracast_crc_fini(target);
	miracast_capture_fini(target);
	miracast_monitor_put(target->monitor);
	kfree(target);
}

/**
 * miracast_target_create - Create a target
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
 * Wakes the owner, whose read() reports the end.
 */
void miracast_target_unplug(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	target->unplugged = true;
	if (target->stream)
		miracast_stream_end(target->stream, -ENODEV);
	spin_unlock_irqrestore(&target->lock, flags);
}
