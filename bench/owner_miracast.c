// SPDX-License-Identifier: MIT
/*
 * Owners of the miracast driver. A picture costs two system calls, read() and
 * RELEASE_CHUNK; buffers are asked for and mapped when they are first seen.
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "buffers.h"
#include "context.h"
#include "device.h"
#include "events.h"
#include "monitor.h"
#include "owner.h"

#define COPY_BUFFERS	3

struct miracast {
	struct mc_context context;
	struct mc_buffers buffers;
	struct drm_miracast_statistics before;
	uint64_t buffer, chunk_id;
	struct mc_events events;
	struct mc_event event;
};

static int arrive(struct owner *owner, struct miracast *m)
{
	struct mc_monitor monitor = {
		.modes = { {
			.width = owner->width, .height = owner->height,
			.refresh_mhz = 60000,
			.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
		} },
		.mode_count = 1,
		.type = DRM_MIRACAST_MONITOR_TYPE_MIRACAST,
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

/* @buffers: 0 for DIRECT. */
static int open_context(struct owner *owner, uint32_t buffers, uint32_t format)
{
	/* There is no DRM master yet: the client starts later. */
	struct drm_miracast_create_context create = {
		.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER,
		.delivery = buffers ? DRM_MIRACAST_DELIVERY_COPY :
				      DRM_MIRACAST_DELIVERY_DIRECT,
		.format = format,
		.buffer_count = buffers,
		.parts = buffers ? 1 : 0,
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
	if (!ret)
		ret = mc_events_init(&m->events, m->context.fd);
	return ret ? ret : arrive(owner, m);
}

static int open_direct(struct owner *owner)
{
	return open_context(owner, 0, 0);
}

static int open_copy(struct owner *owner)
{
	return open_context(owner, COPY_BUFFERS, DRM_FORMAT_XRGB8888);
}

static int open_copy_two(struct owner *owner)
{
	return open_context(owner, 2, DRM_FORMAT_XRGB8888);
}

static int open_nv12(struct owner *owner)
{
	return open_context(owner, COPY_BUFFERS, DRM_FORMAT_NV12);
}

static int on_message(struct miracast *m)
{
	const struct mc_event *event = &m->event;
	int ret = 0;

	if (event->message.code == DRM_MIRACAST_MSG_BUFFER_GONE)
		mc_buffers_drop(&m->buffers, &m->context,
				event->payload.buffer_gone.buffer);
	if (event->message.needs_completion)
		ret = mc_complete_message(&m->context, event->message.number,
					  DRM_MIRACAST_COMPLETION_SUCCESS);
	return ret == -ESTALE ? 0 : ret;
}

static int read_events(struct owner *owner, struct owner_sample *sample)
{
	struct miracast *m = owner->data;
	struct pollfd fd = { .fd = m->context.fd, .events = POLLIN };
	uint64_t start;
	int got;

	if (sample->polled && poll(&fd, 1, -1) < 0)
		return -errno;
	start = clock_tick();
	got = mc_events_read(&m->events);
	sample->ready_tick = clock_tick();
	if (got < 0)
		return got;
	sample->calls_ns = clock_span(&owner->clock, sample->ready_tick - start);
	return 0;
}

static int take(struct owner *owner, struct owner_sample *sample)
{
	struct miracast *m = owner->data;
	const struct drm_miracast_event_chunk *chunk = &m->event.chunk;
	struct mc_buffer *buffer;
	int ret;

	for (;;) {
		ret = mc_events_next(&m->events, &m->event);
		if (!ret)
			ret = read_events(owner, sample);
		else if (ret > 0 && m->event.type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
			break;
		else if (ret > 0)
			ret = on_message(m);
		if (ret < 0)
			return ret;
	}
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
	if (ret == DRM_MIRACAST_RELEASE_RESULT_REVOKED)
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

const struct owner_ops owner_copy_two = {
	.name = "copy-two", .driver = "miracast",
	.open = open_copy_two, .take = take, .give = give,
};

/* The same owners; only the client's memory differs. */
const struct owner_ops owner_copy_wc = {
	.name = "copy-wc", .driver = "miracast",
	.open = open_copy, .take = take, .give = give,
};

const struct owner_ops owner_nv12_wc = {
	.name = "nv12-wc", .driver = "miracast",
	.open = open_nv12, .take = take, .give = give,
};
