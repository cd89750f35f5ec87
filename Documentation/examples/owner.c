// SPDX-License-Identifier: MIT
/*
 * A small owner: announces a monitor, and prints what reaches it. COPY only: in DIRECT,
 * buffers may be gone (ESTALE) or mapped when they are revoked (SIGBUS). The owner's
 * guide walks through it. usage: owner [--broker=auto|no|yes] [seconds]
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <drm_fourcc.h>
#include <linux/dma-buf.h>
#include <systemd/sd-bus.h>
#include <xf86drm.h>

#include "miracast_drm.h"

/* --- open --- */
static int open_device(void)
{
	int fd = open("/dev/miracast", O_RDWR | O_CLOEXEC);

	if (fd < 0 && errno != EACCES)
		err(1, "/dev/miracast; is the module loaded?");
	return fd;
}

/* --- broker --- */
static const char *broker = "auto";

static int ask_broker(void)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply;
	const char *connector;
	sd_bus *bus;
	int fd, ret;

	/* The context lasts as long as this connection, which stays. */
	ret = sd_bus_open_system(&bus);
	if (ret >= 0)
		ret = sd_bus_call_method(bus, "org.miracast.Broker1", "/org/miracast/Broker1",
					 "org.miracast.Broker1", "CreateContext", &error, &reply,
					 "a{sv}", 2, "width", "u", 1280, "height", "u", 720);
	if (ret >= 0)
		ret = sd_bus_message_read(reply, "hus", &fd, NULL, &connector);
	if (ret < 0)
		errx(1, "miracast-broker: %s", error.message ? error.message : strerror(-ret));
	printf("context of miracast-broker on %s\n", connector);
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	sd_bus_message_unref(reply);
	return fd;
}

/* --- create --- */
static int create_context(void)
{
	struct drm_miracast_create_context create = {
		.delivery = DRM_MIRACAST_DELIVERY_COPY,
		.format = DRM_FORMAT_XRGB8888,
		.buffer_count = 4,
		.parts = 1,
		.max_width = 1280,
		.max_height = 720,
		.max_refresh_mhz = 60000,
	};
	int device;

	if (!strcmp(broker, "yes"))
		return ask_broker();
	device = open_device();
	if (device < 0 || drmIoctl(device, DRM_IOCTL_MIRACAST_CREATE_CONTEXT, &create)) {
		if (errno == EACCES && strcmp(broker, "no"))
			return ask_broker();
		err(1, errno == ESRCH ? "no compositor has the device yet" :
					 "CREATE_CONTEXT");
	}
	close(device);

	printf("context %" PRIu64 " on connector %u\n",
	       (uint64_t)create.context_number, create.connector_id);
	return create.context_fd;
}

/* --- control --- */
static int context;

static int control(uint32_t code, const void *in, uint32_t in_size,
		   void *out, uint32_t out_size)
{
	struct drm_miracast_io_control args = {
		.code = code,
		.in = (uintptr_t)in,
		.in_size = in_size,
		.out = (uintptr_t)out,
		.out_size = out_size,
	};

	return drmIoctl(context, DRM_IOCTL_MIRACAST_IO_CONTROL, &args);
}

/* --- arrive --- */
static void start(void)
{
	const struct drm_miracast_start_session start = { 0 };
	const struct drm_miracast_mode modes[] = {
		{ .width = 1280, .height = 720, .refresh_mhz = 60000,
		  .flags = DRM_MIRACAST_MODE_FLAG_PREFERRED },
		{ .width = 1280, .height = 720, .refresh_mhz = 30000 },
	};
	const struct drm_miracast_monitor_arrive arrive = {
		.monitor_type = DRM_MIRACAST_MONITOR_TYPE_MIRACAST,
		.modes = (uintptr_t)modes,
		.mode_count = 2,
		.mode_stride = sizeof(modes[0]),
		.vsync_divider = 1,
	};
	struct drm_miracast_session session;

	if (control(DRM_MIRACAST_CODE_START_SESSION, &start, sizeof(start),
		    &session, sizeof(session)))
		err(1, "START_SESSION");
	if (control(DRM_MIRACAST_CODE_MONITOR_ARRIVE, &arrive, sizeof(arrive),
		    NULL, 0))
		err(1, "MONITOR_ARRIVE");
}

/* --- mode --- */
static void mode_set(const struct drm_miracast_event_message *message,
		     const struct drm_miracast_message_mode_set *mode)
{
	const struct drm_miracast_complete_message complete = {
		.number = message->number,
		.status = DRM_MIRACAST_COMPLETION_SUCCESS,
	};

	printf("mode %" PRIu64 ": %ux%u at %u mHz\n", (uint64_t)mode->mode_serial,
	       mode->width, mode->height, mode->refresh_mhz);

	/* Here a real owner sets its encoder and its sink up for the mode. */

	/* ESTALE: another mode was set meanwhile; its message follows. */
	if (control(DRM_MIRACAST_CODE_COMPLETE_MESSAGE, &complete,
		    sizeof(complete), NULL, 0) &&
	    errno != ESTALE)
		err(1, "COMPLETE_MESSAGE");
}

/* --- buffer --- */
static struct mapping {
	uint64_t number;
	struct drm_miracast_buffer info;
	const uint8_t *pixels;
	size_t size;
} mappings[16];

static struct mapping *find_mapping(uint64_t number)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		if (mappings[i].number == number)
			return &mappings[i];
	return NULL;
}

static struct mapping *get_buffer(uint64_t number)
{
	const struct drm_miracast_get_buffer get = { .buffer = number };
	struct mapping *mapping = find_mapping(number);

	if (mapping)
		return mapping;
	mapping = find_mapping(0);
	if (!mapping)
		errx(1, "more buffers than a context can have");

	if (control(DRM_MIRACAST_CODE_GET_BUFFER, &get, sizeof(get),
		    &mapping->info, sizeof(mapping->info)))
		err(1, "GET_BUFFER");
	mapping->size = lseek(mapping->info.fds[0], 0, SEEK_END);
	mapping->pixels = mmap(NULL, mapping->size, PROT_READ, MAP_SHARED,
			       mapping->info.fds[0], 0);
	if (mapping->pixels == MAP_FAILED)
		err(1, "mmap");
	mapping->number = number;
	return mapping;
}

static void buffer_gone(const struct drm_miracast_message_buffer_gone *gone)
{
	struct mapping *mapping = find_mapping(gone->buffer);

	if (!mapping)
		return;
	munmap((void *)mapping->pixels, mapping->size);
	close(mapping->info.fds[0]);
	mapping->number = 0;
}

/* --- chunk --- */
static void sync_buffer(const struct mapping *mapping, uint64_t flags)
{
	struct dma_buf_sync sync = { .flags = flags };

	if (drmIoctl(mapping->info.fds[0], DMA_BUF_IOCTL_SYNC, &sync))
		err(1, "DMA_BUF_IOCTL_SYNC");
}

static void release(const struct drm_miracast_event_chunk *chunk)
{
	struct drm_miracast_release_chunk release = {
		.buffer = chunk->buffer,
		.chunk_id = chunk->chunk_id,
	};

	/* ESTALE: the session ended meanwhile. */
	if (drmIoctl(context, DRM_IOCTL_MIRACAST_RELEASE_CHUNK, &release) &&
	    errno != ESTALE)
		err(1, "RELEASE_CHUNK");
}

static void picture(const struct drm_miracast_event_chunk *chunk,
		    const struct drm_clip_rect *clips)
{
	struct mapping *mapping = get_buffer(chunk->buffer);
	const struct drm_miracast_plane *plane = &mapping->info.planes[0];
	const uint8_t *line;
	uint64_t damaged = 0;
	uint32_t first;
	unsigned int i;

	for (i = 0; i < chunk->clip_count; i++)
		damaged += (uint64_t)(clips[i].x2 - clips[i].x1) *
			   (clips[i].y2 - clips[i].y1);

	/* Here a real owner encodes; the buffer may also go to a codec as it is. */
	sync_buffer(mapping, DMA_BUF_SYNC_READ | DMA_BUF_SYNC_START);
	line = mapping->pixels + plane->offset +
	       (size_t)chunk->src_y * plane->pitch;
	memcpy(&first, line + 4 * (size_t)chunk->src_x, sizeof(first));
	sync_buffer(mapping, DMA_BUF_SYNC_READ | DMA_BUF_SYNC_END);

	printf("frame %" PRIu64 " in buffer %" PRIu64 ": %" PRIu64
	       " pixels in %u clips%s, %u skipped, first pixel %06x\n",
	       (uint64_t)DRM_MIRACAST_FRAME_OF_CHUNK_ID(chunk->chunk_id),
	       (uint64_t)chunk->buffer, damaged, chunk->clip_count,
	       chunk->base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL ?
	       " (full)" : "",
	       chunk->skipped, first & 0xffffff);
	release(chunk);
}

/* --- events --- */
static void picture_state(const struct drm_miracast_message_picture_state *now)
{
	if (now->picture_state == DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER)
		printf("somebody else's screen is in front\n");
	else
		printf("picture state %u\n", now->picture_state);
}

static void message(const struct drm_miracast_event_message *event)
{
	const void *payload = (const char *)event + event->base.header_size;

	switch (event->code) {
	case DRM_MIRACAST_MSG_MODE_SET:
		mode_set(event, payload);
		break;
	case DRM_MIRACAST_MSG_BUFFER_GONE:
		buffer_gone(payload);
		break;
	case DRM_MIRACAST_MSG_PICTURE_STATE:
		picture_state(payload);
		break;
	}
}

static void dispatch(const struct drm_miracast_event *event)
{
	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
		picture((const void *)event,
			(const void *)((const char *)event + event->header_size));
	else if (event->type == DRM_MIRACAST_EVENT_TYPE_MESSAGE)
		message((const void *)event);
}

static void read_events(void)
{
	static uint64_t buffer[4 * DRM_MIRACAST_EVENT_BYTES / sizeof(uint64_t)];
	const char *at = (const char *)buffer;
	ssize_t left = read(context, buffer, sizeof(buffer));

	if (left < 0 && errno != EAGAIN && errno != EINTR)
		err(1, "read");

	while (left > 0) {
		const struct drm_miracast_event *event = (const void *)at;

		dispatch(event);
		at += event->length;
		left -= event->length;
	}
}

/* --- end --- */

int main(int argc, char **argv)
{
	struct pollfd poll_fd;
	time_t end;

	if (argc > 1 && !strncmp(argv[1], "--broker=", 9)) {
		broker = argv[1] + 9;
		argv++;
		argc--;
	}
	end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 10);
	setvbuf(stdout, NULL, _IOLBF, 0);
	context = create_context();
	start();

	poll_fd.fd = context;
	poll_fd.events = POLLIN;
	while (time(NULL) < end)
		if (poll(&poll_fd, 1, 1000) > 0)
			read_events();

	close(context);
	return 0;
}
