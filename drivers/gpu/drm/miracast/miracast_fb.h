/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Framebuffers, and whose they are.
 */
#ifndef _MIRACAST_FB_H_
#define _MIRACAST_FB_H_

#include <linux/types.h>

struct drm_device;
struct drm_file;
struct drm_framebuffer;

/* Call-backs of DRM core. */
int miracast_fb_open(struct drm_device *drm, struct drm_file *file);
void miracast_fb_close(struct drm_device *drm, struct drm_file *file);

u64 miracast_fb_master(const struct drm_framebuffer *fb);
void miracast_fb_show(struct drm_framebuffer *fb, u64 master);
void miracast_fb_own_all(struct drm_file *file, u64 master);

#endif
