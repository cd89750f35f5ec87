/* SPDX-License-Identifier: MIT */
/*
 * OWNER_BUFFERS: dma-bufs of a pool of downstream's, which the driver copies pictures into.
 */
#ifndef OWNEDBUFFERS_H
#define OWNEDBUFFERS_H

#include <gst/gst.h>
#include <gst/video/video.h>

#include "context.h"

/** struct owned_buffers - A set of buffers; private. */
struct owned_buffers;

/**
 * owned_buffers_new() - Take buffers out of a pool.
 * @pool: the pool, as downstream offers it
 * @caps: of the pictures
 * @info: the same
 * @size: bytes of a buffer, as downstream asks for
 * @count: how many
 * @error: set when this fails, such as when they are no dma-bufs
 *
 * Return: the set, or NULL.
 */
struct owned_buffers *owned_buffers_new(GstBufferPool *pool, GstCaps *caps,
					const GstVideoInfo *info, guint size, guint count,
					GError **error);

/**
 * owned_buffers_ref() - Hold a set.
 * @owned: the set
 *
 * Return: @owned.
 */
struct owned_buffers *owned_buffers_ref(struct owned_buffers *owned);

/**
 * owned_buffers_unref() - Let go of a set; with the last reference they are the pool's again.
 * @owned: the set
 */
void owned_buffers_unref(struct owned_buffers *owned);

/**
 * owned_buffers_set() - Give them to the driver.
 * @owned: the set
 * @context: the context
 *
 * Return: 0 or -errno of SET_BUFFERS.
 */
int owned_buffers_set(const struct owned_buffers *owned, const struct mc_context *context);

/**
 * owned_buffers_find() - The one that the driver calls by a number.
 * @owned: the set
 * @context: the context
 * @number: the number
 * @out: set to the buffer, which stays the set's
 *
 * Return: 0, -ENOENT none of the set, or -errno of GET_BUFFER.
 */
int owned_buffers_find(const struct owned_buffers *owned, const struct mc_context *context,
		       guint64 number, GstBuffer **out);

#endif
