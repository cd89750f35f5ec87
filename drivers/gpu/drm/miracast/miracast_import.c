// SPDX-License-Identifier: GPL-2.0
/*
 * Imported framebuffers.
 *
 * Owns: a GEM type that is nothing but a reference to the exporter's dma-buf,
 * with its reservation object, so that implicit fences work. It is attached
 * and mapped only when the CPU has to read it, and then until it dies, under
 * the object's map_lock. User space can not map it through this device.
 */
#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <drm/drm_device.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>

#include "miracast_compat.h"
#include "miracast_export.h"
#include "miracast_gem.h"
#include "miracast_import.h"
#include "miracast_mapping.h"

/* Fences of writers that are merged into one. */
#define MAX_WRITERS	64

/**
 * struct miracast_import - A GEM object that stands for a foreign dma-buf
 * @gem: the object
 * @dma_buf: the dma-buf, with a reference
 * @map_lock: serialises the first mapping
 * @mapping: kernel mapping of @dma_buf; valid once @mapped is set
 * @mapped: @mapping is valid
 */
struct miracast_import {
	struct drm_gem_object gem;
	struct dma_buf *dma_buf;
	struct mutex map_lock;
	struct miracast_mapping mapping;
	bool mapped;
};

static struct miracast_import *to_import(const struct drm_gem_object *obj)
{
	return container_of(obj, struct miracast_import, gem);
}

static void import_free(struct drm_gem_object *obj)
{
	struct miracast_import *import = to_import(obj);
	struct dma_buf *dma_buf = import->dma_buf;

	miracast_mapping_undo(&import->mapping);
	drm_gem_object_release(obj);
	mutex_destroy(&import->map_lock);
	kfree(import);
	dma_buf_put(dma_buf);
}

/* Exporting an import hands the exporter's own dma-buf out again. */
static struct dma_buf *import_export(struct drm_gem_object *obj, int flags)
{
	return miracast_import_dma_buf(obj);
}

static const struct drm_gem_object_funcs import_funcs = {
	.free = import_free,
	.export = import_export,
};

static struct drm_gem_object *import_create(struct drm_device *drm,
					    struct dma_buf *dma_buf)
{
	struct miracast_import *import = kzalloc(sizeof(*import), GFP_KERNEL);

	if (!import)
		return ERR_PTR(-ENOMEM);

	mutex_init(&import->map_lock);
	get_dma_buf(dma_buf);
	import->dma_buf = dma_buf;
	import->mapping.dma_buf = dma_buf;
	import->gem.funcs = &import_funcs;
	/* Before init, which would give the object one of its own. */
	import->gem.resv = dma_buf->resv;
	drm_gem_private_object_init(drm, &import->gem, dma_buf->size);

	return &import->gem;
}

/**
 * miracast_gem_prime_import - Import a dma-buf
 * @drm: the device
 * @dma_buf: the dma-buf
 *
 * The device's own objects are recognised. Pictures handed to owners are
 * refused: nobody may scan out a screen that is not theirs. So is a dma-buf that
 * is no whole number of pages, which few exporters make.
 *
 * Return: the object, with a reference, or an ERR_PTR: -EACCES, -EINVAL or
 * -ENOMEM.
 */
struct drm_gem_object *miracast_gem_prime_import(struct drm_device *drm,
						 struct dma_buf *dma_buf)
{
	struct drm_gem_object *obj;

	if (miracast_export_is(dma_buf))
		return ERR_PTR(-EACCES);

	obj = miracast_gem_of_export(drm, dma_buf);
	if (obj) {
		drm_gem_object_get(obj);
		return obj;
	}

	/* DRM core takes any other size of an object for a bug. */
	if (!PAGE_ALIGNED(dma_buf->size))
		return ERR_PTR(-EINVAL);

	return import_create(drm, dma_buf);
}

/**
 * miracast_import_is - Check whether an object is an import
 * @obj: any object of the device
 *
 * Return: true for objects of miracast_gem_prime_import().
 */
bool miracast_import_is(const struct drm_gem_object *obj)
{
	return obj->funcs == &import_funcs;
}

/**
 * miracast_import_map - Attach to and map an import
 * @obj: the import
 *
 * Both stay until the object dies. May sleep.
 *
 * Return: 0 or what the exporter answered.
 */
int miracast_import_map(struct drm_gem_object *obj)
{
	struct miracast_import *import = to_import(obj);
	int ret = 0;

	mutex_lock(&import->map_lock);
	if (import->mapped)
		goto out;

	ret = miracast_mapping_make(&import->mapping, obj->dev->dev);
	if (!ret) {
		/* Readers see the mapping before the flag. */
		smp_store_release(&import->mapped, true);
	}
out:
	mutex_unlock(&import->map_lock);

	return ret;
}

/**
 * miracast_import_dma_buf - Get the exporter's dma-buf
 * @obj: the import
 *
 * Return: the dma-buf, with a reference.
 */
struct dma_buf *miracast_import_dma_buf(struct drm_gem_object *obj)
{
	struct miracast_import *import = to_import(obj);

	get_dma_buf(import->dma_buf);

	return import->dma_buf;
}

/**
 * miracast_import_mapping - Get the kernel mapping of an import
 * @obj: the import
 * @map: set to the first byte
 *
 * Return: false when there is none.
 */
bool miracast_import_mapping(struct drm_gem_object *obj, struct iosys_map *map)
{
	struct miracast_import *import = to_import(obj);

	/* Pairs with the release in miracast_import_map(). */
	if (!smp_load_acquire(&import->mapped))
		return false;

	*map = import->mapping.map;

	return true;
}

/**
 * miracast_import_dumb_map_offset - MODE_MAP_DUMB, not for imports
 * @file: the caller
 * @drm: the device
 * @handle: the buffer
 * @offset: where to put the offset for mmap()
 *
 * Return: 0, -ENOENT for no such handle, -EINVAL for an import.
 */
int miracast_import_dumb_map_offset(struct drm_file *file,
				    struct drm_device *drm, u32 handle,
				    u64 *offset)
{
	struct drm_gem_object *obj = drm_gem_object_lookup(file, handle);
	bool foreign;

	if (!obj)
		return -ENOENT;

	foreign = miracast_import_is(obj);
	drm_gem_object_put(obj);

	return foreign ? -EINVAL :
			 drm_gem_dumb_map_offset(file, drm, handle, offset);
}

/**
 * miracast_framebuffer_is_idle - Check whether nobody writes a framebuffer
 * @fb: the framebuffer
 *
 * Return: true when all fences of writers have signalled.
 */
bool miracast_framebuffer_is_idle(const struct drm_framebuffer *fb)
{
	return dma_resv_test_signaled(fb->obj[0]->resv, DMA_RESV_USAGE_WRITE);
}

/* Count those who write; the first one's fence, with a reference, in @first. */
static unsigned int count_writers(struct dma_resv *resv, struct dma_fence **first)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	unsigned int count = 0;

	*first = NULL;
	dma_resv_iter_begin(&cursor, resv, DMA_RESV_USAGE_WRITE);
	dma_resv_for_each_fence_unlocked(&cursor, fence) {
		if (dma_resv_iter_is_restarted(&cursor)) {
			dma_fence_put(*first);
			*first = NULL;
			count = 0;
		}
		if (!count++)
			*first = dma_fence_get(fence);
	}
	dma_resv_iter_end(&cursor);

	return count;
}

/**
 * miracast_framebuffer_writers - Get the fence of those who write a framebuffer
 * @fb: the framebuffer
 * @fence: set to the fence, with a reference, or to NULL when nobody writes
 *
 * May sleep, but waits for nobody, and reclaims no memory: flips wait for the
 * caller's lock, and reclaim may wait for fences that are made of flips. One writer
 * costs no memory; the array for more of them may come from the kernel's reserves,
 * and is bounded, because their number is user space's.
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_framebuffer_writers(const struct drm_framebuffer *fb,
				 struct dma_fence **fence)
{
	struct dma_resv *resv = fb->obj[0]->resv;
	unsigned int flags, count = count_writers(resv, fence);
	int ret;

	if (count <= 1)
		return 0;

	dma_fence_put(*fence);
	*fence = NULL;
	if (count > MAX_WRITERS)
		return -ENOMEM;

	flags = memalloc_noreclaim_save();
	ret = dma_resv_get_singleton(resv, DMA_RESV_USAGE_WRITE, fence);
	memalloc_noreclaim_restore(flags);

	return ret;
}

/**
 * miracast_framebuffer_begin_read - Make a framebuffer coherent for the CPU
 * @fb: the framebuffer
 *
 * Does not wait for writers that are there, who may have come after the commit
 * that is shown. Those that come meanwhile are waited for, interruptibly, and so
 * is what the exporter waits for: no lock that a flip needs may be held.
 *
 * Return: 0, -EBUSY while somebody writes, or what the exporter answered.
 */
int miracast_framebuffer_begin_read(struct drm_framebuffer *fb)
{
	struct drm_gem_object *obj = fb->obj[0];

	if (!miracast_framebuffer_is_idle(fb))
		return -EBUSY;
	if (!miracast_import_is(obj))
		return 0;

	return dma_buf_begin_cpu_access(to_import(obj)->dma_buf,
					DMA_FROM_DEVICE);
}

/**
 * miracast_framebuffer_end_read - End what miracast_framebuffer_begin_read() began
 * @fb: the framebuffer
 *
 * The exporter may wait: as for miracast_framebuffer_begin_read().
 */
void miracast_framebuffer_end_read(struct drm_framebuffer *fb)
{
	if (miracast_import_is(fb->obj[0]))
		dma_buf_end_cpu_access(to_import(fb->obj[0])->dma_buf,
				       DMA_FROM_DEVICE);
}
