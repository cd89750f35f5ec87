/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between the kernels that the module builds for.
 *
 * The rest of the driver reads as if written for the newest of them. In the
 * kernel tree this file goes away.
 */
#ifndef _MIRACAST_COMPAT_H_
#define _MIRACAST_COMPAT_H_

#include <linux/dma-buf.h>
#include <linux/fs.h>
#include <linux/version.h>

#include <drm/drm_atomic_helper.h>
#include <drm/drm_connector.h>
#include <drm/drm_crtc.h>
#include <drm/drm_edid.h>
#include <drm/drm_file.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>
#include <drm/drm_sysfs.h>

/* 6.2: vmap of GEM objects and dma-bufs takes the reservation lock. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
static inline int drm_gem_vmap_unlocked(struct drm_gem_object *obj,
					struct iosys_map *map)
{
	return obj->funcs->vmap(obj, map);
}

static inline void drm_gem_vunmap_unlocked(struct drm_gem_object *obj,
					   struct iosys_map *map)
{
	obj->funcs->vunmap(obj, map);
	iosys_map_clear(map);
}

static inline int dma_buf_vmap_unlocked(struct dma_buf *dma_buf,
					struct iosys_map *map)
{
	return dma_buf_vmap(dma_buf, map);
}

static inline void dma_buf_vunmap_unlocked(struct dma_buf *dma_buf,
					   struct iosys_map *map)
{
	dma_buf_vunmap(dma_buf, map);
}

/* 6.2: the check for a primary plane got its own name. */
static inline int
drm_atomic_helper_check_crtc_primary_plane(struct drm_crtc_state *state)
{
	return drm_atomic_helper_check_crtc_state(state, false);
}
#endif

/* 6.3: updating a connector from its EDID and adding the modes are two steps. */
static inline int miracast_compat_edid_modes(struct drm_connector *connector,
					     const struct drm_edid *edid)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
	return drm_edid_connector_update(connector, edid);
#else
	if (drm_edid_connector_update(connector, edid))
		return 0;

	return drm_edid_connector_add_modes(connector);
#endif
}

/* 6.5: memory statistics of DRM clients. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define MIRACAST_COMPAT_CARD_FDINFO
#define MIRACAST_COMPAT_DRIVER_FDINFO
#else
#define MIRACAST_COMPAT_CARD_FDINFO	.show_fdinfo = drm_show_fdinfo,
#define MIRACAST_COMPAT_DRIVER_FDINFO	.show_fdinfo = drm_show_memory_stats,
#endif

/* 6.6: the uevent of a connector's property got the name it deserves. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define drm_sysfs_connector_property_event drm_sysfs_connector_status_event
#endif

/* 6.8: the hot spot of a legacy cursor is only kept for virtual machines. */
static inline bool miracast_compat_hotspot(const struct drm_framebuffer *fb,
					   int *x, int *y)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
	*x = fb->hot_x;
	*y = fb->hot_y;

	return fb->hot_x || fb->hot_y;
#else
	return false;
#endif
}

/* 6.12: file offsets above LLONG_MAX must be announced. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define MIRACAST_COMPAT_FOP_FLAGS
#else
#define MIRACAST_COMPAT_FOP_FLAGS	.fop_flags = FOP_UNSIGNED_OFFSET,
#endif

#endif
