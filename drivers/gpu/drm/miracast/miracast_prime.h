/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Dma-bufs in and out: which may be imported, which an owner may have pictures written
 * to, and through which it reads.
 */
#ifndef _MIRACAST_PRIME_H_
#define _MIRACAST_PRIME_H_

#include <linux/types.h>

struct dma_buf;
struct drm_device;
struct drm_gem_object;

struct drm_gem_object *miracast_prime_import(struct drm_device *drm,
					     struct dma_buf *dma_buf);
struct dma_buf *miracast_prime_get_writable(struct drm_device *drm, int fd);
struct dma_buf *miracast_prime_export_to_owner(struct drm_gem_object *obj,
					       bool scanned_out);

#endif
