// SPDX-License-Identifier: MIT
/*
 * What downstream of miracastsrc takes: caps, and the buffers that it offers. The streaming
 * thread's.
 */
#include "srccaps.h"

#include <drm_fourcc.h>
#include <gst/allocators/gstdmabuf.h>

#include "pictureinfo.h"

/* DIRECT can take memory back while a processor reads it: only devices may. */
static gboolean can_map(MiracastSrc *src)
{
	return owner_info(src->owner)->delivery != DRM_MIRACAST_DELIVERY_DIRECT;
}

/* Caps of a mode that downstream accepts, or NULL. */
static GstCaps *choose_caps(MiracastSrc *src, const struct picture_mode *mode)
{
	GstCaps *ours, *theirs, *both;
	GstVideoInfo info;

	if (!picture_info(&info, mode))
		return NULL;
	ours = picture_caps(&info, can_map(src));
	theirs = gst_pad_peer_query_caps(GST_BASE_SRC_PAD(src), NULL);
	both = gst_caps_intersect_full(theirs, ours, GST_CAPS_INTERSECT_FIRST);
	gst_caps_unref(theirs);
	gst_caps_unref(ours);
	if (gst_caps_is_empty(both)) {
		gst_caps_unref(both);
		return NULL;
	}
	return gst_caps_fixate(gst_caps_truncate(both));
}

/* Before the first mode there is nothing to negotiate. */
gboolean miracast_src_negotiate(GstBaseSrc *base)
{
	MiracastSrc *src = MIRACAST_SRC(base);
	GstCaps *caps;
	gboolean good;

	if (!src->have_mode || !src->mode.fourcc)
		return TRUE;
	caps = choose_caps(src, &src->mode);
	if (!caps)
		return FALSE;
	good = gst_base_src_set_caps(base, caps);
	gst_caps_unref(caps);
	return good;
}

gboolean miracast_src_set_caps(GstBaseSrc *base, GstCaps *caps)
{
	MiracastSrc *src = MIRACAST_SRC(base);

	src->have_info = gst_video_info_from_caps(&src->info, caps);
	return src->have_info;
}

static gboolean has_dmabuf(GstCaps *caps)
{
	return gst_caps_features_contains(gst_caps_get_features(caps, 0),
					  GST_CAPS_FEATURE_MEMORY_DMABUF);
}

static void take_pool(MiracastSrc *src, GstQuery *query, GstCaps *caps)
{
	GstBufferPool *pool = NULL;
	GError *error = NULL;
	guint size = 0;

	g_clear_pointer(&src->owned, owned_buffers_unref);
	if (gst_query_get_n_allocation_pools(query))
		gst_query_parse_nth_allocation_pool(query, 0, &pool, &size, NULL, NULL);
	if (pool)
		src->owned = owned_buffers_new(pool, caps, &src->info, size,
					       owner_info(src->owner)->buffer_count, &error);
	if (!src->owned)
		GST_WARNING_OBJECT(src, "no buffers of downstream's: %s",
				   error ? error->message : "it offers no pool");
	g_clear_error(&error);
	gst_clear_object(&pool);
}

/* What devices keep cannot be copied here: their pictures stop for good when they want more. */
static void check_appetite(MiracastSrc *src, GstQuery *query)
{
	guint have = owner_info(src->owner)->buffer_count, most = 0, min;

	for (guint nth = 0; nth < gst_query_get_n_allocation_pools(query); nth++) {
		gst_query_parse_nth_allocation_pool(query, nth, NULL, NULL, &min, NULL);
		most = MAX(most, min);
	}
	if (have && most >= have)
		GST_ELEMENT_WARNING(src, RESOURCE, NO_SPACE_LEFT,
				    ("Downstream keeps %u pictures, and there are buffers for %u.",
				     most, have),
				    ("pictures may stop; raise \"buffers\" above %u", most));
}

/* The buffers are those of chunks: no pool of GStreamer's is used as such. */
gboolean miracast_src_decide_allocation(GstBaseSrc *base, GstQuery *query)
{
	MiracastSrc *src = MIRACAST_SRC(base);
	guint understands = 0;
	GstCaps *caps = NULL;

	gst_query_parse_allocation(query, &caps, NULL);
	if (src->have_info && caps) {
		if (gst_query_find_allocation_meta(query, GST_VIDEO_META_API_TYPE, NULL))
			understands |= CHUNK_UNDERSTANDS_LAYOUT;
		if (gst_query_find_allocation_meta(query, GST_VIDEO_CROP_META_API_TYPE, NULL))
			understands |= CHUNK_UNDERSTANDS_CROP;
		/* Whoever takes dma-bufs has to know their layout. */
		if (has_dmabuf(caps))
			understands |= CHUNK_UNDERSTANDS_LAYOUT;
		/* The driver takes others with a mode only. */
		if (src->adopting &&
		    owner_info(src->owner)->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS)
			take_pool(src, query, caps);
		if (has_dmabuf(caps))
			check_appetite(src, query);
		chunk_pool_configure(src->pool, &src->info, has_dmabuf(caps), understands);
	}
	while (gst_query_get_n_allocation_pools(query))
		gst_query_remove_nth_allocation_pool(query, 0);
	return TRUE;
}

/* With DIRECT the format is known with the first picture: each possible one has to do. */
gboolean src_downstream_takes(MiracastSrc *src, const struct picture_mode *mode)
{
	struct picture_mode as = *mode;
	GstCaps *caps;

	if (!as.fourcc)
		as.fourcc = DRM_FORMAT_XRGB8888;
	caps = choose_caps(src, &as);
	if (caps)
		gst_caps_unref(caps);
	return !!caps;
}

/*
 * Whether the caps that were sent have arrived. Sending them never fails: what is not taken
 * is not stored there, and shows with the next buffer only.
 */
static gboolean caps_arrived(MiracastSrc *src)
{
	GstPad *pad = GST_BASE_SRC_PAD(src), *peer = gst_pad_get_peer(pad);
	GstCaps *sent = gst_pad_get_current_caps(pad);
	GstCaps *there = peer ? gst_pad_get_current_caps(peer) : NULL;
	gboolean good = sent && there && gst_caps_is_equal(sent, there);

	gst_clear_caps(&there);
	gst_clear_caps(&sent);
	gst_clear_object(&peer);
	return good;
}

/* The peer, beyond the pads by which bins show those of what is in them; NULL: none. */
static GstPad *real_peer(MiracastSrc *src)
{
	GstPad *peer = gst_pad_get_peer(GST_BASE_SRC_PAD(src)), *other;

	while (peer && GST_IS_PROXY_PAD(peer)) {
		other = GST_PAD(gst_proxy_pad_get_internal(GST_PROXY_PAD(peer)));
		gst_object_unref(peer);
		peer = other ? gst_pad_get_peer(other) : NULL;
		gst_clear_object(&other);
	}
	return peer;
}

/* Nobody downstream says anything now: there is none yet, or it is being flushed. */
gboolean src_is_mute(MiracastSrc *src)
{
	GstPad *peer = real_peer(src);
	gboolean mute = !peer || GST_PAD_IS_FLUSHING(peer);

	gst_clear_object(&peer);
	return mute || g_atomic_int_get(&src->flushing) ||
	       GST_PAD_IS_FLUSHING(GST_BASE_SRC_PAD(src));
}

/* Return: why not, or NULL. */
const gchar *src_adopt(MiracastSrc *src, const struct picture_mode *mode)
{
	struct picture_mode before = src->mode;
	gboolean had = src->have_mode, good;

	src->mode = *mode;
	src->have_mode = TRUE;
	src->adopting = TRUE;
	good = !mode->fourcc || (gst_base_src_negotiate(GST_BASE_SRC(src)) && caps_arrived(src));
	src->adopting = FALSE;
	if (good)
		return NULL;
	src->mode = before;
	src->have_mode = had;
	return "downstream does not take such pictures";
}
