// SPDX-License-Identifier: MIT
/*
 * The ioctls by bare system calls, with no library: built as a 32-bit program, and run on a
 * 64-bit kernel. usage: abi CARD
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <drm_fourcc.h>
#include <miracast_drm.h>

static void expect(long long got, long long want, const char *what)
{
	if (got == want)
		return;
	fprintf(stderr, "%s: got %lld, expected %lld\n", what, got, want);
	exit(1);
}

static int result(int ret)
{
	return ret < 0 ? -errno : 0;
}

static struct drm_miracast_create_context limits(void)
{
	return (struct drm_miracast_create_context) {
		.delivery = DRM_MIRACAST_DELIVERY_COPY,
		.format = DRM_FORMAT_XRGB8888,
		.buffer_count = 2,
		.parts = 1,
		.max_width = 1280,
		.max_height = 720,
		.max_refresh_mhz = 60000,
	};
}

static int control(int fd, uint32_t code, const void *in, size_t in_size,
		   void *out, size_t out_size)
{
	struct drm_miracast_io_control args = {
		.code = code,
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
		.in_size = (uint32_t)in_size,
		.out_size = (uint32_t)out_size,
	};
	int ret = result(ioctl(fd, DRM_IOCTL_MIRACAST_IO_CONTROL, &args));

	if (!ret)
		expect(args.bytes_returned, (long long)out_size,
		       "bytes_returned");
	return ret;
}

static void check_state(int fd, uint32_t want)
{
	struct drm_miracast_get_statistics in = { .flags = 0 };
	struct drm_miracast_statistics out;

	expect(control(fd, DRM_MIRACAST_CODE_GET_STATISTICS, &in, sizeof(in),
		       &out, sizeof(out)),
	       0, "GET_STATISTICS");
	expect(out.state, want, "state");
}

static void start(int fd)
{
	struct drm_miracast_start_session in = { .flags = 0 };
	struct drm_miracast_session out = { .session = 0 };

	expect(control(fd, DRM_MIRACAST_CODE_START_SESSION, &in, sizeof(in),
		       &out, sizeof(out)),
	       0, "START_SESSION");
	expect(out.session > 0, 1, "session");
	check_state(fd, DRM_MIRACAST_STATE_STARTED);
}

static void arrive(int fd)
{
	struct drm_miracast_mode mode = {
		.width = 1280,
		.height = 720,
		.refresh_mhz = 60000,
		.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
	};
	struct drm_miracast_monitor_arrive in = {
		.modes = (uintptr_t)&mode,
		.mode_count = 1,
		.mode_stride = sizeof(mode),
		.vsync_divider = 1,
	};

	expect(control(fd, DRM_MIRACAST_CODE_MONITOR_ARRIVE, &in, sizeof(in),
		       NULL, 0),
	       0, "MONITOR_ARRIVE");
	check_state(fd, DRM_MIRACAST_STATE_MONITOR);
}

static void stop(int fd)
{
	struct drm_miracast_stop_session in = { .flags = 0 };
	struct drm_miracast_event_message *message;
	uint64_t bytes[DRM_MIRACAST_EVENT_BYTES / 8];
	ssize_t length;

	expect(control(fd, DRM_MIRACAST_CODE_STOP_SESSION, &in, sizeof(in),
		       NULL, 0),
	       0, "STOP_SESSION");
	length = read(fd, bytes, sizeof(bytes));
	message = (void *)bytes;
	expect(length, message->base.length, "length of the event");
	expect(message->base.type, DRM_MIRACAST_EVENT_TYPE_MESSAGE, "its type");
	expect(message->code, DRM_MIRACAST_MSG_STOPPED, "its code");
}

int main(int argc, char **argv)
{
	struct drm_miracast_query_caps caps = { .flags = 0 };
	struct drm_miracast_create_context args = limits(), again;
	struct drm_miracast_release_chunk chunk = { .buffer = 1, .chunk_id = 1 };
	int card = argc == 2 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1, fd;
	char byte;

	if (card < 0) {
		fprintf(stderr, "usage: abi CARD\n");
		return 2;
	}
	expect(result(ioctl(card, DRM_IOCTL_MIRACAST_QUERY_CAPS, &caps)), 0,
	       "QUERY_CAPS");
	expect(caps.targets_free > 0, 1, "free targets");
	/* A master that never asked to be one creates no context for itself. */
	expect(result(ioctl(card, DRM_IOCTL_SET_MASTER, 0)), 0, "SET_MASTER");
	expect(result(ioctl(card, DRM_IOCTL_MIRACAST_CREATE_CONTEXT, &args)), 0,
	       "CREATE_CONTEXT");
	again = limits();
	again.connector_id = args.connector_id;
	expect(result(ioctl(card, DRM_IOCTL_MIRACAST_CREATE_CONTEXT, &again)),
	       -EBUSY, "CREATE_CONTEXT of the same target");
	fd = args.context_fd;
	start(fd);
	arrive(fd);
	expect(result(ioctl(fd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK, &chunk)),
	       -ENOENT, "RELEASE_CHUNK");
	stop(fd);
	expect(result(ioctl(fd, DRM_IOCTL_MIRACAST_DESTROY_CONTEXT)), 0,
	       "DESTROY_CONTEXT");
	expect(result((int)read(fd, &byte, 1)), -ESTALE, "read()");
	printf("%zu-bit: every call answers as it should\n", 8 * sizeof(long));
	return 0;
}
