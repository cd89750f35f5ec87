// SPDX-License-Identifier: MIT
/*
 * The rate itself is media/rate.c's; here are its timer and the encoder.
 */
#include "media/streamrate.h"

/* Above what it begins with, there is little to see. */
#define RATE_ROOM_PER_CENT	150

static gboolean on_rate_time(gpointer user);

void stream_rate_plan(struct stream *stream)
{
	gint64 at = rate_deadline(&stream->rate);
	gint64 now = g_get_monotonic_time();

	if (stream->rate_timer)
		g_source_remove(stream->rate_timer);
	stream->rate_timer = 0;
	if (at != RATE_NEVER)
		stream->rate_timer = g_timeout_add((guint)(MAX(at - now, 0) / 1000 + 1),
						   on_rate_time, stream);
}

void stream_rate_apply(struct stream *stream, bool changed)
{
	stream_rate_plan(stream);
	if (!changed || !stream->encoder)
		return;
	stream->want.kbps = stream->rate.kbps;
	encoder_set_rate(stream->encoder, stream->rank, &stream->want);
	stream->hooks->rate(stream->user, stream->rate.kbps);
}

static gboolean on_rate_time(gpointer user)
{
	struct stream *stream = user;

	stream->rate_timer = 0;
	/*
	 * Nothing has shown that the link takes more. stream_run_start() plans anew, or the
	 * next change.
	 */
	if (!stream->playing || !g_atomic_int_get(&stream->looking))
		return G_SOURCE_REMOVE;
	stream_rate_apply(stream, rate_time(&stream->rate, g_get_monotonic_time()));
	return G_SOURCE_REMOVE;
}

static uint32_t level_kbps(const struct stream_format *format)
{
	uint32_t most = encoder_kbps_max(format->profile, format->level_idc);

	if (format->kbps_max && format->kbps_max < most)
		most = format->kbps_max;
	return most;
}

void stream_rate_begin(struct stream *stream)
{
	const struct stream_format *format = &stream->format;
	uint32_t most = level_kbps(format);
	uint32_t start = format->kbps ? format->kbps :
			 rate_start(format->width, format->height, format->hz, most);
	uint32_t kbps;

	start = MIN(start, most);
	kbps = start;
	/* What the link did not take in the mode before, it does not take now. */
	if (stream->rate.kbps < stream->start_kbps)
		kbps = MIN(kbps, stream->rate.kbps);
	stream->start_kbps = start;
	rate_init(&stream->rate, kbps, MIN(most, start * RATE_ROOM_PER_CENT / 100),
		  g_get_monotonic_time());
	stream->want = (struct encoder_want){
		.profile = format->profile, .level_idc = format->level_idc, .hz = format->hz,
		.kbps = stream->rate.kbps, .gop_ms = format->gop_ms,
		.vbv_frames = format->vbv_frames,
	};
}
