// SPDX-License-Identifier: MIT
/* The owner's picture: damage is copied, and nothing else is. */
#include <drm_fourcc.h>
#include <errno.h>
#include <string.h>

#include "harness.h"
#include "mode.h"
#include "picture.h"

#define WIDTH	64
#define HEIGHT	48
#define PITCH	(80 * 4)
#define OFFSET	16

static uint8_t pixels[OFFSET + PITCH * HEIGHT];
static struct mc_picture picture;
static struct mc_buffer buffer;
static struct mc_event event;
static uint64_t damaged;

static void fill(void)
{
	size_t i;

	for (i = 0; i < sizeof(pixels); i++)
		pixels[i] = (uint8_t)(i * 7 + i / 251);
	memset(&buffer, 0, sizeof(buffer));
	buffer.info.fourcc = DRM_FORMAT_XRGB8888;
	buffer.info.width = 70;
	buffer.info.height = HEIGHT;
	buffer.info.plane_count = 1;
	buffer.info.object_count = 1;
	buffer.info.planes[0].pitch = PITCH;
	buffer.info.planes[0].offset = OFFSET;
	buffer.maps[0] = pixels;
	buffer.sizes[0] = sizeof(pixels);
	memset(&event, 0, sizeof(event));
	event.chunk.chunk_id = DRM_MIRACAST_MAKE_CHUNK_ID(1, 0);
	event.chunk.width = WIDTH;
	event.chunk.height = HEIGHT;
	event.chunk.src_x = 6;
}

static void set_clip(uint32_t i, uint16_t x1, uint16_t y1, uint16_t x2,
		     uint16_t y2)
{
	event.clips[i] = (struct drm_clip_rect){ x1, y1, x2, y2 };
	event.chunk.clip_count = i + 1;
}

static bool pixel_copied(uint32_t x, uint32_t y)
{
	return !memcmp(&picture.pixels[y * WIDTH + x],
		       pixels + OFFSET + y * PITCH + (x + 6) * 4, 4);
}

static bool pixel_black(uint32_t x, uint32_t y)
{
	return !picture.pixels[y * WIDTH + x];
}

static void check_copy(void)
{
	set_clip(0, 3, 5, 10, 9);
	set_clip(1, 60, 40, WIDTH, HEIGHT);
	check(!mc_picture_apply(&picture, &event, &buffer, &damaged),
	      "two clips are taken");
	check(damaged == 7 * 4 + 4 * 8, "their pixels are counted");
	check(pixel_copied(3, 5) && pixel_copied(9, 8) && pixel_copied(60, 40) &&
	      pixel_copied(63, 47), "they are copied to their corners");
	check(pixel_black(2, 5) && pixel_black(10, 8) && pixel_black(3, 4) &&
	      pixel_black(9, 9) && pixel_black(59, 40), "and nothing around them");
	check(picture.serial == 1, "the picture is new");
	event.chunk.chunk_id = DRM_MIRACAST_MAKE_CHUNK_ID(2, 3);
	check(!mc_picture_apply(&picture, &event, &buffer, &damaged) &&
	      picture.serial == 1, "a part that is not the last makes none");
}

static void refuse(const char *what)
{
	uint32_t before = picture.pixels[0];

	check(mc_picture_apply(&picture, &event, &buffer, &damaged) == -EPROTO &&
	      picture.pixels[0] == before && !damaged, what);
	fill();
	set_clip(0, 0, 0, 1, 1);
}

static void check_refusals(void)
{
	fill();
	set_clip(0, 0, 0, WIDTH + 1, 1);
	refuse("a clip beyond the right edge");
	set_clip(0, 0, 0, 1, HEIGHT + 1);
	refuse("a clip beyond the bottom");
	set_clip(0, 5, 0, 5, 1);
	refuse("an empty clip");
	event.chunk.width = WIDTH - 1;
	refuse("a chunk of another size");
	event.chunk.src_x = 7;
	refuse("a source outside the buffer");
	event.chunk.src_x = UINT32_MAX;
	refuse("a source that overflows");
	buffer.info.planes[0].pitch = 70 * 4 - 4;
	refuse("a pitch shorter than a line");
	buffer.info.fourcc = DRM_FORMAT_NV12;
	refuse("a format that is no screen's");
}

/* The first pixel, in memory as the formats have it. */
static void check_formats(void)
{
	static const struct {
		const char *what;
		uint32_t fourcc;
		uint8_t bytes[4];
	} formats[] = {
		{ "XRGB8888", DRM_FORMAT_XRGB8888, { 0xff, 0x82, 0x08, 0 } },
		{ "ARGB8888", DRM_FORMAT_ARGB8888, { 0xff, 0x82, 0x08, 0 } },
		{ "XBGR8888", DRM_FORMAT_XBGR8888, { 0x08, 0x82, 0xff, 0 } },
		{ "ABGR8888", DRM_FORMAT_ABGR8888, { 0x08, 0x82, 0xff, 0 } },
		{ "RGB565", DRM_FORMAT_RGB565, { 0x1f, 0x0c } },
	};
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		fill();
		buffer.info.fourcc = formats[i].fourcc;
		event.chunk.src_x = 0;
		memcpy(pixels + OFFSET, formats[i].bytes, 4);
		set_clip(0, 0, 0, 1, 1);
		check(!mc_picture_apply(&picture, &event, &buffer, &damaged) &&
		      (picture.pixels[0] & 0xffffff) == 0x0882ff,
		      formats[i].what);
	}
}

/* An odd size, and a clip with odd edges: chroma of each block that it touches. */
static void check_nv12(void)
{
	static uint8_t luma[5 * 16], chroma[3 * 16];
	struct mc_picture yuv = { .yuv = true }, copy = { 0 };
	const uint8_t *cb, *cr;
	size_t i;

	for (i = 0; i < sizeof(luma); i++)
		luma[i] = (uint8_t)(i + 1);
	for (i = 0; i < sizeof(chroma); i++)
		chroma[i] = (uint8_t)(i + 200);
	fill();
	buffer.info.fourcc = DRM_FORMAT_NV12;
	buffer.info.width = 8;
	buffer.info.height = 5;
	buffer.info.plane_count = 2;
	buffer.info.object_count = 2;
	buffer.info.planes[0] = (struct drm_miracast_plane){ .pitch = 16 };
	buffer.info.planes[1] = (struct drm_miracast_plane){ .pitch = 16, .object = 1 };
	buffer.maps[0] = luma;
	buffer.maps[1] = chroma;
	event.chunk.width = 7;
	event.chunk.height = 5;
	event.chunk.src_x = 0;
	set_clip(0, 3, 1, 7, 5);
	if (mc_picture_resize(&yuv, 7, 5))
		return;
	check(!mc_picture_apply(&yuv, &event, &buffer, &damaged) && damaged == 16,
	      "a clip of NV12 is taken");
	cb = yuv.planes + 7 * 5;
	cr = cb + 4 * 3;
	check(yuv.planes[7 + 3] == luma[16 + 3] && yuv.planes[4 * 7 + 6] == luma[4 * 16 + 6],
	      "with its luma");
	check(cb[1] == chroma[2] && cr[1] == chroma[3] &&
	      cb[2 * 4 + 3] == chroma[2 * 16 + 6] && cr[2 * 4 + 3] == chroma[2 * 16 + 7],
	      "and its chroma, in planes");
	check(yuv.planes[3] == 16 && yuv.planes[7 + 2] == 16 && cb[0] == 128 && cr[8] == 128,
	      "all else is black");
	check(!mc_picture_copy(&copy, &yuv) && copy.yuv &&
	      !memcmp(copy.planes, yuv.planes, mc_picture_yuv_size(7, 5)),
	      "a copy is equal");
	buffer.info.fourcc = DRM_FORMAT_XRGB8888;
	check(mc_picture_apply(&yuv, &event, &buffer, &damaged) == -EPROTO,
	      "it takes no pixels");
	mc_picture_free(&copy);
	mc_picture_free(&yuv);
}

/* One without pixels, and one that becomes another kind. */
static void check_kinds(void)
{
	struct mc_picture one = { 0 }, copy = { .serial = 1 };

	check(!mc_picture_resize(&one, 0, 0) && !mc_picture_copy(&copy, &one) && !copy.serial,
	      "an empty picture is one");
	check(!mc_picture_resize(&one, 16, 16) && !one.pixels[255], "and can grow");
	one.yuv = true;
	check(!mc_picture_resize(&one, 4, 4) && one.planes && !one.pixels &&
	      one.planes[15] == 16 && one.planes[23] == 128, "it can become NV12");
	check(!mc_picture_copy(&copy, &one) && copy.yuv && copy.planes[0] == 16, "as can its copy");
	one.yuv = false;
	check(!mc_picture_resize(&one, 2, 2) && one.pixels && !one.planes && !one.pixels[3],
	      "and pixels again");
	one.yuv = true;
	buffer.info.fourcc = DRM_FORMAT_NV12;
	event.chunk.width = 2;
	event.chunk.height = 2;
	set_clip(0, 0, 0, 2, 2);
	check(mc_picture_apply(&one, &event, &buffer, &damaged) == -EPROTO,
	      "but takes none before it has room for them");
	one.yuv = false;
	mc_picture_free(&one);
	mc_picture_free(&copy);
}

/* Sizes whose bytes do not fit into a size_t. */
static void check_sizes(void)
{
	static const struct {
		uint32_t width, height;
	} sizes[] = {
		{ 1u << 31, 1u << 31 }, { (1u << 31) + 1, 1u << 31 }, { MC_MODE_SIZE_MAX + 1, 1 },
		{ 1, MC_MODE_SIZE_MAX + 1 }, { UINT32_MAX, 2 },
	};
	struct mc_picture one = { 0 };
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		one.yuv = i % 2;
		check(mc_picture_resize(&one, sizes[i].width, sizes[i].height) == -ERANGE &&
		      !one.width && !one.pixels && !one.planes, "a size that no mode has");
	}
	one.yuv = false;
	check(!mc_picture_resize(&one, MC_MODE_SIZE_MAX, 1) && !one.pixels[MC_MODE_SIZE_MAX - 1],
	      "the longest line is one");
	mc_picture_free(&one);
#if SIZE_MAX > UINT32_MAX
	check(mc_picture_yuv_size(UINT32_MAX, 2) == UINT32_MAX * 2ull + (1ull << 32),
	      "chroma of the widest picture");
#endif
	check(mc_picture_yuv_size(UINT32_MAX, UINT32_MAX) == SIZE_MAX, "bytes never wrap");
}

int main(void)
{
	struct mc_picture copy = { 0 };

	fill();
	if (mc_picture_resize(&picture, WIDTH, HEIGHT))
		return 1;
	check_copy();
	check_refusals();
	check_formats();
	check_nv12();
	check_kinds();
	check_sizes();
	check(!mc_picture_copy(&copy, &picture) && copy.serial == picture.serial &&
	      !memcmp(copy.pixels, picture.pixels, WIDTH * HEIGHT * 4),
	      "a copy is equal");
	mc_picture_free(&copy);
	mc_picture_free(&picture);
	return check_result();
}
