// SPDX-License-Identifier: GPL-2.0
/*
 * IO_CONTROL: the codes, what each takes and gives, and when it is allowed. The
 * handlers of codes that hand memory over are in miracast_io_buffers.c, of those about
 * the context itself in miracast_io_context.c, of reports in miracast_io_report.c.
 *
 * One call has up to three steps. prepare() copies from user space, parses and
 * allocates, with no lock held. apply() changes state: under the class mutex
 * and the target's spinlock, so it cannot sleep and cannot fail once it has
 * changed anything; the state table was checked under the same locks. finish()
 * makes results that need no lock, and cleanup() frees what is left over.
 */
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "miracast_context.h"
#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_io_call.h"
#include "miracast_io_control.h"
#include "miracast_monitor.h"
#include "miracast_port.h"
#include "miracast_prepare.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"
#include "miracast_trace.h"

#define CREATED		BIT(DRM_MIRACAST_STATE_CREATED)
#define STARTED		BIT(DRM_MIRACAST_STATE_STARTED)
#define MONITOR		BIT(DRM_MIRACAST_STATE_MONITOR)

/**
 * struct io_code - What there is to know about a code
 * @in_size: bytes of its input struct
 * @out_size: bytes of its output struct, or 0
 * @states: states in which it is allowed
 * @out_early: the output is known before apply(), and copied out before it, so
 *	that a bad pointer changes nothing
 * @prepare: see above; optional
 * @apply: see above
 * @finish: see above; optional
 * @cleanup: see above; optional, called whenever prepare() succeeded
 */
struct io_code {
	u32 in_size;
	u32 out_size;
	u32 states;
	bool out_early;
	int (*prepare)(struct miracast_io_call *call);
	int (*apply)(struct miracast_io_call *call);
	int (*finish)(struct miracast_io_call *call);
	void (*cleanup)(struct miracast_io_call *call, int ret);
};

/* Input that is nothing but flags and padding, all of which must be zero. */
static int prepare_empty(struct miracast_io_call *call)
{
	return call->in.words[0] || call->in.words[1] ? -EINVAL : 0;
}

static int prepare_start(struct miracast_io_call *call)
{
	int ret = prepare_empty(call);

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

static int apply_stop(struct miracast_io_call *call)
{
	miracast_stream_stop(call->stream, DRM_MIRACAST_CAUSE_OWNER);
	call->monitor = miracast_port_depart(call->target);
	/* Without a monitor, too, pictures kept memory that was not needed. */
	miracast_todo_add(call->target, BIT(MIRACAST_TODO_TRIM));

	return 0;
}

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

static int apply_depart(struct miracast_io_call *call)
{
	miracast_stream_departed(call->stream, DRM_MIRACAST_CAUSE_OWNER);
	call->monitor = miracast_port_depart(call->target);

	return 0;
}

static void cleanup_monitor(struct miracast_io_call *call, int ret)
{
	miracast_monitor_put(call->monitor);
}

static int prepare_complete(struct miracast_io_call *call)
{
	const struct drm_miracast_complete_message *in =
		&call->in.complete_message;

	if (in->flags || in->status > DRM_MIRACAST_COMPLETION_REFUSED)
		return -EINVAL;
	if (in->status != DRM_MIRACAST_COMPLETION_SUCCESS)
		return 0;

	return miracast_prepare_all(call->stream);
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

static int apply_request_frame(struct miracast_io_call *call)
{
	call->stream->force_full = true;
	miracast_todo_capture(call->target);

	return 0;
}

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
	/* A picture may be due by now that had to wait before. */
	miracast_todo_capture(call->target);

	return 0;
}

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

#define IN(type)	.in_size = sizeof(struct drm_miracast_##type)
#define OUT(type)	.out_size = sizeof(struct drm_miracast_##type)

/* The table: every code that is provided, and the states it is allowed in. */
static const struct io_code codes[] = {
	[DRM_MIRACAST_CODE_START_SESSION] = {
		IN(start_session), OUT(session),
		.states = CREATED,
		.out_early = true,
		.prepare = prepare_start,
		.apply = apply_start,
	},
	[DRM_MIRACAST_CODE_STOP_SESSION] = {
		IN(stop_session),
		.states = STARTED | MONITOR,
		.prepare = prepare_empty,
		.apply = apply_stop,
		.cleanup = cleanup_monitor,
	},
	[DRM_MIRACAST_CODE_MONITOR_ARRIVE] = {
		IN(monitor_arrive),
		.states = STARTED | MONITOR,
		.prepare = prepare_arrive,
		.apply = apply_arrive,
		.cleanup = cleanup_monitor,
	},
	[DRM_MIRACAST_CODE_MONITOR_DEPART] = {
		IN(monitor_depart),
		.states = MONITOR,
		.prepare = prepare_empty,
		.apply = apply_depart,
		.cleanup = cleanup_monitor,
	},
	/*
	 * In CREATED it distinguishes messages of an ended session from no session.
	 */
	[DRM_MIRACAST_CODE_COMPLETE_MESSAGE] = {
		IN(complete_message),
		.states = CREATED | STARTED | MONITOR,
		.prepare = prepare_complete,
		.apply = apply_complete,
	},
	[DRM_MIRACAST_CODE_GET_BUFFER] = {
		IN(get_buffer), OUT(buffer),
		.states = STARTED | MONITOR,
		.prepare = miracast_io_prepare_get_buffer,
		.apply = miracast_io_apply_get_buffer,
		.finish = miracast_io_finish_get_buffer,
		.cleanup = miracast_io_cleanup_get_buffer,
	},
	[DRM_MIRACAST_CODE_SET_BUFFERS] = {
		IN(set_buffers),
		.states = CREATED | STARTED | MONITOR,
		.prepare = miracast_io_prepare_set_buffers,
		.apply = miracast_io_apply_set_buffers,
		.cleanup = miracast_io_cleanup_set_buffers,
	},
	[DRM_MIRACAST_CODE_REQUEST_FRAME] = {
		IN(request_frame),
		.states = MONITOR,
		.prepare = prepare_empty,
		.apply = apply_request_frame,
	},
	[DRM_MIRACAST_CODE_SET_RATE] = {
		IN(set_rate),
		.states = STARTED | MONITOR,
		.prepare = prepare_set_rate,
		.apply = apply_set_rate,
	},
	[DRM_MIRACAST_CODE_GET_CURSOR] = {
		IN(get_cursor), OUT(cursor),
		.states = MONITOR,
		.prepare = miracast_io_prepare_get_cursor,
		.apply = miracast_io_apply_get_cursor,
		.finish = miracast_io_finish_get_cursor,
		.cleanup = miracast_io_cleanup_get_cursor,
	},
	[DRM_MIRACAST_CODE_REPORT_CHUNK] = {
		IN(report_chunk),
		.states = STARTED | MONITOR,
		.prepare = miracast_io_prepare_report_chunk,
		.apply = miracast_io_apply_report_chunk,
	},
	[DRM_MIRACAST_CODE_REPORT_STATISTIC] = {
		IN(report_statistic),
		.states = STARTED | MONITOR,
		.prepare = miracast_io_prepare_report_statistic,
		.apply = miracast_io_apply_report_statistic,
	},
	[DRM_MIRACAST_CODE_REPORT_STATUS] = {
		IN(report_status),
		.states = STARTED | MONITOR,
		.prepare = miracast_io_prepare_report_status,
		.apply = miracast_io_apply_report_status,
		.cleanup = cleanup_monitor,
	},
	[DRM_MIRACAST_CODE_SET_HDCP] = {
		IN(set_hdcp),
		.states = MONITOR,
		.prepare = prepare_set_hdcp,
		.apply = apply_set_hdcp,
	},
	[DRM_MIRACAST_CODE_GET_STATISTICS] = {
		IN(get_statistics), OUT(statistics),
		.states = CREATED | STARTED | MONITOR,
		.prepare = prepare_empty,
		.apply = apply_get_statistics,
	},
	[DRM_MIRACAST_CODE_QUERY_CONTEXT] = {
		IN(query_context), OUT(context_info),
		.states = CREATED | STARTED | MONITOR,
		.prepare = prepare_empty,
		.apply = miracast_io_apply_query_context,
		.cleanup = miracast_io_cleanup_query_context,
	},
	[DRM_MIRACAST_CODE_PIN] = {
		IN(pin),
		.states = CREATED | STARTED | MONITOR,
		.prepare = miracast_io_prepare_pin,
		.apply = miracast_io_apply_pin,
	},
	[DRM_MIRACAST_CODE_GET_FENCE] = {
		IN(get_fence), OUT(fence),
		.states = STARTED | MONITOR,
		.prepare = miracast_io_prepare_get_fence,
		.apply = miracast_io_apply_get_fence,
		.finish = miracast_io_finish_get_fence,
		.cleanup = miracast_io_cleanup_get_fence,
	},
};

/* What a control file takes; PIN is its own. */
#define CONTROL_CODES	(BIT_ULL(DRM_MIRACAST_CODE_GET_STATISTICS) | \
			 BIT_ULL(DRM_MIRACAST_CODE_QUERY_CONTEXT) | \
			 BIT_ULL(DRM_MIRACAST_CODE_PIN))

static const struct io_code *find_code(const struct miracast_device *mdev,
				       u32 number)
{
	const struct io_code *code;

	if (number >= ARRAY_SIZE(codes) ||
	    (number == DRM_MIRACAST_CODE_SET_HDCP && !mdev->hdcp))
		return NULL;

	code = &codes[array_index_nospec(number, ARRAY_SIZE(codes))];

	return code->apply ? code : NULL;
}

/**
 * miracast_io_control_codes - List which codes there are
 * @mdev: the device
 *
 * Return: mask with bit n set for code n.
 */
u64 miracast_io_control_codes(const struct miracast_device *mdev)
{
	unsigned int number;
	u64 mask = 0;

	for (number = 0; number < ARRAY_SIZE(codes); number++)
		if (find_code(mdev, number))
			mask |= BIT_ULL(number);

	return mask;
}

/* The codes that a file takes: a control file, or the context's. */
static u64 file_codes(const struct miracast_context *context, bool control)
{
	u64 codes = miracast_io_control_codes(context->mdev);

	if (control)
		return codes & CONTROL_CODES;
	if (!(context->stream->flags & DRM_MIRACAST_CONTEXT_FLAG_HDCP))
		codes &= ~BIT_ULL(DRM_MIRACAST_CODE_SET_HDCP);

	return codes & ~BIT_ULL(DRM_MIRACAST_CODE_PIN);
}

/* PIN on the context's own file is EACCES, which prepare() answers. */
static bool is_for_file(const struct miracast_io_call *call, u32 code)
{
	return code == DRM_MIRACAST_CODE_PIN || call->codes & BIT_ULL(code);
}

static int check_state(const struct miracast_io_call *call, const struct io_code *code)
{
	if (call->target->unplugged)
		return -ENODEV;
	if (call->context->destroyed)
		return -ESTALE;
	if (code->states & BIT(call->stream->state))
		return 0;

	/* The code's states are all before this one, or all after it. */
	return code->states < BIT(call->stream->state) ? -EALREADY : -ENOTCONN;
}

/* Every code goes through here: none changes state outside of the class. */
static int apply_locked(struct miracast_io_call *call,
			const struct io_code *code)
{
	int ret;

	lockdep_assert_held(&call->context->mdev->class_lock);

	spin_lock_irq(&call->target->lock);
	ret = check_state(call, code);
	if (!ret)
		ret = code->apply(call);
	spin_unlock_irq(&call->target->lock);

	return ret;
}

static int apply(struct miracast_io_call *call, const struct io_code *code)
{
	struct miracast_device *mdev = call->context->mdev;
	int ret;

	if (mutex_lock_interruptible(&mdev->class_lock))
		return -ERESTARTSYS;

	trace_miracast_class_enter(call->stream->number,
				   DRM_MIRACAST_IO_CONTROL, code - codes);
	ret = apply_locked(call, code);
	trace_miracast_class_leave(call->stream->number,
				   DRM_MIRACAST_IO_CONTROL, code - codes);
	mutex_unlock(&mdev->class_lock);

	return ret;
}

static int copy_in(struct miracast_io_call *call, const struct io_code *code,
		   const struct drm_miracast_io_control *args)
{
	if (args->in_size < code->in_size)
		return -EINVAL;
	if (args->in_size > PAGE_SIZE)
		return -E2BIG;

	return copy_struct_from_user(&call->in, code->in_size,
				     u64_to_user_ptr(args->in), args->in_size);
}

static int copy_out(const struct miracast_io_call *call,
		    const struct drm_miracast_io_control *args, u32 size)
{
	return copy_to_user(u64_to_user_ptr(args->out), &call->out, size) ?
		       -EFAULT : 0;
}

static int run_steps(struct miracast_io_call *call, const struct io_code *code,
		     const struct drm_miracast_io_control *args,
		     u32 __user *bytes_returned)
{
	u32 size = min(args->out_size, code->out_size);
	int ret;

	if (put_user(size, bytes_returned))
		return -EFAULT;
	if (code->out_early) {
		ret = copy_out(call, args, size);
		if (ret)
			return ret;
	}

	ret = apply(call, code);
	if (!ret && code->finish)
		ret = code->finish(call);
	if (!ret && !code->out_early)
		ret = copy_out(call, args, size);

	return ret;
}

/**
 * miracast_io_control - IO_CONTROL
 * @context: the context
 * @last_seen: when its control file was called, what QUERY_CONTEXT returned there last,
 *	guarded by the target's spinlock; else NULL
 * @args: arguments of the ioctl, its own flags and padding checked
 * @bytes_returned: where user space wants the size of the output
 *
 * Takes the class mutex, interruptibly; sleeps.
 *
 * Return: 0 or a negative errno, see the user-space header.
 */
int miracast_io_control(struct miracast_context *context,
			struct miracast_seen_masters *last_seen,
			struct drm_miracast_io_control *args,
			u32 __user *bytes_returned)
{
	const struct io_code *code = find_code(context->mdev, args->code);
	struct miracast_io_call call = {
		.context = context,
		.last_seen = last_seen,
		.codes = file_codes(context, last_seen),
		.stream = context->stream,
		.target = context->target,
		.out_size = args->out_size,
	};
	int ret;

	if (!code || !is_for_file(&call, args->code))
		return -EOPNOTSUPP;

	ret = copy_in(&call, code, args);
	if (!ret && code->prepare)
		ret = code->prepare(&call);
	if (ret)
		return ret;

	ret = run_steps(&call, code, args, bytes_returned);
	if (code->cleanup)
		code->cleanup(&call, ret);
	/* What a departure or STOP takes is taken when the call returns. */
	miracast_direct_take_back(call.stream);

	return ret;
}
