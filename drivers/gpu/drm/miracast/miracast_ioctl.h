/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ioctls of the card node and of /dev/miracast.
 */
#ifndef _MIRACAST_IOCTL_H_
#define _MIRACAST_IOCTL_H_

#include <linux/types.h>

struct drm_device;
struct drm_file;
struct file;

/* Card node. */
long miracast_card_ioctl(struct file *file, unsigned int cmd,
			 unsigned long arg);
long miracast_card_compat_ioctl(struct file *file, unsigned int cmd,
				unsigned long arg);
int miracast_query_caps_ioctl(struct drm_device *drm, void *data,
			      struct drm_file *file);

/* /dev/miracast. */
long miracast_node_ioctl(struct file *file, unsigned int cmd,
			 unsigned long arg);

#endif
