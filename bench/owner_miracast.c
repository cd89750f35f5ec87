// SPDX-License-Identifier: MIT
/*
 * Owners of the miracast driver. A picture costs two system calls, read() and
 * RELEASE_CHUNK; buffers are asked for and mapped when they are first seen.
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffers.h"
#include "context.h"
#include "device.h"
#include "monitor.h"
#include "owner.h"

#define COPY_BUFFERS	3
#define ROOM		4096

struct miracast {
	struct mc_context context;
	struct mc_buffers buffers;
	struct drm_miracast_statistics before;
	uint64_t buffer, chunk_id;
	uint8_t events[ROOM];
	size_t used, pos;
};

static int arrive(struct owner *owner, struct miracast *m)
{
	struct mc_monitor monitor = {
		.modes = { {
			.width = owner->width, .height = owner->height,
			.refresh_mhz = 60000,
			.flags = DRM_MIRACAST_MODE_PREFERRED,
		} },
		.mode_count = 1,
		.type = DRM_MIRACAST_MONITOR_MIRACAST,
		.divider = 1,
	};
	uint64_t session;
	int ret;

	ret = mc_start_session(&m->context, &session);
	if (!ret)
		ret = mc_monitor_arrive(&m->context, &monitor);
	owner->board->connector = m->context.connector_id;
	owner->board->crtc = m->context.crtc_id;
	return ret;
}

static int open_context(struct owner *owner, uint32_t delivery, uint32_t format)
{
	bool copy = delivery == DRM_MIRACAST_DELIVERY_COPY;
	struct drm_miracast_create_context create = {
		.delivery = delivery,
		.format = format,
		.buffer_count = copy ? COPY_BUFFERS : 0,
		.parts = copy ? 1 : 0,
		.max_width = owner->width,
		.max_height = owner->height,
		.max_refresh_mhz = 60100,
	};
	struct miracast *m = calloc(1, sizeof(*m));
	struct mc_device device;
	int ret;

	if (!m)
		return -ENOMEM;
	owner->data = m;
	ret = mc_device_open(NULL, &device);
	if (ret)
		return ret;
	ret = mc_context_create(device.fd, &create, &m->context);
	mc_device_close(&device);
	return ret ? ret : arrive(owner, m);
}

static int open_direct(struct owner *owner)
{
	return open_context(owner, DRM_MIRACAST_DELIVERY_DIRECT, 0);
}

static int open_copy(struct owner *owner)
{
	return open_context(owner, DRM_MIRACAST_DELIVERY_COPY,
			    DRM_FORMAT_XRGB8888);
}

static int open_nv12(struct owner *owner)
{
	return open_context(owner, DRM_MIRACAST_DELIVERY_COPY, DRM_FORMAT_NV12);
}

static int on_message(struct miracast *m,
		      const struct drm_miracast_event_message *message,
		      const uint8_t *payload)
{
	struct drm_miracast_message_buffer_gone gone;
	int ret = 0;

	if (message->code == DRM_MIRACAST_MESSAGE_BUFFER_GONE) {
		memcpy(&gone, payload, sizeof(gone));
		mc_buffers_drop(&m->buffers, gone.buffer);
	}
	if (message->needs_completion)
		ret = mc_complete_message(&m->context, message->number,
					  DRM_MIRACAST_COMPLETION_SUCCESS);
	return ret == -ESTALE ? 0 : ret;
}

/* The next event; NULL when more must be read. */
static const struct drm_miracast_event *next_event(struct miracast *m)
{
	const void *bytes = m->events + m->pos;
	const struct drm_miracast_event *event = bytes;

	if (m->pos == m->used)
		return NULL;
	m->pos += event->length;
	return event;
}

static int read_events(struct owner *owner, struct owner_sample *sample)
{
	struct miracast *m = owner->data;
	struct pollfd fd = { .fd = m->context.fd, .events = POLLIN };
	uint64_t start;
	ssize_t got;

	if (sample->polled && poll(&fd, 1, -1) < 0)
		return -errno;
	start = clock_tick();
	got = read(m->context.fd, m->events, sizeof(m->events));
	sample->ready_tick = clock_tick();
	if (got < 0)
		return -errno;
	sample->calls_ns = clock_span(&owner->clock, sample->ready_tick - start);
	m->used = (size_t)got;
	m->pos = 0;
	return 0;
}

static int take(struct owner *owner, struct owner_sample *sample)
{
	struct miracast *m = owner->data;
	const struct drm_miracast_event_chunk *chunk;
	const struct drm_miracast_event *event;
	struct mc_buffer *buffer;
	const void *bytes;
	int ret = 0;

	for (;;) {
		event = next_event(m);
		if (!event) {
			ret = read_events(owner, sample);
		} else if (event->type == DRM_MIRACAST_EVENT_CHUNK) {
			break;
		} else if (event->type == DRM_MIRACAST_EVENT_MESSAGE) {
			bytes = event;
			ret = on_message(m, bytes, (const uint8_t *)bytes +
					 event->header_size);
		}
		if (ret)
			return ret;
	}
	bytes = event;
	chunk = bytes;
	m->buffer = chunk->buffer;
	m->chunk_id = chunk->chunk_id;
	sample->commit_ns = chunk->commit_time_ns;
	sample->driver_ns = chunk->ready_time_ns - chunk->commit_time_ns;
	return mc_buffers_get(&m->buffers, &m->context, m->buffer, &buffer);
}

static int give(struct owner *owner, struct owner_sample *sample)
{
	struct miracast *m = owner->data;
	struct drm_miracast_statistics now;
	uint64_t start = clock_tick();
	int ret;

	ret = mc_release_chunk(&m->context, m->buffer, m->chunk_id);
	sample->calls_ns += clock_span(&owner->clock, clock_tick() - start);
	if (ret == -ESTALE)
		ret = 0;
	if (ret || owner->board->lean)
		return ret;
	ret = mc_statistics(&m->context, &now);
	sample->capture_ns = now.capture_time_ns - m->before.capture_time_ns;
	sample->bytes = now.bytes_copied - m->before.bytes_copied;
	m->before = now;
	return ret;
}

const struct owner_ops owner_direct = {
	.name = "direct", .driver = "miracast",
	.open = open_direct, .take = take, .give = give,
};

const struct owner_ops owner_copy = {
	.name = "copy", .driver = "miracast",
	.open = open_copy, .take = take, .give = give,
};

const struct owner_ops owner_nv12 = {
	.name = "nv12", .driver = "miracast",
	.open = open_nv12, .take = take, .give = give,
};
