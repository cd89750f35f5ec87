// SPDX-License-Identifier: MIT
/*
 * An owner that gets its context from miracast-broker and looks at each pixel of
 * each picture. A picture is
 *
 *   own      all of its pixels have the user's colour;
 *   black the others are black, which no compositor of the test draws. A CRTC without a
 *   framebuffer is black, for example when its compositor has ended;
 *   foreign  any other.
 *
 * usage: watch CONNECTOR BYTE [child]
 *
 * BYTE, a number other than 0, is the value of red, green and blue in the user's colour.
 * Prints what hold prints, "picture" at the first own one, and a line for each picture that
 * is not own, with its first pixel that is not, and with the time of the commit; at the end
 * "pictures N black N foreign N at MILLISECONDS". Times are those of CLOCK_MONOTONIC, in
 * milliseconds. Ends as hold does.
 *
 * With "child", a child process keeps all of its files, and prints when the context
 * has ended, and how long after its parent.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <time.h>
#include <unistd.h>

#include "buffers.h"
#include "mode.h"
#include "owner.h"
#include "owner_options.h"

struct watch {
	struct mc_buffers buffers;
	uint8_t byte;
	unsigned long pictures, black, foreign;
};

/* The first pixel of a kind. */
struct first {
	bool found;
	uint32_t x, y, value;
};

static uint64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void note(struct first *first, uint32_t x, uint32_t y, uint32_t value)
{
	if (!first->found)
		*first = (struct first){ true, x, y, value };
}

static void look(uint8_t byte, const struct mc_buffer *buffer,
		 const struct drm_miracast_event_chunk *chunk, struct first *black,
		 struct first *foreign)
{
	const struct drm_miracast_plane *plane = &buffer->info.planes[0];
	uint32_t own = (uint32_t)byte << 16 | (uint32_t)byte << 8 | byte, value, x, y;

	for (y = 0; y < chunk->height; y++) {
		const uint8_t *pixel = buffer->maps[plane->object] + plane->offset +
				       (size_t)(chunk->src_y + y) * plane->pitch +
				       (size_t)chunk->src_x * 4;

		for (x = 0; x < chunk->width; x++, pixel += 4) {
			memcpy(&value, pixel, sizeof(value));
			value &= 0xffffff;
			if (value != own)
				note(value ? foreign : black, x, y, value);
		}
	}
}

static void report(const char *kind, const struct first *first,
		   const struct drm_miracast_event_chunk *chunk)
{
	printf("%s picture %llu at %llu: first pixel #%06x at %u,%u of %ux%u\n", kind,
	       (unsigned long long)chunk->chunk_id,
	       (unsigned long long)chunk->commit_time_ns / 1000000, first->value, first->x,
	       first->y, chunk->width, chunk->height);
}

static void on_chunk(struct owner *owner, const struct mc_event *event)
{
	struct first black = { 0 }, foreign = { 0 };
	struct watch *watch = owner->data;
	struct mc_buffer *buffer;

	/* The buffer is gone again already: there is nothing to look at. */
	if (mc_buffers_get(&watch->buffers, &owner->context, event->chunk.buffer, &buffer) ||
	    mc_buffer_begin(buffer))
		return;
	look(watch->byte, buffer, &event->chunk, &black, &foreign);
	mc_buffer_end(buffer);
	watch->pictures++;
	watch->black += black.found && !foreign.found;
	watch->foreign += foreign.found;
	if (foreign.found)
		report("foreign", &foreign, &event->chunk);
	else if (black.found)
		report("black", &black, &event->chunk);
	else if (watch->pictures - watch->black - watch->foreign == 1)
		puts("picture");
	fflush(stdout);
}

static void on_buffer_gone(struct owner *owner, uint64_t buffer)
{
	struct watch *watch = owner->data;

	mc_buffers_drop(&watch->buffers, &owner->context, buffer);
}

/* Only watches for the end of the context; the parent's signals do not concern it. */
__attribute__((noreturn))
static void stay(int context, int parent)
{
	struct pollfd ends[] = { { .fd = parent, .events = POLLIN }, { .fd = context } };
	uint64_t began;

	while (poll(ends, 1, -1) < 1)
		;
	began = milliseconds();
	while (poll(ends + 1, 1, -1) < 1)
		;
	printf("its child lost it after %llu ms\n",
	       (unsigned long long)(milliseconds() - began));
	fflush(stdout);
	_exit(0);
}

static void leave_child(const struct owner *owner)
{
	int parent = pidfd_open(getpid(), 0);
	pid_t child;

	fflush(stdout);
	child = fork();
	if (parent < 0 || child < 0)
		abort();
	if (!child)
		stay(owner->context.fd, parent);
}

int main(int argc, char **argv)
{
	static const struct owner_ops ops = { .chunk = on_chunk, .buffer_gone = on_buffer_gone };
	const struct log out = { .file = stdout };
	struct watch watch = { 0 };
	struct owner owner = { .out = &out, .data = &watch };
	struct owner_options options;
	enum exit_status status;

	if (argc < 3 || argc > 4 || (argc == 4 && strcmp(argv[3], "child"))) {
		fprintf(stderr, "usage: watch CONNECTOR BYTE [child]\n");
		return EXIT_USAGE;
	}
	watch.byte = (uint8_t)atoi(argv[2]);
	owner_options_init(&options);
	options.connector = argv[1];
	options.broker = BROKER_YES;
	mc_mode_parse("640x480@60", &options.monitor.modes[0]);
	options.monitor.modes[0].flags = DRM_MIRACAST_MODE_FLAG_PREFERRED;
	options.monitor.mode_count = 1;
	owner_block_signals();
	status = owner_begin(&owner, &options);
	if (status == EXIT_OK && argc == 4)
		leave_child(&owner);
	if (status == EXIT_OK)
		status = owner_announce(&owner);
	if (status == EXIT_OK)
		status = owner_run(&owner, &ops);
	owner_end(&owner);
	owner_free(&owner);
	mc_buffers_clear(&watch.buffers);
	owner_options_free(&options);
	printf("pictures %lu black %lu foreign %lu at %llu\n", watch.pictures, watch.black,
	       watch.foreign, (unsigned long long)milliseconds());
	return (int)status;
}
