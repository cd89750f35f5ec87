// SPDX-License-Identifier: MIT
/*
 * IDR pictures and rest belong together: an IDR picture has to become good at rest, and a
 * rest may end with one. What is due is counted by media/rest.c; here are the timers, and
 * the probe that counts pictures in the streaming thread.
 */
#include "media/streamrest.h"

#include <gst/video/video.h>

#include "media/repeats.h"

/* IDR pictures are large, and congestion is what asks for most of them. */
#define IDR_SPACE	(G_USEC_PER_SEC / 2)

static gboolean on_rest_time(gpointer user);

static gboolean on_idr_time(gpointer user)
{
	struct stream *stream = user;

	stream->idr_timer = 0;
	stream_rest_force_idr(stream);
	return G_SOURCE_REMOVE;
}

/* At once, or as soon as the last one is long enough ago. */
void stream_rest_force_idr(struct stream *stream)
{
	gint64 now = g_get_monotonic_time(), left = stream->idr_at + IDR_SPACE - now;
	GstEvent *event;

	if (!stream->parse || !stream->playing || stream->idr_timer)
		return;
	if (stream->idr_at && left > 0) {
		stream->idr_timer = g_timeout_add((guint)(left / 1000 + 1), on_idr_time, stream);
		return;
	}
	stream->idr_at = now;
	rest_renewed(&stream->rest, now);
	stream_rest_plan(stream);
	event = gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0);
	gst_element_send_event(stream->parse, event);
	stream->hooks->needed(stream->user);
}

/* Return: whether the screen has changed since the last look. */
bool stream_rest_look(struct stream *stream)
{
	gint changes = g_atomic_int_get(&stream->changes);
	gint repeats = g_atomic_int_get(&stream->repeats);

	if (repeats)
		rest_came(&stream->rest);
	g_atomic_int_add(&stream->repeats, -repeats);
	if (!changes)
		return false;
	g_atomic_int_add(&stream->changes, -changes);
	rest_changed(&stream->rest, !stream->format.asks_idr, g_get_monotonic_time());
	return true;
}

/* The streaming thread posts a message when it changes @changes and nothing looks. */
void stream_rest_plan(struct stream *stream)
{
	gint64 at = rest_deadline(&stream->rest);
	gint64 now = g_get_monotonic_time();

	if (stream->rest_timer)
		g_source_remove(stream->rest_timer);
	stream->rest_timer = 0;
	g_atomic_int_set(&stream->looking, at != REST_NEVER);
	if (at != REST_NEVER)
		stream->rest_timer = g_timeout_add((guint)(MAX(at - now, 0) / 1000 + 1),
						   on_rest_time, stream);
	else if (stream_rest_look(stream))	/* what came meanwhile has posted nothing */
		stream_rest_plan(stream);
}

static gboolean on_rest_time(gpointer user)
{
	struct stream *stream = user;
	enum rest_step step = REST_NOTHING;

	stream->rest_timer = 0;
	if (!stream->playing)	/* stream_run_start() plans anew */
		return G_SOURCE_REMOVE;
	if (!stream_rest_look(stream))
		step = rest_time(&stream->rest, g_get_monotonic_time());
	stream_rest_plan(stream);
	if (step == REST_IDR)
		stream_rest_force_idr(stream);
	else if (step == REST_PICTURE)
		stream->hooks->needed(stream->user);
	return G_SOURCE_REMOVE;
}

/* Of the streaming thread. The main loop is woken only by the first after a rest. */
static GstPadProbeReturn on_picture(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	struct stream *stream = user;
	GstElement *element;

	if (GST_BUFFER_FLAG_IS_SET(GST_PAD_PROBE_INFO_BUFFER(info), PICTURE_REPEATS)) {
		g_atomic_int_inc(&stream->repeats);
		return GST_PAD_PROBE_OK;
	}
	g_atomic_int_inc(&stream->changes);
	if (!g_atomic_int_compare_and_exchange(&stream->looking, FALSE, TRUE))
		return GST_PAD_PROBE_OK;
	element = gst_pad_get_parent_element(pad);
	if (!element)
		return GST_PAD_PROBE_OK;
	gst_element_post_message(element, gst_message_new_application(
		GST_OBJECT(element), gst_structure_new_empty(NAME_CHANGE)));
	gst_object_unref(element);
	return GST_PAD_PROBE_OK;
}

void stream_rest_watch(struct stream *stream, GstElement *source)
{
	GstPad *pad = gst_element_get_static_pad(source, "src");

	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_picture, stream, NULL);
	gst_object_unref(pad);
}
