// SPDX-License-Identifier: MIT
/*
 * Cursors that are blended into pictures: premultiplied source over, the divisions rounded
 * to nearest.
 */
#include "lib_miracast_blend.h"

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
			uint32_t under = mc_pixel_at(before->pixels, before->pitch, px, py);
			uint32_t want = blend_pixel(src, under);
			uint32_t got = mc_pixel_at(pixels, pitch, px, py);

			igt_assert_f(close_enough(got, want, src >> 24),
				     "cursor at %d,%d: pixel %u,%u is %#08x, expected %#08x (alpha %u)\n",
				     x, y, px, py, got & MC_COLOUR_MASK, want,
				     src >> 24);
		}
	}
}
