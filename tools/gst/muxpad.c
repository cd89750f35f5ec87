// SPDX-License-Identifier: MIT
/*
 * The sink pads of wfdmux: what waits at one, what it takes, and the times of its buffers.
 *
 * The pad's lock guards the buffers that wait for the first picture; any thread may ask
 * what the pad takes. All else belongs to the thread of the source pad.
 */
#include "muxpad.h"

#include "muxinternal.h"

/*
 * Constrained Baseline and Constrained High are the profiles of Wi-Fi Display. Encoders
 * call the second by one of three names, two of which say nothing of CABAC, and some take
 * the highest that is offered; so those two are offered when "high-profile" is set.
 */
#define STRICT_PROFILES "{ constrained-baseline, constrained-high }"

G_DEFINE_TYPE(WfdMuxPad, wfd_mux_pad, GST_TYPE_AGGREGATOR_PAD)

GstBuffer *mux_pad_pop_held(WfdMuxPad *pad)
{
	GstBuffer *buffer;

	GST_OBJECT_LOCK(pad);
	buffer = g_queue_pop_head(&pad->held);
	GST_OBJECT_UNLOCK(pad);
	return buffer;
}

GstBuffer *mux_pad_peek_held(WfdMuxPad *pad)
{
	GstBuffer *buffer;

	GST_OBJECT_LOCK(pad);
	buffer = g_queue_peek_head(&pad->held);
	if (buffer)
		gst_buffer_ref(buffer);
	GST_OBJECT_UNLOCK(pad);
	return buffer;
}

static void drop_held(WfdMuxPad *pad)
{
	GstBuffer *buffer;

	while ((buffer = mux_pad_pop_held(pad)))
		gst_buffer_unref(buffer);
}

static GstFlowReturn wfd_mux_pad_flush(GstAggregatorPad *pad, GstAggregator *aggregator)
{
	WfdMuxPad *self = (WfdMuxPad *)pad;

	(void)aggregator;
	lpcm_reset(&self->lpcm);
	drop_held(self);
	self->last = GST_CLOCK_TIME_NONE;
	return GST_FLOW_OK;
}

static void wfd_mux_pad_finalize(GObject *object)
{
	drop_held((WfdMuxPad *)object);
	lpcm_clear(&((WfdMuxPad *)object)->lpcm);
	G_OBJECT_CLASS(wfd_mux_pad_parent_class)->finalize(object);
}

static void wfd_mux_pad_class_init(WfdMuxPadClass *class)
{
	G_OBJECT_CLASS(class)->finalize = wfd_mux_pad_finalize;
	class->parent_class.flush = wfd_mux_pad_flush;
}

static void wfd_mux_pad_init(WfdMuxPad *pad)
{
	lpcm_init(&pad->lpcm);
	g_queue_init(&pad->held);
	pad->last = GST_CLOCK_TIME_NONE;
}

/* What comes next of this pad, with a reference; or NULL. */
GstBuffer *mux_pad_peek_buffer(WfdMuxPad *pad)
{
	GstBuffer *held = mux_pad_peek_held(pad);

	return held ? held : gst_aggregator_pad_peek_buffer(&pad->parent);
}

GstBuffer *mux_pad_pop_buffer(WfdMuxPad *pad)
{
	GstBuffer *held = mux_pad_pop_held(pad);

	return held ? held : gst_aggregator_pad_pop_buffer(&pad->parent);
}

/* The pad of this name, with a reference; or NULL. */
WfdMuxPad *mux_pad_get(WfdMux *mux, const gchar *name)
{
	return (WfdMuxPad *)gst_element_get_static_pad(GST_ELEMENT(mux), name);
}

gboolean mux_pad_is_video(const WfdMuxPad *pad)
{
	return pad->stream->pid == TS_PID_VIDEO;
}

/* What an audio stream is by its caps; false when they leave that open. */
static gboolean read_audio_caps(const GstCaps *caps, enum psi_audio *audio, guint *rate,
				guint *channels)
{
	const GstStructure *structure;
	gint value_rate, value_channels;

	if (!caps || gst_caps_is_any(caps) || gst_caps_get_size(caps) != 1)
		return FALSE;
	structure = gst_caps_get_structure(caps, 0);
	if (!gst_structure_get_int(structure, "rate", &value_rate) ||
	    !gst_structure_get_int(structure, "channels", &value_channels))
		return FALSE;
	*audio = gst_structure_has_name(structure, "audio/x-raw") ? PSI_AUDIO_LPCM : PSI_AUDIO_AAC;
	*rate = (guint)value_rate;
	*channels = (guint)value_channels;
	return TRUE;
}

/*
 * Sinks may read the map only once, so it has audio before the first of its buffers has
 * come, if what is linked can only be one thing.
 */
void mux_pad_expect_audio(WfdMuxPad *pad)
{
	GstCaps *template = gst_pad_get_pad_template_caps(GST_PAD(pad));
	GstCaps *caps = gst_pad_peer_query_caps(GST_PAD(pad), template);

	if (!read_audio_caps(caps, &pad->audio, &pad->lpcm.rate, &pad->channels))
		pad->audio = PSI_AUDIO_NONE;
	gst_caps_unref(caps);
	gst_caps_unref(template);
}

/* What the pad takes now. */
GstCaps *mux_pad_allowed_caps(WfdMux *mux, WfdMuxPad *pad)
{
	GstCaps *template = gst_pad_get_pad_template_caps(GST_PAD(pad)), *strict, *both;
	gboolean high;

	GST_OBJECT_LOCK(mux);
	high = mux->high_profile;
	GST_OBJECT_UNLOCK(mux);
	if (!mux_pad_is_video(pad) || high)
		return template;
	strict = gst_caps_from_string("video/x-h264, profile = (string) " STRICT_PROFILES);
	both = gst_caps_intersect_full(template, strict, GST_CAPS_INTERSECT_FIRST);
	gst_caps_unref(strict);
	gst_caps_unref(template);
	return both;
}

gboolean mux_pad_is_allowed(WfdMux *mux, WfdMuxPad *pad, const GstCaps *caps)
{
	GstCaps *allowed = mux_pad_allowed_caps(mux, pad);
	gboolean good = gst_caps_is_subset(caps, allowed);

	gst_caps_unref(allowed);
	return good;
}

gboolean mux_pad_set_caps(WfdMux *mux, WfdMuxPad *pad, const GstCaps *caps)
{
	GstClockTime latency = 0;
	guint rate;

	if (!mux_pad_is_allowed(mux, pad, caps))
		return FALSE;
	if (mux_pad_is_video(pad))
		return TRUE;
	if (!read_audio_caps(caps, &pad->audio, &rate, &pad->channels))
		return FALSE;
	if (rate != pad->lpcm.rate)
		lpcm_reset(&pad->lpcm);
	pad->lpcm.rate = rate;
	if (pad->audio == PSI_AUDIO_LPCM)
		latency = gst_util_uint64_scale(LPCM_UNITS * LPCM_UNIT_FRAMES, GST_SECOND, rate);
	gst_aggregator_set_latency(GST_AGGREGATOR(mux), latency, latency);
	return TRUE;
}

GstClockTime mux_pad_running_time(const WfdMuxPad *pad, GstClockTime time)
{
	return GST_CLOCK_TIME_IS_VALID(time) ?
		       gst_segment_to_running_time(&pad->parent.segment, GST_FORMAT_TIME, time) :
		       GST_CLOCK_TIME_NONE;
}

/* By which buffers are put into order. */
GstClockTime mux_pad_order_time(const WfdMuxPad *pad, GstBuffer *buffer)
{
	GstClockTime time = mux_pad_running_time(pad, GST_BUFFER_DTS_OR_PTS(buffer));

	if (!GST_CLOCK_TIME_IS_VALID(time))
		time = mux_pad_running_time(pad, GST_BUFFER_PTS(buffer));
	return GST_CLOCK_TIME_IS_VALID(time) ? time : pad->last;
}
