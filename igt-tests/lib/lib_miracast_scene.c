// SPDX-License-Identifier: MIT
/*
 * The usual scene: an owner with session and monitor, and a client that lit the
 * connector.
 */
#include "lib_miracast_scene.h"

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
		.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
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
	mc_wait_connected(card, scene->ctx->connector, true);
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
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
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

const uint32_t mc_formats[MC_FORMATS] = {
	DRM_FORMAT_XRGB8888, DRM_FORMAT_RGB565, DRM_FORMAT_XBGR8888,
	DRM_FORMAT_ARGB8888, DRM_FORMAT_ABGR8888,
};

void mc_scene_show_format(struct mc_scene *scene, uint32_t format,
			  mc_scene_check check)
{
	struct mc_fb *fb = mc_fb(scene->card, 640, 480, format);
	struct drm_mode_rect clip = { 33, 17, 101, 77 };
	struct drm_clip_rect area = { 33, 17, 101, 77 };
	drmModeModeInfo mode = scene->kms->mode;
	int i;

	mc_fb_paint(fb, NULL, format);
	mc_show(scene->kms, fb, NULL, 0);
	check(scene->ctx, fb, "flip");
	for (i = 0; i < 4; i++) {
		mc_fb_paint(fb, &area, i);
		mc_show(scene->kms, fb, &clip, 1);
		check(scene->ctx, fb, "damage");
	}
	mc_off(scene->kms);
	mc_light(scene->kms, &mode, fb);
	check(scene->ctx, fb, "mode set");
}

void mc_scene_change_formats(struct mc_scene *scene, mc_scene_check check)
{
	struct mc_fb *fb[MC_FORMATS];
	unsigned int i;

	for (i = 0; i < MC_FORMATS; i++) {
		fb[i] = mc_fb(scene->card, 640, 480, mc_formats[i]);
		mc_fb_paint(fb[i], NULL, i);
	}
	for (i = 0; i < 3 * MC_FORMATS; i++) {
		unsigned int next = i * 2 % MC_FORMATS;

		mc_show(scene->kms, fb[next], NULL, 0);
		check(scene->ctx, fb[next], "changed format");
	}
}

void mc_show_captured(struct mc_scene *scene, const struct mc_fb *fb)
{
	uint64_t captured = mc_statistics(scene->ctx).pictures_captured;

	mc_show(scene->kms, fb, NULL, 0);
	mc_wait_captured(scene->ctx, captured + 1);
}
