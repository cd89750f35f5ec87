// SPDX-License-Identifier: MIT
/*
 * wfdsink: sends the RTP packets of wfdmux to one sink, and speaks RTCP with it.
 *
 * The streaming thread sends, see sinksend.c; a thread of the element's own reads and sends
 * reports, see sinkreports.c. The first report leaves with the first access unit: some sinks
 * show nothing before it. The class is here, and starts and stops both.
 *
 * The object's lock guards the properties and the counters.
 */
#include "wfdsink.h"

#include <string.h>

#include "sinkinternal.h"
#include "sinkproperties.h"
#include "sinkreports.h"
#include "sinksend.h"
#include "sinksockets.h"

GST_DEBUG_CATEGORY_STATIC(wfd_sink_debug);
#define GST_CAT_DEFAULT wfd_sink_debug

guint sink_signals[SIGNALS];

G_DEFINE_TYPE(WfdSink, wfd_sink, GST_TYPE_BASE_SINK)
GST_ELEMENT_REGISTER_DEFINE(wfdsink, "wfdsink", GST_RANK_NONE, WFD_TYPE_SINK)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
	"sink", GST_PAD_SINK, GST_PAD_ALWAYS,
	GST_STATIC_CAPS("application/x-rtp, media = (string) video, payload = (int) 33, "
			"clock-rate = (int) 90000, encoding-name = (string) MP2T"));

/* --- State --------------------------------------------------------------------- */

/* A flush and a change of state come by different threads. */
static gboolean wfd_sink_unlock(GstBaseSink *base)
{
	WfdSink *sink = WFD_SINK(base);
	GCancellable *streaming;

	GST_OBJECT_LOCK(sink);
	streaming = g_object_ref(sink->streaming);
	GST_OBJECT_UNLOCK(sink);
	g_cancellable_cancel(streaming);
	g_object_unref(streaming);
	return TRUE;
}

static void replace_streaming(WfdSink *sink, GCancellable *next)
{
	GPollFD fd = { .fd = -1 };
	GCancellable *before;

	if (next)
		g_cancellable_make_pollfd(next, &fd);
	GST_OBJECT_LOCK(sink);
	before = sink->streaming;
	sink->streaming = next;
	sink->streaming_fd = fd;
	GST_OBJECT_UNLOCK(sink);
	if (!before)
		return;
	g_cancellable_release_fd(before);
	g_object_unref(before);
}

/* After a reset a cancellable would have another descriptor than the one that is held. */
static gboolean wfd_sink_unlock_stop(GstBaseSink *base)
{
	replace_streaming(WFD_SINK(base), g_cancellable_new());
	return TRUE;
}

/* Running time stands in a pause, and so do reports, which say what it is. */
static GstStateChangeReturn wfd_sink_change_state(GstElement *element, GstStateChange transition)
{
	WfdSink *sink = WFD_SINK(element);

	GST_OBJECT_LOCK(sink);
	sink->playing = transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING;
	GST_OBJECT_UNLOCK(sink);
	return GST_ELEMENT_CLASS(wfd_sink_parent_class)->change_state(element, transition);
}

static void reset(WfdSink *sink)
{
	GST_OBJECT_LOCK(sink);
	memset(&sink->counters, 0, sizeof(sink->counters));
	sink->have_ssrc = FALSE;
	sink->have_report = FALSE;
	sink->passed_on_us = 0;
	GST_OBJECT_UNLOCK(sink);
	sink->failing = FALSE;
}

static void clear_way(struct way *way)
{
	g_clear_pointer(&way->host, g_free);
	g_clear_pointer(&way->bind_address, g_free);
}

/* Any thread may set properties meanwhile. */
static void copy_way(WfdSink *sink)
{
	GST_OBJECT_LOCK(sink);
	sink->used = sink->way;
	sink->used.host = g_strdup(sink->way.host);
	sink->used.bind_address = g_strdup(sink->way.bind_address);
	GST_OBJECT_UNLOCK(sink);
}

static void close_all(WfdSink *sink)
{
	clear_way(&sink->used);
	if (sink->thread) {
		g_cancellable_cancel(sink->reporting);
		g_thread_join(sink->thread);
		sink->thread = NULL;
	}
	g_clear_object(&sink->reporting);
	sink_close_sockets(sink);
	g_clear_object(&sink->remote);
	g_clear_object(&sink->rtp_to);
	g_clear_object(&sink->rtcp_to);
	g_clear_pointer(&sink->cname, g_free);
}

static gboolean wfd_sink_start(GstBaseSink *base)
{
	WfdSink *sink = WFD_SINK(base);
	const struct way *way = &sink->used;
	GError *error = NULL;

	reset(sink);
	copy_way(sink);
	/* The text may have the interface of a link-local address. */
	sink->rtp_to = way->host ? g_inet_socket_address_new_from_string(way->host, way->port) :
				   NULL;
	if (!sink->rtp_to) {
		GST_ELEMENT_ERROR(sink, RESOURCE, SETTINGS,
				  ("The property host has no address of a sink."),
				  ("host is '%s'", way->host ? way->host : ""));
		close_all(sink);
		return FALSE;
	}
	sink->remote = g_object_ref(
		g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(sink->rtp_to)));
	sink->rtcp_to = g_inet_socket_address_new_from_string(
		way->host, way->rtcp_port ? way->rtcp_port : way->port + 1);
	sink->to_bytes = (socklen_t)g_socket_address_get_native_size(sink->rtp_to);
	if (!g_socket_address_to_native(sink->rtp_to, &sink->to, sizeof(sink->to), &error) ||
	    !sink_open_sockets(sink, &error)) {
		GST_ELEMENT_ERROR(sink, RESOURCE, OPEN_WRITE,
				  ("Cannot open the ports to send from: %s", error->message),
				  (NULL));
		g_clear_error(&error);
		close_all(sink);
		return FALSE;
	}
	sink->cname = g_strdup_printf("miracast-%08x", g_random_int());
	sink->reporting = g_cancellable_new();
	sink->thread = g_thread_try_new("wfdsink-rtcp", sink_report_thread, sink, &error);
	if (!sink->thread) {
		GST_ELEMENT_ERROR(sink, RESOURCE, FAILED, (NULL),
				  ("no thread for RTCP: %s", error->message));
		g_clear_error(&error);
		close_all(sink);
		return FALSE;
	}
	return TRUE;
}

static gboolean wfd_sink_stop(GstBaseSink *base)
{
	close_all(WFD_SINK(base));
	return TRUE;
}

/* --- Class --------------------------------------------------------------------- */

static void wfd_sink_finalize(GObject *object)
{
	WfdSink *sink = WFD_SINK(object);

	replace_streaming(sink, NULL);
	clear_way(&sink->way);
	G_OBJECT_CLASS(wfd_sink_parent_class)->finalize(object);
}

static void wfd_sink_class_init(WfdSinkClass *class)
{
	GObjectClass *object = G_OBJECT_CLASS(class);
	GstElementClass *element = GST_ELEMENT_CLASS(class);
	GstBaseSinkClass *base = GST_BASE_SINK_CLASS(class);

	GST_DEBUG_CATEGORY_INIT(wfd_sink_debug, "wfdsink", 0, "Wi-Fi Display sender");
	object->set_property = wfd_sink_set_property;
	object->get_property = wfd_sink_get_property;
	object->finalize = wfd_sink_finalize;
	sink_install_properties(object);

	/**
	 * WfdSink::back-pressure:
	 * @sink: the element
	 * @pressure: delayed (guint), datagrams of an access unit that found no room at once;
	 * dropped (guint), those of them that found no room within "max-wait"; waited (guint64),
	 * nanoseconds; rtp-time (guint) of the access unit
	 *
	 * The network accepts less than is sent: the encoder should lower its rate. After
	 * dropped datagrams an IDR picture is needed. Emitted by the
	 * streaming thread, at most once an access unit.
	 */
	sink_signals[SIGNAL_BACK_PRESSURE] = g_signal_new("back-pressure", G_TYPE_FROM_CLASS(class),
							  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
							  G_TYPE_NONE, 1,
							  GST_TYPE_STRUCTURE |
								  G_SIGNAL_TYPE_STATIC_SCOPE);
	/**
	 * WfdSink::receiver-report:
	 * @sink: the element
	 * @report: fraction-lost, packets-lost, highest-seqnum, jitter and round-trip
	 *
	 * The sink has reported what arrives. Emitted by a thread of the element, at most
	 * 20 times a second.
	 */
	sink_signals[SIGNAL_RECEIVER_REPORT] = g_signal_new(
		"receiver-report", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 1, GST_TYPE_STRUCTURE | G_SIGNAL_TYPE_STATIC_SCOPE);

	element->change_state = wfd_sink_change_state;
	base->start = wfd_sink_start;
	base->stop = wfd_sink_stop;
	base->unlock = wfd_sink_unlock;
	base->unlock_stop = wfd_sink_unlock_stop;
	base->render = wfd_sink_render;
	base->render_list = wfd_sink_render_list;

	gst_element_class_add_static_pad_template(element, &sink_template);
	gst_element_class_set_static_metadata(
		element, "Wi-Fi Display sender", "Sink/Network/RTP",
		"Sends the RTP packets of wfdmux to a Wi-Fi Display (Miracast) sink, an access unit at a "
		"time, with RTCP sender reports, and reads its receiver reports",
		"The miracast project");
}

static void wfd_sink_init(WfdSink *sink)
{
	sink->way.port = DEFAULT_PORT;
	sink->way.dscp = DEFAULT_DSCP;
	sink->way.buffer_bytes = DEFAULT_BUFFER_BYTES;
	sink->max_wait = DEFAULT_MAX_WAIT;
	sink->rtcp_interval = DEFAULT_RTCP_INTERVAL;
	replace_streaming(sink, g_cancellable_new());
	sink->chain_list = GST_PAD_CHAINLISTFUNC(GST_BASE_SINK_PAD(sink));
	gst_pad_set_chain_list_function(GST_BASE_SINK_PAD(sink), wfd_sink_chain_list);
	/* Live sources already set the pace. */
	gst_base_sink_set_sync(GST_BASE_SINK(sink), FALSE);
}
