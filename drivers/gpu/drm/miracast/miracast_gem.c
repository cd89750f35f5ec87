// SPDX-License-Identifier: GPL-2.0
/*
 * The driver's own memory, on top of the shmem helper.
 *
 * Owns: the object type, the kernel mapping that an object keeps from its first
 * use until it dies (guarded by the object's reservation lock), and the private
 * read-only export through which owners see pictures. Called by KMS, by the
 * DDI when it makes picture memory, and by dma-buf importers.
 */
#include <linux/dma-buf.h>
#include <linux/module.h>

#include <drm/drm_drv.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/drm_prime.h>

#include "miracast_compat.h"
#include "miracast_drv.h"
#include "miracast_gem.h"
#include "miracast_import.h"

/**
 * struct miracast_gem_object - A dumb buffer or a piece of picture memory
 * @shmem: the shmem object
 * @map: kernel mapping, kept once made; written under the object's
 *	reservation lock before @mapped is set
 * @mapped: @map is valid
 * @charged_bytes: picture memory to give back when the object dies
 */
struct miracast_gem_object {
	struct drm_gem_shmem_object shmem;
	struct iosys_map map;
	bool mapped;
	u64 charged_bytes;
};

static struct miracast_gem_object *
to_miracast_gem_object(struct drm_gem_object *obj)
{
	return container_of(to_drm_gem_shmem_obj(obj),
			    struct miracast_gem_object, shmem);
}

static void gem_free(struct drm_gem_object *obj)
{
	struct miracast_gem_object *gem = to_miracast_gem_object(obj);
	struct miracast_device *mdev = to_miracast_device(obj->dev);
	struct miracast_resources back = { .memory_bytes = gem->charged_bytes };

	if (gem->mapped)
		drm_gem_vunmap(obj, &gem->map);

	drm_gem_shmem_free(&gem->shmem);
	miracast_budget_give(&mdev->budget, &back);
}

static struct dma_buf *gem_export(struct drm_gem_object *obj, int flags);

static const struct drm_gem_object_funcs gem_funcs = {
	.export = gem_export,
	.free = gem_free,
	.print_info = drm_gem_shmem_object_print_info,
	.pin = drm_gem_shmem_object_pin,
	.unpin = drm_gem_shmem_object_unpin,
	.get_sg_table = drm_gem_shmem_object_get_sg_table,
	.vmap = drm_gem_shmem_object_vmap,
	.vunmap = drm_gem_shmem_object_vunmap,
	.mmap = drm_gem_shmem_object_mmap,
	.vm_ops = &drm_gem_shmem_vm_ops,
};

/**
 * miracast_gem_create_object - Allocate the object of a shmem buffer
 * @drm: the device
 * @size: bytes of the buffer
 *
 * Return: the object or an ERR_PTR.
 */
struct drm_gem_object *miracast_gem_create_object(struct drm_device *drm,
						  size_t size)
{
	struct miracast_gem_object *gem = kzalloc(sizeof(*gem), GFP_KERNEL);

	if (!gem)
		return ERR_PTR(-ENOMEM);

	gem->shmem.base.funcs = &gem_funcs;

	return &gem->shmem.base;
}

/* Map the object into the kernel for the rest of its life. */
static int gem_map(struct drm_gem_object *obj)
{
	struct miracast_gem_object *gem = to_miracast_gem_object(obj);
	struct iosys_map map;
	bool mine;
	int ret;

	/* Pairs with the release below: the mapping is complete. */
	if (smp_load_acquire(&gem->mapped))
		return 0;

	ret = drm_gem_vmap(obj, &map);
	if (ret)
		return ret;

	dma_resv_lock(obj->resv, NULL);
	mine = !gem->mapped;
	if (mine) {
		gem->map = map;
		/* Readers see the mapping before the flag. */
		smp_store_release(&gem->mapped, true);
	}
	dma_resv_unlock(obj->resv);

	if (!mine)
		drm_gem_vunmap(obj, &map);

	return 0;
}

/**
 * miracast_gem_create_storage - Make picture memory
 * @mdev: the device
 * @size: bytes; already taken from the budget, to which they return when the
 *	last reference to the object goes
 *
 * The memory is allocated, zeroed and mapped. May sleep.
 *
 * Return: the object, or ERR_PTR(-ENOMEM) with nothing taken or given back.
 */
struct drm_gem_object *miracast_gem_create_storage(struct miracast_device *mdev,
						   size_t size)
{
	struct drm_gem_shmem_object *shmem;

	/* Nothing but memory can be missing, whatever the helpers call it. */
	shmem = drm_gem_shmem_create(&mdev->drm, size);
	if (IS_ERR(shmem))
		return ERR_PTR(-ENOMEM);

	if (gem_map(&shmem->base)) {
		drm_gem_object_put(&shmem->base);
		return ERR_PTR(-ENOMEM);
	}

	to_miracast_gem_object(&shmem->base)->charged_bytes = size;

	return &shmem->base;
}

/**
 * miracast_gem_vaddr - Kernel address of picture memory
 * @obj: from miracast_gem_create_storage()
 *
 * Return: the first byte.
 */
void *miracast_gem_vaddr(struct drm_gem_object *obj)
{
	return to_miracast_gem_object(obj)->map.vaddr;
}

/* The mapping of the object serves, see miracast_gem_export_to_owner(). */
static int private_vmap(struct dma_buf *dma_buf, struct iosys_map *map)
{
	*map = to_miracast_gem_object(dma_buf->priv)->map;

	return 0;
}

static void private_vunmap(struct dma_buf *dma_buf, struct iosys_map *map)
{
}

/*
 * Two kinds of export, told apart by the address of their operations: PRIME
 * export by whoever has the handle, and the private one, through which an owner
 * reads pictures and does nothing else. The private one is never stored in the
 * object, so a compositor's own export of the same object stays what it was.
 */
#define MIRACAST_DMA_BUF_OPS				\
	MIRACAST_COMPAT_CACHE_SGT			\
	.attach = drm_gem_map_attach,			\
	.detach = drm_gem_map_detach,			\
	.map_dma_buf = drm_gem_map_dma_buf,		\
	.unmap_dma_buf = drm_gem_unmap_dma_buf,		\
	.release = drm_gem_dmabuf_release,		\
	.mmap = drm_gem_dmabuf_mmap

static const struct dma_buf_ops prime_dma_buf_ops = {
	MIRACAST_DMA_BUF_OPS,
	.vmap = drm_gem_dmabuf_vmap,
	.vunmap = drm_gem_dmabuf_vunmap,
};

static const struct dma_buf_ops private_dma_buf_ops = {
	MIRACAST_DMA_BUF_OPS,
	.vmap = private_vmap,
	.vunmap = private_vunmap,
};

static struct dma_buf *export(struct drm_gem_object *obj, int flags,
			      const struct dma_buf_ops *ops,
			      struct dma_resv *resv)
{
	struct dma_buf_export_info info = {
		.exp_name = KBUILD_MODNAME,
		.owner = THIS_MODULE,
		.ops = ops,
		.size = obj->size,
		.flags = flags,
		.priv = obj,
		.resv = resv,
	};

	return drm_gem_dmabuf_export(obj->dev, &info);
}

static struct dma_buf *gem_export(struct drm_gem_object *obj, int flags)
{
	return export(obj, flags, &prime_dma_buf_ops, obj->resv);
}

/**
 * miracast_gem_export_to_owner - Get the dma-buf through which an owner reads
 * @obj: any object of the device
 *
 * Of an import that is the exporter's own, with the exporter's access mode. One
 * of the driver's own memory has a reservation object of its own: what an owner
 * puts there must not hold up a commit of the compositor. (Nested under that one,
 * the object's could not be locked for a mapping, so it is mapped before.) May
 * sleep.
 *
 * Return: the dma-buf, with a reference, or an ERR_PTR.
 */
struct dma_buf *miracast_gem_export_to_owner(struct drm_gem_object *obj)
{
	int ret;

	if (miracast_import_is(obj))
		return miracast_import_dma_buf(obj);

	ret = gem_map(obj);
	if (ret)
		return ERR_PTR(ret);

	return export(obj, O_CLOEXEC | O_RDONLY, &private_dma_buf_ops, NULL);
}

/**
 * miracast_gem_is_private_export - Recognise dma-bufs made for owners
 * @dma_buf: any dma-buf
 *
 * Return: true when miracast_gem_export_to_owner() made it.
 */
bool miracast_gem_is_private_export(const struct dma_buf *dma_buf)
{
	return dma_buf->ops == &private_dma_buf_ops;
}

/**
 * miracast_gem_of_export - Recognise PRIME exports of this device
 * @drm: the device
 * @dma_buf: any dma-buf
 *
 * Return: the object behind it, or NULL when it is not from this device.
 */
struct drm_gem_object *miracast_gem_of_export(struct drm_device *drm,
					      const struct dma_buf *dma_buf)
{
	struct drm_gem_object *obj = dma_buf->priv;

	return dma_buf->ops == &prime_dma_buf_ops && obj->dev == drm ? obj :
								       NULL;
}

/**
 * miracast_framebuffer_map - Make a framebuffer readable by the CPU
 * @fb: the framebuffer
 *
 * The mapping stays until the framebuffer's object dies. May sleep.
 *
 * Return: 0 or a negative errno.
 */
int miracast_framebuffer_map(struct drm_framebuffer *fb)
{
	struct drm_gem_object *obj = fb->obj[0];

	if (miracast_import_is(obj))
		return miracast_import_map(obj);

	return gem_map(obj);
}

/**
 * miracast_framebuffer_mapping - Get the mapping of a framebuffer
 * @fb: the framebuffer
 * @map: set to the first byte of plane 0
 *
 * Return: false when miracast_framebuffer_map() has not succeeded before.
 */
bool miracast_framebuffer_mapping(struct drm_framebuffer *fb,
				  struct iosys_map *map)
{
	struct drm_gem_object *obj = fb->obj[0];
	struct miracast_gem_object *gem;

	if (miracast_import_is(obj)) {
		if (!miracast_import_mapping(obj, map))
			return false;
	} else {
		gem = to_miracast_gem_object(obj);
		/* Pairs with the release in gem_map(). */
		if (!smp_load_acquire(&gem->mapped))
			return false;
		*map = gem->map;
	}

	iosys_map_incr(map, fb->offsets[0]);

	return true;
}
