// SPDX-License-Identifier: GPL-2.0
/*
 * IO_CONTROL codes that report what the owner does: REPORT_CHUNK,
 * REPORT_STATISTIC, REPORT_STATUS.
 *
 * They end in the trace, next to the driver's own steps of the same chunk; only
 * a failed session changes anything. apply() runs under the class mutex and the
 * target's spinlock.
 */
#include "miracast_io_call.h"
#include "miracast_port.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_trace.h"

/* Encoders may cut pictures into slices of their own, so any part will do. */
static int check_chunk(const struct miracast_stream *stream, u64 chunk_id)
{
	u64 frame = DRM_MIRACAST_FRAME_OF_CHUNK_ID(chunk_id);

	if (!frame || frame > stream->frame)
		return -ENOENT;

	return frame < stream->session_first_frame ? -ESTALE : 0;
}

static bool is_chunk_type(u32 type)
{
	return type <= DRM_MIRACAST_CHUNK_TYPE_FRAME_DROPPED ||
	       type == (u32)DRM_MIRACAST_CHUNK_TYPE_DRIVER_DEFINED_1 ||
	       type == (u32)DRM_MIRACAST_CHUNK_TYPE_DRIVER_DEFINED_2;
}

static int prepare_report_chunk(struct miracast_io_call *call)
{
	const struct drm_miracast_report_chunk *in = &call->in.report_chunk;

	return in->flags || !is_chunk_type(in->chunk_type) ? -EINVAL : 0;
}

static int apply_report_chunk(struct miracast_io_call *call)
{
	const struct drm_miracast_report_chunk *in = &call->in.report_chunk;
	int ret = check_chunk(call->stream, in->chunk_id);

	if (!ret)
		trace_miracast_report_chunk(call->stream->number, in);

	return ret;
}

const struct miracast_io_code miracast_io_report_chunk = {
	MIRACAST_IO_IN(report_chunk),
	.prepare = prepare_report_chunk,
	.apply = apply_report_chunk,
};

static int prepare_report_statistic(struct miracast_io_call *call)
{
	const struct drm_miracast_report_statistic *in =
		&call->in.report_statistic;

	if (in->flags || in->pad)
		return -EINVAL;

	switch (in->type) {
	case DRM_MIRACAST_STATISTIC_TYPE_CHUNK_SENT:
		return in->event ? -EINVAL : 0;
	case DRM_MIRACAST_STATISTIC_TYPE_EVENT:
		return in->chunk_id ||
		       in->event > DRM_MIRACAST_PROTOCOL_EVENT_PREFERRED_MODE_FAILED ?
			       -EINVAL : 0;
	default:
		return -EINVAL;
	}
}

static int apply_report_statistic(struct miracast_io_call *call)
{
	const struct drm_miracast_report_statistic *in =
		&call->in.report_statistic;
	int ret;

	if (in->type == DRM_MIRACAST_STATISTIC_TYPE_EVENT) {
		trace_miracast_protocol_event(call->stream->number, in->event);
		return 0;
	}

	ret = check_chunk(call->stream, in->chunk_id);
	if (!ret)
		trace_miracast_chunk_sent(call->stream->number, in->chunk_id);

	return ret;
}

const struct miracast_io_code miracast_io_report_statistic = {
	MIRACAST_IO_IN(report_statistic),
	.prepare = prepare_report_statistic,
	.apply = apply_report_statistic,
};

static int prepare_report_status(struct miracast_io_call *call)
{
	const struct drm_miracast_report_status *in = &call->in.report_status;

	return in->flags || in->pad ||
	       in->status > DRM_MIRACAST_STATUS_COMPANION_DISCONNECT ?
		       -EINVAL : 0;
}

/* Every status is a failure: the monitor goes, the owner stops the session. */
static int apply_report_status(struct miracast_io_call *call)
{
	const struct drm_miracast_report_status *in = &call->in.report_status;
	struct miracast_stream *stream = call->stream;

	trace_miracast_session_status(stream->number, stream->session,
				      in->status, in->error);
	stream->stats.last_status = in->status;
	miracast_stream_departed(stream, DRM_MIRACAST_CAUSE_STATUS);
	call->monitor = miracast_port_depart(call->target);

	return 0;
}

const struct miracast_io_code miracast_io_report_status = {
	MIRACAST_IO_IN(report_status),
	.takes_back = true,
	.prepare = prepare_report_status,
	.apply = apply_report_status,
	.cleanup = miracast_io_put_monitor,
};
