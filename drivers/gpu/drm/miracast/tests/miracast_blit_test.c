// SPDX-License-Identifier: GPL-2.0
/*
 * Making pictures of framebuffers: every format, the cursor in it, gamma over both,
 * and only where it was asked for.
 */
#include <kunit/test.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_rect.h>

#include "miracast_blit_scene.h"

static const struct miracast_test_format formats[] = {
	{ "XRGB8888", DRM_FORMAT_XRGB8888, 4 },
	{ "ARGB8888", DRM_FORMAT_ARGB8888, 4 },
	{ "XBGR8888", DRM_FORMAT_XBGR8888, 4 },
	{ "ABGR8888", DRM_FORMAT_ABGR8888, 4 },
	{ "RGB565", DRM_FORMAT_RGB565, 2 },
};

static void format_name(const struct miracast_test_format *format, char *name)
{
	strscpy(name, format->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(format, formats, format_name);

/* Edges that NV12 may have: even ones, and those of the picture. */
static const struct drm_rect rects[] = {
	{ 0, 0, WIDTH, HEIGHT },
	{ 2, 4, 4, 6 },
	{ 10, 2, 130, 48 },
	{ 40, 20, WIDTH, 42 },
	{ 56, 0, 144, HEIGHT },
	{ WIDTH - 1, HEIGHT - 1, WIDTH, HEIGHT },
	{ 0, HEIGHT - 1, 80, HEIGHT },
};

static void xrgb8888_has_framebuffer_and_cursor(struct kunit *test)
{
	struct miracast_test_scene *scene = miracast_test_scene(test, test->param_value);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rects); i++) {
		miracast_test_check_xrgb8888(test, scene, &scene->cursor, &rects[i]);
		miracast_test_check_xrgb8888(test, scene, NULL, &rects[i]);
	}
}

static void nv12_has_framebuffer_and_cursor(struct kunit *test)
{
	struct miracast_test_scene *scene = miracast_test_scene(test, test->param_value);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rects); i++) {
		miracast_test_check_nv12(test, scene, &scene->cursor, &rects[i]);
		miracast_test_check_nv12(test, scene, NULL, &rects[i]);
	}
}

static void cursor_may_be_anywhere(struct kunit *test)
{
	static const struct {
		int x, y;
	} places[] = {
		{ -10, -7 }, { -24, 0 }, { -23, 0 }, { 0, -20 }, { 0, -19 },
		{ WIDTH - 1, HEIGHT - 1 }, { WIDTH, 10 }, { 10, HEIGHT },
		{ -30000, 5 }, { 5, 30000 },
	};
	struct miracast_test_scene *scene = miracast_test_scene(test, &formats[0]);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		scene->cursor.x = places[i].x;
		scene->cursor.y = places[i].y;
		miracast_test_check_xrgb8888(test, scene, &scene->cursor, &rects[0]);
		miracast_test_check_nv12(test, scene, &scene->cursor, &rects[0]);
	}

	scene->cursor.x = 10;
	scene->cursor.visible = false;
	miracast_test_check_nv12(test, scene, &scene->cursor, &rects[0]);
}

/* All rectangles, both formats, with and without a cursor. */
static void check_covered(struct kunit *test, struct miracast_test_scene *scene,
			  const struct drm_rect *covers)
{
	unsigned int i;

	scene->image.covers = *covers;
	for (i = 0; i < ARRAY_SIZE(rects); i++) {
		miracast_test_check_xrgb8888(test, scene, &scene->cursor, &rects[i]);
		miracast_test_check_xrgb8888(test, scene, NULL, &rects[i]);
		miracast_test_check_nv12(test, scene, &scene->cursor, &rects[i]);
		miracast_test_check_nv12(test, scene, NULL, &rects[i]);
	}
}

/* What the framebuffer does not cover is black, also under the cursor. */
static void black_where_nothing_covers(struct kunit *test)
{
	static const struct drm_rect covers[] = {
		{ 0, 0, 0, 0 }, { 0, 0, 1, 1 }, { 40, 20, 80, 40 },
		{ 41, 21, 82, 32 }, { 0, 10, WIDTH, 11 }, { 33, 0, 34, HEIGHT },
		{ WIDTH - 1, HEIGHT - 1, WIDTH, HEIGHT },
		{ 0, 0, WIDTH - 1, HEIGHT }, { 1, 1, WIDTH, HEIGHT },
	};
	struct miracast_test_scene *scene = miracast_test_scene(test, test->param_value);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(covers); i++)
		check_covered(test, scene, &covers[i]);
}

/* Without an image nothing of it is looked at. */
static void black_without_image(struct kunit *test)
{
	struct miracast_test_scene *scene = miracast_test_scene(test, &formats[0]);
	unsigned int i;

	scene->image = (struct miracast_image){};
	for (i = 0; i < ARRAY_SIZE(rects); i++) {
		miracast_test_check_xrgb8888(test, scene, &scene->cursor, &rects[i]);
		miracast_test_check_nv12(test, scene, NULL, &rects[i]);
	}
}

static void io_memory_is(struct kunit *test, struct miracast_test_scene *scene)
{
	u8 *want = miracast_test_expect_nv12(test, scene, &scene->cursor);
	u8 *got = miracast_test_alloc(test, NV12_SIZE);
	const struct miracast_surface dst = {
		.fourcc = DRM_FORMAT_NV12,
		.planes = { got, got + LUMA_SIZE },
		.pitches = { PITCH, CHROMA_PITCH },
	};
	struct miracast_image image = scene->image;

	iosys_map_set_vaddr_iomem(&image.map,
				  (void __iomem *)image.map.vaddr);
	image.foreign = true;
	image.bytes = image.pitch * FB_HEIGHT;
	miracast_blit_rect(&image, &scene->cursor, &scene->gamma, &dst,
			   &rects[0], &scene->scratch);
	KUNIT_EXPECT_EQ(test, memcmp(want, got, NV12_SIZE), 0);
}

/* The test's memory can be read as if it were a device's, but not everywhere. */
static void io_memory_is_read(struct kunit *test)
{
	struct miracast_test_scene *scene;

	if (!IS_ENABLED(CONFIG_X86) || IS_ENABLED(CONFIG_UML))
		kunit_skip(test, "no access to memory as I/O memory");

	scene = miracast_test_scene(test, test->param_value);
	io_memory_is(test, scene);
	miracast_test_set_gamma(scene);
	io_memory_is(test, scene);
}

/* Bytes of whole blocks around the pixels of a rectangle, all of it covered. */
static u64 block_bytes(const struct miracast_image *image,
		       const struct drm_rect *rect)
{
	u64 bytes = 0;
	int y;

	for (y = rect->y1; y < rect->y2; y++) {
		unsigned long line = (unsigned long)image->map.vaddr +
				     (TOP + y) * image->pitch;
		unsigned long from = line + (LEFT + rect->x1) * image->cpp;
		unsigned long to = line + (LEFT + rect->x2) * image->cpp;

		bytes += ALIGN(to, MIRACAST_WC_BLOCK) -
			 ALIGN_DOWN(from, MIRACAST_WC_BLOCK);
	}

	return bytes;
}

/* Foreign memory, from any byte on, is read in blocks, the edges included. */
static void foreign_is_read_in_blocks(struct kunit *test)
{
	struct miracast_test_scene *scene = miracast_test_scene(test, test->param_value);
	struct miracast_image *image = &scene->image;
	size_t size = image->pitch * FB_HEIGHT;
	const void *pixels = image->map.vaddr;
	u8 *memory = miracast_test_alloc(test, size + 3 * MIRACAST_WC_BLOCK);
	unsigned int shift, i;

	memory = PTR_ALIGN(memory, MIRACAST_WC_BLOCK);
	image->foreign = true;
	for (shift = 0; shift < MIRACAST_WC_BLOCK; shift += image->cpp) {
		memcpy(memory + shift, pixels, size);
		iosys_map_set_vaddr(&image->map, memory + shift);
		image->before = shift;
		image->bytes = size + MIRACAST_WC_BLOCK;
		for (i = 0; i < ARRAY_SIZE(rects); i++) {
			scene->scratch.wc_bytes = 0;
			miracast_test_check_xrgb8888(test, scene, NULL, &rects[i]);
			KUNIT_EXPECT_EQ(test, scene->scratch.wc_bytes,
					block_bytes(image, &rects[i]));
			scene->scratch.wc_bytes = 0;
			miracast_test_check_nv12(test, scene, NULL, &rects[i]);
			KUNIT_EXPECT_EQ(test, scene->scratch.wc_bytes,
					block_bytes(image, &rects[i]));
			miracast_test_check_xrgb8888(test, scene, &scene->cursor, &rects[i]);
			miracast_test_check_nv12(test, scene, &scene->cursor, &rects[i]);
		}
	}
}

/* What lies outside a dma-buf is not read: it can end where the pixels do. */
static void foreign_is_read_up_to_its_ends(struct kunit *test)
{
	struct miracast_test_scene *scene = miracast_test_scene(test, test->param_value);
	struct miracast_image *image = &scene->image;
	size_t size = image->pitch * (TOP + HEIGHT - 1) +
		      (LEFT + WIDTH) * image->cpp;
	size_t first = image->pitch * TOP + LEFT * image->cpp;
	const void *pixels = image->map.vaddr;
	unsigned int shift, i;

	image->foreign = true;
	image->x = 0;
	image->y = 0;
	for (shift = 0; shift < MIRACAST_WC_BLOCK; shift += image->cpp) {
		/* Memory that nobody may touch a byte beside: KASAN looks. */
		u8 *memory = miracast_test_alloc(test, shift + size - first);

		memcpy(memory + shift, pixels + first, size - first);
		iosys_map_set_vaddr(&image->map, memory + shift);
		image->before = 0;
		image->bytes = size - first;
		for (i = 0; i < ARRAY_SIZE(rects); i++) {
			u32 *want = miracast_test_alloc(test, WIDTH * HEIGHT * sizeof(*want));
			u32 *got = miracast_test_alloc(test, WIDTH * HEIGHT * sizeof(*got));
			struct miracast_surface dst = {
				.fourcc = DRM_FORMAT_XRGB8888,
				.planes = { (u8 *)got },
				.pitches = { WIDTH * sizeof(*got) },
			};

			miracast_blit_rect(image, NULL, NULL, &dst, &rects[i],
					   &scene->scratch);
			image->foreign = false;
			dst.planes[0] = (u8 *)want;
			miracast_blit_rect(image, NULL, NULL, &dst, &rects[i],
					   &scene->scratch);
			image->foreign = true;
			KUNIT_EXPECT_EQ(test, memcmp(want, got, WIDTH * HEIGHT *
						     sizeof(*got)), 0);
		}
	}
}

static void crc_is_of(struct kunit *test, struct miracast_test_scene *scene)
{
	struct miracast_test_scene *shown = miracast_test_scene(test, &formats[0]);
	__le32 *picture = miracast_test_expect_picture(test, scene, &scene->cursor);
	u32 got, want;

	iosys_map_set_vaddr(&shown->image.map, picture);
	shown->image.x = 0;
	shown->image.y = 0;
	shown->image.pitch = WIDTH * sizeof(*picture);

	got = miracast_blit_crc(&scene->image, &scene->cursor, &scene->gamma,
				WIDTH, HEIGHT, &scene->scratch);
	want = miracast_blit_crc(&shown->image, NULL, NULL, WIDTH, HEIGHT,
				 &shown->scratch);
	KUNIT_EXPECT_EQ(test, got, want);
}

static void crc_is_of_what_is_shown(struct kunit *test)
{
	struct miracast_test_scene *scene = miracast_test_scene(test, test->param_value);

	crc_is_of(test, scene);
	miracast_test_set_gamma(scene);
	crc_is_of(test, scene);
}

/* Of the framebuffer, of the cursor, and of what is black. */
static void gamma_is_applied_to_all(struct kunit *test)
{
	static const struct drm_rect covers[] = {
		{ 0, 0, WIDTH, HEIGHT }, { 0, 0, 0, 0 }, { 41, 21, 82, 32 },
	};
	struct miracast_test_scene *scene = miracast_test_scene(test, test->param_value);
	unsigned int i;

	miracast_test_set_gamma(scene);
	for (i = 0; i < ARRAY_SIZE(covers); i++)
		check_covered(test, scene, &covers[i]);
}

/* What is scanned out is the client's. */
static void gamma_leaves_the_framebuffer(struct kunit *test)
{
	struct miracast_test_scene *scene = miracast_test_scene(test, test->param_value);
	size_t size = scene->image.pitch * FB_HEIGHT;
	void *before = miracast_test_alloc(test, size);

	memcpy(before, scene->image.map.vaddr, size);
	miracast_test_set_gamma(scene);
	miracast_test_check_xrgb8888(test, scene, &scene->cursor, &rects[0]);
	miracast_test_check_nv12(test, scene, &scene->cursor, &rects[0]);
	crc_is_of(test, scene);
	KUNIT_EXPECT_EQ(test, memcmp(before, scene->image.map.vaddr, size), 0);
}

static struct kunit_case blit_cases[] = {
	KUNIT_CASE_PARAM(xrgb8888_has_framebuffer_and_cursor,
			 format_gen_params),
	KUNIT_CASE_PARAM(nv12_has_framebuffer_and_cursor, format_gen_params),
	KUNIT_CASE(cursor_may_be_anywhere),
	KUNIT_CASE_PARAM(black_where_nothing_covers, format_gen_params),
	KUNIT_CASE(black_without_image),
	KUNIT_CASE_PARAM(io_memory_is_read, format_gen_params),
	KUNIT_CASE_PARAM(foreign_is_read_in_blocks, format_gen_params),
	KUNIT_CASE_PARAM(foreign_is_read_up_to_its_ends, format_gen_params),
	KUNIT_CASE_PARAM(crc_is_of_what_is_shown, format_gen_params),
	KUNIT_CASE_PARAM(gamma_is_applied_to_all, format_gen_params),
	KUNIT_CASE_PARAM(gamma_leaves_the_framebuffer, format_gen_params),
	{}
};

static struct kunit_suite blit_suite = {
	.name = "miracast_blit",
	.test_cases = blit_cases,
};

kunit_test_suite(blit_suite);
