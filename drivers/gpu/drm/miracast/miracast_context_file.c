// SPDX-License-Identifier: GPL-2.0
/*
 * The file of a context: read(), poll(), and the ioctls of a context.
 *
 * Owns: the events on their way to user space, under the read lock. Copies and
 * checks arguments, and calls the parts that do the work. The control file
 * has the same ioctls, except those that are the owner's alone. The file holds the
 * device and the module.
 */
#include <linux/anon_inodes.h>
#include <linux/dma-fence.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>

#include "miracast_context.h"
#include "miracast_context_file.h"
#include "miracast_drv.h"
#include "miracast_fence.h"
#include "miracast_io_control.h"
#include "miracast_queue.h"
#include "miracast_release.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"
#include "miracast_trace.h"
#include "miracast_user.h"

static int context_release(struct inode *inode, struct file *file)
{
	struct miracast_context *context = file->private_data;

	miracast_context_destroy(context);
	miracast_context_put(context);

	return 0;
}

/*
 * Copy as many events as there are and fit. An event leaves the queue only when it was
 * copied to user space.
 */
static ssize_t copy_events(struct miracast_context *context, char __user *to,
			   size_t room)
{
	struct miracast_event_buffer *buffer = &context->read_buffer;
	size_t done = 0;
	int ret;

	while ((ret = miracast_queue_peek(context->stream, buffer)) > 0) {
		if (buffer->length > room - done) {
			ret = -EINVAL;
			break;
		}
		if (copy_to_user(to + done, buffer->bytes, buffer->length)) {
			ret = -EFAULT;
			break;
		}
		done += buffer->length;
		if (miracast_queue_consume(context->stream, buffer))
			miracast_todo_capture(context->target);
	}

	return done ?: ret;
}

static ssize_t context_read(struct file *file, char __user *to, size_t room,
			    loff_t *offset)
{
	struct miracast_context *context = file->private_data;
	struct miracast_stream *stream = context->stream;
	ssize_t ret;

	do {
		if (file->f_flags & O_NONBLOCK) {
			if (!miracast_queue_readable(stream))
				return -EAGAIN;
		} else if (wait_event_interruptible(stream->wait,
						    miracast_queue_readable(stream))) {
			return -ERESTARTSYS;
		}

		if (mutex_lock_interruptible(&context->read_lock))
			return -ERESTARTSYS;
		ret = copy_events(context, to, room);
		mutex_unlock(&context->read_lock);
		/* None left when another reader was faster: wait again. */
	} while (!ret);

	return ret;
}

static __poll_t context_poll(struct file *file, poll_table *wait)
{
	struct miracast_context *context = file->private_data;
	struct miracast_stream *stream = context->stream;
	__poll_t mask = 0;
	unsigned long flags;

	poll_wait(file, &stream->wait, wait);

	spin_lock_irqsave(stream->lock, flags);
	if (!list_empty(&stream->queue))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (stream->ended)
		mask |= EPOLLHUP;
	spin_unlock_irqrestore(stream->lock, flags);

	return mask;
}

#ifdef CONFIG_PROC_FS
/*
 * Not in the words of drm-usage-stats.rst, which are for clients of the card
 * node: their numbers are not those of contexts.
 */
static void context_show_fdinfo(struct seq_file *m, struct file *file)
{
	const struct miracast_context *context = file->private_data;
	const struct miracast_stream *stream = context->stream;
	u64 captured, busy_ns;

	spin_lock_irq(stream->lock);
	captured = stream->stats.pictures_captured;
	busy_ns = stream->stats.capture_time_ns;
	spin_unlock_irq(stream->lock);

	seq_printf(m, "miracast-context:\t%llu\n", stream->number);
	seq_printf(m, "miracast-connector:\t%s\n",
		   context->target->connector.name);
	seq_printf(m, "miracast-picture-memory:\t%llu KiB\n",
		   stream->memory_bytes / SZ_1K);
	seq_printf(m, "miracast-pictures:\t%llu\n", captured);
	seq_printf(m, "miracast-capture-time:\t%llu ns\n", busy_ns);
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
 * Copy the argument of a call, unless the context was destroyed. Bytes behind the known
 * struct must be zero; there is at most a page of them.
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
			     struct miracast_seen_masters *seen,
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

	return miracast_io_control(context, seen, &args,
				   &user->bytes_returned);
}

/*
 * The result is also written before the call, so that a bad pointer changes nothing, and as
 * the worse of the two: once the picture is released the call cannot fail any more, and when
 * the result cannot be written then, it stays on the safe side.
 */
static int release_chunk(struct miracast_context *context,
			 struct miracast_release *release, u32 __user *result)
{
	int ret;

	if (put_user(DRM_MIRACAST_RELEASE_RESULT_REVOKED, result))
		return -EFAULT;

	ret = miracast_release_chunk(context->stream, release);
	if (release->kick)
		miracast_todo_capture(context->target);
	if (!ret && !release->revoked)
		put_user(DRM_MIRACAST_RELEASE_RESULT_WHOLE, result);

	return ret;
}

static long release_chunk_ioctl(struct miracast_context *context,
				unsigned int cmd, void __user *arg)
{
	struct drm_miracast_release_chunk __user *user = arg;
	struct drm_miracast_release_chunk args;
	struct miracast_release release = {};
	int ret = take_argument(context, &args, sizeof(args), arg, cmd);
	bool fenced;

	if (ret)
		return ret;

	fenced = args.flags & DRM_MIRACAST_RELEASE_FLAG_FENCE;
	if (args.flags & ~DRM_MIRACAST_RELEASE_FLAG_FENCE || args.pad ||
	    (!fenced && args.fence_fd))
		return -EINVAL;

	release.buffer = args.buffer;
	release.chunk_id = args.chunk_id;
	if (fenced) {
		ret = miracast_fence_from_fd(args.fence_fd, &release.fence);
		if (ret)
			return ret;
	}

	ret = release_chunk(context, &release, &user->result);
	dma_fence_put(release.fence);

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

/**
 * miracast_context_file_ioctl - ioctl of a file of a context
 * @context: the context
 * @seen: what the control file has returned last, NULL for the context's own file
 * @cmd: the command
 * @user: its argument
 *
 * Return: what the command answers; -EINVAL for one that is not known here.
 */
long miracast_context_file_ioctl(struct miracast_context *context,
				 struct miracast_seen_masters *seen,
				 unsigned int cmd, void __user *user)
{
	u32 call, code = 0;
	long ret;

	if (miracast_user_is_command(cmd, DRM_IOCTL_MIRACAST_IO_CONTROL)) {
		call = DRM_MIRACAST_IO_CONTROL;
		ret = io_control_ioctl(context, seen, cmd, user, &code);
	} else if (miracast_user_is_command(cmd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK) &&
		   !seen) {
		call = DRM_MIRACAST_RELEASE_CHUNK;
		ret = release_chunk_ioctl(context, cmd, user);
	} else if (miracast_user_is_command(cmd, DRM_IOCTL_MIRACAST_DESTROY_CONTEXT)) {
		call = DRM_MIRACAST_DESTROY_CONTEXT;
		ret = destroy_context_ioctl(context);
	} else {
		return context_gone(context) ?: -EINVAL;
	}

	trace_miracast_ioctl(context->stream->number, call, code, ret);

	return ret;
}

static long context_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return miracast_context_file_ioctl(file->private_data, NULL, cmd,
					   (void __user *)arg);
}

static const struct file_operations context_fops = {
	.owner = THIS_MODULE,
	.release = context_release,
	.read = context_read,
	.poll = context_poll,
	.unlocked_ioctl = context_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
#ifdef CONFIG_PROC_FS
	.show_fdinfo = context_show_fdinfo,
#endif
};

/**
 * miracast_context_file - Make the file of a context
 * @context: the context; the file takes the reference over, its last close
 *	destroys the context
 *
 * Return: the file or an ERR_PTR.
 */
struct file *miracast_context_file(struct miracast_context *context)
{
	return anon_inode_getfile("[miracast]", &context_fops, context,
				  O_RDWR);
}
