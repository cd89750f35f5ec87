// SPDX-License-Identifier: MIT
/*
 * A client that lights a target without an owner.
 */
#include "lib_miracast_lit.h"

void mc_lit(struct mc_lit *lit, uint32_t width, uint32_t height)
{
	lit->card = mc_card_open();
	lit->kms = mc_kms(lit->card, 0);
	lit->fb = mc_fb(lit->card, width, height, DRM_FORMAT_XRGB8888);
	mc_fb_paint(lit->fb, NULL, 1);
	lit->mode = mc_make_mode(width, height, 60000);
	mc_light(lit->kms, &lit->mode, lit->fb);
}
