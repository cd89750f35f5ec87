/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Private exports: the dma-bufs through which owners read the driver's memory.
 */
#ifndef _MIRACAST_EXPORT_H_
#define _MIRACAST_EXPORT_H_

#include <linux/types.h>

struct dma_buf;
struct drm_gem_object;
struct list_head;

struct dma_buf *miracast_export_create(struct drm_gem_object *obj,
				       bool scanned_out);
bool miracast_export_is(const struct dma_buf *dma_buf);
void miracast_export_queue(struct dma_buf *dma_buf, struct list_head *list);
void miracast_export_revoke_all(struct list_head *list);

#endif
