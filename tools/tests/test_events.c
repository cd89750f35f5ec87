// SPDX-License-Identifier: MIT
/*
 * The event reader, fed through a pipe: kinds, unknown types, longer and shorter
 * headers, events that come in pieces, and nonsense.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "events.h"
#include "harness.h"

static struct mc_events events;
static struct mc_event event;
static int fds[2];

/* A chunk event with clips, as a driver would write it. */
static struct {
	struct drm_miracast_event_chunk chunk;
	struct drm_clip_rect clips[2];
} chunk;

static struct {
	struct drm_miracast_event_message message;
	struct drm_miracast_message_mode_set mode_set;
} message;

static void put(const void *data, size_t size)
{
	if (write(fds[1], data, size) != (ssize_t)size)
		check(false, "the pipe takes what is written");
}

static int get(void)
{
	int ret = mc_events_next(&events, &event);

	if (ret)
		return ret;
	ret = mc_events_read(&events);
	return ret < 0 ? ret : mc_events_next(&events, &event);
}

static void fill_chunk(void)
{
	memset(&chunk, 0, sizeof(chunk));
	chunk.chunk.base.type = DRM_MIRACAST_EVENT_TYPE_CHUNK;
	chunk.chunk.base.length = sizeof(chunk);
	chunk.chunk.base.header_size = sizeof(chunk.chunk);
	chunk.chunk.buffer = 7;
	chunk.chunk.clip_count = 2;
	chunk.clips[1].x2 = 99;
}

static void fill_message(void)
{
	memset(&message, 0, sizeof(message));
	message.message.base.type = DRM_MIRACAST_EVENT_TYPE_MESSAGE;
	message.message.base.length = sizeof(message);
	message.message.base.header_size = sizeof(message.message);
	message.message.code = DRM_MIRACAST_MSG_MODE_SET;
	message.mode_set.width = 1280;
}

static void check_kinds(void)
{
	put(&chunk, sizeof(chunk));
	put(&message, sizeof(message));
	check(get() == 1 && event.type == DRM_MIRACAST_EVENT_TYPE_CHUNK &&
	      event.chunk.buffer == 7 && event.clips[1].x2 == 99, "a chunk");
	check(get() == 1 && event.type == DRM_MIRACAST_EVENT_TYPE_MESSAGE &&
	      event.payload.mode_set.width == 1280, "a message behind it");
	check(get() == 0, "then nothing");
}

static void check_unknown(void)
{
	struct {
		struct drm_miracast_event base;
		uint64_t more[3];
	} unknown = {
		.base = { .type = 4711, .length = sizeof(unknown),
			  .header_size = sizeof(unknown.base) },
	};

	put(&unknown, sizeof(unknown));
	put(&chunk, sizeof(chunk));
	check(get() == 1 && event.type == DRM_MIRACAST_EVENT_TYPE_CHUNK,
	      "an unknown type is skipped");
}

static void check_versions(void)
{
	uint8_t bytes[sizeof(chunk) + 8] = { 0 };
	uint32_t sizes[2] = { sizeof(bytes), sizeof(chunk.chunk) + 8 };
	struct drm_miracast_message_power power = { .on = 1 };

	memcpy(bytes, &chunk.chunk, sizeof(chunk.chunk));
	memcpy(bytes + offsetof(struct drm_miracast_event, length), sizes,
	       sizeof(sizes));
	memcpy(bytes + sizes[1], chunk.clips, sizeof(chunk.clips));
	put(bytes, sizeof(bytes));
	check(get() == 1 && event.clips[1].x2 == 99,
	      "clips are found behind a longer header");
	message.message.base.length = sizeof(message.message) + sizeof(power);
	message.message.code = DRM_MIRACAST_MSG_POWER;
	put(&message.message, sizeof(message.message));
	put(&power, sizeof(power));
	check(get() == 1 && event.payload.power.on == 1 &&
	      !event.payload.mode_set.height, "a shorter payload ends in zeros");
	fill_message();
}

/* Heads that have grown: a newer program with an older driver, and the reverse. */
static void check_growth(void)
{
	uint8_t bytes[sizeof(event.chunk_room) + 8];
	struct drm_miracast_event base = {
		.type = DRM_MIRACAST_EVENT_TYPE_CHUNK,
		.length = sizeof(event.chunk_room),
		.header_size = sizeof(chunk.chunk) + 8,
	};
	size_t at = sizeof(chunk.chunk) / 8;

	memset(bytes, 0x5a, sizeof(bytes));
	memset(bytes, 0, sizeof(chunk.chunk));
	memcpy(bytes, &base, sizeof(base));
	memset(&event, 0xff, sizeof(event));
	put(bytes, base.length);
	check(get() == 1 && !event.chunk.clip_count && !event.reserved,
	      "a chunk's head that has grown");
	check(event.chunk_room[at] == 0x5a5a5a5a5a5a5a5a && !event.chunk_room[at + 1] &&
	      !event.chunk_room[31], "is there as far as the driver knows it, then zeroes");
	base.length = sizeof(bytes);
	base.header_size = sizeof(bytes);
	memcpy(bytes, &base, sizeof(base));
	put(bytes, sizeof(bytes));
	check(get() == 1 && event.chunk_room[31] == 0x5a5a5a5a5a5a5a5a &&
	      event.clips[0].x1 == 0xffff, "one that has outgrown its room is cut");

	base.type = DRM_MIRACAST_EVENT_TYPE_MESSAGE;
	base.length = sizeof(message.message) + 8;
	base.header_size = base.length;
	memset(bytes, 0x5a, sizeof(bytes));
	memcpy(bytes, &base, sizeof(base));
	memset(&event, 0xff, sizeof(event));
	put(bytes, base.length);
	at = sizeof(message.message) / 8;
	check(get() == 1 && event.message_room[at] == 0x5a5a5a5a5a5a5a5a &&
	      !event.message_room[at + 1] && !event.message_room[15] &&
	      !event.payload.mode_set.width && !event.reserved, "and a message's head");
}

static void check_pieces(void)
{
	put(&chunk, 10);
	check(get() == 0, "a piece of a head is no event");
	put((uint8_t *)&chunk + 10, sizeof(chunk.chunk));
	check(get() == 0, "a head without clips is no event");
	put((uint8_t *)&chunk + 10 + sizeof(chunk.chunk),
	    sizeof(chunk) - sizeof(chunk.chunk) - 10);
	check(get() == 1 && event.clips[1].x2 == 99, "the pieces make an event");
}

static void check_nonsense(void)
{
	struct drm_miracast_event base = {
		.type = DRM_MIRACAST_EVENT_TYPE_CHUNK,
		.length = 8,
		.header_size = 16,
	};

	put(&base, sizeof(base));
	check(get() == -EBADMSG, "a length below the head");
	events.pos = events.used;
	chunk.chunk.clip_count = 3;
	put(&chunk, sizeof(chunk));
	check(get() == -EBADMSG, "more clips than the event holds");
	chunk.chunk.clip_count = DRM_MIRACAST_MAX_CLIPS + 1;
	put(&chunk, sizeof(chunk));
	check(get() == -EBADMSG, "more clips than there may be");
	base.length = 16;
	base.header_size = 24;
	put(&base, sizeof(base));
	check(get() == -EBADMSG, "a head longer than the event");
	events.pos = events.used;
}

/* Take what is there. Returns how many chunks. */
static unsigned int drain(void)
{
	unsigned int count = 0;

	while (get() == 1)
		count += event.chunk.buffer == 7 && event.clips[1].x2 == 99;
	return count;
}

/* A program that reads on without taking what it has. */
static void check_full(void)
{
	const unsigned int count = 64 * 1024 / sizeof(chunk) + 2;
	unsigned int i;
	int got = 0, ret;

	fill_chunk();
	if (fcntl(fds[1], F_SETPIPE_SZ, 1024 * 1024) < 0)
		check(false, "the pipe has room");
	for (i = 0; i < count; i++)
		put(&chunk, sizeof(chunk));
	do {
		ret = mc_events_read(&events);
		got += ret > 0 ? ret : 0;
	} while (ret > 0);
	check(ret == -ENOBUFS && got == 64 * 1024, "a full reader is not the end of the file");
	check(drain() == count, "and nothing is lost");
}

/* The driver refuses a read() that its next event does not fit into, as a signalfd does. */
static void check_no_room(void)
{
	int pipe_fd = events.fd;
	unsigned int i, count = 64 * 1024 / sizeof(chunk);
	sigset_t none;

	sigemptyset(&none);
	for (i = 0; i < count; i++)
		put(&chunk, sizeof(chunk));
	check(mc_events_read(&events) > 0 &&
	      64 * 1024 - events.used < sizeof(struct signalfd_siginfo), "little room is left");
	events.fd = signalfd(-1, &none, SFD_NONBLOCK);
	check(mc_events_read(&events) == -ENOBUFS, "too little for an event");
	close(events.fd);
	events.fd = pipe_fd;
	check(drain() == count, "what was read is still there");
	/* Of an empty reader it is the file's own error. */
	events.fd = fds[1];
	check(mc_events_read(&events) == -EBADF, "other errors are passed on");
	events.fd = pipe_fd;
}

int main(void)
{
	if (pipe2(fds, O_NONBLOCK) || mc_events_init(&events, fds[0]))
		return 1;
	fill_chunk();
	fill_message();
	check_kinds();
	check_unknown();
	check_versions();
	check_growth();
	check_pieces();
	check_nonsense();
	check_full();
	check_no_room();
	close(fds[1]);
	check(get() == -EPIPE, "the end of the file");
	mc_events_fini(&events);
	return check_result();
}
