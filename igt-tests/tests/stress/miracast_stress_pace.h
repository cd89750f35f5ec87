/* SPDX-License-Identifier: MIT */
/*
 * A client that flips as fast as it can, and the pace of its flips.
 */
#ifndef MIRACAST_STRESS_PACE_H
#define MIRACAST_STRESS_PACE_H

#include "miracast_stress.h"

#define WIDTH 640
#define HEIGHT 480
#define PACE_FBS 3

/* What client and owner share. */
struct pace_board {
	struct mc_picture *screen;	/* what is on the screen */
	volatile bool still;		/* the client flips no more */
};

struct pace_client {
	int card;
	struct mc_kms *kms;
	struct mc_fb *fb[PACE_FBS];
	struct pace_board *board;
	struct drm_mode_rect history[PACE_FBS];
	uint32_t flips, seed;
};

/* How long flips take, by the kernel's own times. */
struct pace {
	uint32_t flips;
	uint32_t prompt;	/* at the vblank after the call */
	uint32_t late;		/* later than the one after that */
	uint32_t worst;		/* vblanks from one flip to the next */
	uint64_t last_ns;
	uint32_t last_sequence;
	/* From one flip to the next, pauses left out. */
	uint64_t between_ns;
	uint32_t between;
	bool paused;		/* the client did something else meanwhile */
};

struct pace_client *pace_new_client(int card, uint32_t connector);
/* @pace: NULL when it does not matter how long it takes. */
void pace_flip_once(struct pace_client *c, struct pace *pace);
void pace_flip_for(struct pace_client *c, struct pace *pace, uint32_t flips);
void pace_report(const struct pace *pace, const char *what);
/* Whether the flips @with an owner are as fast as those @before and @after it. */
bool pace_is_same(const struct pace *with, const struct pace *before,
		  const struct pace *after, bool direct);

#endif /* MIRACAST_STRESS_PACE_H */
