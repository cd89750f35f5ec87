// SPDX-License-Identifier: GPL-2.0
/*
 * Pixel work.
 *
 * A format is one line function and one row of the table. Every pixel is read
 * from memory once: a line is fetched (only from I/O memory through the bounce
 * line), converted, and the cursor blended over it. XRGB8888 is made where it
 * is to be. NV12 is made of two lines at a time, which are in the cache then, or
 * still in the framebuffer when they are as they have to be there.
 */
#include <linux/bitops.h>
#include <linux/crc32.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/swab.h>

#include <drm/drm_cache.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_rect.h>

#include "miracast_blit.h"
#include "miracast_nv12.h"

typedef void (*miracast_line_fn)(u32 *dst, const void *src, unsigned int count);

static void line_copy(u32 *dst, const void *src, unsigned int count)
{
	memcpy(dst, src, count * sizeof(*dst));
}

static void line_swap_rb(u32 *dst, const void *src, unsigned int count)
{
	const __le32 *in = src;

	while (count--)
		*dst++ = ror32(swab32(le32_to_cpu(*in++)), 8);
}

/* Widen a field by repeating its top bits, so that full scale stays so. */
static void line_rgb565(u32 *dst, const void *src, unsigned int count)
{
	const __le16 *in = src;

	while (count--) {
		u32 p = le16_to_cpu(*in++);
		u32 r = p >> 11, g = p >> 5 & 0x3f, b = p & 0x1f;

		r = r << 3 | r >> 2;
		g = g << 2 | g >> 4;
		b = b << 3 | b >> 2;
		*dst++ = 0xff000000 | r << 16 | g << 8 | b;
	}
}

static const struct {
	u32 fourcc;
	miracast_line_fn line;
} formats[] = {
	{ DRM_FORMAT_XRGB8888, line_copy },
	{ DRM_FORMAT_ARGB8888, line_copy },
	{ DRM_FORMAT_XBGR8888, line_swap_rb },
	{ DRM_FORMAT_ABGR8888, line_swap_rb },
	{ DRM_FORMAT_RGB565, line_rgb565 },
};

static miracast_line_fn line_function(u32 fourcc)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (formats[i].fourcc == fourcc)
			return formats[i].line;

	return NULL;
}

/**
 * miracast_blit_format_supported - Tell whether a format can be read
 * @fourcc: DRM format
 *
 * Return: true when there is a line function for it.
 */
bool miracast_blit_format_supported(u32 fourcc)
{
	return line_function(fourcc);
}

/* x / 255 rounded to nearest, exact for x <= 255 * 255. */
static u32 div255(u32 x)
{
	x += 128;
	return (x + (x >> 8)) >> 8;
}

/* Premultiplied source-over of one pixel. */
static u32 blend_pixel(u32 src, u32 dst)
{
	u32 inverse = 255 - (src >> 24);
	u32 result = 0, shift;

	if (!inverse)
		return src;

	for (shift = 0; shift < 24; shift += 8) {
		u32 c = (src >> shift & 0xff) +
			div255((dst >> shift & 0xff) * inverse);

		result |= min(c, 255U) << shift;
	}

	return 0xff000000 | result;
}

/* Where lines come from; no cursor means that none is blended. */
struct source {
	const struct miracast_image *image;
	const struct miracast_cursor_image *cursor;
	miracast_line_fn convert;
	void *bounce;
};

static void source_init(struct source *source,
			const struct miracast_image *image,
			const struct miracast_cursor_image *cursor,
			const struct miracast_scratch *scratch)
{
	source->image = image;
	source->cursor = cursor && cursor->visible ? cursor : NULL;
	source->convert = line_function(image->fourcc);
	source->bounce = scratch->bounce;
}

/* Narrow x1..x2 of screen line y to what is under the cursor; false: nothing. */
static bool under_cursor(const struct miracast_cursor_image *cursor,
			 int *x1, int *x2, int y)
{
	if (!cursor || y < cursor->y || y >= cursor->y + (int)cursor->height)
		return false;

	*x1 = max(*x1, cursor->x);
	*x2 = min(*x2, cursor->x + (int)cursor->width);

	return *x1 < *x2;
}

/* Blend the cursor over pixels x1..x2 of screen line y, which are at dst. */
static void blend_line(const struct miracast_cursor_image *cursor,
		       u32 *dst, int x1, int x2, int y)
{
	int from = x1, to = x2, x;
	const u32 *src;

	if (!under_cursor(cursor, &from, &to, y))
		return;

	src = cursor->pixels + (y - cursor->y) * MIRACAST_CURSOR_SIZE;
	for (x = from; x < to; x++)
		dst[x - x1] = blend_pixel(src[x - cursor->x], dst[x - x1]);
}

/*
 * Pixels x1..x2 of a line as the framebuffer has them; those of I/O memory are
 * brought to room.
 */
static const void *fetch_line(const struct source *source, void *room,
			      int x1, int x2, int y)
{
	const struct miracast_image *image = source->image;
	size_t offset = (size_t)(image->y + y) * image->pitch +
			(size_t)(image->x + x1) * image->cpp;
	struct iosys_map to = IOSYS_MAP_INIT_VADDR(room);
	struct iosys_map src = image->map;

	iosys_map_incr(&src, offset);
	if (!src.is_iomem)
		return src.vaddr;

	drm_memcpy_from_wc(&to, &src, (x2 - x1) * image->cpp);

	return room;
}

/* Make one line of the picture, from x1 to x2. */
static void make_line(const struct source *source, u32 *dst,
		      int x1, int x2, int y)
{
	const void *src = fetch_line(source, source->bounce, x1, x2, y);

	source->convert(dst, src, x2 - x1);
	blend_line(source->cursor, dst, x1, x2, y);
}

/* The same, but in room only when it is not in memory already. */
static const void *get_line(const struct source *source, u32 *room,
			    int x1, int x2, int y)
{
	int from = x1, to = x2;

	if (source->convert == line_copy &&
	    !under_cursor(source->cursor, &from, &to, y))
		return fetch_line(source, room, x1, x2, y);

	make_line(source, room, x1, x2, y);

	return room;
}

static u64 blit_xrgb8888(const struct source *source,
			 const struct miracast_surface *dst,
			 const struct drm_rect *rect)
{
	int y;

	for (y = rect->y1; y < rect->y2; y++) {
		u8 *to = dst->planes[0] + (size_t)y * dst->pitches[0];

		make_line(source, (u32 *)to + rect->x1, rect->x1, rect->x2, y);
		cond_resched();
	}

	return 4ULL * drm_rect_width(rect) * drm_rect_height(rect);
}

static u64 blit_nv12(const struct source *source,
		     const struct miracast_surface *dst,
		     const struct drm_rect *rect,
		     const struct miracast_scratch *scratch)
{
	u64 width = drm_rect_width(rect), height = drm_rect_height(rect);
	u8 *luma = dst->planes[0] + rect->x1;
	u8 *chroma = dst->planes[1] + rect->x1;
	struct miracast_nv12_lines lines;
	int y, below;

	for (y = rect->y1; y < rect->y2; y += 2) {
		below = min(y + 1, rect->y2 - 1);

		lines.src[0] = get_line(source, scratch->lines[0],
					rect->x1, rect->x2, y);
		lines.src[1] = lines.src[0];
		if (below != y)
			lines.src[1] = get_line(source, scratch->lines[1],
						rect->x1, rect->x2, below);
		lines.y[0] = luma + (size_t)y * dst->pitches[0];
		lines.y[1] = luma + (size_t)below * dst->pitches[0];
		lines.cbcr = chroma + (size_t)(y / 2) * dst->pitches[1];
		miracast_nv12_convert(&lines, width);
		cond_resched();
	}

	return width * height +
	       2 * DIV_ROUND_UP_ULL(width, 2) * DIV_ROUND_UP_ULL(height, 2);
}

/**
 * miracast_blit_rect - Make a rectangle of the picture
 * @image: what to read; its format is supported
 * @cursor: what to blend, or NULL
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
		       const struct miracast_surface *dst,
		       const struct drm_rect *rect,
		       struct miracast_scratch *scratch)
{
	struct source source;

	source_init(&source, image, cursor, scratch);
	if (dst->fourcc == DRM_FORMAT_NV12)
		return blit_nv12(&source, dst, rect, scratch);

	return blit_xrgb8888(&source, dst, rect);
}

/**
 * miracast_blit_crc - CRC of the whole picture
 * @image: what to read; its format is supported
 * @cursor: what to blend, or NULL
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
		      u32 width, u32 height, struct miracast_scratch *scratch)
{
	u32 *line = scratch->lines[0];
	struct source source;
	u32 crc = 0;
	u32 x, y;

	source_init(&source, image, cursor, scratch);
	for (y = 0; y < height; y++) {
		make_line(&source, line, 0, width, y);
		for (x = 0; x < width; x++)
			line[x] &= 0x00ffffff;
		crc = crc32_le(crc, (u8 *)line, width * sizeof(*line));
		cond_resched();
	}

	return crc;
}

/**
 * miracast_scratch_init - Allocate scratch memory
 * @scratch: set up
 * @width: width of the widest picture
 *
 * Return: 0 or -ENOMEM; miracast_scratch_fini() may be called in either case.
 */
int miracast_scratch_init(struct miracast_scratch *scratch, u32 width)
{
	u32 *lines = kvmalloc_array(3 * width, sizeof(*lines), GFP_KERNEL);

	scratch->lines[0] = lines;
	if (!lines)
		return -ENOMEM;

	scratch->lines[1] = lines + width;
	scratch->bounce = lines + 2 * width;

	return 0;
}

/**
 * miracast_scratch_fini - Free scratch memory
 * @scratch: what miracast_scratch_init() has set up
 */
void miracast_scratch_fini(struct miracast_scratch *scratch)
{
	kvfree(scratch->lines[0]);
}

/**
 * miracast_blit_cursor_pixels - Copy a cursor's pixels
 * @dst: room for %MIRACAST_CURSOR_SIZE lines of as many pixels
 * @src: first byte of the ARGB8888 source
 * @src_pitch: bytes per source line
 * @width: width, at most %MIRACAST_CURSOR_SIZE
 * @height: height, at most %MIRACAST_CURSOR_SIZE
 * @scratch: room for a line
 *
 * Return: true when they differ from what was at @dst.
 */
bool miracast_blit_cursor_pixels(u32 *dst, const struct iosys_map *src,
				 u32 src_pitch, u32 width, u32 height,
				 struct miracast_scratch *scratch)
{
	size_t bytes = width * sizeof(*dst);
	bool changed = false;
	u32 y;

	for (y = 0; y < height; y++, dst += MIRACAST_CURSOR_SIZE) {
		struct iosys_map to = IOSYS_MAP_INIT_VADDR(scratch->bounce);
		struct iosys_map from = *src;

		iosys_map_incr(&from, (size_t)y * src_pitch);
		drm_memcpy_from_wc(&to, &from, bytes);
		if (!memcmp(dst, scratch->bounce, bytes))
			continue;
		memcpy(dst, scratch->bounce, bytes);
		changed = true;
	}

	return changed;
}
