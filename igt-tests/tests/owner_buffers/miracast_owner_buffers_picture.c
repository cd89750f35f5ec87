// SPDX-License-Identifier: MIT
/*
 * Pictures in the owner's dma-bufs: of every exporter, in every arrangement. Nothing is
 * written outside of them.
 */
#include "miracast_owner_buffers.h"

/* Random damage into a set; the owner looks through its own mapping as well. */
static void run(const struct layout *layout, uint32_t flags, uint32_t parts)
{
	struct drm_miracast_create_context limits = owner_limits(layout);
	struct set *set = set_make(layout);
	struct mc_scene *scene;
	struct mc_client c;
	int i;

	limits.flags |= flags;
	limits.parts = parts;
	scene = mc_scene_lit(mc_card_open(), &limits, 60000);
	set_give(scene->ctx, set);
	mc_complete_mode(scene->ctx, NULL);
	mc_client_begin(&c, scene, layout->pitch + layout->offset);
	mc_client_expect(&c, "first picture");
	for (i = 0; i < 25; i++) {
		mc_client_commit(&c, 10);
		mc_client_expect(&c, "in the owner's memory");
	}
	set_assert_outside(set, layout->width, layout->height);
	mc_client_free(&c);
	mc_scene_free(scene);
	set_close(set);
}

static void every_layout(enum mc_exporter exporter, uint32_t format)
{
	static const struct layout layouts[] = {
		{ .width = 640, .height = 480, .buffers = 2 },
		{ .width = 641, .height = 481, .buffers = 3, .pitch = 2600 },
		{ .width = 640, .height = 480, .buffers = 3, .pitch = 4096,
		  .offset = 4096 },
		{ .width = 641, .height = 481, .buffers = 3, .pitch = 2708,
		  .offset = 8204 },
		{ .width = 640, .height = 480, .buffers = 3, .shared = true },
		{ .width = 650, .height = 485, .buffers = 4, .pitch = 2604,
		  .offset = 12, .shared = true },
	};
	struct mc_dmabufs before = mc_dmabufs();
	unsigned int i, split;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		for (split = 0; split <= (format == DRM_FORMAT_NV12); split++) {
			struct layout layout = layouts[i];

			/* The others have something to do when access ends. */
			if (layout.shared && exporter != MC_VGEM)
				continue;
			layout.exporter = exporter;
			layout.format = format;
			layout.split = split;
			run(&layout, 0, 1);
		}
	}
	mc_wait_dmabufs(&before);
}

static void test_exporter(void)
{
	every_layout(MC_TEST, DRM_FORMAT_XRGB8888);
}

static void test_exporter_nv12(void)
{
	every_layout(MC_TEST, DRM_FORMAT_NV12);
}

static void test_vgem(void)
{
	every_layout(MC_VGEM, DRM_FORMAT_XRGB8888);
}

static void test_vgem_nv12(void)
{
	every_layout(MC_VGEM, DRM_FORMAT_NV12);
}

static void test_udmabuf(void)
{
	every_layout(MC_UDMABUF, DRM_FORMAT_XRGB8888);
}

static void test_udmabuf_nv12(void)
{
	every_layout(MC_UDMABUF, DRM_FORMAT_NV12);
}

static void test_heap(void)
{
	every_layout(MC_HEAP, DRM_FORMAT_XRGB8888);
}

static void test_heap_nv12(void)
{
	every_layout(MC_HEAP, DRM_FORMAT_NV12);
}

/* With everything else that a context can ask for. */
static void test_parts(void)
{
	struct layout layout = { .width = 641, .height = 481, .buffers = 3,
				 .format = DRM_FORMAT_XRGB8888 };

	run(&layout, DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA, 5);
	layout.format = DRM_FORMAT_NV12;
	layout.pitch = 702;
	layout.offset = 6;
	layout.split = true;
	run(&layout, DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER, 16);
}

/* Unchanged pixels are not written again. */
static void static_region(uint32_t format)
{
	struct layout layout = { .width = 640, .height = 480, .buffers = 2,
				 .format = format };
	struct drm_mode_rect clip = { 33, 301, 101, 377 };
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	unsigned int first, index, plane, i, y;
	struct mc_chunk chunk;
	struct mc_client c;
	size_t line;

	mc_client_begin(&c, scene, 1);
	mc_wait_chunk(scene->ctx, &chunk);
	first = set_index(scene->ctx, set, &chunk);
	mc_release(scene->ctx, &chunk);
	/*
	 * The owner draws into its buffer, which it should not; lines 0 to 299 do not
	 * change.
	 */
	for (plane = 0; plane < set->buffers[0].plane_count; plane++)
		memset(set_plane(set, first, plane), 0x3c,
		       (size_t)set->buffers[0].planes[plane].pitch *
		       (plane ? 150 : 300));
	for (i = 0; i < 10; i++) {
		mc_client_change(&c, &clip);
		mc_wait_chunk(scene->ctx, &chunk);
		index = set_index(scene->ctx, set, &chunk);
		igt_assert_eq_u32(index, first);
		mc_release(scene->ctx, &chunk);
	}
	for (plane = 0; plane < set->buffers[0].plane_count; plane++) {
		const uint8_t *at = set_plane(set, first, plane);

		line = set->buffers[0].planes[plane].pitch;
		for (y = 0; y < line * (plane ? 150 : 300); y++)
			igt_assert_f(at[y] == 0x3c,
				     "byte %u of plane %u was written\n", y,
				     plane);
	}
	mc_client_free(&c);
	mc_scene_free(scene);
	set_close(set);
}

static void test_static_region(void)
{
	mc_require_exporter(MC_VGEM);
	static_region(DRM_FORMAT_XRGB8888);
	static_region(DRM_FORMAT_NV12);
}

/* A buffer that the owner holds is not written at all. */
static void test_held(void)
{
	struct set *set = set_simple(640, 480, 3);
	struct mc_scene *scene = owner_scene(set);
	struct mc_chunk held, chunk;
	unsigned int index, i;
	struct mc_picture *copy = mc_picture(640, 480);

	mc_wait_chunk(scene->ctx, &held);
	index = set_index(scene->ctx, set, &held);
	memcpy(copy->pixels, set_plane(set, index, 0), 640 * 480 * 4);
	for (i = 0; i < 20; i++) {
		mc_fb_paint(scene->fb[i % 3], NULL, i + 7);
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert(set_index(scene->ctx, set, &chunk) != index);
		mc_release(scene->ctx, &chunk);
	}
	igt_assert(!memcmp(copy->pixels, set_plane(set, index, 0),
			   640 * 480 * 4));
	mc_release(scene->ctx, &held);
	mc_picture_free(copy);
}

/* GET_BUFFER hands out what it was given, as often as it is asked. */
static void test_get_buffer(void)
{
	struct layout layout = {
		.format = DRM_FORMAT_NV12, .buffers = 2, .width = 640,
		.height = 480, .pitch = 768, .offset = 64, .split = true,
	};
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;
	int fds, i, o;

	mc_wait_chunk(scene->ctx, &chunk);
	fds = mc_count_fds();
	for (i = 0; i < 3; i++) {
		mc_expect(mc_get_buffer_errno(scene->ctx->fd,
					      chunk.event.buffer, &info), 0);
		igt_assert_eq(mc_count_fds(), fds + 2);
		igt_assert_eq_u32(info.fourcc, DRM_FORMAT_NV12);
		igt_assert_eq_u64(info.modifier, DRM_FORMAT_MOD_LINEAR);
		igt_assert_eq_u32(info.width, 640);
		igt_assert_eq_u32(info.height, 480);
		igt_assert_eq_u32(info.plane_count, 2);
		igt_assert_eq_u32(info.object_count, 2);
		for (o = 0; o < 2; o++) {
			igt_assert_eq_u32(info.planes[o].object, o);
			igt_assert_eq_u32(info.planes[o].pitch, 768);
			igt_assert_eq_u64(info.planes[o].offset, 64);
			mc_close(info.fds[o]);
		}
	}
	set_index(scene->ctx, set, &chunk);
	mc_release(scene->ctx, &chunk);
}

const struct mc_subtest mc_owner_buffers_picture[] = {
	{ "exporter", "Pictures in memory of the tests' exporter.",
	  test_exporter },
	{ "exporter-nv12", "The same in NV12.", test_exporter_nv12 },
	{ "vgem",
	  "Pictures in memory of vgem, with pitch and offsets of the owner's choice.",
	  test_vgem },
	{ "vgem-nv12", "The same in NV12, also with the planes apart.",
	  test_vgem_nv12 },
	{ "udmabuf", "Pictures in memory of udmabuf.", test_udmabuf },
	{ "udmabuf-nv12", "The same in NV12.", test_udmabuf_nv12 },
	{ "heap", "Pictures in memory of a dma-heap.", test_heap },
	{ "heap-nv12", "The same in NV12.", test_heap_nv12 },
	{ "with-parts", "Parts and the other flags go with it.", test_parts },
	{ "static-region",
	  "Pixels that have not changed on the screen are not written.",
	  test_static_region },
	{ "held", "What the owner holds is not written.", test_held },
	{ "get-buffer", "GET_BUFFER returns what SET_BUFFERS was given.",
	  test_get_buffer },
	{}
};
