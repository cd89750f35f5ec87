// SPDX-License-Identifier: GPL-2.0
/*
 * Making pictures of framebuffers: every format, the cursor in it, and only
 * where it was asked for.
 */
#include <kunit/test.h>

#include <linux/prandom.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_rect.h>

#include "../miracast_blit.h"
#include "../miracast_nv12.h"

/* An odd picture, somewhere in a framebuffer; wide enough for AVX2. */
#define FB_WIDTH	160
#define FB_HEIGHT	64
#define LEFT		3
#define TOP		5
#define WIDTH		147
#define HEIGHT		53

/* What has not been written. */
#define UNTOUCHED	0x5a

/* Bytes per line of luma and chroma. */
#define PITCH		192
#define LUMA_SIZE	(PITCH * HEIGHT)
#define NV12_SIZE	(PITCH * (HEIGHT + (HEIGHT + 1) / 2))

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
	{ WIDTH - 1, HEIGHT - 1, WIDTH, HEIGHT },
	{ 0, HEIGHT - 1, 80, HEIGHT },
};

struct scene {
	struct miracast_image image;
	struct miracast_cursor_image cursor;
	struct miracast_scratch scratch;
};

static void *alloc(struct kunit *test, size_t size)
{
	void *memory = kunit_kmalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	memset(memory, UNTOUCHED, size);

	return memory;
}

/* Noise in the framebuffer, under a premultiplied cursor of any opacity. */
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
		scene->cursor.pixels[i] = alpha << 24 |
			(prandom_u32_state(&rnd) % (alpha + 1)) << 16 |
			(prandom_u32_state(&rnd) % (alpha + 1)) << 8 |
			prandom_u32_state(&rnd) % (alpha + 1);
	}

	scene->scratch.lines[0] = alloc(test, WIDTH * sizeof(u32));
	scene->scratch.lines[1] = alloc(test, WIDTH * sizeof(u32));
	scene->scratch.bounce = alloc(test, WIDTH * sizeof(u32));

	return scene;
}

/* A channel of 5 or 6 bits at full scale, rounded down as repeated bits are. */
static u32 widen(u32 value, u32 bits)
{
	return value << (8 - bits) | value >> (2 * bits - 8);
}

static u32 framebuffer_pixel(const struct miracast_image *image, int x, int y)
{
	const u8 *p = image->map.vaddr + (y + TOP) * image->pitch +
		      (x + LEFT) * image->cpp;
	u32 word;

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

/* One pixel of the picture, on the slowest way. */
static u32 expected_pixel(const struct miracast_image *image,
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

	return blend(cursor->pixels[cy * MIRACAST_CURSOR_SIZE + cx], pixel);
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
				cpu_to_le32(expected_pixel(&scene->image, cursor,
							   x, y));

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

	bytes = miracast_blit_rect(&scene->image, cursor, &dst, rect,
				   &scene->scratch);
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
	lines->cbcr = nv12 + LUMA_SIZE + y / 2 * PITCH;
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
	int x = offset % PITCH, y = offset / PITCH;

	if (offset < LUMA_SIZE)
		return inside(rect, x, y);

	y = 2 * (y - HEIGHT);

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
		.pitches = { PITCH, PITCH },
	};
	unsigned int wrong = 0, expected_bytes = 0, i;
	u64 bytes;

	bytes = miracast_blit_rect(&scene->image, cursor, &dst, rect,
				   &scene->scratch);
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

/* The test's memory can be read as if it were a device's, but not everywhere. */
static void io_memory_is_read(struct kunit *test)
{
	struct scene *scene;
	u8 *want, *got;
	struct miracast_surface dst = {
		.fourcc = DRM_FORMAT_NV12,
		.pitches = { PITCH, PITCH },
	};

	if (!IS_ENABLED(CONFIG_X86) || IS_ENABLED(CONFIG_UML))
		kunit_skip(test, "no access to memory as I/O memory");

	scene = new_scene(test, test->param_value);
	want = expected_nv12(test, scene, &scene->cursor);
	got = alloc(test, NV12_SIZE);
	dst.planes[0] = got;
	dst.planes[1] = got + LUMA_SIZE;
	iosys_map_set_vaddr_iomem(&scene->image.map,
				  (void __iomem *)scene->image.map.vaddr);
	miracast_blit_rect(&scene->image, &scene->cursor, &dst, &rects[0],
			   &scene->scratch);
	KUNIT_EXPECT_EQ(test, memcmp(want, got, NV12_SIZE), 0);
}

static void crc_is_of_what_is_shown(struct kunit *test)
{
	struct scene *scene = new_scene(test, test->param_value);
	struct scene *shown = new_scene(test, &formats[0]);
	__le32 *picture = expected_picture(test, scene, &scene->cursor);
	u32 got, want;

	iosys_map_set_vaddr(&shown->image.map, picture);
	shown->image.x = 0;
	shown->image.y = 0;
	shown->image.pitch = WIDTH * sizeof(*picture);

	got = miracast_blit_crc(&scene->image, &scene->cursor, WIDTH, HEIGHT,
				&scene->scratch);
	want = miracast_blit_crc(&shown->image, NULL, WIDTH, HEIGHT,
				 &shown->scratch);
	KUNIT_EXPECT_EQ(test, got, want);
}

static struct kunit_case blit_cases[] = {
	KUNIT_CASE_PARAM(xrgb8888_has_framebuffer_and_cursor,
			 format_gen_params),
	KUNIT_CASE_PARAM(nv12_has_framebuffer_and_cursor, format_gen_params),
	KUNIT_CASE(cursor_may_be_anywhere),
	KUNIT_CASE_PARAM(io_memory_is_read, format_gen_params),
	KUNIT_CASE_PARAM(crc_is_of_what_is_shown, format_gen_params),
	{}
};

static struct kunit_suite blit_suite = {
	.name = "miracast_blit",
	.test_cases = blit_cases,
};

kunit_test_suite(blit_suite);
