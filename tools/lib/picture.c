// SPDX-License-Identifier: MIT
#include "picture.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mode.h"

#define PIXEL_BYTES	4

_Static_assert((uint64_t)MC_MODE_SIZE_MAX * MC_MODE_SIZE_MAX * PIXEL_BYTES <= 1u << 31,
	       "a picture fits into 32 bits");

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

size_t mc_picture_yuv_size(uint32_t width, uint32_t height)
{
	uint64_t columns = width / 2 + width % 2, rows = height / 2 + height % 2;
	uint64_t luma = (uint64_t)width * height, chroma = 2 * columns * rows;

	return luma > SIZE_MAX || chroma > SIZE_MAX - luma ? SIZE_MAX : (size_t)(luma + chroma);
}

static size_t picture_bytes(const struct mc_picture *picture, uint32_t width,
			    uint32_t height)
{
	return picture->yuv ? mc_picture_yuv_size(width, height) :
	       (size_t)width * height * PIXEL_BYTES;
}

/* Where its pixels are; NULL when there are none, or as long as @yuv is another's. */
static void *memory_of(const struct mc_picture *picture)
{
	return picture->yuv ? (void *)picture->planes : (void *)picture->pixels;
}

static int reserve(struct mc_picture *picture, size_t bytes)
{
	void *have = memory_of(picture), *room;

	if (!bytes || (have && bytes <= picture->room))
		return 0;
	room = realloc(have, bytes);
	if (!room)
		return -ENOMEM;
	/* What it had when it was of the other kind. */
	if (!have) {
		free(picture->yuv ? (void *)picture->pixels : (void *)picture->planes);
		picture->pixels = NULL;
		picture->planes = NULL;
	}
	if (picture->yuv)
		picture->planes = room;
	else
		picture->pixels = room;
	picture->room = bytes;
	return 0;
}

/* In limited range black is not zero. */
static void blacken(struct mc_picture *picture)
{
	size_t luma = (size_t)picture->width * picture->height;
	size_t bytes = picture_bytes(picture, picture->width, picture->height);

	if (!bytes)
		return;
	if (picture->yuv) {
		memset(picture->planes, 16, luma);
		memset(picture->planes + luma, 128, bytes - luma);
	} else {
		memset(picture->pixels, 0, bytes);
	}
}

int mc_picture_resize(struct mc_picture *picture, uint32_t width,
		      uint32_t height)
{
	int ret;

	if (width > MC_MODE_SIZE_MAX || height > MC_MODE_SIZE_MAX)
		return -ERANGE;
	ret = reserve(picture, picture_bytes(picture, width, height));
	if (ret)
		return ret;
	picture->width = width;
	picture->height = height;
	blacken(picture);
	return 0;
}

void mc_picture_free(struct mc_picture *picture)
{
	free(picture->pixels);
	free(picture->planes);
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
	uint32_t bytes = picture->yuv ? 1 : mc_pixel_bytes(info->fourcc);
	bool nv12 = info->fourcc == DRM_FORMAT_NV12;
	uint32_t i;

	if (!bytes || picture->yuv != nv12 || !memory_of(picture))
		return false;
	/* The driver makes NV12 buffers; their pictures begin at the corner. */
	if (picture->yuv && (chunk->src_x || chunk->src_y))
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

static void copy_rgb(struct mc_picture *picture,
		     const struct drm_clip_rect *clip, const struct mc_event *event,
		     const struct mc_buffer *buffer)
{
	const struct drm_miracast_plane *plane = &buffer->info.planes[0];
	uint32_t fourcc = buffer->info.fourcc;
	const uint8_t *source;
	size_t y;

	source = buffer->maps[plane->object] + plane->offset +
		 (size_t)event->chunk.src_y * plane->pitch +
		 (size_t)event->chunk.src_x * mc_pixel_bytes(fourcc);
	for (y = clip->y1; y < clip->y2; y++)
		copy_line(picture->pixels + y * picture->width + clip->x1,
			  source + y * plane->pitch +
			  (size_t)clip->x1 * mc_pixel_bytes(fourcc),
			  (size_t)(clip->x2 - clip->x1), fourcc);
}

/* A block of four pixels that a clip touches has its chroma in the clip. */
static void copy_chroma(struct mc_picture *picture,
			const struct drm_clip_rect *clip, const uint8_t *source,
			size_t pitch)
{
	size_t width = ((size_t)picture->width + 1) / 2;
	size_t height = ((size_t)picture->height + 1) / 2;
	uint8_t *cb = picture->planes + (size_t)picture->width * picture->height;
	uint8_t *cr = cb + width * height;
	size_t x, y;

	for (y = clip->y1 / 2u; y < (clip->y2 + 1u) / 2; y++) {
		for (x = clip->x1 / 2u; x < (clip->x2 + 1u) / 2; x++) {
			cb[y * width + x] = source[y * pitch + 2 * x];
			cr[y * width + x] = source[y * pitch + 2 * x + 1];
		}
	}
}

static void copy_yuv(struct mc_picture *picture,
		     const struct drm_clip_rect *clip,
		     const struct mc_buffer *buffer)
{
	const struct drm_miracast_plane *luma = &buffer->info.planes[0];
	const struct drm_miracast_plane *chroma = &buffer->info.planes[1];
	const uint8_t *source = buffer->maps[luma->object] + luma->offset;
	size_t y;

	for (y = clip->y1; y < clip->y2; y++)
		memcpy(picture->planes + y * picture->width + clip->x1,
		       source + y * luma->pitch + clip->x1,
		       (size_t)(clip->x2 - clip->x1));
	copy_chroma(picture, clip,
		    buffer->maps[chroma->object] + chroma->offset,
		    chroma->pitch);
}

int mc_picture_apply(struct mc_picture *picture, const struct mc_event *event,
		     const struct mc_buffer *buffer, uint64_t *damaged)
{
	const struct drm_miracast_event_chunk *chunk = &event->chunk;
	const struct drm_clip_rect *clip;
	uint32_t i;

	*damaged = 0;
	if (!chunk_fits(picture, event, buffer))
		return -EPROTO;
	for (i = 0; i < chunk->clip_count; i++) {
		clip = &event->clips[i];
		if (picture->yuv)
			copy_yuv(picture, clip, buffer);
		else
			copy_rgb(picture, clip, event, buffer);
		*damaged += (uint64_t)(clip->x2 - clip->x1) *
			    (uint64_t)(clip->y2 - clip->y1);
	}
	if (!DRM_MIRACAST_PART_OF_CHUNK_ID(chunk->chunk_id))
		picture->serial++;
	return 0;
}

int mc_picture_copy(struct mc_picture *to, const struct mc_picture *from)
{
	size_t bytes = picture_bytes(from, from->width, from->height);
	int ret;

	if (to->yuv != from->yuv)
		mc_picture_free(to);
	to->yuv = from->yuv;
	ret = reserve(to, bytes);
	if (ret)
		return ret;
	if (bytes)
		memcpy(memory_of(to), memory_of(from), bytes);
	to->width = from->width;
	to->height = from->height;
	to->serial = from->serial;
	return 0;
}
