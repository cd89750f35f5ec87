// SPDX-License-Identifier: GPL-2.0
/*
 * The device: module parameters, the DRM driver, and its platform device.
 *
 * Everything is managed: devm_ for what unbinding ends, drmm_ for what lives
 * until the last reference to the device goes.
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_auth.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_gem.h>
#include <drm/drm_gem_framebuffer_helper.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_managed.h>
#include <drm/drm_plane.h>
#include <drm/drm_vblank.h>

#include "miracast_blit.h"
#include "miracast_compat.h"
#include "miracast_debugfs.h"
#include "miracast_drv.h"
#include "miracast_gem.h"
#include "miracast_import.h"
#include "miracast_ioctl.h"
#include "miracast_target.h"

/* Framebuffers may be larger than modes: several targets can share one. */
#define MIRACAST_MAX_FRAMEBUFFER	16384

static unsigned int targets = 4;
module_param(targets, uint, 0444);
MODULE_PARM_DESC(targets, "Number of targets, 1 to 16 (default 4)");

static unsigned int encoder_slots;
module_param(encoder_slots, uint, 0444);
MODULE_PARM_DESC(encoder_slots,
		 "Number of encoder slots (default 0: one per target)");

static unsigned long macroblock_rate = 4 * MIRACAST_MAX_MACROBLOCK_RATE;
module_param(macroblock_rate, ulong, 0444);
MODULE_PARM_DESC(macroblock_rate,
		 "Encode capacity in macroblocks/s (default 8294400: four times H.264 level 5.2)");

static unsigned int picture_memory_mib = 512;
module_param(picture_memory_mib, uint, 0444);
MODULE_PARM_DESC(picture_memory_mib, "Picture memory in MiB (default 512)");

static bool hdcp;
module_param(hdcp, bool, 0444);
MODULE_PARM_DESC(hdcp,
		 "Offer content protection, which is as good as the owner keeps it (default 0)");

static const struct file_operations card_fops = {
	.owner = THIS_MODULE,
	.open = drm_open,
	.release = drm_release,
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
 * Count the masters, and take the screen of a new one from the owners at once.
 * The reference keeps an address from being used again for another master;
 * after unplug nobody cares, and unplug drops it.
 */
static void master_set(struct drm_device *drm, struct drm_file *file,
		       bool from_open)
{
	struct miracast_device *mdev = to_miracast_device(drm);
	struct drm_master *old = NULL;
	bool changed;
	unsigned int i;
	int idx;

	if (!drm_dev_enter(drm, &idx))
		return;

	mutex_lock(&mdev->master_lock);
	changed = mdev->master != file->master;
	if (changed) {
		old = mdev->master;
		mdev->master = drm_master_get(file->master);
		WRITE_ONCE(mdev->master_serial, mdev->master_serial + 1);
	}
	mutex_unlock(&mdev->master_lock);

	for (i = 0; changed && i < mdev->target_count; i++)
		miracast_target_master_changed(mdev->targets[i]);
	if (old)
		drm_master_put(&old);
	drm_dev_exit(idx);
}

/*
 * Not DRM_GEM_SHMEM_DRIVER_OPS: since Linux 6.17 it sets .gem_prime_import too,
 * and the last one wins. With the helper's import an owner's private export could
 * be scanned out, and imports would be attached at once and mapped by anybody.
 */
static const struct drm_driver miracast_driver = {
	.driver_features = DRIVER_GEM | DRIVER_MODESET | DRIVER_ATOMIC,
	.name = "miracast",
	.desc = "Miracast virtual display",
	MIRACAST_COMPAT_DRIVER_DATE
	.major = 0,
	.minor = 1,
	.fops = &card_fops,
	.ioctls = ioctls,
	.num_ioctls = ARRAY_SIZE(ioctls),
	.master_set = master_set,
	.debugfs_init = miracast_debugfs_init,
	MIRACAST_COMPAT_DRIVER_FDINFO
	.gem_create_object = miracast_gem_create_object,
	.gem_prime_import = miracast_gem_prime_import,
	.dumb_create = drm_gem_shmem_dumb_create,
	MIRACAST_COMPAT_DRIVER_PRIME
	.dumb_map_offset = miracast_import_dumb_map_offset,
};

/**
 * miracast_fb_create - Make a framebuffer of objects
 * @drm: the device
 * @file: whose handles the objects have
 * @info: the format
 * @cmd: what user space asks for
 *
 * Pixels are read as words, so they have to lie as words. A modifier that no plane
 * has is refused here, where clients try without one; Linux 6.1 would accept it,
 * and refuse to show it.
 *
 * Return: the framebuffer or an ERR_PTR.
 */
struct drm_framebuffer *miracast_fb_create(struct drm_device *drm,
					   struct drm_file *file,
					   const struct drm_format_info *info,
					   const struct drm_mode_fb_cmd2 *cmd)
{
	if (!miracast_blit_format_supported(cmd->pixel_format) ||
	    !drm_any_plane_has_format(drm, cmd->pixel_format, cmd->modifier[0]) ||
	    cmd->pitches[0] % info->cpp[0] || cmd->offsets[0] % info->cpp[0])
		return ERR_PTR(-EINVAL);

	return drm_gem_fb_create_with_dirty(drm, file, info, cmd);
}

/*
 * Tell whether a commit says what the CRTC shows; DRM core makes some that do
 * not, in nobody's name, as when a cursor's framebuffer goes.
 */
static bool shows_picture(struct drm_atomic_state *state, struct drm_crtc *crtc)
{
	const struct drm_plane_state *primary =
		drm_atomic_get_new_plane_state(state, crtc->primary);

	return primary && primary->fb;
}

/*
 * For owners, a screen is its master's. So when another master sets the mode that
 * is set already, that is a mode set all the same.
 */
static void check_masters(struct drm_atomic_state *state)
{
	struct miracast_device *mdev = to_miracast_device(state->dev);
	u64 master = READ_ONCE(mdev->master_serial);
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
		    shows_picture(state, crtc))
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
	.atomic_commit = drm_atomic_helper_commit,
};

/*
 * Switch CRTCs on before the planes, so that what they show is captured. That
 * comes once the flips of all of them are armed, because it may wait for fences
 * that wait for any of these. Flips are waited for, not vblanks: an owner may
 * delay a flip.
 */
static void commit_tail(struct drm_atomic_state *state)
{
	struct drm_device *drm = state->dev;
	struct drm_crtc_state *new;
	struct drm_crtc *crtc;
	int i;

	drm_atomic_helper_commit_modeset_disables(drm, state);
	drm_atomic_helper_commit_modeset_enables(drm, state);
	drm_atomic_helper_commit_planes(drm, state,
					DRM_PLANE_COMMIT_ACTIVE_ONLY);
	for_each_new_crtc_in_state(state, crtc, new, i)
		if (new->active)
			miracast_capture_show(crtc_to_miracast_target(crtc));
	drm_atomic_helper_commit_hw_done(state);
	drm_atomic_helper_wait_for_flip_done(drm, state);
	drm_atomic_helper_cleanup_planes(drm, state);
}

static const struct drm_mode_config_helper_funcs mode_config_helpers = {
	.atomic_commit_tail = commit_tail,
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
	mutex_destroy(&mdev->master_lock);
	mutex_destroy(&mdev->class_lock);
}

static int init_device(struct miracast_device *mdev)
{
	struct miracast_resources total = {
		.slots = encoder_slots ?: targets,
		.rate_mbps = macroblock_rate,
		.memory_bytes = (u64)picture_memory_mib * SZ_1M,
	};

	mdev->hdcp = hdcp;
	miracast_budget_init(&mdev->budget, &total);
	mdev->capture_wq = alloc_workqueue("miracast-capture",
					   WQ_HIGHPRI | WQ_UNBOUND, 0);
	if (!mdev->capture_wq)
		return -ENOMEM;

	mutex_init(&mdev->class_lock);
	mutex_init(&mdev->master_lock);

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

static void unplug(void *data)
{
	struct miracast_device *mdev = data;
	unsigned int i;

	drm_dev_unplug(&mdev->drm);
	for (i = 0; i < mdev->target_count; i++)
		miracast_target_unplug(mdev->targets[i]);
	drm_atomic_helper_shutdown(&mdev->drm);
	for (i = 0; i < mdev->target_count; i++)
		miracast_crc_fini(mdev->targets[i]);
	if (mdev->master)
		drm_master_put(&mdev->master);
}

static int probe(struct platform_device *pdev)
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
	/* The CPU does the transfers. */
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
	if (ret)
		return ret;

	return devm_add_action_or_reset(&pdev->dev, unplug, mdev);
}

/*
 * What is shown stops and comes back; owners learn it as POWER off and on, and
 * their first picture after that is a full one.
 */
static int suspend(struct device *dev)
{
	struct miracast_device *mdev = dev_get_drvdata(dev);
	struct drm_crtc_state *new;
	struct drm_crtc *crtc;
	int i, ret;

	ret = drm_mode_config_helper_suspend(&mdev->drm);
	if (ret)
		return ret;

	/* What comes back is shown for whom it was shown before. */
	for_each_new_crtc_in_state(mdev->drm.mode_config.suspend_state, crtc,
				   new, i)
		to_miracast_crtc_state(new)->internal = true;

	return 0;
}

static int resume(struct device *dev)
{
	struct miracast_device *mdev = dev_get_drvdata(dev);

	return drm_mode_config_helper_resume(&mdev->drm);
}

static DEFINE_SIMPLE_DEV_PM_OPS(pm_ops, suspend, resume);

static struct platform_driver miracast_platform_driver = {
	.probe = probe,
	.driver = {
		.name = "miracast",
		/* Loading fails when probing does. */
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
		.pm = pm_sleep_ptr(&pm_ops),
	},
};

static struct platform_device *miracast_platform_device;

static int __init miracast_init(void)
{
	int ret;

	if (targets < 1 || targets > MIRACAST_MAX_TARGETS) {
		pr_err("targets=%u is not in 1..%u\n", targets,
		       MIRACAST_MAX_TARGETS);
		return -EINVAL;
	}

	miracast_platform_device =
		platform_device_register_simple("miracast", -1, NULL, 0);
	if (IS_ERR(miracast_platform_device))
		return PTR_ERR(miracast_platform_device);

	ret = platform_driver_register(&miracast_platform_driver);
	if (ret)
		goto err_device;

	/* The driver core does not tell that probing failed. */
	if (!platform_get_drvdata(miracast_platform_device)) {
		ret = -ENODEV;
		goto err_driver;
	}

	return 0;

err_driver:
	platform_driver_unregister(&miracast_platform_driver);
err_device:
	platform_device_unregister(miracast_platform_device);
	return ret;
}

static void __exit miracast_exit(void)
{
	platform_driver_unregister(&miracast_platform_driver);
	platform_device_unregister(miracast_platform_device);
}

module_init(miracast_init);
module_exit(miracast_exit);

MODULE_DESCRIPTION("Miracast virtual display driver");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("DMA_BUF");
