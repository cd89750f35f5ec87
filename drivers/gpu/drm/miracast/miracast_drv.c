// SPDX-License-Identifier: GPL-2.0
/*
 * The device: module parameters, the DRM driver, and its platform device.
 *
 * Everything is managed: devm_ for what unbinding ends, drmm_ for what lives
 * until the last reference to the device goes.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/stringify.h>
#include <linux/workqueue.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_gem.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_managed.h>
#include <drm/drm_vblank.h>

#include "miracast_commit.h"
#include "miracast_compat.h"
#include "miracast_context.h"
#include "miracast_debugfs.h"
#include "miracast_drv.h"
#include "miracast_fb.h"
#include "miracast_gem.h"
#include "miracast_import.h"
#include "miracast_ioctl.h"
#include "miracast_node.h"
#include "miracast_port.h"
#include "miracast_prime.h"
#include "miracast_target.h"

/* Framebuffers may be larger than modes: several targets can share one. */
#define MIRACAST_MAX_FRAMEBUFFER	16384
/* The smallest context has two buffers of 640 x 480 pixels of 4 bytes. */
#define MIN_PICTURE_MEMORY_MIB		3

static unsigned int targets = 4;
module_param(targets, uint, 0444);
MODULE_PARM_DESC(targets, "Number of targets, 1 to 16 (default 4)");

static unsigned int encoder_slots;
module_param(encoder_slots, uint, 0444);
MODULE_PARM_DESC(encoder_slots,
		 "Number of encoder slots, up to 16 (default 0: one per target)");

static unsigned long macroblock_rate = 4 * MIRACAST_MAX_MACROBLOCK_RATE;
module_param(macroblock_rate, ulong, 0444);
MODULE_PARM_DESC(macroblock_rate,
		 "Encode capacity in macroblocks/s, at least 72000 (default 8294400: four times H.264 level 5.2)");

static unsigned int picture_memory_mib = 512;
module_param(picture_memory_mib, uint, 0444);
MODULE_PARM_DESC(picture_memory_mib,
		 "Picture memory in MiB, at least 3 (default 512)");

static bool hdcp;
module_param(hdcp, bool, 0444);
MODULE_PARM_DESC(hdcp,
		 "Offer content protection, which is as good as the owner keeps it (default 0)");

static void master_gone(struct miracast_device *mdev, u64 master)
{
	unsigned int i;

	for (i = 0; i < mdev->target_count; i++)
		miracast_crtc_master_gone(mdev->targets[i], master);
	miracast_context_master_gone(mdev, master);
}

/*
 * A master is gone when its file is closed, and its number is not used again. After an
 * unplug, contexts stay as they are, for owners that still read them.
 */
static int card_release(struct inode *inode, struct file *file)
{
	struct drm_file *client = file->private_data;
	struct drm_device *drm = client->minor->dev;
	struct miracast_device *mdev = to_miracast_device(drm);
	u64 master = miracast_master_last_close(mdev, client);
	int ret;

	drm_dev_get(drm);
	ret = drm_release(inode, file);
	if (master && !drm_dev_is_unplugged(drm))
		master_gone(mdev, master);
	drm_dev_put(drm);

	return ret;
}

static const struct file_operations card_fops = {
	.owner = THIS_MODULE,
	.open = drm_open,
	.release = card_release,
	.unlocked_ioctl = miracast_card_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = miracast_card_compat_ioctl,
#endif
	.poll = drm_poll,
	.read = drm_read,
	.llseek = noop_llseek,
	.mmap = drm_gem_mmap,
	MIRACAST_COMPAT_CARD_FDINFO
	MIRACAST_COMPAT_FOP_FLAGS
};

/* CREATE_CONTEXT is answered in card_fops, see there. */
static const struct drm_ioctl_desc ioctls[] = {
	DRM_IOCTL_DEF_DRV(MIRACAST_QUERY_CAPS, miracast_query_caps_ioctl, 0),
};

/*
 * Not DRM_GEM_SHMEM_DRIVER_OPS: since Linux 6.17 it sets .gem_prime_import too,
 * and the last one wins. With the helper's import an owner's private export could
 * be scanned out, and imports would be attached at once and mapped by anybody.
 */
static const struct drm_driver miracast_driver = {
	.driver_features = DRIVER_GEM | DRIVER_MODESET | DRIVER_ATOMIC |
			   DRIVER_SYNCOBJ | DRIVER_SYNCOBJ_TIMELINE,
	.name = "miracast",
	.desc = "Miracast virtual display",
	MIRACAST_COMPAT_DRIVER_DATE
	.major = DRM_MIRACAST_ABI_MAJOR,
	.minor = DRM_MIRACAST_ABI_MINOR,
	.fops = &card_fops,
	.ioctls = ioctls,
	.num_ioctls = ARRAY_SIZE(ioctls),
	.open = miracast_master_open,
	.postclose = miracast_master_close,
	.master_set = miracast_master_set,
	.master_drop = miracast_master_drop,
	.debugfs_init = miracast_debugfs_init,
	MIRACAST_COMPAT_DRIVER_FDINFO
	.gem_create_object = miracast_gem_create_object,
	.gem_prime_import = miracast_prime_import,
	.dumb_create = miracast_gem_dumb_create,
	MIRACAST_COMPAT_DRIVER_PRIME
	.dumb_map_offset = miracast_import_dumb_map_offset,
};

/*
 * Check whether a commit sets the framebuffer of the CRTC's primary plane, and whether it
 * is the master's own. DRM core also commits on nobody's behalf, e.g. when the framebuffer
 * of a cursor is removed; and a framebuffer that another master left is not claimed.
 */
static bool shows_picture(struct drm_atomic_state *state, struct drm_crtc *crtc,
			  u64 master)
{
	const struct drm_plane_state *primary =
		drm_atomic_get_new_plane_state(state, crtc->primary);
	u64 owner;

	if (!primary || !primary->fb)
		return false;

	owner = miracast_fb_master(primary->fb);

	return !owner || owner == master;
}

/*
 * For owners, a screen belongs to its master. So when another master sets the mode that
 * is set already, it counts as a mode set.
 */
static void check_masters(struct drm_atomic_state *state)
{
	u64 master = miracast_master_newest(to_miracast_device(state->dev));
	struct drm_crtc_state *new;
	struct drm_crtc *crtc;
	int i;

	if (!state->allow_modeset)
		return;

	for_each_new_crtc_in_state(state, crtc, new, i) {
		const struct miracast_crtc_state *own =
			to_miracast_crtc_state(new);

		if (new->active && !own->internal &&
		    own->master_serial != master &&
		    shows_picture(state, crtc, master))
			new->mode_changed = true;
	}
}

static int atomic_check(struct drm_device *drm, struct drm_atomic_state *state)
{
	check_masters(state);

	return drm_atomic_helper_check(drm, state);
}

static const struct drm_mode_config_funcs mode_config_funcs = {
	.fb_create = miracast_compat_fb_create,
	.atomic_check = atomic_check,
	.atomic_commit = miracast_commit,
};

static const struct drm_mode_config_helper_funcs mode_config_helpers = {
	.atomic_commit_tail = miracast_commit_tail,
};

static int init_mode_config(struct drm_device *drm)
{
	int ret = drmm_mode_config_init(drm);

	if (ret)
		return ret;

	drm->mode_config.funcs = &mode_config_funcs;
	drm->mode_config.helper_private = &mode_config_helpers;
	drm->mode_config.min_width = 1;
	drm->mode_config.min_height = 1;
	drm->mode_config.max_width = MIRACAST_MAX_FRAMEBUFFER;
	drm->mode_config.max_height = MIRACAST_MAX_FRAMEBUFFER;
	drm->mode_config.cursor_width = MIRACAST_CURSOR_SIZE;
	drm->mode_config.cursor_height = MIRACAST_CURSOR_SIZE;
	drm->mode_config.preferred_depth = 24;
	drm->mode_config.prefer_shadow = 0;

	return 0;
}

static void device_release(struct drm_device *drm, void *data)
{
	struct miracast_device *mdev = to_miracast_device(drm);

	destroy_workqueue(mdev->capture_wq);
	mutex_destroy(&mdev->class_lock);
}

/* Another master has the device, or none has. */
static void masters_changed(struct miracast_device *mdev)
{
	unsigned int i;

	for (i = 0; i < mdev->target_count; i++)
		miracast_port_master_changed(mdev->targets[i]);
}

static int init_device(struct miracast_device *mdev)
{
	struct miracast_resources total = {
		.slots = encoder_slots ?: targets,
		.macroblock_rate = macroblock_rate,
		.memory_bytes = (u64)picture_memory_mib * SZ_1M,
	};

	mdev->hdcp = hdcp;
	miracast_budget_init(&mdev->budget, &total);
	mdev->capture_wq = alloc_workqueue("miracast-capture",
					   WQ_HIGHPRI | WQ_UNBOUND, 0);
	if (!mdev->capture_wq)
		return -ENOMEM;

	mutex_init(&mdev->class_lock);
	miracast_masters_init(&mdev->masters, masters_changed);

	return drmm_add_action_or_reset(&mdev->drm, device_release, NULL);
}

static int init_targets(struct miracast_device *mdev)
{
	unsigned int i;
	int ret;

	for (i = 0; i < targets; i++) {
		struct miracast_target *target;

		target = miracast_target_create(mdev, i);
		if (IS_ERR(target))
			return PTR_ERR(target);
		mdev->targets[i] = target;
	}
	mdev->target_count = targets;

	ret = init_mode_config(&mdev->drm);
	for (i = 0; !ret && i < targets; i++)
		ret = miracast_target_register(mdev->targets[i]);

	return ret;
}

static void unplug_device(void *data)
{
	struct miracast_device *mdev = data;
	unsigned int i;

	/* The worker first, because it uses the device. */
	for (i = 0; i < mdev->target_count; i++)
		miracast_worker_stop(mdev->targets[i]);
	drm_dev_unplug(&mdev->drm);
	for (i = 0; i < mdev->target_count; i++)
		miracast_target_unplug(mdev->targets[i]);
	miracast_commit_shutdown(&mdev->drm);
	for (i = 0; i < mdev->target_count; i++) {
		/* Without memory for the commit a CRTC is still on. */
		miracast_vblank_stop(&mdev->targets[i]->crtc);
		miracast_crc_fini(mdev->targets[i]);
	}
}

static int make_device(struct platform_device *pdev)
{
	struct miracast_device *mdev;
	int ret;

	mdev = devm_drm_dev_alloc(&pdev->dev, &miracast_driver,
				  struct miracast_device, drm);
	if (IS_ERR(mdev))
		return PTR_ERR(mdev);

	ret = dma_coerce_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;
	/* No DMA: the CPU copies. */
	dma_set_max_seg_size(&pdev->dev, UINT_MAX);

	ret = init_device(mdev);
	if (ret)
		return ret;

	ret = init_targets(mdev);
	if (ret)
		return ret;

	mdev->drm.vblank_disable_immediate = true;
	ret = drm_vblank_init(&mdev->drm, mdev->target_count);
	if (ret)
		return ret;

	drm_mode_config_reset(&mdev->drm);
	platform_set_drvdata(pdev, mdev);

	ret = drm_dev_register(&mdev->drm, 0);
	if (ret) {
		/* DRM core leaves it set on an error, and then warns about its objects. */
		mdev->drm.registered = false;
		return ret;
	}

	ret = devm_add_action_or_reset(&pdev->dev, unplug_device, mdev);
	if (ret)
		return ret;

	return miracast_node_register(mdev);
}

/* What the last probe returned; the driver core does not report it. */
static int probe_result = -ENODEV;

static int probe_device(struct platform_device *pdev)
{
	probe_result = make_device(pdev);

	return probe_result;
}

/*
 * The CRTCs go off and come on again. Owners get POWER messages, and a full picture
 * after that.
 */
static int suspend_device(struct device *dev)
{
	struct miracast_device *mdev = dev_get_drvdata(dev);
	struct drm_crtc_state *new;
	struct drm_crtc *crtc;
	int i, ret;

	ret = drm_mode_config_helper_suspend(&mdev->drm);
	if (ret)
		return ret;

	/* Resume restores each screen for the master that had it before. */
	for_each_new_crtc_in_state(mdev->drm.mode_config.suspend_state, crtc,
				   new, i)
		to_miracast_crtc_state(new)->internal = true;

	return 0;
}

static int resume_device(struct device *dev)
{
	struct miracast_device *mdev = dev_get_drvdata(dev);

	return drm_mode_config_helper_resume(&mdev->drm);
}

static DEFINE_SIMPLE_DEV_PM_OPS(pm_ops, suspend_device, resume_device);

static struct platform_driver miracast_platform_driver = {
	.probe = probe_device,
	.driver = {
		.name = "miracast",
		/* Loading fails when probing does. */
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
		.pm = pm_sleep_ptr(&pm_ops),
	},
};

static struct platform_device *miracast_platform_device;

/* With less memory, not even the smallest context could be created. */
static int __init check_parameters(void)
{
	if (targets < 1 || targets > MIRACAST_MAX_TARGETS)
		pr_err("targets=%u is not in 1..%u\n", targets,
		       MIRACAST_MAX_TARGETS);
	else if (encoder_slots > MIRACAST_MAX_TARGETS)
		pr_err("encoder_slots=%u is not in 0..%u\n", encoder_slots,
		       MIRACAST_MAX_TARGETS);
	else if (macroblock_rate < MIRACAST_MIN_MACROBLOCK_RATE)
		pr_err("macroblock_rate=%lu is less than %u, which 640x480 at 60 Hz needs\n",
		       macroblock_rate, MIRACAST_MIN_MACROBLOCK_RATE);
	else if (picture_memory_mib < MIN_PICTURE_MEMORY_MIB)
		pr_err("picture_memory_mib=%u is less than %u, which two pictures of 640x480 need\n",
		       picture_memory_mib, MIN_PICTURE_MEMORY_MIB);
	else
		return 0;

	return -EINVAL;
}

static int __init miracast_init(void)
{
	int ret = check_parameters();

	if (ret)
		return ret;

	ret = miracast_commit_init();
	if (ret)
		return ret;

	miracast_platform_device =
		platform_device_register_simple("miracast", -1, NULL, 0);
	if (IS_ERR(miracast_platform_device)) {
		ret = PTR_ERR(miracast_platform_device);
		goto err_commit;
	}

	ret = platform_driver_register(&miracast_platform_driver);
	if (ret)
		goto err_device;

	if (!platform_get_drvdata(miracast_platform_device)) {
		/* The driver core may also have failed before it called the probe. */
		ret = probe_result ?: -ENODEV;
		goto err_driver;
	}

	return 0;

err_driver:
	platform_driver_unregister(&miracast_platform_driver);
err_device:
	platform_device_unregister(miracast_platform_device);
err_commit:
	miracast_commit_exit();
	return ret;
}

static void __exit miracast_exit(void)
{
	platform_driver_unregister(&miracast_platform_driver);
	platform_device_unregister(miracast_platform_device);
	miracast_commit_exit();
}

module_init(miracast_init);
module_exit(miracast_exit);

MODULE_DESCRIPTION("Miracast virtual display driver");
MODULE_VERSION(__stringify(DRM_MIRACAST_ABI_MAJOR) "."
	       __stringify(DRM_MIRACAST_ABI_MINOR));
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("DMA_BUF");
