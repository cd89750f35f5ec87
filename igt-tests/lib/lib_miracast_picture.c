// SPDX-License-Identifier: MIT
/*
 * Pictures in memory: the expected screen, and the owner's picture that is made from
 * chunks. 32 bits a pixel, the X byte means nothing.
 */
#include <sys/mman.h>

#include "lib_miracast_picture.h"

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
	return !(difference & MC_COLOUR_MASK);
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
		for (*x = 0; !((line_a[*x] ^ line_b[*x]) & MC_COLOUR_MASK);)
			(*x)++;
		return false;
	}
	return true;
}

uint32_t mc_pixel_at(const void *pixels, uint32_t pitch, uint32_t x, uint32_t y)
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
		     x, y, mc_pixel_at(a, pitch_a, x, y) & MC_COLOUR_MASK,
		     mc_pixel_at(b, pitch_b, x, y) & MC_COLOUR_MASK);
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
