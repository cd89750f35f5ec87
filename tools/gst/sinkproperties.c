// SPDX-License-Identifier: MIT
/*
 * The properties of wfdsink. Any thread may get and set them: the object's lock guards all.
 */
#include "sinkproperties.h"

#include "sinkinternal.h"

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

/* The ports are opened on the way to READY, and no flag says that. */
#define IN_NULL "; counts when it is set in NULL"

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

void wfd_sink_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
	WfdSink *sink = WFD_SINK(object);

	GST_OBJECT_LOCK(sink);
	switch (id) {
	case PROP_HOST:
		g_free(sink->way.host);
		sink->way.host = g_value_dup_string(value);
		break;
	case PROP_PORT:
		sink->way.port = g_value_get_uint(value);
		break;
	case PROP_RTCP_PORT:
		sink->way.rtcp_port = g_value_get_uint(value);
		break;
	case PROP_BIND_ADDRESS:
		g_free(sink->way.bind_address);
		sink->way.bind_address = g_value_dup_string(value);
		break;
	case PROP_BIND_PORT:
		sink->way.bind_port = g_value_get_uint(value);
		break;
	case PROP_DSCP:
		sink->way.dscp = g_value_get_int(value);
		break;
	case PROP_BUFFER_SIZE:
		sink->way.buffer_bytes = g_value_get_int(value);
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

void wfd_sink_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	WfdSink *sink = WFD_SINK(object);

	GST_OBJECT_LOCK(sink);
	switch (id) {
	case PROP_HOST:
		g_value_set_string(value, sink->way.host);
		break;
	case PROP_PORT:
		g_value_set_uint(value, sink->way.port);
		break;
	case PROP_RTCP_PORT:
		g_value_set_uint(value, sink->way.rtcp_port);
		break;
	case PROP_BIND_ADDRESS:
		g_value_set_string(value, sink->way.bind_address);
		break;
	case PROP_BIND_PORT:
		g_value_set_uint(value, sink->way.bind_port);
		break;
	case PROP_LOCAL_PORT:
		g_value_set_uint(value, sink->local_port);
		break;
	case PROP_DSCP:
		g_value_set_int(value, sink->way.dscp);
		break;
	case PROP_BUFFER_SIZE:
		g_value_set_int(value, sink->way.buffer_bytes);
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

void sink_install_properties(GObjectClass *object)
{
	const GParamFlags stopped = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
	const GParamFlags playing = stopped | GST_PARAM_MUTABLE_PLAYING;
	const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

	g_object_class_install_property(
		object, PROP_HOST,
		g_param_spec_string(
			"host", "Host",
			"IP address of the sink, with %INTERFACE behind a link-local one"
			IN_NULL, NULL, stopped));
	g_object_class_install_property(
		object, PROP_PORT,
		g_param_spec_uint("port", "Port", "UDP port at which the sink expects RTP" IN_NULL,
				  1, G_MAXUINT16 - 1, DEFAULT_PORT, stopped));
	g_object_class_install_property(
		object, PROP_RTCP_PORT,
		g_param_spec_uint("rtcp-port", "RTCP port",
				  "UDP port at which the sink expects RTCP (0: port + 1)" IN_NULL,
				  0, G_MAXUINT16, 0, stopped));
	g_object_class_install_property(
		object, PROP_BIND_ADDRESS,
		g_param_spec_string(
			"bind-address", "Bind address",
			"Local IP address to send from (unset: that of the way to the sink)"
			IN_NULL, NULL, stopped));
	g_object_class_install_property(
		object, PROP_BIND_PORT,
		g_param_spec_uint(
			"bind-port", "Bind port",
			"Local UDP port to send RTP from, the server_port of RTSP; RTCP has the next (0: any pair)"
			IN_NULL, 0, G_MAXUINT16 - 1, 0, stopped));
	g_object_class_install_property(
		object, PROP_LOCAL_PORT,
		g_param_spec_uint("local-port", "Local port",
				  "Local UDP port that RTP is sent from, from READY on", 0,
				  G_MAXUINT16, 0, read));
	g_object_class_install_property(
		object, PROP_DSCP,
		g_param_spec_int(
			"dscp", "DSCP",
			"Differentiated services code point of all packets; 34 is AF41, -1 leaves it alone"
			IN_NULL, -1, 63, DEFAULT_DSCP, stopped));
	g_object_class_install_property(
		object, PROP_BUFFER_SIZE,
		g_param_spec_int(
			"buffer-size", "Buffer size",
			"Size of the kernel's send buffer, in bytes, as far as the system allows (0: its default)"
			IN_NULL, 0, G_MAXINT, DEFAULT_BUFFER_BYTES, stopped));
	g_object_class_install_property(
		object, PROP_MAX_WAIT,
		g_param_spec_uint64(
			"max-wait", "Maximum wait",
			"How long an access unit may wait for room in the send buffer before the rest of it is dropped, in nanoseconds",
			0, 10 * GST_SECOND, DEFAULT_MAX_WAIT, playing));
	g_object_class_install_property(
		object, PROP_RTCP_INTERVAL,
		g_param_spec_uint64(
			"rtcp-interval", "RTCP interval",
			"Time between two sender reports, in nanoseconds; five times that while nothing is sent (0: none are sent)",
			0,
			60 * GST_SECOND, DEFAULT_RTCP_INTERVAL, playing));
	g_object_class_install_property(
		object, PROP_STATS,
		g_param_spec_boxed(
			"stats", "Statistics",
			"Counters since start (access-units, packets-sent, bytes-sent, packets-dropped, back-pressure, errors, system-calls, sender-reports, receiver-reports, bad-reports, foreign-reports), and of the last receiver report fraction-lost (0 to 1), packets-lost, jitter and round-trip (nanoseconds)",
			GST_TYPE_STRUCTURE, read));
}
