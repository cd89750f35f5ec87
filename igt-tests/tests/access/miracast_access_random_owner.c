// SPDX-License-Identifier: MIT
/*
 * The owners of the random test: a process for each context, which acts at random, and must
 * see only its own master's colour, or black.
 */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "miracast_access_random.h"

static sigjmp_buf lost_memory;

/* DIRECT: memory may be revoked while it is read. */
static void on_bus_error(int signal)
{
	siglongjmp(lost_memory, 1);
}

/*
 * The screen is black while a master's framebuffer is gone and its file not yet.
 *
 * Returns whether there is anything else.
 */
static bool assert_own(unsigned int user, const uint8_t *pixels, size_t pitch,
		       uint32_t width, uint32_t height, const char *what)
{
	uint32_t allowed = random_colours[user], all = 0, x, y;

	for (y = 0; y < height; y++) {
		const uint32_t *line = (const void *)(pixels + y * pitch);

		for (x = 0; x < width; x++) {
			uint32_t pixel = line[x] & 0x00ffffff;

			igt_assert_f(!(pixel & ~allowed),
				     "user %u sees %06x at %u,%u of a %s\n",
				     user, pixel, x, y, what);
			all |= pixel;
		}
	}
	return all;
}

static void look_at_chunk(struct random_owner *o, struct mc_ctx *ctx,
			  const struct mc_chunk *chunk)
{
	struct drm_miracast_buffer info = {};
	const struct drm_miracast_plane *plane = &info.planes[0];
	size_t size;
	uint8_t *map;
	int ret;

	ret = mc_get_buffer_errno(ctx->fd, chunk->event.buffer, &info);
	if (ret) {
		/* The session or the context has ended meanwhile. */
		igt_assert_f(ret == -ESTALE || ret == -ENOTCONN,
			     "GET_BUFFER: %s\n", mc_strerror(ret));
		return;
	}
	size = plane->offset + (size_t)plane->pitch * info.height;
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, info.fds[0], 0);
	mc_close(info.fds[0]);
	if (map == MAP_FAILED)
		return;
	if (!sigsetjmp(lost_memory, 1) &&
	    assert_own(o->user, map + plane->offset +
		       (size_t)chunk->event.src_y * plane->pitch +
		       chunk->event.src_x * 4, plane->pitch,
		       chunk->event.width, chunk->event.height, "chunk"))
		__atomic_add_fetch(&random_counts->chunks[o->user], 1,
				   __ATOMIC_SEQ_CST);
	munmap(map, size);
}

static void look_at_cursor(struct random_owner *o, struct mc_ctx *ctx)
{
	static uint32_t pixels[256 * 256];
	struct drm_miracast_cursor cursor = {};

	if (!mc_get_cursor_errno(ctx->fd, pixels, sizeof(pixels), &cursor) &&
	    cursor.flags & DRM_MIRACAST_CURSOR_FLAG_VISIBLE)
		assert_own(o->user, (void *)pixels, cursor.width * 4,
			   cursor.width, cursor.height, "cursor");
}

static void handle(struct random_owner *o, struct mc_ctx *ctx,
		   const struct drm_miracast_event *event)
{
	struct mc_message message;
	struct mc_chunk chunk;

	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
		mc_parse_chunk(event, &chunk);
		look_at_chunk(o, ctx, &chunk);
		/* Or keeps it, for a while. */
		if (mc_random(&o->seed) % 16)
			mc_release_errno(ctx->fd, chunk.event.buffer,
					 chunk.event.chunk_id);
		return;
	}
	mc_parse_message(event, &message);
	if (message.event.code == DRM_MIRACAST_MSG_MODE_SET)
		mc_complete_errno(ctx->fd, message.event.number,
				  mc_random(&o->seed) % 16 ?
				  DRM_MIRACAST_COMPLETION_SUCCESS :
				  DRM_MIRACAST_COMPLETION_REFUSED);
	if (message.event.code == DRM_MIRACAST_MSG_PICTURE_STATE)
		__atomic_add_fetch(&random_counts->states[o->user], 1,
				   __ATOMIC_SEQ_CST);
}

/* Reads what is there; false when the context is gone. */
static bool read_some(struct random_owner *o, struct mc_ctx *ctx)
{
	static uint64_t buffer[4096 / 8 * 4];
	ssize_t got, done = 0;

	if (!mc_poll(ctx->fd, POLLIN, 5))
		return true;
	got = read(ctx->fd, buffer, sizeof(buffer));
	if (got < 0) {
		igt_assert_f(errno == ESTALE, "read: %m\n");
		return false;
	}
	while (done < got) {
		const struct drm_miracast_event *event =
			(void *)((char *)buffer + done);

		handle(o, ctx, event);
		done += event->length;
	}
	return true;
}

static void arrive(struct mc_ctx *ctx)
{
	struct drm_miracast_mode mode = {
		.width = 640, .height = 480, .refresh_mhz = 60000,
		.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
	};
	struct drm_miracast_monitor_arrive arg = mc_monitor(&mode, 1);

	mc_arrive_errno(ctx->fd, &arg);
}

void random_be_owner(void *data)
{
	struct random_owner *o = data;
	struct mc_ctx ctx = { .fd = o->fd };

	random_keep_only(o->fd);
	mc_become_nobody();
	signal(SIGBUS, on_bus_error);
	mc_start_errno(ctx.fd, NULL);
	arrive(&ctx);
	while (read_some(o, &ctx)) {
		switch (mc_random(&o->seed) % 32) {
		case 0:
			arrive(&ctx);
			break;
		case 1:
			mc_depart_errno(ctx.fd);
			arrive(&ctx);
			break;
		case 2:
			mc_stop_errno(ctx.fd);
			mc_start_errno(ctx.fd, NULL);
			arrive(&ctx);
			break;
		case 3 ... 8:
			look_at_cursor(o, &ctx);
			break;
		case 9 ... 20:
			mc_request_frame_errno(ctx.fd);
			break;
		}
	}
}
