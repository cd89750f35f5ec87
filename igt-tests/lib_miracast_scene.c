// SPDX-License-Identifier: MIT
/*
 * The usual scene: an owner with session and monitor, and a client that lit the
 * connector.
 */
#include "lib_miracast.h"

struct mc_scene *mc_scene_on(int card, uint32_t width, uint32_t height,
			     uint32_t buffers)
{
	struct drm_miracast_create_context limits = mc_limits(width, height,
							      buffers);
	struct mc_scene *scene = calloc(1, sizeof(*scene));
	drmModeModeInfo mode;
	unsigned int i;

	igt_assert(scene);
	scene->card = card;
	scene->ctx = mc_ctx_create(card, &limits);
	scene->kms = mc_kms(card, scene->ctx->connector);
	scene->session = mc_start(scene->ctx);
	mc_arrive(scene->ctx, width, height);
	for (i = 0; i < ARRAY_SIZE(scene->fb); i++)
		scene->fb[i] = mc_fb(card, width, height, DRM_FORMAT_XRGB8888);
	mc_fb_paint(scene->fb[0], NULL, 0);
	igt_assert_f(mc_find_mode(card, scene->ctx->connector, width, height,
				  60000, &mode),
		     "mode %ux%u is not offered\n", width, height);
	mc_light(scene->kms, &mode, scene->fb[0]);
	mc_complete_mode(scene->ctx, &scene->mode_set);
	return scene;
}

struct mc_scene *mc_scene(uint32_t width, uint32_t height, uint32_t buffers)
{
	return mc_scene_on(mc_card_open(), width, height, buffers);
}

struct mc_scene *mc_scene_running(uint32_t width, uint32_t height,
				  uint32_t buffers)
{
	struct mc_scene *scene = mc_scene(width, height, buffers);
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0, width, height);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FULL);
	mc_assert_chunk(scene->ctx, &chunk, seen, "first picture");
	mc_release(scene->ctx, &chunk);
	mc_picture_free(seen);
	return scene;
}
