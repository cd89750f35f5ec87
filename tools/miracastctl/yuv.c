// SPDX-License-Identifier: MIT
#include "yuv.h"

#include <stddef.h>

/* BT.709 coefficients, scaled to limited range, in units of 1/65536. */
#define Y_R	11966
#define Y_G	40254
#define Y_B	4064
#define U_R	(-6596)
#define U_G	(-22189)
#define U_B	28784
#define V_R	28784
#define V_G	(-26145)
#define V_B	(-2639)

#define Y_BASE	((16 << 16) + (1 << 15))
/* Chroma is made of the sum of four pixels. */
#define C_BASE	((128 << 18) + (1 << 17))

struct rgb {
	int32_t r, g, b;
};

static struct rgb unpack(uint32_t pixel)
{
	return (struct rgb){
		.r = (int32_t)(pixel >> 16 & 0xff),
		.g = (int32_t)(pixel >> 8 & 0xff),
		.b = (int32_t)(pixel & 0xff),
	};
}

static void convert_luma(uint8_t *out, const uint32_t *line, uint32_t width)
{
	struct rgb c;
	uint32_t x;

	for (x = 0; x < width; x++) {
		c = unpack(line[x]);
		out[x] = (uint8_t)((Y_R * c.r + Y_G * c.g + Y_B * c.b + Y_BASE) >> 16);
	}
}

static struct rgb sum_block(const uint32_t *upper, const uint32_t *lower,
			    uint32_t x, uint32_t next)
{
	struct rgb a = unpack(upper[x]), b = unpack(upper[next]);
	struct rgb c = unpack(lower[x]), d = unpack(lower[next]);

	return (struct rgb){
		.r = a.r + b.r + c.r + d.r,
		.g = a.g + b.g + c.g + d.g,
		.b = a.b + b.b + c.b + d.b,
	};
}

static void convert_chroma(uint8_t *u, uint8_t *v, const uint32_t *upper,
			   const uint32_t *lower, uint32_t width)
{
	struct rgb s;
	uint32_t x;

	for (x = 0; x < width; x += 2) {
		s = sum_block(upper, lower, x, x + 1 < width ? x + 1 : x);
		u[x / 2] = (uint8_t)((U_R * s.r + U_G * s.g + U_B * s.b + C_BASE) >> 18);
		v[x / 2] = (uint8_t)((V_R * s.r + V_G * s.g + V_B * s.b + C_BASE) >> 18);
	}
}

void yuv_convert_rows(uint8_t *planes, const uint32_t *pixels, uint32_t width,
		      uint32_t height, uint32_t row)
{
	size_t chroma_width = (width + 1) / 2;
	size_t chroma_size = chroma_width * ((height + 1) / 2);
	const uint32_t *upper = pixels + (size_t)row * width;
	const uint32_t *lower = row + 1 < height ? upper + width : upper;
	uint8_t *y = planes + (size_t)row * width;
	uint8_t *u = planes + (size_t)width * height + row / 2 * chroma_width;

	convert_luma(y, upper, width);
	if (lower != upper)
		convert_luma(y + width, lower, width);
	convert_chroma(u, u + chroma_size, upper, lower, width);
}
