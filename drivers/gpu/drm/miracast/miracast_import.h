/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Foreign memory: framebuffers imported from other devices.
 */
#ifndef _MIRACAST_IMPORT_H_
#define _MIRACAST_IMPORT_H_

#include <linux/iosys-map.h>
#include <linux/types.h>

struct dma_buf;
struct drm_device;
struct drm_file;
struct drm_gem_object;

struct drm_gem_object *miracast_import_create(struct drm_device *drm,
					      struct dma_buf *dma_buf);
bool miracast_import_is(const struct drm_gem_object *obj);
struct dma_buf *miracast_import_dma_buf(struct drm_gem_object *obj);
int miracast_import_map(struct drm_gem_object *obj);
bool miracast_import_mapping(struct drm_gem_object *obj, struct iosys_map *map);
int miracast_import_dumb_map_offset(struct drm_file *file,
				    struct drm_device *drm, u32 handle,
				    u64 *offset);
int miracast_import_begin_read(struct drm_gem_object *obj);
void miracast_import_end_read(struct drm_gem_object *obj);

#endif
