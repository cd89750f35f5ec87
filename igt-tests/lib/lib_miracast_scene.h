/* SPDX-License-Identifier: MIT */
/*
 * The usual scene: a context with its session and monitor, a client that lit the connector
 * with fb[0] in its pattern, MODE_SET completed.
 */
#ifndef LIB_MIRACAST_SCENE_H
#define LIB_MIRACAST_SCENE_H

#include "lib_miracast_events.h"
#include "lib_miracast_flips.h"

struct mc_scene {
	int card;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *fb[3];
	uint64_t session;
	struct mc_message mode_set;
};

/* With any limits and rate; the mode is of the limits' size. */
struct mc_scene *
mc_scene_with(int card, const struct drm_miracast_create_context *limits,
	      uint32_t mhz);
/* The same up to MODE_SET, which is neither read nor completed. */
struct mc_scene *
mc_scene_lit(int card, const struct drm_miracast_create_context *limits,
	     uint32_t mhz);
struct mc_scene *mc_scene(uint32_t width, uint32_t height, uint32_t buffers);
/* The same in DIRECT delivery. */
struct mc_scene *mc_scene_direct(uint32_t width, uint32_t height);
/* Also waits for the first chunk, checks it and releases it. */
struct mc_scene *mc_scene_running(uint32_t width, uint32_t height,
				  uint32_t buffers);
struct mc_scene *mc_scene_direct_running(uint32_t width, uint32_t height);
/*
 * mc_show() in a running scene that has no picture pending; waits until this one is
 * captured. An earlier flip would replace it, and make one chunk for both.
 */
void mc_show_captured(struct mc_scene *scene, const struct mc_fb *fb);
/* As mc_scene_running(), in an existing scene. */
void mc_scene_run(struct mc_scene *scene);
/* The same on any free target of @card. */
struct mc_scene *mc_scene_on(int card, uint32_t width, uint32_t height,
			     uint32_t buffers);

/* Formats of framebuffers. */
#define MC_FORMATS 5
extern const uint32_t mc_formats[MC_FORMATS];
/* The next chunk is what @fb shows in its top left corner. */
typedef void (*mc_scene_check)(struct mc_ctx *ctx, const struct mc_fb *fb,
			       const char *what);
/* In a scene of 640x480: a format by a flip, by damage and by a mode set. */
void mc_scene_show_format(struct mc_scene *scene, uint32_t format,
			  mc_scene_check check);
/* Flips from each format to each other. */
void mc_scene_change_formats(struct mc_scene *scene, mc_scene_check check);

/*
 * Ends the scene. Its card, which must belong to the scene, is closed: while framebuffers
 * are mapped it would stay DRM master.
 */
void mc_scene_free(struct mc_scene *scene);

#endif /* LIB_MIRACAST_SCENE_H */
