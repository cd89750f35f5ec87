// SPDX-License-Identifier: MIT
/*
 * When CPU access to the owner's memory begins and ends, as its exporter sees it.
 */
#include "lib_miracast_sync.h"
#include "miracast_owner_buffers.h"

#define WIDTH 640
#define HEIGHT 480
#define BUFFERS 3

static struct layout layout_of(uint32_t exporter_flags)
{
	return (struct layout) {
		.exporter = MC_TEST, .exporter_flags = exporter_flags,
		.format = DRM_FORMAT_XRGB8888, .buffers = BUFFERS,
		.width = WIDTH, .height = HEIGHT,
	};
}

/*
 * Waits for @begins and @ends of all dma-bufs, with at most one access open in each. Access
 * ends after the chunk was announced.
 */
static void expect_access(const struct set *set, unsigned int begins,
			  unsigned int ends)
{
	unsigned int d, all_begins = 0, all_ends = 0;

	igt_assert(mc_settle());
	for (d = 0; d < set->dmabufs; d++) {
		struct miracast_exporter_get seen = mc_dmabuf_get(set->dmabuf[d]);

		igt_assert_lte_u64(seen.most_open, 1);
		igt_assert_eq_u32(seen.below, 0);
		all_begins += seen.begins;
		all_ends += seen.ends;
	}
	igt_assert_eq_u32(all_begins, begins);
	igt_assert_eq_u32(all_ends, ends);
}

static void next_picture(struct mc_scene *scene, struct mc_chunk *chunk)
{
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, chunk);
}

static void test_once(void)
{
	struct layout layout = layout_of(0);
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene_lit(&layout);
	struct mc_chunk chunk;
	unsigned int i;

	/* The same dma-bufs again, as an owner may give them for every mode. */
	for (i = 0; i < 3; i++) {
		set_give(scene->ctx, set);
		expect_access(set, 0, 0);
	}
	mc_complete_mode(scene->ctx, NULL);
	mc_wait_chunk(scene->ctx, &chunk);
	expect_access(set, 3, 1);
	mc_release(scene->ctx, &chunk);
	expect_access(set, 4, 1);
	for (i = 0; i < 5; i++) {
		next_picture(scene, &chunk);
		expect_access(set, 4 + i, 2 + i);
		mc_release(scene->ctx, &chunk);
	}
	expect_access(set, 9, 6);

	/* The end of a session returns the buffers to the owner, which sets them again. */
	next_picture(scene, &chunk);
	mc_stop(scene->ctx);
	expect_access(set, 9, 7);
	set_give(scene->ctx, set);
	expect_access(set, 9, 9);
	mc_start(scene->ctx);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	mc_complete_mode(scene->ctx, NULL);
	mc_wait_chunk(scene->ctx, &chunk);
	expect_access(set, 12, 10);
	mc_ctx_close(scene->ctx);
	mc_wait_at_rest(scene->card);
	expect_access(set, 12, 12);
}

/* Both planes in one dma-buf that is named twice. */
static void test_once_nv12(void)
{
	struct layout layout = layout_of(0);
	struct mc_chunk chunk;
	struct mc_scene *scene;
	struct set *set;
	unsigned int b;

	layout.format = DRM_FORMAT_NV12;
	set = set_make(&layout);
	for (b = 0; b < BUFFERS; b++) {
		set->buffers[b].object_count = 2;
		set->buffers[b].planes[1].object = 1;
		set->buffers[b].fds[1] = set->buffers[b].fds[0];
	}
	scene = owner_scene(set);
	mc_wait_chunk(scene->ctx, &chunk);
	expect_access(set, 3, 1);
	mc_release(scene->ctx, &chunk);
	expect_access(set, 4, 1);
}

/*
 * All buffers in one dma-buf: impossible when the exporter has to end access for each
 * picture.
 */
static void test_shared(void)
{
	struct layout layout = layout_of(0);
	struct mc_scene *scene = owner_scene_lit(&layout);
	struct mc_chunk chunk;
	struct set *set;

	layout.shared = true;
	set = set_make(&layout);
	mc_expect(set_give_errno(scene->ctx, set), -EINVAL);
	expect_access(set, 0, 0);

	layout.exporter_flags = MIRACAST_EXPORTER_NO_SYNC;
	set = set_make(&layout);
	set_give(scene->ctx, set);
	mc_complete_mode(scene->ctx, NULL);
	mc_wait_chunk(scene->ctx, &chunk);
	set_index(scene->ctx, set, &chunk);
	mc_release(scene->ctx, &chunk);
}

/* An error of the exporter is the error of the call that begins access. */
static void test_begin_fails(void)
{
	struct layout layout = layout_of(0);
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene_lit(&layout);
	struct mc_message message;
	struct mc_chunk chunk;
	unsigned int index;

	set_give(scene->ctx, set);
	mc_dmabuf_set(set->dmabuf[1], EIO, 0, 0);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(mc_complete_errno(scene->ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), -EIO);
	mc_dmabuf_set(set->dmabuf[1], 0, 0, 0);
	mc_expect(mc_complete_errno(scene->ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), 0);

	mc_wait_chunk(scene->ctx, &chunk);
	index = set_index(scene->ctx, set, &chunk);
	mc_dmabuf_set(set->dmabuf[index], ENXIO, 0, 0);
	mc_expect(mc_release_errno(scene->ctx->fd, chunk.event.buffer,
				   chunk.event.chunk_id), -ENXIO);
	mc_dmabuf_set(set->dmabuf[index], 0, 0, 0);
	mc_release(scene->ctx, &chunk);
	expect_access(set, 4, 1);
}

/* A failing end of access has no consequence: the picture is there. */
static void test_end_fails(void)
{
	struct layout layout = layout_of(0);
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_chunk chunk;
	unsigned int d;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	for (d = 0; d < set->dmabufs; d++)
		mc_dmabuf_set(set->dmabuf[d], 0, EIO, 0);
	next_picture(scene, &chunk);
	mc_release(scene->ctx, &chunk);
}

/*
 * A fence that the owner adds to free buffers: i915 waits for such fences when access ends.
 * Flips do not wait, and pictures come when the fence has signalled.
 */
static void test_end_waits(void)
{
	struct layout layout = layout_of(MIRACAST_EXPORTER_END_WAITS);
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_sync sync = mc_sync();
	struct mc_chunk chunk;
	unsigned int d, i;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	/* With one buffer left, that is the one. */
	for (d = 1; d < set->dmabufs; d++)
		mc_sync_write(set->dmabuf[d]->fd, sync.fd);
	for (i = 0; i < 5; i++) {
		next_picture(scene, &chunk);
		igt_assert_eq_u32(set_index(scene->ctx, set, &chunk), 0);
		mc_release(scene->ctx, &chunk);
	}
	mc_sync_write(set->dmabuf[0]->fd, sync.fd);
	for (i = 0; i < 10; i++)
		mc_show(scene->kms, scene->fb[i % 2], NULL, 0);
	igt_assert(!mc_try_chunk(scene->ctx, &chunk, 100));
	igt_assert_f(!mc_sync_done(sync.fd, 0), "somebody waited for the fence\n");
	mc_sync_signal(&sync);
	/* By itself: nothing is committed, and nothing released. */
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

static void hold_end(const struct set *set, uint32_t hold)
{
	unsigned int d;

	for (d = 0; d < set->dmabufs; d++)
		mc_dmabuf_set(set->dmabuf[d], 0, 0, hold);
}

static unsigned int count_held(const struct set *set)
{
	unsigned int d, held = 0;

	for (d = 0; d < set->dmabufs; d++)
		held += mc_dmabuf_get(set->dmabuf[d]).held;
	return held;
}

/* Shows a picture, and waits until the end of access to its buffer is being held. */
static void hold_one(struct mc_scene *scene, const struct set *set)
{
	struct mc_chunk chunk;
	unsigned int i;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	hold_end(set, MIRACAST_EXPORTER_HOLD_END);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	for (i = 0; !count_held(set) && i < 500; i++)
		usleep(10000);
	igt_assert_eq_u32(count_held(set), 1);
}

/*
 * The end of access takes as long as it likes: exporters take their reservation lock there,
 * which a driver holds while it waits for memory. Nothing on the screen waits, neither flips
 * nor commits that block, nor the next owner of the target.
 */
static void test_end_held(void)
{
	struct layout layout = layout_of(0);
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	struct mc_chunk chunk;
	struct mc_ctx *next;
	unsigned int i;

	hold_one(scene, set);
	for (i = 0; i < 6; i++) {
		mc_flip(scene->kms, scene->fb[i % 2], NULL, 0);
		mc_wait_flip(scene->kms, NULL);
	}
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_off(scene->kms);
	mc_light(scene->kms, &scene->kms->mode, scene->fb[0]);
	igt_assert_eq_u32(count_held(set), 1);
	igt_assert(!mc_try_chunk(scene->ctx, &chunk, 100));

	mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
	limits.connector_id = scene->kms->connector;
	next = mc_ctx_create(scene->card, &limits);
	mc_start(next);
	mc_arrive(next, WIDTH, HEIGHT);
	mc_wait_chunk(next, &chunk);
	mc_release(next, &chunk);
	igt_assert_eq_u32(count_held(set), 1);
	hold_end(set, 0);
	igt_assert(mc_settle());
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(next, &chunk);
	mc_release(next, &chunk);
	mc_ctx_close(next);
}

/* What was shown meanwhile is in the picture that follows, with all of its damage. */
static void test_end_held_damage(void)
{
	struct layout layout = layout_of(0);
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_chunk chunk;
	struct mc_picture *seen;

	hold_one(scene, set);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	hold_end(set, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	/* By itself: nothing is committed. */
	mc_wait_chunk(scene->ctx, &chunk);
	seen = mc_fb_seen(scene->fb[0], 0, 0, WIDTH, HEIGHT);
	mc_assert_chunk(scene->ctx, &chunk, seen, "what was shown last");
	igt_assert_eq_u32(chunk.event.skipped, 1);
	mc_release(scene->ctx, &chunk);
	mc_picture_free(seen);
}

/* A picture of the mode before comes too late, and is not announced in the next one. */
static void test_end_held_mode(void)
{
	struct layout layout = layout_of(0);
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 30000);
	struct mc_message message;
	struct mc_chunk chunk;

	hold_one(scene, set);
	mc_light(scene->kms, &mode, scene->fb[0]);
	mc_complete_mode(scene->ctx, &message);
	hold_end(set, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq_u64(chunk.event.mode_serial, message.mode_set.mode_serial);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE);
	mc_release(scene->ctx, &chunk);
}

static void go_on_later(void *data)
{
	usleep(300000);
	hold_end(data, 0);
}

/* A capture into the buffers of before is not over when a mode is accepted. */
static void test_while_captured(void)
{
	struct layout layout = layout_of(0);
	struct set *set = set_make(&layout), *next = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_chunk chunk[BUFFERS];
	struct mc_flip flip;
	unsigned int i;
	pid_t pid;

	mc_wait_chunk(scene->ctx, &chunk[0]);
	mc_release(scene->ctx, &chunk[0]);
	hold_end(set, MIRACAST_EXPORTER_HOLD_END);
	mc_flip(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_flip(scene->kms, &flip);
	pid = mc_fork(go_on_later, set);

	mc_stop(scene->ctx);
	set_give(scene->ctx, next);
	mc_start(scene->ctx);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	mc_complete_mode(scene->ctx, NULL);
	mc_wait_chunk(scene->ctx, &chunk[0]);
	mc_join(pid);
	/* All of them can be written. */
	for (i = 1; i < BUFFERS; i++)
		next_picture(scene, &chunk[i]);
	while (i)
		mc_release(scene->ctx, &chunk[--i]);
}

static void expect_refused(uint32_t exporter_flags)
{
	struct layout layout = layout_of(exporter_flags);
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene_lit(&layout);
	unsigned int d;

	mc_expect(set_give_errno(scene->ctx, set), -EINVAL);
	for (d = 0; d < set->dmabufs; d++) {
		struct miracast_exporter_get seen = mc_dmabuf_get(set->dmabuf[d]);

		igt_assert_eq_u32(seen.attached, 0);
		igt_assert_eq_u32(seen.mapped, 0);
		igt_assert_eq_u32(seen.vmaps, 0);
	}
}

static void test_no_vmap(void)
{
	expect_refused(MIRACAST_EXPORTER_NO_VMAP);
}

static void test_io_memory(void)
{
	expect_refused(MIRACAST_EXPORTER_IO_MEMORY);
}

const struct mc_subtest mc_owner_buffers_access[] = {
	{ "access-once",
	  "CPU access begins when a mode is accepted, and once for each picture.",
	  test_once },
	{ "access-once-nv12", "Once for a dma-buf with two planes.",
	  test_once_nv12 },
	{ "access-shared",
	  "A dma-buf is in one buffer, unless its exporter has nothing to do.",
	  test_shared },
	{ "access-begin-fails", "Whoever begins gets the exporter's answer.",
	  test_begin_fails },
	{ "access-end-fails", "The end of access keeps no picture.",
	  test_end_fails },
	{ "access-end-waits",
	  "A fence for which the end of access would wait keeps pictures, not flips.",
	  test_end_waits },
	{ "access-end-held",
	  "An end of access that takes long keeps no flip, and no next owner.",
	  test_end_held },
	{ "access-end-held-damage",
	  "What is shown meanwhile is captured after it.", test_end_held_damage },
	{ "access-end-held-mode",
	  "A picture whose mode has ended meanwhile is not announced.",
	  test_end_held_mode },
	{ "access-while-captured",
	  "All buffers can be written after a capture that outlived its session.",
	  test_while_captured },
	{ "no-vmap", "Memory that cannot be mapped is refused.", test_no_vmap },
	{ "io-memory", "So is I/O memory.", test_io_memory },
	{}
};
