/* SPDX-License-Identifier: MIT */
/*
 * What the parts of wfdsink share: the element. Its lock guards the properties and the
 * counters.
 */
#ifndef SINKINTERNAL_H
#define SINKINTERNAL_H

#include <gio/gio.h>
#include <sys/socket.h>

#include "rtcp.h"
#include "wfdsink.h"

#define DEFAULT_PORT 1028 /* that of most sinks */
#define DEFAULT_DSCP 34 /* AF41: interactive video */
#define DEFAULT_BUFFER_BYTES 262144 /* twice the largest access unit */
#define DEFAULT_MAX_WAIT (20 * GST_MSECOND)
#define DEFAULT_RTCP_INTERVAL GST_SECOND

#define BATCH 256 /* datagrams a system call; an access unit of 128 KiB has 100 */

enum {
	SIGNAL_BACK_PRESSURE,
	SIGNAL_RECEIVER_REPORT,
	SIGNALS,
};

extern guint sink_signals[SIGNALS];

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

/* What the ports are opened with. */
struct way {
	gchar *host, *bind_address;
	guint port, rtcp_port, bind_port;
	gint dscp, buffer_bytes;
};

struct _WfdSink {
	GstBaseSink parent;

	/* Properties. */
	struct way way;
	guint64 max_wait, rtcp_interval;

	GstPadChainListFunction chain_list; /* the base class's */
	struct way used; /* a copy, from start to stop */
	GSocket *rtp, *rtcp;
	GInetAddress *remote;
	GSocketAddress *rtp_to, *rtcp_to;
	struct sockaddr_storage to; /* the first of them, for the kernel */
	socklen_t to_bytes;
	GCancellable *streaming; /* replaced by any thread: the lock guards it */
	GPollFD streaming_fd; /* held, so that waiting does not make it each time */
	GCancellable *reporting;
	GThread *thread;
	gchar *cname;
	/* The streaming thread's alone. */
	struct batch batch;
	gboolean failing;
	gboolean begun_unit; /* a part of the last one has left */

	guint local_port;
	struct counters counters;
	gboolean have_ssrc;
	guint32 ssrc, rtp_time;
	gint64 rtp_time_us; /* when that was sent, monotonic */
	GstClockTime rtp_running; /* and in running time, if there is a clock */
	gboolean playing;
	gint64 report_us; /* when the last report was sent */
	gint64 passed_on_us;
	gboolean have_report;
	struct rtcp_receiver report;
};

#endif
