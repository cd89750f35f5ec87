/* SPDX-License-Identifier: MIT */
/*
 * Numbers in a picture that an encoder cannot blur: rows of black and white blocks.
 */
#ifndef CAST_PAINT_H
#define CAST_PAINT_H

#include <stddef.h>
#include <stdint.h>

/** PAINT_BLOCK - Width and height of a block, which is a bit. */
#define PAINT_BLOCK	16
/** PAINT_BITS - Bits in a row: 32 of the number, and 8 with which it is checked. */
#define PAINT_BITS	40
/** PAINT_WIDTH - Columns of a row. */
#define PAINT_WIDTH	(PAINT_BLOCK * PAINT_BITS)

/**
 * paint_number() - Paint a row.
 * @luma: first line of the row
 * @stride: bytes from line to line
 * @number: what to paint
 *
 * The last 8 bits are the exclusive or of the number's bytes, inverted.
 */
void paint_number(uint8_t *luma, size_t stride, uint32_t number);

#endif
