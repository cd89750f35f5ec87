/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An IO_CONTROL under way, as the handlers of the codes see it.
 */
#ifndef _MIRACAST_IO_CALL_H_
#define _MIRACAST_IO_CALL_H_

#include <linux/types.h>

#include <uapi/drm/miracast_drm.h>

#include "miracast_context.h"

struct dma_buf;
struct dma_fence;
struct sync_file;
struct drm_gem_object;
struct miracast_monitor;
struct miracast_owner_buffers;
struct miracast_stream;
struct miracast_target;

/**
 * struct miracast_io_call - An IO_CONTROL under way
 * @context: the context
 * @last_seen: of the control file that was called, what QUERY_CONTEXT returned there
 *	last; guarded by the target's spinlock; NULL when it was the context's file
 * @codes: mask of the codes that the file takes
 * @stream: the context's stream
 * @target: the context's target
 * @out_size: room for the output
 * @in: input of the code
 * @out: output of the code
 * @monitor: MONITOR_*: the monitor that comes, then the one that goes
 * @obj: GET_BUFFER: memory of the driver's buffer, with a reference
 * @owner_buffers: GET_BUFFER: the owner's buffers, with a reference; SET_BUFFERS:
 *	those that come, then those that go
 * @index: GET_BUFFER: number of the buffer in @owner_buffers
 * @dma_bufs: GET_BUFFER: what is handed out
 * @fence: GET_FENCE: the chunk's fence, with a reference
 * @sync_file: GET_FENCE: what is handed out
 * @seen: QUERY_CONTEXT: the masters of the answer
 * @pixels: GET_CURSOR: room for the pixels
 */
struct miracast_io_call {
	struct miracast_context *context;
	struct miracast_seen_masters *last_seen;
	u64 codes;
	struct miracast_stream *stream;
	struct miracast_target *target;
	u32 out_size;
	union {
		u32 words[2];
		struct drm_miracast_start_session start_session;
		struct drm_miracast_stop_session stop_session;
		struct drm_miracast_monitor_arrive monitor_arrive;
		struct drm_miracast_monitor_depart monitor_depart;
		struct drm_miracast_complete_message complete_message;
		struct drm_miracast_get_buffer get_buffer;
		struct drm_miracast_set_buffers set_buffers;
		struct drm_miracast_request_frame request_frame;
		struct drm_miracast_set_rate set_rate;
		struct drm_miracast_get_cursor get_cursor;
		struct drm_miracast_report_chunk report_chunk;
		struct drm_miracast_report_statistic report_statistic;
		struct drm_miracast_report_status report_status;
		struct drm_miracast_set_hdcp set_hdcp;
		struct drm_miracast_get_statistics get_statistics;
		struct drm_miracast_query_context query_context;
		struct drm_miracast_pin pin;
		struct drm_miracast_get_fence get_fence;
	} in;
	union {
		struct drm_miracast_session session;
		struct drm_miracast_buffer buffer;
		struct drm_miracast_cursor cursor;
		struct drm_miracast_statistics statistics;
		struct drm_miracast_context_info context_info;
		struct drm_miracast_fence fence;
	} out;
	struct miracast_monitor *monitor;
	struct drm_gem_object *obj;
	struct miracast_owner_buffers *owner_buffers;
	unsigned int index;
	struct dma_buf *dma_bufs[DRM_MIRACAST_MAX_PLANES];
	struct dma_fence *fence;
	struct sync_file *sync_file;
	struct miracast_seen_masters seen;
	u32 *pixels;
};

/* Codes that hand memory over; the steps are those of struct io_code. */
int miracast_io_prepare_get_buffer(struct miracast_io_call *call);
int miracast_io_apply_get_buffer(struct miracast_io_call *call);
int miracast_io_finish_get_buffer(struct miracast_io_call *call);
void miracast_io_cleanup_get_buffer(struct miracast_io_call *call, int ret);
int miracast_io_prepare_set_buffers(struct miracast_io_call *call);
int miracast_io_apply_set_buffers(struct miracast_io_call *call);
void miracast_io_cleanup_set_buffers(struct miracast_io_call *call, int ret);
int miracast_io_prepare_get_fence(struct miracast_io_call *call);
int miracast_io_apply_get_fence(struct miracast_io_call *call);
int miracast_io_finish_get_fence(struct miracast_io_call *call);
void miracast_io_cleanup_get_fence(struct miracast_io_call *call, int ret);
int miracast_io_prepare_get_cursor(struct miracast_io_call *call);
int miracast_io_apply_get_cursor(struct miracast_io_call *call);
int miracast_io_finish_get_cursor(struct miracast_io_call *call);
void miracast_io_cleanup_get_cursor(struct miracast_io_call *call, int ret);

/* Codes about the context itself. */
int miracast_io_apply_query_context(struct miracast_io_call *call);
void miracast_io_cleanup_query_context(struct miracast_io_call *call, int ret);
int miracast_io_prepare_pin(struct miracast_io_call *call);
int miracast_io_apply_pin(struct miracast_io_call *call);

/* Codes that report what the owner does. */
int miracast_io_prepare_report_chunk(struct miracast_io_call *call);
int miracast_io_apply_report_chunk(struct miracast_io_call *call);
int miracast_io_prepare_report_statistic(struct miracast_io_call *call);
int miracast_io_apply_report_statistic(struct miracast_io_call *call);
int miracast_io_prepare_report_status(struct miracast_io_call *call);
int miracast_io_apply_report_status(struct miracast_io_call *call);

#endif
