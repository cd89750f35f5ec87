// SPDX-License-Identifier: MIT
/*
 * A context without a driver: its answers to ioctl(), and what it sends. The system's
 * ioctl() and read() are called for all other files.
 */
#include <dlfcn.h>
#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fakecontext.h"

static GMutex fake_lock;
static struct fake *fakes[FAKE_CONTEXTS];

static void *fake_symbol(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* Duplicates are the same file. The lock is held. */
static struct fake *fake_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISSOCK(st.st_mode))
		return NULL;
	for (guint nth = 0; nth < FAKE_CONTEXTS; nth++)
		if (fakes[nth] && fakes[nth]->inode == st.st_ino)
			return fakes[nth];
	return NULL;
}

/* --- IO_CONTROL ------------------------------------------------------------------- */

static int fake_give(const struct drm_miracast_io_control *arg, const void *out, gsize size)
{
	memcpy((void *)(guintptr)arg->out, out, MIN(size, arg->out_size));
	return 0;
}

static int fake_arrive(struct fake *fake, const struct drm_miracast_monitor_arrive *in)
{
	if (fake->state == DRM_MIRACAST_STATE_CREATED)
		return -ENOTCONN;
	fake->state = DRM_MIRACAST_STATE_MONITOR;
	fake->arrivals++;
	fake->mode_count = MIN(in->mode_count, (guint)G_N_ELEMENTS(fake->modes));
	if (fake->mode_count)
		memcpy(fake->modes, (const void *)(guintptr)in->modes,
		       fake->mode_count * sizeof(fake->modes[0]));
	fake->edid_size = MIN(in->edid_size, (guint)sizeof(fake->edid));
	if (fake->edid_size)
		memcpy(fake->edid, (const void *)(guintptr)in->edid, fake->edid_size);
	return 0;
}

static int fake_get_buffer(struct fake *fake, const struct drm_miracast_io_control *arg)
{
	const struct drm_miracast_get_buffer *in = (const void *)(guintptr)arg->in;
	struct drm_miracast_buffer info;
	const struct fake_buffer *buffer;

	if (!in->buffer || in->buffer > FAKE_BUFFERS)
		return -ENOENT;
	buffer = &fake->buffers[in->buffer - 1];
	if (buffer->error)
		return buffer->error;
	if (buffer->fd < 0)
		return -ENOENT;
	info = buffer->info;
	for (guint nth = 0; nth < DRM_MIRACAST_MAX_PLANES; nth++)
		info.fds[nth] = nth < info.object_count && nth < DRM_MIRACAST_MAX_PLANES ?
					dup(buffer->fd) :
					-1;
	return fake_give(arg, &info, sizeof(info));
}

/* As the driver does: elements beyond the counts are kept for later versions. */
static gboolean has_more(const struct drm_miracast_owner_buffer *buffer)
{
	static const struct drm_miracast_plane none;

	for (guint nth = buffer->plane_count; nth < DRM_MIRACAST_MAX_PLANES; nth++)
		if (memcmp(&buffer->planes[nth], &none, sizeof(none)))
			return TRUE;
	for (guint nth = buffer->object_count; nth < DRM_MIRACAST_MAX_PLANES; nth++)
		if (buffer->fds[nth] && buffer->fds[nth] != -1)
			return TRUE;
	return FALSE;
}

/* The buffers are called 1, 2, 3 from then on. */
static int fake_set_buffers(struct fake *fake, const struct drm_miracast_set_buffers *in)
{
	const struct drm_miracast_owner_buffer *all = (const void *)(guintptr)in->buffers;

	if (fake->set_buffers_error)
		return fake->set_buffers_error;
	if (in->count != fake->info.buffer_count || in->stride != sizeof(*all))
		return -EINVAL;
	for (guint nth = 0; nth < in->count; nth++) {
		struct fake_buffer *buffer = &fake->buffers[nth];

		if (has_more(&all[nth]))
			return -EINVAL;
		if (buffer->fd >= 0)
			close(buffer->fd);
		buffer->fd = dup(all[nth].fds[0]);
		memset(&buffer->info, 0, sizeof(buffer->info));
		buffer->info.buffer = nth + 1;
		buffer->info.fourcc = fake->info.format;
		buffer->info.width = 64;
		buffer->info.height = 48;
		buffer->info.plane_count = all[nth].plane_count;
		buffer->info.object_count = all[nth].object_count;
		memcpy(buffer->info.planes, all[nth].planes, sizeof(all[nth].planes));
	}
	fake->owned_count = in->count;
	return 0;
}

static int fake_complete(struct fake *fake, const struct drm_miracast_complete_message *in)
{
	if (in->number < fake->message)
		return -ESTALE;
	if (in->number > fake->message || in->number == fake->completed)
		return -EALREADY;
	if (fake->accept_error && in->status == DRM_MIRACAST_COMPLETION_SUCCESS)
		return fake->accept_error;
	fake->completed = in->number;
	fake->status = in->status;
	fake->completions++;
	return 0;
}

void fake_write(struct fake *fake, const void *event, gsize size)
{
	if (write(fake->other_fd, event, size) != (gssize)size)
		g_error("cannot write an event: %s", g_strerror(errno));
}

/* The session's last event. Nobody need read it, and it stays until somebody does. */
static int fake_stop(struct fake *fake)
{
	struct {
		struct drm_miracast_event_message message;
		struct drm_miracast_message_stopped stopped;
	} event = {
		.message.base.type = DRM_MIRACAST_EVENT_TYPE_MESSAGE,
		.message.base.length = sizeof(event),
		.message.base.header_size = sizeof(event.message),
		.message.session = fake->session,
		.message.code = DRM_MIRACAST_MSG_STOPPED,
		.stopped.cause = DRM_MIRACAST_CAUSE_OWNER,
	};

	if (fake->state == DRM_MIRACAST_STATE_CREATED)
		return -ENOTCONN;
	fake->stops++;
	fake->state = DRM_MIRACAST_STATE_CREATED;
	fake->unreleased = 0;
	fake_write(fake, &event, sizeof(event));
	return 0;
}

static int fake_depart(struct fake *fake)
{
	if (fake->state != DRM_MIRACAST_STATE_MONITOR)
		return -ENOTCONN;
	fake->departures++;
	fake->state = DRM_MIRACAST_STATE_STARTED;
	return 0;
}

static int fake_start(struct fake *fake, const struct drm_miracast_io_control *arg)
{
	struct drm_miracast_session out = { .session = fake->session + 1 };

	if (fake->state != DRM_MIRACAST_STATE_CREATED)
		return -EALREADY;
	fake->session++;
	fake->state = DRM_MIRACAST_STATE_STARTED;
	return fake_give(arg, &out, sizeof(out));
}

static int fake_set_rate(struct fake *fake, const struct drm_miracast_set_rate *in)
{
	if (fake->state == DRM_MIRACAST_STATE_CREATED)
		return -ENOTCONN;
	if (in->max_picture_rate_mhz && in->max_picture_rate_mhz < 1000)
		return -EINVAL;
	fake->rate = *in;
	fake->rates++;
	return 0;
}

static int fake_io_control(struct fake *fake, const struct drm_miracast_io_control *arg)
{
	struct drm_miracast_statistics statistics = {
		.state = fake->state,
		.session = fake->state == DRM_MIRACAST_STATE_CREATED ? 0 : fake->session,
	};
	const void *in = (const void *)(guintptr)arg->in;

	if (fake->ended)
		return fake->ended;
	switch (arg->code) {
	case DRM_MIRACAST_CODE_QUERY_CONTEXT:
		return fake_give(arg, &fake->info, sizeof(fake->info));
	case DRM_MIRACAST_CODE_GET_STATISTICS:
		return fake_give(arg, &statistics, sizeof(statistics));
	case DRM_MIRACAST_CODE_START_SESSION:
		return fake_start(fake, arg);
	case DRM_MIRACAST_CODE_STOP_SESSION:
		return fake_stop(fake);
	case DRM_MIRACAST_CODE_MONITOR_ARRIVE:
		return fake_arrive(fake, in);
	case DRM_MIRACAST_CODE_MONITOR_DEPART:
		return fake_depart(fake);
	case DRM_MIRACAST_CODE_COMPLETE_MESSAGE:
		return fake_complete(fake, in);
	case DRM_MIRACAST_CODE_GET_BUFFER:
		return fake_get_buffer(fake, arg);
	case DRM_MIRACAST_CODE_SET_BUFFERS:
		return fake_set_buffers(fake, in);
	case DRM_MIRACAST_CODE_SET_RATE:
		return fake_set_rate(fake, in);
	case DRM_MIRACAST_CODE_REQUEST_FRAME:
		fake->requests++;
		return fake->state == DRM_MIRACAST_STATE_MONITOR ? 0 : -ENOTCONN;
	default:
		return -EOPNOTSUPP;
	}
}

static int fake_release(struct fake *fake, struct drm_miracast_release_chunk *arg)
{
	if (fake->ended)
		return fake->ended;
	if (!fake->unreleased)
		return -ENOENT;
	fake->unreleased--;
	fake->released++;
	arg->result = (guint32)fake->release_result;
	return 0;
}

/* --- System calls ----------------------------------------------------------------- */

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int, unsigned long, ...) =
		(int (*)(int, unsigned long, ...))fake_symbol("ioctl");
	struct fake *fake;
	va_list list;
	void *arg;
	int ret = -ENOTTY;

	va_start(list, request);
	arg = va_arg(list, void *);
	va_end(list);
	if (request == DMA_BUF_IOCTL_SYNC)
		return 0;
	if (request != DRM_IOCTL_MIRACAST_IO_CONTROL && request != DRM_IOCTL_MIRACAST_RELEASE_CHUNK)
		return real(fd, request, arg);
	g_mutex_lock(&fake_lock);
	fake = fake_of(fd);
	if (fake)
		ret = request == DRM_IOCTL_MIRACAST_IO_CONTROL ? fake_io_control(fake, arg) :
								 fake_release(fake, arg);
	g_mutex_unlock(&fake_lock);
	if (ret < 0)
		errno = -ret;
	return ret < 0 ? -1 : 0;
}

ssize_t read(int fd, void *data, size_t size)
{
	ssize_t (*real)(int, void *, size_t) = (ssize_t(*)(int, void *, size_t))fake_symbol("read");
	const struct fake *fake;
	int ended;

	g_mutex_lock(&fake_lock);
	fake = fake_of(fd);
	ended = fake ? fake->ended : 0;
	g_mutex_unlock(&fake_lock);
	if (!ended)
		return real(fd, data, size);
	errno = -ended;
	return -1;
}

/* --- The driver's side ------------------------------------------------------------ */

struct fake *fake_new(guint32 delivery, guint32 fourcc)
{
	struct fake *fake = g_new0(struct fake, 1);
	struct stat st;
	int fds[2];
	guint place = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) || fstat(fds[0], &st))
		g_error("no socket: %s", g_strerror(errno));
	fake->context_fd = fds[0];
	fake->other_fd = fds[1];
	fake->inode = st.st_ino;
	fake->info.context_number = 1;
	fake->info.connector_id = 42;
	fake->info.delivery = delivery;
	fake->info.format = delivery == DRM_MIRACAST_DELIVERY_COPY ? fourcc : 0;
	fake->info.buffer_count = delivery == DRM_MIRACAST_DELIVERY_COPY ? 3 : 0;
	fake->info.parts = 1;
	g_strlcpy(fake->info.connector_name, "Virtual-7", sizeof(fake->info.connector_name));
	for (guint nth = 0; nth < FAKE_BUFFERS; nth++)
		fake->buffers[nth].fd = -1;
	g_mutex_lock(&fake_lock);
	while (fakes[place])
		place++;
	fakes[place] = fake;
	g_mutex_unlock(&fake_lock);
	return fake;
}

void fake_free(struct fake *fake)
{
	g_mutex_lock(&fake_lock);
	for (guint nth = 0; nth < FAKE_CONTEXTS; nth++)
		if (fakes[nth] == fake)
			fakes[nth] = NULL;
	g_mutex_unlock(&fake_lock);
	close(fake->context_fd);
	close(fake->other_fd);
	for (guint nth = 0; nth < FAKE_BUFFERS; nth++)
		if (fake->buffers[nth].fd >= 0)
			close(fake->buffers[nth].fd);
	g_free(fake);
}

/* As the driver does it: lines of whole 256 bytes, chroma after whole macroblocks. */
void fake_add_buffer(struct fake *fake, guint64 number, guint32 fourcc, guint width, guint height)
{
	struct fake_buffer *buffer = &fake->buffers[number - 1];
	gboolean yuv = fourcc == DRM_FORMAT_NV12;
	guint pitch = ((yuv ? width : width * 4) + 255) / 256 * 256;
	guint lines = (height + 15) / 16 * 16;
	gsize size = ((gsize)pitch * lines * (yuv ? 3 : 2) / 2 + 4095) / 4096 * 4096;

	if (buffer->fd >= 0)
		close(buffer->fd);
	buffer->fd = memfd_create("buffer", MFD_CLOEXEC);
	if (buffer->fd < 0 || ftruncate(buffer->fd, (off_t)size))
		g_error("no memory: %s", g_strerror(errno));
	memset(&buffer->info, 0, sizeof(buffer->info));
	buffer->info.buffer = number;
	buffer->info.fourcc = fourcc;
	buffer->info.width = width;
	buffer->info.height = height;
	buffer->info.object_count = 1;
	buffer->info.plane_count = yuv ? 2 : 1;
	buffer->info.planes[0].pitch = pitch;
	buffer->info.planes[1].pitch = yuv ? pitch : 0;
	buffer->info.planes[1].offset = yuv ? (guint64)pitch * lines : 0;
}

void fake_paint(struct fake *fake, guint64 number, guint x, guint y, guint32 value)
{
	const struct fake_buffer *buffer = &fake->buffers[number - 1];
	gboolean yuv = buffer->info.fourcc == DRM_FORMAT_NV12;
	off_t at = (off_t)buffer->info.planes[0].offset +
		   (off_t)buffer->info.planes[0].pitch * y + (yuv ? x : 4 * x);

	if (pwrite(buffer->fd, &value, yuv ? 1 : 4, at) < 0)
		g_error("cannot paint: %s", g_strerror(errno));
}

guint64 fake_message(struct fake *fake, guint32 code, gboolean completion, const void *payload,
		     gsize size)
{
	struct {
		struct drm_miracast_event_message message;
		guint64 payload[32];
	} event = { 0 };

	g_mutex_lock(&fake_lock);
	event.message.base.type = DRM_MIRACAST_EVENT_TYPE_MESSAGE;
	event.message.base.length = (guint32)(sizeof(event.message) + (size + 7) / 8 * 8);
	event.message.base.header_size = sizeof(event.message);
	event.message.number = completion ? ++fake->message : 0;
	event.message.session = fake->session;
	event.message.code = code;
	event.message.needs_completion = (guint32)completion;
	g_mutex_unlock(&fake_lock);
	memcpy(event.payload, payload, size);
	fake_write(fake, &event, event.message.base.length);
	return event.message.number;
}

guint64 fake_mode_set(struct fake *fake, guint width, guint height, guint refresh_mhz)
{
	struct drm_miracast_message_mode_set set = {
		.mode_serial = ++fake->serial,
		.width = width,
		.height = height,
		.refresh_mhz = refresh_mhz,
		.fourcc = fake->info.format,
	};

	return fake_message(fake, DRM_MIRACAST_MSG_MODE_SET, TRUE, &set, sizeof(set));
}

void fake_power(struct fake *fake, guint32 on)
{
	struct drm_miracast_message_power power = { .on = on };

	fake_message(fake, DRM_MIRACAST_MSG_POWER, FALSE, &power, sizeof(power));
}

void fake_picture_state(struct fake *fake, guint32 state)
{
	const struct drm_miracast_message_picture_state why = { .picture_state = state };

	fake_message(fake, DRM_MIRACAST_MSG_PICTURE_STATE, FALSE, &why, sizeof(why));
}

void fake_chunk(struct fake *fake, struct fake_chunk *event, guint64 number)
{
	const struct drm_miracast_buffer *info = &fake->buffers[number - 1].info;

	memset(event, 0, sizeof(*event));
	event->chunk.base.type = DRM_MIRACAST_EVENT_TYPE_CHUNK;
	event->chunk.base.header_size = sizeof(event->chunk);
	event->chunk.buffer = number;
	event->chunk.chunk_id = ++fake->frame;
	event->chunk.session = fake->session;
	event->chunk.mode_serial = fake->serial;
	event->chunk.vblank_time_ns = (guint64)g_get_monotonic_time() * 1000;
	event->chunk.commit_time_ns = event->chunk.vblank_time_ns - 2000000;
	event->chunk.ready_time_ns = event->chunk.vblank_time_ns - 1000000;
	event->chunk.width = info->width;
	event->chunk.height = info->height;
	event->chunk.line_count = info->height;
	event->chunk.fourcc = info->fourcc;
	event->chunk.modifier = info->modifier;
	event->chunk.clip_count = 1;
	event->clips[0] = (struct drm_clip_rect){ .x1 = 8, .y1 = 4, .x2 = 24, .y2 = 20 };
}

void fake_send_chunks(struct fake *fake, struct fake_chunk *events, guint count)
{
	GByteArray *bytes = g_byte_array_new();

	for (guint nth = 0; nth < count; nth++) {
		struct fake_chunk *event = &events[nth];

		g_mutex_lock(&fake_lock);
		if (!(event->chunk.chunk_id >> DRM_MIRACAST_FRAME_BITS))
			fake->unreleased++;
		g_mutex_unlock(&fake_lock);
		event->chunk.base.length =
			(guint32)(sizeof(event->chunk) +
				  event->chunk.clip_count * sizeof(struct drm_clip_rect));
		g_byte_array_append(bytes, (const guint8 *)event, event->chunk.base.length);
	}
	fake_write(fake, bytes->data, bytes->len);
	g_byte_array_unref(bytes);
}

void fake_send_chunk(struct fake *fake, struct fake_chunk *event)
{
	fake_send_chunks(fake, event, 1);
}

void fake_send_picture(struct fake *fake, guint64 number)
{
	struct fake_chunk chunk;

	fake_chunk(fake, &chunk, number);
	fake_send_chunk(fake, &chunk);
}

void fake_end(struct fake *fake, int error)
{
	g_mutex_lock(&fake_lock);
	fake->ended = error;
	g_mutex_unlock(&fake_lock);
	shutdown(fake->other_fd, SHUT_RDWR);
}

guint64 fake_get(struct fake *fake, gsize offset, gsize size)
{
	guint64 value = 0;

	g_mutex_lock(&fake_lock);
	memcpy(&value, (const guint8 *)fake + offset, size);
	g_mutex_unlock(&fake_lock);
	return value;
}

gboolean fake_reaches(struct fake *fake, gsize offset, gsize size, guint64 least)
{
	gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;

	while (fake_get(fake, offset, size) < least) {
		if (g_get_monotonic_time() > end)
			return FALSE;
		g_usleep(1000);
	}
	return TRUE;
}

static gboolean was_answered(struct fake *fake, guint64 number, guint32 status)
{
	return FAKE_REACHES(fake, completed, number) && FAKE_GET(fake, status) == status;
}

gboolean fake_accepted(struct fake *fake, guint64 number)
{
	return was_answered(fake, number, DRM_MIRACAST_COMPLETION_SUCCESS);
}

gboolean fake_refused(struct fake *fake, guint64 number)
{
	return was_answered(fake, number, DRM_MIRACAST_COMPLETION_REFUSED);
}
