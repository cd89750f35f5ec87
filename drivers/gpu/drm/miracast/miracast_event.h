/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: what read() on a context returns, in preallocated slots.
 *
 * No locks of its own; the owner of the queue guards it.
 */
#ifndef _MIRACAST_EVENT_H_
#define _MIRACAST_EVENT_H_

#include <linux/build_bug.h>
#include <linux/list.h>
#include <linux/types.h>

#include <drm/drm_mode.h>

#include <uapi/drm/miracast_drm.h>

struct miracast_damage;

/**
 * struct miracast_event - A slot that can be in a queue
 * @link: place in the queue; empty when not queued
 * @type: enum drm_miracast_event_type
 */
struct miracast_event {
	struct list_head link;
	u32 type;
};

/**
 * struct miracast_chunk_event - Slot of a CHUNK event
 * @event: the slot
 * @body: the event as user space reads it; @body.base is filled in when it is read
 * @clips: the clips behind it
 */
struct miracast_chunk_event {
	struct miracast_event event;
	struct drm_miracast_event_chunk body;
	struct drm_clip_rect clips[DRM_MIRACAST_MAX_CLIPS];
};

/* Largest payload of a message, bytes. */
#define MIRACAST_MAX_PAYLOAD	sizeof(struct drm_miracast_message_mode_set)

/**
 * struct miracast_message_event - Slot of a MESSAGE event
 * @event: the slot
 * @number: number of the message, 0 before the first
 * @session: number of the session
 * @code: enum drm_miracast_message_code
 * @needs_completion: the owner must answer
 * @completed: the owner has answered
 * @payload_size: bytes of @payload
 * @payload: payload of the code
 */
struct miracast_message_event {
	struct miracast_event event;
	u64 number;
	u64 session;
	u32 code;
	bool needs_completion;
	bool completed;
	u32 payload_size;
	u8 payload[MIRACAST_MAX_PAYLOAD] __aligned(8);
};

/* The largest event of this version: a chunk with all its clips. */
#define MIRACAST_EVENT_BYTES_MAX \
	(sizeof(struct drm_miracast_event_chunk) + \
	 DRM_MIRACAST_MAX_CLIPS * sizeof(struct drm_clip_rect))

static_assert(MIRACAST_EVENT_BYTES_MAX <= DRM_MIRACAST_EVENT_BYTES);
static_assert(sizeof(struct drm_miracast_event_message) +
	      MIRACAST_MAX_PAYLOAD <= MIRACAST_EVENT_BYTES_MAX);

/**
 * struct miracast_event_buffer - Room for one serialised event
 * @bytes: the event
 * @length: its length
 * @source: the slot that it was made from
 * @serial: number of the message or id of the chunk in @source at that time
 */
struct miracast_event_buffer {
	u8 bytes[MIRACAST_EVENT_BYTES_MAX] __aligned(8);
	u32 length;
	struct miracast_event *source;
	u64 serial;
};

void miracast_event_init(struct miracast_event *event, u32 type);
void miracast_event_push(struct list_head *queue, struct miracast_event *event);
void miracast_event_drop(struct miracast_event *event);
bool miracast_event_queued(const struct miracast_event *event);
struct miracast_event *miracast_event_first(struct list_head *queue);

void miracast_chunk_event_set_clips(struct miracast_chunk_event *chunk,
				    const struct miracast_damage *damage);
void miracast_event_serialise(struct miracast_event *event,
			      struct miracast_event_buffer *buffer);
bool miracast_event_unchanged(const struct miracast_event_buffer *buffer,
			      const struct miracast_event *event);

#endif
