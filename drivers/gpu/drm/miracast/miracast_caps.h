/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the device offers: capabilities, budget and formats.
 */
#ifndef _MIRACAST_CAPS_H_
#define _MIRACAST_CAPS_H_

#include <linux/kdev_t.h>
#include <linux/types.h>

#include <uapi/drm/miracast_drm.h>

struct miracast_device;

/*
 * Flags of CREATE_CONTEXT that need a capability, except TRUSTED by the DRM master
 * for its own screen.
 */
#define MIRACAST_PRIVILEGED_FLAGS \
	(DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER | \
	 DRM_MIRACAST_CONTEXT_FLAG_TRUSTED | \
	 DRM_MIRACAST_CONTEXT_FLAG_HDCP)
/* All flags of CREATE_CONTEXT. */
#define MIRACAST_CONTEXT_FLAGS \
	(DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA | \
	 DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS | \
	 DRM_MIRACAST_CONTEXT_FLAG_CONTROL | MIRACAST_PRIVILEGED_FLAGS)

u32 miracast_caps(const struct miracast_device *mdev);
dev_t miracast_card_number(const struct miracast_device *mdev);
bool miracast_caps_copy_offered(u32 fourcc, u64 modifier,
				const struct drm_miracast_color *color);
int miracast_query_caps(struct miracast_device *mdev, u64 io_control_codes,
			struct drm_miracast_query_caps *args);

#endif
