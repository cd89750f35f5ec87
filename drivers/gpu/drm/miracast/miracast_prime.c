// SPDX-License-Identifier: GPL-2.0
/*
 * Dma-bufs in and out: which may be imported, which an owner may have pictures written
 * to, and through which it reads.
 *
 * Chooses between the kinds of memory and of exports, each of which has its own file.
 * No state.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>

#include <drm/drm_device.h>
#include <drm/drm_gem.h>

#include "miracast_export.h"
#include "miracast_gem.h"
#include "miracast_import.h"
#include "miracast_prime.h"

/**
 * miracast_prime_import - Import a dma-buf
 * @drm: the device
 * @dma_buf: the dma-buf
 *
 * The device's own objects are recognised. Private exports to owners are refused: a
 * client must not scan out another client's screen. A dma-buf whose size is not a
 * multiple of the page size is refused, too; few exporters create one.
 *
 * Return: the object, with a reference, or an ERR_PTR: -EACCES, -EINVAL or
 * -ENOMEM.
 */
struct drm_gem_object *miracast_prime_import(struct drm_device *drm,
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

	/* DRM core warns about objects of any other size. */
	if (!PAGE_ALIGNED(dma_buf->size))
		return ERR_PTR(-EINVAL);

	return miracast_import_create(drm, dma_buf);
}

/**
 * miracast_prime_get_writable - Get a dma-buf that an owner wants pictures in
 * @drm: the device
 * @fd: its file descriptor
 *
 * Memory of the driver's own is refused: framebuffers, and pictures that owners only read.
 *
 * Return: the dma-buf, with a reference, or an ERR_PTR: -EBADF, -EINVAL, or -EACCES
 * when the owner itself may not write it.
 */
struct dma_buf *miracast_prime_get_writable(struct drm_device *drm, int fd)
{
	struct dma_buf *dma_buf = dma_buf_get(fd);
	int ret = 0;

	if (IS_ERR(dma_buf))
		return dma_buf;

	if (miracast_export_is(dma_buf) || miracast_gem_of_export(drm, dma_buf))
		ret = -EINVAL;
	else if (!(dma_buf->file->f_mode & FMODE_WRITE))
		ret = -EACCES;
	if (ret) {
		dma_buf_put(dma_buf);
		return ERR_PTR(ret);
	}

	return dma_buf;
}

/**
 * miracast_prime_export_to_owner - Get the dma-buf through which an owner reads
 * @obj: any object of the device
 * @scanned_out: it is a framebuffer, and not picture memory
 *
 * For an import it is the exporter's own dma-buf, with the exporter's access mode, which
 * cannot be revoked. For the driver's own memory it is a private export. (The object is
 * mapped here, because its reservation lock could not be taken later under that of the
 * export.) May sleep.
 *
 * Return: the dma-buf, with a reference, or an ERR_PTR.
 */
struct dma_buf *miracast_prime_export_to_owner(struct drm_gem_object *obj,
					       bool scanned_out)
{
	int ret;

	if (miracast_import_is(obj))
		return miracast_import_dma_buf(obj);

	ret = miracast_gem_map(obj);
	if (ret)
		return ERR_PTR(ret);

	return miracast_export_create(obj, scanned_out);
}
