/* SPDX-License-Identifier: MIT */
/*
 * wfdmux between a source of made-up access units and a reader of transport packets.
 * Time is that of a test clock, so that nothing here depends on how busy the machine is.
 */
#ifndef MUXBENCH_H
#define MUXBENCH_H

#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <gst/gst.h>

#define VIDEO_CAPS \
	"video/x-h264, stream-format=byte-stream, alignment=au, profile=constrained-baseline"
#define AAC_CAPS \
	"audio/mpeg, mpegversion=4, stream-format=adts, framed=true, rate=48000, channels=2"
#define LPCM_CAPS "audio/x-raw, format=S16BE, layout=interleaved, rate=48000, channels=2"
#define RTP_CAPS "application/x-rtp, media=video, payload=33, clock-rate=90000, encoding-name=MP2T"

#define START ((GstClockTime)(10 * GST_SECOND))
#define SEQNUM 65530
#define SSRC 0x12345678u
#define PID_COUNT 8192

struct bench {
	GstElement *mux;
	GstHarness *out, *video, *audio;
	GstTestClock *clock;
	GThread *pump;
	gint stop;

	/* What was read. */
	guint datagrams, markers, marked_last, longest, discont;
	gboolean good_rtp, good_packets;
	guint16 seqnum;
	guint32 rtp_time;
	gint counter[PID_COUNT];
	guint packets[PID_COUNT];
	GByteArray *pes[PID_COUNT]; /* that is being joined */
	GPtrArray *units[PID_COUNT]; /* those before, as GBytes */
	GByteArray *pcr; /* guint64 each, 27 MHz */
	GBytes *map; /* last program map, with its packet's header */
	guint maps, associations, keys;
	guint breaks; /* discontinuities that packets announce */
};

#define PICTURE_BYTES 40 /* of a key picture, before its filler */

/* With a pad for sound when there are @audio_caps, which may be empty at first. */
void open_bench(struct bench *bench, const gchar *src_caps, const gchar *audio_caps, gboolean live);
void close_bench(struct bench *bench);

/* Takes what is there. */
void read_all(struct bench *bench);

/*
 * Waits until the thread of the multiplexer has done all it can and waits for a pad or
 * for time: an upstream query goes past it, a serialized one comes after the buffer.
 */
void settle_bench(struct bench *bench, GstHarness *pad);

/* PES packets that were read so far: how many, and one of them. */
guint unit_count(struct bench *bench, guint pid);
const guint8 *read_unit(struct bench *bench, guint pid, guint nth, gsize *bytes);
guint64 pts_of(const guint8 *pes);

/* Of the last program map. */
guint version_of(struct bench *bench);

/* Whether the last map has the pictures with their profile, level 3.1. */
gboolean map_is_whole(struct bench *bench);

/* With a delimiter, parameter sets and a slice; the filler can be no start code. */
GstBuffer *key_picture(gsize filler, GstClockTime time, guint8 level);

/* Without a delimiter. */
GstBuffer *next_picture(gsize filler, GstClockTime time);
GstBuffer *make_sound(gsize bytes, guint8 value, GstClockTime time);
void push_video(struct bench *bench, GstBuffer *buffer);
void push_audio(struct bench *bench, GstBuffer *buffer);

/* Time passes, but not before all that is to happen until then has happened. */
void pass_time(struct bench *bench, GstClockTime until);

#endif
