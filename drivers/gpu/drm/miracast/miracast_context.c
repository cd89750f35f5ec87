// SPDX-License-Identifier: GPL-2.0
/*
 * Contexts and their file.
 *
 * Owns: making a context (budget, target, memory) and undoing it, read() and
 * poll(). Making and undoing take the class mutex themselves; nothing is
 * allocated, and user space not touched, under it. The file holds the device
 * and the module.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>

#include "miracast_context.h"
#include "miracast_drv.h"
#include "miracast_ioctl.h"
#include "miracast_monitor.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_trace.h"

static bool connector_exists(const struct miracast_device *mdev,
			     u32 connector_id)
{
	unsigned int i;

	for (i = 0; i < mdev->target_count; i++)
		if (mdev->targets[i]->connector.base.id == connector_id)
			return true;

	return false;
}

/* Give a free target, or the one asked for, to the stream. */
static int claim_target(struct miracast_device *mdev, u32 connector_id,
			struct miracast_context *context)
{
	unsigned int i;
	int ret = -EBUSY;

	lockdep_assert_held(&mdev->class_lock);

	for (i = 0; i < mdev->target_count; i++) {
		struct miracast_target *target = mdev->targets[i];

		if (connector_id && target->connector.base.id != connector_id)
			continue;

		spin_lock_irq(&target->lock);
		if (!target->stream) {
			miracast_stream_attach_lock(context->stream,
						    &target->lock);
			miracast_stream_get(context->stream);
			context->stream->shape_base =
				miracast_target_shape_base(target);
			target->stream = context->stream;
			context->target = target;
			ret = 0;
		}
		spin_unlock_irq(&target->lock);

		if (!ret)
			break;
	}

	return ret;
}

static int reserve(struct miracast_context *context, u32 connector_id,
		   const struct miracast_resources *want)
{
	struct miracast_device *mdev = context->mdev;
	int ret;

	if (connector_id && !connector_exists(mdev, connector_id))
		return -ENOENT;
	if (mutex_lock_interruptible(&mdev->class_lock))
		return -ERESTARTSYS;

	trace_miracast_class_enter(0, DRM_MIRACAST_CREATE_CONTEXT, 0);
	ret = miracast_budget_take(&mdev->budget, want);
	if (!ret) {
		ret = claim_target(mdev, connector_id, context);
		if (ret)
			miracast_budget_give(&mdev->budget, want);
	}
	trace_miracast_class_leave(0, DRM_MIRACAST_CREATE_CONTEXT, 0);
	mutex_unlock(&mdev->class_lock);

	return ret;
}

static void want_for(const struct miracast_stream *stream,
		     struct miracast_resources *want)
{
	const struct miracast_limits *limits = &stream->limits;

	want->slots = 1;
	want->memory_bytes = stream->memory_bytes;
	/* No mode exceeds what one encoder slot can do, whatever the limits. */
	want->rate_mbps = min_t(u64, MIRACAST_MAX_MACROBLOCK_RATE,
				miracast_macroblock_rate(limits->width,
							 limits->height,
							 limits->refresh_mhz));
}

/**
 * miracast_context_create - Make a context
 * @mdev: the device
 * @args: checked arguments of CREATE_CONTEXT; the output members are filled
 *	in but for the file descriptor
 *
 * Takes the class mutex; sleeps.
 *
 * Return: the context or an ERR_PTR, see struct drm_miracast_create_context.
 */
struct miracast_context *
miracast_context_create(struct miracast_device *mdev,
			struct drm_miracast_create_context *args)
{
	struct miracast_context *context;
	struct miracast_resources want;
	int ret = -ENOMEM;

	context = kzalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);
	if (!context)
		return ERR_PTR(-ENOMEM);

	context->mdev = mdev;
	mutex_init(&context->read_lock);
	context->stream = miracast_stream_create(mdev, args);
	if (!context->stream)
		goto err_free;

	context->stream->number = atomic64_inc_return(&mdev->context_numbers);
	want_for(context->stream, &want);
	ret = reserve(context, args->connector_id, &want);
	if (ret)
		goto err_stream;

	context->reserved = want;
	context->reserved.memory_bytes = 0;
	drm_dev_get(&mdev->drm);

	ret = miracast_slot_allocate(context->stream);
	if (ret) {
		miracast_context_destroy(context);
		miracast_context_free(context);
		return ERR_PTR(ret);
	}

	args->context_number = context->stream->number;
	args->connector_id = context->target->connector.base.id;
	args->crtc_id = context->target->crtc.base.id;

	return context;

err_stream:
	miracast_stream_put(context->stream);
err_free:
	kfree(context);
	return ERR_PTR(ret);
}

/**
 * miracast_context_destroy - End a context
 * @context: the context; a second call does nothing
 *
 * The monitor departs, the target and what was reserved are free at once, and
 * nothing more reaches the owner. Never waits for user space, nor for a capture
 * that is running. Takes the class mutex, uninterruptibly.
 */
void miracast_context_destroy(struct miracast_context *context)
{
	struct miracast_device *mdev = context->mdev;
	struct miracast_target *target = context->target;
	struct miracast_monitor *monitor;

	mutex_lock(&mdev->class_lock);
	if (context->destroyed) {
		mutex_unlock(&mdev->class_lock);
		return;
	}
	context->destroyed = true;
	trace_miracast_class_enter(context->stream->number,
				   DRM_MIRACAST_DESTROY_CONTEXT, 0);

	spin_lock_irq(&target->lock);
	miracast_stream_departed(context->stream, DRM_MIRACAST_CAUSE_OWNER,
				 false);
	monitor = miracast_target_depart(target);
	target->stream = NULL;
	miracast_stream_end(context->stream, -ESTALE);
	spin_unlock_irq(&target->lock);

	miracast_budget_give(&mdev->budget, &context->reserved);
	trace_miracast_class_leave(context->stream->number,
				   DRM_MIRACAST_DESTROY_CONTEXT, 0);
	mutex_unlock(&mdev->class_lock);

	miracast_monitor_put(monitor);
	miracast_slot_trim(context->stream);
	miracast_stream_put(context->stream);
}

/**
 * miracast_context_free - Free a destroyed context
 * @context: the context
 */
void miracast_context_free(struct miracast_context *context)
{
	struct miracast_device *mdev = context->mdev;

	miracast_stream_put(context->stream);
	mutex_destroy(&context->read_lock);
	kfree(context);
	drm_dev_put(&mdev->drm);
}

static int context_release(struct inode *inode, struct file *file)
{
	struct miracast_context *context = file->private_data;

	miracast_context_destroy(context);
	miracast_context_free(context);

	return 0;
}

/*
 * Copy events for as long as they are there and fit. An event leaves the queue
 * only when user space has it.
 */
static ssize_t copy_events(struct miracast_context *context, char __user *to,
			   size_t room)
{
	struct miracast_event_buffer *buffer = &context->read_buffer;
	size_t done = 0;
	int ret;

	while ((ret = miracast_stream_peek(context->stream, buffer)) > 0) {
		if (buffer->length > room - done) {
			ret = -EINVAL;
			break;
		}
		if (copy_to_user(to + done, buffer->bytes, buffer->length)) {
			ret = -EFAULT;
			break;
		}
		done += buffer->length;
		if (miracast_stream_consume(context->stream, buffer))
			miracast_capture_kick(context->target);
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
			if (!miracast_stream_readable(stream))
				return -EAGAIN;
		} else if (wait_event_interruptible(stream->wait,
						    miracast_stream_readable(stream))) {
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

static const struct file_operations context_fops = {
	.owner = THIS_MODULE,
	.release = context_release,
	.read = context_read,
	.poll = context_poll,
	.unlocked_ioctl = miracast_context_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
#ifdef CONFIG_PROC_FS
	.show_fdinfo = context_show_fdinfo,
#endif
};

/**
 * miracast_context_file - Make the file of a context
 * @context: the context; the file takes it over, its last close destroys and
 *	frees it
 *
 * Return: the file or an ERR_PTR.
 */
struct file *miracast_context_file(struct miracast_context *context)
{
	return anon_inode_getfile("[miracast]", &context_fops, context,
				  O_RDWR);
}
