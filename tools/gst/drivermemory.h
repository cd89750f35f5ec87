/* SPDX-License-Identifier: MIT */
/*
 * A buffer of the driver's as GstMemory: mapped for the processor to read, or as dma-bufs.
 */
#ifndef DRIVERMEMORY_H
#define DRIVERMEMORY_H

#include <gst/gst.h>
#include <gst/video/video.h>

#include "context.h"

/** struct driver_memory - A buffer, and where its planes are; counts its references. */
struct driver_memory {
	/** @memory: Its memory. */
	GstMemory *memory[DRM_MIRACAST_MAX_PLANES];
	/** @count: How many. */
	guint count;
	/** @width: Width of the whole. */
	guint width;
	/** @height: Height of the whole. */
	guint height;
	/** @fourcc: Its DRM format. */
	guint32 fourcc;
	/** @modifier: Its DRM format modifier. */
	guint64 modifier;
	/** @planes: Planes. */
	guint planes;
	/** @offset: Where they begin, from the begin of all memory. */
	gsize offset[GST_VIDEO_MAX_PLANES];
	/** @stride: Bytes from line to line. */
	gint stride[GST_VIDEO_MAX_PLANES];
	/** @mapping: What is mapped, or NULL; private. */
	struct driver_mapping *mapping;
};

/**
 * driver_memory_new() - Get a buffer.
 * @context: the context
 * @number: number of the buffer
 * @dmabuf: as dma-bufs
 * @out: set to the buffer
 *
 * Return: 0 or -errno, as mc_buffers_get().
 */
int driver_memory_new(const struct mc_context *context, guint64 number, gboolean dmabuf,
		      struct driver_memory **out);

/**
 * driver_memory_wrap() - Take a buffer that is there.
 * @buffer: a GstBuffer of dma-bufs, of at most DRM_MIRACAST_MAX_PLANES
 * @info: its format, size and default layout; that of its GstVideoMeta counts
 * @fourcc: its DRM format
 *
 * Return: the buffer.
 */
struct driver_memory *driver_memory_wrap(GstBuffer *buffer, const GstVideoInfo *info,
					 guint32 fourcc);

/**
 * driver_memory_ref() - Hold a buffer.
 * @memory: the buffer
 *
 * Return: @memory.
 */
struct driver_memory *driver_memory_ref(struct driver_memory *memory);

/**
 * driver_memory_unref() - Let go of a buffer; memory that others hold stays.
 * @memory: the buffer
 */
void driver_memory_unref(struct driver_memory *memory);

/**
 * driver_memory_begin() - A picture begins to be read by the processor, if it is mapped.
 * @memory: the buffer
 *
 * Return: 0 or -errno.
 */
int driver_memory_begin(const struct driver_memory *memory);

/**
 * driver_memory_end() - It has been read.
 * @memory: the buffer
 */
void driver_memory_end(const struct driver_memory *memory);

#endif
