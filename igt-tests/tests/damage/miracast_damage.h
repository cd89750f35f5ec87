/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_damage test, and the owner that they share.
 */
#ifndef MIRACAST_DAMAGE_H
#define MIRACAST_DAMAGE_H

#include "lib_miracast_client.h"

#define WIDTH 640
#define HEIGHT 480

/* MIRACAST_COMMITS of the environment. */
unsigned int commits_wanted(void);
struct drm_clip_rect area_of(const struct drm_mode_rect *clip);
/*
 * Starts both, and takes the first picture: COPY with some buffers, DIRECT with
 * none.
 */
void client_begin(struct mc_client *c, uint32_t buffers, uint32_t seed);
/* Draws into the framebuffer that is scanned out, and says so by DIRTYFB. */
const struct mc_clips *draw_dirty(struct mc_client *c);
/* Every corner of the damage must be in the chunk's clips. */
void check_covers(const struct mc_chunk *chunk, const struct mc_clips *damage);
/*
 * The owner copies the chunk's clips. After the newest chunk its picture must equal the
 * screen, and so must the buffer.
 */
void owner_take(struct mc_client *c, const struct mc_chunk *chunk);

/* In DIRECT chunks that were kept for too long are revoked. */
void owner_release(struct mc_client *c, const struct mc_chunk *chunk);

/* An owner that holds chunks for a random number of commits. */

#define MOST_HELD 16

struct held {
	struct mc_chunk chunk[MOST_HELD];
	unsigned int until[MOST_HELD];
	unsigned int count;
};

void owner_release_due(struct mc_client *c, struct held *held, unsigned int now);
void owner_take_pending(struct mc_client *c, struct held *held, unsigned int now);
/* With everything released the rest comes, and the pictures are equal. */
void owner_finish(struct mc_client *c, struct held *held);

extern const struct mc_subtest mc_damage_clips[];
extern const struct mc_subtest mc_damage_direct[];
extern const struct mc_subtest mc_damage_dirty[];
extern const struct mc_subtest mc_damage_rate[];
extern const struct mc_subtest mc_damage_rate_ends[];
extern const struct mc_subtest mc_damage_missed[];

#endif /* MIRACAST_DAMAGE_H */
