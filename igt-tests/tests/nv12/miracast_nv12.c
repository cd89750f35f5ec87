// SPDX-License-Identifier: MIT
/*
 * NV12 chunks: where their planes are and how much memory they take. Their contents are
 * checked by the other parts of the test.
 */
#include <sys/mman.h>

#include "miracast_nv12.h"

IGT_TEST_DESCRIPTION("COPY delivery in NV12.");

struct drm_miracast_create_context nv12_limits(uint32_t width, uint32_t height,
					       uint32_t buffers)
{
	struct drm_miracast_create_context limits =
		mc_limits(width, height, buffers);

	limits.format = DRM_FORMAT_NV12;
	return limits;
}

struct mc_scene *nv12_scene(uint32_t width, uint32_t height, uint32_t buffers)
{
	struct drm_miracast_create_context limits =
		nv12_limits(width, height, buffers);

	return mc_scene_with(mc_card_open(), &limits, 60000);
}

struct mc_scene *nv12_scene_running(uint32_t width, uint32_t height,
				    uint32_t buffers)
{
	struct mc_scene *scene = nv12_scene(width, height, buffers);
	struct mc_client client;

	mc_client_begin(&client, scene, 0);
	mc_client_expect(&client, "first picture");
	mc_client_free(&client);
	return scene;
}

/* Layout */

static uint32_t pitch_of(uint32_t width)
{
	return (width + 255) / 256 * 256;
}

static void check_mode_set(const struct drm_miracast_message_mode_set *message,
			   uint32_t width, uint32_t height)
{
	igt_assert_eq_u32(message->width, width);
	igt_assert_eq_u32(message->height, height);
	igt_assert_eq_u32(message->fourcc, DRM_FORMAT_NV12);
	igt_assert_eq_u32(message->pitch, pitch_of(width));
}

static void check_layout(const struct mc_buffer *buffer,
			 uint32_t width, uint32_t height)
{
	const struct drm_miracast_buffer *info = &buffer->info;
	uint32_t pitch = pitch_of(width);
	uint64_t luma = (uint64_t)pitch * ((height + 15) / 16 * 16);

	igt_assert_eq_u32(info->fourcc, DRM_FORMAT_NV12);
	igt_assert_eq_u32(info->width, width);
	igt_assert_eq_u32(info->height, height);
	igt_assert_eq_u32(info->plane_count, 2);
	igt_assert_eq_u32(info->object_count, 1);
	igt_assert_eq_u32(info->planes[0].object, 0);
	igt_assert_eq_u32(info->planes[0].pitch, pitch);
	igt_assert_eq_u64(info->planes[0].offset, 0);
	igt_assert_eq_u32(info->planes[1].object, 0);
	igt_assert_eq_u32(info->planes[1].pitch, pitch);
	igt_assert_eq_u64(info->planes[1].offset, luma);
	igt_assert_lte_u64(luma + luma / 2, buffer->size);
}

static const struct { uint32_t width, height; } sizes[] = {
	{ 640, 480 }, { 641, 481 }, { 853, 480 }, { 854, 481 }, { 703, 577 },
	{ 704, 576 }, { 705, 575 }, { 853, 599 }, { 642, 599 },
};

/* One context, many modes: each has its own layout in the same memory. */
static void test_layout(void)
{
	struct drm_miracast_create_context limits = nv12_limits(854, 600, 2);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	unsigned int i;

	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		uint32_t width = sizes[i].width, height = sizes[i].height;
		drmModeModeInfo mode = mc_make_mode(width, height, 60000);
		struct mc_fb *fb = mc_fb(card, width, height,
					 DRM_FORMAT_XRGB8888);
		struct mc_message message;
		struct mc_chunk chunk;

		mc_light(kms, &mode, fb);
		mc_complete_mode(ctx, &message);
		check_mode_set(&message.mode_set, width, height);
		mc_wait_chunk(ctx, &chunk);
		igt_assert_eq_u32(chunk.event.width, width);
		igt_assert_eq_u32(chunk.event.height, height);
		igt_assert_eq_u32(chunk.event.src_x, 0);
		igt_assert_eq_u32(chunk.event.src_y, 0);
		igt_assert_eq_u32(chunk.event.chunk_type,
				  DRM_MIRACAST_CHUNK_TYPE_COLOR_CONVERT_COMPLETE);
		check_layout(mc_buffer(ctx, chunk.event.buffer), width, height);
		mc_release(ctx, &chunk);
	}
	mc_ctx_close(ctx);
}

static void test_read_only(void)
{
	struct mc_scene *scene = nv12_scene(640, 480, 2);
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk.event.buffer,
				      &info), 0);
	igt_assert(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
			info.fds[0], 0) == MAP_FAILED);
	igt_assert_eq(errno, EACCES);
	mc_close(info.fds[0]);
	mc_release(scene->ctx, &chunk);
}

/* Bytes outside of pictures are zero: ends of lines, and lines between planes. */
static void test_zeroed(void)
{
	struct mc_scene *scene = nv12_scene(641, 481, 2);
	const struct drm_miracast_buffer *info;
	const struct mc_buffer *buffer;
	struct mc_chunk chunk;
	uint32_t x, y;
	size_t i;

	mc_wait_chunk(scene->ctx, &chunk);
	buffer = mc_buffer(scene->ctx, chunk.event.buffer);
	info = &buffer->info;
	for (y = 0; y < 481; y++)
		for (x = 641; x < info->planes[0].pitch; x++)
			igt_assert_eq(buffer->map[(size_t)y *
				      info->planes[0].pitch + x], 0);
	for (i = (size_t)481 * info->planes[0].pitch;
	     i < info->planes[1].offset; i++)
		igt_assert_eq(buffer->map[i], 0);
	for (y = 0; y < 241; y++)
		for (x = 642; x < info->planes[1].pitch; x++)
			igt_assert_eq(buffer->map[info->planes[1].offset +
				      (size_t)y * info->planes[1].pitch + x],
				      0);
	for (i = info->planes[1].offset + (size_t)241 * info->planes[1].pitch;
	     i < buffer->size; i++)
		igt_assert_eq(buffer->map[i], 0);
	mc_release(scene->ctx, &chunk);
}

/* Picture memory */

static uint64_t memory_of(const struct drm_miracast_create_context *limits)
{
	uint64_t lines = (limits->max_height + 15) / 16 * 16;
	uint64_t page = sysconf(_SC_PAGESIZE);
	uint64_t buffer = pitch_of(limits->max_width) * (lines * 3 / 2);

	return (buffer + page - 1) / page * page * limits->buffer_count;
}

static void test_memory(void)
{
	static const struct {
		uint32_t width, height, buffers;
	} rows[] = {
		{ 640, 480, 2 }, { 640, 480, 16 }, { 641, 481, 3 },
		{ 1366, 768, 3 }, { 1920, 1080, 3 }, { 1919, 1079, 2 },
		{ 3840, 2160, 2 }, { 4096, 4096, 2 },
	};
	int card = mc_card_open();
	struct drm_miracast_query_caps before = mc_caps(card), during;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct drm_miracast_create_context limits =
			nv12_limits(rows[i].width, rows[i].height,
				    rows[i].buffers);
		struct mc_ctx *ctx;

		if (limits.max_width > before.max_width ||
		    limits.max_height > before.max_height ||
		    memory_of(&limits) > before.picture_memory_total)
			continue;
		ctx = mc_ctx_create(card, &limits);
		during = mc_caps(card);
		igt_assert_eq_u64(before.picture_memory_free -
				  during.picture_memory_free,
				  memory_of(&limits));
		igt_assert_eq_u64(mc_statistics(ctx).picture_memory,
				  memory_of(&limits));
		mc_ctx_close(ctx);
		igt_assert(mc_at_rest(card));
	}
}

/* More fit than of XRGB8888, and the last one that does not is EBUSY. */
static void test_memory_full(void)
{
	struct drm_miracast_create_context limits = nv12_limits(640, 480, 16);
	struct drm_miracast_query_caps caps;
	struct mc_ctx *ctx[16];
	unsigned int i, fit = 3;
	char parameters[64];
	int card;

	/* The next whole MiB above what this many contexts take. */
	snprintf(parameters, sizeof(parameters),
		 "targets=16 picture_memory_mib=%llu",
		 (unsigned long long)(memory_of(&limits) * fit >> 20) + 1);
	mc_module_reload(parameters);
	card = mc_card_open();
	caps = mc_caps(card);
	igt_require(caps.picture_memory_total < memory_of(&limits) * (fit + 1));
	for (i = 0; i < fit; i++)
		ctx[i] = mc_ctx_create(card, &limits);
	mc_expect(mc_create_errno(card, &limits), -EBUSY);
	for (i = 0; i < fit; i++)
		mc_ctx_close(ctx[i]);
	igt_assert(mc_at_rest(card));
	mc_close(card);
}

/* The memory is the budget's until the last reference to it is gone. */
static void test_memory_outlives(void)
{
	struct mc_scene *scene = nv12_scene(640, 480, 2);
	struct drm_miracast_query_caps caps;
	struct mc_nv12 *want = mc_nv12(640, 480);
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0, 640, 480);
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;
	uint8_t *map;
	size_t size;
	uint32_t y;

	mc_nv12_convert(want, seen, NULL);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk.event.buffer,
				      &info), 0);
	size = lseek(info.fds[0], 0, SEEK_END);
	map = mc_map(info.fds[0], size, PROT_READ, 0);
	mc_close(info.fds[0]);
	mc_ctx_close(scene->ctx);
	caps = mc_caps(scene->card);
	igt_assert_eq_u64(caps.picture_memory_total - caps.picture_memory_free,
			  size);
	for (y = 0; y < 480; y++)
		igt_assert(!memcmp(map + info.planes[0].offset +
				   (size_t)y * info.planes[0].pitch,
				   want->luma + (size_t)y * want->pitch, 640));
	mc_unmap(map, size);
	mc_wait_at_rest(scene->card);
	mc_picture_free(seen);
	mc_nv12_free(want);
}

static const struct mc_subtest subtests[] = {
	{ "layout",
	  "GET_BUFFER and MODE_SET say where the two planes are, in every mode.",
	  test_layout },
	{ "read-only", "The owner cannot write into NV12 buffers.",
	  test_read_only },
	{ "zeroed", "Nothing but pictures is ever in the buffers.",
	  test_zeroed },
	{ "memory", "A context is charged for 12 bits a pixel.", test_memory },
	{ "memory-full", "What does not fit into picture memory is EBUSY.",
	  test_memory_full },
	{ "memory-outlives",
	  "A mapped buffer stays charged, and keeps its picture.",
	  test_memory_outlives },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_nv12_picture);
	mc_subtests(mc_nv12_damage);
}
