/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pixel work: framebuffer lines to XRGB8888 or NV12, with the cursor blended in.
 *
 * Stateless; the caller keeps the memory alive and serialises writers and users
 * of the scratch memory.
 */
#ifndef _MIRACAST_BLIT_H_
#define _MIRACAST_BLIT_H_

#include <linux/iosys-map.h>
#include <linux/types.h>

struct drm_rect;

/* Largest cursor, pixels in each direction. */
#define MIRACAST_CURSOR_SIZE	256

/**
 * struct miracast_image - What the primary plane shows
 * @map: first byte of the framebuffer
 * @fourcc: DRM format
 * @pitch: bytes per line
 * @cpp: bytes per pixel
 * @x: left edge of the picture in the framebuffer
 * @y: top edge of the picture in the framebuffer
 */
struct miracast_image {
	struct iosys_map map;
	u32 fourcc;
	u32 pitch;
	u32 cpp;
	u32 x;
	u32 y;
};

/**
 * struct miracast_cursor_image - The cursor as it is blended
 * @pixels: premultiplied ARGB8888, %MIRACAST_CURSOR_SIZE pixels per line
 * @x: left edge on the screen
 * @y: top edge on the screen
 * @width: width
 * @height: height
 * @visible: whether there is anything to blend
 */
struct miracast_cursor_image {
	u32 *pixels;
	int x;
	int y;
	u32 width;
	u32 height;
	bool visible;
};

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

/**
 * struct miracast_scratch - Lines on their way from framebuffer to picture
 * @lines: two lines of XRGB8888, which NV12 makes its chroma from
 * @bounce: a line of the framebuffer, used for I/O memory
 */
struct miracast_scratch {
	u32 *lines[2];
	void *bounce;
};

int miracast_scratch_init(struct miracast_scratch *scratch, u32 width);
void miracast_scratch_fini(struct miracast_scratch *scratch);

bool miracast_blit_format_supported(u32 fourcc);
u64 miracast_blit_rect(const struct miracast_image *image,
		       const struct miracast_cursor_image *cursor,
		       const struct miracast_surface *dst,
		       const struct drm_rect *rect,
		       struct miracast_scratch *scratch);
u32 miracast_blit_crc(const struct miracast_image *image,
		      const struct miracast_cursor_image *cursor,
		      u32 width, u32 height, struct miracast_scratch *scratch);
bool miracast_blit_cursor_pixels(u32 *dst, const struct iosys_map *src,
				 u32 src_pitch, u32 width, u32 height,
				 struct miracast_scratch *scratch);

#endif
