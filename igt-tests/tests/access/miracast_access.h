/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_access test.
 */
#ifndef MIRACAST_ACCESS_H
#define MIRACAST_ACCESS_H

#include "lib_miracast_masters.h"

/* A client of one master: a framebuffer in its own colour on one target. */
struct access_screen {
	int card;
	struct mc_kms *kms;
	struct mc_fb *fb;
	drmModeModeInfo mode;
	uint32_t colour;
};

/* 640x480; nothing is lit yet. */
void access_screen(struct access_screen *screen, int card, uint32_t connector,
		   uint32_t colour);
void access_light(struct access_screen *screen);
/* The next chunk must have this colour everywhere; releases it. */
void access_expect_colour(struct mc_ctx *ctx, uint32_t colour);
/* The same; completes a MODE_SET that comes before it. */
void access_expect_screen(struct mc_ctx *ctx, const struct access_screen *screen);

/* A lease of one target, whose file is kept. */
int access_lease(int card);

extern const struct mc_subtest access_buffers[];
extern const struct mc_subtest access_masters[];
extern const struct mc_subtest access_foreign[];
extern const struct mc_subtest access_pin[];
extern const struct mc_subtest access_gone[];
extern const struct mc_subtest access_control[];
extern const struct mc_subtest access_node[];
extern const struct mc_subtest access_random[];
extern const struct mc_subtest access_replaced[];

#endif /* MIRACAST_ACCESS_H */
