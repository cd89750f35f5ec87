// SPDX-License-Identifier: MIT
#include "events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Room for every event that can wait in one context, generously. */
#define BUFFER_BYTES	(64 * 1024)

/* A struct that has outgrown its room would move the members behind it. */
_Static_assert(offsetof(struct mc_event, clips) == 264, "chunk");
_Static_assert(offsetof(struct mc_event, payload) == 904, "message");
_Static_assert(sizeof(struct mc_event) == 1160, "payload");

int mc_events_init(struct mc_events *events, int fd)
{
	memset(events, 0, sizeof(*events));
	events->fd = fd;
	events->data = malloc(BUFFER_BYTES);
	return events->data ? 0 : -ENOMEM;
}

void mc_events_fini(struct mc_events *events)
{
	free(events->data);
	events->data = NULL;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

int mc_events_read(struct mc_events *events)
{
	ssize_t got;

	events->used -= events->pos;
	memmove(events->data, events->data + events->pos, events->used);
	events->pos = 0;
	if (events->used == BUFFER_BYTES)
		return -ENOBUFS;
	got = read(events->fd, events->data + events->used,
		   BUFFER_BYTES - events->used);
	events->read_time_ns = now_ns();
	if (got > 0) {
		events->used += (size_t)got;
		return (int)got;
	}
	if (!got)
		return -EPIPE;
	/* The driver returns whole events, and there is no room for the next one. */
	if (errno == EINVAL && events->used)
		return -ENOBUFS;
	return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

/* Read the event's head; 0 when it is not there as a whole. */
static int take(struct mc_events *events, struct drm_miracast_event *base,
		const uint8_t **bytes)
{
	size_t left = events->used - events->pos;

	if (left < sizeof(*base))
		return 0;
	memcpy(base, events->data + events->pos, sizeof(*base));
	if (base->length < sizeof(*base) || base->length > BUFFER_BYTES ||
	    base->header_size < sizeof(*base) ||
	    base->header_size > base->length)
		return -EBADMSG;
	if (left < base->length)
		return 0;
	*bytes = events->data + events->pos;
	events->pos += base->length;
	return 1;
}

/*
 * Copy the part of a struct that is there, and zero the rest. The padding is for programs
 * that know a newer, longer struct than this library.
 */
static void copy_struct(void *to, size_t size, const void *from, size_t there)
{
	memset(to, 0, size);
	memcpy(to, from, there < size ? there : size);
}

static int decode_chunk(struct mc_event *event,
			const struct drm_miracast_event *base,
			const uint8_t *bytes)
{
	struct drm_miracast_event_chunk *chunk = &event->chunk;
	size_t room = base->length - base->header_size;
	size_t need;

	copy_struct(event->chunk_room, sizeof(event->chunk_room), bytes,
		    base->header_size);
	need = chunk->clip_count * sizeof(struct drm_clip_rect);
	if (chunk->clip_count > DRM_MIRACAST_MAX_CLIPS || need > room)
		return -EBADMSG;
	memcpy(event->clips, bytes + base->header_size, need);
	return 1;
}

static int decode_message(struct mc_event *event,
			  const struct drm_miracast_event *base,
			  const uint8_t *bytes)
{
	copy_struct(event->message_room, sizeof(event->message_room), bytes,
		    base->header_size);
	copy_struct(&event->payload, sizeof(event->payload),
		    bytes + base->header_size, base->length - base->header_size);
	return 1;
}

int mc_events_next(struct mc_events *events, struct mc_event *event)
{
	struct drm_miracast_event base;
	const uint8_t *bytes;
	int ret;

	for (;;) {
		ret = take(events, &base, &bytes);
		if (ret <= 0)
			return ret;
		event->type = base.type;
		event->reserved = 0;
		if (base.type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
			return decode_chunk(event, &base, bytes);
		if (base.type == DRM_MIRACAST_EVENT_TYPE_MESSAGE)
			return decode_message(event, &base, bytes);
	}
}
