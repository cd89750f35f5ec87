// SPDX-License-Identifier: MIT
#include "packer.h"

#include <string.h>

#include "ts.h"

#define PAYLOAD_TYPE GST_RTP_PAYLOAD_MP2T
#define RTP_BYTES 12

static gsize header_bytes(const struct packer *packer)
{
	return packer->rtp ? RTP_BYTES : 0;
}

static void write_header(struct packer *packer, gboolean marker)
{
	GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

	if (!packer->rtp)
		return;
	if (!gst_rtp_buffer_map(packer->buffer, GST_MAP_WRITE, &rtp))
		g_return_if_reached();
	gst_rtp_buffer_set_payload_type(&rtp, PAYLOAD_TYPE);
	gst_rtp_buffer_set_marker(&rtp, marker);
	gst_rtp_buffer_set_seq(&rtp, packer->seqnum++);
	gst_rtp_buffer_set_timestamp(&rtp, packer->rtp_time);
	gst_rtp_buffer_set_ssrc(&rtp, packer->ssrc);
	gst_rtp_buffer_unmap(&rtp);
	if (marker)
		GST_BUFFER_FLAG_SET(packer->buffer, GST_BUFFER_FLAG_MARKER);
}

static void end_buffer(struct packer *packer, gboolean marker)
{
	GstBuffer *buffer = packer->buffer;

	if (!buffer)
		return;
	gst_buffer_unmap(buffer, &packer->map);
	gst_buffer_set_size(buffer,
			    (gssize)(header_bytes(packer) + packer->packets * TS_PACKET_BYTES));
	write_header(packer, marker);
	GST_BUFFER_PTS(buffer) = packer->time;
	gst_buffer_list_add(packer->list, buffer);
	packer->buffer = NULL;
}

/* In one piece, which the network needs; GStreamer's own has a piece for the header. */
static void begin_buffer(struct packer *packer)
{
	gsize room = header_bytes(packer) + PACKER_MOST_PACKETS * TS_PACKET_BYTES;

	packer->buffer = gst_buffer_new_allocate(NULL, room, NULL);
	gst_buffer_map(packer->buffer, &packer->map, GST_MAP_WRITE);
	if (packer->rtp) {
		memset(packer->map.data, 0, RTP_BYTES);
		packer->map.data[0] = GST_RTP_VERSION << 6;
	}
	packer->packets = 0;
}

void packer_begin(struct packer *packer, GstClockTime time, guint32 rtp_time)
{
	packer->list = gst_buffer_list_new();
	packer->time = time;
	packer->rtp_time = rtp_time;
}

guint8 *packer_packet(struct packer *packer)
{
	if (packer->buffer && packer->packets == PACKER_MOST_PACKETS)
		end_buffer(packer, FALSE);
	if (!packer->buffer)
		begin_buffer(packer);
	return packer->map.data + header_bytes(packer) + TS_PACKET_BYTES * packer->packets++;
}

GstBufferList *packer_end(struct packer *packer, gboolean marker)
{
	GstBufferList *list;

	end_buffer(packer, marker);
	list = g_steal_pointer(&packer->list);
	if (!gst_buffer_list_length(list))
		g_clear_pointer(&list, gst_buffer_list_unref);
	return list;
}
