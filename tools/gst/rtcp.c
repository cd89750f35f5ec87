// SPDX-License-Identifier: MIT
#include "rtcp.h"

#include <gst/rtp/rtp.h>

#include <string.h>

#define REPORT_BYTES 512 /* more than two packets and a name of 255 bytes take */
#define CLOCK_RATE 90000
#define LONGEST_ROUND_TRIP (60 << 16) /* in units of 1/65536 s */

GstBuffer *rtcp_sender_report(const struct rtcp_sender *sender)
{
	GstBuffer *buffer = gst_rtcp_buffer_new(REPORT_BYTES);
	GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
	GstRTCPPacket packet;

	gst_rtcp_buffer_map(buffer, GST_MAP_READWRITE, &rtcp);
	if (gst_rtcp_buffer_add_packet(&rtcp, GST_RTCP_TYPE_SR, &packet))
		gst_rtcp_packet_sr_set_sender_info(&packet, sender->ssrc, sender->ntp_time,
						   sender->rtp_time, sender->packets,
						   sender->octets);
	if (gst_rtcp_buffer_add_packet(&rtcp, GST_RTCP_TYPE_SDES, &packet)) {
		gst_rtcp_packet_sdes_add_item(&packet, sender->ssrc);
		gst_rtcp_packet_sdes_add_entry(&packet, GST_RTCP_SDES_CNAME,
					       (guint8)MIN(strlen(sender->cname), G_MAXUINT8),
					       (const guint8 *)sender->cname);
	}
	gst_rtcp_buffer_unmap(&rtcp);
	return buffer;
}

/* From the middle 32 bits of NTP times, by the clock of the sender alone. */
static GstClockTime round_trip(guint64 ntp_now, guint32 last_report, guint32 delay)
{
	guint32 trip = (guint32)(ntp_now >> 16) - last_report - delay;

	/* Also when a receiver invents the time of a report that was never sent. */
	if (!last_report || trip > LONGEST_ROUND_TRIP)
		return GST_CLOCK_TIME_NONE;
	return gst_util_uint64_scale(trip, GST_SECOND, 65536);
}

static gint read_blocks(GstRTCPPacket *packet, guint32 ssrc, guint64 ntp_now,
			struct rtcp_receiver *report)
{
	guint count = gst_rtcp_packet_get_rb_count(packet);

	for (guint nth = 0; nth < count; nth++) {
		guint32 of, highest, jitter, last_report, delay;
		guint8 fraction;
		gint32 lost;

		gst_rtcp_packet_get_rb(packet, nth, &of, &fraction, &lost, &highest, &jitter,
				       &last_report, &delay);
		if (of != ssrc)
			continue;
		report->fraction_lost = fraction / 256.0;
		report->packets_lost = lost;
		report->highest_seqnum = highest;
		report->jitter = gst_util_uint64_scale(jitter, GST_SECOND, CLOCK_RATE);
		report->round_trip = round_trip(ntp_now, last_report, delay);
		return 1;
	}
	return 0;
}

gint rtcp_read(const guint8 *data, gsize bytes, guint32 ssrc, guint64 ntp_now,
	       struct rtcp_receiver *report)
{
	GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
	GstRTCPPacket packet;
	GstBuffer *buffer;
	gint found = 0;
	gboolean more;

	if (!bytes)
		return -1;
	buffer = gst_rtcp_buffer_new_copy_data(data, (guint)bytes);
	if (!gst_rtcp_buffer_validate_reduced(buffer)) {
		gst_buffer_unref(buffer);
		return -1;
	}
	gst_rtcp_buffer_map(buffer, GST_MAP_READ, &rtcp);
	for (more = gst_rtcp_buffer_get_first_packet(&rtcp, &packet); more && !found;
	     more = gst_rtcp_packet_move_to_next(&packet)) {
		GstRTCPType type = gst_rtcp_packet_get_type(&packet);

		if (type == GST_RTCP_TYPE_RR || type == GST_RTCP_TYPE_SR)
			found = read_blocks(&packet, ssrc, ntp_now, report);
	}
	gst_rtcp_buffer_unmap(&rtcp);
	gst_buffer_unref(buffer);
	return found;
}
