/* SPDX-License-Identifier: MIT */
/*
 * The owner's picture: what the screen shows, kept up to date from the damage
 * of chunks. 32 bits per pixel, XRGB8888, no line padding.
 */
#ifndef MC_PICTURE_H
#define MC_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include <miracast_drm.h>

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
	/** @pixels: @width x @height pixels. */
	uint32_t *pixels;
	/** @room: Pixels that fit at @pixels; private. */
	size_t room;
};

/**
 * mc_picture_resize() - Make it a black picture of a size; @serial stays.
 *
 * Return: 0 or -ENOMEM, with the picture as it was.
 */
int mc_picture_resize(struct mc_picture *picture, uint32_t width,
		      uint32_t height);

/** mc_picture_free() - Free the pixels; the picture is empty then. */
void mc_picture_free(struct mc_picture *picture);

/**
 * mc_picture_apply() - Copy a chunk's damage from its buffer.
 * @picture: of the chunk's size
 * @event: a CHUNK
 * @buffer: the chunk's buffer, in any format that a screen is made of
 * @damaged: pixels that were copied
 *
 * Counts @picture->serial up at the last part of a picture.
 *
 * Return: 0 or -EPROTO when chunk, picture and buffer do not fit together;
 * nothing was copied then.
 */
int mc_picture_apply(struct mc_picture *picture, const struct mc_event *event,
		     const struct mc_buffer *buffer, uint64_t *damaged);

/**
 * mc_picture_copy() - Copy one picture into another.
 *
 * Return: 0 or -ENOMEM.
 */
int mc_picture_copy(struct mc_picture *to, const struct mc_picture *from);

#endif
