// SPDX-License-Identifier: GPL-2.0
/*
 * IO_CONTROL codes that hand memory over, and fences of it: GET_BUFFER,
 * SET_BUFFERS, GET_FENCE, GET_CURSOR.
 *
 * apply() runs under the class mutex and the target's spinlock, the other steps with
 * no lock held.
 */
#include <linux/dma-buf.h>
#include <linux/dma-fence.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/sync_file.h>
#include <linux/uaccess.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_gem.h>

#include "miracast_buffer.h"
#include "miracast_context.h"
#include "miracast_copy.h"
#include "miracast_cursor.h"
#include "miracast_export.h"
#include "miracast_io_call.h"
#include "miracast_owner_buffers.h"
#include "miracast_prime.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"

static int prepare_get_buffer(struct miracast_io_call *call)
{
	const struct drm_miracast_get_buffer *in = &call->in.get_buffer;

	return in->flags || in->pad ? -EINVAL : 0;
}

static void describe_buffer(const struct miracast_buffer *buffer,
			    struct drm_miracast_buffer *out)
{
	const struct miracast_layout *layout = &buffer->layout;

	*out = (struct drm_miracast_buffer) {
		.buffer = buffer->number,
		.modifier = DRM_FORMAT_MOD_LINEAR,
		.fourcc = layout->fourcc,
		.width = layout->width,
		.height = layout->height,
		.plane_count = layout->plane_count,
		.object_count = layout->object_count,
		.fds = { -1, -1, -1, -1 },
	};
	memcpy(out->planes, layout->planes,
	       layout->plane_count * sizeof(out->planes[0]));
}

static int apply_get_buffer(struct miracast_io_call *call)
{
	struct miracast_stream *stream = call->stream;
	struct miracast_buffer *buffer;
	int ret;

	ret = miracast_buffer_find(stream, call->in.get_buffer.buffer,
				   &buffer);
	if (ret)
		return ret;

	if (buffer->obj) {
		drm_gem_object_get(buffer->obj);
		call->obj = buffer->obj;
	} else {
		miracast_owner_buffers_get(stream->owner_buffers);
		call->owner_buffers = stream->owner_buffers;
		call->index = buffer - stream->buffers;
	}
	describe_buffer(buffer, &call->out.buffer);

	return 0;
}

static struct dma_buf *get_dma_buf_of(const struct miracast_io_call *call,
				      unsigned int object)
{
	struct dma_buf *dma_buf;
	int ret;

	if (call->owner_buffers)
		return miracast_owner_buffers_dma_buf(call->owner_buffers,
						      call->index, object);

	dma_buf = miracast_prime_export_to_owner(call->obj, call->stream->direct);
	if (IS_ERR(dma_buf) || !call->stream->direct ||
	    !miracast_export_is(dma_buf))
		return dma_buf;

	/* Exports of the driver's own scanned-out memory will be revoked. */
	ret = miracast_buffer_keep_export(call->stream, call->out.buffer.buffer,
					  &dma_buf);
	if (ret) {
		dma_buf_put(dma_buf);
		return ERR_PTR(ret);
	}

	return dma_buf;
}

static int get_object(struct miracast_io_call *call, unsigned int object)
{
	struct drm_miracast_buffer *out = &call->out.buffer;
	struct dma_buf *dma_buf;
	int fd;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;

	dma_buf = get_dma_buf_of(call, object);
	if (IS_ERR(dma_buf)) {
		put_unused_fd(fd);
		return PTR_ERR(dma_buf);
	}
	call->dma_bufs[object] = dma_buf;
	out->fds[object] = fd;

	return 0;
}

/* Get the dma-bufs, if the caller has room for their file descriptors. */
static int finish_get_buffer(struct miracast_io_call *call)
{
	unsigned int i;
	int ret = 0;

	if (call->out_size < offsetofend(struct drm_miracast_buffer, fds))
		return 0;

	for (i = 0; !ret && i < call->out.buffer.object_count; i++)
		ret = get_object(call, i);

	return ret;
}

static void cleanup_get_buffer(struct miracast_io_call *call, int ret)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(call->dma_bufs); i++) {
		int fd = call->out.buffer.fds[i];

		if (!call->dma_bufs[i])
			continue;
		if (!ret) {
			fd_install(fd, call->dma_bufs[i]->file);
			continue;
		}
		put_unused_fd(fd);
		dma_buf_put(call->dma_bufs[i]);
	}

	miracast_owner_buffers_put(call->owner_buffers);
	if (call->obj)
		drm_gem_object_put(call->obj);
}

const struct miracast_io_code miracast_io_get_buffer = {
	MIRACAST_IO_IN(get_buffer), MIRACAST_IO_OUT(buffer),
	.prepare = prepare_get_buffer,
	.apply = apply_get_buffer,
	.finish = finish_get_buffer,
	.cleanup = cleanup_get_buffer,
};

static int prepare_set_buffers(struct miracast_io_call *call)
{
	const struct drm_miracast_set_buffers *in = &call->in.set_buffers;
	const struct miracast_stream *stream = call->stream;
	struct miracast_owner_buffers *set;

	if (!(stream->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS))
		return -EOPNOTSUPP;
	if (in->flags || in->pad || in->count != stream->buffer_count)
		return -EINVAL;

	set = miracast_owner_buffers_create(call->context->mdev,
					    stream->fourcc, &stream->limits,
					    in);
	if (IS_ERR(set))
		return PTR_ERR(set);
	call->owner_buffers = set;

	return 0;
}

static int apply_set_buffers(struct miracast_io_call *call)
{
	return miracast_copy_set_owner_buffers(call->stream,
					       &call->owner_buffers);
}

static void cleanup_set_buffers(struct miracast_io_call *call, int ret)
{
	miracast_owner_buffers_put(call->owner_buffers);
}

const struct miracast_io_code miracast_io_set_buffers = {
	MIRACAST_IO_IN(set_buffers),
	.prepare = prepare_set_buffers,
	.apply = apply_set_buffers,
	.cleanup = cleanup_set_buffers,
};

static int prepare_get_fence(struct miracast_io_call *call)
{
	const struct drm_miracast_get_fence *in = &call->in.get_fence;

	return in->flags || in->pad ? -EINVAL : 0;
}

static int apply_get_fence(struct miracast_io_call *call)
{
	const struct drm_miracast_get_fence *in = &call->in.get_fence;

	call->out.fence = (struct drm_miracast_fence) { .fd = -1 };

	return miracast_slot_find_writers(call->stream, in->buffer,
					  in->chunk_id, &call->fence);
}

/* Create the sync_file, if the caller has room for its file descriptor. */
static int finish_get_fence(struct miracast_io_call *call)
{
	int fd;

	if (call->out_size < offsetofend(struct drm_miracast_fence, fd))
		return 0;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;

	call->sync_file = sync_file_create(call->fence);
	if (!call->sync_file) {
		put_unused_fd(fd);
		return -ENOMEM;
	}
	call->out.fence.fd = fd;

	return 0;
}

static void cleanup_get_fence(struct miracast_io_call *call, int ret)
{
	if (call->sync_file && !ret) {
		fd_install(call->out.fence.fd, call->sync_file->file);
	} else if (call->sync_file) {
		put_unused_fd(call->out.fence.fd);
		fput(call->sync_file->file);
	}
	dma_fence_put(call->fence);
}

const struct miracast_io_code miracast_io_get_fence = {
	MIRACAST_IO_IN(get_fence), MIRACAST_IO_OUT(fence),
	.prepare = prepare_get_fence,
	.apply = apply_get_fence,
	.finish = finish_get_fence,
	.cleanup = cleanup_get_fence,
};

/* Size of the largest cursor; a larger buffer is not allocated. */
#define CURSOR_BYTES	(MIRACAST_CURSOR_SIZE * MIRACAST_CURSOR_SIZE * \
			 sizeof(u32))

static int prepare_get_cursor(struct miracast_io_call *call)
{
	const struct drm_miracast_get_cursor *in = &call->in.get_cursor;

	if (in->flags)
		return -EINVAL;
	if (!in->pixels_size)
		return 0;

	/* No warning in the log: the caller gets an error. */
	call->pixels = kvmalloc(min_t(size_t, in->pixels_size, CURSOR_BYTES),
				GFP_KERNEL | __GFP_NOWARN);

	return call->pixels ? 0 : -ENOMEM;
}

/* The state was checked; the pixels are under a lock that may sleep. */
static int apply_get_cursor(struct miracast_io_call *call)
{
	return 0;
}

static int finish_get_cursor(struct miracast_io_call *call)
{
	const struct drm_miracast_get_cursor *in = &call->in.get_cursor;
	const struct drm_miracast_cursor *out = &call->out.cursor;
	int ret;

	ret = miracast_cursor_read(call->target, call->stream,
				   &call->out.cursor, call->pixels,
				   in->pixels_size);
	if (ret || !call->pixels)
		return ret;

	return copy_to_user(u64_to_user_ptr(in->pixels), call->pixels,
			    (size_t)out->width * out->height * sizeof(u32)) ?
		       -EFAULT : 0;
}

static void cleanup_get_cursor(struct miracast_io_call *call, int ret)
{
	kvfree(call->pixels);
}

const struct miracast_io_code miracast_io_get_cursor = {
	MIRACAST_IO_IN(get_cursor), MIRACAST_IO_OUT(cursor),
	.prepare = prepare_get_cursor,
	.apply = apply_get_cursor,
	.finish = finish_get_cursor,
	.cleanup = cleanup_get_cursor,
};
