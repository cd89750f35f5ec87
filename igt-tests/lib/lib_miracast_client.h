/* SPDX-License-Identifier: MIT */
/*
 * A client that draws as compositors do, and what its owner makes of it: what
 * is shown is drawn once, and of three framebuffers the next is brought up to
 * date where it is stale. The owner keeps a picture of its own and takes
 * nothing but the clips over.
 */
#ifndef LIB_MIRACAST_CLIENT_H
#define LIB_MIRACAST_CLIENT_H

#include "lib_miracast.h"
#include "lib_miracast_nv12.h"

#define MC_CLIENT_FBS	3
#define MC_CLIENT_CLIPS	70

struct mc_clips {
	struct drm_mode_rect clips[MC_CLIENT_CLIPS];
	uint32_t count;
};

struct mc_client {
	struct mc_scene *scene;
	uint32_t width, height;
	struct mc_picture *screen;	/* what is on the screen */
	struct mc_picture *owner;	/* what the owner made of it */
	struct mc_nv12 *screen_nv12;	/* the same where chunks are NV12 */
	struct mc_nv12 *owner_nv12;
	/* Where each framebuffer may be stale: damage of the newest commits. */
	struct mc_clips history[MC_CLIENT_FBS];
	uint32_t commits;
	uint32_t seed;
	uint64_t commit_ns;		/* before the newest commit */
};

/* @scene shows its first framebuffer, and no chunk of it was read yet. */
void mc_client_begin(struct mc_client *c, struct mc_scene *scene,
		     uint32_t seed);
void mc_client_free(struct mc_client *c);
/* Draws something new; what comes next shows it. */
void mc_client_draw(struct mc_client *c, const struct drm_mode_rect *clips,
		    uint32_t count);
/* The same in 1 to @most_clips random places; returns where. */
const struct mc_clips *mc_client_draw_some(struct mc_client *c,
					   uint32_t most_clips);
/* Flips to the next framebuffer and waits for it. */
void mc_client_flip(struct mc_client *c);
/* Draws in random places and flips. */
const struct mc_clips *mc_client_commit(struct mc_client *c,
					uint32_t most_clips);
/* The same in one place. */
void mc_client_change(struct mc_client *c, const struct drm_mode_rect *clip);

bool mc_client_is_newest(const struct mc_client *c,
			 const struct mc_chunk *chunk);
/* The owner takes a chunk, or one part, over. */
void mc_client_take(struct mc_client *c, const struct mc_chunk *chunk);
/* The owner's picture is that on the screen. */
void mc_client_assert_owner(struct mc_client *c, const char *what);
/*
 * When all was released and the screen rests: how long to wait for one more
 * chunk. Until the owner's picture is that on the screen, one must come.
 */
int mc_client_rest_ms(const struct mc_client *c);
/* The chunk's lines, those of its band, are those on the screen. */
void mc_client_assert_lines(struct mc_client *c, const struct mc_chunk *chunk,
			    const char *what);
/* All lines of the chunk's buffer are. */
void mc_client_assert_buffer(struct mc_client *c, const struct mc_chunk *chunk,
			     const char *what);
/* Waits for a whole picture that is the newest, checks all and releases it. */
void mc_client_expect(struct mc_client *c, const char *what);

#endif /* LIB_MIRACAST_CLIENT_H */
