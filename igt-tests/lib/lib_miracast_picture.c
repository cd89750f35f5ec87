// SPDX-License-Identifier: MIT
/*
 * Pictures in memory: what the screen should show, and what the owner made of
 * the chunks. 32 bits a pixel, the X byte means nothing.
 */
#include <sys/mman.h>

#include "lib_miracast.h"

#define COLOUR_MASK 0x00ffffffu

static struct mc_picture *make(uint32_t width, uint32_t height, bool shared)
{
	struct mc_picture *picture = calloc(1, sizeof(*picture));
	size_t size = (size_t)width * height * 4;

	igt_assert(picture);
	picture->width = width;
	picture->height = height;
	picture->pitch = width * 4;
	picture->pixels = mmap(NULL, size, PROT_READ | PROT_WRITE,
			       (shared ? MAP_SHARED : MAP_PRIVATE) |
			       MAP_ANONYMOUS, -1, 0);
	igt_assert(picture->pixels != MAP_FAILED);
	return picture;
}

struct mc_picture *mc_picture(uint32_t width, uint32_t height)
{
	return make(width, height, false);
}

struct mc_picture *mc_picture_shared(uint32_t width, uint32_t height)
{
	return make(width, height, true);
}

void mc_picture_free(struct mc_picture *picture)
{
	munmap(picture->pixels, (size_t)picture->pitch * picture->height);
	free(picture);
}

uint32_t mc_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

uint32_t mc_pattern(uint32_t x, uint32_t y, uint32_t seed)
{
	uint32_t hash = (x + 1) * 0x9e3779b1u ^ (y + 1) * 0x85ebca6bu ^
			(seed + 1) * 0xc2b2ae35u;

	return hash ^ hash >> 15;
}

void mc_picture_paint(struct mc_picture *picture,
		      const struct drm_clip_rect *clip, uint32_t seed)
{
	uint32_t x, y;

	for (y = clip->y1; y < clip->y2; y++)
		for (x = clip->x1; x < clip->x2; x++)
			picture->pixels[(size_t)y * picture->width + x] =
				mc_pattern(x, y, seed);
}

void mc_picture_copy(struct mc_picture *to, const void *from, uint32_t pitch,
		     const struct drm_clip_rect *clip)
{
	uint32_t y;

	igt_assert(clip->x1 < clip->x2 && clip->x2 <= to->width);
	igt_assert(clip->y1 < clip->y2 && clip->y2 <= to->height);
	for (y = clip->y1; y < clip->y2; y++)
		memcpy(&to->pixels[(size_t)y * to->width + clip->x1],
		       (const uint8_t *)from + (size_t)y * pitch +
		       clip->x1 * 4, (clip->x2 - clip->x1) * 4);
}

void mc_picture_apply(struct mc_picture *picture, struct mc_ctx *ctx,
		      const struct mc_chunk *chunk)
{
	uint32_t pitch, i;
	const uint8_t *pixels = mc_chunk_pixels(ctx, chunk, &pitch);

	igt_assert_eq_u32(chunk->event.width, picture->width);
	igt_assert_eq_u32(chunk->event.height, picture->height);
	for (i = 0; i < chunk->event.clip_count; i++)
		mc_picture_copy(picture, pixels, pitch, &chunk->clips[i]);
}

static bool lines_equal(const uint32_t *a, const uint32_t *b, uint32_t width)
{
	uint32_t difference = 0;
	uint32_t x;

	for (x = 0; x < width; x++)
		difference |= a[x] ^ b[x];
	return !(difference & COLOUR_MASK);
}

bool mc_pixels_equal(const void *a, uint32_t pitch_a,
		     const void *b, uint32_t pitch_b,
		     uint32_t width, uint32_t height,
		     uint32_t *x, uint32_t *y)
{
	for (*y = 0; *y < height; (*y)++) {
		const uint32_t *line_a = (const void *)
			((const uint8_t *)a + (size_t)*y * pitch_a);
		const uint32_t *line_b = (const void *)
			((const uint8_t *)b + (size_t)*y * pitch_b);

		if (lines_equal(line_a, line_b, width))
			continue;
		for (*x = 0; !((line_a[*x] ^ line_b[*x]) & COLOUR_MASK);)
			(*x)++;
		return false;
	}
	return true;
}

static uint32_t pixel_at(const void *pixels, uint32_t pitch,
			 uint32_t x, uint32_t y)
{
	const uint8_t *line = (const uint8_t *)pixels + (size_t)y * pitch;

	return ((const uint32_t *)(const void *)line)[x];
}

void mc_assert_pixels(const void *a, uint32_t pitch_a,
		      const void *b, uint32_t pitch_b,
		      uint32_t width, uint32_t height, const char *what)
{
	uint32_t x = 0, y = 0;

	if (mc_pixels_equal(a, pitch_a, b, pitch_b, width, height, &x, &y))
		return;
	igt_assert_f(false, "%s: pixel %u,%u is %#08x, expected %#08x\n", what,
		     x, y, pixel_at(a, pitch_a, x, y) & COLOUR_MASK,
		     pixel_at(b, pitch_b, x, y) & COLOUR_MASK);
}

void mc_assert_picture(const struct mc_picture *a, const struct mc_picture *b,
		       const char *what)
{
	igt_assert_eq_u32(a->width, b->width);
	igt_assert_eq_u32(a->height, b->height);
	mc_assert_pixels(a->pixels, a->pitch, b->pixels, b->pitch,
			 a->width, a->height, what);
}

void mc_assert_chunk(struct mc_ctx *ctx, const struct mc_chunk *chunk,
		     const struct mc_picture *picture, const char *what)
{
	uint32_t pitch;
	const uint8_t *pixels = mc_chunk_pixels(ctx, chunk, &pitch);

	igt_assert_eq_u32(chunk->event.width, picture->width);
	igt_assert_eq_u32(chunk->event.height, picture->height);
	mc_assert_pixels(pixels, pitch, picture->pixels, picture->pitch,
			 picture->width, picture->height, what);
}

/* Cursor: premultiplied source over, the divisions rounded to nearest. */

static uint32_t blend_channel(uint32_t src, uint32_t dst, uint32_t alpha)
{
	uint32_t sum = src + (dst * (255 - alpha) + 127) / 255;

	return sum > 255 ? 255 : sum;
}

static uint32_t blend_pixel(uint32_t src, uint32_t dst)
{
	uint32_t alpha = src >> 24;
	uint32_t out = 0;
	int shift;

	for (shift = 0; shift < 24; shift += 8)
		out |= blend_channel(src >> shift & 0xff, dst >> shift & 0xff,
				     alpha) << shift;
	return out;
}

/* The cursor's pixel over a point of the screen; 0 where there is none. */
static uint32_t cursor_over(const struct mc_fb *cursor, int32_t x, int32_t y,
			    uint32_t screen_x, uint32_t screen_y)
{
	int32_t cx = (int32_t)screen_x - x;
	int32_t cy = (int32_t)screen_y - y;

	if (cx < 0 || cy < 0 || cx >= (int32_t)cursor->width ||
	    cy >= (int32_t)cursor->height)
		return 0;
	return *(const uint32_t *)(const void *)
		(cursor->map + (size_t)cy * cursor->pitch + (size_t)cx * 4);
}

void mc_blend(struct mc_picture *picture, const struct mc_fb *cursor,
	      int32_t x, int32_t y)
{
	uint32_t px, py;

	for (py = 0; py < picture->height; py++) {
		uint32_t *line = &picture->pixels[(size_t)py * picture->width];

		for (px = 0; px < picture->width; px++)
			line[px] = blend_pixel(cursor_over(cursor, x, y, px, py),
					       line[px]);
	}
}

static bool close_enough(uint32_t a, uint32_t b, uint32_t alpha)
{
	int tolerance = alpha == 0 || alpha == 255 ? 0 : 1;
	int shift;

	for (shift = 0; shift < 24; shift += 8)
		if (abs((int)(a >> shift & 0xff) - (int)(b >> shift & 0xff)) >
		    tolerance)
			return false;
	return true;
}

void mc_assert_blended(struct mc_ctx *ctx, const struct mc_chunk *chunk,
		       const struct mc_picture *before,
		       const struct mc_fb *cursor, int32_t x, int32_t y)
{
	uint32_t pitch, px, py;
	const uint8_t *pixels = mc_chunk_pixels(ctx, chunk, &pitch);

	igt_assert_eq_u32(chunk->event.width, before->width);
	igt_assert_eq_u32(chunk->event.height, before->height);
	for (py = 0; py < before->height; py++) {
		for (px = 0; px < before->width; px++) {
			uint32_t src = cursor_over(cursor, x, y, px, py);
			uint32_t want = blend_pixel(src,
				pixel_at(before->pixels, before->pitch,
					 px, py));
			uint32_t got = pixel_at(pixels, pitch, px, py);

			igt_assert_f(close_enough(got, want, src >> 24),
				     "cursor at %d,%d: pixel %u,%u is %#08x, expected %#08x (alpha %u)\n",
				     x, y, px, py, got & COLOUR_MASK, want,
				     src >> 24);
		}
	}
}
