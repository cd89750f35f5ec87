/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An IO_CONTROL under way, and the steps of each code.
 */
#ifndef _MIRACAST_IO_CALL_H_
#define _MIRACAST_IO_CALL_H_

#include <linux/types.h>

#include <uapi/drm/miracast_drm.h>

#include "miracast_context.h"
#include "miracast_monitor.h"

struct dma_buf;
struct dma_fence;
struct sync_file;
struct drm_gem_object;
struct miracast_owner_buffers;
struct miracast_stream;
struct miracast_target;

/**
 * struct miracast_io_call - An IO_CONTROL under way
 * @context: the context
 * @last_seen: the masters that QUERY_CONTEXT returned last on the control file that was
 *	called; guarded by the target's spinlock; NULL on the context's file
 * @codes: mask of the codes that the file takes
 * @stream: the context's stream
 * @target: the context's target
 * @out_size: room for the output
 * @in: input of the code
 * @out: output of the code
 * @monitor: MONITOR_*: the arriving monitor, then the departing one
 * @obj: GET_BUFFER: memory of the driver's buffer, with a reference
 * @owner_buffers: GET_BUFFER: the owner's buffers, with a reference; SET_BUFFERS:
 *	the new ones, then the old ones
 * @index: GET_BUFFER: number of the buffer in @owner_buffers
 * @dma_bufs: GET_BUFFER: the dma-bufs of the answer, with a reference each
 * @fence: GET_FENCE: the chunk's fence, with a reference
 * @sync_file: GET_FENCE: the sync_file of the answer
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

/**
 * struct miracast_io_code - The steps of a code
 * @in_size: bytes of its input struct
 * @out_size: bytes of its output struct, or 0
 * @out_early: the output is known before apply(), and copied out before it, so
 *	that a bad pointer changes nothing
 * @apart: outside of the class: apply() runs under the target's spinlock only, and what it
 *	changes, if anything, is guarded by that alone
 * @takes_back: the owner may lose buffers of DIRECT by it; when the call returns, their
 *	exports are revoked
 * @prepare: copies from user space, parses and allocates, with no lock held
 * @apply: changes state, under the class mutex, unless @apart, and the target's
 *	spinlock: it cannot sleep, and cannot fail once it has changed anything. That the code is allowed
 *	in the state was checked under the same locks
 * @finish: makes results that need no lock; optional
 * @cleanup: frees what is left over; optional, called whenever prepare() succeeded
 */
struct miracast_io_code {
	u32 in_size;
	u32 out_size;
	bool out_early;
	bool apart;
	bool takes_back;
	int (*prepare)(struct miracast_io_call *call);
	int (*apply)(struct miracast_io_call *call);
	int (*finish)(struct miracast_io_call *call);
	void (*cleanup)(struct miracast_io_call *call, int ret);
};

#define MIRACAST_IO_IN(type)	.in_size = sizeof(struct drm_miracast_##type)
#define MIRACAST_IO_OUT(type)	.out_size = sizeof(struct drm_miracast_##type)

/* Input that is nothing but flags and padding, all of which must be zero. */
static inline int miracast_io_check_empty(struct miracast_io_call *call)
{
	return call->in.words[0] || call->in.words[1] ? -EINVAL : 0;
}

/* Cleanup of codes by which the monitor departs or is replaced. */
static inline void miracast_io_put_monitor(struct miracast_io_call *call, int ret)
{
	miracast_monitor_put(call->monitor);
}

/* The session and its monitor. */
extern const struct miracast_io_code miracast_io_start_session;
extern const struct miracast_io_code miracast_io_stop_session;
extern const struct miracast_io_code miracast_io_monitor_arrive;
extern const struct miracast_io_code miracast_io_monitor_depart;
extern const struct miracast_io_code miracast_io_complete_message;
extern const struct miracast_io_code miracast_io_request_frame;
extern const struct miracast_io_code miracast_io_set_rate;
extern const struct miracast_io_code miracast_io_set_hdcp;

/* Memory. */
extern const struct miracast_io_code miracast_io_get_buffer;
extern const struct miracast_io_code miracast_io_set_buffers;
extern const struct miracast_io_code miracast_io_get_cursor;
extern const struct miracast_io_code miracast_io_get_fence;

/* The context itself. */
extern const struct miracast_io_code miracast_io_get_statistics;
extern const struct miracast_io_code miracast_io_query_context;
extern const struct miracast_io_code miracast_io_pin;

/* Reports of what the owner does. */
extern const struct miracast_io_code miracast_io_report_chunk;
extern const struct miracast_io_code miracast_io_report_statistic;
extern const struct miracast_io_code miracast_io_report_status;

#endif
