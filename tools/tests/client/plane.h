/* SPDX-License-Identifier: MIT */
#ifndef KMS_PLANE_H
#define KMS_PLANE_H

#include <stdint.h>

/*
 * The primary plane of a CRTC, or 0 when it has none. The client has
 * DRM_CLIENT_CAP_UNIVERSAL_PLANES.
 */
uint32_t kms_primary_plane(int fd, uint32_t crtc);

#endif
