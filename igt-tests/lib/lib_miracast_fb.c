// SPDX-License-Identifier: MIT
/*
 * Framebuffers of the KMS client, on dumb buffers, in every format that the
 * driver scans out.
 */
#include <sys/mman.h>

#include "lib_miracast_fb.h"

static uint32_t bytes_per_pixel(uint32_t format)
{
	return format == DRM_FORMAT_RGB565 ? 2 : 4;
}

struct mc_fb *mc_fb_of_handle(int card, uint32_t handle, uint32_t pitch,
			      uint32_t width, uint32_t height, uint32_t format)
{
	struct mc_fb *fb = calloc(1, sizeof(*fb));
	uint32_t handles[4] = { handle };
	uint32_t pitches[4] = { pitch };
	uint32_t offsets[4] = {};

	igt_assert(fb);
	fb->card = card;
	fb->handle = handle;
	fb->format = format;
	fb->width = width;
	fb->height = height;
	fb->pitch = pitch;
	igt_assert_eq(drmModeAddFB2(card, width, height, format, handles,
				    pitches, offsets, &fb->id, 0), 0);
	return fb;
}

struct mc_fb *mc_fb(int card, uint32_t width, uint32_t height, uint32_t format)
{
	uint32_t handle, pitch;
	uint64_t size, offset;
	struct mc_fb *fb;

	igt_assert_eq(drmModeCreateDumbBuffer(card, width, height,
					      bytes_per_pixel(format) * 8, 0,
					      &handle, &pitch, &size), 0);
	fb = mc_fb_of_handle(card, handle, pitch, width, height, format);
	fb->size = size;
	igt_assert_eq(drmModeMapDumbBuffer(card, handle, &offset), 0);
	fb->map = mc_map(card, size, PROT_READ | PROT_WRITE, offset);
	return fb;
}

void mc_fb_free(struct mc_fb *fb)
{
	if (fb->map)
		mc_unmap(fb->map, fb->size);
	igt_assert_eq(drmModeRmFB(fb->card, fb->id), 0);
	igt_assert_eq(drmModeDestroyDumbBuffer(fb->card, fb->handle), 0);
	free(fb);
}

static uint32_t swap_red_blue(uint32_t pixel)
{
	return (pixel & 0xff00ff00) | (pixel & 0xff) << 16 |
	       (pixel >> 16 & 0xff);
}

static uint16_t to_565(uint32_t pixel)
{
	return (pixel >> 8 & 0xf800) | (pixel >> 5 & 0x07e0) |
	       (pixel >> 3 & 0x001f);
}

/* Bits are repeated, so that full intensity stays full intensity. */
static uint32_t from_565(uint16_t pixel)
{
	uint32_t red = pixel >> 11, green = pixel >> 5 & 0x3f;
	uint32_t blue = pixel & 0x1f;

	red = red << 3 | red >> 2;
	green = green << 2 | green >> 4;
	blue = blue << 3 | blue >> 2;
	return red << 16 | green << 8 | blue;
}

static void put_pixel(struct mc_fb *fb, uint32_t x, uint32_t y, uint32_t pixel)
{
	uint8_t *line = fb->map + (size_t)y * fb->pitch;

	switch (fb->format) {
	case DRM_FORMAT_RGB565:
		((uint16_t *)(void *)line)[x] = to_565(pixel);
		break;
	case DRM_FORMAT_XBGR8888:
	case DRM_FORMAT_ABGR8888:
		((uint32_t *)(void *)line)[x] = swap_red_blue(pixel);
		break;
	default:
		((uint32_t *)(void *)line)[x] = pixel;
		break;
	}
}

uint32_t mc_fb_pixel(const struct mc_fb *fb, uint32_t x, uint32_t y)
{
	const uint8_t *line = fb->map + (size_t)y * fb->pitch;
	uint32_t pixel;

	if (fb->format == DRM_FORMAT_RGB565)
		return from_565(((const uint16_t *)(const void *)line)[x]);
	pixel = ((const uint32_t *)(const void *)line)[x];
	if (fb->format == DRM_FORMAT_XBGR8888 ||
	    fb->format == DRM_FORMAT_ABGR8888)
		return swap_red_blue(pixel);
	return pixel;
}

void mc_fb_paint(struct mc_fb *fb, const struct drm_clip_rect *clip,
		 uint32_t seed)
{
	struct drm_clip_rect all = { 0, 0, fb->width, fb->height };
	uint32_t x, y;

	if (!clip)
		clip = &all;
	for (y = clip->y1; y < clip->y2; y++)
		for (x = clip->x1; x < clip->x2; x++)
			put_pixel(fb, x, y, mc_pattern(x, y, seed));
}

void mc_fb_fill(struct mc_fb *fb, uint32_t pixel)
{
	uint32_t x, y;

	for (y = 0; y < fb->height; y++)
		for (x = 0; x < fb->width; x++)
			put_pixel(fb, x, y, pixel);
}

void mc_fb_copy(struct mc_fb *fb, const struct mc_picture *from,
		const struct drm_clip_rect *clip)
{
	struct drm_clip_rect all = { 0, 0, fb->width, fb->height };
	uint32_t y;

	igt_assert_eq_u32(fb->format, DRM_FORMAT_XRGB8888);
	if (!clip)
		clip = &all;
	for (y = clip->y1; y < clip->y2; y++)
		memcpy(fb->map + (size_t)y * fb->pitch + clip->x1 * 4,
		       &from->pixels[(size_t)y * from->width + clip->x1],
		       (clip->x2 - clip->x1) * 4);
}

struct mc_picture *mc_fb_seen(const struct mc_fb *fb, uint32_t x, uint32_t y,
			      uint32_t width, uint32_t height)
{
	struct mc_picture *picture = mc_picture(width, height);
	uint32_t px, py;

	for (py = 0; py < height; py++)
		for (px = 0; px < width; px++)
			picture->pixels[(size_t)py * width + px] =
				mc_fb_pixel(fb, x + px, y + py);
	return picture;
}
