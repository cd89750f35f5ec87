// SPDX-License-Identifier: GPL-2.0
/*
 * The driver's own memory, on top of the shmem helper.
 *
 * Owns: the object type, the kernel mapping that an object keeps from its first
 * use until it dies (guarded by the object's reservation lock), and PRIME exports.
 * Called by KMS, by the DDI when it makes picture memory, and by dma-buf importers.
 */
#include <linux/align.h>
#include <linux/dma-buf.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/module.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/drm_prime.h>
#include <drm/drm_vma_manager.h>

#include "miracast_blit.h"
#include "miracast_compat.h"
#include "miracast_drv.h"
#include "miracast_gem.h"
#include "miracast_layout.h"

/**
 * struct miracast_gem_object - A dumb buffer or a piece of picture memory
 * @shmem: the shmem object
 * @map: kernel mapping, kept once made; written under the object's
 *	reservation lock before @mapped is set
 * @mapped: @map is valid
 * @charged_bytes: picture memory to return when the object dies
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

/*
 * The helper counts pages from the beginning of a mapping. That is not the first page of
 * the object when a dma-buf is mapped at an offset, or when the front of a mapping was
 * unmapped. Pages are kept while there is a mapping.
 */
static vm_fault_t gem_fault(struct vm_fault *vmf)
{
	struct drm_gem_object *obj = vmf->vma->vm_private_data;
	pgoff_t index = vmf->pgoff - drm_vma_node_start(&obj->vma_node);
	struct page *page = miracast_gem_page(obj, index);

	return page ? vmf_insert_pfn(vmf->vma, vmf->address, page_to_pfn(page)) :
		      VM_FAULT_SIGBUS;
}

static void gem_vm_open(struct vm_area_struct *vma)
{
	drm_gem_shmem_vm_ops.open(vma);
}

static void gem_vm_close(struct vm_area_struct *vma)
{
	drm_gem_shmem_vm_ops.close(vma);
}

static const struct vm_operations_struct gem_vm_ops = {
	.fault = gem_fault,
	.open = gem_vm_open,
	.close = gem_vm_close,
};

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
	.vm_ops = &gem_vm_ops,
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

/**
 * miracast_gem_map - Map an object into the kernel for the rest of its life
 * @obj: any object of the driver's own memory
 *
 * May sleep.
 *
 * Return: 0 or a negative errno.
 */
int miracast_gem_map(struct drm_gem_object *obj)
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
 * miracast_gem_mapping - Get the kernel mapping of an object
 * @obj: any object of the driver's own memory
 * @map: set to the first byte
 *
 * Return: false when miracast_gem_map() has not succeeded before.
 */
bool miracast_gem_mapping(struct drm_gem_object *obj, struct iosys_map *map)
{
	struct miracast_gem_object *gem = to_miracast_gem_object(obj);

	/* Pairs with the release in miracast_gem_map(). */
	if (!smp_load_acquire(&gem->mapped))
		return false;

	*map = gem->map;

	return true;
}

/**
 * miracast_gem_create_storage - Allocate picture memory
 * @mdev: the device
 * @size: bytes, reserved from the budget already; returned to it when the last
 *	reference to the object is dropped
 *
 * The memory is allocated, zeroed and mapped. May sleep.
 *
 * Return: the object, or ERR_PTR(-ENOMEM) with nothing taken or returned.
 */
struct drm_gem_object *miracast_gem_create_storage(struct miracast_device *mdev,
						   size_t size)
{
	struct drm_gem_shmem_object *shmem;

	/* It can fail only for lack of memory, whichever error the helper returns. */
	shmem = drm_gem_shmem_create(&mdev->drm, size);
	if (IS_ERR(shmem))
		return ERR_PTR(-ENOMEM);

	if (miracast_gem_map(&shmem->base)) {
		drm_gem_object_put(&shmem->base);
		return ERR_PTR(-ENOMEM);
	}

	to_miracast_gem_object(&shmem->base)->charged_bytes = size;

	return &shmem->base;
}

/*
 * The legacy cursor ioctl has a handle, a width and a height, but no pitch: DRM core
 * assumes lines without padding. So lines of dumb buffers that may be cursors have none.
 */
static bool may_be_cursor(const struct drm_mode_create_dumb *args)
{
	return args->bpp == 32 && args->width <= MIRACAST_CURSOR_SIZE &&
	       args->height <= MIRACAST_CURSOR_SIZE;
}

/**
 * miracast_gem_dumb_create - MODE_CREATE_DUMB
 * @file: the caller
 * @drm: the device
 * @args: width, height and bits per pixel, each checked by DRM core; pitch, size and
 *	handle are filled in
 *
 * GPUs render into the dma-bufs of dumb buffers, and encoders read them. So there is the
 * padding that they need, as in the buffers of COPY; buffers that may be cursors have it
 * only below the picture.
 *
 * Return: 0, -EINVAL when it would be 4 GiB or more, or another negative errno.
 */
int miracast_gem_dumb_create(struct drm_file *file, struct drm_device *drm,
			     struct drm_mode_create_dumb *args)
{
	u64 line = DIV_ROUND_UP_ULL((u64)args->width * args->bpp, 8);
	struct drm_gem_shmem_object *shmem;
	u64 size;
	int ret;

	if (!may_be_cursor(args))
		line = ALIGN(line, MIRACAST_PITCH_ALIGN);

	/* DRM core has checked only the size without padding. */
	size = PAGE_ALIGN(line * ALIGN((u64)args->height, MIRACAST_LINES_ALIGN));
	if (size > U32_MAX)
		return -EINVAL;

	shmem = drm_gem_shmem_create(drm, size);
	if (IS_ERR(shmem))
		return PTR_ERR(shmem);

	ret = drm_gem_handle_create(file, &shmem->base, &args->handle);
	/* The handle has its own reference. */
	drm_gem_object_put(&shmem->base);
	if (ret)
		return ret;

	args->pitch = line;
	args->size = size;

	return 0;
}

/**
 * miracast_gem_vaddr - Kernel address of picture memory
 * @obj: from miracast_gem_create_storage(), or one that is mapped
 *
 * Return: the first byte.
 */
void *miracast_gem_vaddr(struct drm_gem_object *obj)
{
	return to_miracast_gem_object(obj)->map.vaddr;
}

/**
 * miracast_gem_page - Get a page of an object
 * @obj: any object of the driver's own memory, mapped by the kernel or by user space
 * @index: number of the page
 *
 * Return: the page, which stays as long as the object lives, or NULL beyond the end.
 */
struct page *miracast_gem_page(struct drm_gem_object *obj, pgoff_t index)
{
	if (index >= obj->size >> PAGE_SHIFT)
		return NULL;

	return to_miracast_gem_object(obj)->shmem.pages[index];
}

/* Operations of PRIME exports, by which they are recognised. */
static const struct dma_buf_ops prime_dma_buf_ops = {
	MIRACAST_COMPAT_CACHE_SGT
	.attach = drm_gem_map_attach,
	.detach = drm_gem_map_detach,
	.map_dma_buf = drm_gem_map_dma_buf,
	.unmap_dma_buf = drm_gem_unmap_dma_buf,
	.release = drm_gem_dmabuf_release,
	.mmap = drm_gem_dmabuf_mmap,
	.vmap = drm_gem_dmabuf_vmap,
	.vunmap = drm_gem_dmabuf_vunmap,
};

static struct dma_buf *gem_export(struct drm_gem_object *obj, int flags)
{
	struct dma_buf_export_info info = {
		.exp_name = KBUILD_MODNAME,
		.owner = THIS_MODULE,
		.ops = &prime_dma_buf_ops,
		.size = obj->size,
		.flags = flags,
		.priv = obj,
		.resv = obj->resv,
	};

	return drm_gem_dmabuf_export(obj->dev, &info);
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
