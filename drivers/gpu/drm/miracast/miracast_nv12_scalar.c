// SPDX-License-Identifier: GPL-2.0
/*
 * XRGB8888 to NV12 without vector registers: the reference.
 *
 * A 64-bit register holds two 32-bit lanes, one per pixel of luma, or one for
 * each of Cb and Cr. No lane ever becomes negative or overflows, so that lanes
 * do not disturb each other.
 */
#include <linux/kernel.h>

#include "miracast_nv12.h"

/* The same value in both lanes. */
#define BOTH(x)		((x) * 0x100000001ULL)

/* Coefficients of Cb in the low lane and Cr in the high one; only sums count. */
#define CHROMA(cb, cr)	((u64)(cr) * (1ULL << 32) + (u64)(cb))

static u64 luma_lanes(u64 r, u64 g, u64 b)
{
	return r * MIRACAST_NV12_Y_R + g * MIRACAST_NV12_Y_G +
	       b * MIRACAST_NV12_Y_B + BOTH(MIRACAST_NV12_Y_BIAS);
}

static u64 chroma_lanes(u32 r4, u32 g4, u32 b4)
{
	return r4 * CHROMA(MIRACAST_NV12_CB_R, MIRACAST_NV12_CR_R) +
	       g4 * CHROMA(MIRACAST_NV12_CB_G, MIRACAST_NV12_CR_G) +
	       b4 * CHROMA(MIRACAST_NV12_CB_B, MIRACAST_NV12_CR_B) +
	       BOTH(MIRACAST_NV12_C_BIAS);
}

static void put_luma(u8 *dst, u64 lanes)
{
	dst[0] = lanes >> MIRACAST_NV12_Y_SHIFT;
	dst[1] = lanes >> (32 + MIRACAST_NV12_Y_SHIFT);
}

static void put_chroma(u8 *dst, u64 lanes)
{
	dst[0] = lanes >> MIRACAST_NV12_C_SHIFT;
	dst[1] = lanes >> (32 + MIRACAST_NV12_C_SHIFT);
}

static u32 add_lanes(u64 lanes)
{
	return lanes + (lanes >> 32);
}

/* Two neighbours, the left one in the low lane. */
static u64 get_pair(const __le32 *src)
{
	return (u64)le32_to_cpup(src + 1) << 32 | le32_to_cpup(src);
}

static u64 channel_of(u64 pair, unsigned int shift)
{
	return pair >> shift & BOTH(0xff);
}

/* Inlined, so that the many constants stay in registers over a line. */
static __always_inline void convert_block(u64 upper, u64 lower, u8 *y0, u8 *y1,
					  u8 *cbcr)
{
	u64 r0 = channel_of(upper, 16), r1 = channel_of(lower, 16);
	u64 g0 = channel_of(upper, 8), g1 = channel_of(lower, 8);
	u64 b0 = channel_of(upper, 0), b1 = channel_of(lower, 0);

	put_luma(y0, luma_lanes(r0, g0, b0));
	put_luma(y1, luma_lanes(r1, g1, b1));
	put_chroma(cbcr, chroma_lanes(add_lanes(r0 + r1), add_lanes(g0 + g1),
				      add_lanes(b0 + b1)));
}

/* The last column of an odd width; luma has room for one byte only. */
static void convert_last(const struct miracast_nv12_lines *lines,
			 unsigned int x)
{
	u8 y0[2], y1[2];

	convert_block(BOTH(le32_to_cpup(lines->src[0] + x)),
		      BOTH(le32_to_cpup(lines->src[1] + x)), y0, y1,
		      lines->cbcr + x);
	lines->y[0][x] = y0[0];
	lines->y[1][x] = y1[0];
}

/**
 * miracast_nv12_convert_scalar - Convert two lines without vector registers
 * @lines: the lines
 * @from: first column, even
 * @width: number of columns, those before @from included
 */
void miracast_nv12_convert_scalar(const struct miracast_nv12_lines *lines,
				  unsigned int from, unsigned int width)
{
	const __le32 *upper = lines->src[0], *lower = lines->src[1];
	u8 *y0 = lines->y[0], *y1 = lines->y[1], *cbcr = lines->cbcr;
	size_t x;

	for (x = from; x + 1 < width; x += 2)
		convert_block(get_pair(upper + x), get_pair(lower + x),
			      y0 + x, y1 + x, cbcr + x);
	if (x < width)
		convert_last(lines, x);
}

/**
 * miracast_nv12_next - Go on to the next pair of lines
 * @lines: a pair of @pairs
 * @pairs: the pairs
 */
void miracast_nv12_next(struct miracast_nv12_lines *lines,
			const struct miracast_nv12_pairs *pairs)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		lines->src[i] = (const void *)lines->src[i] + pairs->src_step;
		lines->y[i] += pairs->y_step;
	}
	lines->cbcr += pairs->cbcr_step;
}
