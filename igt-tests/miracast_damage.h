/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_damage test, and the client and owner that they
 * share.
 */
#ifndef MIRACAST_DAMAGE_H
#define MIRACAST_DAMAGE_H

#include "lib_miracast.h"

#define WIDTH 640
#define HEIGHT 480
#define FBS 3
#define MOST_CLIPS 70
/* Damage that each framebuffer may miss: that of the commits since its own. */
#define HISTORY FBS

struct damage {
	struct drm_mode_rect clips[MOST_CLIPS];
	uint32_t count;
};

/*
 * A client as compositors are: what it wants to show is drawn once; of three
 * framebuffers the next is brought up to date where it is stale.
 */
struct client {
	struct mc_scene *scene;
	struct mc_picture *screen;	/* what is shown */
	struct mc_picture *owner;	/* what the owner made of it */
	struct damage history[HISTORY];
	bool direct;
	uint32_t commits;
	uint32_t seed;
	uint64_t commit_ns;		/* before the newest commit */
};

/* MIRACAST_COMMITS of the environment. */
unsigned int commits_wanted(void);
struct drm_clip_rect area_of(const struct drm_mode_rect *clip);
/* Starts both: COPY with some buffers, DIRECT with none. */
void client_begin(struct client *c, uint32_t buffers, uint32_t seed);
/* Draws something new in random places; returns where. */
struct damage *client_draw(struct client *c, uint32_t most_clips);
/* Draws and shows it; the flip is done on return. */
const struct damage *client_commit(struct client *c, uint32_t most_clips);
/* Whether a chunk is of the newest commit, or of a later moment. */
bool client_is_newest(const struct client *c, const struct mc_chunk *chunk);
/* Every corner of the damage is in the chunk's. */
void check_covers(const struct mc_chunk *chunk, const struct damage *damage);
/*
 * The owner takes the chunk's clips over. After the newest chunk his picture is
 * what is on the screen, and so is the buffer.
 */
void owner_take(struct client *c, const struct mc_chunk *chunk);

/* In DIRECT what was kept for too long is revoked. */
void owner_give_back(struct client *c, const struct mc_chunk *chunk);

/* An owner who holds chunks for a random number of commits. */

#define MOST_HELD 16

struct held {
	struct mc_chunk chunk[MOST_HELD];
	unsigned int until[MOST_HELD];
	unsigned int count;
};

void owner_release_due(struct client *c, struct held *held, unsigned int now);
void owner_take_pending(struct client *c, struct held *held, unsigned int now);
/* With everything given back the rest comes, and the pictures are equal. */
void owner_finish(struct client *c, struct held *held);

extern const struct mc_subtest mc_damage_direct[];
extern const struct mc_subtest mc_damage_rate[];

#endif /* MIRACAST_DAMAGE_H */
