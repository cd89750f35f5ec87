// SPDX-License-Identifier: MIT
#include "screen/paint.h"

#include <gst/video/video.h>
#include <stdint.h>
#include <string.h>

#define BLACK	16
#define WHITE	235

/* A row, whose last 8 bits are the exclusive or of the number's bytes, inverted. */
static void paint_number(uint8_t *luma, size_t stride, uint32_t number)
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

void paint_picture(GstPad *pad, GstBuffer *buffer, gint *number)
{
	GstCaps *caps = gst_pad_get_current_caps(pad);
	GstVideoFrame frame;
	GstVideoInfo video;
	uint8_t *luma;
	size_t stride;

	if (caps && gst_video_info_from_caps(&video, caps) && video.width >= PAINT_WIDTH &&
	    gst_video_frame_map(&frame, &video, buffer, GST_MAP_READWRITE)) {
		luma = GST_VIDEO_FRAME_PLANE_DATA(&frame, 0);
		stride = (size_t)GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
		paint_number(luma, stride, (uint32_t)g_atomic_int_add(number, 1));
		paint_number(luma + PAINT_BLOCK * stride, stride,
			     (uint32_t)g_get_monotonic_time());
		gst_video_frame_unmap(&frame);
	}
	gst_clear_caps(&caps);
}
