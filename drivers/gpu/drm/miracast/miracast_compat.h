/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between the kernels that the module builds for.
 *
 * The rest of the driver reads as if written for the newest of them. In the
 * kernel tree this file goes away.
 *
 * Functions that an old kernel lacks have names of their own here, and a macro
 * gives them the kernel's: stable kernels get newer functions as backports, and
 * a second function of the same name would not compile then.
 */
#ifndef _MIRACAST_COMPAT_H_
#define _MIRACAST_COMPAT_H_

#include <linux/dma-buf.h>
#include <linux/dma-fence-array.h>
#include <linux/dma-map-ops.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/version.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_connector.h>
#include <drm/drm_crtc.h>
#include <drm/drm_edid.h>
#include <drm/drm_file.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>
#include <drm/drm_gem_framebuffer_helper.h>
#include <drm/drm_prime.h>
#include <drm/drm_sysfs.h>

#include "miracast_fb.h"

/*
 * The kernels that the module was built and tested for, from the first release
 * to the last. Some changes of the kernel go unnoticed by the compiler, and 6.17
 * had one that would have let anybody scan out what an owner sees. So a newer
 * kernel is refused until somebody has looked, and built with
 * -DMIRACAST_COMPAT_UNTESTED to do so.
 */
#define MIRACAST_COMPAT_OLDEST	KERNEL_VERSION(6, 1, 0)
#define MIRACAST_COMPAT_NEWEST	KERNEL_VERSION(7, 3, 255)

#if LINUX_VERSION_CODE < MIRACAST_COMPAT_OLDEST
#error "miracast needs Linux 6.1 or later"
#endif
#if LINUX_VERSION_CODE > MIRACAST_COMPAT_NEWEST && !defined(MIRACAST_COMPAT_UNTESTED)
#error "miracast was not tested with this kernel; see MIRACAST_COMPAT_NEWEST"
#endif

/* 6.2: mapping a dma-buf needs the reservation lock; these functions take it. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define dma_buf_vmap_unlocked	dma_buf_vmap
#define dma_buf_vunmap_unlocked	dma_buf_vunmap
#endif

/*
 * 6.2: the same for objects, by drm_gem_vmap_unlocked().
 * 6.16: the functions that take the lock got the names without a suffix, which
 * those had before that expect it to be held.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
static inline int miracast_compat_gem_vmap(struct drm_gem_object *obj,
					   struct iosys_map *map)
{
	return obj->funcs->vmap(obj, map);
}

static inline void miracast_compat_gem_vunmap(struct drm_gem_object *obj,
					      struct iosys_map *map)
{
	obj->funcs->vunmap(obj, map);
	iosys_map_clear(map);
}

#define drm_gem_vmap	miracast_compat_gem_vmap
#define drm_gem_vunmap	miracast_compat_gem_vunmap
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define drm_gem_vmap	drm_gem_vmap_unlocked
#define drm_gem_vunmap	drm_gem_vunmap_unlocked
#endif

/* 6.3: the flags of a mapping are changed by functions, which take locks. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void miracast_compat_vm_flags_mod(struct vm_area_struct *vma,
						unsigned long set,
						unsigned long clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}

#define vm_flags_mod	miracast_compat_vm_flags_mod
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

/* 6.6: every driver has PRIME. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define MIRACAST_COMPAT_DRIVER_PRIME				\
	.prime_handle_to_fd = drm_gem_prime_handle_to_fd,	\
	.prime_fd_to_handle = drm_gem_prime_fd_to_handle,	\
	.gem_prime_mmap = drm_gem_prime_mmap,
#else
#define MIRACAST_COMPAT_DRIVER_PRIME
#endif

/* 6.6, and some stable kernels before it: arrays with the name of their length. */
#ifndef __counted_by
#define __counted_by(...)
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

/*
 * 6.8: what was prepared for a commit that fails has a function of its own, for the
 * call-backs of planes that end access. The driver has none of these.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define drm_atomic_helper_unprepare_planes drm_atomic_helper_cleanup_planes
#endif

/* 6.10: no cache is synchronised for a coherent device behind an IOMMU, nor is it asked for. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
static inline bool miracast_compat_dma_need_sync(struct device *dev, dma_addr_t address)
{
	bool bounced = dev_is_pci(dev) && to_pci_dev(dev)->untrusted;

	if (get_dma_ops(dev) && device_iommu_mapped(dev) &&
	    dev_is_dma_coherent(dev) && !bounced)
		return false;

	return dma_need_sync(dev, address);
}

#define dma_need_sync	miracast_compat_dma_need_sync
#endif

/* 6.12: file offsets above LLONG_MAX must be announced. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define MIRACAST_COMPAT_FOP_FLAGS
#else
#define MIRACAST_COMPAT_FOP_FLAGS	.fop_flags = FOP_UNSIGNED_OFFSET,
#endif

/* 6.13: the namespace of symbols is a string. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#undef MODULE_IMPORT_NS
#define MODULE_IMPORT_NS(ns)	MODULE_INFO(import_ns, ns)
#endif

/* 6.13: a timer's function is set together with the rest, later only so. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void
miracast_compat_hrtimer_setup(struct hrtimer *timer,
			      enum hrtimer_restart (*function)(struct hrtimer *),
			      clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}

#define hrtimer_setup	miracast_compat_hrtimer_setup
#endif

/* 6.14: drivers have no date. Before, DRM core warned when one had none. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define MIRACAST_COMPAT_DRIVER_DATE	.date = "20261122",
#else
#define MIRACAST_COMPAT_DRIVER_DATE
#endif

/*
 * 6.15: a plane's atomic_async_check() hears of flips that do not wait for the
 * vblank. There are none, because mode_config.async_page_flip is not set.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define MIRACAST_COMPAT_AND_FLIP(parameter)	parameter
#else
#define MIRACAST_COMPAT_AND_FLIP(parameter)	parameter, bool flip
#endif

/* 6.16: the mappings of all attachments are kept. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define MIRACAST_COMPAT_CACHE_SGT	.cache_sgt_mapping = true,
#else
#define MIRACAST_COMPAT_CACHE_SGT
#endif

/* 6.17: fb_create() gets the description of the format. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
static inline struct drm_framebuffer *
miracast_compat_fb_create(struct drm_device *drm, struct drm_file *file,
			  const struct drm_mode_fb_cmd2 *cmd)
{
	return miracast_fb_create(drm, file, drm_get_format_info(drm, cmd),
				  cmd);
}

#define drm_gem_fb_init_with_funcs(drm, fb, file, info, cmd, funcs)	\
	((void)(info), drm_gem_fb_init_with_funcs(drm, fb, file, cmd, funcs))
#else
#define miracast_compat_fb_create	miracast_fb_create
#endif

/* 7.2: an array of fences cannot signal with the first of them any more. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 2, 0)
#define dma_fence_array_create(count, fences, context, seqno)	\
	dma_fence_array_create(count, fences, context, seqno, false)
#endif

/*
 * 7.2: the state of a commit is named for the commit. The function
 * drm_atomic_commit() keeps its name, so it is the old name of the struct that is
 * mapped to the new one: the other way round, a macro would take the function
 * along.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
#define drm_atomic_state	drm_atomic_commit
#define drm_atomic_state_alloc	drm_atomic_commit_alloc
#define drm_atomic_state_clear	drm_atomic_commit_clear
#define drm_atomic_state_get	drm_atomic_commit_get
#define drm_atomic_state_put	drm_atomic_commit_put
#endif

#endif
