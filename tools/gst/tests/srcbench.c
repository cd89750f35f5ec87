// SPDX-License-Identifier: MIT
/*
 * miracastsrc with a context that the test plays, and a reader of what it sends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chunkmeta.h"
#include "harness.h"
#include "miracastsrc.h"
#include "srcbench.h"
#include "stats.h"

/* Whoever downstream is, it answers here. */
static GstPadProbeReturn on_query(GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
	struct bench *bench = data;
	GstQuery *query = GST_PAD_PROBE_INFO_QUERY(probe);

	(void)pad;
	if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION || (!bench->pool && !bench->pool_min))
		return GST_PAD_PROBE_OK;
	gst_query_add_allocation_pool(query, bench->pool, bench->pool_bytes, bench->pool_min, 0);
	gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, NULL);
	return GST_PAD_PROBE_HANDLED;
}

void bench_begin(struct bench *bench, struct fake *fake, const gchar *caps)
{
	memset(bench, 0, sizeof(*bench));
	bench->fake = fake;
	bench->bus = gst_bus_new();
	bench->src = gst_object_ref_sink(
		g_object_new(MIRACAST_TYPE_SRC, "fd", fake->context_fd, "modes", "64x48@60", NULL));
	gst_element_set_bus(bench->src, bench->bus);
	bench->out = gst_harness_new_with_element(bench->src, NULL, "src");
	gst_pad_add_probe(bench->out->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_query, bench,
			  NULL);
	if (caps)
		gst_harness_set_sink_caps_str(bench->out, caps);
	gst_harness_use_systemclock(bench->out);
}

void bench_play(struct bench *bench)
{
	gst_harness_play(bench->out);
}

void bench_end(struct bench *bench)
{
	gst_element_set_state(bench->src, GST_STATE_NULL);
	gst_harness_teardown(bench->out);
	gst_element_set_bus(bench->src, NULL);
	gst_object_unref(bench->src);
	gst_object_unref(bench->bus);
	if (bench->pool)
		gst_object_unref(bench->pool);
	fake_free(bench->fake);
}

void bench_begin_copy(struct bench *bench, guint32 fourcc, const gchar *caps)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, fourcc);

	for (guint64 number = 1; number <= 3; number++)
		fake_add_buffer(fake, number, fourcc, WIDTH, HEIGHT);
	bench_begin(bench, fake, caps);
}

gboolean bench_set_mode(struct bench *bench)
{
	return fake_accepted(bench->fake, fake_mode_set(bench->fake, WIDTH, HEIGHT, 60000));
}

void bench_begin_lit(struct bench *bench, guint32 fourcc, const gchar *caps)
{
	bench_begin_copy(bench, fourcc, caps);
	bench_play(bench);
	bench_set_mode(bench);
}

GstBuffer *bench_pull(struct bench *bench)
{
	GstBuffer *buffer = gst_harness_pull(bench->out);

	if (buffer)
		return buffer;
	check(FALSE, "a picture comes");
	exit(1);
}

static gboolean cannot_start(struct bench *bench)
{
	gst_element_set_state(bench->src, GST_STATE_NULL);
	gst_bus_set_flushing(bench->bus, TRUE);
	gst_bus_set_flushing(bench->bus, FALSE);
	return gst_element_set_state(bench->src, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE;
}

gboolean bench_fails(struct bench *bench, gint code)
{
	return cannot_start(bench) && bench_await_message(bench, GST_MESSAGE_ERROR, code);
}

gboolean bench_fails_for(struct bench *bench, const gchar *reason)
{
	const GstStructure *details = NULL;
	GstMessage *message;
	gboolean good;

	if (!cannot_start(bench))
		return FALSE;
	message = gst_bus_pop_filtered(bench->bus, GST_MESSAGE_ERROR);
	if (!message)
		return FALSE;
	gst_message_parse_error_details(message, &details);
	good = details && !g_strcmp0(gst_structure_get_string(details, "reason"), reason);
	gst_message_unref(message);
	return good;
}

GstStructure *bench_await_element(struct bench *bench, const gchar *name)
{
	GstStructure *structure = NULL;
	GstMessage *message;

	while (!structure) {
		message = gst_bus_timed_pop_filtered(bench->bus, PATIENCE, GST_MESSAGE_ELEMENT);
		if (!message)
			return NULL;
		if (gst_message_has_name(message, name))
			structure = gst_structure_copy(gst_message_get_structure(message));
		gst_message_unref(message);
	}
	return structure;
}

gboolean bench_awaits(struct bench *bench, const gchar *name)
{
	GstStructure *structure = bench_await_element(bench, name);
	gboolean good = !!structure;

	g_clear_pointer(&structure, gst_structure_free);
	return good;
}

gboolean bench_await_message(struct bench *bench, GstMessageType type, gint code)
{
	GstMessage *message = gst_bus_timed_pop_filtered(bench->bus, PATIENCE, type);
	GError *error = NULL;
	gboolean good = !!message;

	if (message && type == GST_MESSAGE_ERROR)
		gst_message_parse_error(message, &error, NULL);
	if (message && type == GST_MESSAGE_WARNING)
		gst_message_parse_warning(message, &error, NULL);
	if (error)
		good = error->code == code;
	if (error && !good)
		printf("# %s\n", error->message);
	g_clear_error(&error);
	if (message)
		gst_message_unref(message);
	return good;
}

GstEvent *bench_await_event(struct bench *bench, GstEventType type)
{
	GstEvent *event;

	while ((event = gst_harness_pull_event(bench->out))) {
		if (GST_EVENT_TYPE(event) == type)
			return event;
		gst_event_unref(event);
	}
	return NULL;
}

guint64 bench_counter(struct bench *bench, const gchar *name)
{
	return stats_counter(bench->src, name);
}

void bench_info(struct bench *bench, GstVideoInfo *info)
{
	GstCaps *caps = gst_pad_get_current_caps(bench->out->sinkpad);

	gst_video_info_from_caps(info, caps);
	gst_caps_unref(caps);
}

gboolean is_painted(GstBuffer *buffer, const GstVideoInfo *info, guint x, guint y, guint32 value)
{
	GstVideoFrame frame;
	const guint8 *line;
	gboolean good;

	if (!gst_video_frame_map(&frame, info, buffer, GST_MAP_READ))
		return FALSE;
	line = (const guint8 *)GST_VIDEO_FRAME_PLANE_DATA(&frame, 0) +
	       (gsize)GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0) * y;
	good = GST_VIDEO_INFO_IS_YUV(info) ? line[x] == value : !memcmp(line + 4 * x, &value, 4);
	gst_video_frame_unmap(&frame);
	return good;
}

const GstStructure *chunk_meta(GstBuffer *buffer)
{
	GstCustomMeta *meta = gst_buffer_get_custom_meta(buffer, CHUNK_META);

	return meta ? gst_custom_meta_get_structure(meta) : NULL;
}
