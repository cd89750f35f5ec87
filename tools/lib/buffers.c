// SPDX-License-Identifier: MIT
#include "buffers.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <linux/dma-buf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

uint32_t mc_pixel_bytes(uint32_t fourcc)
{
	switch (fourcc) {
	case DRM_FORMAT_XRGB8888:
	case DRM_FORMAT_ARGB8888:
	case DRM_FORMAT_XBGR8888:
	case DRM_FORMAT_ABGR8888:
		return 4;
	case DRM_FORMAT_RGB565:
		return 2;
	default:
		return 0;
	}
}

static void unmap(struct mc_buffer *buffer)
{
	uint32_t i;

	for (i = 0; i < DRM_MIRACAST_MAX_PLANES; i++) {
		if (buffer->maps[i])
			munmap((void *)(uintptr_t)buffer->maps[i], buffer->sizes[i]);
		if (buffer->info.fds[i] >= 0)
			close(buffer->info.fds[i]);
	}
	free(buffer);
}

static int map_object(struct mc_buffer *buffer, uint32_t i)
{
	off_t size = lseek(buffer->info.fds[i], 0, SEEK_END);
	void *map;

	if (size <= 0)
		return size ? -errno : -EPROTO;
	map = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED,
		   buffer->info.fds[i], 0);
	/*
	 * Exporters that allow no mapping answer ENODEV; that does not mean that the device
	 * is gone.
	 */
	if (map == MAP_FAILED)
		return errno == ENODEV ? -EOPNOTSUPP : -errno;
	buffer->maps[i] = map;
	buffer->sizes[i] = (size_t)size;
	return 0;
}

static int map_objects(struct mc_buffer *buffer)
{
	uint32_t i;
	int ret = 0;

	if (buffer->info.object_count > DRM_MIRACAST_MAX_PLANES)
		return -EPROTO;
	for (i = 0; i < buffer->info.object_count && !ret; i++)
		ret = map_object(buffer, i);
	return ret;
}

/* A plane must lie within its dma-buf; its last line, of @last bytes, may be short. */
static bool plane_fits(const struct mc_buffer *buffer,
		       const struct drm_miracast_plane *plane, uint32_t lines,
		       uint64_t last)
{
	uint64_t end;

	if (!lines || plane->object >= buffer->info.object_count ||
	    last > plane->pitch)
		return false;
	end = plane->offset + (uint64_t)plane->pitch * (lines - 1) + last;
	return plane->offset <= buffer->sizes[plane->object] &&
	       end <= buffer->sizes[plane->object];
}

/* Of formats unknown to this library only the first plane is checked. */
static bool planes_fit(const struct mc_buffer *buffer)
{
	const struct drm_miracast_buffer *info = &buffer->info;
	uint64_t last = (uint64_t)info->width * mc_pixel_bytes(info->fourcc);

	if (info->plane_count < 1)
		return false;
	if (info->fourcc == DRM_FORMAT_NV12)
		return info->plane_count >= 2 &&
		       plane_fits(buffer, &info->planes[0], info->height,
				  info->width) &&
		       plane_fits(buffer, &info->planes[1],
				  info->height / 2 + info->height % 2,
				  ((uint64_t)info->width + 1) / 2 * 2);
	return plane_fits(buffer, &info->planes[0], info->height,
			  last ? last : info->planes[0].pitch);
}

static int ask(const struct mc_context *context, uint64_t number,
	       struct mc_buffer *buffer)
{
	struct drm_miracast_get_buffer in = { .buffer = number };
	int ret, i;

	ret = mc_io_control(context, DRM_MIRACAST_CODE_GET_BUFFER, &in,
			    sizeof(in), &buffer->info, sizeof(buffer->info));
	if (ret)
		for (i = 0; i < DRM_MIRACAST_MAX_PLANES; i++)
			buffer->info.fds[i] = -1;
	return ret;
}

static int load(const struct mc_context *context, uint64_t number,
		struct mc_buffer **out)
{
	struct mc_buffer *buffer = calloc(1, sizeof(*buffer));
	int ret;

	if (!buffer)
		return -ENOMEM;
	ret = ask(context, number, buffer);
	if (!ret)
		ret = map_objects(buffer);
	if (!ret && !planes_fit(buffer))
		ret = -EPROTO;
	if (ret)
		unmap(buffer);
	else
		*out = buffer;
	return ret;
}

/* Each context counts its buffers from 1. */
static bool is_buffer(const struct mc_buffer *buffer, uint64_t context, uint64_t number)
{
	return buffer->context == context && buffer->info.buffer == number;
}

int mc_buffers_get(struct mc_buffers *buffers, const struct mc_context *context,
		   uint64_t number, struct mc_buffer **out)
{
	struct mc_buffer *buffer;
	int ret;

	for (buffer = buffers->first; buffer; buffer = buffer->next) {
		if (!is_buffer(buffer, context->number, number))
			continue;
		*out = buffer;
		return 0;
	}
	ret = load(context, number, &buffer);
	if (ret)
		return ret;
	buffer->context = context->number;
	buffer->next = buffers->first;
	buffers->first = buffer;
	*out = buffer;
	return 0;
}

static void unlink_buffer(struct mc_buffer **link)
{
	struct mc_buffer *buffer = *link;

	*link = buffer->next;
	unmap(buffer);
}

void mc_buffers_drop(struct mc_buffers *buffers, const struct mc_context *context,
		     uint64_t number)
{
	struct mc_buffer **link = &buffers->first;

	while (*link && !is_buffer(*link, context->number, number))
		link = &(*link)->next;
	if (*link)
		unlink_buffer(link);
}

void mc_buffers_clear(struct mc_buffers *buffers)
{
	while (buffers->first)
		unlink_buffer(&buffers->first);
}

static int sync_object(int fd, uint64_t flags)
{
	struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_READ | flags };

	return drmIoctl(fd, DMA_BUF_IOCTL_SYNC, &sync) ? -errno : 0;
}

/* All of the first @count, also behind one that fails. Returns the first error. */
static int end_objects(const struct mc_buffer *buffer, uint32_t count)
{
	int ret = 0, err;
	uint32_t i;

	for (i = 0; i < count; i++) {
		err = sync_object(buffer->info.fds[i], DMA_BUF_SYNC_END);
		if (!ret)
			ret = err;
	}
	return ret;
}

int mc_buffer_begin(const struct mc_buffer *buffer)
{
	uint32_t i;
	int ret;

	for (i = 0; i < buffer->info.object_count; i++) {
		ret = sync_object(buffer->info.fds[i], DMA_BUF_SYNC_START);
		if (!ret)
			continue;
		end_objects(buffer, i);
		return ret;
	}
	return 0;
}

int mc_buffer_end(const struct mc_buffer *buffer)
{
	return end_objects(buffer, buffer->info.object_count);
}
