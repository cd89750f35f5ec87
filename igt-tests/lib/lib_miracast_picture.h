/* SPDX-License-Identifier: MIT */
/*
 * Pictures in memory: the expected screen, and the owner's picture that is made from
 * chunks. 32 bits a pixel, the X byte means nothing.
 */
#ifndef LIB_MIRACAST_PICTURE_H
#define LIB_MIRACAST_PICTURE_H

#include "lib_miracast_buffer.h"

#define MC_COLOUR_MASK 0x00ffffffu

struct mc_picture {
	uint32_t width, height;
	uint32_t pitch;		/* bytes */
	uint32_t *pixels;
};

struct mc_picture *mc_picture(uint32_t width, uint32_t height);
struct mc_picture *mc_picture_shared(uint32_t width, uint32_t height);
void mc_picture_free(struct mc_picture *picture);
uint32_t mc_random(uint32_t *seed);
uint32_t mc_pattern(uint32_t x, uint32_t y, uint32_t seed);
void mc_picture_paint(struct mc_picture *picture,
		      const struct drm_clip_rect *clip, uint32_t seed);
void mc_picture_copy(struct mc_picture *to, const void *from, uint32_t pitch,
		     const struct drm_clip_rect *clip);
/* Copies the chunk's clips, as an owner does that keeps a picture. */
void mc_picture_apply(struct mc_picture *picture, struct mc_ctx *ctx,
		      const struct mc_chunk *chunk);
uint32_t mc_pixel_at(const void *pixels, uint32_t pitch, uint32_t x, uint32_t y);
/* Compares all but the X bytes; @x and @y get the first difference. */
bool mc_pixels_equal(const void *a, uint32_t pitch_a,
		     const void *b, uint32_t pitch_b,
		     uint32_t width, uint32_t height,
		     uint32_t *x, uint32_t *y);
void mc_assert_pixels(const void *a, uint32_t pitch_a,
		      const void *b, uint32_t pitch_b,
		      uint32_t width, uint32_t height, const char *what);
void mc_assert_picture(const struct mc_picture *a, const struct mc_picture *b,
		       const char *what);
/* The chunk's whole buffer shows @picture. */
void mc_assert_chunk(struct mc_ctx *ctx, const struct mc_chunk *chunk,
		     const struct mc_picture *picture, const char *what);

#endif /* LIB_MIRACAST_PICTURE_H */
