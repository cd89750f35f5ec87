/* SPDX-License-Identifier: MIT */
/*
 * Puts packets of a transport stream into buffers, up to seven each, with an RTP header
 * or without. One buffer list is what is to be sent at once. Used by one thread, that
 * of the streaming; the numbers of the RTP stream may be read by others, under the
 * owner's lock.
 */
#ifndef PACKER_H
#define PACKER_H

#include <gst/gst.h>
#include <gst/rtp/rtp.h>

#define PACKER_MOST_PACKETS 7	/* that fit into an Ethernet frame */

struct packer {
	gboolean rtp;
	guint32 ssrc;
	guint16 seqnum;		/* of the next packet */
	guint32 rtp_time;
	GstClockTime time;
	GstBufferList *list;
	GstBuffer *buffer;	/* the one that is being filled */
	GstMapInfo map;
	guint packets;		/* in it */
};

/* time: of the list's buffers, as running time. */
void packer_begin(struct packer *packer, GstClockTime time, guint32 rtp_time);

/* Room for one more packet; TS_PACKET_BYTES long, valid until the next call. */
guint8 *packer_packet(struct packer *packer);

/* The list, or NULL when nothing was packed. marker: the last ends a picture. */
GstBufferList *packer_end(struct packer *packer, gboolean marker);

#endif
