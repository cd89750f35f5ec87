/* SPDX-License-Identifier: MIT */
/*
 * Framebuffers of the KMS client.
 */
#ifndef LIB_MIRACAST_FB_H
#define LIB_MIRACAST_FB_H

#include "lib_miracast_picture.h"

struct mc_fb {
	int card;
	uint32_t id, handle;
	uint32_t format, width, height, pitch;
	size_t size;
	uint8_t *map;
};

struct mc_fb *mc_fb(int card, uint32_t width, uint32_t height, uint32_t format);
/* Wraps a handle that the caller made; @map can be NULL. */
struct mc_fb *mc_fb_of_handle(int card, uint32_t handle, uint32_t pitch,
			      uint32_t width, uint32_t height, uint32_t format);
void mc_fb_free(struct mc_fb *fb);
/* Paints mc_pattern() of @seed in the framebuffer's format. */
void mc_fb_paint(struct mc_fb *fb, const struct drm_clip_rect *clip,
		 uint32_t seed);
void mc_fb_fill(struct mc_fb *fb, uint32_t pixel);
/* Copies from a picture of the same size into an XRGB8888 framebuffer. */
void mc_fb_copy(struct mc_fb *fb, const struct mc_picture *from,
		const struct drm_clip_rect *clip);
/* The picture on a screen that scans the framebuffer out at an offset. */
struct mc_picture *mc_fb_seen(const struct mc_fb *fb, uint32_t x, uint32_t y,
			      uint32_t width, uint32_t height);
uint32_t mc_fb_pixel(const struct mc_fb *fb, uint32_t x, uint32_t y);

#endif /* LIB_MIRACAST_FB_H */
