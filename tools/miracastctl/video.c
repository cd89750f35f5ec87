// SPDX-License-Identifier: MIT
#include "video.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "yuv.h"

#define FRAME_HEADER	"FRAME\n"

/* At first no line of the canvas is valid, so everything is converted once. */
static int prepare(struct video *video, const struct mc_picture *picture)
{
	uint32_t row;
	int ret;

	if (picture->yuv && video->format != VIDEO_Y4M)
		return -EINVAL;
	video->canvas.yuv = picture->yuv;
	ret = mc_picture_resize(&video->canvas, picture->width,
				picture->height);

	if (ret)
		return ret;
	video->bytes = (size_t)picture->width * picture->height * 4;
	if (video->format == VIDEO_BGRX)
		return 0;
	video->bytes = mc_picture_yuv_size(picture->width, picture->height);
	if (picture->yuv)
		return 0;
	video->planes = malloc(video->bytes);
	if (!video->planes)
		return -ENOMEM;
	for (row = 0; row < picture->height; row += 2)
		yuv_convert_rows(video->planes, video->canvas.pixels,
				 picture->width, picture->height, row);
	return 0;
}

static int write_header(struct video *video)
{
	bool whole = video->rate_mhz % 1000 == 0;
	char text[128];
	int length;

	if (video->format != VIDEO_Y4M)
		return 0;
	length = snprintf(text, sizeof(text), "YUV4MPEG2 W%" PRIu32 " H%" PRIu32
			  " F%" PRIu32 ":%d Ip A1:1 C420jpeg XCOLORRANGE=LIMITED\n",
			  video->canvas.width, video->canvas.height,
			  whole ? video->rate_mhz / 1000 : video->rate_mhz,
			  whole ? 1 : 1000);
	return write_all(video->fd, text, (size_t)length);
}

/* Copy a line; true when it differs from what was there. */
static bool update_line(struct video *video, const struct mc_picture *picture,
			uint32_t y)
{
	uint32_t width = video->canvas.width < picture->width ?
			 video->canvas.width : picture->width;
	uint32_t *to = video->canvas.pixels + (size_t)y * video->canvas.width;
	const uint32_t *from = picture->pixels + (size_t)y * picture->width;

	if (y >= video->canvas.height || y >= picture->height ||
	    !memcmp(to, from, (size_t)width * 4))
		return false;
	memcpy(to, from, (size_t)width * 4);
	return true;
}

static void update(struct video *video, const struct mc_picture *picture)
{
	uint32_t height = video->canvas.height;
	bool upper, lower;
	uint32_t y;

	for (y = 0; y < height; y += 2) {
		upper = update_line(video, picture, y);
		lower = update_line(video, picture, y + 1);
		if (video->planes && (upper || lower))
			yuv_convert_rows(video->planes, video->canvas.pixels,
					 video->canvas.width, height, y);
	}
}

static void copy_plane(uint8_t *to, uint32_t to_width, uint32_t to_height,
		       const uint8_t *from, uint32_t from_width,
		       uint32_t from_height)
{
	uint32_t width = to_width < from_width ? to_width : from_width;
	uint32_t height = to_height < from_height ? to_height : from_height;
	uint32_t y;

	for (y = 0; y < height; y++)
		memcpy(to + (size_t)y * to_width, from + (size_t)y * from_width,
		       width);
}

/* Pictures that the driver has converted are written as they are. */
static void take_planes(struct video *video, const struct mc_picture *picture)
{
	struct mc_picture *canvas = &video->canvas;
	uint32_t width = (canvas->width + 1) / 2, height = (canvas->height + 1) / 2;
	uint32_t from_width = (picture->width + 1) / 2;
	uint32_t from_height = (picture->height + 1) / 2;
	uint8_t *to = canvas->planes + (size_t)canvas->width * canvas->height;
	const uint8_t *from = picture->planes +
			      (size_t)picture->width * picture->height;
	int i;

	copy_plane(canvas->planes, canvas->width, canvas->height,
		   picture->planes, picture->width, picture->height);
	for (i = 0; i < 2; i++) {
		copy_plane(to, width, height, from, from_width, from_height);
		to += (size_t)width * height;
		from += (size_t)from_width * from_height;
	}
}

/* The rest of a larger picture must not be left around a smaller one. */
static void blank_borders(struct video *video, const struct mc_picture *picture)
{
	struct mc_picture *canvas = &video->canvas;
	size_t pixels = (size_t)canvas->width * canvas->height;
	uint32_t y;

	if (picture->width >= canvas->width && picture->height >= canvas->height)
		return;
	if (canvas->yuv) {
		/* The size stays the same, so this only makes it black. */
		mc_picture_resize(canvas, canvas->width, canvas->height);
		return;
	}
	memset(canvas->pixels, 0, pixels * 4);
	for (y = 0; video->planes && y < canvas->height; y += 2)
		yuv_convert_rows(video->planes, canvas->pixels, canvas->width,
				 canvas->height, y);
}

int video_write(struct video *video, const struct mc_picture *picture)
{
	int ret = 0;

	if (!video->bytes) {
		ret = prepare(video, picture);
		if (!ret)
			ret = write_header(video);
	}
	if (ret)
		return ret;
	if (video->canvas.serial != picture->serial) {
		blank_borders(video, picture);
		if (video->canvas.yuv)
			take_planes(video, picture);
		else
			update(video, picture);
		video->canvas.serial = picture->serial;
	}
	if (video->format == VIDEO_BGRX)
		return write_all(video->fd, video->canvas.pixels, video->bytes);
	ret = write_all(video->fd, FRAME_HEADER, strlen(FRAME_HEADER));
	return ret ? ret : write_all(video->fd, video->canvas.yuv ?
				     video->canvas.planes : video->planes,
				     video->bytes);
}

void video_free(struct video *video)
{
	free(video->planes);
	video->planes = NULL;
	mc_picture_free(&video->canvas);
}
