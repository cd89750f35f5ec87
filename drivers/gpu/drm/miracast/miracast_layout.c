// SPDX-License-Identifier: GPL-2.0
/*
 * Where the pixels of a buffer are.
 *
 * Pure arithmetic on XRGB8888 and NV12, the formats of COPY; no state, no lock.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <drm/drm_fourcc.h>

#include "miracast_layout.h"

/* Number of planes of a format. */
static u32 plane_count_of(u32 fourcc)
{
	return fourcc == DRM_FORMAT_NV12 ? 2 : 1;
}

/* Bytes of a line; in NV12 a line of chroma has as many as one of luma, rounded to even. */
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
 * miracast_layout_init - Get the layout of a buffer of the driver's own
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
		.plane_count = plane_count_of(fourcc),
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

/* Pixels are written as words in XRGB8888, chroma as pairs of bytes in NV12. */
static bool is_plane_malformed(const struct drm_miracast_plane *plane,
			       u32 object_count, u32 align)
{
	return plane->object >= object_count || !IS_ALIGNED(plane->pitch, align) ||
	       !IS_ALIGNED(plane->offset, align);
}

/*
 * Check whether elements beyond the counts are in use: a later version may give them a
 * meaning. There is no file in them: 0, or -1 as in the answer of GET_BUFFER.
 */
static bool has_more(const struct drm_miracast_owner_buffer *user)
{
	u32 i;

	for (i = user->object_count; i < ARRAY_SIZE(user->fds); i++)
		if (user->fds[i] && user->fds[i] != -1)
			return true;

	return memchr_inv(user->planes + user->plane_count, 0,
			  sizeof(user->planes) -
			  user->plane_count * sizeof(user->planes[0]));
}

/**
 * miracast_layout_of_owner - Get the layout of a buffer that the owner provides
 * @layout: filled in, except for width and height
 * @fourcc: XRGB8888 or NV12, the format that is wanted
 * @user: the buffer as SET_BUFFERS describes it
 *
 * Return: 0, -EINVAL or -EOPNOTSUPP.
 */
int miracast_layout_of_owner(struct miracast_layout *layout, u32 fourcc,
			     const struct drm_miracast_owner_buffer *user)
{
	u32 align = fourcc == DRM_FORMAT_NV12 ? 2 : 4;
	u32 i;

	if (user->flags || user->color.reserved)
		return -EINVAL;
	if (user->modifier != DRM_FORMAT_MOD_LINEAR ||
	    (user->fourcc && user->fourcc != fourcc) ||
	    memchr_inv(&user->color, 0, sizeof(user->color)))
		return -EOPNOTSUPP;
	if (user->plane_count != plane_count_of(fourcc) ||
	    !user->object_count || user->object_count > user->plane_count ||
	    has_more(user))
		return -EINVAL;

	for (i = 0; i < user->plane_count; i++) {
		if (is_plane_malformed(&user->planes[i], user->object_count,
				       align))
			return -EINVAL;
		layout->planes[i] = user->planes[i];
	}
	layout->fourcc = fourcc;
	layout->plane_count = user->plane_count;
	layout->object_count = user->object_count;

	return 0;
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
