/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rectangles of the picture, as XRGB8888 or NV12, and its CRC.
 *
 * Stateless; the caller keeps the memory alive and serialises writers and users
 * of the scratch memory.
 */
#ifndef _MIRACAST_BLIT_H_
#define _MIRACAST_BLIT_H_

#include <linux/types.h>

#include "miracast_line.h"

/**
 * struct miracast_surface - A picture to write
 * @fourcc: %DRM_FORMAT_XRGB8888 or %DRM_FORMAT_NV12
 * @planes: first byte of each plane; XRGB8888 has one, NV12 two
 * @pitches: bytes per line of each plane
 */
struct miracast_surface {
	u32 fourcc;
	u8 *planes[2];
	u32 pitches[2];
};

u64 miracast_blit_rect(const struct miracast_image *image,
		       const struct miracast_cursor_image *cursor,
		       const struct miracast_gamma *gamma,
		       const struct miracast_surface *dst,
		       const struct drm_rect *rect,
		       struct miracast_scratch *scratch);
u32 miracast_blit_crc(const struct miracast_image *image,
		      const struct miracast_cursor_image *cursor,
		      const struct miracast_gamma *gamma,
		      u32 width, u32 height, struct miracast_scratch *scratch);

#endif
