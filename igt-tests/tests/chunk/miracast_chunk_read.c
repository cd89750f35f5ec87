// SPDX-License-Identifier: MIT
/*
 * read() and poll() of a context's file.
 */
#include <fcntl.h>
#include <poll.h>

#include "miracast_chunk.h"

static void test_several_events(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 4);
	uint64_t buffer[8192], last = 0;
	struct mc_chunk chunk;
	size_t at = 0;
	ssize_t got;
	int i, count = 0;

	mc_drain(scene->ctx, &chunk);
	for (i = 0; i < 3; i++)
		mc_show_captured(scene, scene->fb[i]);
	igt_assert(mc_poll(scene->ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	got = read(scene->ctx->fd, buffer, sizeof(buffer));
	igt_assert(got > 0);
	while (at < (size_t)got) {
		mc_parse_chunk((const void *)((const char *)buffer + at),
			       &chunk);
		igt_assert_lt_u64(last, chunk.event.chunk_id);
		last = chunk.event.chunk_id;
		at += chunk.event.base.length;
		mc_release(scene->ctx, &chunk);
		count++;
	}
	igt_assert_eq_u64(at, got);
	igt_assert_eq(count, 3);
	igt_assert_eq(mc_poll(scene->ctx->fd, POLLIN, 0), 0);
}

/* POLLIN and POLLRDNORM each wake a poll() that waits only for it. */
static void test_poll_names(void)
{
	static const short names[] = { POLLIN, POLLRDNORM };
	struct mc_scene *scene = mc_scene_running(640, 480, 4);
	struct mc_chunk chunk;
	uint64_t start;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		mc_drain(scene->ctx, &chunk);
		mc_flip(scene->kms, scene->fb[1 + i], NULL, 0);
		/* The chunk comes at the vblank, so this waits. */
		start = mc_now_ns();
		igt_assert_eq(mc_poll(scene->ctx->fd, names[i], MC_TIMEOUT_MS),
			      names[i]);
		/* At a timeout poll() checks again, even if nothing woke it. */
		igt_assert_lt_u64(mc_now_ns() - start,
				  MC_TIMEOUT_MS * 1000000ull / 2);
		mc_wait_flip(scene->kms, NULL);
	}
}

static void test_short_read(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	uint64_t buffer[8192];
	struct mc_chunk chunk;
	uint32_t length;
	ssize_t got;

	mc_show_captured(scene, scene->fb[1]);
	mc_show_captured(scene, scene->fb[2]);
	igt_assert(mc_poll(scene->ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	for (length = 0; length < sizeof(struct drm_miracast_event_chunk);
	     length += 5) {
		igt_assert_eq(read(scene->ctx->fd, buffer, length), -1);
		igt_assert_eq(errno, EINVAL);
	}
	/* Room for one and a half: one whole event. */
	length = sizeof(struct drm_miracast_event_chunk) +
		 sizeof(struct drm_clip_rect);
	got = read(scene->ctx->fd, buffer, length + length / 2);
	igt_assert_eq(got, (int)length);
	mc_parse_chunk((const void *)buffer, &chunk);
	mc_release(scene->ctx, &chunk);
	/* Exactly enough is enough. */
	got = read(scene->ctx->fd, buffer, length);
	igt_assert_eq(got, (int)length);
	mc_parse_chunk((const void *)buffer, &chunk);
	mc_release(scene->ctx, &chunk);
}

/* The largest event there is: one clip in each of 64 cells. */
static void commit_most_clips(struct mc_scene *scene, struct mc_fb *fb)
{
	struct drm_mode_rect clips[DRM_MIRACAST_MAX_CLIPS];
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(clips); i++) {
		int32_t x = i % 8 * 80, y = i / 8 * 60;

		clips[i] = (struct drm_mode_rect) { x, y, x + 4, y + 4 };
	}
	mc_show(scene->kms, fb, clips, ARRAY_SIZE(clips));
	igt_assert(mc_poll(scene->ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);
}

static void check_most_clips(const struct mc_chunk *chunk)
{
	uint32_t i, seen[DRM_MIRACAST_MAX_CLIPS] = {};

	igt_assert_eq_u32(chunk->event.clip_count, DRM_MIRACAST_MAX_CLIPS);
	for (i = 0; i < chunk->event.clip_count; i++) {
		const struct drm_clip_rect *clip = &chunk->clips[i];

		igt_assert_eq(clip->x1 % 80, 0);
		igt_assert_eq(clip->y1 % 60, 0);
		igt_assert_eq(clip->x2, clip->x1 + 4);
		igt_assert_eq(clip->y2, clip->y1 + 4);
		seen[clip->y1 / 60 * 8 + clip->x1 / 80]++;
	}
	for (i = 0; i < ARRAY_SIZE(seen); i++)
		igt_assert_eq_u32(seen[i], 1);
}

static void test_reader_room(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	uint32_t most = mc_caps(scene->card).event_bytes_max;
	const uint32_t length = sizeof(struct drm_miracast_event_chunk) +
				DRM_MIRACAST_MAX_CLIPS *
				sizeof(struct drm_clip_rect);
	const uint32_t rooms[] = { length, most, DRM_MIRACAST_EVENT_BYTES };
	uint64_t buffer[DRM_MIRACAST_EVENT_BYTES / sizeof(uint64_t)];
	struct mc_chunk chunk;
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		commit_most_clips(scene, scene->fb[i % 2]);
		/* One byte too few loses nothing, however often. */
		memset(buffer, 0xa5, sizeof(buffer));
		igt_assert_eq(read(scene->ctx->fd, buffer, length - 1), -1);
		igt_assert_eq(errno, EINVAL);
		igt_assert_eq(read(scene->ctx->fd, buffer, length - 1), -1);
		igt_assert_eq(errno, EINVAL);
		igt_assert_eq_u64(buffer[0], 0xa5a5a5a5a5a5a5a5ull);
		igt_assert_eq(read(scene->ctx->fd, buffer, rooms[i]),
			      (int)length);
		mc_parse_chunk((const void *)buffer, &chunk);
		check_most_clips(&chunk);
		mc_release(scene->ctx, &chunk);
	}
}

static void test_read_fault(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	char *end = mc_before_hole(4096);
	struct mc_chunk chunk;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	igt_assert(mc_poll(scene->ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	igt_assert_eq(read(scene->ctx->fd, end + 4096 - 64, 4096), -1);
	igt_assert_eq(errno, EFAULT);
	/* The event is still there. */
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

static void test_nonblocking(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	int fd = scene->ctx->fd;
	struct mc_chunk chunk;
	uint64_t buffer[64];

	igt_assert_eq(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK), 0);
	igt_assert_eq(mc_poll(fd, POLLIN, 0), 0);
	igt_assert_eq(read(fd, buffer, sizeof(buffer)), -1);
	igt_assert_eq(errno, EAGAIN);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	igt_assert_eq(mc_poll(fd, POLLIN, MC_TIMEOUT_MS) &
		      (POLLIN | POLLHUP | POLLERR), POLLIN);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	igt_assert_eq(read(fd, buffer, sizeof(buffer)), -1);
	igt_assert_eq(errno, EAGAIN);
}

static void test_interrupted(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	uint64_t buffer[64];

	mc_alarms(200);
	igt_assert_eq(read(scene->ctx->fd, buffer, sizeof(buffer)), -1);
	igt_assert_eq(errno, EINTR);
	mc_alarms(0);
}

static void read_one(void *data)
{
	struct mc_ctx *ctx = data;
	uint64_t buffer[64];

	igt_assert(read(ctx->fd, buffer, sizeof(buffer)) > 0);
}

static void test_blocking_read(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	pid_t pid = mc_fork(read_one, scene->ctx);

	usleep(300000);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_join(pid);
}

const struct mc_subtest mc_chunk_read[] = {
	{ "several-events",
	  "One read() returns as many whole events as fit, in order.",
	  test_several_events },
	{ "poll-names",
	  "poll() for POLLIN and for POLLRDNORM wakes up for an event.",
	  test_poll_names },
	{ "short-read",
	  "A read() too small for an event is EINVAL and loses nothing.",
	  test_short_read },
	{ "reader-room",
	  "EVENT_BYTES of room hold the largest event; one byte too few lose nothing.",
	  test_reader_room },
	{ "read-fault",
	  "A read() into bad memory is EFAULT and loses nothing.",
	  test_read_fault },
	{ "nonblocking",
	  "Without events a non-blocking read() is EAGAIN.",
	  test_nonblocking },
	{ "interrupted",
	  "A signal interrupts a blocked read().", test_interrupted },
	{ "blocking-read",
	  "A blocked read() returns when a chunk comes.", test_blocking_read },
	{}
};
