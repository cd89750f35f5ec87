// SPDX-License-Identifier: GPL-2.0
/*
 * CPU access to the buffers that the owner provides.
 *
 * Owns: whether the CPU may write a buffer; the stream's slots serialise who begins and ends
 * that. The owner's fences are waited for in miracast_owner_buffers_begin() only, by the
 * owner's threads.
 */
#include <linux/dma-buf.h>
#include <linux/dma-resv.h>

#include "miracast_owner_buffers.h"
#include "miracast_owner_set.h"

static void end_objects(struct miracast_owner_buffer *buffer, unsigned int count)
{
	while (count--)
		if (!miracast_owner_is_repeated(buffer, count))
			dma_buf_end_cpu_access(buffer->objects[count].dma_buf,
					       DMA_BIDIRECTIONAL);
}

/**
 * miracast_owner_buffers_begin - Make a buffer writable for the CPU
 * @set: the set
 * @index: number of the buffer in it
 *
 * Waits, interruptibly, for the users of the buffer: call it only in threads of the
 * owner, with no lock held.
 *
 * Return: 0, -EINTR, or what the exporter answered.
 */
int miracast_owner_buffers_begin(struct miracast_owner_buffers *set,
				 unsigned int index)
{
	struct miracast_owner_buffer *buffer = &set->buffers[index];
	unsigned int i;
	int ret;

	for (i = 0; i < buffer->layout.object_count; i++) {
		if (miracast_owner_is_repeated(buffer, i))
			continue;
		ret = dma_buf_begin_cpu_access(buffer->objects[i].dma_buf,
					       DMA_BIDIRECTIONAL);
		if (ret) {
			end_objects(buffer, i);
			return ret;
		}
	}
	buffer->writable = true;

	return 0;
}

/**
 * miracast_owner_buffers_users - Get a fence of the users of a buffer
 * @set: the set
 * @index: number of the buffer in it
 *
 * Return: a fence, with a reference, that miracast_owner_buffers_begin() would wait
 * for, or NULL when there is none, or no memory to make one of several.
 */
struct dma_fence *
miracast_owner_buffers_users(struct miracast_owner_buffers *set,
			     unsigned int index)
{
	struct miracast_owner_buffer *buffer = &set->buffers[index];
	struct dma_fence *fence = NULL;
	unsigned int i;

	for (i = 0; !fence && i < buffer->layout.object_count; i++) {
		struct dma_resv *resv = buffer->objects[i].dma_buf->resv;

		if (!dma_resv_test_signaled(resv, DMA_RESV_USAGE_READ) &&
		    dma_resv_get_singleton(resv, DMA_RESV_USAGE_READ, &fence))
			fence = NULL;
	}

	return fence;
}

/**
 * miracast_owner_buffers_writable - Check whether the CPU may write a buffer
 * @set: the set
 * @index: number of the buffer in it, its slot not with anybody else
 *
 * Return: true between miracast_owner_buffers_begin() and
 * miracast_owner_buffers_end().
 */
bool miracast_owner_buffers_writable(const struct miracast_owner_buffers *set,
				     unsigned int index)
{
	return set->buffers[index].writable;
}

/**
 * miracast_owner_buffers_end - The CPU has written a buffer
 * @set: the set
 * @index: number of the buffer in it
 *
 * Exporters make caches coherent here, under their reservation lock. i915's waits for fences
 * that the owner has added since miracast_owner_buffers_begin(), others do not. So only
 * works call it, with no lock held, and the owner itself.
 */
void miracast_owner_buffers_end(struct miracast_owner_buffers *set,
				unsigned int index)
{
	struct miracast_owner_buffer *buffer = &set->buffers[index];

	end_objects(buffer, buffer->layout.object_count);
	buffer->writable = false;
}
