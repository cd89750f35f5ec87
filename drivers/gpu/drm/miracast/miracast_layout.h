/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the pixels of a buffer are: pure arithmetic.
 */
#ifndef _MIRACAST_LAYOUT_H_
#define _MIRACAST_LAYOUT_H_

#include <linux/types.h>

#include <uapi/drm/miracast_drm.h>

/*
 * Padding that GPUs and encoders need: bytes per line and the number of lines are
 * multiples of these.
 */
#define MIRACAST_PITCH_ALIGN	DRM_MIRACAST_PITCH_ALIGN
#define MIRACAST_LINES_ALIGN	DRM_MIRACAST_LINES_ALIGN

/**
 * struct miracast_layout - Format, size and planes of a buffer
 * @fourcc: DRM format
 * @width: width, pixels
 * @height: height, pixels
 * @plane_count: valid elements of @planes
 * @object_count: dma-bufs that the planes are in
 * @planes: where the planes are
 */
struct miracast_layout {
	u32 fourcc;
	u32 width;
	u32 height;
	u32 plane_count;
	u32 object_count;
	struct drm_miracast_plane planes[DRM_MIRACAST_MAX_PLANES];
};

void miracast_layout_init(struct miracast_layout *layout, u32 fourcc,
			  u32 width, u32 height);
int miracast_layout_of_owner(struct miracast_layout *layout, u32 fourcc,
			     const struct drm_miracast_owner_buffer *user);
u64 miracast_layout_bytes(const struct miracast_layout *layout);
bool miracast_layout_holds(const struct miracast_layout *layout,
			   const u64 *object_bytes, u32 width, u32 height);

#endif
