// SPDX-License-Identifier: MIT
/*
 * Chunks: how they are announced and released. How they are read is in miracast_chunk_read.c,
 * modes are in miracast_chunk_mode.c, power in miracast_chunk_power.c, pictures in
 * miracast_chunk_picture.c and miracast_chunk_cursor.c.
 */
#include <poll.h>

#include "miracast_chunk.h"

IGT_TEST_DESCRIPTION("Chunks of a COPY context: events, buffers, release.");

/* Events */

static void check_full(const struct mc_chunk *chunk, uint32_t width,
		       uint32_t height)
{
	igt_assert(chunk->event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	igt_assert_eq_u32(chunk->event.clip_count, 1);
	igt_assert_eq(chunk->clips[0].x1, 0);
	igt_assert_eq(chunk->clips[0].y1, 0);
	igt_assert_eq_u32(chunk->clips[0].x2, width);
	igt_assert_eq_u32(chunk->clips[0].y2, height);
}

static void check_fields(struct mc_scene *scene, const struct mc_chunk *chunk)
{
	const struct drm_miracast_event_chunk *event = &chunk->event;
	const struct mc_buffer *buffer = mc_buffer(scene->ctx, event->buffer);

	igt_assert_eq_u32(event->base.length, event->base.header_size +
			  event->clip_count * sizeof(chunk->clips[0]));
	igt_assert_eq_u32(event->base.header_size, sizeof(*event));
	igt_assert_eq_u32(event->base.flags &
			  ~(DRM_MIRACAST_CHUNK_FLAG_FULL |
			    DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE), 0);
	igt_assert_eq_u64(DRM_MIRACAST_PART_OF_CHUNK_ID(event->chunk_id), 0);
	igt_assert(DRM_MIRACAST_FRAME_OF_CHUNK_ID(event->chunk_id) >= 1);
	igt_assert_eq_u64(event->session, scene->session);
	igt_assert_eq_u64(event->mode_serial,
			  scene->mode_set.mode_set.mode_serial);
	igt_assert_eq_u32(event->chunk_type,
			  DRM_MIRACAST_CHUNK_TYPE_COLOR_CONVERT_COMPLETE);
	igt_assert_eq_u32(event->width, 640);
	igt_assert_eq_u32(event->height, 480);
	igt_assert_eq_u32(event->line_first, 0);
	igt_assert_eq_u32(event->line_count, 480);
	igt_assert_eq_u32(buffer->info.planes[0].pitch,
			  scene->mode_set.mode_set.pitch);
	igt_assert(event->commit_time_ns && event->vblank_time_ns);
	igt_assert_lte_u64(event->commit_time_ns, event->ready_time_ns);
	igt_assert_lt_u64(event->ready_time_ns, mc_now_ns());
}

static void check_clips(const struct mc_chunk *chunk)
{
	uint32_t i;

	igt_assert(chunk->event.clip_count >= 1);
	for (i = 0; i < chunk->event.clip_count; i++) {
		const struct drm_clip_rect *clip = &chunk->clips[i];

		igt_assert(clip->x1 < clip->x2 && clip->y1 < clip->y2);
		igt_assert(clip->x2 <= chunk->event.width);
		igt_assert(clip->y2 <= chunk->event.height);
	}
}

static void test_first_chunk(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 3);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(chunk.event.base.flags &
		   DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE);
	check_full(&chunk, 640, 480);
	check_fields(scene, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_no_event(scene->ctx, MC_QUIET_MS);
}

static void test_fields(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_chunk last = {}, chunk;
	int i;

	for (i = 0; i < 20; i++) {
		uint64_t before = mc_now_ns(), after;

		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		after = mc_now_ns();
		mc_wait_chunk(scene->ctx, &chunk);
		check_fields(scene, &chunk);
		check_clips(&chunk);
		igt_assert(!(chunk.event.base.flags &
			     DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE));
		igt_assert_lte_u64(before, chunk.event.commit_time_ns);
		igt_assert_lte_u64(chunk.event.commit_time_ns, after);
		igt_assert_eq_u32(chunk.event.skipped, 0);
		mc_assert_later(&chunk, &last);
		mc_release(scene->ctx, &chunk);
		last = chunk;
	}
}

/* The vblank that a chunk names is the one that completes the flip. */
static void test_vblank_of_chunk(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_chunk chunk;
	struct mc_flip flip;
	int i, same = 0, rounds = 40;

	for (i = 0; i < rounds; i++) {
		int64_t off;

		mc_flip(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_wait_flip(scene->kms, &flip);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
		/* Flip events carry microseconds. */
		off = (int64_t)(chunk.event.vblank_time_ns - flip.time_ns);
		if ((uint32_t)chunk.event.vblank_sequence == flip.sequence) {
			igt_assert_f(off > -2000 && off < 2000,
				     "same vblank, %lld ns apart\n",
				     (long long)off);
			same++;
		}
		igt_assert_lte_u64(chunk.event.commit_time_ns,
				   chunk.event.vblank_time_ns);
	}
	/* A late timer makes it the next one; on a loaded machine only. */
	igt_info("%d of %d chunks named the vblank of the flip\n", same,
		 rounds);
	igt_assert_lte(rounds / 2, same);
}

static void test_static_screen(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct drm_miracast_statistics before, after;

	before = mc_statistics(scene->ctx);
	mc_no_event(scene->ctx, 2000);
	after = mc_statistics(scene->ctx);
	igt_assert(!memcmp(&before, &after, sizeof(before)));
	igt_assert_eq_u32(after.unreleased_chunks, 0);
}

static void test_statistics(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct drm_miracast_statistics before = mc_statistics(scene->ctx);
	struct drm_miracast_statistics after;
	struct mc_chunk chunk;
	int i;

	igt_assert_eq_u64(before.session, scene->session);
	igt_assert_eq_u64(before.mode_serial,
			  scene->mode_set.mode_set.mode_serial);
	igt_assert_eq_u32(before.last_status, DRM_MIRACAST_STATUS_NONE);
	igt_assert_eq_u32(before.depart_cause, DRM_MIRACAST_CAUSE_NONE);
	igt_assert_eq_u64(before.pictures_revoked, 0);
	igt_assert_eq_u64(before.pixels_converted, 0);
	for (i = 1; i <= 10; i++) {
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks,
				  1);
		mc_release(scene->ctx, &chunk);
	}
	after = mc_statistics(scene->ctx);
	igt_assert_eq_u64(after.pictures_committed - before.pictures_committed,
			  10);
	igt_assert_eq_u64(after.pictures_captured - before.pictures_captured,
			  10);
	igt_assert_eq_u64(after.pictures_skipped, before.pictures_skipped);
	igt_assert_lte_u64(10 * 640 * 480 * 4,
			   after.bytes_copied - before.bytes_copied);
	igt_assert_lt_u64(before.capture_time_ns, after.capture_time_ns);
	igt_assert_eq_u32(after.unreleased_chunks, 0);
}

/* Release */

static void test_release(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 3);
	struct mc_chunk chunk;
	uint64_t buffer, id;
	int fd = scene->ctx->fd;

	mc_wait_chunk(scene->ctx, &chunk);
	buffer = chunk.event.buffer;
	id = chunk.event.chunk_id;
	mc_expect(mc_release_errno(fd, buffer, id | 1ull << 40), -EINVAL);
	mc_expect(mc_release_errno(fd, buffer, id | 1ull << 63), -EINVAL);
	mc_expect(mc_release_errno(fd, buffer + 1, id), -ENOENT);
	mc_expect(mc_release_errno(fd, buffer, id + 1), -ENOENT);
	mc_expect(mc_release_errno(fd, 0, id), -ENOENT);
	mc_expect(mc_release_errno(fd, buffer, 0), -ENOENT);
	mc_expect(mc_release_errno(fd, buffer, id), 0);
	mc_expect(mc_release_errno(fd, buffer, id), -ENOENT);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
}

static void test_release_unread(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	uint64_t events[512];
	struct mc_chunk first, chunk;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &first);
	mc_release(scene->ctx, &first);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	igt_assert(mc_poll(scene->ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);

	/* Frame numbers may have gaps: peek by a failing read is not possible,
	 * so try the next few numbers on every buffer.
	 */
	for (uint64_t buffer = 1; buffer <= 16; buffer++) {
		for (uint64_t gap = 1; gap <= 4; gap++) {
			int ret = mc_release_errno(scene->ctx->fd, buffer,
						   first.event.chunk_id + gap);

			if (!ret)
				goto released;
			mc_expect(ret, -ENOENT);
		}
	}
	igt_assert_f(false, "the unread chunk was not found\n");
released:
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
	/* Its event may still come or not; it names a chunk that is released. */
	if (mc_poll(scene->ctx->fd, POLLIN, MC_QUIET_MS) & POLLIN) {
		igt_assert(read(scene->ctx->fd, events, sizeof(events)) > 0);
		mc_parse_chunk((const void *)events, &chunk);
		mc_expect(mc_release_errno(scene->ctx->fd, chunk.event.buffer,
					   chunk.event.chunk_id), -ENOENT);
	}
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

/* A released buffer is used again; an unreleased one keeps its picture. */
static void test_held_buffer_is_stable(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 3);
	struct mc_picture *first = mc_fb_seen(scene->fb[0], 0, 0, 640, 480);
	struct mc_chunk held, chunk;
	int i;

	mc_wait_chunk(scene->ctx, &held);
	for (i = 1; i < 12; i++) {
		mc_fb_paint(scene->fb[i % 3], NULL, i);
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert(chunk.event.buffer != held.event.buffer);
		mc_assert_chunk(scene->ctx, &held, first, "held picture");
		mc_release(scene->ctx, &chunk);
	}
	mc_release(scene->ctx, &held);
}

/* Slow owners */

static int hold_all(struct mc_scene *scene, struct mc_chunk *held, int room)
{
	int count = 0, i;

	for (i = 0; i < room + 2; i++) {
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		if (mc_try_chunk(scene->ctx, &held[count],
				 count < room ? MC_TIMEOUT_MS : MC_QUIET_MS)) {
			count++;
			igt_assert_lte(count, room);
		}
	}
	return count;
}

static void slow_owner(uint32_t buffers)
{
	struct mc_scene *scene = mc_scene_running(640, 480, buffers);
	struct drm_miracast_statistics before, after;
	struct mc_chunk held[17], chunk;
	struct mc_picture *seen;
	int count = hold_all(scene, held, buffers), i;

	/* The owner can hold every buffer of the context. */
	igt_assert_eq(count, (int)buffers);
	before = mc_statistics(scene->ctx);
	igt_assert_eq_u32(before.unreleased_chunks, buffers);
	mc_release(scene->ctx, &held[0]);
	/* The damage of the starved pictures comes at once. */
	mc_wait_chunk(scene->ctx, &held[0]);
	igt_assert_eq_u32(held[0].event.skipped, 1);

	for (i = 0; i < 7; i++) {
		mc_fb_paint(scene->fb[i % 3], NULL, 100 + i);
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
	}
	mc_no_event(scene->ctx, MC_QUIET_MS);
	mc_release(scene->ctx, &held[1]);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq_u32(chunk.event.skipped, 6);
	seen = mc_fb_seen(scene->fb[0], 0, 0, 640, 480);
	mc_assert_chunk(scene->ctx, &chunk, seen, "after starvation");
	after = mc_statistics(scene->ctx);
	igt_assert_eq_u64(after.pictures_committed - before.pictures_committed,
			  7);
	igt_assert_eq_u64(after.pictures_committed,
			  after.pictures_captured + after.pictures_skipped);
	mc_picture_free(seen);
}

static void test_slow_owner_2(void)
{
	slow_owner(2);
}

static void test_slow_owner_3(void)
{
	slow_owner(3);
}

static void test_slow_owner_16(void)
{
	slow_owner(16);
}

/* An owner that does not even read. */
static void test_unread(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_chunk chunk;
	struct mc_picture *seen;
	uint32_t skipped = 0;
	int i;

	for (i = 0; i < 30; i++) {
		mc_fb_paint(scene->fb[i % 3], NULL, i);
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
	}
	seen = mc_fb_seen(scene->fb[(i - 1) % 3], 0, 0, 640, 480);
	/* One in each buffer, and the last one for all others. */
	for (i = 0; i < 4; i++) {
		mc_wait_chunk(scene->ctx, &chunk);
		skipped += chunk.event.skipped;
		if (i == 3)
			mc_assert_chunk(scene->ctx, &chunk, seen, "the last");
		mc_release(scene->ctx, &chunk);
	}
	igt_assert_eq_u32(skipped, 26);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	mc_picture_free(seen);
}

/* Requests */

static void test_request_frame(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0, 640, 480);
	struct mc_chunk chunk;
	int i;

	for (i = 0; i < 3; i++) {
		mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
		mc_wait_chunk(scene->ctx, &chunk);
		check_full(&chunk, 640, 480);
		check_fields(scene, &chunk);
		igt_assert(!(chunk.event.base.flags &
			     DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE));
		mc_assert_chunk(scene->ctx, &chunk, seen, "requested");
		mc_release(scene->ctx, &chunk);
		mc_no_event(scene->ctx, MC_QUIET_MS);
	}
}

static void test_request_frame_full_damage(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 2);
	struct drm_mode_rect clip = { 8, 8, 16, 16 };
	struct mc_chunk held[3], chunk;
	int count = hold_all(scene, held, 2);

	/* Starved: the request is kept until there is a buffer. */
	igt_assert_eq(count, 2);
	mc_release(scene->ctx, &held[0]);
	mc_wait_chunk(scene->ctx, &held[0]);
	mc_show(scene->kms, scene->fb[0], &clip, 1);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	mc_release(scene->ctx, &held[0]);
	mc_wait_chunk(scene->ctx, &chunk);
	check_full(&chunk, 640, 480);
	mc_release(scene->ctx, &chunk);
	/* One request, one full picture. */
	mc_show(scene->kms, scene->fb[0], &clip, 1);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(!(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL));
	mc_release(scene->ctx, &chunk);
}

static void test_request_frame_dark(void)
{
	struct mc_ctx *ctx = mc_ctx_in_state(mc_card_open(),
					     DRM_MIRACAST_STATE_MONITOR);

	/* Nothing is shown yet: the call succeeds, and no chunk follows. */
	mc_expect(mc_request_frame_errno(ctx->fd), 0);
	mc_no_event(ctx, MC_QUIET_MS);
	mc_ctx_close(ctx);
}

static const struct mc_subtest subtests[] = {
	{ "first-chunk",
	  "The first picture of a mode is whole and says so.",
	  test_first_chunk },
	{ "fields",
	  "Numbers and times of chunks are right and only grow.", test_fields },
	{ "vblank-of-chunk",
	  "A chunk names the vblank at which the client's flip completes.",
	  test_vblank_of_chunk },
	{ "static-screen",
	  "When nothing changes, nothing happens.", test_static_screen },
	{ "statistics", "The counters count.", test_statistics },
	{ "release",
	  "A chunk is released once, by its own numbers.", test_release },
	{ "release-unread",
	  "A chunk can be released before its event was read.",
	  test_release_unread },
	{ "held-buffer-is-stable",
	  "Nothing is written into a buffer that the owner has.",
	  test_held_buffer_is_stable },
	{ "slow-owner-2",
	  "With two buffers: pictures without a buffer are folded into the next chunk and counted; a release restarts a starved capture.",
	  test_slow_owner_2 },
	{ "slow-owner-3", "The same with three buffers.", test_slow_owner_3 },
	{ "slow-owner-16", "The same with sixteen buffers.",
	  test_slow_owner_16 },
	{ "unread",
	  "An owner that does not read gets the newest picture when it does.",
	  test_unread },
	{ "request-frame",
	  "A whole picture of a static screen can be requested.",
	  test_request_frame },
	{ "request-frame-starved",
	  "A request is kept until a buffer is free, and served once.",
	  test_request_frame_full_damage },
	{ "request-frame-dark",
	  "A request on a dark target has no effect.",
	  test_request_frame_dark },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_chunk_read);
	mc_subtests(mc_chunk_mode);
	mc_subtests(mc_chunk_power);
	mc_subtests(mc_chunk_lit);
	mc_subtests(mc_chunk_picture);
	mc_subtests(mc_chunk_cursor);
	mc_subtests(mc_chunk_import);
	mc_subtests(mc_chunk_fence);
}
