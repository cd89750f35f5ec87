// SPDX-License-Identifier: MIT
/*
 * RTCP of wfdsink: a thread of its own reads what the sink reports, and sends reports, so
 * that they go on while no picture changes. The first one is the streaming thread's.
 *
 * The object's lock guards what both count and know.
 */
#include "sinkreports.h"

#include <gst/net/gstnet.h>
#include <gst/rtp/rtp.h>
#include <sys/socket.h>

#define RTCP_BYTES 1500 /* longest datagram that is read */
#define CLOCK_RATE 90000
/*
 * Reports go with access units, which costs nobody a wake-up. Only where none leaves, at
 * rest, does the thread send them, and so much less often.
 */
#define REST_INTERVALS 5
/* A sink that sends more reports is listened to, but not passed on. */
#define REPORT_PAUSE_US (G_USEC_PER_SEC / 20)

static guint64 ntp_now(void)
{
	return gst_rtcp_unix_to_ntp((guint64)g_get_real_time() * GST_USECOND);
}

GstClockTime sink_running_time(WfdSink *sink)
{
	GstClock *clock = gst_element_get_clock(GST_ELEMENT(sink));
	GstClockTime now, base = gst_element_get_base_time(GST_ELEMENT(sink));

	if (!clock)
		return GST_CLOCK_TIME_NONE;
	now = gst_clock_get_time(clock);
	gst_object_unref(clock);
	return now > base ? now - base : 0;
}

/* That of the last access unit, and what has passed since then of the time that it is of. */
static guint32 rtp_time_locked(const WfdSink *sink, GstClockTime running, gint64 now)
{
	GstClockTime passed = (GstClockTime)(now - sink->rtp_time_us) * GST_USECOND;

	if (GST_CLOCK_TIME_IS_VALID(running) && GST_CLOCK_TIME_IS_VALID(sink->rtp_running))
		passed = running > sink->rtp_running ? running - sink->rtp_running : 0;
	return sink->rtp_time + (guint32)gst_util_uint64_scale(passed, CLOCK_RATE, GST_SECOND);
}

/* Called by both threads. */
void sink_send_report(WfdSink *sink)
{
	GstClockTime running = sink_running_time(sink);
	struct rtcp_sender sender = { .cname = sink->cname };
	GstBuffer *buffer;
	GstMapInfo map;
	gssize sent;
	gint64 now;

	GST_OBJECT_LOCK(sink);
	now = g_get_monotonic_time();
	sink->report_us = now;
	sender.ssrc = sink->ssrc;
	sender.ntp_time = ntp_now();
	sender.rtp_time = rtp_time_locked(sink, running, now);
	sender.packets = (guint32)sink->counters.packets;
	sender.octets = (guint32)sink->counters.octets;
	GST_OBJECT_UNLOCK(sink);

	buffer = rtcp_sender_report(&sender);
	gst_buffer_map(buffer, &map, GST_MAP_READ);
	sent = g_socket_send_to(sink->rtcp, sink->rtcp_to, (const gchar *)map.data, map.size, NULL,
				NULL);
	gst_buffer_unmap(buffer, &map);
	gst_buffer_unref(buffer);

	/* A sink need not listen, and the next report comes soon. */
	GST_OBJECT_LOCK(sink);
	sink->counters.reports_sent += sent > 0;
	GST_OBJECT_UNLOCK(sink);
}

static GstStructure *report_structure(const struct rtcp_receiver *report)
{
	return gst_structure_new("application/x-wfd-receiver-report", "fraction-lost",
				 G_TYPE_DOUBLE, report->fraction_lost, "packets-lost", G_TYPE_INT,
				 report->packets_lost, "highest-seqnum", G_TYPE_UINT,
				 report->highest_seqnum, "jitter", G_TYPE_UINT64, report->jitter,
				 "round-trip", G_TYPE_UINT64, report->round_trip, NULL);
}

static void take_report(WfdSink *sink, const guint8 *data, gsize bytes)
{
	struct rtcp_receiver report = { 0 };
	gint64 now = g_get_monotonic_time();
	GstStructure *structure = NULL;
	guint32 ssrc;
	gboolean have;
	gint found;

	GST_OBJECT_LOCK(sink);
	ssrc = sink->ssrc;
	have = sink->have_ssrc;
	GST_OBJECT_UNLOCK(sink);
	found = rtcp_read(data, bytes, ssrc, ntp_now(), &report);

	GST_OBJECT_LOCK(sink);
	if (found < 0)
		sink->counters.reports_bad++;
	if (found > 0 && have) {
		sink->counters.reports_read++;
		sink->report = report;
		sink->have_report = TRUE;
		if (now - sink->passed_on_us >= REPORT_PAUSE_US) {
			sink->passed_on_us = now;
			structure = report_structure(&report);
		}
	}
	GST_OBJECT_UNLOCK(sink);
	if (structure) {
		g_signal_emit(sink, sink_signals[SIGNAL_RECEIVER_REPORT], 0, structure);
		gst_structure_free(structure);
	}
}

static gboolean is_the_sink(WfdSink *sink, GSocketAddress *from)
{
	return from && G_IS_INET_SOCKET_ADDRESS(from) &&
	       g_inet_address_equal(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(from)),
				    sink->remote);
}

static void read_report(WfdSink *sink)
{
	guint8 data[RTCP_BYTES];
	GInputVector vector = { data, sizeof(data) };
	GSocketAddress *from = NULL;
	gint flags = 0;
	gssize bytes;

	bytes = g_socket_receive_message(sink->rtcp, &from, &vector, 1, NULL, NULL, &flags, NULL,
					 NULL);
	if (bytes >= 0 && !is_the_sink(sink, from)) {
		GST_OBJECT_LOCK(sink);
		sink->counters.reports_foreign++;
		GST_OBJECT_UNLOCK(sink);
	} else if (bytes >= 0) {
		/* What was cut off has a wrong length. */
		take_report(sink, data, flags & MSG_TRUNC ? 0 : (gsize)bytes);
	}
	g_clear_object(&from);
}

gpointer sink_report_thread(gpointer data)
{
	WfdSink *sink = data;

	while (!g_cancellable_is_cancelled(sink->reporting)) {
		gint64 interval, wait = -1, due;
		gboolean sending;

		GST_OBJECT_LOCK(sink);
		interval = REST_INTERVALS * (gint64)(sink->rtcp_interval / GST_USECOND);
		sending = interval && sink->have_ssrc && sink->playing;
		due = sink->report_us + interval - g_get_monotonic_time();
		GST_OBJECT_UNLOCK(sink);
		if (sending && due <= 0) {
			sink_send_report(sink);
			continue;
		}
		if (interval)
			wait = sending ? due : interval;
		if (g_socket_condition_timed_wait(sink->rtcp, G_IO_IN, wait, sink->reporting, NULL))
			read_report(sink);
	}
	return NULL;
}
