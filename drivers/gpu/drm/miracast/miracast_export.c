// SPDX-License-Identifier: GPL-2.0
/*
 * Private exports: the dma-bufs through which owners read the driver's memory.
 *
 * User space reads through them and never writes. Exports of scanned-out memory can be
 * revoked: mappings are emptied, and no new use begins. Only devices that had attached
 * before still use the memory, until they detach; after that, a revoked export keeps no
 * memory alive, however many descriptors there are.
 *
 * A dma-buf has an inode of its own, so its mappings, also those made through
 * other drivers that have imported it, are found there. Those of PRIME exports
 * are in the DRM device's inode, together with everybody's.
 *
 * Locks: the fault lock, taken in page faults, makes revoking and a new page
 * exclude each other; the spinlock guards the rest and is the inner one. Neither
 * is held with a reservation lock inside.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/iosys-map.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <drm/drm_device.h>
#include <drm/drm_drv.h>
#include <drm/drm_gem.h>

#include "miracast_compat.h"
#include "miracast_export.h"
#include "miracast_gem.h"

/**
 * struct miracast_export - A private export
 * @drm: the device, with a reference
 * @dma_buf: the dma-buf, whose release frees this
 * @fault_lock: taken for writing to revoke, for reading to map a page
 * @lock: guards @obj, @users and @revoked
 * @obj: the memory, with a reference; NULL when it was revoked and nobody uses it
 * @users: attachments, and waits for writers
 * @revoked: nothing new may begin
 * @link: place in a list of exports that are to be revoked
 */
struct miracast_export {
	struct drm_device *drm;
	struct dma_buf *dma_buf;
	struct rw_semaphore fault_lock;
	spinlock_t lock;
	struct drm_gem_object *obj;
	unsigned int users;
	bool revoked;
	struct list_head link;
};

/* Without a lock: a use may begin just before the export is revoked. */
static bool is_revoked(struct miracast_export *export)
{
	return READ_ONCE(export->revoked);
}

static int begin_use(struct miracast_export *export)
{
	int ret = 0;

	spin_lock(&export->lock);
	if (export->revoked)
		ret = -ESTALE;
	else
		export->users++;
	spin_unlock(&export->lock);

	return ret;
}

/* Take the memory out of a revoked export that has no users any more. */
static struct drm_gem_object *take_unused(struct miracast_export *export)
{
	struct drm_gem_object *obj = NULL;

	lockdep_assert_held(&export->lock);

	if (export->revoked && !export->users)
		swap(obj, export->obj);

	return obj;
}

static void end_use(struct miracast_export *export)
{
	struct drm_gem_object *obj;

	spin_lock(&export->lock);
	export->users--;
	obj = take_unused(export);
	spin_unlock(&export->lock);

	if (obj)
		drm_gem_object_put(obj);
}

/* Files */

static vm_fault_t export_fault(struct vm_fault *vmf)
{
	struct miracast_export *export = vmf->vma->vm_private_data;
	vm_fault_t ret = VM_FAULT_SIGBUS;
	struct page *page;

	down_read(&export->fault_lock);
	if (!export->revoked) {
		page = miracast_gem_page(export->obj, vmf->pgoff);
		if (page)
			ret = vmf_insert_pfn(vmf->vma, vmf->address,
					     page_to_pfn(page));
	}
	up_read(&export->fault_lock);

	return ret;
}

static const struct vm_operations_struct export_vm_ops = {
	.fault = export_fault,
};

/*
 * Also reached through drivers that have imported the dma-buf, whose files are
 * open for writing.
 */
static int export_mmap(struct dma_buf *dma_buf, struct vm_area_struct *vma)
{
	struct miracast_export *export = dma_buf->priv;

	if (is_revoked(export))
		return -ESTALE;
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;

	vm_flags_mod(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYWRITE);
	vma->vm_ops = &export_vm_ops;
	vma->vm_private_data = export;

	return 0;
}

/* Clients' devices may still write; fences of writers are those of the object. */
static int export_begin_cpu_access(struct dma_buf *dma_buf,
				   enum dma_data_direction direction)
{
	struct miracast_export *export = dma_buf->priv;
	int ret = begin_use(export);
	long left;

	if (ret)
		return ret;

	left = dma_resv_wait_timeout(export->obj->resv, DMA_RESV_USAGE_WRITE,
				     true, MAX_SCHEDULE_TIMEOUT);
	end_use(export);

	return left < 0 ? left : 0;
}

static void export_release(struct dma_buf *dma_buf)
{
	struct miracast_export *export = dma_buf->priv;

	if (export->obj)
		drm_gem_object_put(export->obj);
	drm_dev_put(export->drm);
	kfree(export);
}

/* Devices */

static int export_attach(struct dma_buf *dma_buf,
			 struct dma_buf_attachment *attachment)
{
	return begin_use(dma_buf->priv);
}

static void export_detach(struct dma_buf *dma_buf,
			  struct dma_buf_attachment *attachment)
{
	end_use(dma_buf->priv);
}

/*
 * Check whether a device sees what the CPU has written only after a call for each picture: it
 * is not coherent, or its DMA is bounced (swiotlb, as in confidential guests). Pictures come
 * for as long as a mapping stays, and nothing says when a device reads the next one.
 */
static bool needs_sync(struct device *dev, struct sg_table *sgt)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(sgt, sg, i)
		if (dma_need_sync(dev, sg_dma_address(sg)))
			return true;

	return false;
}

/*
 * Mapped for reading only, whatever direction an importer asks for (most ask for both):
 * behind an IOMMU, it cannot write then.
 */
static struct sg_table *export_map(struct dma_buf_attachment *attachment,
				   enum dma_data_direction direction)
{
	struct miracast_export *export = attachment->dmabuf->priv;
	struct drm_gem_object *obj = export->obj;
	struct sg_table *sgt;
	int ret;

	if (is_revoked(export))
		return ERR_PTR(-ESTALE);

	sgt = obj->funcs->get_sg_table(obj);
	if (IS_ERR(sgt))
		return sgt;

	ret = dma_map_sgtable(attachment->dev, sgt, DMA_TO_DEVICE,
			      DMA_ATTR_SKIP_CPU_SYNC);
	if (ret)
		goto err_free;
	ret = -EOPNOTSUPP;
	if (needs_sync(attachment->dev, sgt))
		goto err_unmap;

	return sgt;

err_unmap:
	dma_unmap_sgtable(attachment->dev, sgt, DMA_TO_DEVICE,
			  DMA_ATTR_SKIP_CPU_SYNC);
err_free:
	sg_free_table(sgt);
	kfree(sgt);
	return ERR_PTR(ret);
}

static void export_unmap(struct dma_buf_attachment *attachment,
			 struct sg_table *sgt,
			 enum dma_data_direction direction)
{
	dma_unmap_sgtable(attachment->dev, sgt, DMA_TO_DEVICE,
			  DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(sgt);
	kfree(sgt);
}

/*
 * Scanned-out memory. Importers may vmap without attaching, whatever the access mode of
 * the descriptor, and write: videobuf2 does it for webcams. So vmap is not offered for
 * memory that other clients see. These are operations of their own without it, because
 * dma_buf_vmap() warns when the exporter fails.
 */
static const struct dma_buf_ops screen_ops = {
	MIRACAST_COMPAT_CACHE_SGT
	.attach = export_attach,
	.detach = export_detach,
	.map_dma_buf = export_map,
	.unmap_dma_buf = export_unmap,
	.begin_cpu_access = export_begin_cpu_access,
	.mmap = export_mmap,
	.release = export_release,
};

/*
 * Pictures of COPY belong to the owner alone, and are never revoked. The object is mapped
 * until it dies, see miracast_prime_export_to_owner().
 */
static int picture_vmap(struct dma_buf *dma_buf, struct iosys_map *map)
{
	struct miracast_export *export = dma_buf->priv;

	iosys_map_set_vaddr(map, miracast_gem_vaddr(export->obj));

	return 0;
}

static const struct dma_buf_ops picture_ops = {
	MIRACAST_COMPAT_CACHE_SGT
	.attach = export_attach,
	.detach = export_detach,
	.map_dma_buf = export_map,
	.unmap_dma_buf = export_unmap,
	.begin_cpu_access = export_begin_cpu_access,
	.mmap = export_mmap,
	.vmap = picture_vmap,
	.release = export_release,
};

/**
 * miracast_export_create - Create a private export
 * @obj: an object of the driver's own memory, mapped
 * @scanned_out: it is a framebuffer, and not picture memory; only then may the export
 *	be revoked
 *
 * It has a reservation object of its own: fences that an owner adds there must not delay a
 * commit of the compositor. It is never stored in the object, so a
 * compositor's own export of the same object stays what it was. May sleep.
 *
 * Return: the dma-buf, with a reference, or an ERR_PTR.
 */
struct dma_buf *miracast_export_create(struct drm_gem_object *obj,
				       bool scanned_out)
{
	struct dma_buf_export_info info = {
		.exp_name = KBUILD_MODNAME,
		.owner = THIS_MODULE,
		.ops = scanned_out ? &screen_ops : &picture_ops,
		.size = obj->size,
		.flags = O_CLOEXEC | O_RDONLY,
	};
	struct miracast_export *export;
	struct dma_buf *dma_buf;

	export = kzalloc(sizeof(*export), GFP_KERNEL_ACCOUNT);
	if (!export)
		return ERR_PTR(-ENOMEM);

	init_rwsem(&export->fault_lock);
	spin_lock_init(&export->lock);
	INIT_LIST_HEAD(&export->link);
	export->drm = obj->dev;
	export->obj = obj;
	info.priv = export;

	dma_buf = dma_buf_export(&info);
	if (IS_ERR(dma_buf)) {
		kfree(export);
		return dma_buf;
	}

	export->dma_buf = dma_buf;
	drm_dev_get(export->drm);
	drm_gem_object_get(obj);

	return dma_buf;
}

/**
 * miracast_export_is - Recognise private exports
 * @dma_buf: any dma-buf
 *
 * Return: true when miracast_export_create() made it.
 */
bool miracast_export_is(const struct dma_buf *dma_buf)
{
	return dma_buf->ops == &screen_ops || dma_buf->ops == &picture_ops;
}

/**
 * miracast_export_queue - Put a private export into a list of those to revoke
 * @dma_buf: the export, of scanned-out memory; the list takes over the caller's
 *	reference
 * @list: the list; guarded by the caller
 *
 * Any context.
 */
void miracast_export_queue(struct dma_buf *dma_buf, struct list_head *list)
{
	struct miracast_export *export = dma_buf->priv;

	list_add_tail(&export->link, list);
}

static void revoke_export(struct miracast_export *export)
{
	struct drm_gem_object *obj;

	down_write(&export->fault_lock);
	spin_lock(&export->lock);
	WRITE_ONCE(export->revoked, true);
	obj = take_unused(export);
	spin_unlock(&export->lock);
	unmap_mapping_range(export->dma_buf->file->f_mapping, 0, 0, 1);
	up_write(&export->fault_lock);

	if (obj)
		drm_gem_object_put(obj);
}

/**
 * miracast_export_revoke_all - Revoke private exports
 * @list: the exports, each with a reference, which is dropped; not shared
 *
 * Afterwards the CPU cannot access the memory through any of them. Sleeps. Waits for page
 * faults and mmap() of user space that are under way, and for nothing else of it.
 */
void miracast_export_revoke_all(struct list_head *list)
{
	struct miracast_export *export, *next;

	list_for_each_entry_safe(export, next, list, link) {
		list_del_init(&export->link);
		revoke_export(export);
		dma_buf_put(export->dma_buf);
	}
}
