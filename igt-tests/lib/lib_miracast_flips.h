/* SPDX-License-Identifier: MIT */
/*
 * Events of the card: flips that completed, and vblanks.
 */
#ifndef LIB_MIRACAST_FLIPS_H
#define LIB_MIRACAST_FLIPS_H

#include "lib_miracast_kms.h"

struct mc_flip {
	uint32_t sequence;
	uint64_t time_ns;
	uint64_t user_data;
	uint32_t crtc;
};

void mc_wait_flip(struct mc_kms *kms, struct mc_flip *flip);
bool mc_try_flip(struct mc_kms *kms, struct mc_flip *flip, int timeout_ms);
/* mc_flip() and mc_wait_flip(). */
void mc_show(struct mc_kms *kms, const struct mc_fb *fb,
	     const struct drm_mode_rect *clips, uint32_t count);
void mc_forget_flips(void);

/* The newest vblank. */
uint64_t mc_vblank(struct mc_kms *kms);
uint64_t mc_period_ns(const struct mc_kms *kms);
/*
 * Checks the clock: requests an event at a vblank, and waits for it. False when the clock
 * itself was late and ticked at a later vblank: then the test cannot judge what happened at
 * this one.
 */
void mc_watch_vblank(struct mc_kms *kms, uint64_t sequence);
bool mc_watched_vblank(struct mc_kms *kms, uint64_t sequence);
/* Waits until the next vblank is over; returns the newest. */
uint64_t mc_wait_vblank(struct mc_kms *kms);

#endif /* LIB_MIRACAST_FLIPS_H */
