/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace points: the life of a picture from commit to sent, and every ioctl.
 *
 * All times of a picture can be taken from the events' own time stamps. A picture
 * is known by target and sequence until a context captures it, and by context
 * and frame from there on; miracast_frame_start has both.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM miracast

#if !defined(_MIRACAST_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _MIRACAST_TRACE_H_

#include <linux/tracepoint.h>
#include <linux/types.h>

#include <uapi/drm/miracast_drm.h>

/* A commit has reached the hardware stage; sequence: vblank it is shown at. */
TRACE_EVENT(miracast_commit,
	TP_PROTO(unsigned int target, u64 sequence, bool damaged),
	TP_ARGS(target, sequence, damaged),
	TP_STRUCT__entry(
		__field(unsigned int, target)
		__field(u64, sequence)
		__field(bool, damaged)
	),
	TP_fast_assign(
		__entry->target = target;
		__entry->sequence = sequence;
		__entry->damaged = damaged;
	),
	TP_printk("target=%u sequence=%llu damaged=%d", __entry->target,
		  __entry->sequence, __entry->damaged)
);

/* The capture of a picture begins. */
TRACE_EVENT(miracast_frame_start,
	TP_PROTO(unsigned int target, u64 sequence, u64 context, u64 frame,
		 u32 skipped),
	TP_ARGS(target, sequence, context, frame, skipped),
	TP_STRUCT__entry(
		__field(unsigned int, target)
		__field(u64, sequence)
		__field(u64, context)
		__field(u64, frame)
		__field(u32, skipped)
	),
	TP_fast_assign(
		__entry->target = target;
		__entry->sequence = sequence;
		__entry->context = context;
		__entry->frame = frame;
		__entry->skipped = skipped;
	),
	TP_printk("target=%u sequence=%llu context=%llu frame=%llu skipped=%u",
		  __entry->target, __entry->sequence, __entry->context,
		  __entry->frame, __entry->skipped)
);

/* The pixels of a part are in its buffer. */
TRACE_EVENT(miracast_capture_complete,
	TP_PROTO(u64 context, u64 chunk_id, u64 bytes, u64 duration_ns),
	TP_ARGS(context, chunk_id, bytes, duration_ns),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u64, chunk_id)
		__field(u64, bytes)
		__field(u64, duration_ns)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->chunk_id = chunk_id;
		__entry->bytes = bytes;
		__entry->duration_ns = duration_ns;
	),
	TP_printk("context=%llu frame=%llu part=%llu bytes=%llu duration_ns=%llu",
		  __entry->context,
		  DRM_MIRACAST_FRAME_OF_CHUNK_ID(__entry->chunk_id),
		  DRM_MIRACAST_PART_OF_CHUNK_ID(__entry->chunk_id),
		  __entry->bytes, __entry->duration_ns)
);

DECLARE_EVENT_CLASS(miracast_chunk,
	TP_PROTO(u64 context, u64 buffer, u64 chunk_id),
	TP_ARGS(context, buffer, chunk_id),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u64, buffer)
		__field(u64, chunk_id)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->buffer = buffer;
		__entry->chunk_id = chunk_id;
	),
	TP_printk("context=%llu buffer=%llu frame=%llu part=%llu",
		  __entry->context, __entry->buffer,
		  DRM_MIRACAST_FRAME_OF_CHUNK_ID(__entry->chunk_id),
		  DRM_MIRACAST_PART_OF_CHUNK_ID(__entry->chunk_id))
);

/* The owner can read the chunk's event. */
DEFINE_EVENT(miracast_chunk, miracast_published,
	TP_PROTO(u64 context, u64 buffer, u64 chunk_id),
	TP_ARGS(context, buffer, chunk_id));

/* The owner has released the picture. */
DEFINE_EVENT(miracast_chunk, miracast_released,
	TP_PROTO(u64 context, u64 buffer, u64 chunk_id),
	TP_ARGS(context, buffer, chunk_id));

/* The picture may be drawn over although the owner still has it. */
DEFINE_EVENT(miracast_chunk, miracast_revoked,
	TP_PROTO(u64 context, u64 buffer, u64 chunk_id),
	TP_ARGS(context, buffer, chunk_id));

/* A picture is not captured now; its damage goes with a later one. */
TRACE_EVENT(miracast_dropped,
	TP_PROTO(unsigned int target, u64 sequence, bool starved),
	TP_ARGS(target, sequence, starved),
	TP_STRUCT__entry(
		__field(unsigned int, target)
		__field(u64, sequence)
		__field(bool, starved)
	),
	TP_fast_assign(
		__entry->target = target;
		__entry->sequence = sequence;
		__entry->starved = starved;
	),
	TP_printk("target=%u sequence=%llu reason=%s", __entry->target,
		  __entry->sequence, __entry->starved ? "starved" : "pace")
);

/* What an owner reports of a chunk: encoded, dropped, or a meaning of its own. */
TRACE_EVENT(miracast_report_chunk,
	TP_PROTO(u64 context, const struct drm_miracast_report_chunk *report),
	TP_ARGS(context, report),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u64, chunk_id)
		__field(u32, type)
		__field(u32, processing_us)
		__field(u32, encode_rate_kbps)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->chunk_id = report->chunk_id;
		__entry->type = report->chunk_type;
		__entry->processing_us = report->processing_us;
		__entry->encode_rate_kbps = report->encode_rate_kbps;
	),
	TP_printk("context=%llu frame=%llu part=%llu type=%s processing_us=%u encode_rate_kbps=%u",
		  __entry->context,
		  DRM_MIRACAST_FRAME_OF_CHUNK_ID(__entry->chunk_id),
		  DRM_MIRACAST_PART_OF_CHUNK_ID(__entry->chunk_id),
		  __print_symbolic(__entry->type,
			{ 0, "unknown" }, { 1, "color-convert-complete" },
			{ 2, "encode-complete" }, { 3, "frame-start" },
			{ 4, "frame-dropped" },
			{ 0x80000000, "driver-defined-1" },
			{ 0x80000001, "driver-defined-2" }),
		  __entry->processing_us, __entry->encode_rate_kbps)
);

/* The owner is about to send a chunk. */
TRACE_EVENT(miracast_chunk_sent,
	TP_PROTO(u64 context, u64 chunk_id),
	TP_ARGS(context, chunk_id),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u64, chunk_id)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->chunk_id = chunk_id;
	),
	TP_printk("context=%llu frame=%llu part=%llu", __entry->context,
		  DRM_MIRACAST_FRAME_OF_CHUNK_ID(__entry->chunk_id),
		  DRM_MIRACAST_PART_OF_CHUNK_ID(__entry->chunk_id))
);

/* Something happened between owner and sink. */
TRACE_EVENT(miracast_protocol_event,
	TP_PROTO(u64 context, u32 event),
	TP_ARGS(context, event),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u32, event)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->event = event;
	),
	TP_printk("context=%llu event=%s", __entry->context,
		  __print_symbolic(__entry->event,
			{ 0, "iframe-request" }, { 1, "monitor-arrive" },
			{ 2, "monitor-depart" },
			{ 3, "preferred-mode-failed" }))
);

/* The owner reports why its session has failed. */
TRACE_EVENT(miracast_session_status,
	TP_PROTO(u64 context, u64 session, u32 status, s32 error),
	TP_ARGS(context, session, status, error),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u64, session)
		__field(u32, status)
		__field(s32, error)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->session = session;
		__entry->status = status;
		__entry->error = error;
	),
	TP_printk("context=%llu session=%llu status=%s error=%d",
		  __entry->context, __entry->session,
		  __print_symbolic(__entry->status,
			{ 0, "critical-error" }, { 1, "missing-keepalive" },
			{ 2, "sink-disconnect-request" },
			{ 3, "insufficient-bandwidth" },
			{ 4, "sink-failed-mode-change" },
			{ 5, "companion-disconnect" }),
		  __entry->error)
);

/* The owner limits its rates; 0: no limit. */
TRACE_EVENT(miracast_set_rate,
	TP_PROTO(u64 context, u32 encode_rate_kbps, u32 max_picture_rate_mhz),
	TP_ARGS(context, encode_rate_kbps, max_picture_rate_mhz),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u32, encode_rate_kbps)
		__field(u32, max_picture_rate_mhz)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->encode_rate_kbps = encode_rate_kbps;
		__entry->max_picture_rate_mhz = max_picture_rate_mhz;
	),
	TP_printk("context=%llu encode_rate_kbps=%u max_picture_rate_mhz=%u",
		  __entry->context, __entry->encode_rate_kbps,
		  __entry->max_picture_rate_mhz)
);

/* The owner has answered a message. */
TRACE_EVENT(miracast_complete_message,
	TP_PROTO(u64 context, u64 number, u32 status),
	TP_ARGS(context, number, status),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u64, number)
		__field(u32, status)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->number = number;
		__entry->status = status;
	),
	TP_printk("context=%llu number=%llu status=%s", __entry->context,
		  __entry->number,
		  __print_symbolic(__entry->status,
			{ 0, "success" }, { 1, "refused" }))
);

/* The owner reports the state of HDCP with the sink. */
TRACE_EVENT(miracast_set_hdcp,
	TP_PROTO(u64 context, u64 number, u32 state),
	TP_ARGS(context, number, state),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u64, number)
		__field(u32, state)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->number = number;
		__entry->state = state;
	),
	TP_printk("context=%llu number=%llu state=%s", __entry->context,
		  __entry->number,
		  __print_symbolic(__entry->state,
			{ 0, "off" }, { 1, "type0" }, { 2, "type1" }))
);

#define miracast_show_call(call)				\
	__print_symbolic(call,					\
		{ 0, "query-caps" }, { 1, "create-context" },	\
		{ 2, "destroy-context" }, { 3, "io-control" },	\
		{ 4, "release-chunk" })

DECLARE_EVENT_CLASS(miracast_class,
	TP_PROTO(u64 context, u32 call, u32 code),
	TP_ARGS(context, call, code),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u32, call)
		__field(u32, code)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->call = call;
		__entry->code = code;
	),
	TP_printk("context=%llu call=%s code=%u", __entry->context,
		  miracast_show_call(__entry->call), __entry->code)
);

/* The synchronisation class was entered; context 0: CREATE_CONTEXT. */
DEFINE_EVENT(miracast_class, miracast_class_enter,
	TP_PROTO(u64 context, u32 call, u32 code),
	TP_ARGS(context, call, code));

/* The synchronisation class is about to be left. */
DEFINE_EVENT(miracast_class, miracast_class_leave,
	TP_PROTO(u64 context, u32 call, u32 code),
	TP_ARGS(context, call, code));

/* An ioctl ends; context 0: of the card node. */
TRACE_EVENT(miracast_ioctl,
	TP_PROTO(u64 context, u32 call, u32 code, long ret),
	TP_ARGS(context, call, code, ret),
	TP_STRUCT__entry(
		__field(u64, context)
		__field(u32, call)
		__field(u32, code)
		__field(long, ret)
	),
	TP_fast_assign(
		__entry->context = context;
		__entry->call = call;
		__entry->code = code;
		__entry->ret = ret;
	),
	TP_printk("context=%llu call=%s code=%u ret=%ld", __entry->context,
		  miracast_show_call(__entry->call), __entry->code,
		  __entry->ret)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE miracast_trace
#include <trace/define_trace.h>
