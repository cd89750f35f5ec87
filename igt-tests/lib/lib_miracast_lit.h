/* SPDX-License-Identifier: MIT */
/*
 * A client that lights a target without an owner; its connector is disconnected.
 */
#ifndef LIB_MIRACAST_LIT_H
#define LIB_MIRACAST_LIT_H

#include "lib_miracast.h"

struct mc_lit {
	int card;
	struct mc_kms *kms;
	struct mc_fb *fb;		/* in the pattern of seed 1 */
	drmModeModeInfo mode;
};

/* At 60 Hz, on the first target. */
void mc_lit(struct mc_lit *lit, uint32_t width, uint32_t height);

#endif /* LIB_MIRACAST_LIT_H */
