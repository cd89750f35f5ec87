/* SPDX-License-Identifier: MIT */
/*
 * What the parts of wfdmux share: the element. Its lock guards the properties, and the
 * numbers of the RTP stream; all else belongs to the thread of the source pad.
 */
#ifndef MUXINTERNAL_H
#define MUXINTERNAL_H

#include "packer.h"
#include "psi.h"
#include "ts.h"
#include "wfdmux.h"

GST_DEBUG_CATEGORY_EXTERN(wfd_mux_debug);
#define GST_CAT_DEFAULT wfd_mux_debug

#define DEFAULT_PCR_INTERVAL (40 * GST_MSECOND)
#define DEFAULT_PSI_INTERVAL (100 * GST_MSECOND)
#define DEFAULT_PTS_DELAY (100 * GST_MSECOND)
#define DEFAULT_IDLE_TIME GST_SECOND
#define RANDOM_NUMBER (-1)

#define TIME_33_BITS ((G_GUINT64_CONSTANT(1) << 33) - 1)

/* Numbers of the next packets, which sinks see losses by. */
struct numbers {
	guint16 seqnum;
	guint8 pat, pmt, video, audio;
};

struct _WfdMux {
	GstAggregator parent;

	/* Properties. */
	guint pcr_pid;
	guint64 pcr_interval, psi_interval, pts_delay, idle_time;
	gboolean high_profile;
	gint64 want_ssrc, want_seqnum, want_rtp_time;
	GstStructure *earlier; /* state of the stream that this one continues */
	GstStructure *state; /* of this one, once it has ended */

	guint32 rtp_base;
	struct packer packer;
	struct ts_stream pat, pmt, video_stream, audio_stream;
	struct psi_program program;
	GBytes *association, *map;
	GBytes *earlier_map; /* last one of the stream that this one continues */
	guint8 psi_version;
	guint8 avc[3];
	gboolean live, started, discont;
	GstClockTime latency;
	GstClockTime last_pcr, last_psi, last_unit;
	GstClockTime flushed_pcr; /* the last before a flush, until there is one after it */
	struct numbers before; /* those that the list began with */
	gboolean unsent; /* the last list has not left */
	GstClockTime held_since; /* sound waits for the first picture */
};

#endif
