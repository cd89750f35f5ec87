// SPDX-License-Identifier: MIT
/*
 * Threads of the pipeline only post what happens; the bus brings it to the main loop.
 */
#include "media/stream.h"

#include <gst/video/video.h>
#include <string.h>

#include "media/encoder.h"
#include "media/rate.h"
#include "media/repeats.h"
#include "media/rest.h"
#include "media/timing.h"
#include "wfd/audio.h"
#include "wfd/video.h"

#define NAME_PRESSURE	"miracast-pressure"
#define NAME_REPORT	"miracast-report"
#define NAME_CHANGE	"miracast-change"
/* Above what it begins with, there is little to see. */
#define RATE_ROOM_PER_CENT	150
/* IDR pictures are large, and congestion is what asks for most of them. */
#define IDR_SPACE	(G_USEC_PER_SEC / 2)
/* An access unit has left much sooner, or never does. */
#define SENDING_MOST	(G_USEC_PER_SEC / 2)

struct stream {
	const struct stream_hooks *hooks;
	void *user;
	struct sound *sound;
	struct stream_format format;

	GstElement *pipeline, *encoder, *parse, *mux;
	GstElement *sink;	/* stays, with its ports, when the pipeline is replaced */
	guint watch;
	int rank;		/* of the encoder */
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

/* --- Rate ------------------------------------------------------------------------ */

static gboolean on_rate_time(gpointer user);

static void plan_rate(struct stream *stream)
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

static void apply_rate(struct stream *stream, bool changed)
{
	plan_rate(stream);
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
	/* Nothing has shown that the link takes more. start() plans anew, or the next change. */
	if (!stream->playing || !g_atomic_int_get(&stream->looking))
		return G_SOURCE_REMOVE;
	apply_rate(stream, rate_time(&stream->rate, g_get_monotonic_time()));
	return G_SOURCE_REMOVE;
}

/* --- IDR pictures ---------------------------------------------------------------- */

static void force_idr(struct stream *stream);
static void plan_rest(struct stream *stream);

static gboolean on_idr_time(gpointer user)
{
	struct stream *stream = user;

	stream->idr_timer = 0;
	force_idr(stream);
	return G_SOURCE_REMOVE;
}

/* At once, or as soon as the last one is long enough ago. */
static void force_idr(struct stream *stream)
{
	gint64 now = g_get_monotonic_time(), left = stream->idr_at + IDR_SPACE - now;
	GstEvent *event;

	if (!stream->parse || !stream->playing || stream->idr_timer)
		return;
	if (stream->idr_at && left > 0) {
		stream->idr_timer = g_timeout_add((guint)(left / 1000 + 1), on_idr_time, stream);
		return;
	}
	stream->idr_at = now;
	rest_renewed(&stream->rest, now);
	plan_rest(stream);
	event = gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0);
	gst_element_send_event(stream->parse, event);
	stream->hooks->needed(stream->user);
}

/* --- A screen at rest ------------------------------------------------------------ */

static gboolean on_rest_time(gpointer user);

/* Return: whether the screen has changed since the last look. */
static bool look(struct stream *stream)
{
	gint changes = g_atomic_int_get(&stream->changes);
	gint repeats = g_atomic_int_get(&stream->repeats);

	if (repeats)
		rest_came(&stream->rest);
	g_atomic_int_add(&stream->repeats, -repeats);
	if (!changes)
		return false;
	g_atomic_int_add(&stream->changes, -changes);
	rest_changed(&stream->rest, !stream->format.asks_idr, g_get_monotonic_time());
	return true;
}

/* Who changes @changes while nobody looks says so. */
static void plan_rest(struct stream *stream)
{
	gint64 at = rest_deadline(&stream->rest);
	gint64 now = g_get_monotonic_time();

	if (stream->rest_timer)
		g_source_remove(stream->rest_timer);
	stream->rest_timer = 0;
	g_atomic_int_set(&stream->looking, at != REST_NEVER);
	if (at != REST_NEVER)
		stream->rest_timer = g_timeout_add((guint)(MAX(at - now, 0) / 1000 + 1),
						   on_rest_time, stream);
	else if (look(stream))	/* who came meanwhile has not said so */
		plan_rest(stream);
}

static gboolean on_rest_time(gpointer user)
{
	struct stream *stream = user;
	enum rest_step step = REST_NOTHING;

	stream->rest_timer = 0;
	if (!stream->playing)	/* start() plans anew */
		return G_SOURCE_REMOVE;
	if (!look(stream))
		step = rest_time(&stream->rest, g_get_monotonic_time());
	plan_rest(stream);
	if (step == REST_IDR)
		force_idr(stream);
	else if (step == REST_PICTURE)
		stream->hooks->needed(stream->user);
	return G_SOURCE_REMOVE;
}

/* Of the streaming thread. The main loop is woken only by the first after a rest. */
static GstPadProbeReturn on_picture(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	struct stream *stream = user;
	GstElement *element;

	if (GST_BUFFER_FLAG_IS_SET(GST_PAD_PROBE_INFO_BUFFER(info), PICTURE_REPEATS)) {
		g_atomic_int_inc(&stream->repeats);
		return GST_PAD_PROBE_OK;
	}
	g_atomic_int_inc(&stream->changes);
	if (!g_atomic_int_compare_and_exchange(&stream->looking, FALSE, TRUE))
		return GST_PAD_PROBE_OK;
	element = gst_pad_get_parent_element(pad);
	if (!element)
		return GST_PAD_PROBE_OK;
	gst_element_post_message(element, gst_message_new_application(
		GST_OBJECT(element), gst_structure_new_empty(NAME_CHANGE)));
	gst_object_unref(element);
	return GST_PAD_PROBE_OK;
}

static void watch_pictures(struct stream *stream, GstElement *source)
{
	GstPad *pad = gst_element_get_static_pad(source, "src");

	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_picture, stream, NULL);
	gst_object_unref(pad);
}

/* --- What the sink and the socket say -------------------------------------------- */

static void on_application(struct stream *stream, const GstStructure *what)
{
	gint64 now = g_get_monotonic_time();
	guint dropped = 0;
	gdouble lost = 0;

	if (gst_structure_has_name(what, NAME_PRESSURE)) {
		gst_structure_get_uint(what, "dropped", &dropped);
		apply_rate(stream, rate_pressed(&stream->rate, dropped, now));
		if (dropped)
			force_idr(stream);
	} else if (gst_structure_has_name(what, NAME_REPORT)) {
		gst_structure_get_double(what, "fraction-lost", &lost);
		apply_rate(stream, rate_lost(&stream->rate, lost, now));
		/* What has been lost stays wrong until then, with some sinks. */
		if (lost > 0)
			force_idr(stream);
	} else if (gst_structure_has_name(what, NAME_CHANGE)) {
		rate_rested(&stream->rate, now);
		plan_rate(stream);
		look(stream);
		plan_rest(stream);
	} else if (gst_structure_has_name(what, TIMING_MESSAGE)) {
		stream->hooks->timed(stream->user, what);
	}
}

/* Of the streaming thread. */
static void on_back_pressure(GstElement *sink, guint delayed, guint dropped, gpointer user)
{
	(void)user;
	gst_element_post_message(sink, gst_message_new_application(
		GST_OBJECT(sink), gst_structure_new(NAME_PRESSURE, "delayed", G_TYPE_UINT, delayed,
						    "dropped", G_TYPE_UINT, dropped, NULL)));
}

/* Of a thread of wfdsink. */
static void on_report(GstElement *sink, const GstStructure *report, gpointer user)
{
	gdouble lost = 0;

	(void)user;
	gst_structure_get_double(report, "fraction-lost", &lost);
	gst_element_post_message(sink, gst_message_new_application(
		GST_OBJECT(sink), gst_structure_new(NAME_REPORT, "fraction-lost", G_TYPE_DOUBLE,
						    lost, NULL)));
}

/* --- The pipeline ---------------------------------------------------------------- */

static uint32_t level_kbps(const struct stream_format *format)
{
	uint32_t most = encoder_kbps_max(format->profile, format->level_idc);

	if (format->kbps_max && format->kbps_max < most)
		most = format->kbps_max;
	return most;
}

static void plan_encoder(struct stream *stream)
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

static GstElement *add(struct stream *stream, GstElement *element)
{
	if (element)
		gst_bin_add(GST_BIN(stream->pipeline), element);
	return element;
}

static GstElement *add_new(struct stream *stream, const char *factory)
{
	return add(stream, gst_element_factory_make(factory, factory));
}

/* The best that works, and makes what is wanted. */
static bool add_encoder(struct stream *stream)
{
	int rank = encoder_first(stream->rank);

	while (rank >= 0) {
		stream->encoder = add(stream, encoder_make(rank, &stream->want));
		if (stream->encoder) {
			stream->rank = rank;
			return true;
		}
		rank = encoder_first(rank + 1);
	}
	return false;
}

static void note_next(struct stream *stream, const char *what, int failed, int next)
{
	char *text = g_strdup_printf("the encoder %s %s; %s takes over", encoder_name(failed),
				     what, encoder_name(next));

	stream->hooks->note(stream->user, text);
	g_free(text);
}

/* Hardware may have no room for pictures of this size, and its caps say so. */
static bool link_encoder(struct stream *stream, GstElement *convert)
{
	int failed;

	while (!gst_element_link_many(convert, stream->encoder, stream->parse, NULL)) {
		failed = stream->rank;
		gst_element_unlink(convert, stream->encoder);
		gst_bin_remove(GST_BIN(stream->pipeline), stream->encoder);
		stream->encoder = NULL;
		stream->rank++;
		if (!add_encoder(stream)) {
			stream->rank = failed;
			return false;
		}
		note_next(stream, "does not take the format", failed, stream->rank);
	}
	return true;
}

static void watch_times(struct stream *stream, GstElement *source)
{
	guint64 delay = 0;

	g_object_get(stream->mux, "pts-delay", &delay, NULL);
	timing_watch(source, stream->encoder, stream->parse, delay);
}

/* Of the streaming thread. */
static GstPadProbeReturn on_encoded(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	struct stream *stream = user;

	(void)pad;
	(void)info;
	g_atomic_int_inc(&stream->encoded);
	return GST_PAD_PROBE_OK;
}

static void count_encoded(struct stream *stream)
{
	GstPad *pad = gst_element_get_static_pad(stream->parse, "src");

	g_atomic_int_set(&stream->encoded, 0);
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_encoded, stream, NULL);
	gst_object_unref(pad);
}

static bool link_pictures(struct stream *stream)
{
	GstElement *source = add(stream, stream->hooks->source(stream->user));
	GstElement *convert = add_new(stream, "videoconvert");

	stream->parse = add_new(stream, "h264parse");
	if (!source || !convert || !stream->parse)
		return false;
	g_object_set(stream->parse, "config-interval", -1, NULL);
	watch_pictures(stream, source);
	count_encoded(stream);
	if (!gst_element_link(source, convert) || !link_encoder(stream, convert))
		return false;
	if (stream->timed)
		watch_times(stream, source);
	return gst_element_link_pads(stream->parse, "src", stream->mux, "video");
}

static bool link_sound(struct stream *stream)
{
	GstElement *source = add(stream, sound_element(stream->sound, stream->format.codec,
						       stream->format.codec_modes));
	GstElement *queue = add_new(stream, "queue");

	if (!source || !queue)
		return false;
	/* What is not fetched in time is of no use any more. */
	g_object_set(queue, "max-size-buffers", 0, "max-size-bytes", 0, "max-size-time",
		     200 * GST_MSECOND, NULL);
	gst_util_set_object_arg(G_OBJECT(queue), "leaky", "downstream");
	return gst_element_link(source, queue) &&
	       gst_element_link_pads(queue, "src", stream->mux, "audio");
}

static bool make_sink(struct stream *stream)
{
	if (stream->sink)
		return true;
	stream->sink = gst_element_factory_make("wfdsink", "wfdsink");
	if (!stream->sink)
		return false;
	gst_object_ref_sink(stream->sink);
	g_signal_connect(stream->sink, "back-pressure", G_CALLBACK(on_back_pressure), NULL);
	g_signal_connect(stream->sink, "receiver-report", G_CALLBACK(on_report), NULL);
	return true;
}

static bool link_sending(struct stream *stream)
{
	stream->mux = add_new(stream, "wfdmux");
	if (!stream->mux || !make_sink(stream))
		return false;
	add(stream, stream->sink);
	g_object_set(stream->mux, "ssrc", (gint64)stream->ssrc, "timestamp-offset",
		     (gint64)stream->time_offset, "high-profile",
		     stream->format.profile != MC_WFD_PROFILE_CBP, NULL);
	return gst_element_link(stream->mux, stream->sink);
}

static gboolean on_bus(GstBus *bus, GstMessage *message, gpointer user);

/* With its ports, its counters, and what its reports say of the sender. */
static void keep_sink(struct stream *stream)
{
	if (!stream->sink || GST_OBJECT_PARENT(stream->sink) != GST_OBJECT(stream->pipeline))
		return;
	gst_bin_remove(GST_BIN(stream->pipeline), stream->sink);
}

static void drop_pipeline(struct stream *stream)
{
	if (!stream->pipeline)
		return;
	stream->begun = false;
	if (stream->watch)
		g_source_remove(stream->watch);
	stream->watch = 0;
	if (GST_STATE_TARGET(stream->pipeline) > GST_STATE_READY)
		gst_element_set_state(stream->pipeline, GST_STATE_READY);
	keep_sink(stream);
	gst_element_set_state(stream->pipeline, GST_STATE_NULL);
	gst_object_unref(stream->pipeline);
	stream->pipeline = NULL;
	stream->encoder = NULL;
	stream->parse = NULL;
	stream->mux = NULL;
	/* Only now: who still records from an output that goes may be moved to a microphone. */
	if (stream->sound_gone)
		sound_lost(stream->sound);
	stream->sound_gone = false;
}

static enum fault make_pipeline(struct stream *stream)
{
	enum fault fault;
	GstBus *bus;

	stream->pipeline = gst_object_ref_sink(gst_pipeline_new("cast"));
	gst_pipeline_use_clock(GST_PIPELINE(stream->pipeline), stream->clock);
	if (!add_encoder(stream)) {
		drop_pipeline(stream);
		return FAULT_NO_ENCODER;
	}
	if (!link_sending(stream) || !link_pictures(stream) || !link_sound(stream)) {
		fault = stream->encoder ? FAULT_NO_ELEMENT : FAULT_NO_ENCODER;
		drop_pipeline(stream);
		return fault;
	}
	bus = gst_element_get_bus(stream->pipeline);
	stream->watch = gst_bus_add_watch(bus, on_bus, stream);
	gst_object_unref(bus);
	return FAULT_NONE;
}

/* --- One stream ------------------------------------------------------------------ */

struct quiet {
	GMutex lock;
	GCond changed;
	bool reached;
};

/* Of the streaming thread, or of the caller when nothing is under way. */
static GstPadProbeReturn on_quiet(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	struct quiet *quiet = user;

	(void)pad;
	(void)info;
	g_mutex_lock(&quiet->lock);
	quiet->reached = true;
	g_cond_signal(&quiet->changed);
	g_mutex_unlock(&quiet->lock);
	return GST_PAD_PROBE_OK;
}

static void free_quiet(gpointer user)
{
	struct quiet *quiet = user;

	g_mutex_clear(&quiet->lock);
	g_cond_clear(&quiet->changed);
	g_free(quiet);
}

/*
 * Waits until what is on its way to the sink has left. The pad stays blocked: what comes
 * there from now on is dropped with the state, and the multiplexer takes its numbers back.
 */
static void stop_sending(struct stream *stream)
{
	GstPad *pad = gst_element_get_static_pad(stream->mux, "src");
	struct quiet *quiet = g_new0(struct quiet, 1);
	gint64 end = g_get_monotonic_time() + SENDING_MOST;
	gulong probe;

	g_mutex_init(&quiet->lock);
	g_cond_init(&quiet->changed);
	probe = gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_IDLE | GST_PAD_PROBE_TYPE_BLOCK |
				  GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
				  on_quiet, quiet, free_quiet);
	g_mutex_lock(&quiet->lock);
	while (!quiet->reached && g_cond_wait_until(&quiet->changed, &quiet->lock, end))
		;
	g_mutex_unlock(&quiet->lock);
	gst_element_set_state(stream->pipeline, GST_STATE_READY);
	gst_pad_remove_probe(pad, probe);
	gst_object_unref(pad);
}

/* Stops the pipeline, and notes the numbers that the next packets are to have. */
static void halt(struct stream *stream)
{
	GstStructure *state = NULL;
	guint seqnum = 0;

	if (!stream->begun)
		return;
	stream->begun = false;
	stop_sending(stream);
	g_object_get(stream->mux, "seqnum", &seqnum, "stream-state", &state, NULL);
	stream->seqnum = (gint)seqnum;
	if (!state)	/* nothing was sent */
		return;
	g_clear_pointer(&stream->state, gst_structure_free);
	stream->state = state;
}

static bool fails(GstElement *element, GstState state)
{
	return gst_element_set_state(element, state) == GST_STATE_CHANGE_FAILURE;
}

/*
 * Elements are to say why they do not change their state, and some do not. A pipeline that
 * fails takes back what its parts have done: to find out which it was, they are asked again.
 */
static GstMessage *silent_failure(struct stream *stream)
{
	GstElement *from = stream->pipeline;
	GstMessage *message;
	GError *error;

	if (fails(stream->encoder, GST_STATE_PAUSED))
		from = stream->encoder;
	else if (fails(stream->sink, GST_STATE_READY))
		from = stream->sink;
	error = g_error_new(GST_CORE_ERROR, GST_CORE_ERROR_STATE_CHANGE,
			    "it does not start, and does not say why");
	message = gst_message_new_error(GST_OBJECT(from), error, NULL);
	g_error_free(error);
	return message;
}

/*
 * Times go on, too, also while nothing is sent: so does the clock of a sink, which follows
 * the references in the stream.
 */
static void start(struct stream *stream)
{
	/* What the pipeline before has said of changes may be gone with its bus. */
	look(stream);
	plan_rest(stream);
	if (stream->base_time == GST_CLOCK_TIME_NONE)
		stream->base_time = gst_clock_get_time(stream->clock);
	gst_element_set_start_time(stream->pipeline, GST_CLOCK_TIME_NONE);
	gst_element_set_base_time(stream->pipeline, stream->base_time);
	g_object_set(stream->mux, "seqnum-offset", stream->seqnum, "continue-from", stream->state,
		     NULL);
	if (fails(stream->pipeline, GST_STATE_PLAYING)) {
		/* After what was said: the first is what counts. */
		gst_element_post_message(stream->pipeline, silent_failure(stream));
		return;
	}
	stream->begun = true;
	plan_rate(stream);
}

/* --- Ports and states ------------------------------------------------------------ */

static bool open_ports(struct stream *stream)
{
	g_object_set(stream->sink, "host", stream->host, "port", (guint)stream->rtp, "rtcp-port",
		     (guint)stream->rtcp, "bind-address", stream->local, "bind-port",
		     (guint)stream->own_port, NULL);
	return gst_element_set_state(stream->pipeline, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE;
}

static enum fault replace(struct stream *stream, GstMessage *message, char **detail);

/* What can be replaced is; each only once. */
static enum fault open_again(struct stream *stream, char **detail)
{
	GstBus *bus = gst_element_get_bus(stream->pipeline);
	GstMessage *message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
	enum fault fault;

	if (!message)
		message = silent_failure(stream);
	fault = replace(stream, message, detail);
	gst_message_unref(message);
	gst_object_unref(bus);
	if (fault != FAULT_NONE)
		return fault;
	drop_pipeline(stream);
	return make_pipeline(stream);
}

static enum fault open_pipeline(struct stream *stream, char **detail)
{
	enum fault fault = FAULT_NONE;

	while (fault == FAULT_NONE && !open_ports(stream))
		fault = open_again(stream, detail);
	return fault;
}

enum fault stream_open(struct stream *stream, const char *host, const char *local, uint16_t rtp,
		       uint16_t rtcp, char **detail)
{
	enum fault fault;
	guint port = 0;

	g_free(stream->host);
	g_free(stream->local);
	stream->host = g_strdup(host);
	stream->local = g_strdup(local);
	stream->rtp = rtp;
	stream->rtcp = rtcp;
	*detail = NULL;
	if (!stream->pipeline)
		return FAULT_STREAM;
	halt(stream);
	gst_element_set_state(stream->pipeline, GST_STATE_NULL);
	fault = open_pipeline(stream, detail);
	if (fault != FAULT_NONE)
		return fault;
	g_object_get(stream->sink, "local-port", &port, NULL);
	stream->own_port = (uint16_t)port;
	return FAULT_NONE;
}

uint16_t stream_port(const struct stream *stream)
{
	return stream->own_port;
}

void stream_play(struct stream *stream, bool on)
{
	bool again = on && stream->playing;

	if (!stream->pipeline || !stream->own_port)
		return;
	stream->playing = on;
	if (again) {
		force_idr(stream);
	} else if (on) {
		start(stream);
		force_idr(stream);
	} else {
		halt(stream);
	}
}

void stream_request_idr(struct stream *stream)
{
	if (!stream->parse || !stream->playing)
		return;
	force_idr(stream);
	apply_rate(stream, rate_idr(&stream->rate, g_get_monotonic_time()));
}

uint64_t stream_now_90khz(struct stream *stream)
{
	GstClock *clock;
	GstClockTime now;
	guint64 delay = 0;

	if (!stream->pipeline || !stream->playing)
		return 0;
	clock = gst_element_get_clock(stream->pipeline);
	if (!clock)
		return 0;
	now = gst_clock_get_time(clock) - gst_element_get_base_time(stream->pipeline);
	gst_object_unref(clock);
	g_object_get(stream->mux, "pts-delay", &delay, NULL);
	return gst_util_uint64_scale(now + delay, 90000, GST_SECOND);
}

/* --- Failures -------------------------------------------------------------------- */

/* The same stream from a new pipeline. */
static void remake(struct stream *stream)
{
	char *detail = NULL;
	enum fault fault;

	halt(stream);
	drop_pipeline(stream);
	fault = make_pipeline(stream);
	if (fault == FAULT_NONE && stream->own_port)
		fault = open_pipeline(stream, &detail);
	if (fault != FAULT_NONE)
		stream->hooks->failed(stream->user, fault, detail ? detail : "");
	else if (stream->playing)
		start(stream);
	g_free(detail);
}

static bool is_inside(GstObject *object, GstElement *bin)
{
	return bin && gst_object_has_as_ancestor(object, GST_OBJECT(bin));
}

static enum fault replace_encoder(struct stream *stream)
{
	int next = encoder_first(stream->rank + 1);

	if (next < 0 || stream->falls++)
		return FAULT_STREAM;
	note_next(stream, "has failed", stream->rank, next);
	stream->rank = next;
	return FAULT_NONE;
}

static enum fault replace_sound(struct stream *stream)
{
	if (sound_is_silent(stream->sound))
		return FAULT_STREAM;
	stream->hooks->note(stream->user, "the sound server is gone; the sink gets silence");
	stream->sound_gone = true;
	return FAULT_NONE;
}

/*
 * An encoder that does not take a format, or the caps behind it, is not who says so: the
 * source does. Before the first access unit such an error is taken for the encoder's.
 */
static bool is_encoders(struct stream *stream, GstObject *from, const GError *error)
{
	return is_inside(from, stream->encoder) ||
	       (error->domain == GST_STREAM_ERROR && from != GST_OBJECT(stream->sink) &&
		!g_atomic_int_get(&stream->encoded));
}

/* Return: FAULT_NONE: the next pipeline has another encoder, or silence. */
static enum fault replace(struct stream *stream, GstMessage *message, char **detail)
{
	GstElement *sound = gst_bin_get_by_name(GST_BIN(stream->pipeline), "sound");
	GstObject *from = GST_MESSAGE_SRC(message);
	GError *error = NULL;
	char *debug = NULL;
	enum fault fault;

	gst_message_parse_error(message, &error, &debug);
	g_debug("%s: %s: %s", GST_OBJECT_NAME(from), error->message, debug ? debug : "");
	if (is_inside(from, sound))
		fault = replace_sound(stream);
	else if (is_encoders(stream, from, error))
		fault = replace_encoder(stream);
	else
		fault = from == GST_OBJECT(stream->sink) ? FAULT_NETWORK : FAULT_STREAM;
	if (fault != FAULT_NONE) {
		g_free(*detail);
		*detail = g_strdup_printf("%s: %s", GST_OBJECT_NAME(from), error->message);
	}
	gst_clear_object(&sound);
	g_error_free(error);
	g_free(debug);
	return fault;
}

static void on_error(struct stream *stream, GstMessage *message)
{
	char *detail = NULL;
	enum fault fault = replace(stream, message, &detail);

	if (fault == FAULT_NONE)
		remake(stream);
	else
		stream->hooks->failed(stream->user, fault, detail);
	g_free(detail);
}

static gboolean on_bus(GstBus *bus, GstMessage *message, gpointer user)
{
	struct stream *stream = user;

	(void)bus;
	switch (GST_MESSAGE_TYPE(message)) {
	case GST_MESSAGE_ERROR:
		on_error(stream, message);
		break;
	case GST_MESSAGE_EOS:
		stream->hooks->failed(stream->user, FAULT_SCREEN_GONE, "");
		break;
	case GST_MESSAGE_APPLICATION:
		on_application(stream, gst_message_get_structure(message));
		break;
	case GST_MESSAGE_LATENCY:
		gst_bin_recalculate_latency(GST_BIN(stream->pipeline));
		break;
	default:
		break;
	}
	return G_SOURCE_CONTINUE;
}

/* --- Formats --------------------------------------------------------------------- */

/* Of one pipeline only the encoder's rate and the size of pictures can change. */
static bool needs_remake(const struct stream_format *a, const struct stream_format *b)
{
	return a->profile != b->profile || a->level_idc != b->level_idc || a->hz != b->hz ||
	       a->codec != b->codec || a->codec_modes != b->codec_modes ||
	       a->width != b->width || a->height != b->height;
}

enum fault stream_set_format(struct stream *stream, const struct stream_format *format)
{
	struct stream_format before = stream->format;

	stream->format = *format;
	plan_encoder(stream);
	if (stream->pipeline && !needs_remake(&before, format)) {
		apply_rate(stream, true);
		return FAULT_NONE;
	}
	stream->hooks->rate(stream->user, stream->rate.kbps);
	if (!stream->pipeline)
		return make_pipeline(stream);
	remake(stream);
	return FAULT_NONE;
}

void stream_preload(void)
{
	static const char *const names[] = {
		"videoconvert", "h264parse", "wfdmux", "wfdsink", "queue", "appsrc",
	};
	struct sound *silence = sound_new("", true);
	GstElement *element;
	size_t i;

	encoder_first(0);
	for (i = 0; i < G_N_ELEMENTS(names); i++) {
		element = gst_element_factory_make(names[i], NULL);
		gst_clear_object(&element);
	}
	for (i = 0; i < MC_WFD_SOUNDS; i++) {
		element = sound_codecs() & 1U << i ? sound_element(silence, (uint32_t)i, 1) : NULL;
		gst_clear_object(&element);
	}
	sound_free(silence);
}

GstStructure *stream_stats(struct stream *stream)
{
	GstStructure *stats = NULL;

	if (!stream->sink)
		return NULL;
	g_object_get(stream->sink, "stats", &stats, NULL);
	if (stats)
		gst_structure_set(stats, "kbps", G_TYPE_UINT, stream->rate.kbps, "encoder",
				  G_TYPE_STRING, encoder_name(stream->rank), NULL);
	return stats;
}

struct stream *stream_new(const struct stream_hooks *hooks, void *user, struct sound *sound)
{
	struct stream *stream = g_new0(struct stream, 1);

	stream->hooks = hooks;
	stream->user = user;
	stream->sound = sound;
	stream->ssrc = g_random_int();
	stream->time_offset = g_random_int();
	stream->seqnum = g_random_int_range(0, 65536);
	stream->clock = gst_system_clock_obtain();
	stream->base_time = GST_CLOCK_TIME_NONE;
	return stream;
}

void stream_watch_times(struct stream *stream)
{
	stream->timed = true;
}

void stream_free(struct stream *stream)
{
	if (!stream)
		return;
	if (stream->rate_timer)
		g_source_remove(stream->rate_timer);
	if (stream->idr_timer)
		g_source_remove(stream->idr_timer);
	drop_pipeline(stream);
	if (stream->rest_timer)
		g_source_remove(stream->rest_timer);
	if (stream->sink)
		gst_element_set_state(stream->sink, GST_STATE_NULL);
	gst_clear_object(&stream->sink);
	gst_object_unref(stream->clock);
	if (stream->state)
		gst_structure_free(stream->state);
	g_free(stream->host);
	g_free(stream->local);
	g_free(stream);
}
