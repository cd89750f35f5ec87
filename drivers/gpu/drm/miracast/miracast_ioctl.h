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
struct miracast_control;
struct miracast_device;

/*
 * Flags of CREATE_CONTEXT that need a capability, except TRUSTED by the DRM master
 * for its own screen.
 */
#define MIRACAST_PRIVILEGED_FLAGS \
	(DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER | \
	 DRM_MIRACAST_CONTEXT_FLAG_TRUSTED | \
	 DRM_MIRACAST_CONTEXT_FLAG_HDCP)
/* All flags of CREATE_CONTEXT. */
#define MIRACAST_CONTEXT_FLAGS \
	(DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA | \
	 DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS | \
	 DRM_MIRACAST_CONTEXT_FLAG_CONTROL | MIRACAST_PRIVILEGED_FLAGS)

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


/* The context's file, and its control file. */
long miracast_context_ioctl(struct file *file, unsigned int cmd,
			    unsigned long arg);
long miracast_control_ioctl(struct file *file, unsigned int cmd,
			    unsigned long arg);
int miracast_io_control(struct miracast_context *context,
			struct miracast_control *control,
			struct drm_miracast_io_control *args,
			u32 __user *bytes_returned);
u64 miracast_io_control_codes(const struct miracast_device *mdev);
u64 miracast_io_control_file_codes(const struct miracast_context *context,
				   bool control);

#endif
