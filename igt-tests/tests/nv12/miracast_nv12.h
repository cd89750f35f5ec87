/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_nv12 test.
 */
#ifndef MIRACAST_NV12_H
#define MIRACAST_NV12_H

#include "lib_miracast_client.h"
#include "lib_miracast_nv12.h"

struct drm_miracast_create_context nv12_limits(uint32_t width, uint32_t height,
					       uint32_t buffers);
/* The usual scene, but its chunks are NV12. */
struct mc_scene *nv12_scene(uint32_t width, uint32_t height, uint32_t buffers);
/* Also takes the first chunk, checks it and releases it. */
struct mc_scene *nv12_scene_running(uint32_t width, uint32_t height,
				    uint32_t buffers);

extern const struct mc_subtest mc_nv12_picture[];
extern const struct mc_subtest mc_nv12_damage[];

#endif /* MIRACAST_NV12_H */
