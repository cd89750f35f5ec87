/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffers that the owner provides with SET_BUFFERS.
 */
#ifndef _MIRACAST_OWNER_BUFFERS_H_
#define _MIRACAST_OWNER_BUFFERS_H_

#include <linux/types.h>

#include "miracast_layout.h"

struct dma_buf;
struct dma_fence;
struct miracast_device;
struct miracast_limits;
struct miracast_owner_buffers;
struct miracast_surface;

struct miracast_owner_buffers *
miracast_owner_buffers_create(struct miracast_device *mdev, u32 fourcc,
			      const struct miracast_limits *limits,
			      const struct drm_miracast_set_buffers *args);
void miracast_owner_buffers_get(struct miracast_owner_buffers *set);
void miracast_owner_buffers_put(struct miracast_owner_buffers *set);
void miracast_owner_buffers_put_later(struct miracast_owner_buffers *set);

bool miracast_owner_buffers_hold(const struct miracast_owner_buffers *set,
				 u32 width, u32 height);
const struct miracast_layout *
miracast_owner_buffers_layout(const struct miracast_owner_buffers *set,
			      unsigned int index);
void miracast_owner_buffers_surface(const struct miracast_owner_buffers *set,
				    unsigned int index,
				    struct miracast_surface *surface);
struct dma_buf *
miracast_owner_buffers_dma_buf(const struct miracast_owner_buffers *set,
			       unsigned int index, unsigned int object);

int miracast_owner_buffers_begin(struct miracast_owner_buffers *set,
				 unsigned int index);
struct dma_fence *
miracast_owner_buffers_users(struct miracast_owner_buffers *set,
			     unsigned int index);
bool miracast_owner_buffers_writable(const struct miracast_owner_buffers *set,
				     unsigned int index);
void miracast_owner_buffers_end(struct miracast_owner_buffers *set,
				unsigned int index);

#endif
