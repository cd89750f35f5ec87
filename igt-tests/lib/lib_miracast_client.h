/* SPDX-License-Identifier: MIT */
/*
 * A client that draws as compositors do, and its owner. The client draws each change once;
 * with three framebuffers, it updates the stale areas of the next one before a flip. The
 * owner keeps a picture of its own and copies only the clips.
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

/* @scene scans out its first framebuffer, and no chunk of it was read yet. */
void mc_client_begin(struct mc_client *c, struct mc_scene *scene,
		     uint32_t seed);
void mc_client_free(struct mc_client *c);
/* Draws something new, which the next flip shows. */
void mc_client_draw(struct mc_client *c, const struct drm_mode_rect *clips,
		    uint32_t count);
/* The same in 1 to @most_clips random places; returns them. */
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
/* The owner copies the clips of a chunk, or of one part. */
void mc_client_take(struct mc_client *c, const struct mc_chunk *chunk);
/* The owner's picture must equal the screen. */
void mc_client_assert_owner(struct mc_client *c, const char *what);
/*
 * How long to wait for one more chunk when all were released and the screen is static.
 * While the owner's picture differs from the screen, one must come.
 */
int mc_client_rest_ms(const struct mc_client *c);
/* The lines of the chunk's band must equal the screen. */
void mc_client_assert_lines(struct mc_client *c, const struct mc_chunk *chunk,
			    const char *what);
/* All lines of the chunk's buffer must equal the screen. */
void mc_client_assert_buffer(struct mc_client *c, const struct mc_chunk *chunk,
			     const char *what);
/* Waits for a whole picture that is the newest, checks all and releases it. */
void mc_client_expect(struct mc_client *c, const char *what);

#endif /* LIB_MIRACAST_CLIENT_H */
