/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Framebuffers: whose they are, and reads of their pixels.
 */
#ifndef _MIRACAST_FB_H_
#define _MIRACAST_FB_H_

#include <linux/types.h>

struct dma_fence;
struct drm_device;
struct drm_file;
struct drm_format_info;
struct drm_framebuffer;
struct drm_mode_fb_cmd2;
struct iosys_map;

struct drm_framebuffer *miracast_fb_create(struct drm_device *drm,
					   struct drm_file *file,
					   const struct drm_format_info *info,
					   const struct drm_mode_fb_cmd2 *cmd);
u64 miracast_fb_master(const struct drm_framebuffer *fb);
bool miracast_fb_is_leaving(const struct drm_framebuffer *fb);
void miracast_fb_show(struct drm_framebuffer *fb, u64 master);

/* Reads by the CPU. */
int miracast_fb_map(struct drm_framebuffer *fb);
bool miracast_fb_mapping(struct drm_framebuffer *fb,
			 struct iosys_map *map);
bool miracast_fb_is_idle(const struct drm_framebuffer *fb);
int miracast_fb_writers(const struct drm_framebuffer *fb,
			struct dma_fence **fence);
int miracast_fb_begin_read(struct drm_framebuffer *fb);
void miracast_fb_end_read(struct drm_framebuffer *fb);

#endif
