/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_cursor test.
 */
#ifndef MIRACAST_CURSOR_H
#define MIRACAST_CURSOR_H

#include "lib_miracast_client.h"

/* The events up to a time without any. */
struct heard {
	unsigned int pictures;	/* in chunks, and skipped */
	unsigned int moves, shapes, others;
	struct drm_miracast_message_cursor_move move;	/* the last one */
	uint64_t serial;				/* of the last shape */
};

/* A context with or without CURSOR_METADATA, its first picture released. */
struct mc_scene *cursor_scene(uint32_t flags);
/* With any limits. */
struct mc_scene *cursor_scene_of(const struct drm_miracast_create_context *arg);
/* CURSOR_METADATA in DIRECT. */
struct mc_scene *cursor_scene_direct(void);
/* Premultiplied or not: the driver hands out what it was given. */
struct mc_fb *cursor_fb(int card, uint32_t width, uint32_t height,
			uint32_t seed);
void cursor_paint(struct mc_fb *fb, uint32_t seed);
/* Atomic; NULL: none. */
void cursor_place(struct mc_scene *scene, const struct mc_fb *fb,
		  int32_t x, int32_t y);
/*
 * Waits for at least so many chunks and shapes, and for that move if any, then
 * reads until nothing comes any more; releases chunks. NULL: nothing is awaited.
 */
struct heard cursor_hear(struct mc_scene *scene, const struct heard *want);
/* The same for shapes and a move that has to be the last one. */
struct heard cursor_hear_move(struct mc_scene *scene, unsigned int shapes,
			      int32_t x, int32_t y, uint32_t visible);
/* Shapes, and a move that has to be the last one. */
struct heard cursor_wanted(unsigned int shapes, int32_t x, int32_t y, uint32_t visible);
/* Continues reading until everything that is wanted has come, and nothing more does. */
void cursor_hear_all(struct mc_scene *scene, struct heard *heard, const struct heard *want);
/* The events until none comes for some time. */
void cursor_hear_more(struct mc_scene *scene, struct heard *heard, int quiet_ms);
void cursor_assert_move(const struct heard *heard, int32_t x, int32_t y, uint32_t visible);
struct drm_miracast_cursor cursor_get(struct mc_scene *scene);
/* GET_CURSOR returns exactly these pixels, and not more. */
struct drm_miracast_cursor cursor_assert_pixels(struct mc_scene *scene,
						const struct mc_fb *fb);

extern const struct mc_subtest mc_cursor_get[];

#endif /* MIRACAST_CURSOR_H */
