// SPDX-License-Identifier: MIT
#include "picture.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PIXEL_BYTES	4

static uint32_t from_bgr(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

/* The top bits of each component are repeated, as the driver does. */
static uint32_t from_565(const uint8_t *p)
{
	uint32_t word = (uint32_t)p[1] << 8 | p[0];
	uint32_t r = word >> 11, g = word >> 5 & 0x3f, b = word & 0x1f;

	return (r << 3 | r >> 2) << 16 | (g << 2 | g >> 4) << 8 |
	       (b << 3 | b >> 2);
}

static void copy_line(uint32_t *to, const uint8_t *from, size_t pixels,
		      uint32_t fourcc)
{
	size_t x;

	switch (fourcc) {
	case DRM_FORMAT_XBGR8888:
	case DRM_FORMAT_ABGR8888:
		for (x = 0; x < pixels; x++)
			to[x] = from_bgr(from + x * 4);
		break;
	case DRM_FORMAT_RGB565:
		for (x = 0; x < pixels; x++)
			to[x] = from_565(from + x * 2);
		break;
	default:
		memcpy(to, from, pixels * PIXEL_BYTES);
	}
}

static int reserve(struct mc_picture *picture, size_t pixels)
{
	uint32_t *room;

	if (pixels <= picture->room)
		return 0;
	room = realloc(picture->pixels, pixels * PIXEL_BYTES);
	if (!room)
		return -ENOMEM;
	picture->pixels = room;
	picture->room = pixels;
	return 0;
}

int mc_picture_resize(struct mc_picture *picture, uint32_t width,
		      uint32_t height)
{
	size_t pixels = (size_t)width * height;
	int ret = reserve(picture, pixels);

	if (ret)
		return ret;
	memset(picture->pixels, 0, pixels * PIXEL_BYTES);
	picture->width = width;
	picture->height = height;
	return 0;
}

void mc_picture_free(struct mc_picture *picture)
{
	free(picture->pixels);
	memset(picture, 0, sizeof(*picture));
}

static bool clip_fits(const struct drm_clip_rect *clip,
		      const struct mc_picture *picture)
{
	return clip->x1 < clip->x2 && clip->x2 <= picture->width &&
	       clip->y1 < clip->y2 && clip->y2 <= picture->height;
}

static bool chunk_fits(const struct mc_picture *picture,
		       const struct mc_event *event,
		       const struct mc_buffer *buffer)
{
	const struct drm_miracast_event_chunk *chunk = &event->chunk;
	const struct drm_miracast_buffer *info = &buffer->info;
	uint32_t bytes = mc_pixel_bytes(info->fourcc);
	uint32_t i;

	if (!bytes)
		return false;
	if (chunk->width != picture->width || chunk->height != picture->height)
		return false;
	if ((uint64_t)chunk->src_x + chunk->width > info->width ||
	    (uint64_t)chunk->src_y + chunk->height > info->height ||
	    (uint64_t)info->width * bytes > info->planes[0].pitch)
		return false;
	for (i = 0; i < chunk->clip_count; i++)
		if (!clip_fits(&event->clips[i], picture))
			return false;
	return true;
}

static void copy_clip(struct mc_picture *picture,
		      const struct drm_clip_rect *clip, const uint8_t *source,
		      size_t pitch, uint32_t fourcc)
{
	size_t y;

	for (y = clip->y1; y < clip->y2; y++)
		copy_line(picture->pixels + y * picture->width + clip->x1,
			  source + y * pitch +
			  (size_t)clip->x1 * mc_pixel_bytes(fourcc),
			  (size_t)(clip->x2 - clip->x1), fourcc);
}

int mc_picture_apply(struct mc_picture *picture, const struct mc_event *event,
		     const struct mc_buffer *buffer, uint64_t *damaged)
{
	const struct drm_miracast_event_chunk *chunk = &event->chunk;
	const struct drm_miracast_plane *plane = &buffer->info.planes[0];
	const struct drm_clip_rect *clip;
	const uint8_t *source;
	uint32_t i;

	*damaged = 0;
	if (!chunk_fits(picture, event, buffer))
		return -EPROTO;
	source = buffer->maps[plane->object] + plane->offset +
		 (size_t)chunk->src_y * plane->pitch +
		 (size_t)chunk->src_x * mc_pixel_bytes(buffer->info.fourcc);
	for (i = 0; i < chunk->clip_count; i++) {
		clip = &event->clips[i];
		copy_clip(picture, clip, source, plane->pitch,
			  buffer->info.fourcc);
		*damaged += (uint64_t)(clip->x2 - clip->x1) *
			    (uint64_t)(clip->y2 - clip->y1);
	}
	if (!DRM_MIRACAST_CHUNK_PART(chunk->chunk_id))
		picture->serial++;
	return 0;
}

int mc_picture_copy(struct mc_picture *to, const struct mc_picture *from)
{
	size_t pixels = (size_t)from->width * from->height;
	int ret = reserve(to, pixels);

	if (ret)
		return ret;
	memcpy(to->pixels, from->pixels, pixels * PIXEL_BYTES);
	to->width = from->width;
	to->height = from->height;
	to->serial = from->serial;
	return 0;
}
