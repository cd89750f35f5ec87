// SPDX-License-Identifier: MIT
#include "drivermemory.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <gst/allocators/gstdmabuf.h>
#include <unistd.h>

#include "buffers.h"

/* What is mapped lives as long as the memory that was made of it. */
struct driver_mapping {
	struct mc_buffers cache; /* of one */
	struct mc_buffer *buffer;
};

static void unmap(gpointer data)
{
	struct driver_mapping *mapping = data;

	mc_buffers_clear(&mapping->cache);
}

static void let_go(gpointer mapping)
{
	g_atomic_rc_box_release_full(mapping, unmap);
}

static void describe(struct driver_memory *memory, const struct drm_miracast_buffer *info)
{
	gsize start[DRM_MIRACAST_MAX_PLANES + 1] = { 0 };

	for (guint nth = 0; nth < memory->count; nth++)
		start[nth + 1] = start[nth] + gst_memory_get_sizes(memory->memory[nth], NULL, NULL);
	memory->width = info->width;
	memory->height = info->height;
	memory->fourcc = info->fourcc;
	memory->modifier = info->modifier;
	memory->planes = info->plane_count;
	for (guint nth = 0; nth < info->plane_count; nth++) {
		memory->offset[nth] = start[info->planes[nth].object] + info->planes[nth].offset;
		memory->stride[nth] = (gint)info->planes[nth].pitch;
	}
}

static guint lines_of(const struct drm_miracast_buffer *info, guint plane)
{
	return info->fourcc == DRM_FORMAT_NV12 && plane ? (info->height + 1) / 2 : info->height;
}

static guint64 line_of(const struct drm_miracast_buffer *info, guint plane)
{
	guint64 width = info->width;

	if (info->fourcc == DRM_FORMAT_NV12)
		return plane ? (width + 1) / 2 * 2 : width;
	return width * MAX(mc_pixel_bytes(info->fourcc), 1);
}

/* Whether all of its planes lie within the dma-bufs. */
static gboolean fits(const struct drm_miracast_buffer *info, const gsize *sizes)
{
	if (info->object_count < 1 || info->object_count > DRM_MIRACAST_MAX_PLANES ||
	    info->plane_count < 1 || info->plane_count > GST_VIDEO_MAX_PLANES ||
	    !info->width || !info->height)
		return FALSE;
	for (guint nth = 0; nth < info->plane_count; nth++) {
		const struct drm_miracast_plane *plane = &info->planes[nth];
		guint64 line = line_of(info, nth), end;

		if (plane->object >= info->object_count || plane->pitch > G_MAXINT ||
		    plane->pitch < line)
			return FALSE;
		end = (guint64)plane->pitch * (lines_of(info, nth) - 1) + line;
		if (plane->offset > sizes[plane->object] ||
		    end > sizes[plane->object] - plane->offset)
			return FALSE;
	}
	return TRUE;
}

static int map(const struct mc_context *context, guint64 number, struct driver_memory *memory)
{
	struct driver_mapping *mapping = g_atomic_rc_box_new0(struct driver_mapping);
	int ret = mc_buffers_get(&mapping->cache, context, number, &mapping->buffer);
	const struct mc_buffer *buffer = mapping->buffer;

	memory->mapping = mapping;
	if (ret)
		return ret;
	if (!fits(&buffer->info, buffer->sizes))
		return -EPROTO;
	memory->count = buffer->info.object_count;
	for (guint nth = 0; nth < memory->count; nth++)
		memory->memory[nth] = gst_memory_new_wrapped(
			GST_MEMORY_FLAG_READONLY, (gpointer)(guintptr)buffer->maps[nth],
			buffer->sizes[nth], 0, buffer->sizes[nth],
			g_atomic_rc_box_acquire(mapping), let_go);
	describe(memory, &buffer->info);
	return 0;
}

static void close_from(struct drm_miracast_buffer *info, guint first)
{
	for (guint nth = first; nth < DRM_MIRACAST_MAX_PLANES; nth++)
		if (info->fds[nth] >= 0)
			close(info->fds[nth]);
}

static int import(const struct mc_context *context, guint64 number, struct driver_memory *memory)
{
	struct drm_miracast_get_buffer in = { .buffer = number };
	struct drm_miracast_buffer info;
	gsize sizes[DRM_MIRACAST_MAX_PLANES] = { 0 };
	GstAllocator *allocator;
	int ret = mc_io_control(context, DRM_MIRACAST_CODE_GET_BUFFER, &in, sizeof(in), &info,
				sizeof(info));

	if (ret)
		return ret;
	for (guint nth = 0; nth < info.object_count && nth < DRM_MIRACAST_MAX_PLANES; nth++) {
		off_t size = lseek(info.fds[nth], 0, SEEK_END);

		sizes[nth] = size > 0 ? (gsize)size : 0;
	}
	if (!fits(&info, sizes)) {
		close_from(&info, 0);
		return -EPROTO;
	}
	allocator = gst_dmabuf_allocator_new();
	for (guint nth = 0; nth < info.object_count; nth++) {
		GstMemory *one = gst_dmabuf_allocator_alloc(allocator, info.fds[nth], sizes[nth]);

		GST_MINI_OBJECT_FLAG_SET(one, GST_MEMORY_FLAG_READONLY);
		memory->memory[memory->count++] = one;
	}
	close_from(&info, info.object_count);
	gst_object_unref(allocator);
	describe(memory, &info);
	return 0;
}

int driver_memory_new(const struct mc_context *context, guint64 number, gboolean dmabuf,
		      struct driver_memory **out)
{
	struct driver_memory *memory = g_atomic_rc_box_new0(struct driver_memory);
	int ret = dmabuf ? import(context, number, memory) : map(context, number, memory);

	if (ret)
		driver_memory_unref(memory);
	else
		*out = memory;
	return ret;
}

struct driver_memory *driver_memory_wrap(GstBuffer *buffer, const GstVideoInfo *info,
					 guint32 fourcc)
{
	struct driver_memory *memory = g_atomic_rc_box_new0(struct driver_memory);
	const GstVideoMeta *meta = gst_buffer_get_video_meta(buffer);

	memory->count = gst_buffer_n_memory(buffer);
	for (guint nth = 0; nth < memory->count; nth++)
		memory->memory[nth] = gst_buffer_get_memory(buffer, nth);
	memory->width = (guint)GST_VIDEO_INFO_WIDTH(info);
	memory->height = (guint)GST_VIDEO_INFO_HEIGHT(info);
	memory->fourcc = fourcc;
	memory->planes = GST_VIDEO_INFO_N_PLANES(info);
	for (guint nth = 0; nth < memory->planes; nth++) {
		memory->offset[nth] = meta ? meta->offset[nth] : info->offset[nth];
		memory->stride[nth] = meta ? meta->stride[nth] : info->stride[nth];
	}
	return memory;
}

struct driver_memory *driver_memory_ref(struct driver_memory *memory)
{
	return g_atomic_rc_box_acquire(memory);
}

static void clear(gpointer data)
{
	struct driver_memory *memory = data;

	for (guint nth = 0; nth < memory->count; nth++)
		gst_memory_unref(memory->memory[nth]);
	g_clear_pointer(&memory->mapping, let_go);
}

void driver_memory_unref(struct driver_memory *memory)
{
	g_atomic_rc_box_release_full(memory, clear);
}

int driver_memory_begin(const struct driver_memory *memory)
{
	return memory->mapping ? mc_buffer_begin(memory->mapping->buffer) : 0;
}

void driver_memory_end(const struct driver_memory *memory)
{
	if (memory->mapping)
		mc_buffer_end(memory->mapping->buffer);
}
