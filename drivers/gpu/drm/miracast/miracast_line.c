// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of the picture.
 *
 * A format is one line function and one row of the table. Every pixel is read
 * from memory once: a line is fetched (foreign memory through the bounce line),
 * converted, the cursor blended over it, and gamma applied to both, as displays do.
 * XRGB8888 is made at its destination, except under the cursor and with gamma: the
 * picture may be in memory that is slow to read back.
 */
#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/swab.h>

#include <drm/drm_cache.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_rect.h>

#include "miracast_line.h"

/* Where the primary plane does not cover the screen. */
#define BLACK	0xff000000

static void line_copy(__le32 *dst, const void *src, unsigned int count)
{
	memcpy(dst, src, count * sizeof(*dst));
}

static void line_swap_rb(__le32 *dst, const void *src, unsigned int count)
{
	const __le32 *in = src;

	while (count--)
		*dst++ = cpu_to_le32(ror32(swab32(le32_to_cpu(*in++)), 8));
}

/* Widen a field by repeating its top bits, so that the largest value stays the largest. */
static void line_rgb565(__le32 *dst, const void *src, unsigned int count)
{
	const __le16 *in = src;

	while (count--) {
		u32 p = le16_to_cpu(*in++);
		u32 r = p >> 11, g = p >> 5 & 0x3f, b = p & 0x1f;

		r = r << 3 | r >> 2;
		g = g << 2 | g >> 4;
		b = b << 3 | b >> 2;
		*dst++ = cpu_to_le32(0xff000000 | r << 16 | g << 8 | b);
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
 * miracast_line_format_supported - Check whether a format can be read
 * @fourcc: DRM format
 *
 * Return: true when there is a line function for it.
 */
bool miracast_line_format_supported(u32 fourcc)
{
	return line_function(fourcc);
}

/**
 * miracast_image_fills - Check whether an image covers a whole picture
 * @image: the image
 * @width: width of the picture
 * @height: height of the picture
 *
 * Return: true when nothing of the picture is black for lack of an image.
 */
bool miracast_image_fills(const struct miracast_image *image, u32 width,
			  u32 height)
{
	struct drm_rect picture = DRM_RECT_INIT(0, 0, width, height);

	return drm_rect_equals(&image->covers, &picture);
}

/* x / 255 rounded to nearest, exact for x <= 255 * 255. */
static u32 divide_by_255(u32 x)
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
			divide_by_255((dst >> shift & 0xff) * inverse);

		result |= min(c, 255U) << shift;
	}

	return 0xff000000 | result;
}

/**
 * miracast_source_init - Set up where lines come from
 * @source: set up
 * @image: what to read; its format is supported, if it covers anything
 * @cursor: what to blend, or NULL
 * @gamma: what to apply to both, or NULL
 * @scratch: lines as wide as the picture
 */
void miracast_source_init(struct miracast_source *source,
			  const struct miracast_image *image,
			  const struct miracast_cursor_image *cursor,
			  const struct miracast_gamma *gamma,
			  struct miracast_scratch *scratch)
{
	source->image = image;
	source->cursor = cursor && cursor->visible ? cursor : NULL;
	source->gamma = gamma && gamma->active ? gamma : NULL;
	source->convert = line_function(image->fourcc);
	source->scratch = scratch;
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
		       __le32 *dst, int x1, int x2, int y)
{
	int from = x1, to = x2, x;
	const __le32 *src;

	if (!under_cursor(cursor, &from, &to, y))
		return;

	src = cursor->pixels + (y - cursor->y) * MIRACAST_CURSOR_SIZE;
	for (x = from; x < to; x++)
		dst[x - x1] = cpu_to_le32(blend_pixel(le32_to_cpu(src[x - cursor->x]),
						      le32_to_cpu(dst[x - x1])));
}

static void fill_black(__le32 *dst, unsigned int count)
{
	memset32((u32 *)dst, (__force u32)cpu_to_le32(BLACK), count);
}

static unsigned long address_of(const struct iosys_map *map)
{
	return map->is_iomem ? (unsigned long)map->vaddr_iomem :
			       (unsigned long)map->vaddr;
}

/* drm_memcpy_from_wc() is fast only for whole blocks. */
static void copy_blocks(struct miracast_scratch *scratch, void *room,
			const struct iosys_map *from, size_t bytes)
{
	struct iosys_map to = IOSYS_MAP_INIT_VADDR(room), src = *from;
	size_t blocks = round_down(bytes, MIRACAST_WC_BLOCK);

	drm_memcpy_from_wc(&to, &src, blocks);
	if (IS_ALIGNED(address_of(from), MIRACAST_WC_BLOCK))
		scratch->wc_bytes += blocks;
	if (bytes == blocks)
		return;

	iosys_map_incr(&to, blocks);
	iosys_map_incr(&src, blocks);
	drm_memcpy_from_wc(&to, &src, bytes - blocks);
}

/*
 * Ordinary loads from write-combined memory take a hundred times as long as others, and a
 * mapping does not show whether it is write-combined. So foreign memory is always read in
 * aligned blocks by a function for such memory, which is not slower for other memory. The
 * first and the last block are read whole, unless they reach beyond the dma-buf.
 */
static const void *fetch_foreign(const struct miracast_source *source, void *room,
				 size_t offset, size_t bytes)
{
	const struct miracast_image *image = source->image;
	unsigned long start = address_of(&image->map) + offset;
	size_t skip = start % MIRACAST_WC_BLOCK, end = offset + bytes;
	struct iosys_map src = image->map;

	if (skip > image->before + offset)
		skip = 0;
	end += -(start + bytes) % MIRACAST_WC_BLOCK;
	end = min_t(u64, end, image->bytes);

	/* The step may be negative: a block may begin before the framebuffer. */
	iosys_map_incr(&src, offset - skip);
	copy_blocks(source->scratch, room, &src, end - offset + skip);

	return room + skip;
}

static size_t offset_in(const struct miracast_image *image, int x, int y)
{
	return (size_t)(image->y + y - image->covers.y1) * image->pitch +
	       (size_t)(image->x + x - image->covers.x1) * image->cpp;
}

/**
 * miracast_line_fetch - Get pixels as the framebuffer has them
 * @source: where they come from
 * @room: where to bring them to; used for foreign memory only
 * @x1: first pixel; the image covers all of them
 * @x2: end of the pixels
 * @y: line
 *
 * Return: the first pixel, in its own memory or in @room.
 */
const void *miracast_line_fetch(const struct miracast_source *source, void *room,
				int x1, int x2, int y)
{
	const struct miracast_image *image = source->image;
	size_t offset = offset_in(image, x1, y);

	if (!image->foreign)
		return image->map.vaddr + offset;

	return fetch_foreign(source, PTR_ALIGN(room, MIRACAST_WC_BLOCK), offset,
			     (x2 - x1) * image->cpp);
}

/* Check whether fetching foreign pixels to @dst writes these pixels and no others. */
static bool fetches_exactly(const struct miracast_source *source, const __le32 *dst,
			    int x1, int x2, int y)
{
	const struct miracast_image *image = source->image;

	return image->foreign && source->convert == line_copy &&
	       IS_ALIGNED((unsigned long)dst |
			  (address_of(&image->map) + offset_in(image, x1, y)) |
			  (x2 - x1) * sizeof(*dst), MIRACAST_WC_BLOCK);
}

/* Make pixels x1..x2 of line y, which the image covers. */
static void convert_line(const struct miracast_source *source, __le32 *dst,
			 int x1, int x2, int y)
{
	void *room = fetches_exactly(source, dst, x1, x2, y) ?
			     dst : source->scratch->bounce;
	const void *src = miracast_line_fetch(source, room, x1, x2, y);

	if (src != dst)
		source->convert(dst, src, x2 - x1);
}

/* Narrow x1..x2 of line y to what the image covers; false: nothing. */
static bool narrow_to_image(const struct miracast_image *image, int *x1, int *x2,
			    int y)
{
	if (y < image->covers.y1 || y >= image->covers.y2)
		return false;

	*x1 = max(*x1, image->covers.x1);
	*x2 = min(*x2, image->covers.x2);

	return *x1 < *x2;
}

/* Make one line of the picture, from x1 to x2, without cursor and gamma. */
static void make_under(const struct miracast_source *source, __le32 *dst,
		       int x1, int x2, int y)
{
	int from = x1, to = x2;

	if (narrow_to_image(source->image, &from, &to, y)) {
		fill_black(dst, from - x1);
		convert_line(source, dst + (from - x1), from, to, y);
		fill_black(dst + (to - x1), x2 - to);
	} else {
		fill_black(dst, x2 - x1);
	}
}

/* Make one line with the cursor, without gamma, in memory that is fast to read. */
static void make_line(const struct miracast_source *source, __le32 *dst,
		      int x1, int x2, int y)
{
	make_under(source, dst, x1, x2, y);
	blend_line(source->cursor, dst, x1, x2, y);
}

/* The same in any memory. */
static void write_line(const struct miracast_source *source, __le32 *dst,
		       int x1, int x2, int y)
{
	__le32 *line = source->scratch->lines[0];
	int from = x1, to = x2;

	if (!under_cursor(source->cursor, &from, &to, y)) {
		make_under(source, dst, x1, x2, y);
		return;
	}

	make_under(source, dst, x1, from, y);
	make_line(source, line, from, to, y);
	memcpy(dst + (from - x1), line, (to - from) * sizeof(*dst));
	make_under(source, dst + (to - x1), to, x2, y);
}

/* As make_line(), but @room is used only when the line is not in memory already. */
static const void *get_line(const struct miracast_source *source, __le32 *room,
			    int x1, int x2, int y)
{
	const struct drm_rect *covers = &source->image->covers;
	int from = x1, to = x2;

	if (source->convert == line_copy &&
	    x1 >= covers->x1 && x2 <= covers->x2 &&
	    y >= covers->y1 && y < covers->y2 &&
	    !under_cursor(source->cursor, &from, &to, y))
		return miracast_line_fetch(source, room, x1, x2, y);

	make_line(source, room, x1, x2, y);

	return room;
}

/**
 * miracast_line_get - Get pixels of the picture
 * @source: where they come from
 * @room: room for them, in memory that is fast to read
 * @x1: first pixel
 * @x2: end of the pixels
 * @y: line
 *
 * Return: the first pixel, XRGB8888, in @room or where it is anyway.
 */
const void *miracast_line_get(const struct miracast_source *source, __le32 *room,
			      int x1, int x2, int y)
{
	const void *line = get_line(source, room, x1, x2, y);

	if (!source->gamma)
		return line;

	miracast_gamma_line(source->gamma, room, line, x2 - x1);

	return room;
}

/**
 * miracast_line_write - Write pixels of the picture
 * @source: where they come from
 * @dst: where to write the first, in any memory except the first line of scratch
 * @x1: first pixel
 * @x2: end of the pixels
 * @y: line
 */
void miracast_line_write(const struct miracast_source *source, __le32 *dst,
			 int x1, int x2, int y)
{
	if (source->gamma)
		miracast_gamma_line(source->gamma, dst,
				    get_line(source, source->scratch->lines[0],
					     x1, x2, y),
				    x2 - x1);
	else
		write_line(source, dst, x1, x2, y);
}

/**
 * miracast_source_is_in_place - Check whether lines need no work
 * @source: where they come from
 * @rect: part of the picture
 *
 * Return: true when the framebuffer has all of @rect, in ordinary memory, as it must be
 * in the picture.
 */
bool miracast_source_is_in_place(const struct miracast_source *source,
				 const struct drm_rect *rect)
{
	const struct miracast_cursor_image *cursor = source->cursor;
	const struct drm_rect *covers = &source->image->covers;

	if (source->convert != line_copy || source->gamma ||
	    source->image->foreign ||
	    rect->x1 < covers->x1 || rect->x2 > covers->x2 ||
	    rect->y1 < covers->y1 || rect->y2 > covers->y2)
		return false;

	return !cursor || rect->x2 <= cursor->x || rect->y2 <= cursor->y ||
	       rect->x1 >= cursor->x + (int)cursor->width ||
	       rect->y1 >= cursor->y + (int)cursor->height;
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
	size_t bytes = width * sizeof(__le32) + MIRACAST_SCRATCH_SLACK;
	void *lines = kvmalloc_array(3, bytes, GFP_KERNEL);

	scratch->wc_bytes = 0;
	scratch->lines[0] = lines;
	if (!lines)
		return -ENOMEM;

	scratch->lines[1] = lines + bytes;
	scratch->bounce = lines + 2 * bytes;

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
 * miracast_line_cursor_pixels - Copy a cursor's pixels
 * @dst: room for %MIRACAST_CURSOR_SIZE lines of as many pixels
 * @src: first byte of the ARGB8888 source
 * @src_pitch: bytes per source line
 * @width: width, at most %MIRACAST_CURSOR_SIZE
 * @height: height, at most %MIRACAST_CURSOR_SIZE
 * @scratch: room for a line
 *
 * Return: true when they differ from what was at @dst.
 */
bool miracast_line_cursor_pixels(__le32 *dst, const struct iosys_map *src,
				 u32 src_pitch, u32 width, u32 height,
				 struct miracast_scratch *scratch)
{
	void *line = PTR_ALIGN(scratch->bounce, MIRACAST_WC_BLOCK);
	size_t bytes = width * sizeof(*dst);
	bool changed = false;
	u32 y;

	for (y = 0; y < height; y++, dst += MIRACAST_CURSOR_SIZE) {
		struct iosys_map from = *src;

		iosys_map_incr(&from, (size_t)y * src_pitch);
		copy_blocks(scratch, line, &from, bytes);
		if (!memcmp(dst, line, bytes))
			continue;
		memcpy(dst, line, bytes);
		changed = true;
	}

	return changed;
}
