// SPDX-License-Identifier: GPL-2.0
/*
 * IO_CONTROL: the table of codes, and the states in which each is allowed.
 *
 * The steps of a code are in the file of its subject: the session and its monitor in
 * miracast_io_session.c, memory in miracast_io_buffers.c, the context itself in
 * miracast_io_context.c, reports in miracast_io_report.c. This file runs the steps: each
 * under its locks, and only in the states of the code (struct miracast_io_code).
 */
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "miracast_context.h"
#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_io_call.h"
#include "miracast_io_control.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_trace.h"

#define CREATED		BIT(DRM_MIRACAST_STATE_CREATED)
#define STARTED		BIT(DRM_MIRACAST_STATE_STARTED)
#define MONITOR		BIT(DRM_MIRACAST_STATE_MONITOR)

/**
 * struct io_row - A row of the table
 * @states: states in which the code is allowed
 * @code: its steps
 */
struct io_row {
	u32 states;
	const struct miracast_io_code *code;
};

/* The table: every code that is provided, and the states it is allowed in. */
static const struct io_row codes[] = {
	[DRM_MIRACAST_CODE_START_SESSION] = {
		CREATED, &miracast_io_start_session,
	},
	[DRM_MIRACAST_CODE_STOP_SESSION] = {
		STARTED | MONITOR, &miracast_io_stop_session,
	},
	[DRM_MIRACAST_CODE_MONITOR_ARRIVE] = {
		STARTED | MONITOR, &miracast_io_monitor_arrive,
	},
	[DRM_MIRACAST_CODE_MONITOR_DEPART] = {
		MONITOR, &miracast_io_monitor_depart,
	},
	/* In CREATED it distinguishes messages of an ended session from no session. */
	[DRM_MIRACAST_CODE_COMPLETE_MESSAGE] = {
		CREATED | STARTED | MONITOR, &miracast_io_complete_message,
	},
	[DRM_MIRACAST_CODE_GET_BUFFER] = {
		STARTED | MONITOR, &miracast_io_get_buffer,
	},
	[DRM_MIRACAST_CODE_SET_BUFFERS] = {
		CREATED | STARTED | MONITOR, &miracast_io_set_buffers,
	},
	[DRM_MIRACAST_CODE_REQUEST_FRAME] = {
		MONITOR, &miracast_io_request_frame,
	},
	[DRM_MIRACAST_CODE_SET_RATE] = {
		STARTED | MONITOR, &miracast_io_set_rate,
	},
	[DRM_MIRACAST_CODE_GET_CURSOR] = {
		MONITOR, &miracast_io_get_cursor,
	},
	[DRM_MIRACAST_CODE_REPORT_CHUNK] = {
		STARTED | MONITOR, &miracast_io_report_chunk,
	},
	[DRM_MIRACAST_CODE_REPORT_STATISTIC] = {
		STARTED | MONITOR, &miracast_io_report_statistic,
	},
	[DRM_MIRACAST_CODE_REPORT_STATUS] = {
		STARTED | MONITOR, &miracast_io_report_status,
	},
	[DRM_MIRACAST_CODE_SET_HDCP] = {
		MONITOR, &miracast_io_set_hdcp,
	},
	[DRM_MIRACAST_CODE_GET_STATISTICS] = {
		CREATED | STARTED | MONITOR, &miracast_io_get_statistics,
	},
	[DRM_MIRACAST_CODE_QUERY_CONTEXT] = {
		CREATED | STARTED | MONITOR, &miracast_io_query_context,
	},
	[DRM_MIRACAST_CODE_PIN] = {
		CREATED | STARTED | MONITOR, &miracast_io_pin,
	},
	[DRM_MIRACAST_CODE_GET_FENCE] = {
		STARTED | MONITOR, &miracast_io_get_fence,
	},
};

/* The codes of a control file. PIN is allowed on no other file. */
#define CONTROL_CODES	(BIT_ULL(DRM_MIRACAST_CODE_GET_STATISTICS) | \
			 BIT_ULL(DRM_MIRACAST_CODE_QUERY_CONTEXT) | \
			 BIT_ULL(DRM_MIRACAST_CODE_PIN))

static const struct io_row *find_row(const struct miracast_device *mdev,
				     u32 number)
{
	const struct io_row *row;

	if (number >= ARRAY_SIZE(codes) ||
	    (number == DRM_MIRACAST_CODE_SET_HDCP && !mdev->hdcp))
		return NULL;

	row = &codes[array_index_nospec(number, ARRAY_SIZE(codes))];

	return row->code ? row : NULL;
}

/**
 * miracast_io_control_codes - List the codes of a device
 * @mdev: the device
 *
 * Return: mask with bit n set for code n.
 */
u64 miracast_io_control_codes(const struct miracast_device *mdev)
{
	unsigned int number;
	u64 mask = 0;

	for (number = 0; number < ARRAY_SIZE(codes); number++)
		if (find_row(mdev, number))
			mask |= BIT_ULL(number);

	return mask;
}

/* The codes that are allowed on a file: a control file, or the context's. */
static u64 file_codes(const struct miracast_context *context, bool control)
{
	u64 codes = miracast_io_control_codes(context->mdev);

	if (control)
		return codes & CONTROL_CODES;
	if (!(context->stream->flags & DRM_MIRACAST_CONTEXT_FLAG_HDCP))
		codes &= ~BIT_ULL(DRM_MIRACAST_CODE_SET_HDCP);

	return codes & ~BIT_ULL(DRM_MIRACAST_CODE_PIN);
}

/* PIN on the context's own file reaches prepare(), which returns -EACCES. */
static bool is_for_file(const struct miracast_io_call *call, u32 code)
{
	return code == DRM_MIRACAST_CODE_PIN || call->codes & BIT_ULL(code);
}

static int check_state(const struct miracast_io_call *call, const struct io_row *row)
{
	if (call->target->unplugged)
		return -ENODEV;
	if (call->context->destroyed)
		return -ESTALE;
	if (row->states & BIT(call->stream->state))
		return 0;

	/* The code's states are all before this one, or all after it. */
	return row->states < BIT(call->stream->state) ? -EALREADY : -ENOTCONN;
}

/* Every code runs through here, so none changes state outside of its states. */
static int apply_locked(struct miracast_io_call *call,
			const struct io_row *row)
{
	int ret;

	spin_lock_irq(&call->target->lock);
	ret = check_state(call, row);
	if (!ret)
		ret = row->code->apply(call);
	spin_unlock_irq(&call->target->lock);

	return ret;
}

/*
 * The mutex can be with an owner that gets no processor time. A service for several users
 * must not wait for one of them.
 */
static int apply_code(struct miracast_io_call *call, const struct io_row *row)
{
	struct miracast_device *mdev = call->context->mdev;
	int ret;

	if (row->code->apart)
		return apply_locked(call, row);

	if (mutex_lock_interruptible(&mdev->class_lock))
		return -ERESTARTSYS;

	trace_miracast_class_enter(call->stream->number,
				   DRM_MIRACAST_IO_CONTROL, row - codes);
	ret = apply_locked(call, row);
	trace_miracast_class_leave(call->stream->number,
				   DRM_MIRACAST_IO_CONTROL, row - codes);
	mutex_unlock(&mdev->class_lock);

	return ret;
}

static int copy_in(struct miracast_io_call *call,
		   const struct miracast_io_code *code,
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

static int run_steps(struct miracast_io_call *call, const struct io_row *row,
		     const struct drm_miracast_io_control *args,
		     u32 __user *bytes_returned)
{
	const struct miracast_io_code *code = row->code;
	u32 size = min(args->out_size, code->out_size);
	int ret;

	if (put_user(size, bytes_returned))
		return -EFAULT;
	if (code->out_early) {
		ret = copy_out(call, args, size);
		if (ret)
			return ret;
	}

	ret = apply_code(call, row);
	if (!ret && code->finish)
		ret = code->finish(call);
	if (!ret && !code->out_early)
		ret = copy_out(call, args, size);

	return ret;
}

/**
 * miracast_io_control - IO_CONTROL
 * @context: the context
 * @last_seen: when its control file was called, the masters that QUERY_CONTEXT returned
 *	there last, guarded by the target's spinlock; else NULL
 * @args: arguments of the ioctl, its own flags and padding checked
 * @bytes_returned: where user space wants the size of the output
 *
 * Takes the class mutex, interruptibly, except for codes that are apart; sleeps.
 *
 * Return: 0 or a negative errno, see the user-space header.
 */
int miracast_io_control(struct miracast_context *context,
			struct miracast_seen_masters *last_seen,
			struct drm_miracast_io_control *args,
			u32 __user *bytes_returned)
{
	const struct io_row *row = find_row(context->mdev, args->code);
	const struct miracast_io_code *code;
	struct miracast_io_call call = {
		.context = context,
		.last_seen = last_seen,
		.codes = file_codes(context, last_seen),
		.stream = context->stream,
		.target = context->target,
		.out_size = args->out_size,
	};
	int ret;

	if (!row || !is_for_file(&call, args->code))
		return -EOPNOTSUPP;

	code = row->code;
	ret = copy_in(&call, code, args);
	if (!ret && code->prepare)
		ret = code->prepare(&call);
	if (ret)
		return ret;

	ret = run_steps(&call, row, args, bytes_returned);
	if (code->cleanup)
		code->cleanup(&call, ret);
	/* It waits for processes of the owner, which other codes need not. */
	if (code->takes_back)
		miracast_direct_take_back(call.stream);

	return ret;
}
