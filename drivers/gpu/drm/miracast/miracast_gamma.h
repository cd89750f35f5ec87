/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Gamma: the look-up table of a CRTC, applied to pixels of XRGB8888.
 *
 * Stateless. The tables are copies, so no property blob is kept.
 */
#ifndef _MIRACAST_GAMMA_H_
#define _MIRACAST_GAMMA_H_

#include <linux/types.h>

struct drm_color_lut;

/* Entries of GAMMA_LUT: one for each value of a channel. */
#define MIRACAST_GAMMA_SIZE	256

/**
 * struct miracast_gamma - A new value for each value of a channel
 * @active: any value changes; otherwise the rest is zero
 * @red: new values of red
 * @green: new values of green
 * @blue: new values of blue
 */
struct miracast_gamma {
	bool active;
	u8 red[MIRACAST_GAMMA_SIZE];
	u8 green[MIRACAST_GAMMA_SIZE];
	u8 blue[MIRACAST_GAMMA_SIZE];
};

void miracast_gamma_init(struct miracast_gamma *gamma,
			 const struct drm_color_lut *lut);
bool miracast_gamma_equal(const struct miracast_gamma *a,
			  const struct miracast_gamma *b);
void miracast_gamma_line(const struct miracast_gamma *gamma, __le32 *dst,
			 const __le32 *src, unsigned int count);

#endif
