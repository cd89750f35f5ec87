// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers that the owner provides.
 *
 * Owns: a set of the owner's dma-bufs, attached and mapped from SET_BUFFERS
 * until the last reference goes. Except for CPU access (miracast_owner_access.c) a set
 * never changes.
 */
#include <linux/dma-buf.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "miracast_blit.h"
#include "miracast_drv.h"
#include "miracast_monitor.h"
#include "miracast_owner_buffers.h"
#include "miracast_owner_set.h"
#include "miracast_prime.h"
#include "miracast_user.h"

/* Room for the alignment of an allocator: twice the huge page of most machines. */
#define OBJECT_SLACK	SZ_4M

static void release_buffer(struct miracast_owner_buffer *buffer)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buffer->objects); i++) {
		struct miracast_mapping *object = &buffer->objects[i];

		if (!object->dma_buf)
			continue;
		miracast_mapping_undo(object);
		dma_buf_put(object->dma_buf);
	}
}

static void free_set(struct miracast_owner_buffers *set)
{
	unsigned int i;

	for (i = 0; i < set->count; i++) {
		if (set->buffers[i].writable)
			miracast_owner_buffers_end(set, i);
		release_buffer(&set->buffers[i]);
	}
	kvfree(set);
}

static void set_free(struct kref *ref)
{
	free_set(container_of(ref, struct miracast_owner_buffers, ref));
}

static void free_set_work(struct work_struct *work)
{
	free_set(container_of(work, struct miracast_owner_buffers, free_work));
}

static void set_free_later(struct kref *ref)
{
	struct miracast_owner_buffers *set =
		container_of(ref, struct miracast_owner_buffers, ref);

	queue_work(set->mdev->capture_wq, &set->free_work);
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
 * miracast_owner_buffers_put - Drop a reference
 * @set: the set, or NULL
 *
 * The last one ends CPU access and unmaps the buffers. Their exporters may wait for fences of
 * the owner: for calls of the owner, and for works.
 */
void miracast_owner_buffers_put(struct miracast_owner_buffers *set)
{
	if (set)
		kref_put(&set->ref, set_free);
}

/**
 * miracast_owner_buffers_put_later - Drop a reference, and let a work do the rest
 * @set: the set, or NULL
 *
 * For whoever must not wait for the owner: a commit, or another user who ends the context.
 */
void miracast_owner_buffers_put_later(struct miracast_owner_buffers *set)
{
	if (set)
		kref_put(&set->ref, set_free_later);
}

static int add_buffer(struct miracast_device *mdev,
		      struct miracast_owner_buffers *set, unsigned int index,
		      u32 fourcc, const struct drm_miracast_owner_buffer *user)
{
	struct miracast_owner_buffer *buffer = &set->buffers[index];
	unsigned int i;
	int ret;

	ret = miracast_layout_of_owner(&buffer->layout, fourcc, user);
	if (ret)
		return ret;

	for (i = 0; i < user->object_count; i++) {
		struct dma_buf *dma_buf =
			miracast_prime_get_writable(&mdev->drm, user->fds[i]);

		if (IS_ERR(dma_buf))
			return PTR_ERR(dma_buf);
		buffer->objects[i].dma_buf = dma_buf;
	}

	return 0;
}

static int map_buffer(struct miracast_device *mdev,
		      struct miracast_owner_buffers *set, unsigned int index)
{
	struct miracast_owner_buffer *buffer = &set->buffers[index];
	unsigned int i;

	for (i = 0; i < buffer->layout.object_count; i++) {
		struct miracast_mapping *object = &buffer->objects[i];
		int ret = miracast_mapping_make(object, mdev->drm.dev);

		if (ret)
			return ret;
		/* Pictures are written with plain stores, not to I/O memory. */
		if (object->map.is_iomem)
			return -EINVAL;
	}

	return 0;
}

/* Check whether a dma-buf is in a buffer of the set before this one. */
static bool is_in_earlier(const struct miracast_owner_buffers *set,
			  unsigned int index, const struct dma_buf *dma_buf)
{
	while (index--) {
		const struct miracast_owner_buffer *buffer = &set->buffers[index];

		if (miracast_owner_has_object(buffer, buffer->layout.object_count,
					      dma_buf))
			return true;
	}

	return false;
}

/*
 * CPU access begins and ends for a whole dma-buf. Its begin for one buffer may discard
 * what is being written to another buffer in the same dma-buf, and after its end for one
 * buffer the exporter may miss writes to the other. So a dma-buf may be in several
 * buffers only when its exporter has nothing to do when access ends.
 */
static bool is_shared(const struct miracast_owner_buffers *set,
		      unsigned int index)
{
	const struct miracast_owner_buffer *buffer = &set->buffers[index];
	unsigned int i;

	for (i = 0; i < buffer->layout.object_count; i++) {
		const struct dma_buf *dma_buf = buffer->objects[i].dma_buf;

		if (dma_buf->ops->end_cpu_access &&
		    is_in_earlier(set, index, dma_buf))
			return true;
	}

	return false;
}

/* Check whether an object's dma-buf is that of an object before it, in any buffer. */
static bool is_counted(const struct miracast_owner_buffers *set,
		       unsigned int index, unsigned int object)
{
	const struct miracast_owner_buffer *buffer = &set->buffers[index];

	return miracast_owner_is_repeated(buffer, object) ||
	       is_in_earlier(set, index, buffer->objects[object].dma_buf);
}

/*
 * Mappings use address space of the kernel, which is scarce on 32-bit machines. Check
 * whether they would use far more of it than the pictures need.
 */
static bool is_oversized(const struct miracast_owner_buffers *set,
			 const struct miracast_limits *limits)
{
	u64 most = set->count * (2 * 4ull * limits->width * limits->height +
				 OBJECT_SLACK);
	u64 bytes = 0;
	unsigned int i, k;

	for (i = 0; i < set->count; i++) {
		const struct miracast_owner_buffer *buffer = &set->buffers[i];

		for (k = 0; k < buffer->layout.object_count; k++)
			if (!is_counted(set, i, k))
				bytes += buffer->objects[k].dma_buf->size;
	}

	return bytes > most;
}

/**
 * miracast_owner_buffers_create - Create a set of the owner's buffers
 * @mdev: the device
 * @fourcc: format of the context
 * @limits: its limits
 * @args: SET_BUFFERS, its count checked
 *
 * The buffers are attached and mapped. CPU access does not begin here: a set before
 * this one may have the same dma-bufs, and its access ends later. Reads user space.
 *
 * Return: the set, with one reference, or an ERR_PTR: -EINVAL, -E2BIG, -EFAULT,
 * -EBADF, -EACCES, -EOPNOTSUPP, -ENOMEM or what an exporter answered.
 */
struct miracast_owner_buffers *
miracast_owner_buffers_create(struct miracast_device *mdev, u32 fourcc,
			      const struct miracast_limits *limits,
			      const struct drm_miracast_set_buffers *args)
{
	struct drm_miracast_owner_buffer *user;
	struct miracast_owner_buffers *set;
	unsigned int i;
	int ret;

	set = kvzalloc(struct_size(set, buffers, args->count),
		       GFP_KERNEL_ACCOUNT);
	if (!set)
		return ERR_PTR(-ENOMEM);

	kref_init(&set->ref);
	set->mdev = mdev;
	INIT_WORK(&set->free_work, free_set_work);
	set->count = args->count;

	ret = -ENOMEM;
	user = kcalloc(args->count, sizeof(*user), GFP_KERNEL);
	if (user)
		ret = miracast_user_copy_array(user, sizeof(*user),
					       args->buffers, args->count,
					       args->stride);
	for (i = 0; !ret && i < args->count; i++)
		ret = add_buffer(mdev, set, i, fourcc, &user[i]);
	kfree(user);
	for (i = 0; !ret && i < args->count; i++)
		ret = is_shared(set, i) ? -EINVAL : 0;
	if (!ret && is_oversized(set, limits))
		ret = -EINVAL;
	for (i = 0; !ret && i < args->count; i++)
		ret = map_buffer(mdev, set, i);
	if (ret) {
		miracast_owner_buffers_put(set);
		return ERR_PTR(ret);
	}

	return set;
}

/**
 * miracast_owner_buffers_hold - Check whether pictures fit the buffers
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
		const struct miracast_owner_buffer *buffer = &set->buffers[i];
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
	const struct miracast_owner_buffer *buffer = &set->buffers[index];
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
