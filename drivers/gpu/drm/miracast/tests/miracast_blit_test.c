// SPDX-License-Identifier: GPL-2.0
/*
 * Making pictures of framebuffers: every format, the cursor in it, gamma over both,
 * and only where it was asked for.
 */
#include <kunit/test.h>

#include <linux/prandom.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_rect.h>

#include "../miracast_blit.h"
#include "../miracast_nv12.h"

/* An odd picture, somewhere in a framebuffer; wide enough for AVX2, and some pieces. */
#define FB_WIDTH	160
#define FB_HEIGHT	128
#define LEFT		3
#define TOP		5
#define WIDTH		147
#define HEIGHT		117

/* What has not been written. */
#define UNTOUCHED	0x5a

/* Bytes per line of luma, and of chroma. */
#define PITCH		192
#define CHROMA_PITCH	208
#define LUMA_SIZE	(PITCH * HEIGHT)
#define NV12_SIZE	(LUMA_SIZE + CHROMA_PITCH * ((HEIGHT + 1) / 2))

#define SCRATCH_SIZE	(WIDTH * sizeof(u32) + MIRACAST_SCRATCH_SLACK)

struct format {
	const char *name;
	u32 fourcc;
	u32 cpp;
};

static const struct format formats[] = {
	{ "XRGB8888", DRM_FORMAT_XRGB8888, 4 },
	{ "ARGB8888", DRM_FORMAT_ARGB8888, 4 },
	{ "XBGR8888", DRM_FORMAT_XBGR8888, 4 },
	{ "ABGR8888", DRM_FORMAT_ABGR8888, 4 },
	{ "RGB565", DRM_FORMAT_RGB565, 2 },
};

static void format_name(const struct format *format, char *name)
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

struct scene {
	struct miracast_image image;
	struct miracast_cursor_image cursor;
	struct miracast_gamma gamma;
	struct miracast_scratch scratch;
};

static void *alloc(struct kunit *test, size_t size)
{
	void *memory = kunit_kmalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	memset(memory, UNTOUCHED, size);

	return memory;
}

/* Noise in the framebuffer, under a premultiplied cursor of any opacity; no gamma. */
static struct scene *new_scene(struct kunit *test, const struct format *format)
{
	u32 pitch = FB_WIDTH * format->cpp;
	struct scene *scene = alloc(test, sizeof(*scene));
	struct rnd_state rnd;
	unsigned int i;
	void *fb;

	fb = alloc(test, pitch * FB_HEIGHT);
	prandom_seed_state(&rnd, format->fourcc);
	prandom_bytes_state(&rnd, fb, pitch * FB_HEIGHT);
	scene->image = (struct miracast_image){
		.covers = DRM_RECT_INIT(0, 0, WIDTH, HEIGHT),
		.map = IOSYS_MAP_INIT_VADDR(fb),
		.fourcc = format->fourcc,
		.pitch = pitch,
		.cpp = format->cpp,
		.x = LEFT,
		.y = TOP,
	};

	scene->cursor = (struct miracast_cursor_image){
		.pixels = alloc(test, MIRACAST_CURSOR_SIZE *
				MIRACAST_CURSOR_SIZE * sizeof(u32)),
		.x = 31,
		.y = 17,
		.width = 24,
		.height = 20,
		.visible = true,
	};
	for (i = 0; i < 20 * MIRACAST_CURSOR_SIZE; i++) {
		u32 alpha = prandom_u32_state(&rnd) & 0xff;

		if (i % 3)
			alpha = i % 3 == 1 ? 0 : 0xff;
		scene->cursor.pixels[i] =
			cpu_to_le32(alpha << 24 |
				    (prandom_u32_state(&rnd) % (alpha + 1)) << 16 |
				    (prandom_u32_state(&rnd) % (alpha + 1)) << 8 |
				    prandom_u32_state(&rnd) % (alpha + 1));
	}

	miracast_gamma_init(&scene->gamma, NULL);

	scene->scratch.lines[0] = alloc(test, SCRATCH_SIZE);
	scene->scratch.lines[1] = alloc(test, SCRATCH_SIZE);
	scene->scratch.bounce = alloc(test, SCRATCH_SIZE);
	scene->scratch.wc_bytes = 0;

	return scene;
}

/* Of each channel, every value becomes another one. */
static void set_gamma(struct scene *scene)
{
	struct miracast_gamma *gamma = &scene->gamma;
	unsigned int i;

	gamma->active = true;
	for (i = 0; i < MIRACAST_GAMMA_SIZE; i++) {
		gamma->red[i] = i + 1;
		gamma->green[i] = 254 - i;
		gamma->blue[i] = i + 100;
	}
}

/* A channel of 5 or 6 bits at full scale, rounded down as repeated bits are. */
static u32 widen(u32 value, u32 bits)
{
	return value << (8 - bits) | value >> (2 * bits - 8);
}

static u32 framebuffer_pixel(const struct miracast_image *image, int x, int y)
{
	const struct drm_rect *covers = &image->covers;
	const u8 *p = image->map.vaddr +
		      (y - covers->y1 + TOP) * image->pitch +
		      (x - covers->x1 + LEFT) * image->cpp;
	u32 word;

	if (x < covers->x1 || x >= covers->x2 || y < covers->y1 ||
	    y >= covers->y2)
		return 0;

	switch (image->fourcc) {
	case DRM_FORMAT_RGB565:
		word = p[0] | p[1] << 8;
		return widen(word >> 11, 5) << 16 |
		       widen(word >> 5 & 63, 6) << 8 | widen(word & 31, 5);
	case DRM_FORMAT_XBGR8888:
	case DRM_FORMAT_ABGR8888:
		return p[0] << 16 | p[1] << 8 | p[2];
	default:
		return p[2] << 16 | p[1] << 8 | p[0];
	}
}

static u32 blend(u32 over, u32 under)
{
	u32 rest = 255 - (over >> 24), result = 0, shift;

	for (shift = 0; shift < 24; shift += 8) {
		u32 c = (under >> shift & 255) * rest;

		result |= ((over >> shift & 255) + (c + 127) / 255) << shift;
	}

	return result;
}

/* Before gamma. */
static u32 blended_pixel(const struct miracast_image *image,
			 const struct miracast_cursor_image *cursor,
			 int x, int y)
{
	u32 pixel = framebuffer_pixel(image, x, y);
	int cx, cy;

	if (!cursor || !cursor->visible)
		return pixel;

	cx = x - cursor->x;
	cy = y - cursor->y;
	if (cx < 0 || cy < 0 || cx >= (int)cursor->width ||
	    cy >= (int)cursor->height)
		return pixel;

	return blend(le32_to_cpu(cursor->pixels[cy * MIRACAST_CURSOR_SIZE + cx]),
		     pixel);
}

/* One pixel of the picture, on the slowest way. */
static u32 expected_pixel(const struct scene *scene,
			  const struct miracast_cursor_image *cursor,
			  int x, int y)
{
	u32 pixel = blended_pixel(&scene->image, cursor, x, y);
	const struct miracast_gamma *gamma = &scene->gamma;

	if (!gamma->active)
		return pixel;

	return gamma->red[pixel >> 16] << 16 |
	       gamma->green[pixel >> 8 & 255] << 8 | gamma->blue[pixel & 255];
}

/* The whole picture as XRGB8888, its unused byte 0. */
static __le32 *expected_picture(struct kunit *test, const struct scene *scene,
				const struct miracast_cursor_image *cursor)
{
	__le32 *picture = alloc(test, WIDTH * HEIGHT * sizeof(*picture));
	int x, y;

	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++)
			picture[y * WIDTH + x] =
				cpu_to_le32(expected_pixel(scene, cursor, x, y));

	return picture;
}

static bool inside(const struct drm_rect *rect, int x, int y)
{
	return x >= rect->x1 && x < rect->x2 && y >= rect->y1 && y < rect->y2;
}

/* Blit one rectangle as XRGB8888 and look at every pixel of the picture. */
static void check_xrgb8888(struct kunit *test, struct scene *scene,
			   const struct miracast_cursor_image *cursor,
			   const struct drm_rect *rect)
{
	__le32 *want = expected_picture(test, scene, cursor);
	u32 *got = alloc(test, WIDTH * HEIGHT * sizeof(*got));
	const struct miracast_surface dst = {
		.fourcc = DRM_FORMAT_XRGB8888,
		.planes = { (u8 *)got },
		.pitches = { WIDTH * sizeof(*got) },
	};
	unsigned int wrong = 0;
	u64 bytes;
	int x, y;

	bytes = miracast_blit_rect(&scene->image, cursor, &scene->gamma, &dst,
				   rect, &scene->scratch);
	for (y = 0; y < HEIGHT; y++) {
		for (x = 0; x < WIDTH; x++) {
			unsigned int i = y * WIDTH + x;

			if (inside(rect, x, y))
				wrong += (got[i] & 0xffffff) !=
					 le32_to_cpu(want[i]);
			else
				wrong += got[i] != 0x5a5a5a5a;
		}
	}

	KUNIT_EXPECT_EQ_MSG(test, wrong, 0, DRM_RECT_FMT, DRM_RECT_ARG(rect));
	KUNIT_EXPECT_EQ(test, bytes,
			drm_rect_width(rect) * drm_rect_height(rect) * 4);
}

static void xrgb8888_has_framebuffer_and_cursor(struct kunit *test)
{
	struct scene *scene = new_scene(test, test->param_value);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rects); i++) {
		check_xrgb8888(test, scene, &scene->cursor, &rects[i]);
		check_xrgb8888(test, scene, NULL, &rects[i]);
	}
}

static void nv12_lines(u8 *nv12, const __le32 *picture, int y,
		       struct miracast_nv12_lines *lines)
{
	int below = min(y + 1, HEIGHT - 1);

	lines->src[0] = picture + y * WIDTH;
	lines->src[1] = picture + below * WIDTH;
	lines->y[0] = nv12 + y * PITCH;
	lines->y[1] = nv12 + below * PITCH;
	lines->cbcr = nv12 + LUMA_SIZE + y / 2 * CHROMA_PITCH;
}

/* The whole picture as NV12; the conversion itself has tests of its own. */
static u8 *expected_nv12(struct kunit *test, const struct scene *scene,
			 const struct miracast_cursor_image *cursor)
{
	__le32 *picture = expected_picture(test, scene, cursor);
	u8 *nv12 = alloc(test, NV12_SIZE);
	struct miracast_nv12_lines lines;
	int y;

	for (y = 0; y < HEIGHT; y += 2) {
		nv12_lines(nv12, picture, y, &lines);
		miracast_nv12_convert_scalar(&lines, 0, WIDTH);
	}

	return nv12;
}

/* Whether a byte of the NV12 picture belongs to a rectangle. */
static bool inside_nv12(const struct drm_rect *rect, unsigned int offset)
{
	int x, y;

	if (offset < LUMA_SIZE)
		return inside(rect, offset % PITCH, offset / PITCH);

	x = (offset - LUMA_SIZE) % CHROMA_PITCH;
	y = 2 * ((offset - LUMA_SIZE) / CHROMA_PITCH);

	return y >= rect->y1 && y < rect->y2 && x >= rect->x1 &&
	       x < round_up(rect->x2, 2);
}

/* Blit one rectangle as NV12 and look at every byte of both planes. */
static void check_nv12(struct kunit *test, struct scene *scene,
		       const struct miracast_cursor_image *cursor,
		       const struct drm_rect *rect)
{
	u8 *want = expected_nv12(test, scene, cursor);
	u8 *got = alloc(test, NV12_SIZE);
	const struct miracast_surface dst = {
		.fourcc = DRM_FORMAT_NV12,
		.planes = { got, got + LUMA_SIZE },
		.pitches = { PITCH, CHROMA_PITCH },
	};
	unsigned int wrong = 0, expected_bytes = 0, i;
	u64 bytes;

	bytes = miracast_blit_rect(&scene->image, cursor, &scene->gamma, &dst,
				   rect, &scene->scratch);
	for (i = 0; i < NV12_SIZE; i++) {
		bool written = inside_nv12(rect, i);

		wrong += got[i] != (written ? want[i] : UNTOUCHED);
		expected_bytes += written;
	}

	KUNIT_EXPECT_EQ_MSG(test, wrong, 0, DRM_RECT_FMT, DRM_RECT_ARG(rect));
	KUNIT_EXPECT_EQ(test, bytes, expected_bytes);
}

static void nv12_has_framebuffer_and_cursor(struct kunit *test)
{
	struct scene *scene = new_scene(test, test->param_value);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rects); i++) {
		check_nv12(test, scene, &scene->cursor, &rects[i]);
		check_nv12(test, scene, NULL, &rects[i]);
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
	struct scene *scene = new_scene(test, &formats[0]);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		scene->cursor.x = places[i].x;
		scene->cursor.y = places[i].y;
		check_xrgb8888(test, scene, &scene->cursor, &rects[0]);
		check_nv12(test, scene, &scene->cursor, &rects[0]);
	}

	scene->cursor.x = 10;
	scene->cursor.visible = false;
	check_nv12(test, scene, &scene->cursor, &rects[0]);
}

/* All rectangles, both formats, with and without a cursor. */
static void check_covered(struct kunit *test, struct scene *scene,
			  const struct drm_rect *covers)
{
	unsigned int i;

	scene->image.covers = *covers;
	for (i = 0; i < ARRAY_SIZE(rects); i++) {
		check_xrgb8888(test, scene, &scene->cursor, &rects[i]);
		check_xrgb8888(test, scene, NULL, &rects[i]);
		check_nv12(test, scene, &scene->cursor, &rects[i]);
		check_nv12(test, scene, NULL, &rects[i]);
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
	struct scene *scene = new_scene(test, test->param_value);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(covers); i++)
		check_covered(test, scene, &covers[i]);
}

/* Without an image nothing of it is looked at. */
static void black_without_image(struct kunit *test)
{
	struct scene *scene = new_scene(test, &formats[0]);
	unsigned int i;

	scene->image = (struct miracast_image){};
	for (i = 0; i < ARRAY_SIZE(rects); i++) {
		check_xrgb8888(test, scene, &scene->cursor, &rects[i]);
		check_nv12(test, scene, NULL, &rects[i]);
	}
}

static void io_memory_is(struct kunit *test, struct scene *scene)
{
	u8 *want = expected_nv12(test, scene, &scene->cursor);
	u8 *got = alloc(test, NV12_SIZE);
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
	struct scene *scene;

	if (!IS_ENABLED(CONFIG_X86) || IS_ENABLED(CONFIG_UML))
		kunit_skip(test, "no access to memory as I/O memory");

	scene = new_scene(test, test->param_value);
	io_memory_is(test, scene);
	set_gamma(scene);
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
	struct scene *scene = new_scene(test, test->param_value);
	struct miracast_image *image = &scene->image;
	size_t size = image->pitch * FB_HEIGHT;
	const void *pixels = image->map.vaddr;
	u8 *memory = alloc(test, size + 3 * MIRACAST_WC_BLOCK);
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
			check_xrgb8888(test, scene, NULL, &rects[i]);
			KUNIT_EXPECT_EQ(test, scene->scratch.wc_bytes,
					block_bytes(image, &rects[i]));
			scene->scratch.wc_bytes = 0;
			check_nv12(test, scene, NULL, &rects[i]);
			KUNIT_EXPECT_EQ(test, scene->scratch.wc_bytes,
					block_bytes(image, &rects[i]));
			check_xrgb8888(test, scene, &scene->cursor, &rects[i]);
			check_nv12(test, scene, &scene->cursor, &rects[i]);
		}
	}
}

/* What lies outside a dma-buf is not read: it can end where the pixels do. */
static void foreign_is_read_up_to_its_ends(struct kunit *test)
{
	struct scene *scene = new_scene(test, test->param_value);
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
		u8 *memory = alloc(test, shift + size - first);

		memcpy(memory + shift, pixels + first, size - first);
		iosys_map_set_vaddr(&image->map, memory + shift);
		image->before = 0;
		image->bytes = size - first;
		for (i = 0; i < ARRAY_SIZE(rects); i++) {
			u32 *want = alloc(test, WIDTH * HEIGHT * sizeof(*want));
			u32 *got = alloc(test, WIDTH * HEIGHT * sizeof(*got));
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

static void crc_is_of(struct kunit *test, struct scene *scene)
{
	struct scene *shown = new_scene(test, &formats[0]);
	__le32 *picture = expected_picture(test, scene, &scene->cursor);
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
	struct scene *scene = new_scene(test, test->param_value);

	crc_is_of(test, scene);
	set_gamma(scene);
	crc_is_of(test, scene);
}

/* Of the framebuffer, of the cursor, and of what is black. */
static void gamma_is_applied_to_all(struct kunit *test)
{
	static const struct drm_rect covers[] = {
		{ 0, 0, WIDTH, HEIGHT }, { 0, 0, 0, 0 }, { 41, 21, 82, 32 },
	};
	struct scene *scene = new_scene(test, test->param_value);
	unsigned int i;

	set_gamma(scene);
	for (i = 0; i < ARRAY_SIZE(covers); i++)
		check_covered(test, scene, &covers[i]);
}

/* What is scanned out is the client's. */
static void gamma_leaves_the_framebuffer(struct kunit *test)
{
	struct scene *scene = new_scene(test, test->param_value);
	size_t size = scene->image.pitch * FB_HEIGHT;
	void *before = alloc(test, size);

	memcpy(before, scene->image.map.vaddr, size);
	set_gamma(scene);
	check_xrgb8888(test, scene, &scene->cursor, &rects[0]);
	check_nv12(test, scene, &scene->cursor, &rects[0]);
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
