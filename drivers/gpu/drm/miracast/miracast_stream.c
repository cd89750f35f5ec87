// SPDX-License-Identifier: GPL-2.0
/*
 * The stream from a target's scan-out to one owner.
 *
 * Owns: buffers and their memory, the mode handshake, the queue of events and
 * the counters. Nearly everything runs under the target's spinlock and cannot
 * fail or sleep; what was read from it is copied to user space outside.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_gem.h>

#include "miracast_damage.h"
#include "miracast_drv.h"
#include "miracast_gem.h"
#include "miracast_stream.h"

/* Lines start on cache lines; encoders ask for no more than 64 bytes. */
#define MIRACAST_PITCH_ALIGN	64

static u32 xrgb_pitch(u32 width)
{
	return ALIGN(width * 4, MIRACAST_PITCH_ALIGN);
}

/**
 * miracast_stream_storage_bytes - Memory of one buffer
 * @limits: limits of the context, each at most 65535
 *
 * Return: bytes that hold a picture of any mode within the limits.
 */
u64 miracast_stream_storage_bytes(const struct miracast_limits *limits)
{
	return PAGE_ALIGN((u64)xrgb_pitch(limits->width) * limits->height);
}

static void init_message(struct miracast_message_event *message, u32 code)
{
	miracast_event_init(&message->event, DRM_MIRACAST_EVENT_MESSAGE);
	message->code = code;
}

/**
 * miracast_stream_create - Make a stream without memory
 * @mdev: the device
 * @args: checked arguments of CREATE_CONTEXT
 *
 * May sleep.
 *
 * Return: the stream, with one reference, or NULL.
 */
struct miracast_stream *
miracast_stream_create(struct miracast_device *mdev,
		       const struct drm_miracast_create_context *args)
{
	struct miracast_stream *stream;
	unsigned int i;

	stream = kvzalloc(sizeof(*stream), GFP_KERNEL_ACCOUNT);
	if (!stream)
		return NULL;

	kref_init(&stream->ref);
	stream->mdev = mdev;
	stream->pid = task_tgid_nr(current);
	get_task_comm(stream->comm, current->group_leader);
	stream->flags = args->flags;
	stream->limits.width = args->max_width;
	stream->limits.height = args->max_height;
	stream->limits.refresh_mhz = args->max_refresh_mhz;
	stream->buffer_count = args->buffer_count;
	stream->memory_bytes = args->buffer_count *
			       miracast_stream_storage_bytes(&stream->limits);
	stream->stats.last_status = DRM_MIRACAST_STATUS_NONE;
	INIT_LIST_HEAD(&stream->queue);
	init_waitqueue_head(&stream->wait);

	for (i = 0; i < ARRAY_SIZE(stream->messages); i++)
		init_message(&stream->messages[i], i);
	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		miracast_event_init(&buffer->chunk.event,
				    DRM_MIRACAST_EVENT_CHUNK);
		init_message(&buffer->gone, DRM_MIRACAST_MESSAGE_BUFFER_GONE);
	}

	return stream;
}

/**
 * miracast_stream_attach_lock - Put a stream under its target's lock
 * @stream: the stream, not yet visible to anyone else
 * @lock: the target's lock
 */
void miracast_stream_attach_lock(struct miracast_stream *stream,
				 spinlock_t *lock)
{
	stream->lock = lock;
}

/**
 * miracast_stream_allocate - Give a stream its picture memory
 * @stream: the stream; @stream->memory_bytes were taken from the budget
 *
 * May sleep. What was not allocated on an error returns to the budget here,
 * the rest when the stream is freed.
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_stream_allocate(struct miracast_stream *stream)
{
	u64 size = miracast_stream_storage_bytes(&stream->limits);
	unsigned int i;

	for (i = 0; i < stream->buffer_count; i++) {
		struct drm_gem_object *obj;

		obj = miracast_gem_create_storage(stream->mdev, size);
		if (IS_ERR(obj)) {
			struct miracast_resources back = {
				.memory_bytes =
					(stream->buffer_count - i) * size,
			};

			miracast_budget_give(&stream->mdev->budget, &back);
			return PTR_ERR(obj);
		}
		stream->buffers[i].storage = obj;
	}

	return 0;
}

static void stream_free(struct kref *ref)
{
	struct miracast_stream *stream =
		container_of(ref, struct miracast_stream, ref);
	unsigned int i;

	for (i = 0; i < stream->buffer_count; i++)
		if (stream->buffers[i].storage)
			drm_gem_object_put(stream->buffers[i].storage);

	kvfree(stream);
}

/**
 * miracast_stream_get - Take a reference
 * @stream: the stream
 */
void miracast_stream_get(struct miracast_stream *stream)
{
	kref_get(&stream->ref);
}

/**
 * miracast_stream_put - Give a reference back
 * @stream: the stream
 *
 * The last one frees its memory and may sleep.
 */
void miracast_stream_put(struct miracast_stream *stream)
{
	kref_put(&stream->ref, stream_free);
}

/**
 * miracast_stream_trim - Give the memory of a destroyed context back
 * @stream: the stream, not locked
 *
 * Does nothing before miracast_stream_end(-ESTALE). A buffer that is being
 * captured into keeps its memory until that is over. May sleep.
 */
void miracast_stream_trim(struct miracast_stream *stream)
{
	struct drm_gem_object *storage[MIRACAST_MAX_BUFFERS];
	unsigned int count = 0, i;
	unsigned long flags;

	spin_lock_irqsave(stream->lock, flags);
	for (i = 0; stream->ended == -ESTALE && i < stream->buffer_count; i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		if (buffer->state == MIRACAST_BUFFER_CAPTURING ||
		    !buffer->storage)
			continue;
		storage[count++] = buffer->storage;
		buffer->storage = NULL;
	}
	spin_unlock_irqrestore(stream->lock, flags);

	while (count)
		drm_gem_object_put(storage[--count]);
}

static void queue_event(struct miracast_stream *stream,
			struct miracast_event *event)
{
	miracast_event_push(&stream->queue, event);
	wake_up_interruptible_poll(&stream->wait, EPOLLIN | EPOLLRDNORM);
}

static void send_message(struct miracast_stream *stream,
			 struct miracast_message_event *message,
			 const void *payload, u32 size)
{
	lockdep_assert_held(stream->lock);

	message->number = ++stream->message_number;
	message->session = stream->session;
	message->completed = false;
	message->payload_size = size;
	memcpy(message->payload, payload, size);
	queue_event(stream, &message->event);
}

static void send_cause(struct miracast_stream *stream, u32 code, u32 cause)
{
	struct drm_miracast_message_cause payload = { .cause = cause };

	send_message(stream, &stream->messages[code], &payload,
		     sizeof(payload));
}

static void drop_events(struct miracast_stream *stream)
{
	struct miracast_event *event;

	while ((event = miracast_event_first(&stream->queue)))
		miracast_event_drop(event);
}

/**
 * miracast_stream_start - Begin a session
 * @stream: the stream, locked
 * @session: its number
 */
void miracast_stream_start(struct miracast_stream *stream, u64 session)
{
	lockdep_assert_held(stream->lock);

	stream->state = DRM_MIRACAST_STATE_STARTED;
	stream->session = session;
	stream->session_first_frame = stream->frame + 1;
	stream->session_first_message = stream->message_number + 1;
}

/* Forget the mode: the next mode set is announced whatever it is. */
static void forget_mode(struct miracast_stream *stream)
{
	struct miracast_message_event *message =
		&stream->messages[DRM_MIRACAST_MESSAGE_MODE_SET];

	miracast_event_drop(&message->event);
	message->number = 0;
	stream->mode_known = false;
	stream->mode_ready = false;
	stream->mode_refused = false;
	stream->power_off_sent = false;
	stream->force_full = false;
	stream->starved = false;
}

/**
 * miracast_stream_departed - The monitor is gone
 * @stream: the stream, locked
 * @cause: enum drm_miracast_cause
 * @tell: send a DEPARTED message
 */
void miracast_stream_departed(struct miracast_stream *stream, u32 cause,
			      bool tell)
{
	lockdep_assert_held(stream->lock);

	if (stream->state != DRM_MIRACAST_STATE_MONITOR)
		return;

	stream->state = DRM_MIRACAST_STATE_STARTED;
	stream->stats.depart_cause = cause;
	miracast_event_drop(&stream->messages[DRM_MIRACAST_MESSAGE_POWER].event);
	forget_mode(stream);
	if (tell)
		send_cause(stream, DRM_MIRACAST_MESSAGE_DEPARTED, cause);
}

/**
 * miracast_stream_stop - End the session
 * @stream: the stream, locked, with a session
 * @cause: enum drm_miracast_cause
 *
 * Unread events are dropped, chunks become free; STOPPED is the last event.
 */
void miracast_stream_stop(struct miracast_stream *stream, u32 cause)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	miracast_stream_departed(stream, cause, false);
	stream->state = DRM_MIRACAST_STATE_CREATED;
	stream->session_first_frame = stream->frame + 1;
	drop_events(stream);
	for (i = 0; i < stream->buffer_count; i++)
		if (stream->buffers[i].state == MIRACAST_BUFFER_HELD)
			stream->buffers[i].state = MIRACAST_BUFFER_FREE;

	send_cause(stream, DRM_MIRACAST_MESSAGE_STOPPED, cause);
	stream->session_first_message = stream->message_number + 1;
}

/**
 * miracast_stream_end - Nothing more will come
 * @stream: the stream, locked
 * @error: what read() answers from now on: -ESTALE when the context was
 *	destroyed (unread events are dropped), -ENODEV when the device is gone
 *	(they can still be read)
 */
void miracast_stream_end(struct miracast_stream *stream, int error)
{
	lockdep_assert_held(stream->lock);

	if (error == -ESTALE || !stream->ended)
		stream->ended = error;
	if (error == -ESTALE)
		drop_events(stream);
	wake_up_interruptible_poll(&stream->wait, EPOLLHUP);
}

static void announce_gone(struct miracast_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->buffer_count; i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];
		struct drm_miracast_message_buffer_gone payload = {
			.buffer = buffer->number,
		};

		if (!buffer->announced)
			continue;
		buffer->announced = false;
		send_message(stream, &buffer->gone, &payload, sizeof(payload));
	}
}

static void announce_mode(struct miracast_stream *stream)
{
	struct miracast_message_event *message =
		&stream->messages[DRM_MIRACAST_MESSAGE_MODE_SET];
	struct drm_miracast_message_mode_set payload = {
		.mode_serial = stream->mode_serial,
		.width = stream->mode.width,
		.height = stream->mode.height,
		.refresh_mhz = stream->mode.refresh_mhz,
		.fourcc = DRM_FORMAT_XRGB8888,
		.pitch = xrgb_pitch(stream->mode.width),
	};

	message->needs_completion = true;
	send_message(stream, message, &payload, sizeof(payload));
}

/**
 * miracast_stream_set_mode - The target shows a mode for this stream's monitor
 * @stream: the stream, locked
 * @mode: the mode
 *
 * A new mode is announced and gets new buffers. One that the owner has been
 * told of already only makes the next chunk a full one.
 */
void miracast_stream_set_mode(struct miracast_stream *stream,
			      const struct miracast_mode *mode)
{
	lockdep_assert_held(stream->lock);

	if (stream->state != DRM_MIRACAST_STATE_MONITOR)
		return;

	stream->force_full = true;
	if (stream->mode_known && !stream->mode_refused &&
	    !memcmp(&stream->mode, mode, sizeof(*mode)))
		return;

	stream->mode = *mode;
	stream->mode_serial++;
	stream->mode_known = true;
	stream->mode_ready = false;
	stream->mode_refused = false;
	announce_gone(stream);
	announce_mode(stream);
}

/**
 * miracast_stream_power - The CRTC went off or on
 * @stream: the stream, locked
 * @on: which
 */
void miracast_stream_power(struct miracast_stream *stream, bool on)
{
	struct drm_miracast_message_power payload = { .on = on };

	lockdep_assert_held(stream->lock);

	if (stream->state != DRM_MIRACAST_STATE_MONITOR || !stream->mode_known ||
	    on != stream->power_off_sent)
		return;

	stream->power_off_sent = !on;
	send_message(stream, &stream->messages[DRM_MIRACAST_MESSAGE_POWER],
		     &payload, sizeof(payload));
}

/* The message is not the one that waits for an answer: say why. */
static int stale_or_unknown(struct miracast_stream *stream, u64 number)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stream->messages); i++)
		if (stream->messages[i].number == number)
			return -ENOENT;
	for (i = 0; i < stream->buffer_count; i++)
		if (stream->buffers[i].gone.number == number)
			return -ENOENT;

	return -ESTALE;
}

/**
 * miracast_stream_complete - The owner answers a message
 * @stream: the stream, locked
 * @number: number of the message
 * @status: enum drm_miracast_completion
 *
 * Return: 0, -ENOENT, -ENOTCONN, -EALREADY or -ESTALE, see the user-space
 * header.
 */
int miracast_stream_complete(struct miracast_stream *stream, u64 number,
			     u32 status)
{
	struct miracast_message_event *message =
		&stream->messages[DRM_MIRACAST_MESSAGE_MODE_SET];

	lockdep_assert_held(stream->lock);

	if (!number || number > stream->message_number)
		return stream->state == DRM_MIRACAST_STATE_CREATED ? -ENOTCONN :
								     -ENOENT;
	if (number < stream->session_first_message)
		return -ESTALE;
	if (number != message->number)
		return stale_or_unknown(stream, number);
	if (message->completed)
		return -EALREADY;

	message->completed = true;
	if (status == DRM_MIRACAST_COMPLETION_SUCCESS) {
		stream->mode_ready = true;
		stream->first_of_mode = true;
		stream->force_full = true;
	} else {
		stream->mode_refused = true;
	}

	return 0;
}

/**
 * miracast_stream_wants - Tell whether the owner takes pictures now
 * @stream: the stream, locked
 *
 * Return: true with a monitor and an accepted mode.
 */
bool miracast_stream_wants(const struct miracast_stream *stream)
{
	return !stream->ended && stream->mode_ready &&
	       stream->state == DRM_MIRACAST_STATE_MONITOR;
}

static bool buffer_is_current(const struct miracast_stream *stream,
			      const struct miracast_buffer *buffer)
{
	return buffer->number && buffer->mode_serial == stream->mode_serial;
}

static bool buffer_is_free(const struct miracast_buffer *buffer)
{
	return buffer->state == MIRACAST_BUFFER_FREE &&
	       !miracast_event_queued(&buffer->chunk.event);
}

static bool mode_fits(const struct miracast_stream *stream,
		      const struct miracast_buffer *buffer)
{
	u64 bytes = (u64)xrgb_pitch(stream->mode.width) * stream->mode.height;

	return buffer->storage && bytes <= buffer->storage->size;
}

/* Make a new buffer for the mode where an old one was. */
static void make_buffer(struct miracast_stream *stream,
			struct miracast_buffer *buffer)
{
	buffer->number = ++stream->buffer_number;
	buffer->mode_serial = stream->mode_serial;
	buffer->width = stream->mode.width;
	buffer->height = stream->mode.height;
	buffer->pitch = xrgb_pitch(stream->mode.width);
	buffer->announced = false;
	buffer->frame = 0;
}

/**
 * miracast_stream_begin - Take the buffer that a picture goes into
 * @stream: the stream, locked
 *
 * Takes the free buffer with the newest pixels, which misses the least.
 *
 * Return: the buffer, in state CAPTURING, or NULL; then the stream is starved.
 */
struct miracast_buffer *miracast_stream_begin(struct miracast_stream *stream)
{
	struct miracast_buffer *best = NULL;
	unsigned int i;

	lockdep_assert_held(stream->lock);

	for (i = 0; i < stream->buffer_count; i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		if (!buffer_is_free(buffer) || !mode_fits(stream, buffer))
			continue;
		if (!buffer_is_current(stream, buffer))
			make_buffer(stream, buffer);
		if (!best || buffer->frame > best->frame)
			best = buffer;
	}

	stream->starved = !best;
	if (best) {
		best->state = MIRACAST_BUFFER_CAPTURING;
		best->chunk.body.session = stream->session;
	}

	return best;
}

static void count_picture(struct miracast_stream *stream,
			  const struct miracast_picture *picture)
{
	struct drm_miracast_statistics *stats = &stream->stats;

	stats->pictures_captured++;
	stats->pictures_skipped += picture->skipped;
	stats->bytes_copied += picture->bytes;
	stats->capture_time_ns += picture->duration_ns;
}

/**
 * miracast_stream_publish - Send a captured picture to the owner
 * @stream: the stream, locked
 * @buffer: from miracast_stream_begin()
 * @frame: number of the frame, one more than the newest
 * @picture: times and counts
 * @damage: the damage since the frame before
 *
 * Return: false when session, mode or monitor ended meanwhile; the picture is
 * dropped.
 */
bool miracast_stream_publish(struct miracast_stream *stream,
			     struct miracast_buffer *buffer, u64 frame,
			     const struct miracast_picture *picture,
			     const struct miracast_damage *damage)
{
	struct drm_miracast_event_chunk *body = &buffer->chunk.body;

	lockdep_assert_held(stream->lock);

	if (!miracast_stream_wants(stream) ||
	    !buffer_is_current(stream, buffer) ||
	    body->session != stream->session) {
		miracast_stream_abort(stream, buffer);
		return false;
	}

	*body = (struct drm_miracast_event_chunk) {
		.buffer = buffer->number,
		.chunk_id = DRM_MIRACAST_CHUNK_ID(frame, 0),
		.session = stream->session,
		.mode_serial = buffer->mode_serial,
		.commit_time_ns = ktime_to_ns(picture->commit_time),
		.ready_time_ns = ktime_to_ns(picture->ready_time),
		.vblank_time_ns = ktime_to_ns(picture->vblank_time),
		.vblank_sequence = picture->vblank_sequence,
		.chunk_type = DRM_MIRACAST_CHUNK_COLOR_CONVERT_COMPLETE,
		.processing_us = div_u64(picture->duration_ns, NSEC_PER_USEC),
		.skipped = picture->skipped,
		.width = buffer->width,
		.height = buffer->height,
		.line_count = buffer->height,
	};
	if (stream->first_of_mode)
		body->base.flags |= DRM_MIRACAST_CHUNK_FIRST_OF_MODE;
	if (miracast_damage_is_full(damage, buffer->width, buffer->height))
		body->base.flags |= DRM_MIRACAST_CHUNK_FULL;
	miracast_chunk_event_set_clips(&buffer->chunk, damage);

	stream->first_of_mode = false;
	stream->frame = frame;
	buffer->frame = frame;
	buffer->announced = true;
	buffer->state = MIRACAST_BUFFER_HELD;
	count_picture(stream, picture);
	queue_event(stream, &buffer->chunk.event);

	return true;
}

/**
 * miracast_stream_abort - Give back a buffer whose capture failed
 * @stream: the stream, locked
 * @buffer: from miracast_stream_begin()
 */
void miracast_stream_abort(struct miracast_stream *stream,
			   struct miracast_buffer *buffer)
{
	lockdep_assert_held(stream->lock);

	buffer->state = MIRACAST_BUFFER_FREE;
	buffer->frame = 0;
}

/**
 * miracast_stream_release - The owner gives a chunk back
 * @stream: the stream, locked
 * @number: number of the buffer
 * @chunk_id: the chunk
 *
 * Return: 0, -EINVAL, -ENOENT or -ESTALE, see the user-space header.
 */
int miracast_stream_release(struct miracast_stream *stream, u64 number,
			    u64 chunk_id)
{
	u64 frame = DRM_MIRACAST_CHUNK_FRAME(chunk_id);
	unsigned int i;

	lockdep_assert_held(stream->lock);

	if (DRM_MIRACAST_CHUNK_PART(chunk_id))
		return -EINVAL;
	if (frame && frame < stream->session_first_frame)
		return -ESTALE;

	for (i = 0; i < stream->buffer_count; i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		if (buffer->state == MIRACAST_BUFFER_HELD &&
		    buffer->number == number &&
		    buffer->chunk.body.chunk_id == chunk_id) {
			buffer->state = MIRACAST_BUFFER_FREE;
			return 0;
		}
	}

	return -ENOENT;
}

/**
 * miracast_stream_find_buffer - Look a buffer up by its number
 * @stream: the stream, locked
 * @number: the number
 * @found: set to the buffer
 *
 * Return: 0, -ENOENT when it never existed, -ESTALE when it is gone.
 */
int miracast_stream_find_buffer(struct miracast_stream *stream, u64 number,
				struct miracast_buffer **found)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	if (!number || number > stream->buffer_number)
		return -ENOENT;

	for (i = 0; i < stream->buffer_count; i++) {
		struct miracast_buffer *buffer = &stream->buffers[i];

		if (buffer->number != number)
			continue;
		if (buffer->chunk.body.session != stream->session ||
		    (!buffer_is_current(stream, buffer) &&
		     buffer_is_free(buffer)))
			break;
		*found = buffer;
		return 0;
	}

	return -ESTALE;
}

/**
 * miracast_stream_peek - Look at the next event
 * @stream: the stream
 * @buffer: where to put the event
 *
 * Return: 1 with an event, 0 without, or the errno that the stream ended with.
 */
int miracast_stream_peek(struct miracast_stream *stream,
			 struct miracast_event_buffer *buffer)
{
	struct miracast_event *event;
	unsigned long flags;
	int ret;

	spin_lock_irqsave(stream->lock, flags);
	event = miracast_event_first(&stream->queue);
	ret = event ? 1 : stream->ended;
	if (event)
		miracast_event_serialise(event, buffer);
	spin_unlock_irqrestore(stream->lock, flags);

	return ret;
}

/**
 * miracast_stream_consume - Take the event that was looked at
 * @stream: the stream
 * @buffer: from miracast_stream_peek()
 *
 * An event that was replaced meanwhile stays, in its newer form.
 *
 * Return: true when capture waits for the slot that this freed.
 */
bool miracast_stream_consume(struct miracast_stream *stream,
			     struct miracast_event_buffer *buffer)
{
	struct miracast_event *event;
	unsigned long flags;
	bool kick;

	spin_lock_irqsave(stream->lock, flags);
	event = miracast_event_first(&stream->queue);
	if (miracast_event_unchanged(buffer, event))
		miracast_event_drop(event);
	kick = stream->starved;
	spin_unlock_irqrestore(stream->lock, flags);

	return kick;
}

/**
 * miracast_stream_readable - Tell whether read() would not wait
 * @stream: the stream
 *
 * Return: true with an event, or when the stream has ended.
 */
bool miracast_stream_readable(struct miracast_stream *stream)
{
	unsigned long flags;
	bool ret;

	spin_lock_irqsave(stream->lock, flags);
	ret = stream->ended || !list_empty(&stream->queue);
	spin_unlock_irqrestore(stream->lock, flags);

	return ret;
}
