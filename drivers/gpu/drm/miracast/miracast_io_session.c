// SPDX-License-Identifier: GPL-2.0
/*
 * IO_CONTROL codes of a session: its start and end, its monitor, answers to messages,
 * picture requests, rates, and content protection.
 *
 * apply() runs under the class mutex and the target's spinlock, the other steps with
 * no lock held.
 */
#include "miracast_context.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_io_call.h"
#include "miracast_monitor.h"
#include "miracast_port.h"
#include "miracast_prepare.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"
#include "miracast_trace.h"

static int prepare_start(struct miracast_io_call *call)
{
	int ret = miracast_io_check_empty(call);

	if (!ret)
		call->out.session.session =
			atomic64_inc_return(&call->context->mdev->session_numbers);

	return ret;
}

static int apply_start(struct miracast_io_call *call)
{
	miracast_stream_start(call->stream, call->out.session.session);

	return 0;
}

const struct miracast_io_code miracast_io_start_session = {
	MIRACAST_IO_IN(start_session), MIRACAST_IO_OUT(session),
	.out_early = true,
	.prepare = prepare_start,
	.apply = apply_start,
};

static int apply_stop(struct miracast_io_call *call)
{
	miracast_stream_stop(call->stream, DRM_MIRACAST_CAUSE_OWNER);
	call->monitor = miracast_port_depart(call->target);

	return 0;
}

const struct miracast_io_code miracast_io_stop_session = {
	MIRACAST_IO_IN(stop_session),
	.takes_back = true,
	.prepare = miracast_io_check_empty,
	.apply = apply_stop,
	.cleanup = miracast_io_put_monitor,
};

static int prepare_arrive(struct miracast_io_call *call)
{
	struct miracast_monitor *monitor;

	monitor = miracast_monitor_create(&call->in.monitor_arrive);
	if (IS_ERR(monitor))
		return PTR_ERR(monitor);

	call->monitor = monitor;

	return 0;
}

static int apply_arrive(struct miracast_io_call *call)
{
	miracast_port_arrive(call->target, &call->monitor);

	return 0;
}

const struct miracast_io_code miracast_io_monitor_arrive = {
	MIRACAST_IO_IN(monitor_arrive),
	.takes_back = true,
	.prepare = prepare_arrive,
	.apply = apply_arrive,
	.cleanup = miracast_io_put_monitor,
};

static int apply_depart(struct miracast_io_call *call)
{
	miracast_stream_departed(call->stream, DRM_MIRACAST_CAUSE_OWNER);
	call->monitor = miracast_port_depart(call->target);

	return 0;
}

const struct miracast_io_code miracast_io_monitor_depart = {
	MIRACAST_IO_IN(monitor_depart),
	.takes_back = true,
	.prepare = miracast_io_check_empty,
	.apply = apply_depart,
	.cleanup = miracast_io_put_monitor,
};

static int prepare_complete(struct miracast_io_call *call)
{
	const struct drm_miracast_complete_message *in =
		&call->in.complete_message;
	struct miracast_stream *stream = call->stream;
	unsigned long flags;
	int ret;

	if (in->flags || in->status > DRM_MIRACAST_COMPLETION_REFUSED)
		return -EINVAL;
	if (in->status != DRM_MIRACAST_COMPLETION_SUCCESS)
		return 0;

	/* A call that fails begins no CPU access. Which error that is, the next step says. */
	spin_lock_irqsave(stream->lock, flags);
	ret = miracast_stream_check_pending(stream, in->number);
	spin_unlock_irqrestore(stream->lock, flags);

	return ret ? 0 : miracast_prepare_all(stream);
}

static int apply_complete(struct miracast_io_call *call)
{
	const struct drm_miracast_complete_message *in =
		&call->in.complete_message;
	int ret;

	ret = miracast_stream_complete(call->stream, in->number, in->status);
	if (ret)
		return ret;

	trace_miracast_complete_message(call->stream->number, in->number,
					in->status);
	if (in->status == DRM_MIRACAST_COMPLETION_SUCCESS)
		miracast_port_mode_accepted(call->target);
	else
		miracast_port_mode_refused(call->target);
	miracast_picture_update(call->target);

	return 0;
}

const struct miracast_io_code miracast_io_complete_message = {
	MIRACAST_IO_IN(complete_message),
	.prepare = prepare_complete,
	.apply = apply_complete,
};

static int apply_request_frame(struct miracast_io_call *call)
{
	call->stream->force_full = true;
	miracast_todo_capture(call->target);

	return 0;
}

const struct miracast_io_code miracast_io_request_frame = {
	MIRACAST_IO_IN(request_frame),
	.prepare = miracast_io_check_empty,
	.apply = apply_request_frame,
};

static int prepare_set_rate(struct miracast_io_call *call)
{
	const struct drm_miracast_set_rate *in = &call->in.set_rate;

	if (in->flags || in->pad)
		return -EINVAL;

	return in->max_picture_rate_mhz &&
	       in->max_picture_rate_mhz < MIRACAST_MIN_PICTURE_RATE_MHZ ?
		       -EINVAL : 0;
}

static int apply_set_rate(struct miracast_io_call *call)
{
	const struct drm_miracast_set_rate *in = &call->in.set_rate;

	miracast_stream_set_rate(call->stream, in->encode_rate_kbps,
				 in->max_picture_rate_mhz);
	trace_miracast_set_rate(call->stream->number, in->encode_rate_kbps,
				in->max_picture_rate_mhz);
	/* A picture that had to wait for the old rate may be due now. */
	miracast_todo_capture(call->target);

	return 0;
}

const struct miracast_io_code miracast_io_set_rate = {
	MIRACAST_IO_IN(set_rate),
	.prepare = prepare_set_rate,
	.apply = apply_set_rate,
};

static int prepare_set_hdcp(struct miracast_io_call *call)
{
	const struct drm_miracast_set_hdcp *in = &call->in.set_hdcp;

	return in->flags || in->state > DRM_MIRACAST_HDCP_STATE_TYPE1 ?
		       -EINVAL : 0;
}

static int apply_set_hdcp(struct miracast_io_call *call)
{
	const struct drm_miracast_set_hdcp *in = &call->in.set_hdcp;
	int ret = miracast_hdcp_set(call->target, in->number, in->state);

	if (!ret)
		trace_miracast_set_hdcp(call->stream->number, in->number,
					in->state);

	return ret;
}

const struct miracast_io_code miracast_io_set_hdcp = {
	MIRACAST_IO_IN(set_hdcp),
	.prepare = prepare_set_hdcp,
	.apply = apply_set_hdcp,
};
