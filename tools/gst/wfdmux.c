// SPDX-License-Identifier: MIT
/*
 * wfdmux: H.264 and audio to the transport stream that Wi-Fi Display sinks expect, in
 * RTP packets or alone.
 *
 * All work is done in aggregate(), in the thread of the source pad. It takes what has
 * arrived: audio that is not younger than the next picture, and that picture, become
 * one buffer list, which ends with the picture. In a live pipeline a picture that has
 * arrived is never held back for audio: get_next_time() names a time that has passed.
 * Otherwise all pads have to have data, so that a file is interleaved.
 *
 * Nothing begins before the first picture: only then the map of the program is whole, and
 * a sink may read it once. Sound that comes before waits, for a limited time.
 *
 * The object's lock guards the properties, and the numbers of the RTP stream, which are
 * properties, too; all else belongs to the thread of the source pad.
 */
#include "wfdmux.h"

#include <string.h>

#include "h264.h"
#include "lpcm.h"
#include "packer.h"
#include "psi.h"
#include "ts.h"

GST_DEBUG_CATEGORY_STATIC(wfd_mux_debug);
#define GST_CAT_DEFAULT wfd_mux_debug

#define DEFAULT_PCR_INTERVAL (40 * GST_MSECOND)
#define DEFAULT_PSI_INTERVAL (100 * GST_MSECOND)
#define DEFAULT_PTS_DELAY (100 * GST_MSECOND)
#define DEFAULT_IDLE_TIME GST_SECOND
#define SOUND_WAIT (2 * GST_SECOND) /* for the first picture */
#define HELD_MOST 512 /* buffers of sound, should they come without a clock */
#define RANDOM_NUMBER (-1)

/*
 * What Android's sources begin with, and some sinks want to see.
 */
#define FIRST_PSI_VERSION 1
#define AUDIO_STUFFING_BYTES 2

#define TIME_33_BITS ((G_GUINT64_CONSTANT(1) << 33) - 1)

/* Of a sink pad. */
typedef struct {
	GstAggregatorPad parent;
	struct ts_stream *stream; /* the multiplexer's: a pad that comes back goes on */
	enum psi_audio audio;
	guint channels;
	struct lpcm lpcm;
	GstClockTime last; /* time of the access unit before */
	GQueue held; /* buffers that wait for the first picture; the pad's lock guards it */
} WfdMuxPad;

typedef struct {
	GstAggregatorPadClass parent_class;
} WfdMuxPadClass;

static GType wfd_mux_pad_get_type(void);
G_DEFINE_TYPE(WfdMuxPad, wfd_mux_pad, GST_TYPE_AGGREGATOR_PAD)

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
	struct numbers before; /* those that the list began with */
	gboolean unsent; /* the last list has not left */
	GstClockTime held_since; /* sound waits for the first picture */
};

G_DEFINE_TYPE(WfdMux, wfd_mux, GST_TYPE_AGGREGATOR)
GST_ELEMENT_REGISTER_DEFINE(wfdmux, "wfdmux", GST_RANK_NONE, WFD_TYPE_MUX)

enum {
	PROP_0,
	PROP_PCR_PID,
	PROP_PCR_INTERVAL,
	PROP_PSI_INTERVAL,
	PROP_PTS_DELAY,
	PROP_IDLE_TIME,
	PROP_HIGH_PROFILE,
	PROP_SSRC,
	PROP_SEQNUM_OFFSET,
	PROP_TIMESTAMP_OFFSET,
	PROP_SEQNUM,
	PROP_TIMESTAMP,
	PROP_CONTINUE_FROM,
	PROP_STREAM_STATE,
};

/*
 * Constrained Baseline and Constrained High are the profiles of Wi-Fi Display. Encoders
 * call the second by one of three names, two of which say nothing of CABAC, and some take
 * the highest that is offered; so those two are offered when "high-profile" is set.
 */
#define STRICT_PROFILES "{ constrained-baseline, constrained-high }"
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

/* --- Pads ---------------------------------------------------------------------- */

static GstBuffer *pop_held(WfdMuxPad *pad)
{
	GstBuffer *buffer;

	GST_OBJECT_LOCK(pad);
	buffer = g_queue_pop_head(&pad->held);
	GST_OBJECT_UNLOCK(pad);
	return buffer;
}

static GstBuffer *peek_held(WfdMuxPad *pad)
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

	while ((buffer = pop_held(pad)))
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
static GstBuffer *peek_buffer(WfdMuxPad *pad)
{
	GstBuffer *held = peek_held(pad);

	return held ? held : gst_aggregator_pad_peek_buffer(&pad->parent);
}

static GstBuffer *pop_buffer(WfdMuxPad *pad)
{
	GstBuffer *held = pop_held(pad);

	return held ? held : gst_aggregator_pad_pop_buffer(&pad->parent);
}

/* The pad of this name, with a reference; or NULL. */
static WfdMuxPad *get_pad(WfdMux *mux, const gchar *name)
{
	return (WfdMuxPad *)gst_element_get_static_pad(GST_ELEMENT(mux), name);
}

static gboolean is_video(const WfdMuxPad *pad)
{
	return pad->stream->pid == TS_PID_VIDEO;
}

static GstAggregatorPad *wfd_mux_create_new_pad(GstAggregator *aggregator, GstPadTemplate *template,
						const gchar *name, const GstCaps *caps)
{
	const gchar *wanted = GST_PAD_TEMPLATE_NAME_TEMPLATE(template);
	WfdMux *mux = WFD_MUX(aggregator);
	WfdMuxPad *pad = get_pad(mux, wanted);

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

/* What the pad takes now. */
static GstCaps *allowed_caps(WfdMux *mux, WfdMuxPad *pad)
{
	GstCaps *template = gst_pad_get_pad_template_caps(GST_PAD(pad)), *strict, *both;
	gboolean high;

	GST_OBJECT_LOCK(mux);
	high = mux->high_profile;
	GST_OBJECT_UNLOCK(mux);
	if (!is_video(pad) || high)
		return template;
	strict = gst_caps_from_string("video/x-h264, profile = (string) " STRICT_PROFILES);
	both = gst_caps_intersect_full(template, strict, GST_CAPS_INTERSECT_FIRST);
	gst_caps_unref(strict);
	gst_caps_unref(template);
	return both;
}

static gboolean is_allowed(WfdMux *mux, WfdMuxPad *pad, const GstCaps *caps)
{
	GstCaps *allowed = allowed_caps(mux, pad);
	gboolean good = gst_caps_is_subset(caps, allowed);

	gst_caps_unref(allowed);
	return good;
}

static gboolean wfd_mux_sink_query(GstAggregator *aggregator, GstAggregatorPad *pad,
				   GstQuery *query)
{
	WfdMux *mux = WFD_MUX(aggregator);

	if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS) {
		GstCaps *caps = allowed_caps(mux, (WfdMuxPad *)pad), *filter, *both;

		gst_query_parse_caps(query, &filter);
		both = filter ? gst_caps_intersect_full(filter, caps, GST_CAPS_INTERSECT_FIRST)
			      : gst_caps_ref(caps);
		gst_query_set_caps_result(query, both);
		gst_caps_unref(both);
		gst_caps_unref(caps);
		return TRUE;
	}
	if (GST_QUERY_TYPE(query) == GST_QUERY_ACCEPT_CAPS) {
		GstCaps *caps;

		gst_query_parse_accept_caps(query, &caps);
		gst_query_set_accept_caps_result(query, is_allowed(mux, (WfdMuxPad *)pad, caps));
		return TRUE;
	}
	return GST_AGGREGATOR_CLASS(wfd_mux_parent_class)->sink_query(aggregator, pad, query);
}

static gboolean set_caps(WfdMux *mux, WfdMuxPad *pad, const GstCaps *caps)
{
	GstClockTime latency = 0;
	guint rate;

	if (!is_allowed(mux, pad, caps))
		return FALSE;
	if (is_video(pad))
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

static gboolean wfd_mux_sink_event(GstAggregator *aggregator, GstAggregatorPad *pad,
				   GstEvent *event)
{
	if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
		GstCaps *caps;
		gboolean good;

		gst_event_parse_caps(event, &caps);
		good = set_caps(WFD_MUX(aggregator), (WfdMuxPad *)pad, caps);
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

/* --- Times --------------------------------------------------------------------- */

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

static GstClockTime running_time(const WfdMuxPad *pad, GstClockTime time)
{
	return GST_CLOCK_TIME_IS_VALID(time)
		       ? gst_segment_to_running_time(&pad->parent.segment, GST_FORMAT_TIME, time)
		       : GST_CLOCK_TIME_NONE;
}

/* By which buffers are put into order. */
static GstClockTime order_time(const WfdMuxPad *pad, GstBuffer *buffer)
{
	GstClockTime time = running_time(pad, GST_BUFFER_DTS_OR_PTS(buffer));

	if (!GST_CLOCK_TIME_IS_VALID(time))
		time = running_time(pad, GST_BUFFER_PTS(buffer));
	return GST_CLOCK_TIME_IS_VALID(time) ? time : pad->last;
}

static guint64 to_90khz(GstClockTime time)
{
	return gst_util_uint64_scale(time, 90000, GST_SECOND) & TIME_33_BITS;
}

static guint64 to_27mhz(GstClockTime time)
{
	return gst_util_uint64_scale(time, 27000000, GST_SECOND) % (300 * (TIME_33_BITS + 1));
}

/* --- Numbers ------------------------------------------------------------------- */

static struct numbers numbers(WfdMux *mux)
{
	return (struct numbers){
		.seqnum = mux->packer.seqnum,
		.pat = mux->pat.continuity,
		.pmt = mux->pmt.continuity,
		.video = mux->video_stream.continuity,
		.audio = mux->audio_stream.continuity,
	};
}

static void set_numbers(WfdMux *mux, const struct numbers *to)
{
	GST_OBJECT_LOCK(mux);
	mux->packer.seqnum = to->seqnum;
	GST_OBJECT_UNLOCK(mux);
	mux->pat.continuity = to->pat;
	mux->pmt.continuity = to->pmt;
	mux->video_stream.continuity = to->video;
	mux->audio_stream.continuity = to->audio;
}

/* With which another stream goes on; NULL: nothing was sent. */
static GstStructure *make_state(WfdMux *mux)
{
	if (!mux->map)
		return NULL;
	return gst_structure_new("application/x-wfdmux-state", "pat", G_TYPE_UINT,
				 (guint)mux->pat.continuity, "pmt", G_TYPE_UINT,
				 (guint)mux->pmt.continuity, "video", G_TYPE_UINT,
				 (guint)mux->video_stream.continuity, "audio", G_TYPE_UINT,
				 (guint)mux->audio_stream.continuity, "version", G_TYPE_UINT,
				 (guint)mux->psi_version, "map", G_TYPE_BYTES, mux->map, NULL);
}

static guint8 counter_of(const GstStructure *state, const gchar *name)
{
	guint value = 0;

	gst_structure_get_uint(state, name, &value);
	return (guint8)(value & 0x1f);
}

static void take_state(WfdMux *mux, const GstStructure *state)
{
	mux->pat.continuity = counter_of(state, "pat");
	mux->pmt.continuity = counter_of(state, "pmt");
	mux->video_stream.continuity = counter_of(state, "video");
	mux->audio_stream.continuity = counter_of(state, "audio");
	mux->psi_version = counter_of(state, "version");
	gst_structure_get(state, "map", G_TYPE_BYTES, &mux->earlier_map, NULL);
}

/* --- Tables and clock references ----------------------------------------------- */

/*
 * Sinks may read the map only once, so it has audio before the first of its buffers has
 * come, if what is linked can only be one thing.
 */
static void expect_audio(WfdMuxPad *pad)
{
	GstCaps *template = gst_pad_get_pad_template_caps(GST_PAD(pad));
	GstCaps *caps = gst_pad_peer_query_caps(GST_PAD(pad), template);

	if (!read_audio_caps(caps, &pad->audio, &pad->lpcm.rate, &pad->channels))
		pad->audio = PSI_AUDIO_NONE;
	gst_caps_unref(caps);
	gst_caps_unref(template);
}

/* The map of the program names the profile and level of what comes. */
static void note_parameters(WfdMux *mux, const struct h264_look *look)
{
	if (!look->sps)
		return;
	mux->avc[0] = look->profile_idc;
	mux->avc[1] = look->constraints;
	mux->avc[2] = look->level_idc;
}

/* Sound that leaves before the first picture has that one's profile and level in its map. */
static void expect_video(WfdMux *mux, WfdMuxPad *pad)
{
	GstBuffer *buffer = peek_buffer(pad);
	struct h264_look look = { 0 };
	GstMapInfo map;

	if (buffer && gst_buffer_map(buffer, &map, GST_MAP_READ)) {
		h264_look(map.data, map.size, &look);
		note_parameters(mux, &look);
		gst_buffer_unmap(buffer, &map);
	}
	gst_clear_buffer(&buffer);
}

static void describe_program(WfdMux *mux, struct psi_program *program)
{
	WfdMuxPad *video = get_pad(mux, "video"), *audio = get_pad(mux, "audio");

	memset(program, 0, sizeof(*program));
	GST_OBJECT_LOCK(mux);
	program->pcr_pid = (guint16)mux->pcr_pid;
	GST_OBJECT_UNLOCK(mux);
	if (video) {
		program->video = TRUE;
		if (!mux->avc[0])
			expect_video(mux, video);
		gst_object_unref(video);
	}
	memcpy(program->avc, mux->avc, sizeof(program->avc));
	if (audio) {
		if (audio->audio == PSI_AUDIO_NONE)
			expect_audio(audio);
		program->audio = audio->audio;
		program->audio_rate = audio->lpcm.rate;
		program->audio_channels = audio->channels;
		gst_object_unref(audio);
	}
}

static guint8 next_version(guint8 version)
{
	return (version + 1) & 0x1f;
}

/* True when there are new ones. */
static gboolean update_tables(WfdMux *mux)
{
	struct psi_program program;

	describe_program(mux, &program);
	if (mux->map && !memcmp(&program, &mux->program, sizeof(program)))
		return FALSE;
	if (mux->map)
		mux->psi_version = next_version(mux->psi_version);
	mux->program = program;
	g_clear_pointer(&mux->association, g_bytes_unref);
	g_clear_pointer(&mux->map, g_bytes_unref);
	mux->map = psi_map(&program, mux->psi_version);
	if (mux->earlier_map && !g_bytes_equal(mux->map, mux->earlier_map)) {
		mux->psi_version = next_version(mux->psi_version);
		g_bytes_unref(mux->map);
		mux->map = psi_map(&program, mux->psi_version);
	}
	g_clear_pointer(&mux->earlier_map, g_bytes_unref);
	mux->association = psi_association(mux->psi_version);
	return TRUE;
}

static void put_section(WfdMux *mux, struct ts_stream *stream, GBytes *section)
{
	gsize bytes;
	const guint8 *data = g_bytes_get_data(section, &bytes);

	ts_write_section(stream, data, bytes, packer_packet(&mux->packer));
}

static void put_pcr(WfdMux *mux, GstClockTime time)
{
	ts_write_pcr(mux->program.pcr_pid, to_27mhz(time), packer_packet(&mux->packer));
	mux->last_pcr = time;
}

static gboolean due(GstClockTime last, GstClockTime now, guint64 interval)
{
	return !GST_CLOCK_TIME_IS_VALID(last) || now >= last + interval;
}

/* What comes before the data of this time. It never goes back. */
static void put_clock(WfdMux *mux, GstClockTime time)
{
	guint64 pcr_interval, psi_interval, idle_time;
	gboolean tables = update_tables(mux);

	GST_OBJECT_LOCK(mux);
	pcr_interval = mux->pcr_interval;
	psi_interval = mux->psi_interval;
	idle_time = mux->idle_time;
	GST_OBJECT_UNLOCK(mux);

	if (GST_CLOCK_TIME_IS_VALID(mux->last_pcr) && time < mux->last_pcr)
		time = mux->last_pcr;
	/* Without a clock there was nobody to write those of a pause. */
	while (!mux->live && GST_CLOCK_TIME_IS_VALID(mux->last_pcr) &&
	       mux->last_pcr + pcr_interval < MIN(time, mux->last_unit + idle_time))
		put_pcr(mux, mux->last_pcr + pcr_interval);
	if (tables || due(mux->last_psi, time, psi_interval)) {
		put_section(mux, &mux->pat, mux->association);
		put_section(mux, &mux->pmt, mux->map);
		mux->last_psi = time;
	}
	if (due(mux->last_pcr, time, pcr_interval))
		put_pcr(mux, time);
}

/* --- Access units -------------------------------------------------------------- */

static void begin(WfdMux *mux, GstClockTime time)
{
	mux->before = numbers(mux);
	mux->unsent = FALSE;
	GST_OBJECT_LOCK(mux);
	packer_begin(&mux->packer, time, mux->rtp_base + (guint32)to_90khz(time));
	GST_OBJECT_UNLOCK(mux);
	mux->started = TRUE;
}

static void put_pes(WfdMux *mux, WfdMuxPad *pad, struct ts_pes *pes)
{
	while (!ts_pes_done(pes))
		ts_pes_next(pes, pad->stream, packer_packet(&mux->packer));
}

/* pts and dts: running times, to which the delay is added. */
static struct ts_pes_times pes_times(WfdMux *mux, GstClockTime pts, GstClockTime dts)
{
	struct ts_pes_times times = { .dts_90khz = TS_NO_DTS };
	guint64 delay;

	GST_OBJECT_LOCK(mux);
	delay = mux->pts_delay;
	GST_OBJECT_UNLOCK(mux);
	times.pts_90khz = to_90khz(pts + delay);
	if (GST_CLOCK_TIME_IS_VALID(dts) && dts < pts)
		times.dts_90khz = to_90khz(dts + delay);
	return times;
}

static void put_lpcm(WfdMux *mux, WfdMuxPad *pad)
{
	const guint8 *samples;
	GstClockTime time;

	while ((samples = lpcm_next(&pad->lpcm, &time))) {
		struct ts_pes_times times = pes_times(mux, time, GST_CLOCK_TIME_NONE);
		guint8 header[LPCM_HEADER_BYTES];
		struct ts_pes pes;

		lpcm_header(&pad->lpcm, header);
		ts_pes_begin(&pes, TS_STREAM_ID_PRIVATE_1, &times, AUDIO_STUFFING_BYTES, header,
			     sizeof(header), samples, LPCM_BYTES);
		put_pes(mux, pad, &pes);
		lpcm_done(&pad->lpcm);
	}
}

static void put_aac(WfdMux *mux, WfdMuxPad *pad, const GstMapInfo *map, GstClockTime pts)
{
	struct ts_pes_times times = pes_times(mux, pts, GST_CLOCK_TIME_NONE);
	struct ts_pes pes;

	ts_pes_begin(&pes, TS_STREAM_ID_AAC, &times, AUDIO_STUFFING_BYTES, NULL, 0, map->data,
		     map->size);
	put_pes(mux, pad, &pes);
}

static void put_picture(WfdMux *mux, WfdMuxPad *pad, const GstMapInfo *map,
			const struct h264_look *look, GstClockTime pts, GstClockTime dts)
{
	/* Transport streams have one before each picture, of any type of slices. */
	static const guint8 delimiter[] = { 0, 0, 0, 1, 9, 0xf0 };
	struct ts_pes_times times = pes_times(mux, pts, dts);
	struct ts_pes pes;

	ts_pes_begin(&pes, TS_STREAM_ID_VIDEO, &times, 0, delimiter,
		     look->delimiter ? 0 : sizeof(delimiter), map->data, map->size);
	pes.key = look->idr;
	put_pes(mux, pad, &pes);
}

/* What is taken from a pad. */
struct unit {
	WfdMuxPad *pad;
	GstBuffer *buffer;
	GstMapInfo map;
	struct h264_look look;
	GstClockTime pts, dts; /* running times */
};

static void put_unit(WfdMux *mux, struct unit *unit, GstClockTime now)
{
	if (!mux->packer.list)
		begin(mux, now);
	put_clock(mux, now);
	mux->last_unit = now;
	if (is_video(unit->pad)) {
		if (GST_BUFFER_IS_DISCONT(unit->buffer))
			mux->discont = TRUE;
		if (unit->map.size)
			put_picture(mux, unit->pad, &unit->map, &unit->look, unit->pts, unit->dts);
	} else if (unit->pad->audio == PSI_AUDIO_AAC) {
		if (unit->map.size)
			put_aac(mux, unit->pad, &unit->map, unit->pts);
	} else {
		lpcm_push(&unit->pad->lpcm, gst_buffer_ref(unit->buffer), unit->pts);
		put_lpcm(mux, unit->pad);
	}
}

/*
 * Puts a buffer into the list, which begins here if need be. A gap is a time at which the
 * clock goes on, but nothing begins with one. No buffer has a time: error.
 */
static GstFlowReturn put_buffer(WfdMux *mux, struct unit *unit, GstClockTime now)
{
	GstClockTime order = order_time(unit->pad, unit->buffer);

	if (!GST_CLOCK_TIME_IS_VALID(order)) {
		GST_ELEMENT_ERROR(mux, STREAM, MUX,
				  ("The first buffer of %s has no time.", GST_PAD_NAME(unit->pad)),
				  ("pictures and audio need time stamps inside their segment"));
		return GST_FLOW_ERROR;
	}
	unit->pts = running_time(unit->pad, GST_BUFFER_PTS(unit->buffer));
	unit->dts = running_time(unit->pad, GST_BUFFER_DTS(unit->buffer));
	if (!GST_CLOCK_TIME_IS_VALID(unit->pts))
		unit->pts = order;
	unit->pad->last = order;

	if (!gst_buffer_map(unit->buffer, &unit->map, GST_MAP_READ)) {
		GST_ELEMENT_ERROR(mux, RESOURCE, READ, (NULL),
				  ("a buffer of %s cannot be mapped", GST_PAD_NAME(unit->pad)));
		return GST_FLOW_ERROR;
	}
	if (is_video(unit->pad) && unit->map.size) {
		h264_look(unit->map.data, unit->map.size, &unit->look);
		note_parameters(mux, &unit->look);
	}
	if (unit->map.size || mux->started)
		put_unit(mux, unit, GST_CLOCK_TIME_IS_VALID(now) ? now : order);
	gst_buffer_unmap(unit->buffer, &unit->map);
	return GST_FLOW_OK;
}

/* picture: set when it was one. */
static GstFlowReturn take_buffer(WfdMux *mux, WfdMuxPad *pad, GstClockTime now, gboolean *picture)
{
	struct unit unit = { .pad = pad, .buffer = pop_buffer(pad) };
	GstFlowReturn flow;

	if (!unit.buffer)
		return GST_FLOW_OK;
	*picture = is_video(pad) && gst_buffer_get_size(unit.buffer);
	flow = put_buffer(mux, &unit, now);
	gst_buffer_unref(unit.buffer);
	return flow;
}

static GstFlowReturn finish(WfdMux *mux, gboolean picture)
{
	GstBufferList *list;
	GstFlowReturn flow;

	if (!mux->packer.list)
		return GST_FLOW_OK;
	GST_OBJECT_LOCK(mux);
	list = packer_end(&mux->packer, picture);
	GST_OBJECT_UNLOCK(mux);
	if (!list)
		return GST_FLOW_OK;
	if (mux->discont) {
		GST_BUFFER_FLAG_SET(gst_buffer_list_get_writable(list, 0), GST_BUFFER_FLAG_DISCONT);
		mux->discont = FALSE;
	}
	flow = gst_aggregator_finish_buffer_list(GST_AGGREGATOR(mux), list);
	mux->unsent = flow == GST_FLOW_FLUSHING;
	return flow;
}

/* --- Order --------------------------------------------------------------------- */

struct head {
	WfdMuxPad *pad; /* NULL: there is none */
	GstClockTime time;
	gboolean buffer;
	gboolean picture;
	gboolean ended;
};

static void look_at(WfdMux *mux, const gchar *name, struct head *head)
{
	GstBuffer *buffer;

	memset(head, 0, sizeof(*head));
	head->pad = get_pad(mux, name);
	if (!head->pad) {
		head->ended = TRUE;
		return;
	}
	buffer = peek_buffer(head->pad);
	head->ended = !buffer && gst_aggregator_pad_is_eos(&head->pad->parent);
	head->buffer = !!buffer;
	if (buffer) {
		head->time = order_time(head->pad, buffer);
		head->picture = is_video(head->pad) && gst_buffer_get_size(buffer);
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
	while (late && (first = peek_held(pad))) {
		time = order_time(pad, first);
		late = GST_CLOCK_TIME_IS_VALID(time) && time + delay < now;
		gst_buffer_unref(first);
		first = late ? pop_held(pad) : NULL;
		gst_clear_buffer(&first);
	}
}

static void drop_late_sound(WfdMux *mux, GstClockTime now)
{
	WfdMuxPad *pad = get_pad(mux, "audio");

	if (pad)
		drop_late(mux, pad, now);
	g_clear_object(&pad);
}

/*
 * Takes what has come from the pad, so that who sends it is not held up, too. Nothing is
 * left there then.
 */
static void hold_sound(WfdMux *mux, struct head *audio, GstClockTime now)
{
	GstBuffer *buffer;

	if (!audio->buffer || !GST_CLOCK_TIME_IS_VALID(audio->time))
		return;
	if (!GST_CLOCK_TIME_IS_VALID(mux->held_since))
		mux->held_since = now;
	while ((buffer = gst_aggregator_pad_pop_buffer(&audio->pad->parent))) {
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
	begin(mux, now);
	put_clock(mux, now);
}

static GstFlowReturn wfd_mux_aggregate(GstAggregator *aggregator, gboolean timeout)
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

		look_at(mux, "video", &video);
		look_at(mux, "audio", &audio);
		if (is_waiting(mux, &video, now))
			hold_sound(mux, &audio, now);
		next = choose(mux, &video, &audio);
		more = !!next;
		ended = video.ended && audio.ended;
		if (next)
			flow = take_buffer(mux, next->pad, now, &picture);
		forget(&video);
		forget(&audio);
	}
	if (timeout && !mux->packer.list && !ended)
		put_idle_clock(mux, now);
	if (flow == GST_FLOW_OK)
		flow = finish(mux, picture);
	return flow == GST_FLOW_OK && ended ? GST_FLOW_EOS : flow;
}

static gboolean has_buffer(WfdMux *mux, const gchar *name)
{
	WfdMuxPad *pad = get_pad(mux, name);
	gboolean has = pad && gst_aggregator_pad_has_buffer(&pad->parent);

	g_clear_object(&pad);
	return has;
}

/* Of sound, before the first picture. */
static gboolean has_held(WfdMux *mux)
{
	WfdMuxPad *pad = get_pad(mux, "audio");
	GstBuffer *held = pad ? peek_held(pad) : NULL;
	gboolean has = !!held;

	gst_clear_buffer(&held);
	g_clear_object(&pad);
	return has;
}

/*
 * Until when to wait for the pads that have nothing; the base class adds the base time
 * and the latency, as unsigned numbers, so that the sum may wrap.
 */
static GstClockTime wfd_mux_get_next_time(GstAggregator *aggregator)
{
	WfdMux *mux = WFD_MUX(aggregator);
	GstClockTime next, last;

	if (has_buffer(mux, "video") || has_buffer(mux, "audio"))
		return -gst_element_get_base_time(GST_ELEMENT(mux));
	if (has_held(mux))
		return mux->held_since + SOUND_WAIT - mux->latency;
	if (!mux->live || !mux->started)
		return GST_CLOCK_TIME_NONE;
	GST_OBJECT_LOCK(mux);
	next = mux->last_pcr + mux->pcr_interval;
	last = mux->last_unit + mux->idle_time;
	GST_OBJECT_UNLOCK(mux);
	return next <= last ? next - mux->latency : GST_CLOCK_TIME_NONE;
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
	set_numbers(mux, &mux->before);
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
		take_state(mux, mux->earlier);
	g_clear_pointer(&mux->state, gst_structure_free);
	GST_OBJECT_UNLOCK(mux);
	memset(mux->avc, 0, sizeof(mux->avc));
	mux->live = FALSE;
	mux->started = FALSE;
	mux->discont = FALSE;
	mux->last_pcr = GST_CLOCK_TIME_NONE;
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
		set_numbers(mux, &mux->before);
	GST_OBJECT_LOCK(mux);
	g_clear_pointer(&mux->state, gst_structure_free);
	mux->state = make_state(mux);
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
	mux->last_pcr = GST_CLOCK_TIME_NONE;
	mux->last_psi = GST_CLOCK_TIME_NONE;
	mux->discont = TRUE;
	return GST_FLOW_OK;
}

/* --- Properties ---------------------------------------------------------------- */

static void wfd_mux_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
	WfdMux *mux = WFD_MUX(object);

	GST_OBJECT_LOCK(mux);
	switch (id) {
	case PROP_PCR_PID:
		mux->pcr_pid = g_value_get_uint(value);
		break;
	case PROP_PCR_INTERVAL:
		mux->pcr_interval = g_value_get_uint64(value);
		break;
	case PROP_PSI_INTERVAL:
		mux->psi_interval = g_value_get_uint64(value);
		break;
	case PROP_PTS_DELAY:
		mux->pts_delay = g_value_get_uint64(value);
		break;
	case PROP_IDLE_TIME:
		mux->idle_time = g_value_get_uint64(value);
		break;
	case PROP_HIGH_PROFILE:
		mux->high_profile = g_value_get_boolean(value);
		break;
	case PROP_SSRC:
		mux->want_ssrc = g_value_get_int64(value);
		break;
	case PROP_SEQNUM_OFFSET:
		mux->want_seqnum = g_value_get_int(value);
		break;
	case PROP_TIMESTAMP_OFFSET:
		mux->want_rtp_time = g_value_get_int64(value);
		break;
	case PROP_CONTINUE_FROM:
		g_clear_pointer(&mux->earlier, gst_structure_free);
		mux->earlier = g_value_dup_boxed(value);
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
	GST_OBJECT_UNLOCK(mux);
}

static void wfd_mux_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	WfdMux *mux = WFD_MUX(object);

	GST_OBJECT_LOCK(mux);
	switch (id) {
	case PROP_PCR_PID:
		g_value_set_uint(value, mux->pcr_pid);
		break;
	case PROP_PCR_INTERVAL:
		g_value_set_uint64(value, mux->pcr_interval);
		break;
	case PROP_PSI_INTERVAL:
		g_value_set_uint64(value, mux->psi_interval);
		break;
	case PROP_PTS_DELAY:
		g_value_set_uint64(value, mux->pts_delay);
		break;
	case PROP_IDLE_TIME:
		g_value_set_uint64(value, mux->idle_time);
		break;
	case PROP_HIGH_PROFILE:
		g_value_set_boolean(value, mux->high_profile);
		break;
	case PROP_SSRC:
		g_value_set_int64(value, mux->want_ssrc);
		break;
	case PROP_SEQNUM_OFFSET:
		g_value_set_int(value, (gint)mux->want_seqnum);
		break;
	case PROP_TIMESTAMP_OFFSET:
		g_value_set_int64(value, mux->want_rtp_time);
		break;
	case PROP_SEQNUM:
		g_value_set_uint(value, mux->packer.seqnum);
		break;
	case PROP_TIMESTAMP:
		g_value_set_uint(value, mux->packer.rtp_time);
		break;
	case PROP_CONTINUE_FROM:
		g_value_set_boxed(value, mux->earlier);
		break;
	case PROP_STREAM_STATE:
		g_value_set_boxed(value, mux->state);
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
	GST_OBJECT_UNLOCK(mux);
}

static void install_properties(GObjectClass *object)
{
	const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
	const GParamFlags ready = both | GST_PARAM_MUTABLE_READY;
	const GParamFlags playing = both | GST_PARAM_MUTABLE_PLAYING;
	const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

	g_object_class_install_property(
		object, PROP_PCR_PID,
		g_param_spec_uint(
			"pcr-pid", "PCR PID",
			"Packet identifier of the clock references, which are packets of their own",
			0x10, 0x1ffe, TS_PID_PCR, ready));
	g_object_class_install_property(
		object, PROP_PCR_INTERVAL,
		g_param_spec_uint64(
			"pcr-interval", "PCR interval",
			"Most time between two clock references, to which comes that until the next access unit, in nanoseconds",
			GST_MSECOND, 100 * GST_MSECOND, DEFAULT_PCR_INTERVAL, playing));
	g_object_class_install_property(
		object, PROP_PSI_INTERVAL,
		g_param_spec_uint64(
			"psi-interval", "PSI interval",
			"Time between two program association and program map tables, in nanoseconds",
			GST_MSECOND, 500 * GST_MSECOND, DEFAULT_PSI_INTERVAL, playing));
	g_object_class_install_property(
		object, PROP_PTS_DELAY,
		g_param_spec_uint64(
			"pts-delay", "PTS delay",
			"Added to presentation times, so that they are ahead of the clock references; a part of the latency at sinks that obey them; in nanoseconds",
			0, 5 * GST_SECOND, DEFAULT_PTS_DELAY, ready));
	g_object_class_install_property(
		object, PROP_IDLE_TIME,
		g_param_spec_uint64(
			"idle-time", "Idle time",
			"For how long clock references go on when no access unit comes, in nanoseconds; each is a datagram",
			0, G_MAXINT64, DEFAULT_IDLE_TIME, playing));
	g_object_class_install_property(
		object, PROP_HIGH_PROFILE,
		g_param_spec_boolean(
			"high-profile", "High profile",
			"Accept the profiles high and progressive-high, too: the sink offers Constrained High, and the encoder is set to use neither CABAC nor B slices",
			FALSE, ready));
	g_object_class_install_property(
		object, PROP_SSRC,
		g_param_spec_int64("ssrc", "SSRC",
				   "Synchronization source of the RTP packets (-1: random)", -1,
				   G_MAXUINT32, RANDOM_NUMBER, ready));
	g_object_class_install_property(
		object, PROP_SEQNUM_OFFSET,
		g_param_spec_int("seqnum-offset", "Sequence number offset",
				 "Sequence number of the first RTP packet (-1: random)", -1,
				 G_MAXUINT16, RANDOM_NUMBER, ready));
	g_object_class_install_property(
		object, PROP_TIMESTAMP_OFFSET,
		g_param_spec_int64(
			"timestamp-offset", "Time stamp offset",
			"RTP time stamp of running time 0, in units of 1/90000 s (-1: random)", -1,
			G_MAXUINT32, RANDOM_NUMBER, ready));
	g_object_class_install_property(object, PROP_SEQNUM,
					g_param_spec_uint("seqnum", "Sequence number",
							  "Sequence number of the next RTP packet",
							  0, G_MAXUINT16, 0, read));
	g_object_class_install_property(
		object, PROP_TIMESTAMP,
		g_param_spec_uint("timestamp", "Time stamp",
				  "RTP time stamp of the last access unit, in units of 1/90000 s",
				  0, G_MAXUINT32, 0, read));
	g_object_class_install_property(
		object, PROP_CONTINUE_FROM,
		g_param_spec_boxed(
			"continue-from", "Continue from",
			"Stream state of another element, or of this one, whose stream this one goes on with: a sink sees no loss and no discontinuity between the two. It does so for RTP packets by seqnum-offset, ssrc and timestamp-offset, and for clock references by the base time of the pipeline",
			GST_TYPE_STRUCTURE, ready));
	g_object_class_install_property(
		object, PROP_STREAM_STATE,
		g_param_spec_boxed(
			"stream-state", "Stream state",
			"Continuity counters and program map with its version, of a stream that has ended, in READY",
			GST_TYPE_STRUCTURE, read));
}

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
	install_properties(object);

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
