/* SPDX-License-Identifier: MIT */
/*
 * From chunks to GstBuffers, without a copy where that is possible: the memory of a buffer
 * is the driver's, and the chunk is released when the last one lets go of the buffer, and
 * of copies that share its memory. When others have all of the driver's buffers but one,
 * pictures in memory are copied.
 */
#ifndef CHUNKPOOL_H
#define CHUNKPOOL_H

#include <gst/gst.h>
#include <gst/video/video.h>

#include "events.h"
#include "owner.h"
#include "ownedbuffers.h"

/** struct chunk_pool - The buffers of a context; private. */
struct chunk_pool;

/** enum chunk_understands - What is known downstream. */
enum chunk_understands {
	/** @CHUNK_UNDERSTANDS_LAYOUT: GstVideoMeta. */
	CHUNK_UNDERSTANDS_LAYOUT	= 1 << 0,
	/** @CHUNK_UNDERSTANDS_CROP: GstVideoCropMeta. */
	CHUNK_UNDERSTANDS_CROP		= 1 << 1,
};

/**
 * chunk_pool_new() - Begin.
 * @owner: whose chunks; a reference is taken
 *
 * Return: the pool.
 */
struct chunk_pool *chunk_pool_new(struct owner *owner);

/**
 * chunk_pool_close() - End.
 * @pool: the pool, or NULL; buffers that others hold stay readable
 * @goes_on: the session goes on, for another reader: chunks are released as before, and
 *	the owner is held, until the last buffer is gone; else neither
 */
void chunk_pool_close(struct chunk_pool *pool, gboolean goes_on);

/**
 * chunk_pool_configure() - What the next buffers are to be like.
 * @pool: the pool
 * @info: of the picture, as in the caps
 * @dmabuf: memory is DMABuf, not mapped
 * @understands: mask of enum chunk_understands
 */
void chunk_pool_configure(struct chunk_pool *pool, const GstVideoInfo *info, gboolean dmabuf,
			  guint understands);

/**
 * chunk_pool_set_owned() - The owner's buffers have changed.
 * @pool: the pool
 * @owned: the set in use, or NULL; a reference is taken
 */
void chunk_pool_set_owned(struct chunk_pool *pool, struct owned_buffers *owned);

/**
 * chunk_pool_take() - Make a buffer of a chunk.
 * @pool: the pool
 * @event: the CHUNK of the picture's last part
 * @error: set when this fails; the chunk has been released then
 *
 * The buffer has memory, GstVideoMeta and, if need be, GstVideoCropMeta.
 *
 * Return: the buffer, or NULL, without an error when the chunk is out of date.
 */
GstBuffer *chunk_pool_take(struct chunk_pool *pool, const struct mc_event *event, GError **error);

/**
 * chunk_pool_release() - Release a chunk that is not wanted.
 * @pool: the pool
 * @event: the CHUNK of the picture's last part
 */
void chunk_pool_release(struct chunk_pool *pool, const struct mc_event *event);

/**
 * chunk_pool_gone() - Forget a buffer of the driver's.
 * @pool: the pool
 * @number: its number
 */
void chunk_pool_gone(struct chunk_pool *pool, guint64 number);

#endif
