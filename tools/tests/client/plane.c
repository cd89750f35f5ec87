// SPDX-License-Identifier: MIT
#include "plane.h"

#include <xf86drm.h>
#include <xf86drmMode.h>

#include "property.h"

static uint32_t crtc_index(int fd, uint32_t crtc)
{
	drmModeResPtr res = drmModeGetResources(fd);
	uint32_t index = 0;
	int i;

	for (i = 0; res && i < res->count_crtcs; i++)
		if (res->crtcs[i] == crtc)
			index = (uint32_t)i;
	drmModeFreeResources(res);
	return index;
}

uint32_t kms_primary_plane(int fd, uint32_t crtc)
{
	drmModePlaneResPtr planes = drmModeGetPlaneResources(fd);
	uint32_t index = crtc_index(fd, crtc), found = 0, i;
	drmModePlanePtr plane;
	uint64_t type = 0;

	for (i = 0; planes && i < planes->count_planes && !found; i++) {
		plane = drmModeGetPlane(fd, planes->planes[i]);
		kms_property(fd, planes->planes[i], DRM_MODE_OBJECT_PLANE, "type", &type);
		if (plane && type == DRM_PLANE_TYPE_PRIMARY && plane->possible_crtcs & 1u << index)
			found = plane->plane_id;
		drmModeFreePlane(plane);
	}
	drmModeFreePlaneResources(planes);
	return found;
}
