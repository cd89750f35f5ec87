// SPDX-License-Identifier: MIT
/*
 * The usual scene: an owner with session and monitor, and a client that lit the
 * connector.
 */
#include "lib_miracast.h"

struct mc_scene *
mc_scene_lit(int card, const struct drm_miracast_create_context *limits,
	     uint32_t mhz)
{
	uint32_t width = limits->max_width, height = limits->max_height;
	struct mc_scene *scene = calloc(1, sizeof(*scene));
	struct drm_miracast_mode mode = {
		.width = width,
		.height = height,
		.refresh_mhz = mhz,
		.flags = DRM_MIRACAST_MODE_PREFERRED,
	};
	drmModeModeInfo shown;
	unsigned int i;

	igt_assert(scene);
	scene->card = card;
	scene->ctx = mc_ctx_create(card, limits);
	scene->kms = mc_kms(card, scene->ctx->connector);
	scene->session = mc_start(scene->ctx);
	mc_arrive_modes(scene->ctx, &mode, 1);
	for (i = 0; i < ARRAY_SIZE(scene->fb); i++)
		scene->fb[i] = mc_fb(card, width, height, DRM_FORMAT_XRGB8888);
	mc_fb_paint(scene->fb[0], NULL, 0);
	igt_assert_f(mc_find_mode(card, scene->ctx->connector, width, height,
				  mhz, &shown),
		     "mode %ux%u is not offered\n", width, height);
	mc_light(scene->kms, &shown, scene->fb[0]);
	return scene;
}

struct mc_scene *
mc_scene_with(int card, const struct drm_miracast_create_context *limits,
	      uint32_t mhz)
{
	struct mc_scene *scene = mc_scene_lit(card, limits, mhz);

	mc_complete_mode(scene->ctx, &scene->mode_set);
	return scene;
}

struct mc_scene *mc_scene_on(int card, uint32_t width, uint32_t height,
			     uint32_t buffers)
{
	struct drm_miracast_create_context limits = mc_limits(width, height,
							      buffers);

	return mc_scene_with(card, &limits, 60000);
}

struct mc_scene *mc_scene(uint32_t width, uint32_t height, uint32_t buffers)
{
	return mc_scene_on(mc_card_open(), width, height, buffers);
}

struct mc_scene *mc_scene_direct(uint32_t width, uint32_t height)
{
	struct drm_miracast_create_context limits = mc_limits_direct(width,
								     height);

	return mc_scene_with(mc_card_open(), &limits, 60000);
}

void mc_scene_run(struct mc_scene *scene)
{
	const drmModeModeInfo *mode = &scene->kms->mode;
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0,
					     mode->hdisplay, mode->vdisplay);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FULL);
	mc_assert_chunk(scene->ctx, &chunk, seen, "first picture");
	mc_release(scene->ctx, &chunk);
	mc_picture_free(seen);
}

struct mc_scene *mc_scene_running(uint32_t width, uint32_t height,
				  uint32_t buffers)
{
	struct mc_scene *scene = mc_scene(width, height, buffers);

	mc_scene_run(scene);
	return scene;
}

struct mc_scene *mc_scene_direct_running(uint32_t width, uint32_t height)
{
	struct mc_scene *scene = mc_scene_direct(width, height);

	mc_scene_run(scene);
	return scene;
}

void mc_scene_free(struct mc_scene *scene)
{
	unsigned int i;

	mc_ctx_close(scene->ctx);
	for (i = 0; i < ARRAY_SIZE(scene->fb); i++)
		mc_fb_free(scene->fb[i]);
	mc_close(scene->card);
	free(scene->kms);
	free(scene);
}
