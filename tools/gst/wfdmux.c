// SPDX-License-Identifier: MIT
/*
 * wfdmux: H.264 and audio to the transport stream that Wi-Fi Display sinks expect, in
 * RTP packets or alone.
 *
 * All work is done in aggregate(), in the thread of the source pad: see muxorder.c. The
 * class is here, with its pads' templates, and what begins and ends a stream.
 *
 * The object's lock guards the properties, and the numbers of the RTP stream, which are
 * properties, too; all else belongs to the thread of the source pad.
 */
#include "wfdmux.h"

#include <string.h>

#include "muxinternal.h"
#include "muxnumbers.h"
#include "muxorder.h"
#include "muxpad.h"
#include "muxproperties.h"

/* What Android's sources begin with, and some sinks want to see. */
#define FIRST_PSI_VERSION 1

GST_DEBUG_CATEGORY(wfd_mux_debug);

G_DEFINE_TYPE(WfdMux, wfd_mux, GST_TYPE_AGGREGATOR)
GST_ELEMENT_REGISTER_DEFINE(wfdmux, "wfdmux", GST_RANK_NONE, WFD_TYPE_MUX)

/* Not all of the profiles are taken at all times: see muxpad.c. */
static GstStaticPadTemplate video_template = GST_STATIC_PAD_TEMPLATE(
	"video", GST_PAD_SINK, GST_PAD_REQUEST,
	GST_STATIC_CAPS("video/x-h264, stream-format = (string) byte-stream, "
			"alignment = (string) au, profile = (string) { constrained-baseline, "
			"constrained-high, progressive-high, high }"));

static GstStaticPadTemplate audio_template = GST_STATIC_PAD_TEMPLATE(
	"audio", GST_PAD_SINK, GST_PAD_REQUEST,
	GST_STATIC_CAPS("audio/mpeg, mpegversion = (int) { 4, 2 }, "
			"stream-format = (string) adts, framed = (boolean) true, "
			"rate = (int) 48000, channels = (int) { 2, 4, 6, 8 }; "
			"audio/x-raw, format = (string) S16BE, layout = (string) interleaved, "
			"rate = (int) { 48000, 44100 }, channels = (int) 2"));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
	"src", GST_PAD_SRC, GST_PAD_ALWAYS,
	GST_STATIC_CAPS("video/mpegts, systemstream = (boolean) true, packetsize = (int) 188; "
			"application/x-rtp, media = (string) video, payload = (int) 33, "
			"clock-rate = (int) 90000, encoding-name = (string) MP2T"));

/* --- Sink pads ----------------------------------------------------------------- */

static GstAggregatorPad *wfd_mux_create_new_pad(GstAggregator *aggregator, GstPadTemplate *template,
						const gchar *name, const GstCaps *caps)
{
	const gchar *wanted = GST_PAD_TEMPLATE_NAME_TEMPLATE(template);
	WfdMux *mux = WFD_MUX(aggregator);
	WfdMuxPad *pad = mux_pad_get(mux, wanted);

	(void)name;
	(void)caps;
	if (pad) {
		GST_WARNING_OBJECT(aggregator, "there is a pad called %s", wanted);
		gst_object_unref(pad);
		return NULL;
	}
	pad = g_object_new(wfd_mux_pad_get_type(), "name", wanted, "direction", GST_PAD_SINK,
			   "template", template, NULL);
	pad->stream = g_str_equal(wanted, "video") ? &mux->video_stream : &mux->audio_stream;
	return GST_AGGREGATOR_PAD(pad);
}

static gboolean wfd_mux_sink_query(GstAggregator *aggregator, GstAggregatorPad *pad,
				   GstQuery *query)
{
	WfdMux *mux = WFD_MUX(aggregator);

	if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS) {
		GstCaps *caps = mux_pad_allowed_caps(mux, (WfdMuxPad *)pad), *filter, *both;

		gst_query_parse_caps(query, &filter);
		both = filter ? gst_caps_intersect_full(filter, caps, GST_CAPS_INTERSECT_FIRST) :
				gst_caps_ref(caps);
		gst_query_set_caps_result(query, both);
		gst_caps_unref(both);
		gst_caps_unref(caps);
		return TRUE;
	}
	if (GST_QUERY_TYPE(query) == GST_QUERY_ACCEPT_CAPS) {
		GstCaps *caps;

		gst_query_parse_accept_caps(query, &caps);
		gst_query_set_accept_caps_result(query,
						 mux_pad_is_allowed(mux, (WfdMuxPad *)pad, caps));
		return TRUE;
	}
	return GST_AGGREGATOR_CLASS(wfd_mux_parent_class)->sink_query(aggregator, pad, query);
}

static gboolean wfd_mux_sink_event(GstAggregator *aggregator, GstAggregatorPad *pad,
				   GstEvent *event)
{
	if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
		GstCaps *caps;
		gboolean good;

		gst_event_parse_caps(event, &caps);
		good = mux_pad_set_caps(WFD_MUX(aggregator), (WfdMuxPad *)pad, caps);
		gst_event_unref(event);
		return good;
	}
	if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
		const GstSegment *segment;

		gst_event_parse_segment(event, &segment);
		if (segment->format != GST_FORMAT_TIME) {
			GST_ERROR_OBJECT(pad, "only segments in time can be multiplexed");
			gst_event_unref(event);
			return FALSE;
		}
	}
	return GST_AGGREGATOR_CLASS(wfd_mux_parent_class)->sink_event(aggregator, pad, event);
}

/* --- Source pad ---------------------------------------------------------------- */

/* The first that downstream takes; of an RTP stream with its numbers. */
static GstFlowReturn wfd_mux_update_src_caps(GstAggregator *aggregator, GstCaps *caps,
					     GstCaps **result)
{
	WfdMux *mux = WFD_MUX(aggregator);

	caps = gst_caps_fixate(gst_caps_ref(caps));
	if (gst_structure_has_name(gst_caps_get_structure(caps, 0), "application/x-rtp")) {
		caps = gst_caps_make_writable(caps);
		GST_OBJECT_LOCK(mux);
		gst_caps_set_simple(caps, "ssrc", G_TYPE_UINT, mux->packer.ssrc, "timestamp-offset",
				    G_TYPE_UINT, mux->rtp_base, "seqnum-offset", G_TYPE_UINT,
				    (guint)mux->packer.seqnum, NULL);
		GST_OBJECT_UNLOCK(mux);
	}
	*result = caps;
	return GST_FLOW_OK;
}

static gboolean wfd_mux_negotiated_src_caps(GstAggregator *aggregator, GstCaps *caps)
{
	WfdMux *mux = WFD_MUX(aggregator);

	mux->packer.rtp =
		gst_structure_has_name(gst_caps_get_structure(caps, 0), "application/x-rtp");
	return TRUE;
}

/* --- State --------------------------------------------------------------------- */

static guint32 number(gint64 wanted)
{
	return wanted == RANDOM_NUMBER ? g_random_int() : (guint32)wanted;
}

static void drop_packets(WfdMux *mux)
{
	GstBufferList *list;

	if (!mux->packer.list)
		return;
	list = packer_end(&mux->packer, FALSE);
	if (list)
		gst_buffer_list_unref(list);
	mux_set_numbers(mux, &mux->before);
}

static gboolean wfd_mux_start(GstAggregator *aggregator)
{
	WfdMux *mux = WFD_MUX(aggregator);

	GST_OBJECT_LOCK(mux);
	mux->packer.ssrc = number(mux->want_ssrc);
	mux->packer.seqnum = (guint16)number(mux->want_seqnum);
	mux->rtp_base = number(mux->want_rtp_time);
	mux->packer.rtp_time = mux->rtp_base;
	GST_OBJECT_UNLOCK(mux);
	mux->pat = (struct ts_stream){ .pid = TS_PID_PAT };
	mux->pmt = (struct ts_stream){ .pid = TS_PID_PMT };
	mux->video_stream.continuity = 0;
	mux->audio_stream.continuity = 0;
	mux->psi_version = FIRST_PSI_VERSION;
	GST_OBJECT_LOCK(mux);
	if (mux->earlier)
		mux_take_state(mux, mux->earlier);
	g_clear_pointer(&mux->state, gst_structure_free);
	GST_OBJECT_UNLOCK(mux);
	memset(mux->avc, 0, sizeof(mux->avc));
	mux->live = FALSE;
	mux->started = FALSE;
	mux->discont = FALSE;
	mux->last_pcr = GST_CLOCK_TIME_NONE;
	mux->flushed_pcr = GST_CLOCK_TIME_NONE;
	mux->last_psi = GST_CLOCK_TIME_NONE;
	mux->held_since = GST_CLOCK_TIME_NONE;
	mux->unsent = FALSE;
	return TRUE;
}

static gboolean wfd_mux_stop(GstAggregator *aggregator)
{
	WfdMux *mux = WFD_MUX(aggregator);

	drop_packets(mux);
	if (mux->unsent)
		mux_set_numbers(mux, &mux->before);
	GST_OBJECT_LOCK(mux);
	g_clear_pointer(&mux->state, gst_structure_free);
	mux->state = mux_make_state(mux);
	GST_OBJECT_UNLOCK(mux);
	g_clear_pointer(&mux->association, g_bytes_unref);
	g_clear_pointer(&mux->map, g_bytes_unref);
	g_clear_pointer(&mux->earlier_map, g_bytes_unref);
	return TRUE;
}

/* What comes after a flush may be of any time. */
static GstFlowReturn wfd_mux_flush(GstAggregator *aggregator)
{
	WfdMux *mux = WFD_MUX(aggregator);

	drop_packets(mux);
	mux->started = FALSE;
	mux->held_since = GST_CLOCK_TIME_NONE;
	if (GST_CLOCK_TIME_IS_VALID(mux->last_pcr))
		mux->flushed_pcr = mux->last_pcr;
	mux->last_pcr = GST_CLOCK_TIME_NONE;
	mux->last_psi = GST_CLOCK_TIME_NONE;
	mux->discont = TRUE;
	return GST_FLOW_OK;
}

/* --- Class --------------------------------------------------------------------- */

static void wfd_mux_finalize(GObject *object)
{
	WfdMux *mux = WFD_MUX(object);

	g_clear_pointer(&mux->earlier, gst_structure_free);
	g_clear_pointer(&mux->state, gst_structure_free);
	G_OBJECT_CLASS(wfd_mux_parent_class)->finalize(object);
}

static void wfd_mux_class_init(WfdMuxClass *class)
{
	GObjectClass *object = G_OBJECT_CLASS(class);
	GstElementClass *element = GST_ELEMENT_CLASS(class);
	GstAggregatorClass *aggregator = GST_AGGREGATOR_CLASS(class);

	GST_DEBUG_CATEGORY_INIT(wfd_mux_debug, "wfdmux", 0, "Wi-Fi Display multiplexer");
	psi_init();
	object->set_property = wfd_mux_set_property;
	object->get_property = wfd_mux_get_property;
	object->finalize = wfd_mux_finalize;
	mux_install_properties(object);

	aggregator->aggregate = wfd_mux_aggregate;
	aggregator->get_next_time = wfd_mux_get_next_time;
	aggregator->create_new_pad = wfd_mux_create_new_pad;
	aggregator->sink_event = wfd_mux_sink_event;
	aggregator->sink_query = wfd_mux_sink_query;
	aggregator->update_src_caps = wfd_mux_update_src_caps;
	aggregator->negotiated_src_caps = wfd_mux_negotiated_src_caps;
	aggregator->start = wfd_mux_start;
	aggregator->stop = wfd_mux_stop;
	aggregator->flush = wfd_mux_flush;

	gst_element_class_add_static_pad_template_with_gtype(element, &video_template,
							     wfd_mux_pad_get_type());
	gst_element_class_add_static_pad_template_with_gtype(element, &audio_template,
							     wfd_mux_pad_get_type());
	gst_element_class_add_static_pad_template_with_gtype(element, &src_template,
							     GST_TYPE_AGGREGATOR_PAD);
	gst_element_class_set_static_metadata(
		element, "Wi-Fi Display multiplexer", "Codec/Muxer/Payloader/Network/RTP",
		"Multiplexes H.264 and audio (AAC, LPCM) into the MPEG transport stream of Wi-Fi Display "
		"(Miracast), as RTP packets that end with each picture, or for a file",
		"The miracast project");
}

static void wfd_mux_init(WfdMux *mux)
{
	mux->video_stream.pid = TS_PID_VIDEO;
	mux->audio_stream.pid = TS_PID_AUDIO;
	mux->pcr_pid = TS_PID_PCR;
	mux->pcr_interval = DEFAULT_PCR_INTERVAL;
	mux->psi_interval = DEFAULT_PSI_INTERVAL;
	mux->pts_delay = DEFAULT_PTS_DELAY;
	mux->idle_time = DEFAULT_IDLE_TIME;
	mux->want_ssrc = RANDOM_NUMBER;
	mux->want_seqnum = RANDOM_NUMBER;
	mux->want_rtp_time = RANDOM_NUMBER;
}
