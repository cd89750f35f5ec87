/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_parts test.
 */
#ifndef MIRACAST_PARTS_H
#define MIRACAST_PARTS_H

#include "lib_miracast_client.h"

#define MOST_PARTS 16

/* A picture as it came: its parts, the last one part 0. */
struct parts {
	struct mc_chunk part[MOST_PARTS];
	uint32_t count;
};

struct drm_miracast_create_context parts_limits(uint32_t width, uint32_t height,
						uint32_t buffers,
						uint32_t parts);
/* MODE_SET completed, no chunk read. */
struct mc_scene *parts_scene(uint32_t width, uint32_t height, uint32_t buffers,
			     uint32_t parts, uint32_t format);
/* Lines of a band, as the ABI describes them. */
uint32_t parts_band(uint32_t height, uint32_t parts);
/* Waits for a whole picture and checks how its parts fit together. */
void parts_wait(struct mc_ctx *ctx, uint32_t parts, struct parts *picture);
bool parts_try(struct mc_ctx *ctx, uint32_t parts, struct parts *picture,
	       int timeout_ms);
void parts_release(struct mc_ctx *ctx, const struct parts *picture);
/* The owner copies each part, and ends with the same picture as the screen. */
void parts_take(struct mc_client *c, const struct parts *picture);

extern const struct mc_subtest mc_parts_damage[];
extern const struct mc_subtest mc_parts_early[];

#endif /* MIRACAST_PARTS_H */
