// SPDX-License-Identifier: GPL-2.0
/*
 * IO_CONTROL codes about the context itself: GET_STATISTICS,
 * QUERY_CONTEXT, PIN.
 *
 * apply() runs under the target's spinlock, and not under the class mutex, so that a
 * broker waits for no owner; the other steps run with no lock held.
 */
#include <linux/capability.h>
#include <linux/kdev_t.h>
#include <linux/string.h>

#include "miracast_caps.h"
#include "miracast_context.h"
#include "miracast_drv.h"
#include "miracast_io_call.h"
#include "miracast_picture.h"
#include "miracast_port.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"

static int apply_get_statistics(struct miracast_io_call *call)
{
	const struct miracast_stream *stream = call->stream;
	struct drm_miracast_statistics *out = &call->out.statistics;

	*out = stream->stats;
	out->context_number = stream->number;
	out->session = stream->state != DRM_MIRACAST_STATE_CREATED ?
			       stream->session : 0;
	out->mode_serial = stream->mode_serial;
	out->picture_memory = stream->memory_bytes;
	out->unreleased_chunks = miracast_slot_count_unreleased(stream);
	out->state = stream->state;
	out->connector_id = call->target->connector.base.id;
	out->crtc_id = call->target->crtc.base.id;

	return 0;
}

const struct miracast_io_code miracast_io_get_statistics = {
	MIRACAST_IO_IN(get_statistics), MIRACAST_IO_OUT(statistics),
	.apart = true,
	.prepare = miracast_io_check_empty,
	.apply = apply_get_statistics,
};

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
	out->max_macroblock_rate = context->reserved.macroblock_rate;
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
	out->io_control_codes = call->codes;
	out->caps = miracast_caps(mdev);
	out->event_bytes_max = MIRACAST_EVENT_BYTES_MAX;
	out->card_major = MAJOR(card);
	out->card_minor = MINOR(card);
	out->connector_id = target->connector.base.id;
	out->crtc_id = target->crtc.base.id;
	strscpy(out->connector_name, target->connector.name,
		sizeof(out->connector_name));
}

static int apply_query_context(struct miracast_io_call *call)
{
	struct drm_miracast_context_info *out = &call->out.context_info;
	struct miracast_seen_masters *seen = &call->seen;

	*out = (struct drm_miracast_context_info) {};
	describe_creation(call->context, out);
	describe_device(call, out);
	out->state = call->stream->state;
	out->picture_state = miracast_picture_state(call->target);

	miracast_context_look(call->context, seen);
	out->pinned_master = seen->pinned;
	out->current_master = seen->current_master;
	out->lit_by_master = seen->lit_by;

	return 0;
}

/* Only an answer that has reached the caller counts as seen. */
static void cleanup_query_context(struct miracast_io_call *call, int ret)
{
	if (ret || !call->last_seen ||
	    call->out_size < offsetofend(struct drm_miracast_context_info,
					 lit_by_master))
		return;

	spin_lock_irq(&call->target->lock);
	*call->last_seen = call->seen;
	spin_unlock_irq(&call->target->lock);
}

const struct miracast_io_code miracast_io_query_context = {
	MIRACAST_IO_IN(query_context), MIRACAST_IO_OUT(context_info),
	.apart = true,
	.prepare = miracast_io_check_empty,
	.apply = apply_query_context,
	.cleanup = cleanup_query_context,
};

static int prepare_pin(struct miracast_io_call *call)
{
	const struct drm_miracast_pin *in = &call->in.pin;

	if (in->flags || in->pad)
		return -EINVAL;

	return call->last_seen && capable(CAP_SYS_ADMIN) ? 0 : -EACCES;
}

/*
 * The caller names the master by its number, so that no other one can be pinned. It may
 * have found out who the master is before or after it read the number. So the master
 * must not have left and returned since the number was read either.
 */
static int apply_pin(struct miracast_io_call *call)
{
	u64 master = call->in.pin.master, changes;

	if (call->stream->flags & DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER)
		return -EINVAL;
	if (master &&
	    (master != miracast_master_current(call->context->mdev, &changes) ||
	     changes != call->last_seen->changes))
		return -ESTALE;

	miracast_port_pin(call->target, master);

	return 0;
}

const struct miracast_io_code miracast_io_pin = {
	MIRACAST_IO_IN(pin),
	.apart = true,
	.takes_back = true,
	.prepare = prepare_pin,
	.apply = apply_pin,
};
