// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/miracast.
 *
 * Has QUERY_CAPS and CREATE_CONTEXT, as the card node does. But a process that opens it
 * never becomes DRM master, so it cannot keep a compositor from becoming master. The node
 * is removed with the device; ioctls of open files return ENODEV then.
 */
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>

#include "miracast_drv.h"
#include "miracast_ioctl.h"
#include "miracast_node.h"

/* The misc device cannot be removed meanwhile: the misc core holds a lock. */
static int node_open(struct inode *inode, struct file *file)
{
	struct miracast_device *mdev =
		container_of(file->private_data, struct miracast_device, node);

	drm_dev_get(&mdev->drm);
	file->private_data = mdev;

	return 0;
}

static int node_release(struct inode *inode, struct file *file)
{
	struct miracast_device *mdev = file->private_data;

	drm_dev_put(&mdev->drm);

	return 0;
}

static const struct file_operations node_fops = {
	.owner = THIS_MODULE,
	.open = node_open,
	.release = node_release,
	.unlocked_ioctl = miracast_node_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static void unregister_misc(void *data)
{
	struct miracast_device *mdev = data;

	misc_deregister(&mdev->node);
}

/**
 * miracast_node_register - Create the node
 * @mdev: the device, registered; the node is removed before it
 *
 * Return: 0 or a negative errno.
 */
int miracast_node_register(struct miracast_device *mdev)
{
	int ret;

	mdev->node = (struct miscdevice) {
		.minor = MISC_DYNAMIC_MINOR,
		.name = "miracast",
		.fops = &node_fops,
		.parent = mdev->drm.dev,
		/* Anybody may open it; calls check for the rights that they need. */
		.mode = 0666,
	};
	ret = misc_register(&mdev->node);
	if (ret)
		return ret;

	return devm_add_action_or_reset(mdev->drm.dev, unregister_misc, mdev);
}
