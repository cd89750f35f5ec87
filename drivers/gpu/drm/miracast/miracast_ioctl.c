// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctls of the card node and of the context's file.
 *
 * Copies and checks arguments, and hands over to the parts that do the work.
 */
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_ioctl.h>

#include "miracast_context.h"
#include "miracast_drv.h"
#include "miracast_ioctl.h"
#include "miracast_monitor.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_trace.h"

#define MIRACAST_MIN_BUFFERS	2
#define MIRACAST_MAX_PARTS	16

static long traced(u64 context, u32 call, u32 code, long ret)
{
	trace_miracast_ioctl(context, call, code, ret);

	return ret;
}

static u32 count_free_targets(struct miracast_device *mdev)
{
	unsigned int i;
	u32 count = 0;

	for (i = 0; i < mdev->target_count; i++)
		count += !READ_ONCE(mdev->targets[i]->stream);

	return count;
}

/**
 * miracast_query_caps_ioctl - QUERY_CAPS
 * @drm: the device
 * @data: struct drm_miracast_query_caps
 * @file: the caller
 *
 * Return: 0 or -EINVAL.
 */
int miracast_query_caps_ioctl(struct drm_device *drm, void *data,
			      struct drm_file *file)
{
	struct miracast_device *mdev = to_miracast_device(drm);
	struct drm_miracast_query_caps *args = data;
	const struct miracast_resources *total = &mdev->budget.total;
	struct miracast_resources free;

	if (args->flags || args->pad)
		return traced(0, DRM_MIRACAST_QUERY_CAPS, 0, -EINVAL);

	miracast_budget_snapshot(&mdev->budget, &free);
	*args = (struct drm_miracast_query_caps) {
		.ddi_version = DRM_MIRACAST_DDI_VERSION,
		.caps = DRM_MIRACAST_CAP_DIRECT | DRM_MIRACAST_CAP_NV12 |
			DRM_MIRACAST_CAP_PARTS |
			DRM_MIRACAST_CAP_CURSOR_METADATA |
			DRM_MIRACAST_CAP_OWNER_BUFFERS |
			(mdev->hdcp ? DRM_MIRACAST_CAP_HDCP : 0),
		.io_control_codes = miracast_io_control_codes(mdev),
		.targets_total = mdev->target_count,
		.targets_free = count_free_targets(mdev),
		.encoder_slots_total = total->slots,
		.encoder_slots_free = free.slots,
		.macroblock_rate_total = total->rate_mbps,
		.macroblock_rate_free = free.rate_mbps,
		.picture_memory_total = total->memory_bytes,
		.picture_memory_free = free.memory_bytes,
		.max_width = MIRACAST_MAX_WIDTH,
		.max_height = MIRACAST_MAX_HEIGHT,
		.min_refresh_mhz = MIRACAST_MIN_REFRESH_MHZ,
		.max_refresh_mhz = MIRACAST_MAX_REFRESH_MHZ,
		.max_edid_blocks = MIRACAST_MAX_EDID_BLOCKS,
		.max_modes = MIRACAST_MAX_MODES,
		.min_buffers = MIRACAST_MIN_BUFFERS,
		.max_buffers = MIRACAST_MAX_BUFFERS,
		.max_parts = MIRACAST_MAX_PARTS,
		.max_clips = DRM_MIRACAST_MAX_CLIPS,
		.cursor_width = MIRACAST_CURSOR_SIZE,
		.cursor_height = MIRACAST_CURSOR_SIZE,
	};

	return traced(0, DRM_MIRACAST_QUERY_CAPS, 0, 0);
}

#define CONTEXT_FLAGS	(DRM_MIRACAST_CONTEXT_CURSOR_METADATA | \
			 DRM_MIRACAST_CONTEXT_OWNER_BUFFERS | \
			 DRM_MIRACAST_CONTEXT_FOLLOW_MASTER)

/* Malformed, whatever this version offers. */
static bool create_malformed(const struct drm_miracast_create_context *args)
{
	if (args->pad || args->flags & ~CONTEXT_FLAGS)
		return true;
	if (args->max_width < MIRACAST_BASE_WIDTH ||
	    args->max_width > MIRACAST_MAX_WIDTH ||
	    args->max_height < MIRACAST_BASE_HEIGHT ||
	    args->max_height > MIRACAST_MAX_HEIGHT ||
	    args->max_refresh_mhz < MIRACAST_BASE_REFRESH_MHZ ||
	    args->max_refresh_mhz > MIRACAST_MAX_REFRESH_MHZ)
		return true;

	switch (args->delivery) {
	case DRM_MIRACAST_DELIVERY_COPY:
		return args->buffer_count < MIRACAST_MIN_BUFFERS ||
		       args->buffer_count > MIRACAST_MAX_BUFFERS ||
		       !args->parts || args->parts > MIRACAST_MAX_PARTS;
	case DRM_MIRACAST_DELIVERY_DIRECT:
		return args->format || args->buffer_count || args->parts ||
		       args->flags & DRM_MIRACAST_CONTEXT_OWNER_BUFFERS;
	default:
		return true;
	}
}

/* Well formed, but not offered by this version. */
static bool create_unsupported(const struct drm_miracast_create_context *args)
{
	return args->delivery == DRM_MIRACAST_DELIVERY_COPY &&
	       args->format != DRM_FORMAT_XRGB8888 &&
	       args->format != DRM_FORMAT_NV12;
}

/**
 * struct create_call - A CREATE_CONTEXT under way
 * @args: arguments and results
 * @context: the context that was made
 */
struct create_call {
	struct drm_miracast_create_context args;
	struct miracast_context *context;
};

/* The part between copying in and out, under DRM core's checks. */
static int create_context(struct drm_device *drm, void *data,
			  struct drm_file *file)
{
	struct miracast_device *mdev = to_miracast_device(drm);
	struct create_call *call = data;
	int idx, ret = 0;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (create_malformed(&call->args))
		return -EINVAL;
	if (create_unsupported(&call->args))
		return -EOPNOTSUPP;
	if (!drm_dev_enter(drm, &idx))
		return -ENODEV;

	call->context = miracast_context_create(mdev, &call->args);
	if (IS_ERR(call->context))
		ret = PTR_ERR(call->context);
	drm_dev_exit(idx);

	return ret;
}

/* Hand the new context out: results first, the file descriptor last. */
static int install_context(struct create_call *call, void __user *arg,
			   size_t size)
{
	struct file *file;
	int fd;

	file = miracast_context_file(call->context);
	if (IS_ERR(file)) {
		miracast_context_destroy(call->context);
		miracast_context_free(call->context);
		return PTR_ERR(file);
	}

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		fput(file);
		return fd;
	}

	call->args.context_fd = fd;
	if (copy_to_user(arg, &call->args, size)) {
		put_unused_fd(fd);
		fput(file);
		return -EFAULT;
	}
	fd_install(fd, file);

	return 0;
}

/*
 * CREATE_CONTEXT. DRM core copies results out after the handler, when a file
 * descriptor could no longer be taken back; so this one is done here. A caller
 * who leaves no room for the results gets no context.
 */
static long create_context_ioctl(struct file *file, unsigned int cmd,
				 void __user *arg)
{
	size_t size = sizeof(struct drm_miracast_create_context);
	struct create_call call = {};
	long ret;

	if (_IOC_SIZE(cmd) < size)
		return -EINVAL;
	if (copy_from_user(&call.args, arg, size))
		return -EFAULT;

	ret = drm_ioctl_kernel(file, create_context, &call, 0);
	if (ret)
		return ret;

	return install_context(&call, arg, size);
}

static bool is_create_context(unsigned int cmd)
{
	return _IOC_TYPE(cmd) == DRM_IOCTL_BASE &&
	       _IOC_NR(cmd) == DRM_COMMAND_BASE + DRM_MIRACAST_CREATE_CONTEXT &&
	       _IOC_DIR(cmd) == (_IOC_READ | _IOC_WRITE);
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
	if (is_create_context(cmd))
		return traced(0, DRM_MIRACAST_CREATE_CONTEXT, 0,
			      create_context_ioctl(file, cmd,
						   (void __user *)arg));

	return drm_ioctl(file, cmd, arg);
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
	if (is_create_context(cmd))
		return traced(0, DRM_MIRACAST_CREATE_CONTEXT, 0,
			      create_context_ioctl(file, cmd,
						   compat_ptr(arg)));

	return drm_compat_ioctl(file, cmd, arg);
}
#endif

static int context_gone(struct miracast_context *context)
{
	if (drm_dev_is_unplugged(&context->mdev->drm))
		return -ENODEV;
	if (READ_ONCE(context->destroyed))
		return -ESTALE;

	return 0;
}

/*
 * Take the argument of a call to a context that is still there: all of it, its
 * unknown trailing bytes zero, and no larger than a page.
 */
static int take_argument(struct miracast_context *context, void *to,
			 size_t known, const void __user *arg, unsigned int cmd)
{
	size_t size = _IOC_SIZE(cmd);
	int ret = context_gone(context);

	if (ret)
		return ret;
	if (size < known)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;

	return copy_struct_from_user(to, known, arg, size);
}

/* @code is set as soon as it is known, for the trace. */
static long io_control_ioctl(struct miracast_context *context,
			     unsigned int cmd, void __user *arg, u32 *code)
{
	struct drm_miracast_io_control __user *user = arg;
	struct drm_miracast_io_control args;
	int ret = take_argument(context, &args, sizeof(args), arg, cmd);

	if (ret)
		return ret;

	*code = args.code;
	if (args.flags || args.pad)
		return -EINVAL;

	return miracast_io_control(context, &args, &user->bytes_returned);
}

static long release_chunk_ioctl(struct miracast_context *context,
				unsigned int cmd, const void __user *arg)
{
	struct drm_miracast_release_chunk args;
	bool kick = false;
	int ret = take_argument(context, &args, sizeof(args), arg, cmd);

	if (ret)
		return ret;
	if (args.flags || args.pad)
		return -EINVAL;

	ret = miracast_slot_release(context->stream, args.buffer,
				    args.chunk_id, &kick);
	if (kick)
		miracast_capture_kick(context->target);

	return ret;
}

/* A second time does nothing. */
static long destroy_context_ioctl(struct miracast_context *context)
{
	if (drm_dev_is_unplugged(&context->mdev->drm))
		return -ENODEV;

	miracast_context_destroy(context);

	return 0;
}

/* Commands are told apart by type and number; the size is the caller's. */
static bool is_command(unsigned int cmd, unsigned int known)
{
	return _IOC_TYPE(cmd) == _IOC_TYPE(known) &&
	       _IOC_NR(cmd) == _IOC_NR(known) &&
	       _IOC_DIR(cmd) == _IOC_DIR(known);
}

/**
 * miracast_context_ioctl - ioctl of a context's file
 * @file: the file
 * @cmd: the command
 * @arg: its argument
 *
 * Return: what the command answers; -EINVAL for one that is not known here.
 */
long miracast_context_ioctl(struct file *file, unsigned int cmd,
			    unsigned long arg)
{
	struct miracast_context *context = file->private_data;
	void __user *user = (void __user *)arg;
	u32 call, code = 0;
	long ret;

	if (is_command(cmd, DRM_IOCTL_MIRACAST_IO_CONTROL)) {
		call = DRM_MIRACAST_IO_CONTROL;
		ret = io_control_ioctl(context, cmd, user, &code);
	} else if (is_command(cmd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK)) {
		call = DRM_MIRACAST_RELEASE_CHUNK;
		ret = release_chunk_ioctl(context, cmd, user);
	} else if (is_command(cmd, DRM_IOCTL_MIRACAST_DESTROY_CONTEXT)) {
		call = DRM_MIRACAST_DESTROY_CONTEXT;
		ret = destroy_context_ioctl(context);
	} else {
		return context_gone(context) ?: -EINVAL;
	}

	return traced(context->stream->number, call, code, ret);
}
