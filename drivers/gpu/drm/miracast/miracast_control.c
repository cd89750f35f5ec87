// SPDX-License-Identifier: GPL-2.0
/*
 * The control file of a context: for the process that created the context, when another
 * one holds it.
 *
 * Owns: the file, and the masters that the last QUERY_CONTEXT on it has returned. The
 * last close of the control file destroys the context, as the last close of the context's
 * file does; whichever comes last frees it.
 */
#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "miracast_context.h"
#include "miracast_context_file.h"
#include "miracast_control.h"
#include "miracast_stream.h"
#include "miracast_target.h"

/**
 * struct miracast_control - A control file
 * @context: the context, with a reference
 * @seen: the masters that the last QUERY_CONTEXT on this file returned; guarded by
 *	the target's spinlock
 */
struct miracast_control {
	struct miracast_context *context;
	struct miracast_seen_masters seen;
};

static bool has_changed(const struct miracast_control *control)
{
	struct miracast_seen_masters now;

	miracast_context_look(control->context, &now);

	return now.pinned != control->seen.pinned ||
	       now.changes != control->seen.changes ||
	       now.lit_by != control->seen.lit_by;
}

static __poll_t control_poll(struct file *file, poll_table *wait)
{
	struct miracast_control *control = file->private_data;
	struct miracast_stream *stream = control->context->stream;
	__poll_t mask = 0;
	unsigned long flags;

	poll_wait(file, &stream->wait, wait);

	spin_lock_irqsave(stream->lock, flags);
	if (stream->ended)
		mask = EPOLLHUP;
	else if (has_changed(control))
		mask = EPOLLPRI;
	spin_unlock_irqrestore(stream->lock, flags);

	return mask;
}

static int control_release(struct inode *inode, struct file *file)
{
	struct miracast_control *control = file->private_data;

	miracast_context_destroy(control->context);
	miracast_context_put(control->context);
	kfree(control);

	return 0;
}

static long control_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct miracast_control *control = file->private_data;

	return miracast_context_file_ioctl(control->context, &control->seen,
					   cmd, (void __user *)arg);
}

static const struct file_operations control_fops = {
	.owner = THIS_MODULE,
	.release = control_release,
	.poll = control_poll,
	.unlocked_ioctl = control_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/**
 * miracast_control_file - Make the control file of a context
 * @context: the context, not destroyed yet
 *
 * Return: the file, whose last close destroys the context, or an ERR_PTR.
 */
struct file *miracast_control_file(struct miracast_context *context)
{
	struct miracast_control *control;
	struct file *file;

	control = kzalloc(sizeof(*control), GFP_KERNEL_ACCOUNT);
	if (!control)
		return ERR_PTR(-ENOMEM);

	file = anon_inode_getfile("[miracast-control]", &control_fops, control,
				  O_RDWR);
	if (IS_ERR(file)) {
		kfree(control);
		return file;
	}

	miracast_context_get(context);
	control->context = context;
	spin_lock_irq(&context->target->lock);
	miracast_context_look(context, &control->seen);
	spin_unlock_irq(&context->target->lock);

	return file;
}
