// SPDX-License-Identifier: MIT
/*
 * The owner of owner.c on libmiracast: announces a monitor, keeps its picture up to
 * date, and prints what happens. As root, or with a context of miracast-broker as
 * file descriptor 3: library-owner [seconds]
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <drm_fourcc.h>
#include <miracast/miracast.h>

#define BROKERS_FD	3

static struct mc_context context;
static struct mc_buffers buffers;
static struct mc_picture picture;

static void check(int ret, const char *what)
{
	if (ret < 0) {
		errno = -ret;
		err(1, "%s", what);
	}
}

/* --- create --- */
static void create(const struct mc_monitor *monitor)
{
	struct drm_miracast_create_context want = {
		.flags = DRM_MIRACAST_CONTEXT_FLAG_CONTROL,
		.delivery = DRM_MIRACAST_DELIVERY_COPY,
		.format = DRM_FORMAT_XRGB8888,
		.buffer_count = 3,
		.parts = 1,
	};
	struct drm_miracast_query_caps caps;
	struct mc_device device;

	check(mc_device_open_node(NULL, &device), "no miracast device");
	check(mc_device_caps(&device, &caps), "capabilities");
	mc_monitor_limits(monitor, &caps, &want);
	check(mc_context_create(device.fd, &want, &context), "context");
	mc_device_close(&device);
}

/* --- message --- */
static void mode_set(const struct mc_event *event)
{
	const struct drm_miracast_message_mode_set *mode = &event->payload.mode_set;
	char text[MC_MODE_TEXT];
	int ret;

	printf("mode %s\n", mc_mode_format(mode->width, mode->height,
					   mode->refresh_mhz, text));
	check(mc_picture_resize(&picture, mode->width, mode->height), "picture");
	/* Here a real owner sends M4 to its sink, and waits for the answer. */
	ret = mc_complete_message(&context, event->message.number,
				  DRM_MIRACAST_COMPLETION_SUCCESS);
	if (ret != -ESTALE)
		check(ret, "answer");
}

static void message(const struct mc_event *event)
{
	if (event->message.code == DRM_MIRACAST_MSG_MODE_SET)
		mode_set(event);
	else if (event->message.code == DRM_MIRACAST_MSG_BUFFER_GONE)
		mc_buffers_drop(&buffers, &context, event->payload.buffer_gone.buffer);
}

/* --- chunk --- */
static void chunk(const struct mc_event *event)
{
	struct mc_buffer *buffer;
	uint64_t damaged = 0;
	int ret;

	ret = mc_buffers_get(&buffers, &context, event->chunk.buffer, &buffer);
	if (!ret) {
		check(mc_buffer_begin(buffer), "buffer");
		/* Fails for a chunk of the mode before, which nobody needs. */
		ret = mc_picture_apply(&picture, event, buffer, &damaged);
		check(mc_buffer_end(buffer), "buffer");
	}
	if (!ret)
		printf("picture %" PRIu64 ": %" PRIu64 " pixels are new, the first is %06x\n",
		       picture.serial, damaged, picture.pixels[0] & 0xffffff);
	/* ESTALE: the session has ended. */
	ret = mc_release_chunk(&context, event->chunk.buffer, event->chunk.chunk_id);
	if (ret != -ESTALE)
		check(ret, "release");
}

/* --- loop --- */
static void serve(struct mc_events *events)
{
	struct mc_event event;
	int ret;

	check(mc_events_read(events), "read");
	while ((ret = mc_events_next(events, &event)) > 0) {
		if (event.type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
			chunk(&event);
		else
			message(&event);
	}
	check(ret, "events");
}

static void run(time_t end)
{
	struct pollfd fds[] = {
		{ .fd = context.fd, .events = POLLIN },
		{ .fd = context.control_fd, .events = POLLPRI },
	};
	struct mc_events events;
	uint64_t master;

	check(mc_events_init(&events, context.fd), "events");
	if (context.control_fd >= 0)
		check(mc_pin_current(&context, &master), "pin");
	while (time(NULL) < end) {
		if (poll(fds, 2, 1000) < 0 && errno != EINTR)
			err(1, "poll");
		if (fds[0].revents)
			serve(&events);
		/* The compositor has changed: the monitor is for the new one. */
		if (fds[1].revents & POLLPRI)
			check(mc_pin_current(&context, &master), "pin");
	}
	mc_events_fini(&events);
}

/* --- end --- */
int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 10);
	struct mc_monitor monitor = {
		.mode_count = 1,
		.type = DRM_MIRACAST_MONITOR_TYPE_MIRACAST,
		.divider = 1,
	};
	uint64_t session;

	setvbuf(stdout, NULL, _IOLBF, 0);
	check(mc_mode_parse("1280x720@60", &monitor.modes[0]), "mode");
	if (mc_context_adopt(BROKERS_FD, &context))
		create(&monitor);
	fcntl(context.fd, F_SETFL, fcntl(context.fd, F_GETFL) | O_NONBLOCK);
	printf("context %" PRIu64 " on connector %u\n", context.number,
	       context.connector_id);
	check(mc_start_session(&context, &session), "session");
	check(mc_monitor_arrive(&context, &monitor), "monitor");
	run(end);
	mc_buffers_clear(&buffers);
	mc_picture_free(&picture);
	mc_context_close(&context);
	return 0;
}
