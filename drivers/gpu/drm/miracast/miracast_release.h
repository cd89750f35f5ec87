/* SPDX-License-Identifier: GPL-2.0 */
/*
 * RELEASE_CHUNK: the owner is done with a picture.
 */
#ifndef _MIRACAST_RELEASE_H_
#define _MIRACAST_RELEASE_H_

#include <linux/types.h>

struct dma_fence;
struct miracast_stream;

/**
 * struct miracast_release - A RELEASE_CHUNK under way
 * @buffer: number of the buffer
 * @chunk_id: the chunk
 * @fence: fence of the reader, or NULL
 * @revoked: out: the picture was revoked before
 * @kick: out: a capture waits for the slot
 */
struct miracast_release {
	u64 buffer;
	u64 chunk_id;
	struct dma_fence *fence;
	bool revoked;
	bool kick;
};

/* The lock is taken inside; may sleep. */
int miracast_release_chunk(struct miracast_stream *stream,
			   struct miracast_release *release);

#endif
