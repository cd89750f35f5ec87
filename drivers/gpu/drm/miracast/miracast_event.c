// SPDX-License-Identifier: GPL-2.0
/*
 * Event slots and their wire format.
 *
 * A slot is allocated once, together with the object that it reports on, so queueing
 * cannot fail. The caller's lock guards queue and slots.
 */
#include <linux/string.h>

#include "miracast_damage.h"
#include "miracast_event.h"

static struct miracast_chunk_event *to_chunk(const struct miracast_event *event)
{
	return container_of(event, struct miracast_chunk_event, event);
}

static struct miracast_message_event *
to_message(const struct miracast_event *event)
{
	return container_of(event, struct miracast_message_event, event);
}

/**
 * miracast_event_init - Set a slot up, not queued
 * @event: the slot
 * @type: enum drm_miracast_event_type
 */
void miracast_event_init(struct miracast_event *event, u32 type)
{
	INIT_LIST_HEAD(&event->link);
	event->type = type;
}

/**
 * miracast_event_push - Put a slot at the end of a queue
 * @queue: the queue
 * @event: the slot; one that is queued already moves to the end
 */
void miracast_event_push(struct list_head *queue, struct miracast_event *event)
{
	list_move_tail(&event->link, queue);
}

/**
 * miracast_event_drop - Take a slot out of its queue, if it is in one
 * @event: the slot
 */
void miracast_event_drop(struct miracast_event *event)
{
	list_del_init(&event->link);
}

/**
 * miracast_event_queued - Check whether a slot waits to be read
 * @event: the slot
 *
 * Return: true when it is in a queue.
 */
bool miracast_event_queued(const struct miracast_event *event)
{
	return !list_empty(&event->link);
}

/**
 * miracast_event_first - Look at the head of a queue
 * @queue: the queue
 *
 * Return: the slot or NULL.
 */
struct miracast_event *miracast_event_first(struct list_head *queue)
{
	return list_first_entry_or_null(queue, struct miracast_event, link);
}

/**
 * miracast_chunk_event_set_clips - Describe the damage of a chunk
 * @chunk: the slot
 * @damage: the damage, inside the picture
 */
void miracast_chunk_event_set_clips(struct miracast_chunk_event *chunk,
				    const struct miracast_damage *damage)
{
	unsigned int i;

	for (i = 0; i < damage->count; i++) {
		const struct drm_rect *rect = &damage->rects[i];

		chunk->clips[i] = (struct drm_clip_rect) {
			.x1 = rect->x1,
			.y1 = rect->y1,
			.x2 = rect->x2,
			.y2 = rect->y2,
		};
	}
	chunk->body.clip_count = damage->count;
}

static u64 event_serial(const struct miracast_event *event)
{
	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
		return to_chunk(event)->body.chunk_id;

	return to_message(event)->number;
}

static void serialise_parts(struct miracast_event_buffer *buffer,
			    const void *header, u32 header_size,
			    const void *rest, u32 rest_size)
{
	struct drm_miracast_event *base = (void *)buffer->bytes;

	memcpy(buffer->bytes, header, header_size);
	memcpy(buffer->bytes + header_size, rest, rest_size);
	base->length = header_size + rest_size;
	base->header_size = header_size;
	buffer->length = base->length;
}

static void serialise_chunk(const struct miracast_chunk_event *chunk,
			    struct miracast_event_buffer *buffer)
{
	struct drm_miracast_event_chunk body = chunk->body;

	body.base.type = DRM_MIRACAST_EVENT_TYPE_CHUNK;
	serialise_parts(buffer, &body, sizeof(body), chunk->clips,
			body.clip_count * sizeof(chunk->clips[0]));
}

static void serialise_message(const struct miracast_message_event *message,
			      struct miracast_event_buffer *buffer)
{
	struct drm_miracast_event_message body = {
		.base.type = DRM_MIRACAST_EVENT_TYPE_MESSAGE,
		.number = message->number,
		.session = message->session,
		.code = message->code,
		.needs_completion = message->needs_completion,
	};

	serialise_parts(buffer, &body, sizeof(body), message->payload,
			message->payload_size);
}

/**
 * miracast_event_serialise - Write an event in its wire format
 * @event: the slot
 * @buffer: where to put it; remembers the slot
 */
void miracast_event_serialise(struct miracast_event *event,
			      struct miracast_event_buffer *buffer)
{
	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
		serialise_chunk(to_chunk(event), buffer);
	else
		serialise_message(to_message(event), buffer);

	buffer->source = event;
	buffer->serial = event_serial(event);
}

/**
 * miracast_event_unchanged - Check whether a slot still holds what was read
 * @buffer: made by miracast_event_serialise() under an earlier lock section
 * @event: head of the queue now, or NULL
 *
 * Return: true when @event is the slot with the same content.
 */
bool miracast_event_unchanged(const struct miracast_event_buffer *buffer,
			      const struct miracast_event *event)
{
	return event && event == buffer->source &&
	       event_serial(event) == buffer->serial;
}
