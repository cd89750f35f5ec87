// SPDX-License-Identifier: MIT
#include "chunkpool.h"

#include <drm_fourcc.h>
#include <errno.h>

#include "drivermemory.h"
#include "pictureinfo.h"

struct chunk_pool {
	/* The lock is for releases, which come from all threads. */
	GMutex lock;
	struct owner *owner; /* NULL when there is nothing to release any more */
	gint held; /* pictures that others have, in the driver's memory; atomic */

	/* Of the thread that takes chunks. */
	GHashTable *known; /* of the driver's buffers, by number */
	struct owned_buffers *owned;
	GstVideoInfo info;
	gboolean dmabuf;
	guint understands;
	guint most; /* that others may have, so that the driver has one to write to */
	GstBufferPool *copies; /* of memory, or NULL */
};

/* A chunk that somebody downstream has. */
struct held {
	struct chunk_pool *pool;
	guint64 buffer, chunk_id;
	struct driver_memory *memory;
	struct owned_buffers *owned; /* NULL without */
};

static GQuark held_quark(void)
{
	return g_quark_from_static_string("miracast-chunk");
}

/* --- Releasing ----------------------------------------------------------------- */

static void release(struct chunk_pool *pool, guint64 buffer, guint64 chunk_id)
{
	struct owner *owner;

	g_mutex_lock(&pool->lock);
	owner = pool->owner ? owner_ref(pool->owner) : NULL;
	g_mutex_unlock(&pool->lock);
	/* Of an ended session, it is released already. The driver may wait for fences. */
	if (owner)
		mc_release_chunk(owner_context(owner), buffer, chunk_id);
	owner_unref(owner);
}

static void clear(gpointer data)
{
	struct chunk_pool *pool = data;

	owner_unref(pool->owner);
	g_hash_table_unref(pool->known);
	g_mutex_clear(&pool->lock);
}

static void let_go(struct chunk_pool *pool)
{
	g_atomic_rc_box_release_full(pool, clear);
}

static void release_held(gpointer data)
{
	struct held *held = data;

	driver_memory_end(held->memory);
	g_atomic_int_add(&held->pool->held, -1);
	release(held->pool, held->buffer, held->chunk_id);
	driver_memory_unref(held->memory);
	g_clear_pointer(&held->owned, owned_buffers_unref);
	let_go(held->pool);
	g_free(held);
}

/*
 * An empty buffer, whose end releases the chunk. As the parent of a buffer it is that of
 * each copy that shares its memory, too; GStreamer sees to that.
 */
static GstBuffer *make_token(struct chunk_pool *pool, struct driver_memory *memory,
			     const struct drm_miracast_event_chunk *chunk)
{
	GstBuffer *token = gst_buffer_new();
	struct held *held = g_new0(struct held, 1);

	held->pool = g_atomic_rc_box_acquire(pool);
	g_atomic_int_inc(&pool->held);
	held->buffer = chunk->buffer;
	held->chunk_id = chunk->chunk_id;
	held->memory = driver_memory_ref(memory);
	held->owned = pool->owned ? owned_buffers_ref(pool->owned) : NULL;
	gst_mini_object_set_qdata(GST_MINI_OBJECT(token), held_quark(), held, release_held);
	return token;
}

/* --- Buffers ------------------------------------------------------------------- */

static int look_up(struct chunk_pool *pool, guint64 number, struct driver_memory **out)
{
	const struct mc_context *context = owner_context(pool->owner);
	GstBuffer *buffer;
	int ret;

	*out = g_hash_table_lookup(pool->known, &number);
	if (*out)
		return 0;
	if (pool->owned) {
		ret = owned_buffers_find(pool->owned, context, number, &buffer);
		if (!ret)
			*out = driver_memory_wrap(buffer, &pool->info,
						  GST_VIDEO_INFO_IS_YUV(&pool->info) ?
							  DRM_FORMAT_NV12 :
							  DRM_FORMAT_XRGB8888);
	} else {
		ret = driver_memory_new(context, number, pool->dmabuf, out);
	}
	if (!ret)
		g_hash_table_insert(pool->known, g_memdup2(&number, sizeof(number)), *out);
	return ret;
}

static gboolean fits(const struct driver_memory *memory,
		     const struct drm_miracast_event_chunk *chunk)
{
	return memory->fourcc == chunk->fourcc && memory->planes <= GST_VIDEO_MAX_PLANES &&
	       chunk->src_x <= memory->width && chunk->width <= memory->width - chunk->src_x &&
	       chunk->src_y <= memory->height && chunk->height <= memory->height - chunk->src_y;
}

/* Where the picture begins in a plane, when it is only a part of the memory. */
static gsize cropped(const GstVideoInfo *info, const struct drm_miracast_event_chunk *chunk,
		     guint plane, gint stride)
{
	const GstVideoFormatInfo *format = info->finfo;
	gint component[GST_VIDEO_MAX_COMPONENTS];
	gsize x, y;

	gst_video_format_info_component(format, plane, component);
	x = (chunk->src_x >> GST_VIDEO_FORMAT_INFO_W_SUB(format, component[0])) *
	    (gsize)GST_VIDEO_FORMAT_INFO_PSTRIDE(format, component[0]);
	y = chunk->src_y >> GST_VIDEO_FORMAT_INFO_H_SUB(format, component[0]);
	return y * (gsize)stride + x;
}

static void describe(struct chunk_pool *pool, GstBuffer *buffer, const struct driver_memory *memory,
		     const struct drm_miracast_event_chunk *chunk)
{
	gboolean whole = chunk->width == memory->width && chunk->height == memory->height;
	gboolean moved = !whole && !(pool->understands & CHUNK_UNDERSTANDS_CROP);
	gsize offset[GST_VIDEO_MAX_PLANES] = { 0 };
	gint stride[GST_VIDEO_MAX_PLANES] = { 0 };
	GstVideoCropMeta *crop;
	guint width = chunk->width, height = chunk->height;

	for (guint plane = 0; plane < memory->planes; plane++) {
		stride[plane] = memory->stride[plane];
		offset[plane] = memory->offset[plane];
		if (moved)
			offset[plane] += cropped(&pool->info, chunk, plane, stride[plane]);
	}
	if (!whole && !moved) {
		crop = gst_buffer_add_video_crop_meta(buffer);
		crop->x = chunk->src_x;
		crop->y = chunk->src_y;
		crop->width = width;
		crop->height = height;
		width = memory->width;
		height = memory->height;
	}
	gst_buffer_add_video_meta_full(buffer, GST_VIDEO_FRAME_FLAG_NONE,
				       GST_VIDEO_INFO_FORMAT(&pool->info), width, height,
				       memory->planes, offset, stride);
}

static gboolean is_usual(struct chunk_pool *pool, GstBuffer *buffer)
{
	const GstVideoMeta *meta = gst_buffer_get_video_meta(buffer);

	for (guint nth = 0; nth < meta->n_planes; nth++)
		if (meta->offset[nth] != pool->info.offset[nth] ||
		    meta->stride[nth] != pool->info.stride[nth])
			return FALSE;
	return TRUE;
}

static GstBuffer *copy(struct chunk_pool *pool, GstBuffer *from)
{
	GstVideoFrame in, out;
	GstBuffer *to = NULL;
	gboolean good;

	if (!pool->copies ||
	    gst_buffer_pool_acquire_buffer(pool->copies, &to, NULL) != GST_FLOW_OK)
		return NULL;
	if (!gst_video_frame_map(&in, &pool->info, from, GST_MAP_READ))
		goto failed;
	if (!gst_video_frame_map(&out, &pool->info, to, GST_MAP_WRITE)) {
		gst_video_frame_unmap(&in);
		goto failed;
	}
	good = gst_video_frame_copy(&out, &in);
	gst_video_frame_unmap(&out);
	gst_video_frame_unmap(&in);
	if (good)
		return to;
failed:
	gst_buffer_unref(to);
	return NULL;
}

/*
 * Whoever does not know of layouts takes all of a buffer for pixels of the usual one. The
 * picture is made so, by a copy if need be.
 */
static GstBuffer *simplify(struct chunk_pool *pool, GstBuffer *buffer)
{
	GstBuffer *simple;

	if (pool->understands & CHUNK_UNDERSTANDS_LAYOUT)
		return buffer;
	if (is_usual(pool, buffer)) {
		if (gst_buffer_get_size(buffer) > GST_VIDEO_INFO_SIZE(&pool->info))
			gst_buffer_set_size(buffer, (gssize)GST_VIDEO_INFO_SIZE(&pool->info));
		return buffer;
	}
	/* What reads dma-bufs has to know where their lines are. */
	simple = pool->dmabuf ? NULL : copy(pool, buffer);
	gst_buffer_unref(buffer);
	return simple;
}

/*
 * Some keep more pictures than the driver has buffers, such as an encoder that looks ahead,
 * and let go of none before they have got another. What is more than the driver can do
 * without is copied, and its chunk released at once.
 */
static GstBuffer *spare(struct chunk_pool *pool, GstBuffer *buffer)
{
	GstBuffer *copied;

	if ((guint)g_atomic_int_get(&pool->held) <= pool->most)
		return buffer;
	copied = copy(pool, buffer);
	if (!copied)
		return buffer;
	gst_buffer_unref(buffer);
	return copied;
}

static GstBuffer *wrap(struct chunk_pool *pool, struct driver_memory *memory,
		       const struct drm_miracast_event_chunk *chunk)
{
	GstBuffer *token = make_token(pool, memory, chunk), *buffer = gst_buffer_new();

	for (guint nth = 0; nth < memory->count; nth++)
		gst_buffer_append_memory(buffer, gst_memory_ref(memory->memory[nth]));
	gst_buffer_add_parent_buffer_meta(buffer, token);
	gst_buffer_unref(token);
	describe(pool, buffer, memory, chunk);
	return buffer;
}

static GstBuffer *fail(struct chunk_pool *pool, const struct mc_event *event, GError **error,
		       const gchar *what)
{
	chunk_pool_release(pool, event);
	g_set_error_literal(error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, what);
	return NULL;
}

GstBuffer *chunk_pool_take(struct chunk_pool *pool, const struct mc_event *event, GError **error)
{
	const struct drm_miracast_event_chunk *chunk = &event->chunk;
	struct driver_memory *memory;
	GstBuffer *buffer;
	int ret = look_up(pool, chunk->buffer, &memory);

	if (!ret)
		ret = driver_memory_begin(memory);
	if (ret == -ESTALE) {
		chunk_pool_release(pool, event);
		return NULL;
	}
	if (ret == -EOPNOTSUPP)
		return fail(pool, event, error,
			    "the compositor's pictures can be handed to a device only");
	if (ret) {
		chunk_pool_release(pool, event);
		g_set_error(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ,
			    "cannot get at a picture: %s", g_strerror(-ret));
		return NULL;
	}
	if (!fits(memory, chunk)) {
		driver_memory_end(memory);
		return fail(pool, event, error, "a picture does not fit its buffer");
	}
	if (memory->modifier != DRM_FORMAT_MOD_LINEAR) {
		driver_memory_end(memory);
		return fail(pool, event, error,
			    "the compositor's pictures are tiled, which caps cannot say; use delivery=copy");
	}
	buffer = simplify(pool, wrap(pool, memory, chunk));
	if (!buffer)
		g_set_error_literal(error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
				    "downstream does not understand the layout of the pictures");
	return buffer ? spare(pool, buffer) : NULL;
}

void chunk_pool_release(struct chunk_pool *pool, const struct mc_event *event)
{
	release(pool, event->chunk.buffer, event->chunk.chunk_id);
}

void chunk_pool_gone(struct chunk_pool *pool, guint64 number)
{
	g_hash_table_remove(pool->known, &number);
}

/* --- The pool ------------------------------------------------------------------ */

static void end_copies(struct chunk_pool *pool)
{
	if (pool->copies)
		gst_buffer_pool_set_active(pool->copies, FALSE);
	g_clear_object(&pool->copies);
}

static void begin_copies(struct chunk_pool *pool)
{
	GstCaps *caps = gst_video_info_to_caps(&pool->info);
	GstStructure *config;

	pool->copies = gst_video_buffer_pool_new();
	config = gst_buffer_pool_get_config(pool->copies);
	gst_buffer_pool_config_set_params(config, caps, (guint)GST_VIDEO_INFO_SIZE(&pool->info), 0,
					  0);
	if (!gst_buffer_pool_set_config(pool->copies, config) ||
	    !gst_buffer_pool_set_active(pool->copies, TRUE))
		g_clear_object(&pool->copies);
	gst_caps_unref(caps);
}

void chunk_pool_configure(struct chunk_pool *pool, const GstVideoInfo *info, gboolean dmabuf,
			  guint understands)
{
	end_copies(pool);
	if (pool->dmabuf != dmabuf || !gst_video_info_is_equal(&pool->info, info))
		g_hash_table_remove_all(pool->known);
	pool->info = *info;
	pool->dmabuf = dmabuf;
	pool->understands = understands;
	/* It has no memory before the first copy. */
	if (!dmabuf)
		begin_copies(pool);
}

void chunk_pool_set_owned(struct chunk_pool *pool, struct owned_buffers *owned)
{
	g_hash_table_remove_all(pool->known);
	g_clear_pointer(&pool->owned, owned_buffers_unref);
	if (owned)
		pool->owned = owned_buffers_ref(owned);
}

struct chunk_pool *chunk_pool_new(struct owner *owner)
{
	struct chunk_pool *pool = g_atomic_rc_box_new0(struct chunk_pool);
	guint count = owner_info(owner)->buffer_count;

	g_mutex_init(&pool->lock);
	gst_video_info_init(&pool->info);
	pool->known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
					    (GDestroyNotify)driver_memory_unref);
	pool->owner = owner_ref(owner);
	/* The buffers of DIRECT are the compositor's, who has as many as it wants. */
	pool->most = count ? count - 1 : G_MAXUINT;
	return pool;
}

void chunk_pool_close(struct chunk_pool *pool, gboolean goes_on)
{
	if (!pool)
		return;
	end_copies(pool);
	chunk_pool_set_owned(pool, NULL);
	g_mutex_lock(&pool->lock);
	if (!goes_on)
		g_clear_pointer(&pool->owner, owner_unref);
	g_mutex_unlock(&pool->lock);
	let_go(pool);
}
