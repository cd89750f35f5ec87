/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stream from a target's scan-out to one owner.
 */
#ifndef _MIRACAST_STREAM_H_
#define _MIRACAST_STREAM_H_

#include <linux/kref.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "miracast_event.h"
#include "miracast_monitor.h"

struct drm_gem_object;
struct miracast_damage;
struct miracast_device;

#define MIRACAST_MAX_BUFFERS	16
/* Slots for every code of enum drm_miracast_message_code, by number. */
#define MIRACAST_MESSAGE_SLOTS	(DRM_MIRACAST_MESSAGE_DEPARTED + 1)

/**
 * enum miracast_buffer_state - Who has a buffer
 * @MIRACAST_BUFFER_FREE: the driver, to write the next picture into
 * @MIRACAST_BUFFER_CAPTURING: the driver, writing
 * @MIRACAST_BUFFER_HELD: the owner, until it releases the chunk
 */
enum miracast_buffer_state {
	MIRACAST_BUFFER_FREE,
	MIRACAST_BUFFER_CAPTURING,
	MIRACAST_BUFFER_HELD,
};

/**
 * struct miracast_buffer - Picture memory and the buffer that lives in it now
 * @storage: the memory; NULL once a destroyed context has given it back
 * @number: number of the buffer, 0 when none has been made here for the mode
 * @mode_serial: mode that the buffer was made for
 * @width: its width
 * @height: its height
 * @pitch: its bytes per line
 * @state: who has it
 * @announced: a chunk has named it
 * @frame: frame that its pixels are of, 0 when they are of none
 * @chunk: the chunk in it
 * @gone: slot for its BUFFER_GONE
 */
struct miracast_buffer {
	struct drm_gem_object *storage;
	u64 number;
	u64 mode_serial;
	u32 width;
	u32 height;
	u32 pitch;
	enum miracast_buffer_state state;
	bool announced;
	u64 frame;
	struct miracast_chunk_event chunk;
	struct miracast_message_event gone;
};

/**
 * struct miracast_stream - What context and capture share
 * @ref: reference count; the context and each running capture have one
 * @mdev: the device
 * @lock: the target's lock; guards everything below that is not constant
 * @number: number of the context; constant
 * @pid: process that created it; constant
 * @comm: name of that process; constant
 * @flags: enum drm_miracast_context_flags; constant
 * @limits: limits of the context; constant
 * @buffer_count: valid elements of @buffers; constant
 * @memory_bytes: picture memory; constant
 * @state: enum drm_miracast_state
 * @ended: destroyed, or the device is gone: errno that read() ends with
 * @session: number of the session, or of the last one
 * @session_first_frame: frames below are of ended sessions
 * @session_first_message: messages below are of ended sessions
 * @mode_serial: number of the newest mode, 0 before the first
 * @mode: the newest mode
 * @mode_known: @mode is what the sink was told of
 * @mode_ready: the owner has accepted it
 * @mode_refused: the owner has refused it
 * @power_off_sent: the last POWER message said off
 * @first_of_mode: the next chunk is the first of its mode
 * @force_full: the next chunk covers the whole picture
 * @starved: a picture waits for a free buffer
 * @frame: number of the newest frame
 * @buffer_number: number of the newest buffer
 * @message_number: number of the newest message
 * @queue: slots to read
 * @wait: woken when @queue or @ended change
 * @messages: slots by code
 * @buffers: the buffers
 * @stats: counters
 */
struct miracast_stream {
	struct kref ref;
	struct miracast_device *mdev;
	spinlock_t *lock;
	u64 number;
	pid_t pid;
	char comm[TASK_COMM_LEN];
	u32 flags;
	struct miracast_limits limits;
	unsigned int buffer_count;
	u64 memory_bytes;

	enum drm_miracast_state state;
	int ended;
	u64 session;
	u64 session_first_frame;
	u64 session_first_message;

	u64 mode_serial;
	struct miracast_mode mode;
	bool mode_known;
	bool mode_ready;
	bool mode_refused;
	bool power_off_sent;
	bool first_of_mode;
	bool force_full;
	bool starved;

	u64 frame;
	u64 buffer_number;
	u64 message_number;

	struct list_head queue;
	wait_queue_head_t wait;
	struct miracast_message_event messages[MIRACAST_MESSAGE_SLOTS];
	struct miracast_buffer buffers[MIRACAST_MAX_BUFFERS];
	struct drm_miracast_statistics stats;
};

/**
 * struct miracast_picture - What capture tells about a picture
 * @commit_time: when its commit reached the hardware stage
 * @ready_time: when its pixels were ready
 * @vblank_time: when it is shown
 * @vblank_sequence: vblank count at that time
 * @skipped: earlier pictures that it replaces
 * @bytes: bytes written
 * @duration_ns: time the copy took
 */
struct miracast_picture {
	ktime_t commit_time;
	ktime_t ready_time;
	ktime_t vblank_time;
	u64 vblank_sequence;
	u32 skipped;
	u64 bytes;
	u64 duration_ns;
};

struct miracast_stream *
miracast_stream_create(struct miracast_device *mdev,
		       const struct drm_miracast_create_context *args);
void miracast_stream_attach_lock(struct miracast_stream *stream,
				 spinlock_t *lock);
int miracast_stream_allocate(struct miracast_stream *stream);
void miracast_stream_get(struct miracast_stream *stream);
void miracast_stream_put(struct miracast_stream *stream);
void miracast_stream_trim(struct miracast_stream *stream);
u64 miracast_stream_storage_bytes(const struct miracast_limits *limits);

/* Session; under the lock. */
void miracast_stream_start(struct miracast_stream *stream, u64 session);
void miracast_stream_stop(struct miracast_stream *stream, u32 cause);
void miracast_stream_end(struct miracast_stream *stream, int error);
void miracast_stream_departed(struct miracast_stream *stream, u32 cause,
			      bool tell);

/* Mode and power; under the lock. */
void miracast_stream_set_mode(struct miracast_stream *stream,
			      const struct miracast_mode *mode);
void miracast_stream_power(struct miracast_stream *stream, bool on);
int miracast_stream_complete(struct miracast_stream *stream, u64 number,
			     u32 status);

/* Capture and release; under the lock. */
bool miracast_stream_wants(const struct miracast_stream *stream);
struct miracast_buffer *miracast_stream_begin(struct miracast_stream *stream);
bool miracast_stream_publish(struct miracast_stream *stream,
			     struct miracast_buffer *buffer, u64 frame,
			     const struct miracast_picture *picture,
			     const struct miracast_damage *damage);
void miracast_stream_abort(struct miracast_stream *stream,
			   struct miracast_buffer *buffer);
int miracast_stream_release(struct miracast_stream *stream, u64 buffer,
			    u64 chunk_id);
int miracast_stream_find_buffer(struct miracast_stream *stream, u64 number,
				struct miracast_buffer **buffer);

/* Reading; the lock is taken inside. */
int miracast_stream_peek(struct miracast_stream *stream,
			 struct miracast_event_buffer *buffer);
bool miracast_stream_consume(struct miracast_stream *stream,
			     struct miracast_event_buffer *buffer);
bool miracast_stream_readable(struct miracast_stream *stream);

#endif
