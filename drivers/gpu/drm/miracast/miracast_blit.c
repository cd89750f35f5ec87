// SPDX-License-Identifier: GPL-2.0
/*
 * Pixel work.
 *
 * A format is one line function and one row of the table. Every pixel goes
 * through the cache once: a line is fetched (only from I/O memory through the
 * bounce line), converted into the destination, and the cursor blended over it.
 */
#include <linux/crc32.h>
#include <linux/kernel.h>

#include <drm/drm_cache.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_rect.h>

#include "miracast_blit.h"

typedef void (*miracast_line_fn)(u32 *dst, const void *src, unsigned int count);

static void line_copy(u32 *dst, const void *src, unsigned int count)
{
	memcpy(dst, src, count * sizeof(*dst));
}

static void line_swap_rb(u32 *dst, const void *src, unsigned int count)
{
	const __le32 *in = src;

	while (count--) {
		u32 p = le32_to_cpu(*in++);

		*dst++ = (p & 0xff00ff00) | (p & 0xff) << 16 |
			 (p >> 16 & 0xff);
	}
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

/* Blend the cursor over pixels x1..x2 of screen line y, which are at dst. */
static void blend_line(const struct miracast_cursor_image *cursor,
		       u32 *dst, int x1, int x2, int y)
{
	const u32 *src;
	int from, to, x;

	if (!cursor->visible || y < cursor->y ||
	    y >= cursor->y + (int)cursor->height)
		return;

	from = max(x1, cursor->x);
	to = min(x2, cursor->x + (int)cursor->width);
	src = cursor->pixels + (y - cursor->y) * MIRACAST_CURSOR_SIZE;

	for (x = from; x < to; x++)
		dst[x - x1] = blend_pixel(src[x - cursor->x], dst[x - x1]);
}

/* Make one line of the picture, from x1 to x2. */
static void make_line(const struct miracast_image *image,
		      const struct miracast_cursor_image *cursor,
		      miracast_line_fn line, u32 *dst, int x1, int x2, int y,
		      void *bounce)
{
	size_t offset = (size_t)(image->y + y) * image->pitch +
			(size_t)(image->x + x1) * image->cpp;
	struct iosys_map src = image->map;
	const void *pixels;

	iosys_map_incr(&src, offset);
	if (src.is_iomem) {
		struct iosys_map to = IOSYS_MAP_INIT_VADDR(bounce);

		drm_memcpy_from_wc(&to, &src, (x2 - x1) * image->cpp);
		pixels = bounce;
	} else {
		pixels = src.vaddr;
	}

	line(dst, pixels, x2 - x1);
	blend_line(cursor, dst, x1, x2, y);
}

/**
 * miracast_blit_rect - Make a rectangle of the picture
 * @image: what to read; its format is supported
 * @cursor: what to blend
 * @dst: first pixel of the destination picture, XRGB8888
 * @dst_pitch: bytes per destination line
 * @rect: which part, inside the picture
 * @bounce: room for one line, used for I/O memory
 *
 * May sleep.
 */
void miracast_blit_rect(const struct miracast_image *image,
			const struct miracast_cursor_image *cursor,
			void *dst, u32 dst_pitch, const struct drm_rect *rect,
			void *bounce)
{
	miracast_line_fn line = line_function(image->fourcc);
	int y;

	for (y = rect->y1; y < rect->y2; y++) {
		u32 *to = dst + (size_t)y * dst_pitch;

		make_line(image, cursor, line, to + rect->x1,
			  rect->x1, rect->x2, y, bounce);
		cond_resched();
	}
}

/**
 * miracast_blit_crc - CRC of the whole picture
 * @image: what to read; its format is supported
 * @cursor: what to blend
 * @width: width of the picture
 * @height: height of the picture
 * @line: room for one XRGB8888 line
 * @bounce: room for one line, used for I/O memory
 *
 * May sleep.
 *
 * Return: CRC-32 over red, green and blue of all pixels.
 */
u32 miracast_blit_crc(const struct miracast_image *image,
		      const struct miracast_cursor_image *cursor,
		      u32 width, u32 height, u32 *line, void *bounce)
{
	miracast_line_fn fn = line_function(image->fourcc);
	u32 crc = 0;
	u32 x, y;

	for (y = 0; y < height; y++) {
		make_line(image, cursor, fn, line, 0, width, y, bounce);
		for (x = 0; x < width; x++)
			line[x] &= 0x00ffffff;
		crc = crc32_le(crc, (u8 *)line, width * sizeof(*line));
		cond_resched();
	}

	return crc;
}

/**
 * miracast_blit_cursor_pixels - Copy a cursor's pixels
 * @dst: room for %MIRACAST_CURSOR_SIZE lines of as many pixels
 * @src: first byte of the ARGB8888 source
 * @src_pitch: bytes per source line
 * @width: width, at most %MIRACAST_CURSOR_SIZE
 * @height: height, at most %MIRACAST_CURSOR_SIZE
 */
void miracast_blit_cursor_pixels(u32 *dst, const struct iosys_map *src,
				 u32 src_pitch, u32 width, u32 height)
{
	u32 y;

	for (y = 0; y < height; y++) {
		struct iosys_map from = *src;
		struct iosys_map to =
			IOSYS_MAP_INIT_VADDR(dst + y * MIRACAST_CURSOR_SIZE);

		iosys_map_incr(&from, (size_t)y * src_pitch);
		drm_memcpy_from_wc(&to, &from, width * sizeof(*dst));
	}
}
