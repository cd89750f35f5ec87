// SPDX-License-Identifier: GPL-2.0
/*
 * The queue of a stream: messages on their way to the owner, and what it reads.
 *
 * Owns: the order of events, and the numbers of messages. Under the target's spinlock;
 * cannot fail or sleep. Events are copied to user space without the lock.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "miracast_event.h"
#include "miracast_queue.h"
#include "miracast_stream.h"

/**
 * miracast_queue_push - Queue an event and wake the owner
 * @stream: the stream, locked
 * @event: the event's slot
 */
void miracast_queue_push(struct miracast_stream *stream,
			 struct miracast_event *event)
{
	lockdep_assert_held(stream->lock);

	miracast_event_push(&stream->queue, event);
	wake_up_interruptible_poll(&stream->wait, EPOLLIN | EPOLLRDNORM);
}

static void send_message(struct miracast_stream *stream,
			 struct miracast_message_event *message,
			 const void *payload, u32 size)
{
	lockdep_assert_held(stream->lock);

	if (WARN_ON_ONCE(size > sizeof(message->payload)))
		return;

	message->number = ++stream->message_number;
	message->session = stream->session;
	message->completed = false;
	message->payload_size = size;
	memcpy(message->payload, payload, size);
	miracast_queue_push(stream, &message->event);
}

/**
 * miracast_queue_send - Send a message, in place of an unread one of its code
 * @stream: the stream, locked
 * @code: enum drm_miracast_message_code, not BUFFER_GONE
 * @payload: payload of the code
 * @size: its bytes
 *
 * Return: number of the message, or 0 for a code without a slot.
 */
u64 miracast_queue_send(struct miracast_stream *stream, u32 code,
			const void *payload, u32 size)
{
	if (WARN_ON_ONCE(code >= ARRAY_SIZE(stream->messages)))
		return 0;

	send_message(stream, &stream->messages[code], payload, size);

	return stream->messages[code].number;
}

/**
 * miracast_queue_send_gone - Report that a buffer's number is not used any more
 * @stream: the stream, locked
 * @buffer: the buffer, its number still set
 *
 * Does nothing for a buffer that no chunk has named. One message of another number may be
 * unread: of the number that the buffer had before, when its entry was used again.
 */
void miracast_queue_send_gone(struct miracast_stream *stream,
			      struct miracast_buffer *buffer)
{
	struct drm_miracast_message_buffer_gone payload = {
		.buffer = buffer->number,
	};
	bool unread = miracast_event_queued(&buffer->gone[0].event);

	lockdep_assert_held(stream->lock);

	if (!buffer->announced)
		return;

	buffer->announced = false;
	send_message(stream, &buffer->gone[unread], &payload, sizeof(payload));
}

/**
 * miracast_queue_drop_all - Drop all events that were not read
 * @stream: the stream, locked
 */
void miracast_queue_drop_all(struct miracast_stream *stream)
{
	struct miracast_event *event;

	lockdep_assert_held(stream->lock);

	while ((event = miracast_event_first(&stream->queue)))
		miracast_event_drop(event);
}

/**
 * miracast_queue_drop - Drop the message of a code if it was not read
 * @stream: the stream, locked
 * @code: enum drm_miracast_message_code
 */
void miracast_queue_drop(struct miracast_stream *stream, u32 code)
{
	lockdep_assert_held(stream->lock);

	miracast_event_drop(&stream->messages[code].event);
}

/**
 * miracast_queue_not_pending - Get the reason why a message cannot be answered
 * @stream: the stream, locked
 * @code: code of the messages that can be answered
 * @number: number of the message, which is not the one that waits for an answer
 *
 * Return: -ENOENT for no message, or one of another code, -ENOTCONN for the former
 * without a session, -ESTALE for one that something has superseded.
 */
int miracast_queue_not_pending(const struct miracast_stream *stream, u32 code,
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
		if (stream->buffers[i].gone[0].number == number ||
		    stream->buffers[i].gone[1].number == number)
			return -ENOENT;

	return -ESTALE;
}

/**
 * miracast_queue_peek - Look at the next event
 * @stream: the stream
 * @buffer: where to put the event
 *
 * Return: 1 with an event, 0 without, or the errno that the stream ended with.
 */
int miracast_queue_peek(struct miracast_stream *stream,
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
 * miracast_queue_consume - Remove the event that miracast_queue_peek() returned
 * @stream: the stream
 * @buffer: from miracast_queue_peek()
 *
 * An event that was replaced meanwhile stays, in its newer form.
 *
 * Return: true when capture waits for the slot that this freed.
 */
bool miracast_queue_consume(struct miracast_stream *stream,
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
 * miracast_queue_readable - Check whether read() would not wait
 * @stream: the stream
 *
 * Return: true with an event, or when the stream has ended.
 */
bool miracast_queue_readable(struct miracast_stream *stream)
{
	unsigned long flags;
	bool ret;

	spin_lock_irqsave(stream->lock, flags);
	ret = stream->ended || !list_empty(&stream->queue);
	spin_unlock_irqrestore(stream->lock, flags);

	return ret;
}
