/* SPDX-License-Identifier: MIT */
/*
 * The RTCP packets of a sender: its reports, and those of the receiver. Bytes in, bytes
 * out; what a receiver sends is not trusted.
 */
#ifndef RTCP_H
#define RTCP_H

#include <gst/gst.h>

struct rtcp_sender {
	guint32 ssrc;
	guint32 rtp_time; /* at the time of the report */
	guint64 ntp_time; /* of the report; the upper half is seconds since 1900 */
	guint32 packets;
	guint32 octets; /* of payload */
	const gchar *cname;
};

struct rtcp_receiver {
	gdouble fraction_lost; /* since the report before; 0 to 1 */
	gint32 packets_lost; /* since the beginning */
	guint32 highest_seqnum;
	GstClockTime jitter;
	GstClockTime round_trip; /* none: the receiver has had no report */
};

/* A sender report and a source description, as one datagram. */
GstBuffer *rtcp_sender_report(const struct rtcp_sender *sender);

/*
 * Reads a datagram that has come at this time. Returns 1 when it has a report on our
 * stream, 0 when it has none, -1 when it is no RTCP.
 */
gint rtcp_read(const guint8 *data, gsize bytes, guint32 ssrc, guint64 ntp_now,
	       struct rtcp_receiver *report);

#endif
