/* SPDX-License-Identifier: MIT */
/*
 * What the parts of a stream share: the stream. It is the main loop's, except for what is
 * atomic, which the threads of the pipeline change.
 */
#ifndef CAST_STREAMINTERNAL_H
#define CAST_STREAMINTERNAL_H

#include "media/encoder.h"
#include "media/rate.h"
#include "media/rest.h"
#include "media/stream.h"

/* A stream; see stream.h for what a caller may do with it. */
struct stream {
	const struct stream_hooks *hooks;
	void *user;
	struct sound *sound;
	struct stream_format format;

	GstElement *pipeline, *encoder, *parse, *mux;
	GstElement *sink;	/* stays, with its ports, when the pipeline is replaced */
	guint watch;
	int rank;		/* of the encoder */
	int working;		/* rank of the best that has not failed */
	unsigned int falls;	/* encoders that have failed */
	struct encoder_want want;
	struct rate rate;
	guint rate_timer;
	uint32_t start_kbps;	/* what it began with in this format */
	gint64 idr_at;		/* when the last IDR picture was requested */
	guint idr_timer;
	struct rest rest;
	guint rest_timer;
	gint changes, repeats;	/* pictures, new and not, since the last look; atomic */
	gint looking;		/* the main loop will look by itself; atomic */

	char *host, *local;
	uint16_t rtp, rtcp, own_port;
	bool playing;
	bool sound_gone;	/* no pipeline may use the server again */
	bool timed;		/* the times of pictures are asked for */

	/* For the sink there is one stream, whatever pipeline it is of. */
	guint32 ssrc;
	guint32 time_offset;
	gint seqnum;
	GstStructure *state;	/* of the multiplexer before, or NULL */
	GstClock *clock;
	GstClockTime base_time;	/* GST_CLOCK_TIME_NONE: it has not begun */
	bool begun;		/* packets have numbers that are not noted */
	gint encoded;		/* access units of pictures, of this pipeline; atomic */
};

#endif
