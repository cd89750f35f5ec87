// SPDX-License-Identifier: GPL-2.0
/*
 * Imported framebuffers.
 *
 * Owns: a GEM type that is nothing but a reference to the exporter's dma-buf,
 * with its reservation object, so that implicit fences work. It is attached
 * and mapped only when the CPU must read it, and then until it dies, under the
 * object's map_lock. User space cannot map it through this device.
 */
#include <linux/dma-buf.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include <drm/drm_device.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>

#include "miracast_compat.h"
#include "miracast_import.h"
#include "miracast_mapping.h"

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

/* The export of an import is the exporter's own dma-buf. */
static struct dma_buf *import_export(struct drm_gem_object *obj, int flags)
{
	return miracast_import_dma_buf(obj);
}

static const struct drm_gem_object_funcs import_funcs = {
	.free = import_free,
	.export = import_export,
};

/**
 * miracast_import_create - Create an object for a foreign dma-buf
 * @drm: the device
 * @dma_buf: the dma-buf, of another device
 *
 * Return: the object, with a reference, or ERR_PTR(-ENOMEM).
 */
struct drm_gem_object *miracast_import_create(struct drm_device *drm,
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
 * miracast_import_is - Check whether an object is an import
 * @obj: any object of the device
 *
 * Return: true for objects of miracast_import_create().
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
 * miracast_import_begin_read - Make an import coherent for the CPU
 * @obj: the import
 *
 * The exporter may wait, interruptibly.
 *
 * Return: 0 or what the exporter answered.
 */
int miracast_import_begin_read(struct drm_gem_object *obj)
{
	return dma_buf_begin_cpu_access(to_import(obj)->dma_buf,
					DMA_FROM_DEVICE);
}

/**
 * miracast_import_end_read - End what miracast_import_begin_read() began
 * @obj: the import
 *
 * The exporter may wait.
 */
void miracast_import_end_read(struct drm_gem_object *obj)
{
	dma_buf_end_cpu_access(to_import(obj)->dma_buf, DMA_FROM_DEVICE);
}
