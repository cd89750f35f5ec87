// SPDX-License-Identifier: MIT
/*
 * Threads of the pipeline only post what happens; the bus brings it to the main loop.
 */
#include "media/streamsigns.h"

#include "media/streamrate.h"
#include "media/streamrest.h"
#include "media/timing.h"

#define NAME_PRESSURE	"miracast-pressure"
#define NAME_REPORT	"miracast-report"

void stream_signs_take(struct stream *stream, const GstStructure *what)
{
	gint64 now = g_get_monotonic_time();
	guint dropped = 0;
	gdouble lost = 0;

	if (gst_structure_has_name(what, NAME_PRESSURE)) {
		gst_structure_get_uint(what, "dropped", &dropped);
		stream_rate_apply(stream, rate_pressed(&stream->rate, dropped, now));
		if (dropped)
			stream_rest_force_idr(stream);
	} else if (gst_structure_has_name(what, NAME_REPORT)) {
		gst_structure_get_double(what, "fraction-lost", &lost);
		stream_rate_apply(stream, rate_lost(&stream->rate, lost, now));
		/* Some sinks show the damage of a loss until the next IDR picture. */
		if (lost > 0)
			stream_rest_force_idr(stream);
	} else if (gst_structure_has_name(what, NAME_CHANGE)) {
		rate_rested(&stream->rate, now);
		stream_rate_plan(stream);
		stream_rest_look(stream);
		stream_rest_plan(stream);
	} else if (gst_structure_has_name(what, TIMING_MESSAGE)) {
		stream->hooks->timed(stream->user, what);
	}
}

/* Of the streaming thread. */
static void on_back_pressure(GstElement *sink, const GstStructure *pressure, gpointer user)
{
	guint dropped = 0;

	(void)user;
	gst_structure_get_uint(pressure, "dropped", &dropped);
	gst_element_post_message(sink, gst_message_new_application(
		GST_OBJECT(sink), gst_structure_new(NAME_PRESSURE, "dropped", G_TYPE_UINT,
						    dropped, NULL)));
}

/* Of a thread of wfdsink. */
static void on_report(GstElement *sink, const GstStructure *report, gpointer user)
{
	gdouble lost = 0;

	(void)user;
	gst_structure_get_double(report, "fraction-lost", &lost);
	gst_element_post_message(sink, gst_message_new_application(
		GST_OBJECT(sink), gst_structure_new(NAME_REPORT, "fraction-lost", G_TYPE_DOUBLE,
						    lost, NULL)));
}

void stream_signs_connect(GstElement *sink)
{
	g_signal_connect(sink, "back-pressure", G_CALLBACK(on_back_pressure), NULL);
	g_signal_connect(sink, "receiver-report", G_CALLBACK(on_report), NULL);
}
