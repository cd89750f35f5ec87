// SPDX-License-Identifier: MIT
/*
 * Owners of evdi, through its library, in its fastest way: one buffer, no cursor blending,
 * events read without a poll() first. Up to three system calls per picture: REQUEST_UPDATE,
 * read(), GRABPIX.
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <evdi_lib.h>

#include "convert.h"
#include "edid_sample.h"
#include "owner.h"

#define MAX_CARDS	64
#define MAX_RECTS	16
#define BUFFER_ID	1

struct evdi {
	evdi_handle handle;
	struct evdi_event_context context;
	struct evdi_rect rects[MAX_RECTS];
	void *pixels;
	struct converter *converter;
	bool updated;
};

static void on_update(int buffer, void *data)
{
	struct evdi *e = data;

	(void)buffer;
	e->updated = true;
}

/* The library is chatty. */
static void on_log(void *data, const char *format, ...)
{
	(void)data;
	(void)format;
}

static evdi_handle open_first(void)
{
	int i;

	for (i = 0; i < MAX_CARDS; i++)
		if (evdi_check_device(i) == AVAILABLE)
			return evdi_open(i);
	return EVDI_INVALID_HANDLE;
}

static int open_evdi(struct owner *owner)
{
	struct evdi_logging logging = { .function = on_log };
	struct evdi *e = calloc(1, sizeof(*e));
	size_t size = (size_t)owner->width * owner->height * 4;
	struct evdi_buffer buffer = {
		.id = BUFFER_ID,
		.width = (int)owner->width,
		.height = (int)owner->height,
		.stride = (int)owner->width * 4,
	};
	uint8_t edid[SAMPLE_SIZE];

	if (!e || posix_memalign(&e->pixels, 4096, size))
		return -ENOMEM;
	owner->data = e;
	memset(e->pixels, 0, size);
	e->context.update_ready_handler = on_update;
	e->context.user_data = e;
	evdi_set_logging(logging);
	e->handle = open_first();
	if (e->handle == EVDI_INVALID_HANDLE)
		return -ENODEV;
	sample_edid(edid);
	evdi_connect(e->handle, edid, sizeof(edid), UINT32_MAX, UINT32_MAX);
	evdi_enable_cursor_events(e->handle, true);
	buffer.buffer = e->pixels;
	buffer.rects = e->rects;
	buffer.rect_count = MAX_RECTS;
	evdi_register_buffer(e->handle, buffer);
	return 0;
}

static int open_evdi_nv12(struct owner *owner)
{
	struct evdi *e;
	int ret = open_evdi(owner);

	if (ret)
		return ret;
	e = owner->data;
	e->converter = convert_new(e->pixels, owner->width, owner->height);
	return e->converter ? 0 : -EOPNOTSUPP;
}

static uint64_t area(const struct evdi *e, int count)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < count; i++)
		sum += (uint64_t)(e->rects[i].x2 - e->rects[i].x1) *
		       (uint64_t)(e->rects[i].y2 - e->rects[i].y1);
	return sum;
}

/* Wait for the event; the time of the read() goes to @sample where known. */
static int await_update(struct owner *owner, struct owner_sample *sample)
{
	struct evdi *e = owner->data;
	struct pollfd fd = {
		.fd = evdi_get_event_ready(e->handle), .events = POLLIN,
	};
	uint64_t start;

	while (!e->updated) {
		if (sample->polled && poll(&fd, 1, -1) < 0)
			return -errno;
		start = clock_tick();
		evdi_handle_events(e->handle, &e->context);
		if (sample->polled)
			sample->calls_ns += clock_span(&owner->clock,
						       clock_tick() - start);
	}
	return 0;
}

static int grab(struct owner *owner, struct owner_sample *sample)
{
	struct evdi *e = owner->data;
	int count = MAX_RECTS;
	uint64_t start = clock_tick(), converted;

	evdi_grab_pixels(e->handle, e->rects, &count);
	converted = clock_tick();
	sample->capture_ns = clock_span(&owner->clock, converted - start);
	sample->calls_ns += sample->capture_ns;
	sample->bytes = 4 * area(e, count);
	if (e->converter && count)
		convert_run(e->converter);
	sample->ready_tick = clock_tick();
	if (e->converter)
		sample->convert_ns = clock_span(&owner->clock,
						sample->ready_tick - converted);
	return count;
}

static int take_evdi(struct owner *owner, struct owner_sample *sample)
{
	struct evdi *e = owner->data;
	uint64_t start;
	int ret;

	do {
		sample->calls_ns = 0;
		start = clock_tick();
		e->updated = evdi_request_update(e->handle, BUFFER_ID);
		sample->calls_ns = clock_span(&owner->clock,
					      clock_tick() - start);
		ret = await_update(owner, sample);
		if (ret)
			return ret;
	} while (!grab(owner, sample));
	return 0;
}

static int give_evdi(struct owner *owner, struct owner_sample *sample)
{
	(void)owner;
	(void)sample;
	return 0;
}

const struct owner_ops owner_evdi = {
	.name = "evdi", .driver = "evdi",
	.open = open_evdi, .take = take_evdi, .give = give_evdi,
};

const struct owner_ops owner_evdi_nv12 = {
	.name = "evdi-nv12", .driver = "evdi",
	.open = open_evdi_nv12, .take = take_evdi, .give = give_evdi,
};
