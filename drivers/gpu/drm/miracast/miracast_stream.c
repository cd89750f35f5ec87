// SPDX-License-Identifier: GPL-2.0
/*
 * The stream from a target's scan-out to one owner.
 *
 * Owns: session, mode handshake, the queue of events and the counters. Nearly
 * everything runs under the target's spinlock and cannot fail or sleep; what was
 * read from it is copied to user space outside.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include <drm/drm_fourcc.h>

#include "miracast_budget.h"
#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_fence.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"

static void init_message(struct miracast_message_event *message, u32 code)
{
	miracast_event_init(&message->event, DRM_MIRACAST_EVENT_TYPE_MESSAGE);
	message->code = code;
}

static void init_slots(struct miracast_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->slot_count * stream->part_count; i++)
		miracast_event_init(&stream->chunks[i].event,
				    DRM_MIRACAST_EVENT_TYPE_CHUNK);
	for (i = 0; i < stream->slot_count; i++) {
		struct miracast_slot *slot = &stream->slots[i];

		slot->chunks = stream->chunks + i * stream->part_count;
		if (!stream->direct)
			slot->buffer = &stream->buffers[i];
	}
}

/* No mode exceeds what one encoder slot can do, whatever the limits. */
static u64 limit_rate(const struct drm_miracast_create_context *args)
{
	u64 rate = miracast_macroblock_rate(args->max_width, args->max_height,
					    args->max_refresh_mhz);

	if (args->max_macroblock_rate)
		rate = min(rate, args->max_macroblock_rate);

	return min_t(u64, rate, MIRACAST_MAX_MACROBLOCK_RATE);
}

static void init_from_args(struct miracast_stream *stream,
			   const struct drm_miracast_create_context *args)
{
	struct miracast_layout largest;

	stream->flags = args->flags;
	stream->limits.width = args->max_width;
	stream->limits.height = args->max_height;
	stream->limits.refresh_mhz = args->max_refresh_mhz;
	stream->limits.macroblock_rate = limit_rate(args);

	stream->direct = args->delivery == DRM_MIRACAST_DELIVERY_DIRECT;
	if (stream->direct) {
		stream->slot_count = MIRACAST_DIRECT_SLOTS;
		stream->part_count = 1;
		return;
	}

	stream->fourcc = args->format;
	stream->buffer_count = args->buffer_count;
	stream->slot_count = args->buffer_count;
	stream->part_count = args->parts;
	if (args->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS)
		return;

	miracast_layout_init(&largest, args->format, args->max_width,
			     args->max_height);
	stream->memory_bytes = args->buffer_count *
			       PAGE_ALIGN(miracast_layout_bytes(&largest));
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

	init_from_args(stream, args);
	stream->chunks = kvcalloc(stream->slot_count * stream->part_count,
				  sizeof(*stream->chunks), GFP_KERNEL_ACCOUNT);
	if (!stream->chunks) {
		kvfree(stream);
		return NULL;
	}

	kref_init(&stream->ref);
	stream->mdev = mdev;
	stream->pid = task_tgid_nr(current);
	get_task_comm(stream->comm, current->group_leader);
	stream->stats.last_status = DRM_MIRACAST_STATUS_NONE;
	stream->picture_state = DRM_MIRACAST_PICTURE_STATE_NO_MONITOR;
	INIT_LIST_HEAD(&stream->queue);
	init_waitqueue_head(&stream->wait);
	INIT_LIST_HEAD(&stream->revoking);
	mutex_init(&stream->revoke_lock);
	init_slots(stream);
	miracast_fence_init(stream);
	for (i = 0; i < ARRAY_SIZE(stream->messages); i++)
		init_message(&stream->messages[i], i);
	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++)
		init_message(&stream->buffers[i].gone,
			     DRM_MIRACAST_MSG_BUFFER_GONE);

	return stream;
}

/**
 * miracast_stream_attach - Put a stream under its target's lock
 * @stream: the stream, not yet visible to anyone else
 * @target: the target
 */
void miracast_stream_attach(struct miracast_stream *stream,
			    struct miracast_target *target)
{
	stream->target = target;
	stream->lock = &target->lock;
}

/* miracast_slot_trim() has dropped the buffers when the context was destroyed. */
static void stream_free(struct kref *ref)
{
	struct miracast_stream *stream =
		container_of(ref, struct miracast_stream, ref);
	unsigned int i;

	for (i = 0; i < stream->slot_count; i++)
		dma_fence_put(stream->slots[i].writers);

	mutex_destroy(&stream->revoke_lock);
	kvfree(stream->chunks);
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
 * miracast_stream_put - Drop a reference
 * @stream: the stream
 *
 * The last one frees its memory and may sleep.
 */
void miracast_stream_put(struct miracast_stream *stream)
{
	kref_put(&stream->ref, stream_free);
}

/**
 * miracast_stream_queue - Queue an event and wake the owner
 * @stream: the stream, locked
 * @event: the event's slot
 */
void miracast_stream_queue(struct miracast_stream *stream,
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
	miracast_stream_queue(stream, &message->event);
}

/**
 * miracast_stream_send - Send a message, in place of an unread one of its code
 * @stream: the stream, locked
 * @code: enum drm_miracast_message_code, not BUFFER_GONE
 * @payload: payload of the code
 * @size: its bytes
 *
 * Return: number of the message.
 */
u64 miracast_stream_send(struct miracast_stream *stream, u32 code,
			 const void *payload, u32 size)
{
	send_message(stream, &stream->messages[code], payload, size);

	return stream->messages[code].number;
}

/**
 * miracast_stream_send_gone - Report that a buffer's number is not used any more
 * @stream: the stream, locked
 * @buffer: the buffer, its number still set
 *
 * Does nothing for a buffer that no chunk has named.
 */
void miracast_stream_send_gone(struct miracast_stream *stream,
			       struct miracast_buffer *buffer)
{
	struct drm_miracast_message_buffer_gone payload = {
		.buffer = buffer->number,
	};

	if (!buffer->announced)
		return;

	buffer->announced = false;
	send_message(stream, &buffer->gone, &payload, sizeof(payload));
}

static void send_cause(struct miracast_stream *stream, u32 code, u32 cause)
{
	struct drm_miracast_message_stopped payload = { .cause = cause };

	miracast_stream_send(stream, code, &payload, sizeof(payload));
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
	stream->hold_lost = false;
	stream->session_first_frame = stream->frame + 1;
	stream->session_first_message = stream->message_number + 1;
}

/* Forget the mode: the next mode set is announced whatever it is. */
static void forget_mode(struct miracast_stream *stream)
{
	struct miracast_message_event *message =
		&stream->messages[DRM_MIRACAST_MSG_MODE_SET];

	miracast_event_drop(&message->event);
	message->number = 0;
	stream->mode_known = false;
	WRITE_ONCE(stream->trimmable, true);
	stream->mode_ready = false;
	stream->mode_refused = false;
	stream->power_off_sent = false;
	stream->force_full = false;
	stream->starved = false;
	stream->unreadable = false;
	stream->cursor.announced = false;
	miracast_damage_clear(&stream->owed);
}

static void drop_message(struct miracast_stream *stream, u32 code)
{
	miracast_event_drop(&stream->messages[code].event);
}

/**
 * miracast_stream_departed - The monitor is gone
 * @stream: the stream, locked
 * @cause: enum drm_miracast_cause
 */
void miracast_stream_departed(struct miracast_stream *stream, u32 cause)
{
	lockdep_assert_held(stream->lock);

	if (stream->state != DRM_MIRACAST_STATE_MONITOR)
		return;

	stream->state = DRM_MIRACAST_STATE_STARTED;
	stream->stats.depart_cause = cause;
	miracast_direct_revoke(stream);
	miracast_direct_forget(stream);
	drop_message(stream, DRM_MIRACAST_MSG_POWER);
	drop_message(stream, DRM_MIRACAST_MSG_CURSOR_MOVE);
	drop_message(stream, DRM_MIRACAST_MSG_CURSOR_SHAPE);
	drop_message(stream, DRM_MIRACAST_MSG_HDCP);
	drop_message(stream, DRM_MIRACAST_MSG_PICTURE_STATE);
	stream->picture_state = DRM_MIRACAST_PICTURE_STATE_NO_MONITOR;
	forget_mode(stream);
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
	lockdep_assert_held(stream->lock);

	miracast_slot_free_all(stream);
	miracast_stream_departed(stream, cause);
	stream->state = DRM_MIRACAST_STATE_CREATED;
	stream->session_first_frame = stream->frame + 1;
	stream->picture_interval_ns = 0;
	stream->encode_rate_kbps = 0;
	drop_events(stream);

	send_cause(stream, DRM_MIRACAST_MSG_STOPPED, cause);
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
	WRITE_ONCE(stream->trimmable, true);
	if (error == -ESTALE)
		drop_events(stream);
	wake_up_interruptible_poll(&stream->wait, EPOLLHUP);
}

/* Pitch of the next buffers, 0 when it is not the driver's to say. */
static u32 announced_pitch(const struct miracast_stream *stream)
{
	struct miracast_layout layout;

	if (stream->direct ||
	    stream->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS)
		return 0;

	miracast_layout_init(&layout, stream->fourcc, stream->mode.width,
			     stream->mode.height);

	return layout.planes[0].pitch;
}

static void announce_mode(struct miracast_stream *stream)
{
	struct miracast_message_event *message =
		&stream->messages[DRM_MIRACAST_MSG_MODE_SET];
	struct drm_miracast_message_mode_set payload = {
		.mode_serial = stream->mode_serial,
		.width = stream->mode.width,
		.height = stream->mode.height,
		.refresh_mhz = stream->mode.refresh_mhz,
		.fourcc = stream->fourcc,
		.pitch = announced_pitch(stream),
	};

	message->needs_completion = true;
	send_message(stream, message, &payload, sizeof(payload));
}

/**
 * miracast_stream_set_mode - The target shows a mode for this stream's monitor
 * @stream: the stream, locked
 * @mode: the mode
 *
 * A new mode is announced and gets new buffers. One that was announced already only
 * makes the next chunk a full one.
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
	WRITE_ONCE(stream->trimmable, true);
	stream->mode_known = true;
	stream->mode_ready = false;
	stream->mode_refused = false;
	stream->cursor.announced = false;
	miracast_damage_clear(&stream->owed);
	miracast_slot_announce_gone(stream);
	announce_mode(stream);
}

/**
 * miracast_stream_set_rate - The owner reports and limits its rates
 * @stream: the stream, locked, with a session
 * @encode_rate_kbps: encode rate, kbit/s
 * @picture_rate_mhz: highest mean picture rate, mHz, 0: the mode's
 */
void miracast_stream_set_rate(struct miracast_stream *stream,
			      u32 encode_rate_kbps, u32 picture_rate_mhz)
{
	lockdep_assert_held(stream->lock);

	stream->encode_rate_kbps = encode_rate_kbps;
	stream->picture_interval_ns =
		picture_rate_mhz ? div_u64(1000ULL * NSEC_PER_SEC,
					   picture_rate_mhz) : 0;
	stream->next_picture = 0;
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
	send_message(stream, &stream->messages[DRM_MIRACAST_MSG_POWER],
		     &payload, sizeof(payload));
}

/**
 * miracast_stream_not_pending - Say why a message can not be answered
 * @stream: the stream, locked
 * @code: code of the messages that can
 * @number: number of the message, which is not the one that waits for an answer
 *
 * Return: -ENOENT for no message, or one of another code, -ENOTCONN for the former
 * without a session, -ESTALE for one that something has superseded.
 */
int miracast_stream_not_pending(const struct miracast_stream *stream, u32 code,
				u64 number)
{
	unsigned int i;

	lockdep_assert_held(stream->lock);

	if (!number || number > stream->message_number)
		return stream->state == DRM_MIRACAST_STATE_CREATED ? -ENOTCONN :
								     -ENOENT;
	if (number < stream->session_first_message)
		return -ESTALE;

	for (i = 0; i < ARRAY_SIZE(stream->messages); i++)
		if (i != code && stream->messages[i].number == number)
			return -ENOENT;
	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++)
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
 * Return: 0, -ENOENT, -ENOTCONN, -EALREADY, -ESTALE, or -EINVAL when the owner's
 * buffers are too small; see the user-space header.
 */
int miracast_stream_complete(struct miracast_stream *stream, u64 number,
			     u32 status)
{
	struct miracast_message_event *message =
		&stream->messages[DRM_MIRACAST_MSG_MODE_SET];

	int ret;

	lockdep_assert_held(stream->lock);

	if (!number || number < stream->session_first_message ||
	    number != message->number)
		return miracast_stream_not_pending(stream,
						   DRM_MIRACAST_MSG_MODE_SET,
						   number);
	if (message->completed)
		return -EALREADY;

	if (status != DRM_MIRACAST_COMPLETION_SUCCESS) {
		message->completed = true;
		stream->mode_refused = true;
		return 0;
	}

	ret = miracast_slot_check_fit(stream);
	if (ret)
		return ret;

	message->completed = true;
	stream->mode_ready = true;
	stream->first_of_mode = true;
	stream->force_full = true;

	return 0;
}

/**
 * miracast_stream_wants - Check whether the owner takes pictures now
 * @stream: the stream, locked
 *
 * Return: true with a monitor and an accepted mode.
 */
bool miracast_stream_wants(const struct miracast_stream *stream)
{
	return !stream->ended && stream->mode_ready &&
	       stream->state == DRM_MIRACAST_STATE_MONITOR;
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
 * miracast_stream_readable - Check whether read() would not wait
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
