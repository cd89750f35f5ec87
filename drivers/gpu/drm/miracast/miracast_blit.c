// SPDX-License-Identifier: GPL-2.0
/*
 * Pixel work.
 *
 * A format is one line function and one row of the table. Every pixel is read
 * from memory once: a line is fetched (foreign memory through the bounce line),
 * converted, the cursor blended over it, and gamma applied to both, as displays do.
 * XRGB8888 is made where it is to be, except under the cursor and with gamma: the
 * picture may be in memory that is slow to read back. NV12 is made of two lines at a
 * time, which are in the cache then, or still in the framebuffer when they are as
 * they have to be there.
 */
#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/crc32.h>
#include <linux/kernel.h>
#include <linux/prefetch.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/swab.h>

#include <drm/drm_cache.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_rect.h>

#include "miracast_blit.h"
#include "miracast_nv12.h"

/* What is seen where the primary plane does not cover the screen. */
#define BLACK	0xff000000

/*
 * Pixels between two points where others may run, and without preemption when vector
 * registers are in use: what the first cache has room for.
 */
#define PIECE_PIXELS	8192

/* Lines up to this length do not stay within a page for long. */
#define NARROW_BYTES	1024

typedef void (*miracast_line_fn)(__le32 *dst, const void *src,
				 unsigned int count);

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

/* Widen a field by repeating its top bits, so that full scale stays so. */
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
 * miracast_blit_format_supported - Check whether a format can be read
 * @fourcc: DRM format
 *
 * Return: true when there is a line function for it.
 */
bool miracast_blit_format_supported(u32 fourcc)
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

/* Where lines come from; no cursor means that none is blended, and so for gamma. */
struct source {
	const struct miracast_image *image;
	const struct miracast_cursor_image *cursor;
	const struct miracast_gamma *gamma;
	miracast_line_fn convert;
	struct miracast_scratch *scratch;
};

static void source_init(struct source *source,
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

/* The function takes only whole blocks as they should be. */
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
 * Ordinary loads from write-combined memory take a hundred times as long as others,
 * and a mapping does not say what it is. So foreign memory is always read in aligned
 * blocks by a function for it; they cost no more elsewhere. What is beside the pixels in
 * the first and last block is read along, as far as there is anything.
 */
static const void *fetch_foreign(const struct source *source, void *room,
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

	/* Steps back, too, where the framebuffer does not begin with a block. */
	iosys_map_incr(&src, offset - skip);
	copy_blocks(source->scratch, room, &src, end - offset + skip);

	return room + skip;
}

static size_t offset_in(const struct miracast_image *image, int x, int y)
{
	return (size_t)(image->y + y - image->covers.y1) * image->pitch +
	       (size_t)(image->x + x - image->covers.x1) * image->cpp;
}

/*
 * Pixels x1..x2 of a line, which the image covers, as the framebuffer has them;
 * those of foreign memory are brought to room.
 */
static const void *fetch_line(const struct source *source, void *room,
			      int x1, int x2, int y)
{
	const struct miracast_image *image = source->image;
	size_t offset = offset_in(image, x1, y);

	if (!image->foreign)
		return image->map.vaddr + offset;

	return fetch_foreign(source, PTR_ALIGN(room, MIRACAST_WC_BLOCK), offset,
			     (x2 - x1) * image->cpp);
}

/* Check whether fetching pixels of foreign memory to @dst makes just these. */
static bool fetches_exactly(const struct source *source, const __le32 *dst,
			    int x1, int x2, int y)
{
	const struct miracast_image *image = source->image;

	return image->foreign && source->convert == line_copy &&
	       IS_ALIGNED((unsigned long)dst |
			  (address_of(&image->map) + offset_in(image, x1, y)) |
			  (x2 - x1) * sizeof(*dst), MIRACAST_WC_BLOCK);
}

/* Make pixels x1..x2 of line y, which the image covers. */
static void convert_line(const struct source *source, __le32 *dst,
			 int x1, int x2, int y)
{
	void *room = fetches_exactly(source, dst, x1, x2, y) ?
			     dst : source->scratch->bounce;
	const void *src = fetch_line(source, room, x1, x2, y);

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
static void make_under(const struct source *source, __le32 *dst,
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

/* Make one line of it, before gamma, in memory that is fast to read. */
static void make_line(const struct source *source, __le32 *dst,
		      int x1, int x2, int y)
{
	make_under(source, dst, x1, x2, y);
	blend_line(source->cursor, dst, x1, x2, y);
}

/* The same in any memory. */
static void write_line(const struct source *source, __le32 *dst,
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

/* As make_line(), but in room only when it is not in memory already. */
static const void *get_line(const struct source *source, __le32 *room,
			    int x1, int x2, int y)
{
	const struct drm_rect *covers = &source->image->covers;
	int from = x1, to = x2;

	if (source->convert == line_copy &&
	    x1 >= covers->x1 && x2 <= covers->x2 &&
	    y >= covers->y1 && y < covers->y2 &&
	    !under_cursor(source->cursor, &from, &to, y))
		return fetch_line(source, room, x1, x2, y);

	make_line(source, room, x1, x2, y);

	return room;
}

/* The same with gamma, for which room is written. */
static const void *get_final_line(const struct source *source, __le32 *room,
				  int x1, int x2, int y)
{
	const void *line = get_line(source, room, x1, x2, y);

	if (!source->gamma)
		return line;

	miracast_gamma_line(source->gamma, room, line, x2 - x1);

	return room;
}

/* Check whether the framebuffer has a rectangle as it has to be in the picture. */
static bool is_in_place(const struct source *source, const struct drm_rect *rect)
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

/* Many lines are short: there is nothing to do for one but the copy itself. */
static void copy_in_place(const struct source *source,
			  const struct miracast_surface *dst,
			  const struct drm_rect *rect)
{
	const u8 *from = fetch_line(source, NULL, rect->x1, rect->x2, rect->y1);
	u8 *to = dst->planes[0] + (size_t)rect->y1 * dst->pitches[0] +
		 rect->x1 * sizeof(u32);
	size_t bytes = drm_rect_width(rect) * sizeof(u32);
	size_t from_pitch = source->image->pitch, to_pitch = dst->pitches[0];
	int lines = drm_rect_height(rect);

	for (; lines; lines--, from += from_pitch, to += to_pitch)
		memcpy(to, from, bytes);
}

static void blit_xrgb8888(const struct source *source,
			  const struct miracast_surface *dst,
			  const struct drm_rect *rect,
			  const struct miracast_scratch *scratch)
{
	int x1 = rect->x1, x2 = rect->x2, y;

	if (is_in_place(source, rect)) {
		copy_in_place(source, dst, rect);
		return;
	}

	for (y = rect->y1; y < rect->y2; y++) {
		__le32 *to = (__le32 *)(dst->planes[0] +
					(size_t)y * dst->pitches[0]);

		if (source->gamma)
			miracast_gamma_line(source->gamma, to + x1,
					    get_line(source, scratch->lines[0],
						     x1, x2, y),
					    x2 - x1);
		else
			write_line(source, to + x1, x1, x2, y);
	}
}

/* Lines @y and @below of a rectangle, the same when it ends with an odd one. */
static void get_lines(const struct source *source,
		      const struct miracast_surface *dst,
		      const struct drm_rect *rect, int y, int below,
		      const struct miracast_scratch *scratch,
		      struct miracast_nv12_lines *lines)
{
	u8 *luma = dst->planes[0] + rect->x1;
	u8 *chroma = dst->planes[1] + rect->x1;

	lines->src[0] = get_final_line(source, scratch->lines[0],
				       rect->x1, rect->x2, y);
	lines->src[1] = lines->src[0];
	if (below != y)
		lines->src[1] = get_final_line(source, scratch->lines[1],
					       rect->x1, rect->x2, below);
	lines->y[0] = luma + (size_t)y * dst->pitches[0];
	lines->y[1] = luma + (size_t)below * dst->pitches[0];
	lines->cbcr = chroma + (size_t)(y / 2) * dst->pitches[1];
}

/* Pairs of lines that have to be made are converted while they are in the cache. */
static void blit_nv12(const struct source *source,
		      const struct miracast_surface *dst,
		      const struct drm_rect *rect,
		      const struct miracast_scratch *scratch)
{
	struct miracast_nv12_pairs pairs = {
		.src_step = 2 * (size_t)source->image->pitch,
		.y_step = 2 * (size_t)dst->pitches[0],
		.cbcr_step = dst->pitches[1],
		.count = 1,
	};
	bool in_place = is_in_place(source, rect);
	int y, last = rect->y2 - 1;

	for (y = rect->y1; y < rect->y2; y += 2 * pairs.count) {
		get_lines(source, dst, rect, y, min(y + 1, last), scratch,
			  &pairs.first);
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
 * Have the processor fetch what will be written. Each line of a narrow rectangle is in
 * another page, where its own prefetching does not find it. For wide ones that
 * prefetching is better.
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
	struct source source;

	source_init(&source, image, cursor, gamma, scratch);
	for (; piece.y1 < rect->y2; piece.y1 = piece.y2) {
		piece.y2 = min(piece.y1 + lines, rect->y2);
		prefetch_picture(dst, &piece);
		if (dst->fourcc == DRM_FORMAT_NV12)
			blit_nv12(&source, dst, &piece, scratch);
		else
			blit_xrgb8888(&source, dst, &piece, scratch);
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
	__le32 *line = scratch->lines[0];
	struct source source;
	u32 crc = 0;
	u32 x, y;

	source_init(&source, image, cursor, gamma, scratch);
	for (y = 0; y < height; y++) {
		make_line(&source, line, 0, width, y);
		if (source.gamma)
			miracast_gamma_line(source.gamma, line, line, width);
		for (x = 0; x < width; x++)
			line[x] &= cpu_to_le32(0x00ffffff);
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
bool miracast_blit_cursor_pixels(__le32 *dst, const struct iosys_map *src,
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
