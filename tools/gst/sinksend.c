// SPDX-License-Identifier: MIT
/*
 * How wfdsink sends: a buffer list, which is an access unit, leaves with one system call;
 * with three when the socket's buffer is full: it waits once for room, for a limited time,
 * and drops what does not fit then. Nothing is queued here. A pause in this wait lasts
 * until the element plays again, or is stopped.
 *
 * The streaming thread's. The object's lock guards what it counts.
 */
#include "sinksend.h"

#include <errno.h>
#include <gst/rtp/rtp.h>

#include "sinkinternal.h"
#include "sinkreports.h"

#define RTP_BYTES 12

/* Of one access unit. */
struct outcome {
	guint packets, calls, delayed, dropped;
	guint64 bytes, octets;
	GstClockTime waited;
	guint32 rtp_time;
	gint error; /* number of a failure that is not one of room */
	GstFlowReturn flow; /* not GST_FLOW_OK: the element stops */
};

static void fill(WfdSink *sink, GstBuffer *buffer)
{
	struct batch *batch = &sink->batch;
	guint nth = batch->count;

	if (!gst_buffer_map(buffer, &batch->map[nth], GST_MAP_READ))
		return;
	batch->buffer[nth] = buffer;
	batch->vector[nth] = (struct iovec){ batch->map[nth].data, batch->map[nth].size };
	batch->message[nth] = (struct mmsghdr){
		.msg_hdr = {
			.msg_name = &sink->to, .msg_namelen = sink->to_bytes,
			.msg_iov = &batch->vector[nth], .msg_iovlen = 1,
		},
	};
	batch->count++;
}

static void empty(struct batch *batch)
{
	for (guint nth = 0; nth < batch->count; nth++)
		gst_buffer_unmap(batch->buffer[nth], &batch->map[nth]);
	batch->count = 0;
}

/* How many of those from this one on have left; 0 with an error, or without room. */
static guint send_some(WfdSink *sink, guint first, struct outcome *outcome)
{
	struct batch *batch = &sink->batch;
	int fd = g_socket_get_fd(sink->rtp);
	int sent;

	do {
		outcome->calls++;
		sent = sendmmsg(fd, &batch->message[first], batch->count - first, 0);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS)
		outcome->error = errno;
	return sent > 0 ? (guint)sent : 0;
}

/*
 * A pause or a flush cancels the wait. After a pause it begins again, because an error here
 * would end the thread of the element before this one. Return: whether there is room.
 */
static gboolean await_room(WfdSink *sink, struct outcome *outcome)
{
	gint64 begun = g_get_monotonic_time(), most;
	GCancellable *streaming;
	gboolean room, cancelled;

	do {
		outcome->calls++;
		GST_OBJECT_LOCK(sink);
		streaming = g_object_ref(sink->streaming);
		most = (gint64)(sink->max_wait / GST_USECOND);
		GST_OBJECT_UNLOCK(sink);
		room = g_socket_condition_timed_wait(sink->rtp, G_IO_OUT, most, streaming, NULL);
		cancelled = !room && g_cancellable_is_cancelled(streaming);
		g_object_unref(streaming);
		if (cancelled)
			outcome->flow = gst_base_sink_wait_preroll(GST_BASE_SINK(sink));
	} while (cancelled && outcome->flow == GST_FLOW_OK);
	outcome->waited = (GstClockTime)(g_get_monotonic_time() - begun) * GST_USECOND;
	return room;
}

static void send_batch(WfdSink *sink, struct outcome *outcome)
{
	struct batch *batch = &sink->batch;
	guint sent = outcome->flow == GST_FLOW_OK ? send_some(sink, 0, outcome) : 0;

	if (sent < batch->count && !outcome->error && !outcome->delayed) {
		outcome->delayed = batch->count - sent;
		if (await_room(sink, outcome))
			sent += send_some(sink, sent, outcome);
	}
	for (guint nth = 0; nth < sent; nth++) {
		gsize bytes = batch->map[nth].size;

		outcome->bytes += bytes;
		outcome->octets += bytes - MIN(bytes, RTP_BYTES);
	}
	outcome->packets += sent;
	outcome->dropped += batch->count - sent;
	empty(batch);
}

static gboolean is_report_due(const WfdSink *sink, guint32 ssrc)
{
	gint64 since = g_get_monotonic_time() - sink->report_us;

	return !sink->have_ssrc || sink->ssrc != ssrc ||
	       since >= (gint64)(sink->rtcp_interval / GST_USECOND);
}

/* A failure of another kind is not one of room, even if there was none before. */
static gboolean is_pressed(const struct outcome *outcome)
{
	return outcome->delayed && !outcome->error;
}

/*
 * Takes the SSRC, and the time for the reports, of what has been sent. Return: whether a
 * report is to follow it.
 */
static gboolean note_sent(WfdSink *sink, GstBuffer *last, struct outcome *outcome)
{
	GstClockTime running = sink_running_time(sink);
	GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
	gboolean due = FALSE;
	guint32 ssrc = 0;
	gboolean good = gst_rtp_buffer_map(last, GST_MAP_READ, &rtp);

	if (good) {
		ssrc = gst_rtp_buffer_get_ssrc(&rtp);
		outcome->rtp_time = gst_rtp_buffer_get_timestamp(&rtp);
		gst_rtp_buffer_unmap(&rtp);
	}
	GST_OBJECT_LOCK(sink);
	sink->counters.access_units++;
	sink->counters.packets += outcome->packets;
	sink->counters.bytes += outcome->bytes;
	sink->counters.octets += outcome->octets;
	sink->counters.dropped += outcome->dropped;
	sink->counters.system_calls += outcome->calls;
	sink->counters.back_pressure += is_pressed(outcome) ? 1 : 0;
	sink->counters.errors += outcome->error != 0;
	if (good) {
		due = sink->rtcp_interval && is_report_due(sink, ssrc);
		sink->have_ssrc = TRUE;
		sink->ssrc = ssrc;
		sink->rtp_time = outcome->rtp_time;
		sink->rtp_running = running;
		sink->rtp_time_us = g_get_monotonic_time();
	}
	GST_OBJECT_UNLOCK(sink);
	return due;
}

/* Once for each time that it begins. */
static void warn(WfdSink *sink, gint error)
{
	if (error && !sink->failing) {
		gchar *to = g_inet_address_to_string(sink->remote);

		GST_ELEMENT_WARNING(sink, RESOURCE, WRITE,
				    ("Nothing can be sent to %s: %s.", to, g_strerror(error)),
				    ("access units are dropped until it works again"));
		g_free(to);
	}
	sink->failing = !!error;
}

static void signal_pressure(WfdSink *sink, const struct outcome *outcome)
{
	GstStructure *pressure = gst_structure_new(
		"application/x-wfd-back-pressure", "delayed", G_TYPE_UINT, outcome->delayed,
		"dropped", G_TYPE_UINT, outcome->dropped, "waited", G_TYPE_UINT64, outcome->waited,
		"rtp-time", G_TYPE_UINT, outcome->rtp_time, NULL);

	g_signal_emit(sink, sink_signals[SIGNAL_BACK_PRESSURE], 0, pressure);
	gst_structure_free(pressure);
}

static GstFlowReturn end_unit(WfdSink *sink, GstBuffer *last, struct outcome *outcome)
{
	if (note_sent(sink, last, outcome))
		sink_send_report(sink);
	warn(sink, outcome->error);
	if (is_pressed(outcome))
		signal_pressure(sink, outcome);
	sink->begun_unit = outcome->packets > 0;
	return outcome->flow;
}

GstFlowReturn wfd_sink_render_list(GstBaseSink *base, GstBufferList *list)
{
	WfdSink *sink = WFD_SINK(base);
	guint length = gst_buffer_list_length(list);
	struct outcome outcome = { 0 };

	if (!length)
		return GST_FLOW_OK;
	for (guint nth = 0; nth < length; nth++) {
		fill(sink, gst_buffer_list_get(list, nth));
		if (sink->batch.count == BATCH || nth == length - 1)
			send_batch(sink, &outcome);
	}
	return end_unit(sink, gst_buffer_list_get(list, length - 1), &outcome);
}

GstFlowReturn wfd_sink_render(GstBaseSink *base, GstBuffer *buffer)
{
	WfdSink *sink = WFD_SINK(base);
	struct outcome outcome = { 0 };

	fill(sink, buffer);
	send_batch(sink, &outcome);
	return end_unit(sink, buffer, &outcome);
}

/*
 * An access unit of which a part has left has used its numbers, also when the element stops in
 * the middle of it: the element before this one would take them back, and use them twice. The
 * base class has only one answer then.
 */
GstFlowReturn wfd_sink_chain_list(GstPad *pad, GstObject *parent, GstBufferList *list)
{
	WfdSink *sink = WFD_SINK(parent);
	GstFlowReturn flow;

	sink->begun_unit = FALSE;
	flow = sink->chain_list(pad, parent, list);
	return flow == GST_FLOW_FLUSHING && sink->begun_unit ? GST_FLOW_OK : flow;
}
