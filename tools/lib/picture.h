/* SPDX-License-Identifier: MIT */
/*
 * The owner's picture: a copy of the screen, kept up to date from the damage of chunks.
 * Either 32 bits per pixel, XRGB8888, or planar 4:2:0 from NV12; no line padding.
 */
#ifndef MC_PICTURE_H
#define MC_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

#include "buffers.h"
#include "events.h"

/** struct mc_picture - A picture; all zero is an empty one. */
struct mc_picture {
	/** @width: Width. */
	uint32_t width;
	/** @height: Height. */
	uint32_t height;
	/** @serial: Grows with every picture that was applied as a whole. */
	uint64_t serial;
	/**
	 * @yuv: It is made of NV12 buffers, and is at @planes, not at @pixels. To be
	 * changed only before mc_picture_resize().
	 */
	bool yuv;
	/** @pixels: @width x @height pixels. */
	uint32_t *pixels;
	/** @planes: Y, then Cb, then Cr; odd sizes round chroma up. */
	uint8_t *planes;
	/** @room: Bytes that fit at @pixels or @planes; private. */
	size_t room;
};

/**
 * mc_picture_yuv_size() - Bytes of a 4:2:0 picture.
 * @width: its width
 * @height: its height
 *
 * Return: how many; SIZE_MAX where they are more.
 */
size_t mc_picture_yuv_size(uint32_t width, uint32_t height);

/**
 * mc_picture_resize() - Make it a black picture of a size; @serial and @yuv stay.
 * @picture: the picture
 * @width: its new width
 * @height: its new height
 *
 * Return: 0, -ERANGE a side is longer than MC_MODE_SIZE_MAX, or -ENOMEM; after a failure the
 * picture is as it was.
 */
int mc_picture_resize(struct mc_picture *picture, uint32_t width,
		      uint32_t height);

/**
 * mc_picture_free() - Free the pixels.
 * @picture: the picture, which is empty then
 */
void mc_picture_free(struct mc_picture *picture);

/**
 * mc_picture_apply() - Copy a chunk's damage from its buffer.
 * @picture: of the chunk's size
 * @event: a CHUNK
 * @buffer: the chunk's buffer: NV12 for a @yuv picture, else in any format that a
 *	screen is made of
 * @damaged: pixels that were copied
 *
 * Counts @picture->serial up at the last part of a picture. Reads the buffer's mappings: of
 * DIRECT that raises SIGBUS when the memory is revoked meanwhile, see buffers.h.
 *
 * Return: 0 or -EPROTO when chunk, picture and buffer do not fit together;
 * nothing was copied then.
 */
int mc_picture_apply(struct mc_picture *picture, const struct mc_event *event,
		     const struct mc_buffer *buffer, uint64_t *damaged);

/**
 * mc_picture_copy() - Copy one picture into another.
 * @to: the copy, which keeps its memory when it is large enough
 * @from: what to copy
 *
 * Return: 0 or -ENOMEM.
 */
int mc_picture_copy(struct mc_picture *to, const struct mc_picture *from);

#endif
