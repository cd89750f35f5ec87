// SPDX-License-Identifier: MIT
/*
 * Buffers of a context, mapped, and chunks: their pixels and their release.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/dma-buf.h>

#include "lib_miracast_buffer.h"

static struct mc_buffer *find_buffer(struct mc_ctx *ctx, uint64_t number)
{
	unsigned int i;

	for (i = 0; i < MC_BUFFERS; i++)
		if (ctx->buffers[i].map &&
		    ctx->buffers[i].info.buffer == number)
			return &ctx->buffers[i];
	return NULL;
}

static void reading(struct mc_buffer *buffer, bool begin)
{
	struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_READ };
	unsigned int i;

	if (!buffer || buffer->reading == begin)
		return;
	sync.flags |= begin ? DMA_BUF_SYNC_START : DMA_BUF_SYNC_END;
	for (i = 0; i < buffer->info.object_count; i++)
		mc_expect(mc_ioctl_errno(buffer->info.fds[i],
					 DMA_BUF_IOCTL_SYNC, &sync), 0);
	buffer->reading = begin;
}

int mc_try_release(struct mc_ctx *ctx, const struct mc_chunk *chunk)
{
	reading(find_buffer(ctx, chunk->event.buffer), false);
	return mc_release_fenced(ctx->fd, chunk->event.buffer,
				 chunk->event.chunk_id, -1);
}

void mc_release(struct mc_ctx *ctx, const struct mc_chunk *chunk)
{
	mc_expect(mc_try_release(ctx, chunk), 0);
}

static struct mc_buffer *free_buffer(struct mc_ctx *ctx)
{
	unsigned int i;

	for (i = 0; i < MC_BUFFERS; i++)
		if (!ctx->buffers[i].map)
			return &ctx->buffers[i];
	igt_assert_f(false, "more than %u buffers\n", MC_BUFFERS);
	return NULL;
}

static uint32_t plane_count(uint32_t fourcc)
{
	return fourcc == DRM_FORMAT_NV12 ? 2 : 1;
}

/* Bytes that the lines of a plane need, and how many lines there are. */
static uint32_t line_bytes(const struct drm_miracast_buffer *info,
			   uint32_t plane)
{
	switch (info->fourcc) {
	case DRM_FORMAT_NV12:
		return plane ? (info->width + 1) / 2 * 2 : info->width;
	case DRM_FORMAT_RGB565:
		return info->width * 2;
	default:
		return info->width * 4;
	}
}

static uint32_t line_count(const struct drm_miracast_buffer *info,
			   uint32_t plane)
{
	return plane ? (info->height + 1) / 2 : info->height;
}

static void check_buffer(struct mc_ctx *ctx,
			 const struct drm_miracast_buffer *info,
			 uint64_t number)
{
	unsigned int i;

	igt_assert_eq_u64(info->buffer, number);
	igt_assert_eq_u64(info->modifier, DRM_FORMAT_MOD_LINEAR);
	if (ctx->format)
		igt_assert_eq_u32(info->fourcc, ctx->format);
	igt_assert_eq_u32(info->plane_count, plane_count(info->fourcc));
	igt_assert_lte_u64(1, info->object_count);
	igt_assert_lte_u64(info->object_count, info->plane_count);
	igt_assert_eq_u32(info->flags, 0);
	for (i = 0; i < info->plane_count; i++) {
		igt_assert(info->planes[i].object < info->object_count);
		igt_assert_lte_u64(line_bytes(info, i), info->planes[i].pitch);
	}
	for (i = info->object_count; i < DRM_MIRACAST_MAX_PLANES; i++)
		igt_assert_eq(info->fds[i], -1);
}

static void map_buffer(struct mc_buffer *buffer)
{
	const struct drm_miracast_buffer *info = &buffer->info;
	unsigned int i;

	for (i = 0; i < info->object_count; i++) {
		off_t size = lseek(info->fds[i], 0, SEEK_END);

		igt_assert(size > 0);
		buffer->sizes[i] = size;
		buffer->maps[i] = mc_map(info->fds[i], size, PROT_READ, 0);
	}
	for (i = 0; i < info->plane_count; i++) {
		const struct drm_miracast_plane *plane = &info->planes[i];

		igt_assert_lte_u64(plane->offset + (uint64_t)plane->pitch *
				   (line_count(info, i) - 1) +
				   line_bytes(info, i),
				   buffer->sizes[plane->object]);
	}
	buffer->map = buffer->maps[0];
	buffer->size = buffer->sizes[0];
	buffer->reading = false;
}

static struct mc_buffer *get_buffer(struct mc_ctx *ctx, uint64_t number)
{
	struct mc_buffer *buffer = find_buffer(ctx, number);

	if (buffer)
		return buffer;
	buffer = free_buffer(ctx);
	mc_expect(mc_get_buffer_errno(ctx->fd, number, &buffer->info), 0);
	check_buffer(ctx, &buffer->info, number);
	map_buffer(buffer);
	return buffer;
}

const struct mc_buffer *mc_buffer(struct mc_ctx *ctx, uint64_t number)
{
	return get_buffer(ctx, number);
}

void mc_buffer_drop(struct mc_ctx *ctx, uint64_t number)
{
	struct mc_buffer *buffer = find_buffer(ctx, number);
	unsigned int i;

	if (!buffer)
		return;
	for (i = 0; i < buffer->info.object_count; i++) {
		mc_unmap((void *)buffer->maps[i], buffer->sizes[i]);
		mc_close(buffer->info.fds[i]);
	}
	buffer->map = NULL;
}

const uint8_t *mc_chunk_plane(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			      unsigned int plane, uint32_t *pitch)
{
	struct mc_buffer *buffer = get_buffer(ctx, chunk->event.buffer);
	const struct drm_miracast_plane *place = &buffer->info.planes[plane];

	igt_assert(plane < buffer->info.plane_count);
	igt_assert(chunk->event.src_x + chunk->event.width <=
		   buffer->info.width);
	igt_assert(chunk->event.src_y + chunk->event.height <=
		   buffer->info.height);
	reading(buffer, true);
	*pitch = place->pitch;
	return buffer->maps[place->object] + place->offset;
}

const uint8_t *mc_chunk_pixels(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			       uint32_t *pitch)
{
	const uint8_t *first = mc_chunk_plane(ctx, chunk, 0, pitch);

	return first + (size_t)chunk->event.src_y * *pitch +
	       (size_t)chunk->event.src_x * 4;
}
