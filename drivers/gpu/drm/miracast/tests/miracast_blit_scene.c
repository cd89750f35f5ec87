// SPDX-License-Identifier: GPL-2.0
/*
 * A framebuffer under a cursor, and the picture that must become of it, made on the slowest
 * way.
 */
#include <kunit/test.h>

#include <linux/prandom.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_rect.h>

#include "../miracast_nv12.h"
#include "miracast_blit_scene.h"

#define SCRATCH_SIZE	(WIDTH * sizeof(u32) + MIRACAST_SCRATCH_SLACK)

void *miracast_test_alloc(struct kunit *test, size_t size)
{
	void *memory = kunit_kmalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	memset(memory, UNTOUCHED, size);

	return memory;
}

struct miracast_test_scene *miracast_test_scene(struct kunit *test,
						const struct miracast_test_format *format)
{
	u32 pitch = FB_WIDTH * format->cpp;
	struct miracast_test_scene *scene = miracast_test_alloc(test, sizeof(*scene));
	struct rnd_state rnd;
	unsigned int i;
	void *fb;

	fb = miracast_test_alloc(test, pitch * FB_HEIGHT);
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
		.pixels = miracast_test_alloc(test, MIRACAST_CURSOR_SIZE *
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

	scene->scratch.lines[0] = miracast_test_alloc(test, SCRATCH_SIZE);
	scene->scratch.lines[1] = miracast_test_alloc(test, SCRATCH_SIZE);
	scene->scratch.bounce = miracast_test_alloc(test, SCRATCH_SIZE);
	scene->scratch.wc_bytes = 0;

	return scene;
}

void miracast_test_set_gamma(struct miracast_test_scene *scene)
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
static u32 expected_pixel(const struct miracast_test_scene *scene,
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

__le32 *miracast_test_expect_picture(struct kunit *test, const struct miracast_test_scene *scene,
				     const struct miracast_cursor_image *cursor)
{
	__le32 *picture = miracast_test_alloc(test, WIDTH * HEIGHT * sizeof(*picture));
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

void miracast_test_check_xrgb8888(struct kunit *test, struct miracast_test_scene *scene,
				  const struct miracast_cursor_image *cursor,
				  const struct drm_rect *rect)
{
	__le32 *want = miracast_test_expect_picture(test, scene, cursor);
	u32 *got = miracast_test_alloc(test, WIDTH * HEIGHT * sizeof(*got));
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

u8 *miracast_test_expect_nv12(struct kunit *test, const struct miracast_test_scene *scene,
			      const struct miracast_cursor_image *cursor)
{
	__le32 *picture = miracast_test_expect_picture(test, scene, cursor);
	u8 *nv12 = miracast_test_alloc(test, NV12_SIZE);
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

void miracast_test_check_nv12(struct kunit *test, struct miracast_test_scene *scene,
			      const struct miracast_cursor_image *cursor,
			      const struct drm_rect *rect)
{
	u8 *want = miracast_test_expect_nv12(test, scene, cursor);
	u8 *got = miracast_test_alloc(test, NV12_SIZE);
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
