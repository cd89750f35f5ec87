// SPDX-License-Identifier: MIT
/*
 * wfdsink: sends the RTP packets of wfdmux to one sink, and speaks RTCP with it.
 *
 * A buffer list, which is an access unit, leaves with one system call; with three when
 * the socket's buffer is full: it waits once for room, for a limited time, and drops
 * what does not fit then. Nothing is queued here.
 *
 * A thread of its own reads what the sink reports, and sends reports, so that they go on
 * while no picture changes. The first one leaves with the first access unit: there are
 * sinks that show nothing before.
 *
 * The object's lock guards the properties and the counters.
 */
#include "wfdsink.h"

#include <errno.h>
#include <gio/gio.h>
#include <gst/net/gstnet.h>
#include <gst/rtp/rtp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "rtcp.h"

GST_DEBUG_CATEGORY_STATIC(wfd_sink_debug);
#define GST_CAT_DEFAULT wfd_sink_debug

#define DEFAULT_PORT 1028 /* that of most sinks */
#define DEFAULT_DSCP 34 /* AF41: interactive video */
#define DEFAULT_BUFFER_BYTES 262144 /* twice the largest access unit */
#define DEFAULT_MAX_WAIT (20 * GST_MSECOND)
#define DEFAULT_RTCP_INTERVAL GST_SECOND

#define BATCH 256 /* datagrams a system call; an access unit of 128 KiB has 100 */
#define RTP_BYTES 12
#define RTCP_BYTES 1500 /* longest datagram that is read */
#define PORT_TRIES 32
#define CLOCK_RATE 90000
/* A sink that sends more reports is listened to, but not passed on. */
#define REPORT_PAUSE_US (G_USEC_PER_SEC / 20)

struct counters {
	guint64 access_units, packets, octets, bytes;
	guint64 dropped; /* packets */
	guint64 back_pressure, errors; /* access units */
	guint64 system_calls; /* of sending access units */
	guint64 reports_sent, reports_read, reports_bad, reports_foreign;
};

/* One batch of datagrams, from here to the kernel. */
struct batch {
	GstMapInfo map[BATCH];
	GstBuffer *buffer[BATCH];
	struct iovec vector[BATCH];
	struct mmsghdr message[BATCH];
	guint count;
};

struct _WfdSink {
	GstBaseSink parent;

	/* Properties. */
	gchar *host, *bind_address;
	guint port, rtcp_port, bind_port;
	gint dscp, buffer_bytes;
	guint64 max_wait, rtcp_interval;

	GSocket *rtp, *rtcp;
	GInetAddress *remote;
	GSocketAddress *rtp_to, *rtcp_to;
	struct sockaddr_storage to; /* the first of them, for the kernel */
	socklen_t to_bytes;
	GCancellable *streaming, *reporting;
	GPollFD streaming_fd; /* held, so that waiting does not make it each time */
	GThread *thread;
	gchar *cname;
	/* The streaming thread's alone. */
	struct batch batch;
	gboolean failing;

	guint local_port;
	struct counters counters;
	gboolean have_ssrc;
	guint32 ssrc, rtp_time;
	gint64 rtp_time_us; /* when that was sent, monotonic */
	gint64 report_us; /* when the last report was sent */
	gint64 passed_on_us;
	gboolean have_report;
	struct rtcp_receiver report;
};

G_DEFINE_TYPE(WfdSink, wfd_sink, GST_TYPE_BASE_SINK)
GST_ELEMENT_REGISTER_DEFINE(wfdsink, "wfdsink", GST_RANK_NONE, WFD_TYPE_SINK)

enum {
	PROP_0,
	PROP_HOST,
	PROP_PORT,
	PROP_RTCP_PORT,
	PROP_BIND_ADDRESS,
	PROP_BIND_PORT,
	PROP_LOCAL_PORT,
	PROP_DSCP,
	PROP_BUFFER_SIZE,
	PROP_MAX_WAIT,
	PROP_RTCP_INTERVAL,
	PROP_STATS,
};

enum {
	SIGNAL_BACK_PRESSURE,
	SIGNAL_RECEIVER_REPORT,
	SIGNALS,
};

static guint signals[SIGNALS];

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
	"sink", GST_PAD_SINK, GST_PAD_ALWAYS,
	GST_STATIC_CAPS("application/x-rtp, media = (string) video, payload = (int) 33, "
			"clock-rate = (int) 90000, encoding-name = (string) MP2T"));

/* --- Sockets ------------------------------------------------------------------- */

static GSocket *open_socket(WfdSink *sink, GInetAddress *address, guint port, GError **error)
{
	GSocketFamily family = g_inet_address_get_family(address);
	GSocket *socket =
		g_socket_new(family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
	GSocketAddress *local;
	gboolean bound;

	if (!socket)
		return NULL;
	g_socket_set_blocking(socket, FALSE);
	local = g_inet_socket_address_new(address, (guint16)port);
	bound = g_socket_bind(socket, local, FALSE, error);
	g_object_unref(local);
	if (!bound) {
		g_object_unref(socket);
		return NULL;
	}
	/* Without these it works, too: some networks forbid them. */
	if (sink->dscp >= 0)
		g_socket_set_option(socket,
				    family == G_SOCKET_FAMILY_IPV6 ? IPPROTO_IPV6 : IPPROTO_IP,
				    family == G_SOCKET_FAMILY_IPV6 ? IPV6_TCLASS : IP_TOS,
				    sink->dscp << 2, NULL);
	if (sink->buffer_bytes > 0)
		g_socket_set_option(socket, SOL_SOCKET, SO_SNDBUF, sink->buffer_bytes, NULL);
	return socket;
}

/* Which of this machine's addresses the way to the sink begins at. */
static GInetAddress *local_address(WfdSink *sink, GError **error)
{
	GSocket *socket = g_socket_new(g_inet_address_get_family(sink->remote),
				       G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
	GSocketAddress *local = NULL;
	GInetAddress *address = NULL;

	if (socket && g_socket_connect(socket, sink->rtp_to, NULL, error))
		local = g_socket_get_local_address(socket, error);
	if (local)
		address = g_object_ref(
			g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(local)));
	g_clear_object(&local);
	g_clear_object(&socket);
	return address;
}

/*
 * Two ports in a row, the first of them even when it is not given. Neither is connected:
 * that a sink does not listen yet would be an error of the datagram after.
 */
static gboolean open_pair(WfdSink *sink, GInetAddress *address, GError **error)
{
	GSocketAddress *local;

	sink->rtp = open_socket(sink, address, sink->bind_port, error);
	if (!sink->rtp)
		return FALSE;
	local = g_socket_get_local_address(sink->rtp, error);
	if (!local)
		return FALSE;
	sink->local_port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(local));
	g_object_unref(local);
	if (sink->bind_port || !(sink->local_port & 1))
		sink->rtcp = open_socket(sink, address, sink->local_port + 1, error);
	else
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
			    "no pair of ports is free");
	return !!sink->rtcp;
}

static void close_sockets(WfdSink *sink)
{
	g_clear_object(&sink->rtp);
	g_clear_object(&sink->rtcp);
}

static gboolean open_sockets(WfdSink *sink, GError **error)
{
	GInetAddress *address;
	gboolean opened = FALSE;

	if (sink->bind_address) {
		address = g_inet_address_new_from_string(sink->bind_address);
		if (!address)
			g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
				    "bind-address '%s' is no address", sink->bind_address);
	} else {
		address = local_address(sink, error);
	}
	if (!address)
		return FALSE;
	for (guint nth = 0; !opened && nth < (sink->bind_port ? 1 : PORT_TRIES); nth++) {
		g_clear_error(error);
		opened = open_pair(sink, address, error);
		if (!opened)
			close_sockets(sink);
	}
	g_object_unref(address);
	return opened;
}

/* --- Reports ------------------------------------------------------------------- */

static guint64 ntp_now(void)
{
	return gst_rtcp_unix_to_ntp((guint64)g_get_real_time() * GST_USECOND);
}

/* Called by both threads. */
static void send_report(WfdSink *sink)
{
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
	sender.rtp_time =
		sink->rtp_time + (guint32)gst_util_uint64_scale((guint64)(now - sink->rtp_time_us),
								CLOCK_RATE, G_USEC_PER_SEC);
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
		g_signal_emit(sink, signals[SIGNAL_RECEIVER_REPORT], 0, structure);
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

static gpointer report_thread(gpointer data)
{
	WfdSink *sink = data;

	while (!g_cancellable_is_cancelled(sink->reporting)) {
		gint64 wait = -1, due, interval = (gint64)(sink->rtcp_interval / GST_USECOND);
		gboolean sending;

		GST_OBJECT_LOCK(sink);
		sending = interval && sink->have_ssrc;
		due = sink->report_us + interval - g_get_monotonic_time();
		GST_OBJECT_UNLOCK(sink);
		if (sending && due <= 0) {
			send_report(sink);
			continue;
		}
		if (interval)
			wait = sending ? due : interval;
		if (g_socket_condition_timed_wait(sink->rtcp, G_IO_IN, wait, sink->reporting, NULL))
			read_report(sink);
	}
	return NULL;
}

/* --- Sending ------------------------------------------------------------------- */

/* Of one access unit. */
struct outcome {
	guint packets, calls, delayed, dropped;
	guint64 bytes, octets;
	gint error; /* number of a failure that is not one of room */
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

static void send_batch(WfdSink *sink, struct outcome *outcome)
{
	struct batch *batch = &sink->batch;
	guint sent = send_some(sink, 0, outcome);

	if (sent < batch->count && !outcome->error && !outcome->delayed) {
		outcome->delayed = batch->count - sent;
		outcome->calls++;
		if (g_socket_condition_timed_wait(sink->rtp, G_IO_OUT,
						  (gint64)(sink->max_wait / GST_USECOND),
						  sink->streaming, NULL))
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

/* Takes the SSRC, and the time for the reports, of what has been sent. */
static gboolean note_sent(WfdSink *sink, GstBuffer *last, const struct outcome *outcome)
{
	GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
	gboolean first = FALSE;
	guint32 ssrc = 0, time = 0;
	gboolean good = gst_rtp_buffer_map(last, GST_MAP_READ, &rtp);

	if (good) {
		ssrc = gst_rtp_buffer_get_ssrc(&rtp);
		time = gst_rtp_buffer_get_timestamp(&rtp);
		gst_rtp_buffer_unmap(&rtp);
	}
	GST_OBJECT_LOCK(sink);
	sink->counters.access_units++;
	sink->counters.packets += outcome->packets;
	sink->counters.bytes += outcome->bytes;
	sink->counters.octets += outcome->octets;
	sink->counters.dropped += outcome->dropped;
	sink->counters.system_calls += outcome->calls;
	sink->counters.back_pressure += outcome->delayed > 0;
	sink->counters.errors += outcome->error != 0;
	if (good) {
		first = !sink->have_ssrc || sink->ssrc != ssrc;
		sink->have_ssrc = TRUE;
		sink->ssrc = ssrc;
		sink->rtp_time = time;
		sink->rtp_time_us = g_get_monotonic_time();
	}
	GST_OBJECT_UNLOCK(sink);
	return first;
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

static GstFlowReturn end_unit(WfdSink *sink, GstBuffer *last, const struct outcome *outcome)
{
	if (note_sent(sink, last, outcome) && sink->rtcp_interval)
		send_report(sink);
	warn(sink, outcome->error);
	if (outcome->delayed)
		g_signal_emit(sink, signals[SIGNAL_BACK_PRESSURE], 0, outcome->delayed,
			      outcome->dropped);
	return g_cancellable_is_cancelled(sink->streaming) ? GST_FLOW_FLUSHING : GST_FLOW_OK;
}

static GstFlowReturn wfd_sink_render_list(GstBaseSink *base, GstBufferList *list)
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

static GstFlowReturn wfd_sink_render(GstBaseSink *base, GstBuffer *buffer)
{
	WfdSink *sink = WFD_SINK(base);
	struct outcome outcome = { 0 };

	fill(sink, buffer);
	send_batch(sink, &outcome);
	return end_unit(sink, buffer, &outcome);
}

/* --- State --------------------------------------------------------------------- */

static gboolean wfd_sink_unlock(GstBaseSink *base)
{
	g_cancellable_cancel(WFD_SINK(base)->streaming);
	return TRUE;
}

/* A cancellable has a new descriptor after a reset. */
static gboolean wfd_sink_unlock_stop(GstBaseSink *base)
{
	WfdSink *sink = WFD_SINK(base);

	g_cancellable_release_fd(sink->streaming);
	g_object_unref(sink->streaming);
	sink->streaming = g_cancellable_new();
	g_cancellable_make_pollfd(sink->streaming, &sink->streaming_fd);
	return TRUE;
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

static void close_all(WfdSink *sink)
{
	if (sink->thread) {
		g_cancellable_cancel(sink->reporting);
		g_thread_join(sink->thread);
		sink->thread = NULL;
	}
	g_clear_object(&sink->reporting);
	close_sockets(sink);
	g_clear_object(&sink->remote);
	g_clear_object(&sink->rtp_to);
	g_clear_object(&sink->rtcp_to);
	g_clear_pointer(&sink->cname, g_free);
}

static gboolean wfd_sink_start(GstBaseSink *base)
{
	WfdSink *sink = WFD_SINK(base);
	GError *error = NULL;

	reset(sink);
	sink->remote = sink->host ? g_inet_address_new_from_string(sink->host) : NULL;
	if (!sink->remote) {
		GST_ELEMENT_ERROR(sink, RESOURCE, SETTINGS,
				  ("The property host has no address of a sink."),
				  ("host is '%s'", sink->host ? sink->host : ""));
		return FALSE;
	}
	sink->rtp_to = g_inet_socket_address_new(sink->remote, (guint16)sink->port);
	sink->rtcp_to = g_inet_socket_address_new(
		sink->remote, (guint16)(sink->rtcp_port ? sink->rtcp_port : sink->port + 1));
	sink->to_bytes = (socklen_t)g_socket_address_get_native_size(sink->rtp_to);
	if (!g_socket_address_to_native(sink->rtp_to, &sink->to, sizeof(sink->to), &error) ||
	    !open_sockets(sink, &error)) {
		GST_ELEMENT_ERROR(sink, RESOURCE, OPEN_WRITE,
				  ("Cannot open the ports to send from: %s", error->message),
				  (NULL));
		g_clear_error(&error);
		close_all(sink);
		return FALSE;
	}
	sink->cname = g_strdup_printf("miracast-%08x", g_random_int());
	sink->reporting = g_cancellable_new();
	sink->thread = g_thread_try_new("wfdsink-rtcp", report_thread, sink, &error);
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

static void wfd_sink_finalize(GObject *object)
{
	WfdSink *sink = WFD_SINK(object);

	g_cancellable_release_fd(sink->streaming);
	g_object_unref(sink->streaming);
	g_free(sink->host);
	g_free(sink->bind_address);
	G_OBJECT_CLASS(wfd_sink_parent_class)->finalize(object);
}

/* --- Properties ---------------------------------------------------------------- */

static GstStructure *stats_locked(const WfdSink *sink)
{
	const struct counters *counters = &sink->counters;
	GstStructure *stats = gst_structure_new(
		"application/x-wfdsink-stats", "access-units", G_TYPE_UINT64,
		counters->access_units, "packets-sent", G_TYPE_UINT64, counters->packets,
		"bytes-sent", G_TYPE_UINT64, counters->bytes, "packets-dropped", G_TYPE_UINT64,
		counters->dropped, "back-pressure", G_TYPE_UINT64, counters->back_pressure,
		"errors", G_TYPE_UINT64, counters->errors, "system-calls", G_TYPE_UINT64,
		counters->system_calls, "sender-reports", G_TYPE_UINT64, counters->reports_sent,
		"receiver-reports", G_TYPE_UINT64, counters->reports_read, "bad-reports",
		G_TYPE_UINT64, counters->reports_bad, "foreign-reports", G_TYPE_UINT64,
		counters->reports_foreign, NULL);

	if (sink->have_report)
		gst_structure_set(stats, "fraction-lost", G_TYPE_DOUBLE, sink->report.fraction_lost,
				  "packets-lost", G_TYPE_INT, sink->report.packets_lost, "jitter",
				  G_TYPE_UINT64, sink->report.jitter, "round-trip", G_TYPE_UINT64,
				  sink->report.round_trip, NULL);
	return stats;
}

static void wfd_sink_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
	WfdSink *sink = WFD_SINK(object);

	GST_OBJECT_LOCK(sink);
	switch (id) {
	case PROP_HOST:
		g_free(sink->host);
		sink->host = g_value_dup_string(value);
		break;
	case PROP_PORT:
		sink->port = g_value_get_uint(value);
		break;
	case PROP_RTCP_PORT:
		sink->rtcp_port = g_value_get_uint(value);
		break;
	case PROP_BIND_ADDRESS:
		g_free(sink->bind_address);
		sink->bind_address = g_value_dup_string(value);
		break;
	case PROP_BIND_PORT:
		sink->bind_port = g_value_get_uint(value);
		break;
	case PROP_DSCP:
		sink->dscp = g_value_get_int(value);
		break;
	case PROP_BUFFER_SIZE:
		sink->buffer_bytes = g_value_get_int(value);
		break;
	case PROP_MAX_WAIT:
		sink->max_wait = g_value_get_uint64(value);
		break;
	case PROP_RTCP_INTERVAL:
		sink->rtcp_interval = g_value_get_uint64(value);
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
	GST_OBJECT_UNLOCK(sink);
}

static void wfd_sink_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	WfdSink *sink = WFD_SINK(object);

	GST_OBJECT_LOCK(sink);
	switch (id) {
	case PROP_HOST:
		g_value_set_string(value, sink->host);
		break;
	case PROP_PORT:
		g_value_set_uint(value, sink->port);
		break;
	case PROP_RTCP_PORT:
		g_value_set_uint(value, sink->rtcp_port);
		break;
	case PROP_BIND_ADDRESS:
		g_value_set_string(value, sink->bind_address);
		break;
	case PROP_BIND_PORT:
		g_value_set_uint(value, sink->bind_port);
		break;
	case PROP_LOCAL_PORT:
		g_value_set_uint(value, sink->local_port);
		break;
	case PROP_DSCP:
		g_value_set_int(value, sink->dscp);
		break;
	case PROP_BUFFER_SIZE:
		g_value_set_int(value, sink->buffer_bytes);
		break;
	case PROP_MAX_WAIT:
		g_value_set_uint64(value, sink->max_wait);
		break;
	case PROP_RTCP_INTERVAL:
		g_value_set_uint64(value, sink->rtcp_interval);
		break;
	case PROP_STATS:
		g_value_take_boxed(value, stats_locked(sink));
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
	GST_OBJECT_UNLOCK(sink);
}

static void install_properties(GObjectClass *object)
{
	/* The ports are opened on the way to READY: these count from then on. */
	const GParamFlags stopped = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
	const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

	g_object_class_install_property(
		object, PROP_HOST,
		g_param_spec_string("host", "Host", "IP address of the sink", NULL, stopped));
	g_object_class_install_property(object, PROP_PORT,
					g_param_spec_uint("port", "Port",
							  "UDP port at which the sink expects RTP",
							  1, G_MAXUINT16 - 1, DEFAULT_PORT,
							  stopped));
	g_object_class_install_property(
		object, PROP_RTCP_PORT,
		g_param_spec_uint("rtcp-port", "RTCP port",
				  "UDP port at which the sink expects RTCP (0: port + 1)", 0,
				  G_MAXUINT16, 0, stopped));
	g_object_class_install_property(
		object, PROP_BIND_ADDRESS,
		g_param_spec_string(
			"bind-address", "Bind address",
			"Local IP address to send from (unset: that of the way to the sink)", NULL,
			stopped));
	g_object_class_install_property(
		object, PROP_BIND_PORT,
		g_param_spec_uint(
			"bind-port", "Bind port",
			"Local UDP port to send RTP from, the server_port of RTSP; RTCP has the next (0: any pair)",
			0, G_MAXUINT16 - 1, 0, stopped));
	g_object_class_install_property(
		object, PROP_LOCAL_PORT,
		g_param_spec_uint("local-port", "Local port",
				  "Local UDP port that RTP is sent from, from READY on", 0,
				  G_MAXUINT16, 0, read));
	g_object_class_install_property(
		object, PROP_DSCP,
		g_param_spec_int(
			"dscp", "DSCP",
			"Differentiated services code point of all packets; 34 is AF41, -1 leaves it alone",
			-1, 63, DEFAULT_DSCP, stopped));
	g_object_class_install_property(
		object, PROP_BUFFER_SIZE,
		g_param_spec_int(
			"buffer-size", "Buffer size",
			"Size of the kernel's send buffer, in bytes, as far as the system allows (0: its default)",
			0, G_MAXINT, DEFAULT_BUFFER_BYTES, stopped));
	g_object_class_install_property(
		object, PROP_MAX_WAIT,
		g_param_spec_uint64(
			"max-wait", "Maximum wait",
			"How long an access unit may wait for room in the send buffer before the rest of it is dropped, in nanoseconds",
			0, 10 * GST_SECOND, DEFAULT_MAX_WAIT, stopped));
	g_object_class_install_property(
		object, PROP_RTCP_INTERVAL,
		g_param_spec_uint64(
			"rtcp-interval", "RTCP interval",
			"Time between two sender reports, in nanoseconds (0: none are sent)", 0,
			60 * GST_SECOND, DEFAULT_RTCP_INTERVAL, stopped));
	g_object_class_install_property(
		object, PROP_STATS,
		g_param_spec_boxed(
			"stats", "Statistics",
			"Counters since start (access-units, packets-sent, bytes-sent, packets-dropped, back-pressure, errors, system-calls, sender-reports, receiver-reports, bad-reports, foreign-reports), and of the last receiver report fraction-lost (0 to 1), packets-lost, jitter and round-trip (nanoseconds)",
			GST_TYPE_STRUCTURE, read));
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
	install_properties(object);

	/**
	 * WfdSink::back-pressure:
	 * @sink: the element
	 * @delayed: datagrams of an access unit that found no room at once
	 * @dropped: those of them that found none within "max-wait", either
	 *
	 * The network takes less than is sent: the encoder should make less. A picture of
	 * which datagrams were dropped needs an IDR picture after it. Emitted by the
	 * streaming thread, at most once an access unit.
	 */
	signals[SIGNAL_BACK_PRESSURE] =
		g_signal_new("back-pressure", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
			     NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
	/**
	 * WfdSink::receiver-report:
	 * @sink: the element
	 * @report: fraction-lost, packets-lost, highest-seqnum, jitter and round-trip
	 *
	 * The sink has reported what arrives. Emitted by a thread of the element, at most
	 * 20 times a second.
	 */
	signals[SIGNAL_RECEIVER_REPORT] = g_signal_new(
		"receiver-report", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 1, GST_TYPE_STRUCTURE | G_SIGNAL_TYPE_STATIC_SCOPE);

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
	sink->port = DEFAULT_PORT;
	sink->dscp = DEFAULT_DSCP;
	sink->buffer_bytes = DEFAULT_BUFFER_BYTES;
	sink->max_wait = DEFAULT_MAX_WAIT;
	sink->rtcp_interval = DEFAULT_RTCP_INTERVAL;
	sink->streaming = g_cancellable_new();
	g_cancellable_make_pollfd(sink->streaming, &sink->streaming_fd);
	/* What a screen or a microphone sends has the right pace already. */
	gst_base_sink_set_sync(GST_BASE_SINK(sink), FALSE);
}
