// SPDX-License-Identifier: MIT
/* Video and PNG writers: bytes, sizes, and a picture that changes its size. */
#include <errno.h>
#include <fcntl.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"
#include "png_file.h"
#include "video.h"
#include "yuv.h"

static char name[] = "/tmp/miracast-video.XXXXXX";

static void fill(struct mc_picture *picture, uint32_t width, uint32_t height,
		 uint32_t pixel)
{
	size_t i;

	if (mc_picture_resize(picture, width, height))
		exit(1);
	for (i = 0; i < (size_t)width * height; i++)
		picture->pixels[i] = pixel;
	picture->serial++;
}

static off_t file_size(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? -1 : st.st_size;
}

static bool yuv_is(uint32_t pixel, int y, int u, int v)
{
	uint32_t pixels[4] = { pixel, pixel, pixel, pixel };
	uint8_t out[6];

	yuv_convert_rows(out, pixels, 2, 2, 0);
	return out[0] == y && out[3] == y && out[4] == u && out[5] == v;
}

static void check_yuv(void)
{
	check(yuv_is(0x000000, 16, 128, 128), "black is 16 128 128");
	check(yuv_is(0xffffff, 235, 128, 128), "white is 235 128 128");
	check(yuv_is(0xff0000, 63, 102, 240), "red is 63 102 240");
	check(yuv_is(0x00ff00, 173, 42, 26), "green is 173 42 26");
	check(yuv_is(0x0000ff, 32, 240, 118), "blue is 32 240 118");
	check(yuv_is(0xff808080, 126, 128, 128), "the unused byte is unused");
	check(mc_picture_yuv_size(3, 3) == 9 + 2 * 4, "odd sizes round chroma up");
}

static void check_y4m(void)
{
	static const char header[] =
		"YUV4MPEG2 W5 H3 F30:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED\n";
	struct video video = { .format = VIDEO_Y4M, .rate_mhz = 30000 };
	struct mc_picture picture = { 0 };
	char start[sizeof(header)] = "";
	size_t frame = 6 + mc_picture_yuv_size(5, 3);

	video.fd = open(name, O_RDWR | O_TRUNC);
	fill(&picture, 5, 3, 0xffffff);
	check(!video_write(&video, &picture) && !video_write(&video, &picture),
	      "two y4m frames");
	check(file_size(video.fd) == (off_t)(strlen(header) + 2 * frame),
	      "y4m has a header and two frames");
	check(pread(video.fd, start, strlen(header), 0) ==
	      (ssize_t)strlen(header) && !strcmp(start, header), "y4m header");
	close(video.fd);
	video_free(&video);
	mc_picture_free(&picture);
}

/* Each byte of the planes is another. */
static void fill_planes(struct mc_picture *picture, uint32_t width,
			uint32_t height, uint8_t first)
{
	size_t i;

	picture->yuv = true;
	if (mc_picture_resize(picture, width, height))
		exit(1);
	for (i = 0; i < mc_picture_yuv_size(width, height); i++)
		picture->planes[i] = (uint8_t)(first + i);
	picture->serial++;
}

static bool planes_are(int fd, off_t at, const uint8_t *planes, size_t bytes)
{
	uint8_t got[32];

	return pread(fd, got, bytes, at) == (ssize_t)bytes &&
	       !memcmp(got, planes, bytes);
}

static void check_planes(void)
{
	/* 2x4 within 3x3, then 5x5 within it. */
	static const uint8_t narrow[] = {
		101, 102, 16, 103, 104, 16, 105, 106, 16,
		109, 128, 110, 128, 111, 128, 112, 128,
	};
	static const uint8_t cut[] = {
		1, 2, 3, 6, 7, 8, 11, 12, 13,
		26, 27, 29, 30, 35, 36, 38, 39,
	};
	struct video video = { .format = VIDEO_Y4M, .rate_mhz = 30000 };
	struct video raw = { .format = VIDEO_BGRX };
	struct mc_picture picture = { 0 };
	size_t bytes = mc_picture_yuv_size(3, 3), step = 6 + bytes;
	off_t start;

	video.fd = open(name, O_RDWR | O_TRUNC);
	fill_planes(&picture, 3, 3, 1);
	check(!video_write(&video, &picture), "a y4m frame from NV12");
	start = file_size(video.fd) - (off_t)bytes;
	check(planes_are(video.fd, start, picture.planes, bytes),
	      "is the picture itself");
	fill_planes(&picture, 2, 4, 101);
	check(!video_write(&video, &picture) &&
	      planes_are(video.fd, start + (off_t)step, narrow, bytes),
	      "a narrower one has black borders");
	fill_planes(&picture, 5, 5, 1);
	check(!video_write(&video, &picture) &&
	      planes_are(video.fd, start + 2 * (off_t)step, cut, bytes),
	      "a larger one is cut");
	check(video_write(&raw, &picture) == -EINVAL, "BGRx is not made from NV12");
	close(video.fd);
	video_free(&raw);
	video_free(&video);
	mc_picture_free(&picture);
}

static bool frame_is(int fd, int frame, const uint32_t *pixels, size_t count)
{
	uint32_t got[64];
	size_t bytes = count * 4;

	return pread(fd, got, bytes, frame * (off_t)bytes) == (ssize_t)bytes &&
	       !memcmp(got, pixels, bytes);
}

static void check_raw(void)
{
	static const uint32_t expect[3][6] = {
		{ 1, 1, 1, 1, 1, 1 },	/* 3x2 */
		{ 2, 2, 0, 2, 2, 0 },	/* 2x4 within 3x2 */
		{ 3, 3, 3, 3, 3, 3 },	/* 4x4 within 3x2 */
	};
	struct video video = { .format = VIDEO_BGRX };
	struct mc_picture picture = { 0 };

	video.fd = open(name, O_RDWR | O_TRUNC);
	fill(&picture, 3, 2, 1);
	video_write(&video, &picture);
	fill(&picture, 2, 4, 2);
	video_write(&video, &picture);
	fill(&picture, 4, 4, 3);
	video_write(&video, &picture);
	check(file_size(video.fd) == 3 * 6 * 4, "raw frames keep their size");
	check(frame_is(video.fd, 0, expect[0], 6), "a frame is the picture");
	check(frame_is(video.fd, 1, expect[1], 6),
	      "a narrower picture has black borders");
	check(frame_is(video.fd, 2, expect[2], 6), "a larger picture is cut");
	close(video.fd);
	video_free(&video);
	mc_picture_free(&picture);
}

static void check_png(void)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	struct mc_picture picture = { 0 };
	uint8_t rgb[3 * 2 * 3];

	fill(&picture, 3, 2, 0xff102030);
	picture.pixels[5] = 0x00405060;
	check(!png_file_write(name, &picture), "a PNG file is written");
	check(png_image_begin_read_from_file(&image, name) && image.width == 3 &&
	      image.height == 2 && image.format == PNG_FORMAT_RGB,
	      "it has the picture's size");
	check(png_image_finish_read(&image, NULL, rgb, 0, NULL) &&
	      !memcmp(rgb, "\x10\x20\x30", 3) &&
	      !memcmp(rgb + 15, "\x40\x50\x60", 3), "and the picture's pixels");
	check(png_file_write("/nowhere/x.png", &picture) < 0,
	      "a directory that is not there is a failure");
	mc_picture_free(&picture);
}

int main(void)
{
	int fd = mkstemp(name);

	if (fd < 0)
		return 1;
	close(fd);
	check_yuv();
	check_y4m();
	check_planes();
	check_raw();
	check_png();
	unlink(name);
	return check_result();
}
