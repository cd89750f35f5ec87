// SPDX-License-Identifier: MIT
/*
 * NV12 pictures, made pixel by pixel as the interface describes them: BT.709
 * in limited range, chroma from the sum of a block of 2x2 pixels, at an odd
 * edge the last pixel twice.
 */
#include "lib_miracast_nv12.h"

static uint32_t at_most(uint32_t value, uint32_t limit)
{
	return value < limit ? value : limit;
}

static uint32_t even_up(uint32_t value)
{
	return (value + 1) & ~1u;
}

struct mc_nv12 *mc_nv12(uint32_t width, uint32_t height)
{
	struct mc_nv12 *nv12 = calloc(1, sizeof(*nv12));

	igt_assert(nv12);
	nv12->width = width;
	nv12->height = height;
	nv12->pitch = even_up(width);
	nv12->luma = calloc(height, nv12->pitch);
	nv12->chroma = calloc(even_up(height) / 2, nv12->pitch);
	igt_assert(nv12->luma && nv12->chroma);
	return nv12;
}

void mc_nv12_free(struct mc_nv12 *nv12)
{
	free(nv12->luma);
	free(nv12->chroma);
	free(nv12);
}

struct drm_clip_rect mc_nv12_round_out(const struct drm_clip_rect *clip,
				       uint32_t width, uint32_t height)
{
	return (struct drm_clip_rect) {
		.x1 = clip->x1 & ~1u,
		.y1 = clip->y1 & ~1u,
		.x2 = at_most(even_up(clip->x2), width),
		.y2 = at_most(even_up(clip->y2), height),
	};
}

uint64_t mc_nv12_bytes(const struct drm_clip_rect *clip)
{
	uint64_t width = clip->x2 - clip->x1, height = clip->y2 - clip->y1;

	return width * height + (width + 1) / 2 * 2 * ((height + 1) / 2);
}

/* Conversion */

static int red(uint32_t pixel)
{
	return pixel >> 16 & 0xff;
}

static int green(uint32_t pixel)
{
	return pixel >> 8 & 0xff;
}

static int blue(uint32_t pixel)
{
	return pixel & 0xff;
}

static uint8_t luma_of(uint32_t pixel)
{
	return 16 + ((5983 * red(pixel) + 20127 * green(pixel) +
		      2032 * blue(pixel) + 16384) >> 15);
}

static void put_chroma(uint8_t *to, const struct mc_picture *from,
		       uint32_t x, uint32_t y)
{
	int r = 0, g = 0, b = 0;
	uint32_t i;

	for (i = 0; i < 4; i++) {
		uint32_t px = at_most(x + i % 2, from->width - 1);
		uint32_t py = at_most(y + i / 2, from->height - 1);
		uint32_t pixel = from->pixels[(size_t)py * from->width + px];

		r += red(pixel);
		g += green(pixel);
		b += blue(pixel);
	}
	to[0] = 128 + ((-3298 * r - 11094 * g + 14392 * b + 65536) >> 17);
	to[1] = 128 + ((14392 * r - 13073 * g - 1319 * b + 65536) >> 17);
}

void mc_nv12_convert(struct mc_nv12 *to, const struct mc_picture *from,
		     const struct drm_clip_rect *clip)
{
	struct drm_clip_rect area = { 0, 0, from->width, from->height };
	uint32_t x, y;

	igt_assert_eq_u32(to->width, from->width);
	igt_assert_eq_u32(to->height, from->height);
	if (clip)
		area = mc_nv12_round_out(clip, from->width, from->height);
	for (y = area.y1; y < area.y2; y++)
		for (x = area.x1; x < area.x2; x++)
			to->luma[(size_t)y * to->pitch + x] =
				luma_of(from->pixels[(size_t)y * from->width +
						     x]);
	for (y = area.y1; y < area.y2; y += 2)
		for (x = area.x1; x < area.x2; x += 2)
			put_chroma(&to->chroma[(size_t)y / 2 * to->pitch + x],
				   from, x, y);
}

/* Chunks */

static void check_rounded(const struct drm_clip_rect *clip, uint32_t width,
			  uint32_t height)
{
	igt_assert_f(clip->x1 < clip->x2 && clip->y1 < clip->y2 &&
		     clip->x2 <= width && clip->y2 <= height,
		     "clip %u,%u %u,%u of a picture of %ux%u\n", clip->x1,
		     clip->y1, clip->x2, clip->y2, width, height);
	igt_assert_f(clip->x1 % 2 == 0 && clip->y1 % 2 == 0 &&
		     (clip->x2 % 2 == 0 || clip->x2 == width) &&
		     (clip->y2 % 2 == 0 || clip->y2 == height),
		     "clip %u,%u %u,%u is not rounded to even pixels\n",
		     clip->x1, clip->y1, clip->x2, clip->y2);
}

static void apply_plane(uint8_t *to, uint32_t to_pitch, const uint8_t *from,
			uint32_t from_pitch, const struct drm_clip_rect *clip,
			uint32_t y1, uint32_t y2)
{
	uint32_t y, bytes = clip->x2 - clip->x1;

	for (y = y1; y < y2; y++)
		memcpy(to + (size_t)y * to_pitch + clip->x1,
		       from + (size_t)y * from_pitch + clip->x1, bytes);
}

void mc_nv12_apply(struct mc_nv12 *to, struct mc_ctx *ctx,
		   const struct mc_chunk *chunk)
{
	uint32_t luma_pitch, chroma_pitch, i;
	const uint8_t *luma = mc_chunk_plane(ctx, chunk, 0, &luma_pitch);
	const uint8_t *chroma = mc_chunk_plane(ctx, chunk, 1, &chroma_pitch);

	igt_assert_eq_u32(chunk->event.width, to->width);
	igt_assert_eq_u32(chunk->event.height, to->height);
	for (i = 0; i < chunk->event.clip_count; i++) {
		struct drm_clip_rect clip = chunk->clips[i];

		check_rounded(&clip, to->width, to->height);
		apply_plane(to->luma, to->pitch, luma, luma_pitch, &clip,
			    clip.y1, clip.y2);
		clip.x2 = even_up(clip.x2);
		apply_plane(to->chroma, to->pitch, chroma, chroma_pitch, &clip,
			    clip.y1 / 2, even_up(clip.y2) / 2);
	}
}

/* Comparison */

/* The first line that differs, or @end. */
static uint32_t different_line(const uint8_t *got, uint32_t got_pitch,
			       const uint8_t *want, uint32_t want_pitch,
			       uint32_t bytes, uint32_t first, uint32_t end)
{
	uint32_t y = first;

	while (y < end && !memcmp(got + (size_t)y * got_pitch,
				  want + (size_t)y * want_pitch, bytes))
		y++;
	return y;
}

static void assert_plane(const uint8_t *got, uint32_t got_pitch,
			 const uint8_t *want, uint32_t want_pitch,
			 uint32_t bytes, uint32_t first, uint32_t end,
			 const char *what, const char *plane)
{
	uint32_t x = 0, y = different_line(got, got_pitch, want, want_pitch,
					   bytes, first, end);

	if (y >= end)
		return;
	got += (size_t)y * got_pitch;
	want += (size_t)y * want_pitch;
	while (got[x] == want[x])
		x++;
	igt_assert_f(false, "%s: %s byte %u of line %u is %u, expected %u\n",
		     what, plane, x, y, got[x], want[x]);
}

void mc_nv12_assert(const struct mc_nv12 *got, const struct mc_nv12 *want,
		    const char *what)
{
	igt_assert_eq_u32(got->width, want->width);
	igt_assert_eq_u32(got->height, want->height);
	assert_plane(got->luma, got->pitch, want->luma, want->pitch,
		     want->width, 0, want->height, what, "luma");
	assert_plane(got->chroma, got->pitch, want->chroma, want->pitch,
		     even_up(want->width), 0, even_up(want->height) / 2, what,
		     "chroma");
}

bool mc_nv12_equal(const struct mc_nv12 *a, const struct mc_nv12 *b)
{
	uint32_t pairs = even_up(a->height) / 2;

	return different_line(a->luma, a->pitch, b->luma, b->pitch, a->width, 0,
			      a->height) == a->height &&
	       different_line(a->chroma, a->pitch, b->chroma, b->pitch,
			      even_up(a->width), 0, pairs) == pairs;
}

void mc_nv12_assert_lines(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			  const struct mc_nv12 *want, uint32_t first,
			  uint32_t count, const char *what)
{
	const uint8_t *plane;
	uint32_t pitch;

	igt_assert_eq_u32(chunk->event.width, want->width);
	igt_assert_eq_u32(chunk->event.height, want->height);
	igt_assert_eq_u32(first % 2, 0);
	igt_assert_lte_u64(first + count, want->height);
	plane = mc_chunk_plane(ctx, chunk, 0, &pitch);
	assert_plane(plane, pitch, want->luma, want->pitch, want->width,
		     first, first + count, what, "luma");
	plane = mc_chunk_plane(ctx, chunk, 1, &pitch);
	assert_plane(plane, pitch, want->chroma, want->pitch,
		     even_up(want->width), first / 2,
		     even_up(first + count) / 2, what, "chroma");
}

void mc_nv12_assert_chunk(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			  const struct mc_nv12 *want, const char *what)
{
	mc_nv12_assert_lines(ctx, chunk, want, 0, want->height, what);
}
