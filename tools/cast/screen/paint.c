// SPDX-License-Identifier: MIT
#include "screen/paint.h"

#include <string.h>

#define BLACK	16
#define WHITE	235

void paint_number(uint8_t *luma, size_t stride, uint32_t number)
{
	uint32_t bytes = number ^ number >> 16;
	uint64_t bits = (uint64_t)number << 8 | (~(bytes ^ bytes >> 8) & 0xff);
	int bit, line;

	for (bit = 0; bit < PAINT_BITS; bit++)
		memset(luma + bit * PAINT_BLOCK,
		       bits >> (PAINT_BITS - 1 - bit) & 1 ? WHITE : BLACK, PAINT_BLOCK);
	for (line = 1; line < PAINT_BLOCK; line++)
		memcpy(luma + (size_t)line * stride, luma, PAINT_WIDTH);
}
