/* SPDX-License-Identifier: GPL-2.0 */
/*
 * XRGB8888 to NV12, BT.709 limited range.
 *
 * For 8-bit R, G, B, and their sums R4, G4, B4 over a block of 2 x 2 pixels:
 *
 *	Y  = 16  + ((5983 R + 20127 G + 2032 B + 16384) >> 15)
 *	Cb = 128 + ((-3298 R4 - 11094 G4 + 14392 B4 + 65536) >> 17)
 *	Cr = 128 + ((14392 R4 - 13073 G4 - 1319 B4 + 65536) >> 17)
 *
 * No value leaves the limited range, so nothing is clamped. The coefficients
 * fit 16 bits and the offset can be added before the shift, which is what the
 * implementations rely on; their results are the same to the bit.
 *
 * Stateless.
 */
#ifndef _MIRACAST_NV12_H_
#define _MIRACAST_NV12_H_

#include <linux/types.h>

#define MIRACAST_NV12_Y_SHIFT	15
#define MIRACAST_NV12_Y_R	5983
#define MIRACAST_NV12_Y_G	20127
#define MIRACAST_NV12_Y_B	2032
/* Offset and rounding. */
#define MIRACAST_NV12_Y_BIAS	((16 << MIRACAST_NV12_Y_SHIFT) + \
				 (1 << (MIRACAST_NV12_Y_SHIFT - 1)))

#define MIRACAST_NV12_C_SHIFT	17
#define MIRACAST_NV12_CB_R	(-3298)
#define MIRACAST_NV12_CB_G	(-11094)
#define MIRACAST_NV12_CB_B	14392
#define MIRACAST_NV12_CR_R	14392
#define MIRACAST_NV12_CR_G	(-13073)
#define MIRACAST_NV12_CR_B	(-1319)
#define MIRACAST_NV12_C_BIAS	((128 << MIRACAST_NV12_C_SHIFT) + \
				 (1 << (MIRACAST_NV12_C_SHIFT - 1)))

/**
 * struct miracast_nv12_lines - Two lines that share their chroma
 * @src: XRGB8888, upper and lower line
 * @y: luma of the two, a byte per pixel
 * @cbcr: chroma, two bytes per two pixels
 *
 * A last line that has none below it is upper and lower line at once, in @src
 * and in @y. A last column that has none to its right counts twice.
 */
struct miracast_nv12_lines {
	const __le32 *src[2];
	u8 *y[2];
	u8 *cbcr;
};

/**
 * struct miracast_nv12_pairs - Pairs of lines below each other
 * @first: the first pair
 * @src_step: bytes from a pair to the next in both lines of the source
 * @y_step: bytes from a pair to the next in both lines of luma
 * @cbcr_step: bytes from a pair to the next in chroma
 * @count: number of pairs
 */
struct miracast_nv12_pairs {
	struct miracast_nv12_lines first;
	size_t src_step;
	size_t y_step;
	size_t cbcr_step;
	unsigned int count;
};

void miracast_nv12_convert(const struct miracast_nv12_pairs *pairs,
			   unsigned int width);

/* Without vector registers: the reference. */
void miracast_nv12_next(struct miracast_nv12_lines *lines,
			const struct miracast_nv12_pairs *pairs);
void miracast_nv12_convert_scalar(const struct miracast_nv12_lines *lines,
				  unsigned int from, unsigned int width);

#ifdef CONFIG_X86_64
bool miracast_nv12_has_avx2(void);
void miracast_nv12_convert_avx2(const struct miracast_nv12_pairs *pairs,
				unsigned int width);
#else
static inline bool miracast_nv12_has_avx2(void)
{
	return false;
}

static inline void
miracast_nv12_convert_avx2(const struct miracast_nv12_pairs *pairs,
			   unsigned int width)
{
}
#endif

#endif
