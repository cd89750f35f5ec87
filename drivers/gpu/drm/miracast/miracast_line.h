/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of the picture: framebuffer lines to XRGB8888, with the cursor blended in and
 * gamma applied.
 *
 * Stateless; the caller keeps the memory alive and serialises users of the scratch
 * memory.
 */
#ifndef _MIRACAST_LINE_H_
#define _MIRACAST_LINE_H_

#include <linux/iosys-map.h>
#include <linux/types.h>

#include <drm/drm_rect.h>

#include "miracast_gamma.h"

/* Largest cursor, pixels in each direction. */
#define MIRACAST_CURSOR_SIZE	256

/**
 * struct miracast_image - The picture without its cursor: the primary plane
 * @covers: the part of the picture that it covers, inside the picture; elsewhere,
 *	and all over when it is empty, the picture is black
 * @map: first byte of the framebuffer, if @covers is not empty; so for all below
 * @foreign: it is another driver's memory, which may be write-combined
 * @before: bytes in front of @map that can be read
 * @bytes: bytes from @map on that can be read; both only if @foreign
 * @fourcc: DRM format
 * @pitch: bytes per line
 * @cpp: bytes per pixel
 * @x: left edge of @covers in the framebuffer
 * @y: top edge of @covers in the framebuffer
 */
struct miracast_image {
	struct drm_rect covers;
	struct iosys_map map;
	bool foreign;
	u64 before;
	u64 bytes;
	u32 fourcc;
	u32 pitch;
	u32 cpp;
	u32 x;
	u32 y;
};

/**
 * struct miracast_cursor_image - The cursor as it is blended
 * @pixels: premultiplied ARGB8888 as in memory, %MIRACAST_CURSOR_SIZE pixels per line
 * @x: left edge on the screen
 * @y: top edge on the screen
 * @width: width
 * @height: height
 * @visible: whether there is anything to blend
 */
struct miracast_cursor_image {
	__le32 *pixels;
	int x;
	int y;
	u32 width;
	u32 height;
	bool visible;
};

/* Aligned blocks of this size are read fast from write-combined memory. */
#define MIRACAST_WC_BLOCK	16

/* Room in a line of scratch memory for whole blocks at both ends. */
#define MIRACAST_SCRATCH_SLACK	(3 * MIRACAST_WC_BLOCK)

/**
 * struct miracast_scratch - Lines on their way from framebuffer to picture
 * @lines: two lines of XRGB8888, which NV12 makes its chroma from
 * @bounce: a line of the framebuffer, used for foreign memory
 * @wc_bytes: bytes that were read in aligned blocks; for tests
 *
 * Lines have %MIRACAST_SCRATCH_SLACK bytes more than their pixels.
 */
struct miracast_scratch {
	__le32 *lines[2];
	void *bounce;
	u64 wc_bytes;
};

typedef void (*miracast_line_fn)(__le32 *dst, const void *src,
				 unsigned int count);

/**
 * struct miracast_source - Where lines come from
 * @image: what to read
 * @cursor: what to blend, or NULL
 * @gamma: what to apply to both, or NULL
 * @convert: converts pixels of @image to XRGB8888
 * @scratch: lines as wide as the picture
 */
struct miracast_source {
	const struct miracast_image *image;
	const struct miracast_cursor_image *cursor;
	const struct miracast_gamma *gamma;
	miracast_line_fn convert;
	struct miracast_scratch *scratch;
};

bool miracast_line_format_supported(u32 fourcc);
bool miracast_image_fills(const struct miracast_image *image, u32 width,
			  u32 height);

int miracast_scratch_init(struct miracast_scratch *scratch, u32 width);
void miracast_scratch_fini(struct miracast_scratch *scratch);

void miracast_source_init(struct miracast_source *source,
			  const struct miracast_image *image,
			  const struct miracast_cursor_image *cursor,
			  const struct miracast_gamma *gamma,
			  struct miracast_scratch *scratch);
bool miracast_source_is_in_place(const struct miracast_source *source,
				 const struct drm_rect *rect);

const void *miracast_line_fetch(const struct miracast_source *source, void *room,
				int x1, int x2, int y);
const void *miracast_line_get(const struct miracast_source *source, __le32 *room,
			      int x1, int x2, int y);
void miracast_line_write(const struct miracast_source *source, __le32 *dst,
			 int x1, int x2, int y);

bool miracast_line_cursor_pixels(__le32 *dst, const struct iosys_map *src,
				 u32 src_pitch, u32 width, u32 height,
				 struct miracast_scratch *scratch);

#endif
