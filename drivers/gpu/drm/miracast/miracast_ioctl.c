// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctls of the card node and of /dev/miracast.
 *
 * Copies and checks arguments, and calls the parts that do the work.
 */
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>

#include "miracast_caps.h"
#include "miracast_context.h"
#include "miracast_context_file.h"
#include "miracast_control.h"
#include "miracast_drv.h"
#include "miracast_io_control.h"
#include "miracast_ioctl.h"
#include "miracast_monitor.h"
#include "miracast_node.h"
#include "miracast_target.h"
#include "miracast_trace.h"
#include "miracast_user.h"

static long trace_result(u32 call, long ret)
{
	trace_miracast_ioctl(0, call, 0, ret);

	return ret;
}

/**
 * miracast_query_caps_ioctl - QUERY_CAPS
 * @drm: the device
 * @data: struct drm_miracast_query_caps
 * @file: the caller, or NULL by /dev/miracast
 *
 * Return: 0, -EINVAL, -E2BIG or -EFAULT.
 */
int miracast_query_caps_ioctl(struct drm_device *drm, void *data,
			      struct drm_file *file)
{
	struct miracast_device *mdev = to_miracast_device(drm);
	u64 codes = miracast_io_control_codes(mdev);

	return trace_result(DRM_MIRACAST_QUERY_CAPS,
			    miracast_query_caps(mdev, codes, data));
}

static bool bad_limits(const struct drm_miracast_create_context *args)
{
	return args->max_width < MIRACAST_BASE_WIDTH ||
	       args->max_width > MIRACAST_MAX_WIDTH ||
	       args->max_height < MIRACAST_BASE_HEIGHT ||
	       args->max_height > MIRACAST_MAX_HEIGHT ||
	       args->max_refresh_mhz < MIRACAST_BASE_REFRESH_MHZ ||
	       args->max_refresh_mhz > MIRACAST_MAX_REFRESH_MHZ ||
	       (args->max_macroblock_rate &&
		args->max_macroblock_rate < MIRACAST_MIN_MACROBLOCK_RATE);
}

/* Check for arguments that no version would accept. */
static bool create_malformed(const struct drm_miracast_create_context *args)
{
	if (args->pad || args->color.reserved ||
	    args->flags & ~MIRACAST_CONTEXT_FLAGS || bad_limits(args))
		return true;

	switch (args->delivery) {
	case DRM_MIRACAST_DELIVERY_COPY:
		return args->buffer_count < MIRACAST_MIN_BUFFERS ||
		       args->buffer_count > MIRACAST_MAX_BUFFERS ||
		       !args->parts || args->parts > MIRACAST_MAX_PARTS ||
		       args->flags & DRM_MIRACAST_CONTEXT_FLAG_TRUSTED;
	case DRM_MIRACAST_DELIVERY_DIRECT:
		return args->format || args->modifier ||
		       memchr_inv(&args->color, 0, sizeof(args->color)) ||
		       args->buffer_count || args->parts ||
		       args->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	default:
		return true;
	}
}

/* Check for well-formed arguments that this version or device does not offer. */
static bool create_unsupported(const struct miracast_device *mdev,
			       const struct drm_miracast_create_context *args)
{
	if (args->flags & DRM_MIRACAST_CONTEXT_FLAG_HDCP && !mdev->hdcp)
		return true;

	return args->delivery == DRM_MIRACAST_DELIVERY_COPY &&
	       !miracast_caps_copy_offered(args->format, args->modifier,
					   &args->color);
}

/**
 * struct create_call - A CREATE_CONTEXT under way
 * @args: arguments and results
 * @context: the new context
 */
struct create_call {
	struct drm_miracast_create_context args;
	struct miracast_context *context;
};

/*
 * Between copying in and out. @file is NULL for /dev/miracast; on the card node, DRM
 * core has made its checks.
 */
static int create_context(struct drm_device *drm, void *data,
			  struct drm_file *file)
{
	struct miracast_device *mdev = to_miracast_device(drm);
	struct create_call *call = data;
	u64 own = miracast_master_of_creator(mdev, file);
	u32 privileged = MIRACAST_PRIVILEGED_FLAGS;

	/* A master may hand its own memory to an owner that it trusts. */
	if (own)
		privileged &= ~DRM_MIRACAST_CONTEXT_FLAG_TRUSTED;
	if ((!own || call->args.flags & privileged) && !capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (create_malformed(&call->args))
		return -EINVAL;
	if (create_unsupported(mdev, &call->args))
		return -EOPNOTSUPP;

	call->context = miracast_context_create(mdev, &call->args, own);

	return PTR_ERR_OR_ZERO(call->context);
}

/**
 * struct handed_file - A file on its way to user space
 * @file: the file, or an ERR_PTR, or NULL when there is none to hand out
 * @fd: its descriptor, or -1
 */
struct handed_file {
	struct file *file;
	int fd;
};

static int reserve_fd(struct handed_file *handed)
{
	handed->fd = -1;
	if (!handed->file)
		return 0;
	if (IS_ERR(handed->file))
		return PTR_ERR(handed->file);

	handed->fd = get_unused_fd_flags(O_CLOEXEC);

	return handed->fd < 0 ? handed->fd : 0;
}

/* Dropping the last reference to a file of the context destroys the context. */
static void take_back(const struct handed_file *handed)
{
	if (handed->fd >= 0)
		put_unused_fd(handed->fd);
	if (!IS_ERR_OR_NULL(handed->file))
		fput(handed->file);
}

static void hand_out(const struct handed_file *handed)
{
	if (handed->file)
		fd_install(handed->fd, handed->file);
}

/* Return the new context: copy the results out, then install the descriptors. */
static int install_context(struct create_call *call, void __user *arg,
			   size_t size)
{
	struct handed_file context = {}, control = { .fd = -1 };
	int ret;

	context.file = miracast_context_file(call->context);
	if (IS_ERR(context.file)) {
		miracast_context_destroy(call->context);
		miracast_context_put(call->context);
		return PTR_ERR(context.file);
	}
	if (call->args.flags & DRM_MIRACAST_CONTEXT_FLAG_CONTROL)
		control.file = miracast_control_file(call->context);

	ret = reserve_fd(&context);
	if (!ret)
		ret = reserve_fd(&control);
	call->args.context_fd = context.fd;
	call->args.control_fd = control.fd;
	call->args.pad2 = 0;
	if (!ret && copy_to_user(arg, &call->args, size))
		ret = -EFAULT;
	if (ret) {
		take_back(&control);
		take_back(&context);
		return ret;
	}

	hand_out(&context);
	hand_out(&control);

	return 0;
}

/*
 * CREATE_CONTEXT. DRM core copies results out after the handler, when a file
 * descriptor could no longer be taken back; so this one is done here. A caller
 * who leaves no room for the results gets no context. @mdev: for a file that is
 * no card node.
 */
static long create_context_ioctl(struct file *file, struct miracast_device *mdev,
				 unsigned int cmd, void __user *arg)
{
	size_t size = sizeof(struct drm_miracast_create_context);
	struct create_call call = {};
	long ret;

	if (_IOC_SIZE(cmd) < size)
		return -EINVAL;
	if (copy_from_user(&call.args, arg, size))
		return -EFAULT;

	ret = mdev ? create_context(&mdev->drm, &call, NULL) :
		     drm_ioctl_kernel(file, create_context, &call, 0);
	if (ret)
		return ret;

	return install_context(&call, arg, size);
}

typedef long (*drm_ioctl_func)(struct file *file, unsigned int cmd,
			       unsigned long arg);

static long card_ioctl(struct file *file, unsigned int cmd, unsigned long arg,
		       void __user *user, drm_ioctl_func core)
{
	struct drm_file *client = file->private_data;
	long ret;

	if (miracast_user_is_command(cmd, DRM_IOCTL_MIRACAST_CREATE_CONTEXT))
		return trace_result(DRM_MIRACAST_CREATE_CONTEXT,
				    create_context_ioctl(file, NULL, cmd, user));

	ret = core(file, cmd, arg);
	/* DRM core calls nothing for a file that was master already. */
	if (!ret && _IOC_NR(cmd) == _IOC_NR(DRM_IOCTL_SET_MASTER))
		miracast_master_asked(to_miracast_device(client->minor->dev),
				      client);

	return ret;
}

/**
 * miracast_card_ioctl - ioctl of the card node
 * @file: the file
 * @cmd: the command
 * @arg: its argument
 *
 * Return: what the command answers.
 */
long miracast_card_ioctl(struct file *file, unsigned int cmd,
			 unsigned long arg)
{
	return card_ioctl(file, cmd, arg, (void __user *)arg, drm_ioctl);
}

#ifdef CONFIG_COMPAT
/**
 * miracast_card_compat_ioctl - ioctl of the card node, by a 32-bit caller
 * @file: the file
 * @cmd: the command
 * @arg: its argument
 *
 * Return: what the command answers.
 */
long miracast_card_compat_ioctl(struct file *file, unsigned int cmd,
				unsigned long arg)
{
	return card_ioctl(file, cmd, arg, compat_ptr(arg), drm_compat_ioctl);
}
#endif

/* The caller's struct is extended or cut, as DRM core does it on the card node. */
static long node_query_caps(struct miracast_device *mdev, unsigned int cmd,
			    void __user *arg)
{
	struct drm_miracast_query_caps caps = {};
	size_t known = min_t(size_t, _IOC_SIZE(cmd), sizeof(caps));
	int ret;

	if (copy_from_user(&caps, arg, known))
		return -EFAULT;

	ret = miracast_query_caps_ioctl(&mdev->drm, &caps, NULL);
	if (ret)
		return ret;

	return copy_to_user(arg, &caps, known) ? -EFAULT : 0;
}

/**
 * miracast_node_ioctl - ioctl of /dev/miracast
 * @file: the file
 * @cmd: the command
 * @arg: its argument
 *
 * Return: what the command answers; -EINVAL for one that is not known here.
 */
long miracast_node_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct miracast_device *mdev = file->private_data;
	void __user *user = (void __user *)arg;

	if (drm_dev_is_unplugged(&mdev->drm))
		return -ENODEV;
	if (miracast_user_is_command(cmd, DRM_IOCTL_MIRACAST_QUERY_CAPS))
		return node_query_caps(mdev, cmd, user);
	if (miracast_user_is_command(cmd, DRM_IOCTL_MIRACAST_CREATE_CONTEXT))
		return trace_result(DRM_MIRACAST_CREATE_CONTEXT,
				    create_context_ioctl(file, mdev, cmd, user));

	return -EINVAL;
}
