/* SPDX-License-Identifier: MIT */
/*
 * The buffers that chunks are in, each asked for and mapped once, read-only.
 * The owner drops a buffer when the driver says that it is gone.
 *
 * Of a context of DIRECT the memory is the compositor's, and is revoked when the monitor, the
 * session or the context ends, when the context is pinned to another DRM master or to nobody,
 * and when the buffer is gone: others' acts, at any time, also between mc_buffer_begin() and
 * mc_buffer_end(). The mappings stay, and reading them raises SIGBUS. A program that must not
 * end by that has a handler, which leaves the copy by siglongjmp(), and then takes the chunk as
 * lost.
 */
#ifndef MC_BUFFERS_H
#define MC_BUFFERS_H

#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

#include "context.h"

/** struct mc_buffer - A mapped buffer. */
struct mc_buffer {
	/** @maps: The dma-bufs, by object index. */
	const uint8_t *maps[DRM_MIRACAST_MAX_PLANES];
	/** @sizes: Their sizes in bytes. */
	size_t sizes[DRM_MIRACAST_MAX_PLANES];
	/** @next: Next in the cache; private. */
	struct mc_buffer *next;
	/** @context: Number of its context; private. */
	uint64_t context;
	/** @info: What GET_BUFFER returned; the fds belong to this struct. It may grow. */
	struct drm_miracast_buffer info;
};

/**
 * struct mc_buffers - The cache; all zero is an empty one. It may have the buffers of several
 * contexts of a device.
 */
struct mc_buffers {
	/** @first: Private. */
	struct mc_buffer *first;
	/** @reserved: Zero. */
	void *reserved[3];
};

/**
 * mc_buffers_get() - The mapping of a buffer.
 * @buffers: the cache
 * @context: whose buffer it is
 * @number: number of the buffer
 * @out: the buffer, valid until it is dropped
 *
 * Return: 0 or -errno; -ESTALE the buffer is gone, -EOPNOTSUPP its exporter lets
 * nobody map it, -EPROTO its planes do not lie within their dma-bufs.
 */
int mc_buffers_get(struct mc_buffers *buffers, const struct mc_context *context,
		   uint64_t number, struct mc_buffer **out);

/**
 * mc_pixel_bytes() - Bytes per pixel of a buffer.
 * @fourcc: its format
 *
 * Return: 0 for what is not a format that a screen is made of.
 */
uint32_t mc_pixel_bytes(uint32_t fourcc);

/**
 * mc_buffers_drop() - Unmap a buffer.
 * @buffers: the cache
 * @context: whose buffer it is
 * @number: number of the buffer; nothing happens when it is not there
 */
void mc_buffers_drop(struct mc_buffers *buffers, const struct mc_context *context,
		     uint64_t number);

/**
 * mc_buffers_clear() - Unmap all.
 * @buffers: the cache
 */
void mc_buffers_clear(struct mc_buffers *buffers);

/**
 * mc_buffer_begin() - Begin to read with the processor.
 * @buffer: the buffer
 *
 * Nothing is begun by a failure. The memory may be revoked all the same, which is SIGBUS: see
 * above.
 *
 * Return: 0 or -errno; -ESTALE when the memory was revoked.
 */
int mc_buffer_begin(const struct mc_buffer *buffer);

/**
 * mc_buffer_end() - End what mc_buffer_begin() began.
 * @buffer: the buffer
 *
 * Return: 0 or -errno.
 */
int mc_buffer_end(const struct mc_buffer *buffer);

#endif
