// SPDX-License-Identifier: GPL-2.0
/*
 * Rectangles of the picture, and its CRC.
 *
 * NV12 is made of two lines at a time, which are in the cache then, or still in the
 * framebuffer when they need no work there.
 */
#include <linux/cache.h>
#include <linux/crc32.h>
#include <linux/kernel.h>
#include <linux/prefetch.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_rect.h>

#include "miracast_blit.h"
#include "miracast_line.h"
#include "miracast_nv12.h"

/*
 * Pixels between two calls of cond_resched(), and in one section without preemption when
 * vector registers are in use: about the size of the first-level cache.
 */
#define PIECE_PIXELS	8192

/* Lines up to this length are narrow, see prefetch_picture(). */
#define NARROW_BYTES	1024

/* Many lines are short: a line must cost no more than the copy itself. */
static void copy_in_place(const struct miracast_source *source,
			  const struct miracast_surface *dst,
			  const struct drm_rect *rect)
{
	const u8 *from = miracast_line_fetch(source, NULL, rect->x1, rect->x2, rect->y1);
	u8 *to = dst->planes[0] + (size_t)rect->y1 * dst->pitches[0] +
		 rect->x1 * sizeof(u32);
	size_t bytes = drm_rect_width(rect) * sizeof(u32);
	size_t from_pitch = source->image->pitch, to_pitch = dst->pitches[0];
	int lines = drm_rect_height(rect);

	for (; lines; lines--, from += from_pitch, to += to_pitch)
		memcpy(to, from, bytes);
}

static void blit_xrgb8888(const struct miracast_source *source,
			  const struct miracast_surface *dst,
			  const struct drm_rect *rect)
{
	int y;

	if (miracast_source_is_in_place(source, rect)) {
		copy_in_place(source, dst, rect);
		return;
	}

	for (y = rect->y1; y < rect->y2; y++) {
		__le32 *to = (__le32 *)(dst->planes[0] +
					(size_t)y * dst->pitches[0]);

		miracast_line_write(source, to + rect->x1, rect->x1, rect->x2,
				    y);
	}
}

/* Lines @y and @below of a rectangle, the same when it ends with an odd one. */
static void get_lines(const struct miracast_source *source,
		      const struct miracast_surface *dst,
		      const struct drm_rect *rect, int y, int below,
		      struct miracast_nv12_lines *lines)
{
	__le32 *const *room = source->scratch->lines;
	u8 *luma = dst->planes[0] + rect->x1;
	u8 *chroma = dst->planes[1] + rect->x1;

	lines->src[0] = miracast_line_get(source, room[0], rect->x1, rect->x2,
					  y);
	lines->src[1] = lines->src[0];
	if (below != y)
		lines->src[1] = miracast_line_get(source, room[1], rect->x1,
						  rect->x2, below);
	lines->y[0] = luma + (size_t)y * dst->pitches[0];
	lines->y[1] = luma + (size_t)below * dst->pitches[0];
	lines->cbcr = chroma + (size_t)(y / 2) * dst->pitches[1];
}

/* Pairs of lines that need work are converted while they are in the cache. */
static void blit_nv12(const struct miracast_source *source,
		      const struct miracast_surface *dst,
		      const struct drm_rect *rect)
{
	struct miracast_nv12_pairs pairs = {
		.src_step = 2 * (size_t)source->image->pitch,
		.y_step = 2 * (size_t)dst->pitches[0],
		.cbcr_step = dst->pitches[1],
		.count = 1,
	};
	bool in_place = miracast_source_is_in_place(source, rect);
	int y, last = rect->y2 - 1;

	for (y = rect->y1; y < rect->y2; y += 2 * pairs.count) {
		get_lines(source, dst, rect, y, min(y + 1, last), &pairs.first);
		pairs.count = in_place ? max((rect->y2 - y) / 2, 1) : 1;
		miracast_nv12_convert(&pairs, drm_rect_width(rect));
	}
}

static void prefetch_lines(const u8 *first, size_t pitch, size_t bytes, int lines)
{
	for (; lines > 0; lines--, first += pitch) {
		const u8 *end = first + bytes, *at;

		for (at = PTR_ALIGN_DOWN(first, L1_CACHE_BYTES); at < end;
		     at += L1_CACHE_BYTES)
			prefetchw(at);
	}
}

/*
 * Prefetch the lines that will be written. The processor's own prefetching stops at the
 * end of a page, and each line of a narrow rectangle is in another page. For wide
 * rectangles it does better than this.
 */
static void prefetch_picture(const struct miracast_surface *dst,
			     const struct drm_rect *rect)
{
	bool is_nv12 = dst->fourcc == DRM_FORMAT_NV12;
	size_t cpp = is_nv12 ? 1 : sizeof(u32);
	size_t bytes = drm_rect_width(rect) * cpp;

	if (bytes > NARROW_BYTES)
		return;

	prefetch_lines(dst->planes[0] + (size_t)rect->y1 * dst->pitches[0] +
		       rect->x1 * cpp,
		       dst->pitches[0], bytes, drm_rect_height(rect));
	if (is_nv12)
		prefetch_lines(dst->planes[1] +
			       (size_t)(rect->y1 / 2) * dst->pitches[1] + rect->x1,
			       dst->pitches[1], bytes,
			       DIV_ROUND_UP(drm_rect_height(rect), 2));
}

static u64 picture_bytes(const struct miracast_surface *dst,
			 const struct drm_rect *rect)
{
	u64 width = drm_rect_width(rect), height = drm_rect_height(rect);

	if (dst->fourcc != DRM_FORMAT_NV12)
		return 4 * width * height;

	return width * height +
	       2 * DIV_ROUND_UP_ULL(width, 2) * DIV_ROUND_UP_ULL(height, 2);
}

/**
 * miracast_blit_rect - Make a rectangle of the picture
 * @image: what to read; its format is supported, if it covers anything
 * @cursor: what to blend, or NULL
 * @gamma: what to apply to both, or NULL
 * @dst: the picture to write
 * @rect: which part, inside the picture; for NV12 its edges are even, or the
 *	right and bottom ones those of the picture
 * @scratch: lines as wide as the picture
 *
 * May sleep.
 *
 * Return: number of bytes written.
 */
u64 miracast_blit_rect(const struct miracast_image *image,
		       const struct miracast_cursor_image *cursor,
		       const struct miracast_gamma *gamma,
		       const struct miracast_surface *dst,
		       const struct drm_rect *rect,
		       struct miracast_scratch *scratch)
{
	int lines = max(2, round_down(PIECE_PIXELS / drm_rect_width(rect), 2));
	struct drm_rect piece = *rect;
	struct miracast_source source;

	miracast_source_init(&source, image, cursor, gamma, scratch);
	for (; piece.y1 < rect->y2; piece.y1 = piece.y2) {
		piece.y2 = min(piece.y1 + lines, rect->y2);
		prefetch_picture(dst, &piece);
		if (dst->fourcc == DRM_FORMAT_NV12)
			blit_nv12(&source, dst, &piece);
		else
			blit_xrgb8888(&source, dst, &piece);
		cond_resched();
	}

	return picture_bytes(dst, rect);
}

/**
 * miracast_blit_crc - CRC of the whole picture
 * @image: what to read; its format is supported, if it covers anything
 * @cursor: what to blend, or NULL
 * @gamma: what to apply to both, or NULL
 * @width: width of the picture
 * @height: height of the picture
 * @scratch: lines as wide as the picture
 *
 * May sleep.
 *
 * Return: CRC-32 over red, green and blue of all pixels.
 */
u32 miracast_blit_crc(const struct miracast_image *image,
		      const struct miracast_cursor_image *cursor,
		      const struct miracast_gamma *gamma,
		      u32 width, u32 height, struct miracast_scratch *scratch)
{
	__le32 *line = scratch->lines[1];
	struct miracast_source source;
	u32 crc = 0;
	u32 x, y;

	miracast_source_init(&source, image, cursor, gamma, scratch);
	for (y = 0; y < height; y++) {
		miracast_line_write(&source, line, 0, width, y);
		for (x = 0; x < width; x++)
			line[x] &= cpu_to_le32(0x00ffffff);
		crc = crc32_le(crc, (u8 *)line, width * sizeof(*line));
		cond_resched();
	}

	return crc;
}
