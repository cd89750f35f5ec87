// SPDX-License-Identifier: MIT
/*
 * A compositor that casts its own screen, which is black: the DRM master makes a context
 * without any capability, and nobody else's screen gets in there. It waits for the first
 * picture. How an owner goes on, and reads pictures, is in owner.c.
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>
#include <drm_fourcc.h>
#include <xf86drm.h>
#include <xf86drmMode.h>
#include "miracast_drm.h"

#define TRY(call) ({ __typeof__(call) got = (call); if (got < 0) err(1, #call); got; })

static int context, pictures;

static void control(uint32_t code, const void *in, uint32_t size)
{
	TRY(drmIoctl(context, DRM_IOCTL_MIRACAST_IO_CONTROL, &(struct drm_miracast_io_control) {
		.code = code, .in = (uintptr_t)in, .in_size = size }));
}

static void compose(int card, uint32_t connector_id, uint32_t crtc_id)
{
	drmModeConnector *connector = drmModeGetConnector(card, connector_id);
	uint32_t handle, pitch, fb;
	uint64_t size;

	if (!connector || !connector->count_modes)
		errx(1, "the monitor is not there");
	TRY(drmModeCreateDumbBuffer(card, 640, 480, 32, 0, &handle, &pitch, &size));
	TRY(drmModeAddFB(card, 640, 480, 24, 32, pitch, handle, &fb));
	TRY(drmModeSetCrtc(card, crtc_id, fb, 0, 0, &connector_id, 1, connector->modes));
}

static void handle(const struct drm_miracast_event *event)
{
	const struct drm_miracast_event_message *message = (const void *)event;
	const struct drm_miracast_event_chunk *chunk = (const void *)event;
	struct drm_miracast_complete_message done = { 0 };

	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
		printf("chunk of %ux%u\n", chunk->width, chunk->height);
		TRY(drmIoctl(context, DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
			     &(struct drm_miracast_release_chunk) {
			.buffer = chunk->buffer, .chunk_id = chunk->chunk_id }));
		pictures++;
	} else if (event->type == DRM_MIRACAST_EVENT_TYPE_MESSAGE && message->needs_completion) {
		done.number = message->number;
		control(DRM_MIRACAST_CODE_COMPLETE_MESSAGE, &done, sizeof(done));
	}
}

int main(void)
{
	struct drm_miracast_create_context create = {
		.delivery = DRM_MIRACAST_DELIVERY_COPY, .format = DRM_FORMAT_XRGB8888,
		.buffer_count = 2, .parts = 1,
		.max_width = 640, .max_height = 480, .max_refresh_mhz = 60000,
	};
	/* Without a list of modes, 640x480 is the only one. */
	const struct drm_miracast_monitor_arrive arrive = {
		.monitor_type = DRM_MIRACAST_MONITOR_TYPE_MIRACAST, .vsync_divider = 1,
	};
	const struct drm_miracast_start_session start = { 0 };
	uint64_t events[DRM_MIRACAST_EVENT_BYTES / 8];
	int card = TRY(drmOpen("miracast", NULL));

	/* Also when it is master already: one by accident does not count. */
	TRY(drmSetMaster(card));
	TRY(drmIoctl(card, DRM_IOCTL_MIRACAST_CREATE_CONTEXT, &create));
	context = create.context_fd;
	control(DRM_MIRACAST_CODE_START_SESSION, &start, sizeof(start));
	control(DRM_MIRACAST_CODE_MONITOR_ARRIVE, &arrive, sizeof(arrive));
	compose(card, create.connector_id, create.crtc_id);
	while (!pictures) {
		const char *at = (const char *)events, *end = at;

		for (end += TRY(read(context, events, sizeof(events))); at < end;
		     at += ((const struct drm_miracast_event *)at)->length)
			handle((const void *)at);
	}
	return 0;
}
