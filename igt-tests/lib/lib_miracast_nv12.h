/* SPDX-License-Identifier: MIT */
/*
 * NV12 pictures: the expected conversion of a screen, by an implementation of the formula
 * that shares no code with the driver.
 */
#ifndef LIB_MIRACAST_NV12_H
#define LIB_MIRACAST_NV12_H

#include "lib_miracast.h"

struct mc_nv12 {
	uint32_t width, height;
	uint32_t pitch;		/* bytes, of both planes */
	uint8_t *luma, *chroma;
};

struct mc_nv12 *mc_nv12(uint32_t width, uint32_t height);
void mc_nv12_free(struct mc_nv12 *nv12);
/* Rounds out to even pixels, as damage of NV12 pictures is. */
struct drm_clip_rect mc_nv12_round_out(const struct drm_clip_rect *clip,
				       uint32_t width, uint32_t height);
/* Bytes of both planes in an area that is rounded out. */
uint64_t mc_nv12_bytes(const struct drm_clip_rect *clip);
/* Converts the pixels in the clip, rounded out; NULL: all. */
void mc_nv12_convert(struct mc_nv12 *to, const struct mc_picture *from,
		     const struct drm_clip_rect *clip);
/* Copies the chunk's clips, which must be rounded out. */
void mc_nv12_apply(struct mc_nv12 *to, struct mc_ctx *ctx,
		   const struct mc_chunk *chunk);
void mc_nv12_assert(const struct mc_nv12 *got, const struct mc_nv12 *want,
		    const char *what);
/* Of two that have the same size. */
bool mc_nv12_equal(const struct mc_nv12 *a, const struct mc_nv12 *b);
/* Lines of the chunk's buffer; the first is even. */
void mc_nv12_assert_lines(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			  const struct mc_nv12 *want, uint32_t first,
			  uint32_t count, const char *what);
/* The chunk's whole buffer. */
void mc_nv12_assert_chunk(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			  const struct mc_nv12 *want, const char *what);

#endif /* LIB_MIRACAST_NV12_H */
