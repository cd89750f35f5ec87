/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A set of the owner's buffers, for the two files that are the set: miracast_owner_buffers.c
 * and miracast_owner_access.c.
 */
#ifndef _MIRACAST_OWNER_SET_H_
#define _MIRACAST_OWNER_SET_H_

#include <linux/kref.h>
#include <linux/workqueue.h>

#include "miracast_compat.h"
#include "miracast_layout.h"
#include "miracast_mapping.h"

struct miracast_device;

/**
 * struct miracast_owner_buffer - One buffer
 * @layout: its planes; width and height are not used
 * @writable: CPU access has begun; guarded by the buffer's slot
 * @objects: its dma-bufs, with a reference each
 */
struct miracast_owner_buffer {
	struct miracast_layout layout;
	bool writable;
	struct miracast_mapping objects[DRM_MIRACAST_MAX_PLANES];
};

/**
 * struct miracast_owner_buffers - The buffers of one SET_BUFFERS
 * @ref: reference count
 * @mdev: the device; without a reference, because its release waits for @free_work
 * @free_work: frees the set
 * @count: elements of @buffers
 * @buffers: the buffers
 */
struct miracast_owner_buffers {
	struct kref ref;
	struct miracast_device *mdev;
	struct work_struct free_work;
	unsigned int count;
	struct miracast_owner_buffer buffers[] __counted_by(count);
};

/* Check whether a dma-buf is among the first @count of a buffer. */
static inline bool
miracast_owner_has_object(const struct miracast_owner_buffer *buffer,
			  unsigned int count, const struct dma_buf *dma_buf)
{
	while (count--)
		if (buffer->objects[count].dma_buf == dma_buf)
			return true;

	return false;
}

/* Check whether a buffer has the dma-buf of an object as an earlier one, too. */
static inline bool
miracast_owner_is_repeated(const struct miracast_owner_buffer *buffer,
			   unsigned int object)
{
	return miracast_owner_has_object(buffer, object,
					 buffer->objects[object].dma_buf);
}

#endif
