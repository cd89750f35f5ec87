// SPDX-License-Identifier: MIT
/*
 * Sets of buffers that an owner provides, in any arrangement.
 */
#include "miracast_owner_buffers.h"

static unsigned int plane_count(uint32_t format)
{
	return format == DRM_FORMAT_NV12 ? 2 : 1;
}

static uint32_t line_bytes(uint32_t format, unsigned int plane, uint32_t width)
{
	if (format != DRM_FORMAT_NV12)
		return width * 4;
	return plane ? (width + 1) / 2 * 2 : width;
}

static uint32_t line_count(unsigned int plane, uint32_t height)
{
	return plane ? (height + 1) / 2 : height;
}

static unsigned int dmabuf_of(const struct layout *layout, unsigned int buffer,
			      unsigned int plane)
{
	unsigned int first = layout->shared ? 0 : buffer;

	return layout->split ? 2 * first + plane : first;
}

/* Puts plane after plane into its dma-buf; @used has the bytes used of each. */
static void arrange(struct set *set, size_t *used)
{
	const struct layout *layout = &set->layout;
	unsigned int planes = plane_count(layout->format), b, p;

	for (b = 0; b < layout->buffers; b++) {
		struct drm_miracast_owner_buffer *buffer = &set->buffers[b];

		buffer->plane_count = planes;
		buffer->object_count = layout->split ? planes : 1;
		for (p = 0; p < planes; p++) {
			unsigned int d = dmabuf_of(layout, b, p);
			uint32_t pitch = layout->pitch;

			if (!pitch)
				pitch = line_bytes(layout->format, 1,
						   layout->width);
			used[d] += layout->offset;
			buffer->planes[p].object = layout->split ? p : 0;
			buffer->planes[p].pitch = pitch;
			buffer->planes[p].offset = used[d];
			used[d] += (size_t)pitch *
				   line_count(p, layout->height);
			if (d >= set->dmabufs)
				set->dmabufs = d + 1;
		}
	}
}

static struct mc_dmabuf *make_dmabuf(const struct layout *layout, size_t size)
{
	if (!layout->exporter_flags)
		return mc_dmabuf(layout->exporter, size);
	igt_assert_eq(layout->exporter, MC_TEST);
	return mc_dmabuf_awkward((size + 4095) / 4096 * 4096, 0,
				 layout->exporter_flags);
}

struct set *set_make(const struct layout *layout)
{
	struct set *set = calloc(1, sizeof(*set));
	size_t used[2 * MOST_BUFFERS] = {};
	unsigned int b, o, d;

	igt_assert(set && layout->buffers <= MOST_BUFFERS);
	mc_require_exporter(layout->exporter);
	set->layout = *layout;
	arrange(set, used);
	for (d = 0; d < set->dmabufs; d++) {
		set->dmabuf[d] = make_dmabuf(layout, used[d]);
		memset(set->dmabuf[d]->map, UNTOUCHED, set->dmabuf[d]->size);
	}
	for (b = 0; b < layout->buffers; b++)
		for (o = 0; o < DRM_MIRACAST_MAX_PLANES; o++)
			set->buffers[b].fds[o] =
				o >= set->buffers[b].object_count ? -1 :
				set->dmabuf[dmabuf_of(layout, b, o)]->fd;
	return set;
}

struct set *set_simple(uint32_t width, uint32_t height, uint32_t buffers)
{
	struct layout layout = {
		.exporter = MC_VGEM,
		.format = DRM_FORMAT_XRGB8888,
		.buffers = buffers,
		.width = width,
		.height = height,
	};

	return set_make(&layout);
}

int set_give_errno(struct mc_ctx *ctx, const struct set *set)
{
	return mc_set_buffers_errno(ctx->fd, set->buffers,
				    set->layout.buffers);
}

void set_give(struct mc_ctx *ctx, const struct set *set)
{
	mc_expect(set_give_errno(ctx, set), 0);
}

void set_unmap(struct set *set)
{
	unsigned int d;

	for (d = 0; d < set->dmabufs; d++)
		mc_dmabuf_unmap(set->dmabuf[d]);
}

void set_close(struct set *set)
{
	unsigned int d;

	set_unmap(set);
	for (d = 0; d < set->dmabufs; d++)
		mc_dmabuf_close(set->dmabuf[d]);
}

static bool is_there(const struct set *set, unsigned int b,
		     const struct drm_miracast_buffer *info)
{
	const struct drm_miracast_owner_buffer *buffer = &set->buffers[b];
	unsigned int o;

	if (memcmp(info->planes, buffer->planes,
		   buffer->plane_count * sizeof(buffer->planes[0])))
		return false;
	for (o = 0; o < buffer->object_count; o++)
		if (mc_inode(info->fds[o]) != mc_inode(buffer->fds[o]))
			return false;
	return true;
}

unsigned int set_index(struct mc_ctx *ctx, const struct set *set,
		       const struct mc_chunk *chunk)
{
	const struct drm_miracast_buffer *info =
		&mc_buffer(ctx, chunk->event.buffer)->info;
	unsigned int b;

	igt_assert_eq_u32(info->plane_count, plane_count(set->layout.format));
	igt_assert_eq_u32(info->object_count, set->buffers[0].object_count);
	igt_assert_eq_u32(info->width, chunk->event.width);
	igt_assert_eq_u32(info->height, chunk->event.height);
	for (b = 0; b < set->layout.buffers; b++)
		if (is_there(set, b, info))
			return b;
	igt_assert_f(false, "buffer %llu is none of the owner's\n",
		     (unsigned long long)chunk->event.buffer);
	return 0;
}

uint8_t *set_plane(const struct set *set, unsigned int index,
		   unsigned int plane)
{
	unsigned int d = dmabuf_of(&set->layout, index, plane);

	return set->dmabuf[d]->map + set->buffers[index].planes[plane].offset;
}

void set_assert_outside(const struct set *set, uint32_t width, uint32_t height)
{
	const struct layout *layout = &set->layout;
	uint8_t *shadow[2 * MOST_BUFFERS];
	unsigned int b, p, d;
	uint32_t y;
	size_t i;

	for (d = 0; d < set->dmabufs; d++) {
		shadow[d] = malloc(set->dmabuf[d]->size);
		igt_assert(shadow[d]);
		memcpy(shadow[d], set->dmabuf[d]->map, set->dmabuf[d]->size);
	}
	/* Ignores the pixels that may be written; all other bytes must be unchanged. */
	for (b = 0; width && b < layout->buffers; b++) {
		for (p = 0; p < plane_count(layout->format); p++) {
			const struct drm_miracast_plane *plane =
				&set->buffers[b].planes[p];
			uint8_t *first = shadow[dmabuf_of(layout, b, p)] +
					 plane->offset;

			for (y = 0; y < line_count(p, height); y++)
				memset(first + (size_t)y * plane->pitch,
				       UNTOUCHED,
				       line_bytes(layout->format, p, width));
		}
	}
	for (d = 0; d < set->dmabufs; d++) {
		for (i = 0; i < set->dmabuf[d]->size; i++)
			igt_assert_f(shadow[d][i] == UNTOUCHED,
				     "byte %zu of dma-buf %u is %#x\n", i, d,
				     shadow[d][i]);
		free(shadow[d]);
	}
}

/* Scenes */

struct drm_miracast_create_context owner_limits(const struct layout *layout)
{
	struct drm_miracast_create_context limits =
		mc_limits(layout->width, layout->height, layout->buffers);

	limits.format = layout->format;
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	return limits;
}

struct mc_scene *owner_scene_lit(const struct layout *layout)
{
	struct drm_miracast_create_context limits = owner_limits(layout);

	return mc_scene_lit(mc_card_open(), &limits, 60000);
}

struct mc_scene *owner_scene(const struct set *set)
{
	struct mc_scene *scene = owner_scene_lit(&set->layout);

	set_give(scene->ctx, set);
	mc_complete_mode(scene->ctx, &scene->mode_set);
	return scene;
}
