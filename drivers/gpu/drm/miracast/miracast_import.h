/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Foreign memory: framebuffers imported from other devices.
 */
#ifndef _MIRACAST_IMPORT_H_
#define _MIRACAST_IMPORT_H_

#include <linux/iosys-map.h>
#include <linux/types.h>

struct dma_buf;
struct dma_fence;
struct drm_device;
struct drm_file;
struct drm_framebuffer;
struct drm_gem_object;

struct drm_gem_object *miracast_gem_prime_import(struct drm_device *drm,
						 struct dma_buf *dma_buf);
bool miracast_import_is(const struct drm_gem_object *obj);
struct dma_buf *miracast_import_dma_buf(struct drm_gem_object *obj);
int miracast_import_map(struct drm_gem_object *obj);
bool miracast_import_mapping(struct drm_gem_object *obj, struct iosys_map *map);
int miracast_import_dumb_map_offset(struct drm_file *file,
				    struct drm_device *drm, u32 handle,
				    u64 *offset);

bool miracast_framebuffer_is_idle(const struct drm_framebuffer *fb);
int miracast_framebuffer_writers(const struct drm_framebuffer *fb,
				 struct dma_fence **fence);
int miracast_framebuffer_begin_read(struct drm_framebuffer *fb);
void miracast_framebuffer_end_read(struct drm_framebuffer *fb);

#endif
