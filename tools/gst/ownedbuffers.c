// SPDX-License-Identifier: MIT
#include "ownedbuffers.h"

#include <errno.h>
#include <gst/allocators/gstdmabuf.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BUFFERS 16 /* of a context */

struct owned_buffers {
	GstBufferPool *pool;
	GstVideoInfo info;
	GstBuffer *buffer[MOST_BUFFERS];
	guint count;
};

/* --- From a pool --------------------------------------------------------------- */

/* How many sets use a pool: an older one may still be held when there is a newer. */
static gint change_users(GstBufferPool *pool, gint by)
{
	static GMutex lock;
	GQuark quark = g_quark_from_static_string("miracast-sets");
	gint users;

	g_mutex_lock(&lock);
	users = GPOINTER_TO_INT(g_object_get_qdata(G_OBJECT(pool), quark)) + by;
	g_object_set_qdata(G_OBJECT(pool), quark, GINT_TO_POINTER(users));
	g_mutex_unlock(&lock);
	return users;
}

static void give_back(gpointer data)
{
	struct owned_buffers *owned = data;

	for (guint nth = 0; nth < owned->count; nth++)
		gst_buffer_unref(owned->buffer[nth]);
	if (owned->pool) {
		if (!change_users(owned->pool, -1))
			gst_buffer_pool_set_active(owned->pool, FALSE);
		gst_object_unref(owned->pool);
	}
}

static gboolean configure(GstBufferPool *pool, GstCaps *caps, guint size, guint count)
{
	GstStructure *config = gst_buffer_pool_get_config(pool);

	/* It may not have more, and is not to have fewer. */
	gst_buffer_pool_config_set_params(config, caps, size, count, 0);
	if (gst_buffer_pool_has_option(pool, GST_BUFFER_POOL_OPTION_VIDEO_META))
		gst_buffer_pool_config_add_option(config, GST_BUFFER_POOL_OPTION_VIDEO_META);
	if (gst_buffer_pool_set_config(pool, config))
		return TRUE;
	/* What it has changed is taken as it is, when it is no worse. */
	config = gst_buffer_pool_get_config(pool);
	if (!gst_buffer_pool_config_validate_params(config, caps, size, count, 0)) {
		gst_structure_free(config);
		return FALSE;
	}
	return gst_buffer_pool_set_config(pool, config);
}

static gboolean is_dmabuf(GstBuffer *buffer)
{
	guint count = gst_buffer_n_memory(buffer);

	if (!count || count > DRM_MIRACAST_MAX_PLANES)
		return FALSE;
	for (guint nth = 0; nth < count; nth++)
		if (!gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, nth)))
			return FALSE;
	return TRUE;
}

static gboolean acquire(struct owned_buffers *owned, guint count, GError **error)
{
	/* One that has no more is not waited for. */
	GstBufferPoolAcquireParams params = { .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT };
	GstBuffer *buffer;

	while (owned->count < count) {
		if (gst_buffer_pool_acquire_buffer(owned->pool, &buffer, &params) != GST_FLOW_OK) {
			g_set_error(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT,
				    "downstream's pool has %u buffers of the %u that are needed",
				    owned->count, count);
			return FALSE;
		}
		owned->buffer[owned->count++] = buffer;
		if (!is_dmabuf(buffer)) {
			g_set_error(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
				    "downstream's pool has no dma-bufs");
			return FALSE;
		}
	}
	return TRUE;
}

struct owned_buffers *owned_buffers_new(GstBufferPool *pool, GstCaps *caps,
					const GstVideoInfo *info, guint size, guint count,
					GError **error)
{
	struct owned_buffers *owned = g_atomic_rc_box_new0(struct owned_buffers);

	owned->info = *info;
	if (count > MOST_BUFFERS ||
	    !configure(pool, caps, MAX(size, (guint)GST_VIDEO_INFO_SIZE(info)), count)) {
		g_set_error(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
			    "downstream's pool cannot have %u buffers of such pictures", count);
		owned_buffers_unref(owned);
		return NULL;
	}
	owned->pool = gst_object_ref(pool);
	change_users(pool, 1);
	if (!gst_buffer_pool_set_active(pool, TRUE))
		g_set_error(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED,
			    "downstream's pool cannot be started");
	else if (acquire(owned, count, error))
		return owned;
	owned_buffers_unref(owned);
	return NULL;
}

struct owned_buffers *owned_buffers_ref(struct owned_buffers *owned)
{
	return g_atomic_rc_box_acquire(owned);
}

void owned_buffers_unref(struct owned_buffers *owned)
{
	g_atomic_rc_box_release_full(owned, give_back);
}

/* --- To the driver ------------------------------------------------------------- */

static gboolean place(GstBuffer *buffer, gsize at, struct drm_miracast_plane *plane)
{
	gsize skip, offset;
	guint object, length;

	if (!gst_buffer_find_memory(buffer, at, 1, &object, &length, &skip))
		return FALSE;
	gst_memory_get_sizes(gst_buffer_peek_memory(buffer, object), &offset, NULL);
	plane->object = object;
	plane->offset = offset + skip;
	return TRUE;
}

static gboolean fill(const struct owned_buffers *owned, GstBuffer *buffer,
		     struct drm_miracast_owner_buffer *out)
{
	const GstVideoMeta *meta = gst_buffer_get_video_meta(buffer);
	const gsize *offset = meta ? meta->offset : owned->info.offset;
	const gint *stride = meta ? meta->stride : owned->info.stride;

	out->object_count = gst_buffer_n_memory(buffer);
	out->plane_count = GST_VIDEO_INFO_N_PLANES(&owned->info);
	for (guint nth = 0; nth < out->object_count; nth++)
		out->fds[nth] = gst_dmabuf_memory_get_fd(gst_buffer_peek_memory(buffer, nth));
	for (guint nth = 0; nth < out->plane_count; nth++) {
		out->planes[nth].pitch = (guint32)stride[nth];
		if (stride[nth] <= 0 || !place(buffer, offset[nth], &out->planes[nth]))
			return FALSE;
	}
	return TRUE;
}

int owned_buffers_set(const struct owned_buffers *owned, const struct mc_context *context)
{
	struct drm_miracast_owner_buffer buffers[MOST_BUFFERS] = { 0 };
	struct drm_miracast_set_buffers in = {
		.buffers = (uintptr_t)buffers,
		.count = owned->count,
		.stride = sizeof(buffers[0]),
	};

	for (guint nth = 0; nth < owned->count; nth++)
		if (!fill(owned, owned->buffer[nth], &buffers[nth]))
			return -EINVAL;
	return mc_io_control(context, DRM_MIRACAST_CODE_SET_BUFFERS, &in, sizeof(in), NULL, 0);
}

/* --- From the driver ----------------------------------------------------------- */

/* Each dma-buf has an inode of its own, whatever its descriptors are. */
static gboolean is_same(const struct drm_miracast_buffer *info,
			const struct drm_miracast_owner_buffer *own)
{
	struct stat theirs, ours;

	return info->object_count && info->plane_count && info->planes[0].object == 0 &&
	       own->planes[0].object == 0 && info->planes[0].offset == own->planes[0].offset &&
	       !fstat(info->fds[0], &theirs) && !fstat(own->fds[0], &ours) &&
	       theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

int owned_buffers_find(const struct owned_buffers *owned, const struct mc_context *context,
		       guint64 number, GstBuffer **out)
{
	struct drm_miracast_get_buffer in = { .buffer = number };
	struct drm_miracast_owner_buffer own;
	struct drm_miracast_buffer info;
	int ret = mc_io_control(context, DRM_MIRACAST_CODE_GET_BUFFER, &in, sizeof(in), &info,
				sizeof(info));

	if (ret)
		return ret;
	*out = NULL;
	for (guint nth = 0; nth < owned->count && !*out; nth++) {
		memset(&own, 0, sizeof(own));
		if (fill(owned, owned->buffer[nth], &own) && is_same(&info, &own))
			*out = owned->buffer[nth];
	}
	for (guint nth = 0; nth < info.object_count && nth < DRM_MIRACAST_MAX_PLANES; nth++)
		close(info.fds[nth]);
	return *out ? 0 : -ENOENT;
}
