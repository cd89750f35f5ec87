// SPDX-License-Identifier: MIT
/*
 * Pictures go from their source by an encoder to the multiplexer, sound by a queue, and
 * what leaves it to the sink. The best encoder that takes the format is linked.
 */
#include "media/streampipeline.h"

#include "media/streamrest.h"
#include "media/streamsigns.h"
#include "media/timing.h"
#include "wfd/video.h"

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

void stream_pipeline_note_next(struct stream *stream, const char *what, int failed, int next)
{
	char *text = g_strdup_printf("the encoder %s %s; %s takes over", encoder_name(failed),
				     what, encoder_name(next));

	stream->hooks->note(stream->user, text);
	g_free(text);
}

/*
 * What the pictures are, before the first of them: a screen's source only knows it then. They
 * have a rate, whenever they come: encoders share the bit rate by it, and write the level of it
 * into the stream.
 */
static GstElement *add_format(struct stream *stream)
{
	GstElement *filter = add_new(stream, "capsfilter");
	GstCaps *caps;

	if (!filter)
		return NULL;
	caps = gst_caps_new_simple("video/x-raw", "width", G_TYPE_INT, (gint)stream->format.width,
				   "height", G_TYPE_INT, (gint)stream->format.height, "framerate",
				   GST_TYPE_FRACTION_RANGE, 1, 1, G_MAXINT, 1, NULL);
	g_object_set(filter, "caps", caps, NULL);
	gst_caps_unref(caps);
	return filter;
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
		stream_pipeline_note_next(stream, STREAM_NOT_ACCEPTED, failed, stream->rank);
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
	GstElement *format = add_format(stream);
	GstElement *convert = add_new(stream, "videoconvert");

	stream->parse = add_new(stream, "h264parse");
	if (!source || !format || !convert || !stream->parse)
		return false;
	g_object_set(stream->parse, "config-interval", -1, NULL);
	stream_rest_watch(stream, source);
	count_encoded(stream);
	if (!gst_element_link_many(source, format, convert, NULL) || !link_encoder(stream, convert))
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
	/* Sound that is not fetched in time would come too late to be played. */
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
	stream_signs_connect(stream->sink);
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

/* With its ports, its counters, and what its reports say of the sender. */
static void keep_sink(struct stream *stream)
{
	if (!stream->sink || GST_OBJECT_PARENT(stream->sink) != GST_OBJECT(stream->pipeline))
		return;
	gst_bin_remove(GST_BIN(stream->pipeline), stream->sink);
}

void stream_pipeline_drop(struct stream *stream)
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
	/* Only now: without its output, a stream that records may be moved to a microphone. */
	if (stream->sound_gone)
		sound_lost(stream->sound);
	stream->sound_gone = false;
}

enum fault stream_pipeline_make(struct stream *stream)
{
	enum fault fault;

	stream->pipeline = gst_object_ref_sink(gst_pipeline_new("cast"));
	gst_pipeline_use_clock(GST_PIPELINE(stream->pipeline), stream->clock);
	if (!add_encoder(stream)) {
		stream_pipeline_drop(stream);
		return FAULT_NO_ENCODER;
	}
	if (!link_sending(stream) || !link_pictures(stream) || !link_sound(stream)) {
		fault = stream->encoder ? FAULT_NO_ELEMENT : FAULT_NO_ENCODER;
		stream_pipeline_drop(stream);
		return fault;
	}
	return FAULT_NONE;
}
