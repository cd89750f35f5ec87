/* SPDX-License-Identifier: MIT */
/*
 * Cursors that are blended into pictures.
 */
#ifndef LIB_MIRACAST_BLEND_H
#define LIB_MIRACAST_BLEND_H

#include "lib_miracast_fb.h"

void mc_blend(struct mc_picture *picture, const struct mc_fb *cursor,
	      int32_t x, int32_t y);
/* As mc_assert_chunk(), but blended pixels of a cursor may be off by one. */
void mc_assert_blended(struct mc_ctx *ctx, const struct mc_chunk *chunk,
		       const struct mc_picture *before,
		       const struct mc_fb *cursor, int32_t x, int32_t y);

#endif /* LIB_MIRACAST_BLEND_H */
