// SPDX-License-Identifier: MIT
/*
 * The device, as the test of the whole miracastctl plays it. The context is one end of a
 * socket pair of whole events; a mode is set when the monitor arrives, and pictures follow.
 * Variables of the environment change that:
 *
 * DEVICE_PICTURES	how many pictures come; unset: without end
 * DEVICE_PERIOD_US	the time between two
 * DEVICE_WIDTH, DEVICE_HEIGHT	their size
 * DEVICE_REVOKE	the picture whose memory is taken away when it is about to be read
 * DEVICE_DENY		no context is permitted
 * DEVICE_STATE		a picture state that is reported before the pictures
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <xf86drm.h>

#include "miracast_drm.h"

/* A file that is high is in nobody's way. */
#define HIGH_FD		100

static uint16_t width, height;
static int context_fd = -1, feed_fd = -1;
static atomic_bool stopped;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Both begin at 1; the buffer's memory is new when that was taken away. */
static uint64_t picture = 1, buffer = 1;
static bool full = true;

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value ? strtoull(value, NULL, 10) : otherwise;
}

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list more;

	if (!strcmp(path, "/dev/miracast"))
		path = "/dev/null";
	va_start(more, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(more, mode_t);
	va_end(more);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static void send_message(uint32_t code, const void *payload, size_t size)
{
	struct {
		struct drm_miracast_event_message head;
		uint8_t payload[64];
	} event = {
		.head = {
			.base = {
				.type = DRM_MIRACAST_EVENT_TYPE_MESSAGE,
				.header_size = sizeof(event.head),
				.length = (uint32_t)(sizeof(event.head) + size),
			},
			.number = 1, .session = 1, .code = code,
			.needs_completion = code == DRM_MIRACAST_MSG_MODE_SET,
		},
	};

	memcpy(event.payload, payload, size);
	send(feed_fd, &event, event.head.base.length, MSG_NOSIGNAL);
}

/* Returns false when nobody is there any more. */
static bool send_picture(void)
{
	struct {
		struct drm_miracast_event_chunk chunk;
		struct drm_clip_rect clip;
	} event = {
		.chunk = {
			.base = {
				.type = DRM_MIRACAST_EVENT_TYPE_CHUNK,
				.header_size = sizeof(event.chunk),
				.length = sizeof(event.chunk) + sizeof(event.clip),
			},
			.session = 1, .mode_serial = 1,
			.width = width, .height = height, .clip_count = 1,
		},
		.clip = { .x2 = width, .y2 = height },
	};

	pthread_mutex_lock(&lock);
	event.chunk.base.flags = full ? DRM_MIRACAST_CHUNK_FLAG_FULL : 0;
	event.chunk.buffer = buffer;
	event.chunk.chunk_id = DRM_MIRACAST_MAKE_CHUNK_ID(picture, 0);
	full = false;
	picture++;
	pthread_mutex_unlock(&lock);
	return send(feed_fd, &event, event.chunk.base.length, MSG_NOSIGNAL) > 0;
}

static void *feed(void *data)
{
	struct drm_miracast_message_mode_set mode = {
		.mode_serial = 1, .width = width, .height = height, .refresh_mhz = 60000,
	};
	struct drm_miracast_message_picture_state state = {
		.picture_state = (uint32_t)number("DEVICE_STATE", 0),
	};
	uint64_t left = number("DEVICE_PICTURES", UINT64_MAX);

	(void)data;
	send_message(DRM_MIRACAST_MSG_MODE_SET, &mode, sizeof(mode));
	if (getenv("DEVICE_STATE"))
		send_message(DRM_MIRACAST_MSG_PICTURE_STATE, &state, sizeof(state));
	while (left-- && !atomic_load(&stopped) && send_picture())
		usleep((useconds_t)number("DEVICE_PERIOD_US", 500));
	return NULL;
}

/* All signals are the program's. */
static void start_feeding(void)
{
	sigset_t all, before;
	pthread_t thread;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&thread, NULL, feed, NULL))
		abort();
	pthread_detach(thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static int query_caps(struct drm_miracast_query_caps *caps)
{
	*caps = (struct drm_miracast_query_caps){
		.abi_major = 1, .card_major = 226, .card_minor = 77,
		.max_width = 4096, .max_height = 2304,
		.min_refresh_mhz = 23000, .max_refresh_mhz = 121000,
		.max_edid_blocks = 256, .max_modes = 64, .min_buffers = 2, .max_buffers = 16,
		.targets_total = 1, .targets_free = 1,
		.encoder_slots_total = 1, .encoder_slots_free = 1,
		.macroblock_rate_total = 4000000, .macroblock_rate_free = 4000000,
		.picture_memory_total = 1 << 30, .picture_memory_free = 1 << 30,
	};
	return 0;
}

static int create_context(struct drm_miracast_create_context *context)
{
	int ends[2];

	if (getenv("DEVICE_DENY")) {
		errno = EACCES;
		return -1;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -1;
	width = (uint16_t)number("DEVICE_WIDTH", 640);
	height = (uint16_t)number("DEVICE_HEIGHT", 480);
	context_fd = ends[0];
	feed_fd = fcntl(ends[1], F_DUPFD_CLOEXEC, HIGH_FD);
	close(ends[1]);
	context->context_fd = context_fd;
	context->control_fd = eventfd(0, EFD_CLOEXEC);
	context->connector_id = 31;
	context->crtc_id = 30;
	context->context_number = 1;
	return 0;
}

/* Noise takes its time to be compressed. */
static int make_memory(void)
{
	size_t count = (size_t)width * height, i;
	int fd = memfd_create("buffer", MFD_CLOEXEC);
	uint32_t *map, value = 1;

	if (ftruncate(fd, (off_t)(count * sizeof(*map))))
		abort();
	map = mmap(NULL, count * sizeof(*map), PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		abort();
	for (i = 0; i < count; i++) {
		value = value * 1664525 + 1013904223;
		map[i] = value;
	}
	munmap(map, count * sizeof(*map));
	return fd;
}

static void get_buffer(struct drm_miracast_buffer *info)
{
	int i;

	pthread_mutex_lock(&lock);
	info->buffer = buffer;
	pthread_mutex_unlock(&lock);
	info->fourcc = DRM_FORMAT_XRGB8888;
	info->width = width;
	info->height = height;
	info->plane_count = 1;
	info->object_count = 1;
	info->planes[0].pitch = width * 4u;
	for (i = 0; i < DRM_MIRACAST_MAX_PLANES; i++)
		info->fds[i] = -1;
	info->fds[0] = make_memory();
}

/* What nobody has read is dropped. */
static void stop(void)
{
	static const struct drm_miracast_message_stopped cause = {
		.cause = DRM_MIRACAST_CAUSE_OWNER,
	};
	uint8_t event[512];

	atomic_store(&stopped, true);
	while (recv(context_fd, event, sizeof(event), MSG_DONTWAIT) > 0)
		;
	send_message(DRM_MIRACAST_MSG_STOPPED, &cause, sizeof(cause));
}

static int io_control(const struct drm_miracast_io_control *control)
{
	void *out = (void *)(uintptr_t)control->out;

	switch (control->code) {
	case DRM_MIRACAST_CODE_START_SESSION:
		*(uint64_t *)out = 1;
		break;
	case DRM_MIRACAST_CODE_STOP_SESSION:
		stop();
		break;
	case DRM_MIRACAST_CODE_MONITOR_ARRIVE:
		start_feeding();
		break;
	case DRM_MIRACAST_CODE_GET_BUFFER:
		get_buffer(out);
		break;
	case DRM_MIRACAST_CODE_REQUEST_FRAME:
		pthread_mutex_lock(&lock);
		full = true;
		pthread_mutex_unlock(&lock);
		break;
	default:
		break;
	}
	return 0;
}

/* What the kernel allows until the moment at which it does not. */
static void take_away(int fd)
{
	static uint64_t read_count;

	if (++read_count != number("DEVICE_REVOKE", 0))
		return;
	pthread_mutex_lock(&lock);
	buffer++;
	pthread_mutex_unlock(&lock);
	if (ftruncate(fd, 0))
		abort();
}

int drmIoctl(int fd, unsigned long request, void *arg)
{
	const struct dma_buf_sync *sync = arg;

	if (request == DRM_IOCTL_MIRACAST_QUERY_CAPS)
		return query_caps(arg);
	if (request == DRM_IOCTL_MIRACAST_CREATE_CONTEXT)
		return create_context(arg);
	if (request == DRM_IOCTL_MIRACAST_IO_CONTROL)
		return io_control(arg);
	if (request == DMA_BUF_IOCTL_SYNC && !(sync->flags & DMA_BUF_SYNC_END))
		take_away(fd);
	return 0;
}
