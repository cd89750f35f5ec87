/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stream from a target's scan-out to one owner: session, mode, events.
 *
 * The struct is shared by all parts that guard it with the target's lock: its queue is
 * in miracast_queue.c, slots of pictures in miracast_slot.c, buffers in
 * miracast_buffer.c, and the two kinds of delivery in miracast_copy.c and
 * miracast_direct.c.
 */
#ifndef _MIRACAST_STREAM_H_
#define _MIRACAST_STREAM_H_

#include <linux/dma-fence.h>
#include <linux/kref.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "miracast_damage.h"
#include "miracast_event.h"
#include "miracast_layout.h"
#include "miracast_monitor.h"
#include "miracast_refusals.h"

struct dma_buf;
struct drm_gem_object;
struct miracast_device;
struct miracast_ending;
struct miracast_owner_buffers;
struct miracast_stream;
struct miracast_target;

#define MIRACAST_MIN_BUFFERS	2
#define MIRACAST_MAX_BUFFERS	16
#define MIRACAST_MAX_PARTS	16
/* Pictures that a DIRECT owner may have: one that it reads, and the next one. */
#define MIRACAST_DIRECT_SLOTS	2
/* Lowest limit of the picture rate, mHz. */
#define MIRACAST_MIN_PICTURE_RATE_MHZ	1000
/* Slots for every code of enum drm_miracast_message_code, by number. */
#define MIRACAST_MESSAGE_SLOTS	(DRM_MIRACAST_MSG_PICTURE_STATE + 1)

/**
 * struct miracast_buffer - A buffer as the owner knows it
 * @obj: its memory: COPY: picture memory, which the next buffers reuse;
 *	DIRECT: scanned-out memory; NULL for an owner's buffer, and when the
 *	memory was freed
 * @export: DIRECT: private export of @obj, with a reference, through which the
 *	owner has it, or NULL
 * @number: number of the buffer, 0 before the first
 * @session: session that it was last used in
 * @mode_serial: mode that it was made for; 0 once the owner has lost the memory
 * @layout: format, size and planes
 * @announced: named in a chunk, BUFFER_GONE not sent since
 * @frame: frame that its pixels belong to, or 0; DIRECT: newest frame that was in it
 * @gone: slots for its BUFFER_GONE: an entry of DIRECT may be used again before the owner
 *	has read that its earlier number is gone
 */
struct miracast_buffer {
	struct drm_gem_object *obj;
	struct dma_buf *export;
	u64 number;
	u64 session;
	u64 mode_serial;
	struct miracast_layout layout;
	bool announced;
	u64 frame;
	struct miracast_message_event gone[2];
};

/**
 * enum miracast_slot_state - Who has a slot
 * @MIRACAST_SLOT_FREE: nobody
 * @MIRACAST_SLOT_CAPTURING: a capture
 * @MIRACAST_SLOT_HELD: the owner, until it releases the picture
 * @MIRACAST_SLOT_RETURNING: a thread that releases the picture for the owner, and
 *	waits for CPU access to the owner's buffer
 * @MIRACAST_SLOT_PREPARING: the same for a slot without a picture, also a work
 * @MIRACAST_SLOT_FENCED: a device of the owner, which has released the picture
 */
enum miracast_slot_state {
	MIRACAST_SLOT_FREE,
	MIRACAST_SLOT_CAPTURING,
	MIRACAST_SLOT_HELD,
	MIRACAST_SLOT_RETURNING,
	MIRACAST_SLOT_PREPARING,
	MIRACAST_SLOT_FENCED,
};

/**
 * struct miracast_slot - Room for a picture that the owner may have
 * @stream: the stream; constant
 * @state: who has it
 * @buffer: buffer that the picture is in; COPY: always that of the same index
 * @chunk_id: chunk that releases the picture
 * @session: session that the picture belongs to
 * @mode_serial: mode that it belongs to
 * @pinned: master that the context was pinned to
 * @parts: chunks of the picture that were announced
 * @x: left edge of the picture in the buffer
 * @y: top edge of the picture in the buffer
 * @leaving: DIRECT: a flip that replaces the picture has not completed
 * @revoked: DIRECT: the buffer may be drawn over
 * @writers: DIRECT: fence of devices that wrote the picture when it was announced,
 *	with a reference, or NULL
 * @fence: FENCED: the fence that is waited for, with a reference
 * @fence_cb: callback of @fence; guarded by the stream's fence lock
 * @refusals: how often CPU access to the owner's buffer could not begin, except in
 *	RELEASE_CHUNK
 * @prepare: work that makes the owner's buffer writable; has a reference to the
 *	stream from when it is queued
 * @chunks: slots of the events, one for each part
 */
struct miracast_slot {
	struct miracast_stream *stream;
	enum miracast_slot_state state;
	struct miracast_buffer *buffer;
	u64 chunk_id;
	u64 session;
	u64 mode_serial;
	u64 pinned;
	unsigned int parts;
	u32 x;
	u32 y;
	bool leaving;
	bool revoked;
	struct dma_fence *writers;
	struct dma_fence *fence;
	struct dma_fence_cb fence_cb;
	struct miracast_refusals refusals;
	struct work_struct prepare;
	struct miracast_chunk_event *chunks;
};

/**
 * struct miracast_announced_cursor - The cursor as it was announced last
 * @announced: it was announced in this mode
 * @shape: the target's number of the shape
 * @move: its position
 * @sequence: vblank of the last move
 */
struct miracast_announced_cursor {
	bool announced;
	u64 shape;
	struct drm_miracast_message_cursor_move move;
	u64 sequence;
};

/**
 * struct miracast_stream - The stream from the capture side to a context
 * @ref: reference count; the context has one, the target until the context ends, each
 *	running capture, and each work that uses the stream
 * @mdev: the device
 * @target: the target; constant
 * @lock: the target's lock; guards everything below that is not constant
 * @number: number of the context; constant
 * @pid: process that created it; constant
 * @comm: name of that process; constant
 * @flags: enum drm_miracast_context_flags; constant
 * @direct: DIRECT delivery; constant
 * @fourcc: format of COPY, 0 in DIRECT; constant
 * @limits: limits of the context; constant
 * @shape_base: number of cursor shapes of the target before the context; constant
 * @buffer_count: COPY: valid elements of @buffers, else 0; constant
 * @slot_count: valid elements of @slots; constant
 * @part_count: most parts of a picture; constant
 * @memory_bytes: picture memory; constant
 * @pinned: number of the master that the context is pinned to, or 0
 * @picture_state: enum drm_miracast_picture_state, as of the last change
 * @state: enum drm_miracast_state
 * @ended: destroyed, or the device is gone: errno that read() ends with
 * @session: number of the session, or of the last one
 * @session_first_frame: frames below are of ended sessions
 * @session_first_message: messages below are of ended sessions
 * @mode_serial: number of the newest mode, 0 before the first
 * @mode: the newest mode
 * @mode_known: @mode was announced
 * @mode_ready: the owner has accepted it
 * @mode_refused: the owner has refused it
 * @power_off_sent: the last POWER message said off
 * @first_of_mode: the next chunk is the first of its mode
 * @force_full: the next chunk covers the whole picture
 * @starved: a picture waits for a free slot
 * @unreadable: the framebuffer cannot be read, or must not be handed out
 * @hold_lost: DIRECT: flips do not wait for this owner
 * @owed: DIRECT: damage of revoked pictures, which the owner may have read while they
 *	were drawn over
 * @picture_interval_ns: shortest mean time between pictures, 0: no limit
 * @next_picture: earliest vblank that the next picture may be of
 * @encode_rate_kbps: encode rate that the owner reported
 * @frame: number of the newest frame
 * @buffer_number: number of the newest buffer
 * @message_number: number of the newest message
 * @cursor: the cursor as it was announced last
 * @queue: slots to read
 * @wait: woken when @queue or @ended change, or a buffer is writable
 * @messages: slots by code
 * @buffers: the buffers
 * @trimmable: there may be memory to free in @buffers, see miracast_buffer_trim()
 * @slots: the pictures
 * @chunks: events of all @slots; constant
 * @owner_buffers: the owner's buffers, with a reference, or NULL
 * @revoking: DIRECT: private exports that the owner has lost
 * @revoke_lock: one thread at a time revokes
 * @ending: OWNER_BUFFERS: the picture that CPU access is ended for, or NULL
 * @trim: DIRECT: frees and revokes what the owner has lost; has a reference to the
 *	stream from when it is queued
 * @fence_lock: held to change the state of a slot together with its fence callback;
 *	outside @lock, and outside the locks of fences
 * @stats: counters
 */
struct miracast_stream {
	struct kref ref;
	struct miracast_device *mdev;
	struct miracast_target *target;
	spinlock_t *lock;
	u64 number;
	pid_t pid;
	char comm[TASK_COMM_LEN];
	u32 flags;
	bool direct;
	u32 fourcc;
	struct miracast_limits limits;
	u64 shape_base;
	unsigned int buffer_count;
	unsigned int slot_count;
	unsigned int part_count;
	u64 memory_bytes;

	u64 pinned;
	u32 picture_state;
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
	bool unreadable;
	bool hold_lost;
	struct miracast_damage owed;
	u64 picture_interval_ns;
	ktime_t next_picture;
	u32 encode_rate_kbps;

	u64 frame;
	u64 buffer_number;
	u64 message_number;
	struct miracast_announced_cursor cursor;

	struct list_head queue;
	wait_queue_head_t wait;
	struct miracast_message_event messages[MIRACAST_MESSAGE_SLOTS];
	struct miracast_buffer buffers[MIRACAST_MAX_BUFFERS];
	bool trimmable;
	struct miracast_slot slots[MIRACAST_MAX_BUFFERS];
	struct miracast_chunk_event *chunks;
	struct miracast_owner_buffers *owner_buffers;
	struct list_head revoking;
	struct mutex revoke_lock;
	struct miracast_ending *ending;
	struct work_struct trim;
	spinlock_t fence_lock;
	struct drm_miracast_statistics stats;
};

/**
 * struct miracast_picture - A picture, as it is published
 * @frame: its number, one more than the newest
 * @first_of_mode: it is the first of its mode
 * @full: its damage is the whole picture
 * @gamma_not_applied: DIRECT: a table is set that changes what is seen
 * @commit_time: when its commit reached the hardware stage
 * @vblank_time: when it is shown
 * @vblank_sequence: vblank count at that time
 * @skipped: earlier pictures that it replaces
 * @writers: DIRECT: fence of devices that still write it, with a reference, or NULL
 */
struct miracast_picture {
	u64 frame;
	bool first_of_mode;
	bool full;
	bool gamma_not_applied;
	ktime_t commit_time;
	ktime_t vblank_time;
	u64 vblank_sequence;
	u32 skipped;
	struct dma_fence *writers;
};

/**
 * struct miracast_part - A part of a picture, as it is published
 * @last: no other part follows
 * @line_first: first line
 * @line_count: number of lines
 * @damage: the damage since the frame before, inside the part
 * @ready_time: when its pixels were ready
 * @duration_ns: time the copy took
 * @bytes: bytes written since the part before
 * @pixels: pixels of @bytes
 */
struct miracast_part {
	bool last;
	u32 line_first;
	u32 line_count;
	const struct miracast_damage *damage;
	ktime_t ready_time;
	u64 duration_ns;
	u64 bytes;
	u64 pixels;
};

struct miracast_stream *
miracast_stream_create(struct miracast_device *mdev,
		       const struct drm_miracast_create_context *args);
void miracast_stream_attach(struct miracast_stream *stream,
			    struct miracast_target *target);
void miracast_stream_get(struct miracast_stream *stream);
void miracast_stream_put(struct miracast_stream *stream);

/* Session; under the lock. */
void miracast_stream_start(struct miracast_stream *stream, u64 session);
void miracast_stream_stop(struct miracast_stream *stream, u32 cause);
void miracast_stream_end(struct miracast_stream *stream, int error);
void miracast_stream_departed(struct miracast_stream *stream, u32 cause);

/* Mode, power and other messages; under the lock. */
void miracast_stream_set_mode(struct miracast_stream *stream,
			      const struct miracast_mode *mode);
void miracast_stream_set_rate(struct miracast_stream *stream,
			      u32 encode_rate_kbps, u32 picture_rate_mhz);
void miracast_stream_power(struct miracast_stream *stream, bool on);
int miracast_stream_check_pending(const struct miracast_stream *stream, u64 number);
int miracast_stream_complete(struct miracast_stream *stream, u64 number,
			     u32 status);
bool miracast_stream_wants(const struct miracast_stream *stream);

#endif
