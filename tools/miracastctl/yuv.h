/* SPDX-License-Identifier: MIT */
/*
 * XRGB8888 to planar 4:2:0, BT.709, limited range.
 */
#ifndef YUV_H
#define YUV_H

#include <stdint.h>

/**
 * yuv_convert_rows() - Convert lines @row and @row + 1 (if there is one).
 * @planes: the whole 4:2:0 picture, as mc_picture has it
 * @pixels: the whole XRGB8888 picture
 * @width: width
 * @height: height
 * @row: an even line
 */
void yuv_convert_rows(uint8_t *planes, const uint32_t *pixels, uint32_t width,
		      uint32_t height, uint32_t row);

#endif
