/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's own memory: dumb buffers and picture memory.
 */
#ifndef _MIRACAST_GEM_H_
#define _MIRACAST_GEM_H_

#include <linux/iosys-map.h>
#include <linux/types.h>

struct dma_buf;
struct drm_device;
struct drm_file;
struct drm_gem_object;
struct drm_mode_create_dumb;
struct miracast_device;
struct page;

struct drm_gem_object *miracast_gem_create_object(struct drm_device *drm,
						  size_t size);
struct drm_gem_object *miracast_gem_create_storage(struct miracast_device *mdev,
						   size_t size);
int miracast_gem_dumb_create(struct drm_file *file, struct drm_device *drm,
			     struct drm_mode_create_dumb *args);
int miracast_gem_map(struct drm_gem_object *obj);
bool miracast_gem_mapping(struct drm_gem_object *obj, struct iosys_map *map);
void *miracast_gem_vaddr(struct drm_gem_object *obj);
struct page *miracast_gem_page(struct drm_gem_object *obj, pgoff_t index);
struct drm_gem_object *miracast_gem_of_export(struct drm_device *drm,
					      const struct dma_buf *dma_buf);

#endif
