// SPDX-License-Identifier: GPL-2.0
/*
 * The stream from a target's scan-out to one owner.
 *
 * Owns: session and mode handshake. Nearly everything runs under the target's
 * spinlock and cannot fail or sleep.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include <drm/drm_fourcc.h>

#include "miracast_budget.h"
#include "miracast_copy.h"
#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_queue.h"
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

/* Whatever the limits are, no mode exceeds the rate of one encoder slot. */
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
 * miracast_stream_create - Create a stream without picture memory
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
	for (i = 0; i < ARRAY_SIZE(stream->messages); i++)
		init_message(&stream->messages[i], i);
	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++) {
		init_message(&stream->buffers[i].gone[0],
			     DRM_MIRACAST_MSG_BUFFER_GONE);
		init_message(&stream->buffers[i].gone[1],
			     DRM_MIRACAST_MSG_BUFFER_GONE);
	}

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

/* miracast_buffer_trim() has dropped the buffers when the context was destroyed. */
static void stream_free(struct kref *ref)
{
	struct miracast_stream *stream =
		container_of(ref, struct miracast_stream, ref);
	unsigned int i;

	WARN_ON(!list_empty(&stream->revoking));
	for (i = 0; i < stream->slot_count; i++)
		dma_fence_put(stream->slots[i].writers);

	mutex_destroy(&stream->revoke_lock);
	kfree(stream->ending);
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

static void send_cause(struct miracast_stream *stream, u32 code, u32 cause)
{
	struct drm_miracast_message_stopped payload = { .cause = cause };

	miracast_queue_send(stream, code, &payload, sizeof(payload));
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

/**
 * miracast_stream_departed - The monitor has departed
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
	miracast_queue_drop(stream, DRM_MIRACAST_MSG_POWER);
	miracast_queue_drop(stream, DRM_MIRACAST_MSG_CURSOR_MOVE);
	miracast_queue_drop(stream, DRM_MIRACAST_MSG_CURSOR_SHAPE);
	miracast_queue_drop(stream, DRM_MIRACAST_MSG_HDCP);
	miracast_queue_drop(stream, DRM_MIRACAST_MSG_PICTURE_STATE);
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
	miracast_queue_drop_all(stream);

	send_cause(stream, DRM_MIRACAST_MSG_STOPPED, cause);
	stream->session_first_message = stream->message_number + 1;
}

/**
 * miracast_stream_end - End a stream: no more events will follow
 * @stream: the stream, locked
 * @error: what read() returns from now on: -ESTALE when the context was
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
		miracast_queue_drop_all(stream);
	wake_up_interruptible_poll(&stream->wait, EPOLLHUP);
}

/* Pitch of the next buffers, 0 when the driver does not choose it. */
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
	miracast_queue_send(stream, DRM_MIRACAST_MSG_MODE_SET, &payload,
			    sizeof(payload));
}

/* The mode ends: its buffers get no more pictures. */
static void announce_gone(struct miracast_stream *stream)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stream->buffers); i++)
		miracast_queue_send_gone(stream, &stream->buffers[i]);
}

/**
 * miracast_stream_set_mode - The CRTC was lit for this stream's monitor
 * @stream: the stream, locked
 * @mode: the mode
 *
 * A new mode is announced and gets new buffers. A mode that was announced already only
 * makes the next chunk full.
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
	announce_gone(stream);
	announce_mode(stream);
}

/**
 * miracast_stream_set_rate - Set the rates of the owner
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
	miracast_queue_send(stream, DRM_MIRACAST_MSG_POWER, &payload,
			    sizeof(payload));
}

/**
 * miracast_stream_check_pending - Check whether a message waits for its answer
 * @stream: the stream, locked
 * @number: number of the message
 *
 * Return: 0, -ENOENT, -ENOTCONN, -EALREADY or -ESTALE, see the user-space header.
 */
int miracast_stream_check_pending(const struct miracast_stream *stream, u64 number)
{
	const struct miracast_message_event *message =
		&stream->messages[DRM_MIRACAST_MSG_MODE_SET];

	lockdep_assert_held(stream->lock);

	if (!number || number < stream->session_first_message ||
	    number != message->number)
		return miracast_queue_not_pending(stream,
						  DRM_MIRACAST_MSG_MODE_SET,
						  number);

	return message->completed ? -EALREADY : 0;
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
	int ret = miracast_stream_check_pending(stream, number);

	if (ret)
		return ret;

	if (status != DRM_MIRACAST_COMPLETION_SUCCESS) {
		message->completed = true;
		stream->mode_refused = true;
		return 0;
	}

	ret = miracast_copy_check_fit(stream);
	if (ret)
		return ret;

	message->completed = true;
	stream->mode_ready = true;
	stream->first_of_mode = true;
	stream->force_full = true;

	return 0;
}

/**
 * miracast_stream_wants - Check whether the owner has accepted the mode
 * @stream: the stream, locked
 *
 * Return: true with a monitor and an accepted mode.
 */
bool miracast_stream_wants(const struct miracast_stream *stream)
{
	return !stream->ended && stream->mode_ready &&
	       stream->state == DRM_MIRACAST_STATE_MONITOR;
}
