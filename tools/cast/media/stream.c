// SPDX-License-Identifier: MIT
/*
 * What a caller does with a stream: formats, ports, states, and the end. The rate, pictures
 * at rest, the pipeline, and its failures have files of their own, stream*.c, and share
 * struct stream.
 */
#include "media/streaminternal.h"

#include "media/streammake.h"
#include "media/streampipeline.h"
#include "media/streamrate.h"
#include "media/streamrest.h"
#include "media/streamrun.h"
#include "wfd/audio.h"

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
	stream_rate_begin(stream);
	/* One that did not accept the format before may accept this one. */
	if (needs_remake(&before, format))
		stream->rank = stream->working;
	if (stream->pipeline && !needs_remake(&before, format)) {
		stream_rate_apply(stream, true);
		return FAULT_NONE;
	}
	stream->hooks->rate(stream->user, stream->rate.kbps);
	if (!stream->pipeline)
		return stream_make(stream);
	stream_remake(stream);
	return FAULT_NONE;
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
	stream_run_halt(stream);
	gst_element_set_state(stream->pipeline, GST_STATE_NULL);
	fault = stream_make_ports(stream, detail);
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
		stream_rest_force_idr(stream);
	} else if (on) {
		stream_run_start(stream);
		stream_rest_force_idr(stream);
	} else {
		stream_run_halt(stream);
	}
}

void stream_request_idr(struct stream *stream)
{
	if (!stream->parse || !stream->playing)
		return;
	stream_rest_force_idr(stream);
	stream_rate_apply(stream, rate_idr(&stream->rate, g_get_monotonic_time()));
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

const char *const stream_elements[] = { "videoconvert", "h264parse", "wfdmux", "wfdsink", NULL };

static void preload(const char *const *names)
{
	GstElement *element;
	int i;

	for (i = 0; names[i]; i++) {
		element = gst_element_factory_make(names[i], NULL);
		gst_clear_object(&element);
	}
}

void stream_preload(const char *const *screen)
{
	static const char *const core[] = { "queue", "capsfilter", NULL };
	struct sound *silence = sound_new("", true);
	GstElement *element;
	size_t i;

	encoder_first(0);
	preload(core);
	preload(stream_elements);
	preload(screen);
	for (i = 0; i < MC_WFD_SOUNDS; i++) {
		element = sound_codecs() & 1U << i ? sound_element(silence, (uint32_t)i, 1) : NULL;
		gst_clear_object(&element);
	}
	sound_free(silence);
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
	stream_pipeline_drop(stream);
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
