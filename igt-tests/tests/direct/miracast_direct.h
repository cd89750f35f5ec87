/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_direct test.
 */
#ifndef MIRACAST_DIRECT_H
#define MIRACAST_DIRECT_H

#include "lib_miracast.h"

/* The slowest rate there is, so that there is time between two vblanks. */
#define DIRECT_SLOW_MHZ 24000

/* At that rate, running, 640x480. */
struct mc_scene *direct_slow_scene(void);

/*
 * Flips just after a vblank; watches the vblank at which that is due, which is
 * returned, and the one after it.
 */
uint64_t direct_watch_flip(struct mc_scene *scene, const struct mc_fb *fb,
			   struct mc_chunk *next);
/* The flip is done; whether the clock was where it should have been. */
bool direct_watched_flip(struct mc_scene *scene, uint64_t due,
			 struct mc_flip *flip);

extern const struct mc_subtest mc_direct_picture[];
extern const struct mc_subtest mc_direct_table[];
extern const struct mc_subtest mc_direct_export[];
extern const struct mc_subtest mc_direct_import[];
extern const struct mc_subtest mc_direct_hold[];
extern const struct mc_subtest mc_direct_end[];
extern const struct mc_subtest mc_direct_lost[];
extern const struct mc_subtest mc_direct_fence[];
extern const struct mc_subtest mc_direct_trusted[];
extern const struct mc_subtest mc_direct_bounced[];

#endif /* MIRACAST_DIRECT_H */
