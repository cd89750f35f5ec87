/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fences of the owner's readers, which slots wait for after their release.
 */
#ifndef _MIRACAST_FENCE_H_
#define _MIRACAST_FENCE_H_

#include <linux/types.h>

struct dma_fence;
struct miracast_slot;
struct miracast_stream;

int miracast_fence_from_fd(int fd, struct dma_fence **fence);
void miracast_fence_init(struct miracast_stream *stream);
bool miracast_fence_arm(struct miracast_slot *slot, struct dma_fence *fence);
void miracast_fence_done(struct miracast_slot *slot, struct dma_fence *fence);
void miracast_fence_cancel_all(struct miracast_stream *stream);

#endif
