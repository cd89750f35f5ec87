// SPDX-License-Identifier: MIT
#include "screen/feed.h"

#include <gst/app/app.h>
#include <gst/video/video.h>
#include <stdbool.h>

#include "media/repeats.h"

struct feed {
	GstElement *source;

	GMutex lock;
	GstElement *to;		/* of the pipeline that encodes, or NULL */
	bool wanted;		/* it has asked for a picture */
	guint64 commit;		/* time of the last that it took, 0: of none */
	gint width, height;	/* of the mode that is taken */
};

/* The same moment, in the time of another pipeline. */
static GstClockTime moved(GstClockTime pts, GstElement *from, GstElement *to)
{
	GstClockTimeDiff there;

	if (!GST_CLOCK_TIME_IS_VALID(pts))
		return pts;
	there = (GstClockTimeDiff)(pts + gst_element_get_base_time(from)) -
		(GstClockTimeDiff)gst_element_get_base_time(to);
	return there > 0 ? (GstClockTime)there : 0;
}

static bool is_shown(const struct feed *feed, GstCaps *caps)
{
	const GstStructure *structure = caps ? gst_caps_get_structure(caps, 0) : NULL;
	gint width = 0, height = 0;

	return structure && gst_structure_get_int(structure, "width", &width) &&
	       gst_structure_get_int(structure, "height", &height) &&
	       width == feed->width && height == feed->height;
}

/* When the compositor drew it; 0: not known. */
static guint64 commit_of(GstBuffer *picture)
{
	GstCustomMeta *meta = gst_buffer_get_custom_meta(picture, "MiracastChunkMeta");
	guint64 time = 0;

	if (meta)
		gst_structure_get_uint64(gst_custom_meta_get_structure(meta), "commit-time", &time);
	return time;
}

/* Memory and metas are shared; only the times are those of the other pipeline. */
static void hand_over(GstBuffer *picture, GstCaps *caps, GstElement *from, GstElement *to)
{
	GstBuffer *buffer = gst_buffer_copy(picture);
	GstSample *sample;

	GST_BUFFER_PTS(buffer) = moved(GST_BUFFER_PTS(buffer), from, to);
	sample = gst_sample_new(buffer, caps, NULL, NULL);
	gst_buffer_unref(buffer);
	gst_app_src_push_sample(GST_APP_SRC(to), sample);
	gst_sample_unref(sample);
}

/* What is dropped here is no longer held: a sink would keep the last one. */
static GstPadProbeReturn on_picture(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	struct feed *feed = user;
	GstCaps *caps = gst_pad_get_current_caps(pad);
	GstElement *to = NULL;

	g_mutex_lock(&feed->lock);
	if (feed->to && feed->wanted && is_shown(feed, caps))
		to = gst_object_ref(feed->to);
	g_mutex_unlock(&feed->lock);
	if (to)
		hand_over(GST_PAD_PROBE_INFO_BUFFER(info), caps, feed->source, to);
	gst_clear_object(&to);
	gst_clear_caps(&caps);
	return GST_PAD_PROBE_DROP;
}

/* Only here: one that was handed over may have been replaced by the next, and never seen. */
static GstPadProbeReturn on_taken(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	guint64 commit = commit_of(GST_PAD_PROBE_INFO_BUFFER(info));
	struct feed *feed = user;
	bool repeats = false;
	GstBuffer *buffer;

	g_mutex_lock(&feed->lock);
	if (feed->to && GST_OBJECT_PARENT(pad) == GST_OBJECT(feed->to)) {
		repeats = commit && commit == feed->commit;
		feed->commit = commit;
	}
	g_mutex_unlock(&feed->lock);
	if (repeats) {
		buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
		GST_BUFFER_FLAG_SET(buffer, PICTURE_REPEATS);
		GST_PAD_PROBE_INFO_DATA(info) = buffer;
	}
	return GST_PAD_PROBE_OK;
}

/* A new pipeline gets nothing by itself from a screen at rest. */
static void on_need(GstAppSrc *to, guint length, gpointer user)
{
	struct feed *feed = user;
	bool first = false;

	(void)length;
	g_mutex_lock(&feed->lock);
	if (feed->to == GST_ELEMENT(to)) {
		first = !feed->wanted;
		feed->wanted = true;
	}
	g_mutex_unlock(&feed->lock);
	if (first)
		g_signal_emit_by_name(feed->source, "request-frame");
}

static void replace(struct feed *feed, GstElement *to)
{
	GstElement *before;

	g_mutex_lock(&feed->lock);
	before = feed->to;
	feed->to = to ? gst_object_ref(to) : NULL;
	feed->wanted = false;
	feed->commit = 0;
	g_mutex_unlock(&feed->lock);
	gst_clear_object(&before);
}

GstElement *feed_element(struct feed *feed, guint mhz)
{
	GstElement *to = gst_element_factory_make("appsrc", NULL);
	GstAppSrcCallbacks callbacks = { .need_data = on_need };
	GstPad *pad;

	if (!to)
		return NULL;
	pad = gst_element_get_static_pad(to, "src");
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_taken, feed, NULL);
	gst_object_unref(pad);
	/* A picture that waits is replaced by one that is newer. */
	g_object_set(to, "is-live", TRUE, "format", GST_FORMAT_TIME, "max-buffers",
		     (guint64)1, "max-bytes", (guint64)0, "leaky-type",
		     GST_APP_LEAKY_TYPE_DOWNSTREAM, "min-latency",
		     (gint64)(GST_SECOND * 1000 / MAX(mhz, 1000)), NULL);
	gst_app_src_set_callbacks(GST_APP_SRC(to), &callbacks, feed, NULL);
	replace(feed, to);
	return to;
}

void feed_show(struct feed *feed, gint width, gint height)
{
	g_mutex_lock(&feed->lock);
	feed->width = width;
	feed->height = height;
	g_mutex_unlock(&feed->lock);
}

struct feed *feed_new(GstElement *source, GstPad *out)
{
	struct feed *feed = g_new0(struct feed, 1);

	feed->source = gst_object_ref(source);
	g_mutex_init(&feed->lock);
	gst_pad_add_probe(out, GST_PAD_PROBE_TYPE_BUFFER, on_picture, feed, NULL);
	return feed;
}

void feed_free(struct feed *feed)
{
	if (!feed)
		return;
	replace(feed, NULL);
	gst_object_unref(feed->source);
	g_mutex_clear(&feed->lock);
	g_free(feed);
}
