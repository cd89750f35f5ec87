// SPDX-License-Identifier: MIT
/*
 * In which order wfdmux takes what its pads have, and when.
 *
 * What has arrived is taken: audio that is not younger than the next picture, and that
 * picture, become one buffer list, which ends with the picture. In a live pipeline a picture
 * that has arrived is never held back for audio: get_next_time() names a time that has
 * passed. Otherwise all pads have to have data, so that a file is interleaved.
 *
 * What is live comes when its time has come. Where something else is live, a source that is
 * not waits for the clock here: without that a file beside a screen would be sent as fast as
 * it is read.
 *
 * Nothing begins before the first picture: only then the map of the program is whole, and
 * a sink may read it once. Sound that comes before waits, for a limited time.
 *
 * Used by the thread of the source pad.
 */
#include "muxorder.h"

#include <string.h>

#include "muxpad.h"
#include "muxtables.h"
#include "muxunits.h"

#define SOUND_WAIT (2 * GST_SECOND) /* for the first picture */
#define HELD_MOST 512 /* buffers of sound, should they come without a clock */
/* Live sources' times may be ahead of the clock, by less than a sink has to keep anyway. */
#define AHEAD_MOST (100 * GST_MSECOND)
#define POLL_MOST_US 10000

/* Running time of the clock; none when there is no clock. */
static GstClockTime clock_time(WfdMux *mux)
{
	GstClock *clock = gst_element_get_clock(GST_ELEMENT(mux));
	GstClockTime now, base = gst_element_get_base_time(GST_ELEMENT(mux));

	if (!clock)
		return GST_CLOCK_TIME_NONE;
	now = gst_clock_get_time(clock);
	gst_object_unref(clock);
	return now > base ? now - base : 0;
}

struct head {
	WfdMuxPad *pad; /* NULL: there is none */
	GstClockTime time;
	gboolean buffer;
	gboolean picture;
	gboolean ended;
	gboolean early; /* it has one, which waits for the clock */
};

static gboolean is_early(WfdMux *mux, GstClockTime time, GstClockTime now)
{
	return mux->live && GST_CLOCK_TIME_IS_VALID(time) && GST_CLOCK_TIME_IS_VALID(now) &&
	       time > now + mux->latency + AHEAD_MOST;
}

static void look_at(WfdMux *mux, const gchar *name, GstClockTime now, struct head *head)
{
	GstBuffer *buffer;

	memset(head, 0, sizeof(*head));
	head->pad = mux_pad_get(mux, name);
	if (!head->pad) {
		head->ended = TRUE;
		return;
	}
	buffer = mux_pad_peek_buffer(head->pad);
	head->ended = !buffer && gst_aggregator_pad_is_eos(&head->pad->parent);
	if (buffer) {
		head->time = mux_pad_order_time(head->pad, buffer);
		head->early = is_early(mux, head->time, now);
		head->buffer = !head->early;
		head->picture = mux_pad_is_video(head->pad) && gst_buffer_get_size(buffer);
		gst_buffer_unref(buffer);
	}
}

static void forget(struct head *head)
{
	g_clear_object(&head->pad);
}

/* Which buffer comes next: NULL when it is not known before another has come. */
static struct head *choose(WfdMux *mux, struct head *video, struct head *audio)
{
	if (!mux->live && ((!video->buffer && !video->ended) || (!audio->buffer && !audio->ended)))
		return NULL;
	/* Those without a time, which is an error, come first. */
	if (audio->buffer && !GST_CLOCK_TIME_IS_VALID(audio->time))
		return audio;
	/* A gap, before anything has begun. */
	if (!mux->started && video->buffer && !video->picture)
		return video;
	if (audio->buffer && (!video->buffer || (GST_CLOCK_TIME_IS_VALID(video->time) &&
						 audio->time <= video->time)))
		return audio;
	return video->buffer ? video : NULL;
}

/* Whether sound waits for the first picture: there is no map yet, and a picture may come. */
static gboolean is_waiting(WfdMux *mux, const struct head *video, GstClockTime now)
{
	return mux->live && GST_CLOCK_TIME_IS_VALID(now) && !mux->map && !video->picture &&
	       !video->ended && gst_pad_is_linked(GST_PAD(video->pad)) &&
	       (!GST_CLOCK_TIME_IS_VALID(mux->held_since) || now < mux->held_since + SOUND_WAIT);
}

/* What would come too late for the sink to play it is of no use. */
static void drop_late(WfdMux *mux, WfdMuxPad *pad, GstClockTime now)
{
	GstClockTime delay, time;
	gboolean late = TRUE;
	GstBuffer *first;

	if (!GST_CLOCK_TIME_IS_VALID(now))
		return;
	GST_OBJECT_LOCK(mux);
	delay = mux->pts_delay;
	GST_OBJECT_UNLOCK(mux);
	while (late && (first = mux_pad_peek_held(pad))) {
		time = mux_pad_order_time(pad, first);
		late = GST_CLOCK_TIME_IS_VALID(time) && time + delay < now;
		gst_buffer_unref(first);
		first = late ? mux_pad_pop_held(pad) : NULL;
		gst_clear_buffer(&first);
	}
}

static void drop_late_sound(WfdMux *mux, GstClockTime now)
{
	WfdMuxPad *pad = mux_pad_get(mux, "audio");

	if (pad)
		drop_late(mux, pad, now);
	g_clear_object(&pad);
}

/* The next buffer, if its time has come. */
static GstBuffer *pop_due(WfdMux *mux, WfdMuxPad *pad, GstClockTime now)
{
	GstBuffer *buffer = gst_aggregator_pad_peek_buffer(&pad->parent);
	gboolean early = buffer && is_early(mux, mux_pad_order_time(pad, buffer), now);

	gst_clear_buffer(&buffer);
	return early ? NULL : gst_aggregator_pad_pop_buffer(&pad->parent);
}

/*
 * Takes what has come from the pad, so that who sends it is not held up, too. Nothing that
 * is due is left there then.
 */
static void hold_sound(WfdMux *mux, struct head *audio, GstClockTime now)
{
	GstBuffer *buffer;

	if (!audio->buffer || !GST_CLOCK_TIME_IS_VALID(audio->time))
		return;
	if (!GST_CLOCK_TIME_IS_VALID(mux->held_since))
		mux->held_since = now;
	while ((buffer = pop_due(mux, audio->pad, now))) {
		GST_OBJECT_LOCK(audio->pad);
		g_queue_push_tail(&audio->pad->held, buffer);
		buffer = g_queue_get_length(&audio->pad->held) > HELD_MOST ?
			 g_queue_pop_head(&audio->pad->held) : NULL;
		GST_OBJECT_UNLOCK(audio->pad);
		gst_clear_buffer(&buffer);
	}
	drop_late(mux, audio->pad, now);
	audio->buffer = FALSE;
}

/* The clock alone, when pictures come more seldom than references have to. */
static void put_idle_clock(WfdMux *mux, GstClockTime now)
{
	guint64 idle_time;

	GST_OBJECT_LOCK(mux);
	idle_time = mux->idle_time;
	GST_OBJECT_UNLOCK(mux);
	if (!mux->started || !GST_CLOCK_TIME_IS_VALID(now) || now > mux->last_unit + idle_time)
		return;
	mux_begin(mux, now);
	mux_put_clock(mux, now);
}

/*
 * The base class waits for a time only where a pad has nothing. Where all have something, or
 * have ended, and all that is there is early, the wait is here: short, as nothing ends it.
 */
static void wait_for_early(const struct head *video, const struct head *audio, GstClockTime now)
{
	GstClockTime next = GST_CLOCK_TIME_NONE;

	if (video->buffer || audio->buffer)
		return;
	if (video->early)
		next = video->time;
	if (audio->early)
		next = MIN(next, audio->time);
	if (GST_CLOCK_TIME_IS_VALID(next))
		g_usleep((gulong)MIN((next - now) / GST_USECOND, POLL_MOST_US));
}

GstFlowReturn wfd_mux_aggregate(GstAggregator *aggregator, gboolean timeout)
{
	WfdMux *mux = WFD_MUX(aggregator);
	GstFlowReturn flow = GST_FLOW_OK;
	GstClockTime now;
	gboolean picture = FALSE, ended = FALSE, more = TRUE;

	mux->latency = gst_aggregator_get_latency(aggregator);
	mux->live = GST_CLOCK_TIME_IS_VALID(mux->latency);
	now = mux->live ? clock_time(mux) : GST_CLOCK_TIME_NONE;
	drop_late_sound(mux, now);

	while (more && !picture && flow == GST_FLOW_OK) {
		struct head video, audio, *next;

		look_at(mux, "video", now, &video);
		look_at(mux, "audio", now, &audio);
		if (is_waiting(mux, &video, now))
			hold_sound(mux, &audio, now);
		next = choose(mux, &video, &audio);
		more = !!next;
		ended = video.ended && audio.ended;
		if (next)
			flow = mux_take_buffer(mux, next->pad, now, &picture);
		else if (!timeout && !mux->packer.list)
			wait_for_early(&video, &audio, now);
		forget(&video);
		forget(&audio);
	}
	if (timeout && !mux->packer.list && !ended)
		put_idle_clock(mux, now);
	if (flow == GST_FLOW_OK)
		flow = mux_finish(mux, picture);
	return flow == GST_FLOW_OK && ended ? GST_FLOW_EOS : flow;
}

/* When the clock is late enough for what a pad has: 0: now. None: it has nothing. */
static GstClockTime due_time(WfdMux *mux, const gchar *name, GstClockTime now)
{
	WfdMuxPad *pad = mux_pad_get(mux, name);
	GstBuffer *buffer = pad ? gst_aggregator_pad_peek_buffer(&pad->parent) : NULL;
	GstClockTime due = GST_CLOCK_TIME_NONE, time;

	if (buffer) {
		time = mux_pad_order_time(pad, buffer);
		due = is_early(mux, time, now) ? time - mux->latency - AHEAD_MOST : 0;
	}
	gst_clear_buffer(&buffer);
	g_clear_object(&pad);
	return due;
}

/* Of sound, before the first picture. */
static gboolean has_held(WfdMux *mux)
{
	WfdMuxPad *pad = mux_pad_get(mux, "audio");
	GstBuffer *held = pad ? mux_pad_peek_held(pad) : NULL;
	gboolean has = !!held;

	gst_clear_buffer(&held);
	g_clear_object(&pad);
	return has;
}

/* When the clock alone has to go on; none: it does not. */
static GstClockTime idle_time(WfdMux *mux)
{
	GstClockTime next, last;

	if (!mux->live || !mux->started)
		return GST_CLOCK_TIME_NONE;
	GST_OBJECT_LOCK(mux);
	next = mux->last_pcr + mux->pcr_interval;
	last = mux->last_unit + mux->idle_time;
	GST_OBJECT_UNLOCK(mux);
	return next <= last ? next : GST_CLOCK_TIME_NONE;
}

/*
 * Until when to wait for the pads that have nothing; the base class adds the base time
 * and the latency, as unsigned numbers, so that the sum may wrap.
 */
GstClockTime wfd_mux_get_next_time(GstAggregator *aggregator)
{
	WfdMux *mux = WFD_MUX(aggregator);
	GstClockTime now = mux->live ? clock_time(mux) : GST_CLOCK_TIME_NONE;
	GstClockTime next = MIN(due_time(mux, "video", now), due_time(mux, "audio", now));

	if (!next)
		return -gst_element_get_base_time(GST_ELEMENT(mux));
	next = MIN(next, has_held(mux) ? mux->held_since + SOUND_WAIT : idle_time(mux));
	return GST_CLOCK_TIME_IS_VALID(next) ? next - mux->latency : next;
}
