// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers that the owner provides.
 *
 * Owns: a set of the owner's dma-bufs, attached and mapped from SET_BUFFERS
 * until the last reference goes. But for CPU access a set never changes; the
 * stream's slots serialise who begins and ends that. The owner's fences are
 * waited for in miracast_owner_buffers_begin() only, by the owner's threads.
 */
#include <linux/dma-buf.h>
#include <linux/kref.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_fourcc.h>

#include "miracast_blit.h"
#include "miracast_compat.h"
#include "miracast_drv.h"
#include "miracast_gem.h"
#include "miracast_mapping.h"
#include "miracast_owner_buffers.h"

/**
 * struct owner_buffer - One buffer
 * @layout: its planes; width and height are those of no picture
 * @writable: CPU access has begun; belongs to whoever has the buffer's slot
 * @objects: its dma-bufs, with a reference each
 */
struct owner_buffer {
	struct miracast_layout layout;
	bool writable;
	struct miracast_mapping objects[DRM_MIRACAST_MAX_PLANES];
};

/**
 * struct miracast_owner_buffers - The buffers of one SET_BUFFERS
 * @ref: reference count
 * @count: elements of @buffers
 * @buffers: the buffers
 */
struct miracast_owner_buffers {
	struct kref ref;
	unsigned int count;
	struct owner_buffer buffers[] __counted_by(count);
};

static void end_objects(struct owner_buffer *buffer, unsigned int count)
{
	while (count--)
		dma_buf_end_cpu_access(buffer->objects[count].dma_buf,
				       DMA_BIDIRECTIONAL);
}

static void release_buffer(struct owner_buffer *buffer)
{
	unsigned int i;

	if (buffer->writable)
		end_objects(buffer, buffer->layout.object_count);

	for (i = 0; i < ARRAY_SIZE(buffer->objects); i++) {
		struct miracast_mapping *object = &buffer->objects[i];

		if (!object->dma_buf)
			continue;
		miracast_mapping_undo(object);
		dma_buf_put(object->dma_buf);
	}
}

static void set_free(struct kref *ref)
{
	struct miracast_owner_buffers *set =
		container_of(ref, struct miracast_owner_buffers, ref);
	unsigned int i;

	for (i = 0; i < set->count; i++)
		release_buffer(&set->buffers[i]);
	kvfree(set);
}

/**
 * miracast_owner_buffers_get - Take a reference
 * @set: the set
 */
void miracast_owner_buffers_get(struct miracast_owner_buffers *set)
{
	kref_get(&set->ref);
}

/**
 * miracast_owner_buffers_put - Give a reference back
 * @set: the set, or NULL
 *
 * The last one unmaps the buffers; may sleep.
 */
void miracast_owner_buffers_put(struct miracast_owner_buffers *set)
{
	if (set)
		kref_put(&set->ref, set_free);
}

static bool is_own(struct miracast_device *mdev, const struct dma_buf *dma_buf)
{
	return miracast_gem_is_private_export(dma_buf) ||
	       miracast_gem_of_export(&mdev->drm, dma_buf);
}

static int add_object(struct miracast_device *mdev,
		      struct miracast_mapping *object, int fd)
{
	struct dma_buf *dma_buf = dma_buf_get(fd);
	int ret;

	if (IS_ERR(dma_buf))
		return PTR_ERR(dma_buf);

	if (is_own(mdev, dma_buf)) {
		dma_buf_put(dma_buf);
		return -EINVAL;
	}

	object->dma_buf = dma_buf;
	ret = miracast_mapping_make(object, mdev->drm.dev);
	if (ret)
		return ret;

	/* Pictures are written as memory is. */
	return object->map.is_iomem ? -EINVAL : 0;
}

/* Pixels are written as words in XRGB8888, chroma as pairs of bytes in NV12. */
static bool plane_malformed(const struct drm_miracast_plane *plane,
			    u32 object_count, u32 align)
{
	return plane->object >= object_count || !IS_ALIGNED(plane->pitch, align) ||
	       !IS_ALIGNED(plane->offset, align);
}

static int init_layout(struct miracast_layout *layout, u32 fourcc,
		       const struct drm_miracast_owner_buffer *user)
{
	u32 align = fourcc == DRM_FORMAT_NV12 ? 2 : 4;
	u32 i;

	if (user->plane_count != miracast_layout_plane_count(fourcc) ||
	    !user->object_count || user->object_count > user->plane_count)
		return -EINVAL;

	for (i = 0; i < user->plane_count; i++) {
		if (plane_malformed(&user->planes[i], user->object_count,
				    align))
			return -EINVAL;
		layout->planes[i] = user->planes[i];
	}
	layout->fourcc = fourcc;
	layout->plane_count = user->plane_count;
	layout->object_count = user->object_count;

	return 0;
}

static int add_buffer(struct miracast_device *mdev,
		      struct miracast_owner_buffers *set, unsigned int index,
		      u32 fourcc,
		      const struct drm_miracast_owner_buffer __user *from)
{
	struct owner_buffer *buffer = &set->buffers[index];
	struct drm_miracast_owner_buffer user;
	unsigned int i;
	int ret;

	if (copy_from_user(&user, from, sizeof(user)))
		return -EFAULT;

	ret = init_layout(&buffer->layout, fourcc, &user);
	for (i = 0; !ret && i < user.object_count; i++)
		ret = add_object(mdev, &buffer->objects[i], user.fds[i]);

	return ret ?: miracast_owner_buffers_begin(set, index);
}

/**
 * miracast_owner_buffers_create - Make a set of the owner's buffers
 * @mdev: the device
 * @fourcc: format of the context
 * @args: SET_BUFFERS, its count checked
 *
 * The buffers are attached, mapped, and ready for the CPU to write. Reads user
 * space and waits, interruptibly, for fences on the buffers.
 *
 * Return: the set, with one reference, or an ERR_PTR: -EINVAL, -EFAULT, -EBADF,
 * -ENOMEM, -EINTR or what an exporter answered.
 */
struct miracast_owner_buffers *
miracast_owner_buffers_create(struct miracast_device *mdev, u32 fourcc,
			      const struct drm_miracast_set_buffers *args)
{
	const struct drm_miracast_owner_buffer __user *from =
		u64_to_user_ptr(args->buffers);
	struct miracast_owner_buffers *set;
	unsigned int i;
	int ret = 0;

	set = kvzalloc(struct_size(set, buffers, args->count),
		       GFP_KERNEL_ACCOUNT);
	if (!set)
		return ERR_PTR(-ENOMEM);

	kref_init(&set->ref);
	set->count = args->count;
	for (i = 0; !ret && i < args->count; i++)
		ret = add_buffer(mdev, set, i, fourcc, &from[i]);
	if (ret) {
		miracast_owner_buffers_put(set);
		return ERR_PTR(ret);
	}

	return set;
}

/**
 * miracast_owner_buffers_hold - Tell whether pictures fit the buffers
 * @set: the set
 * @width: width of a picture
 * @height: height of a picture
 *
 * Return: true when they fit each of them.
 */
bool miracast_owner_buffers_hold(const struct miracast_owner_buffers *set,
				 u32 width, u32 height)
{
	unsigned int i, k;

	for (i = 0; i < set->count; i++) {
		const struct owner_buffer *buffer = &set->buffers[i];
		u64 bytes[DRM_MIRACAST_MAX_PLANES];

		for (k = 0; k < buffer->layout.object_count; k++)
			bytes[k] = buffer->objects[k].dma_buf->size;
		if (!miracast_layout_holds(&buffer->layout, bytes, width,
					   height))
			return false;
	}

	return true;
}

/**
 * miracast_owner_buffers_layout - Get the layout of a buffer
 * @set: the set
 * @index: number of the buffer in it
 *
 * Return: the layout, without width and height.
 */
const struct miracast_layout *
miracast_owner_buffers_layout(const struct miracast_owner_buffers *set,
			      unsigned int index)
{
	return &set->buffers[index].layout;
}

/**
 * miracast_owner_buffers_surface - Get where to write a picture
 * @set: the set
 * @index: number of the buffer in it
 * @surface: filled in
 */
void miracast_owner_buffers_surface(const struct miracast_owner_buffers *set,
				    unsigned int index,
				    struct miracast_surface *surface)
{
	const struct owner_buffer *buffer = &set->buffers[index];
	unsigned int i;

	surface->fourcc = buffer->layout.fourcc;
	for (i = 0; i < buffer->layout.plane_count; i++) {
		const struct drm_miracast_plane *plane =
			&buffer->layout.planes[i];

		surface->planes[i] = buffer->objects[plane->object].map.vaddr +
				     plane->offset;
		surface->pitches[i] = plane->pitch;
	}
}

/**
 * miracast_owner_buffers_dma_buf - Get a dma-buf of a buffer
 * @set: the set
 * @index: number of the buffer in it
 * @object: number of the dma-buf in the buffer
 *
 * Return: the dma-buf, with a reference.
 */
struct dma_buf *
miracast_owner_buffers_dma_buf(const struct miracast_owner_buffers *set,
			       unsigned int index, unsigned int object)
{
	struct dma_buf *dma_buf = set->buffers[index].objects[object].dma_buf;

	get_dma_buf(dma_buf);

	return dma_buf;
}

/**
 * miracast_owner_buffers_begin - Make a buffer writable for the CPU
 * @set: the set
 * @index: number of the buffer in it
 *
 * Waits, interruptibly, for whoever uses the buffer: only for the owner's own
 * threads, with no lock held.
 *
 * Return: 0, -EINTR, or what the exporter answered.
 */
int miracast_owner_buffers_begin(struct miracast_owner_buffers *set,
				 unsigned int index)
{
	struct owner_buffer *buffer = &set->buffers[index];
	unsigned int i;
	int ret;

	for (i = 0; i < buffer->layout.object_count; i++) {
		ret = dma_buf_begin_cpu_access(buffer->objects[i].dma_buf,
					       DMA_BIDIRECTIONAL);
		if (ret) {
			end_objects(buffer, i);
			return ret;
		}
	}
	buffer->writable = true;

	return 0;
}

/**
 * miracast_owner_buffers_writable - Tell whether the CPU may write a buffer
 * @set: the set
 * @index: number of the buffer in it, its slot not with anybody else
 *
 * Return: true between miracast_owner_buffers_begin() and
 * miracast_owner_buffers_end().
 */
bool miracast_owner_buffers_writable(const struct miracast_owner_buffers *set,
				     unsigned int index)
{
	return set->buffers[index].writable;
}

/**
 * miracast_owner_buffers_end - The CPU has written a buffer
 * @set: the set
 * @index: number of the buffer in it
 *
 * May sleep. Exporters make caches coherent here; i915's waits for fences that
 * the owner has added since miracast_owner_buffers_begin(), others do not.
 */
void miracast_owner_buffers_end(struct miracast_owner_buffers *set,
				unsigned int index)
{
	struct owner_buffer *buffer = &set->buffers[index];

	end_objects(buffer, buffer->layout.object_count);
	buffer->writable = false;
}
