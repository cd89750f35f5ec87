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

u32 miracast_caps(const struct miracast_device *mdev);
dev_t miracast_card_number(const struct miracast_device *mdev);
bool miracast_copy_offered(u32 fourcc, u64 modifier,
			   const struct drm_miracast_color *color);
int miracast_query_caps(struct miracast_device *mdev,
			struct drm_miracast_query_caps *args);

#endif
