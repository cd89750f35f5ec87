/* SPDX-License-Identifier: MIT */
/*
 * Numbers in a picture that an encoder cannot blur: rows of black and white blocks.
 */
#ifndef CAST_PAINT_H
#define CAST_PAINT_H

#include <gst/gst.h>

/** PAINT_BLOCK - Width and height of a block, which is a bit. */
#define PAINT_BLOCK	16
/** PAINT_BITS - Bits in a row: 32 of the number, and 8 with which it is checked. */
#define PAINT_BITS	40
/** PAINT_WIDTH - Columns of a row. */
#define PAINT_WIDTH	(PAINT_BLOCK * PAINT_BITS)

/**
 * paint_picture() - Paint a number and the time into a picture.
 * @pad: where the picture passes, with its caps
 * @buffer: the picture, writable; left alone when it is narrower than a row
 * @number: counts the pictures that are painted; atomic
 *
 * The first row is the number, the second the monotonic time in microseconds.
 */
void paint_picture(GstPad *pad, GstBuffer *buffer, gint *number);

#endif
