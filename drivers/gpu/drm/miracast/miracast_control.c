// SPDX-License-Identifier: GPL-2.0
/*
 * The control file of a context: for who made the context, when somebody else
 * holds it.
 *
 * Owns: the file, QUERY_CONTEXT and PIN. The last close of the control file
 * destroys the context, as the last close of the context's file does; whichever
 * comes last frees it.
 */
#include <linux/anon_inodes.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "miracast_caps.h"
#include "miracast_context.h"
#include "miracast_control.h"
#include "miracast_drv.h"
#include "miracast_io_call.h"
#include "miracast_ioctl.h"
#include "miracast_node.h"
#include "miracast_picture.h"
#include "miracast_stream.h"
#include "miracast_target.h"

static void look(const struct miracast_target *target,
		 const struct miracast_stream *stream,
		 struct miracast_seen_masters *seen)
{
	lockdep_assert_held(&target->lock);

	seen->pinned = stream->pinned;
	seen->current_master = miracast_master_current(target->mdev,
						       &seen->changes);
	seen->lit_by = target->scanout.lit_by;
}

static bool has_changed(const struct miracast_control *control)
{
	const struct miracast_context *context = control->context;
	struct miracast_seen_masters now;

	look(context->target, context->stream, &now);

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

static const struct file_operations control_fops = {
	.owner = THIS_MODULE,
	.release = control_release,
	.poll = control_poll,
	.unlocked_ioctl = miracast_control_ioctl,
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
	look(context->target, context->stream, &control->seen);
	spin_unlock_irq(&context->target->lock);

	return file;
}

static void describe_creation(const struct miracast_context *context,
			      struct drm_miracast_context_info *out)
{
	const struct miracast_stream *stream = context->stream;

	out->context_number = stream->number;
	out->flags = stream->flags;
	out->delivery = stream->direct ? DRM_MIRACAST_DELIVERY_DIRECT :
					 DRM_MIRACAST_DELIVERY_COPY;
	out->format = stream->fourcc;
	out->buffer_count = stream->buffer_count;
	out->parts = stream->direct ? 0 : stream->part_count;
	out->max_width = stream->limits.width;
	out->max_height = stream->limits.height;
	out->max_refresh_mhz = stream->limits.refresh_mhz;
	out->max_macroblock_rate = context->reserved.rate_mbps;
	out->picture_memory = stream->memory_bytes;
}

static void describe_device(const struct miracast_io_call *call,
			    struct drm_miracast_context_info *out)
{
	const struct miracast_device *mdev = call->context->mdev;
	const struct miracast_target *target = call->target;
	dev_t card = miracast_card_number(mdev);

	out->abi_major = DRM_MIRACAST_ABI_MAJOR;
	out->abi_minor = DRM_MIRACAST_ABI_MINOR;
	out->io_control_codes =
		miracast_io_control_file_codes(call->context, call->control);
	out->caps = miracast_caps(mdev);
	out->event_bytes_max = MIRACAST_EVENT_BYTES_MAX;
	out->card_major = MAJOR(card);
	out->card_minor = MINOR(card);
	out->connector_id = target->connector.base.id;
	out->crtc_id = target->crtc.base.id;
	strscpy(out->connector_name, target->connector.name,
		sizeof(out->connector_name));
}

int miracast_io_apply_query_context(struct miracast_io_call *call)
{
	struct drm_miracast_context_info *out = &call->out.context_info;
	struct miracast_seen_masters *seen = &call->seen;

	*out = (struct drm_miracast_context_info) {};
	describe_creation(call->context, out);
	describe_device(call, out);
	out->state = call->stream->state;
	out->picture_state = miracast_picture_state(call->target);

	look(call->target, call->stream, seen);
	out->pinned_master = seen->pinned;
	out->current_master = seen->current_master;
	out->lit_by_master = seen->lit_by;

	return 0;
}

/* The answer was seen once the caller has it. */
void miracast_io_cleanup_query_context(struct miracast_io_call *call, int ret)
{
	if (ret || !call->control ||
	    call->out_size < offsetofend(struct drm_miracast_context_info,
					 lit_by_master))
		return;

	spin_lock_irq(&call->target->lock);
	call->control->seen = call->seen;
	spin_unlock_irq(&call->target->lock);
}

int miracast_io_prepare_pin(struct miracast_io_call *call)
{
	const struct drm_miracast_pin *in = &call->in.pin;

	if (in->flags || in->pad)
		return -EINVAL;

	return call->control && capable(CAP_SYS_ADMIN) ? 0 : -EACCES;
}

/*
 * By its number, so that no other can be meant than the one that was asked about.
 * The answer to who that is may be about another time than the number: so it must
 * not have left and returned since the caller read the number either.
 */
int miracast_io_apply_pin(struct miracast_io_call *call)
{
	u64 master = call->in.pin.master, changes;

	if (call->stream->flags & DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER)
		return -EINVAL;
	if (master &&
	    (master != miracast_master_current(call->context->mdev, &changes) ||
	     changes != call->control->seen.changes))
		return -ESTALE;

	miracast_target_pin(call->target, master);

	return 0;
}
