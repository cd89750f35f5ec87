// SPDX-License-Identifier: GPL-2.0
/*
 * Where the pixels of a buffer are.
 *
 * Pure arithmetic on XRGB8888 and NV12, the formats of COPY; no state, no lock.
 */
#include <linux/align.h>
#include <linux/kernel.h>

#include <drm/drm_fourcc.h>

#include "miracast_layout.h"

/**
 * miracast_layout_plane_count - Planes of a format
 * @fourcc: XRGB8888 or NV12
 *
 * Return: their number.
 */
u32 miracast_layout_plane_count(u32 fourcc)
{
	return fourcc == DRM_FORMAT_NV12 ? 2 : 1;
}

/* Bytes of a line: of chroma in NV12 as many as of luma, of an even number of pixels. */
static u32 line_bytes_of(u32 fourcc, u32 width)
{
	return fourcc == DRM_FORMAT_NV12 ? ALIGN(width, 2) : width * 4;
}

/* Lines of a plane. */
static u32 plane_lines(u32 fourcc, u32 plane, u32 height)
{
	return fourcc == DRM_FORMAT_NV12 && plane ? DIV_ROUND_UP(height, 2) :
						    height;
}

/**
 * miracast_layout_init - Lay a buffer of the driver's own out
 * @layout: the layout
 * @fourcc: XRGB8888 or NV12
 * @width: width, at most 65535
 * @height: height, at most 65535
 *
 * One object; planes follow each other. Lines start at multiples of
 * %MIRACAST_PITCH_ALIGN bytes, and there is a multiple of %MIRACAST_LINES_ALIGN of
 * them.
 */
void miracast_layout_init(struct miracast_layout *layout, u32 fourcc,
			  u32 width, u32 height)
{
	u32 pitch = ALIGN(line_bytes_of(fourcc, width), MIRACAST_PITCH_ALIGN);

	*layout = (struct miracast_layout) {
		.fourcc = fourcc,
		.width = width,
		.height = height,
		.plane_count = miracast_layout_plane_count(fourcc),
		.object_count = 1,
		.planes[0].pitch = pitch,
	};
	if (layout->plane_count == 1)
		return;

	layout->planes[1].pitch = pitch;
	layout->planes[1].offset = (u64)pitch * ALIGN(height, MIRACAST_LINES_ALIGN);
}

/**
 * miracast_layout_bytes - Bytes of a buffer of the driver's own
 * @layout: from miracast_layout_init()
 *
 * Return: bytes of all planes, with the lines to spare.
 */
u64 miracast_layout_bytes(const struct miracast_layout *layout)
{
	u32 last = layout->plane_count - 1;
	const struct drm_miracast_plane *plane = &layout->planes[last];
	u32 lines = ALIGN(layout->height, MIRACAST_LINES_ALIGN);

	return plane->offset +
	       (u64)plane->pitch * plane_lines(layout->fourcc, last, lines);
}

static bool plane_holds(const struct drm_miracast_plane *plane,
			u64 object_bytes, u32 line_bytes, u32 lines)
{
	u64 last;

	if (plane->pitch < line_bytes || plane->offset > object_bytes)
		return false;

	/* 32 bits times 16 bits. */
	last = (u64)plane->pitch * (lines - 1) + line_bytes;

	return last <= object_bytes - plane->offset;
}

/**
 * miracast_layout_holds - Check whether a picture fits a layout
 * @layout: the layout; width and height are not looked at
 * @object_bytes: bytes of its objects
 * @width: width of the picture, 1 to 65535
 * @height: height of the picture, 1 to 65535
 *
 * Return: true when all lines of all planes lie inside their objects.
 */
bool miracast_layout_holds(const struct miracast_layout *layout,
			   const u64 *object_bytes, u32 width, u32 height)
{
	u32 line_bytes = line_bytes_of(layout->fourcc, width);
	u32 i;

	for (i = 0; i < layout->plane_count; i++) {
		const struct drm_miracast_plane *plane = &layout->planes[i];
		u32 lines = plane_lines(layout->fourcc, i, height);

		if (!plane_holds(plane, object_bytes[plane->object],
				 line_bytes, lines))
			return false;
	}

	return true;
}
