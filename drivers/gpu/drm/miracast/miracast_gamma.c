// SPDX-License-Identifier: GPL-2.0
/*
 * Gamma: the look-up table of a CRTC, applied to pixels of XRGB8888.
 */
#include <linux/math.h>
#include <linux/string.h>

#include <asm/byteorder.h>

#include <drm/drm_mode.h>

#include "miracast_gamma.h"

/*
 * 16 bits to 8, rounded to nearest. drm_color_lut_extract() of Linux 6.1 turns 0x8080 into
 * 0x81.
 */
static u8 to_8_bits(u16 value)
{
	return DIV_ROUND_CLOSEST((u32)value, 0xffff / 0xff);
}

/**
 * miracast_gamma_init - Copy the look-up table of a CRTC
 * @gamma: filled in
 * @lut: %MIRACAST_GAMMA_SIZE entries, or NULL for none
 *
 * A table that changes no value is not applied.
 */
void miracast_gamma_init(struct miracast_gamma *gamma,
			 const struct drm_color_lut *lut)
{
	unsigned int i;

	memset(gamma, 0, sizeof(*gamma));
	if (!lut)
		return;

	for (i = 0; i < MIRACAST_GAMMA_SIZE; i++) {
		gamma->red[i] = to_8_bits(lut[i].red);
		gamma->green[i] = to_8_bits(lut[i].green);
		gamma->blue[i] = to_8_bits(lut[i].blue);
		gamma->active |= gamma->red[i] != i || gamma->green[i] != i ||
				 gamma->blue[i] != i;
	}
	if (!gamma->active)
		memset(gamma, 0, sizeof(*gamma));
}

/**
 * miracast_gamma_equal - Check whether two tables have the same effect
 * @a: one
 * @b: the other
 *
 * Return: true when no pixel differs.
 */
bool miracast_gamma_equal(const struct miracast_gamma *a,
			  const struct miracast_gamma *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/**
 * miracast_gamma_line - Apply a table to a line
 * @gamma: the table, active
 * @dst: the new pixels; may be @src, or begin before it and overlap it
 * @src: XRGB8888 pixels
 * @count: number of pixels
 */
void miracast_gamma_line(const struct miracast_gamma *gamma, __le32 *dst,
			 const __le32 *src, unsigned int count)
{
	while (count--) {
		u32 p = le32_to_cpu(*src++);

		*dst++ = cpu_to_le32(0xff000000 |
				     gamma->red[p >> 16 & 0xff] << 16 |
				     gamma->green[p >> 8 & 0xff] << 8 |
				     gamma->blue[p & 0xff]);
	}
}
