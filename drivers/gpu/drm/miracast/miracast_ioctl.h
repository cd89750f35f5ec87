/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device driver interface: all ioctls.
 */
#ifndef _MIRACAST_IOCTL_H_
#define _MIRACAST_IOCTL_H_

#include <linux/types.h>

#include <uapi/drm/miracast_drm.h>

struct drm_device;
struct drm_file;
struct file;
struct miracast_context;

/* Card node. */
long miracast_card_ioctl(struct file *file, unsigned int cmd,
			 unsigned long arg);
long miracast_card_compat_ioctl(struct file *file, unsigned int cmd,
				unsigned long arg);
int miracast_query_caps_ioctl(struct drm_device *drm, void *data,
			      struct drm_file *file);

/* Context fd. */
long miracast_context_ioctl(struct file *file, unsigned int cmd,
			    unsigned long arg);
int miracast_io_control(struct miracast_context *context,
			struct drm_miracast_io_control *args,
			u32 __user *bytes_returned);
u64 miracast_io_control_codes(const struct miracast_device *mdev);

#endif
