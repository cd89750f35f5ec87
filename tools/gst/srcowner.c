// SPDX-License-Identifier: MIT
/*
 * The context of miracastsrc: how it is got, and what any thread may ask of it.
 *
 * The element's lock guards the pointer to it, and to the descriptor that wakes the
 * streaming thread.
 */
#include "srcowner.h"

#include <drm_fourcc.h>
#include <gst/allocators/gstdmabuf.h>
#include <unistd.h>

/* What downstream would rather have, of what COPY offers. */
static guint32 preferred_fourcc(MiracastSrc *src, enum format format)
{
	GstCaps *ours, *theirs, *both;
	const gchar *name = NULL;
	guint32 fourcc = DRM_FORMAT_XRGB8888;

	if (format != FORMAT_AUTO)
		return format == FORMAT_NV12 ? DRM_FORMAT_NV12 : DRM_FORMAT_XRGB8888;
	ours = gst_caps_from_string(GST_VIDEO_CAPS_MAKE("{ BGRx, NV12 }") ";"
				    GST_VIDEO_CAPS_MAKE_WITH_FEATURES(
					    GST_CAPS_FEATURE_MEMORY_DMABUF, "{ BGRx, NV12 }"));
	theirs = gst_pad_peer_query_caps(GST_BASE_SRC_PAD(src), NULL);
	both = gst_caps_intersect_full(theirs, ours, GST_CAPS_INTERSECT_FIRST);
	if (!gst_caps_is_empty(both)) {
		both = gst_caps_fixate(gst_caps_truncate(both));
		name = gst_structure_get_string(gst_caps_get_structure(both, 0), "format");
	}
	if (!g_strcmp0(name, "NV12"))
		fourcc = DRM_FORMAT_NV12;
	gst_caps_unref(both);
	gst_caps_unref(theirs);
	gst_caps_unref(ours);
	return fourcc;
}

/* That of the state change, with a reference. */
GCancellable *src_opening(MiracastSrc *src)
{
	GCancellable *cancellable;

	GST_OBJECT_LOCK(src);
	cancellable = g_object_ref(src->opening);
	GST_OBJECT_UNLOCK(src);
	return cancellable;
}

/* A device without NV12 gives what it has; conversion is for others then. */
struct owner *src_open_owner(MiracastSrc *src, const struct settings *settings,
			     const struct mc_monitor *monitor, GError **error)
{
	GCancellable *cancellable = src_opening(src);
	struct owner_options options = {
		.fd = settings->fd,
		.device = settings->device,
		.target = settings->target,
		.broker = settings->broker,
		.delivery = settings->delivery,
		.buffers = settings->buffers,
		.monitor = monitor,
	};
	struct owner *owner;
	GError *why = NULL;

	if (settings->delivery == DRM_MIRACAST_DELIVERY_COPY)
		options.format = preferred_fourcc(src, settings->format);
	else
		options.flags |= DRM_MIRACAST_CONTEXT_FLAG_TRUSTED;
	if (settings->owner_buffers)
		options.flags |= DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	owner = owner_open(&options, cancellable, &why);
	if (!owner && settings->format == FORMAT_AUTO && options.format == DRM_FORMAT_NV12 &&
	    g_error_matches(why, OWNER_ERROR, OWNER_ERROR_BAD_LIMITS)) {
		g_clear_error(&why);
		options.format = DRM_FORMAT_XRGB8888;
		owner = owner_open(&options, cancellable, &why);
	}
	if (!owner)
		g_propagate_error(error, why);
	g_object_unref(cancellable);
	return owner;
}

static struct owner *hold_owner(MiracastSrc *src)
{
	struct owner *owner = NULL;

	GST_OBJECT_LOCK(src);
	if (src->owner)
		owner = owner_ref(src->owner);
	GST_OBJECT_UNLOCK(src);
	return owner;
}

/* Any thread. The driver keeps rates for a session, so each begins with those that are set. */
void src_set_rates(MiracastSrc *src, gboolean always)
{
	struct owner *owner = hold_owner(src);
	guint32 kbps, mhz;

	GST_OBJECT_LOCK(src);
	kbps = src->settings.encode_kbps;
	mhz = (guint32)gst_util_uint64_scale(1000, (guint64)src->settings.max_num,
					     (guint64)src->settings.max_denom);
	GST_OBJECT_UNLOCK(src);
	if (owner && (always || kbps || mhz))
		mc_set_rate(owner_context(owner), kbps, mhz);
	owner_unref(owner);
}

/* The whole picture at the next vblank, also when nothing changes. */
void src_request_frame(MiracastSrc *src)
{
	struct owner *owner = hold_owner(src);

	if (owner)
		mc_request_frame(owner_context(owner));
	owner_unref(owner);
}

void src_wake(MiracastSrc *src)
{
	guint64 one = 1;

	/* Cannot fail: the count never gets near its limit. */
	if (src->wake_fd >= 0 && write(src->wake_fd, &one, sizeof(one)) < 0)
		return;
}
