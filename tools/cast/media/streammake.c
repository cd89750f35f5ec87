// SPDX-License-Identifier: MIT
/*
 * Errors come by the bus, or are found there when the ports do not open; each leads to
 * another pipeline as long as something takes over.
 */
#include "media/streammake.h"

#include "media/streamfailures.h"
#include "media/streampipeline.h"
#include "media/streamrun.h"
#include "media/streamsigns.h"

static gboolean on_bus(GstBus *bus, GstMessage *message, gpointer user);

enum fault stream_make(struct stream *stream)
{
	enum fault fault = stream_pipeline_make(stream);
	GstBus *bus;

	if (fault != FAULT_NONE)
		return fault;
	bus = gst_element_get_bus(stream->pipeline);
	stream->watch = gst_bus_add_watch(bus, on_bus, stream);
	gst_object_unref(bus);
	return FAULT_NONE;
}

static bool open_ports(struct stream *stream)
{
	g_object_set(stream->sink, "host", stream->host, "port", (guint)stream->rtp, "rtcp-port",
		     (guint)stream->rtcp, "bind-address", stream->local, "bind-port",
		     (guint)stream->own_port, NULL);
	return gst_element_set_state(stream->pipeline, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE;
}

/* What can be replaced is; each only once. */
static enum fault open_again(struct stream *stream, char **detail)
{
	GstBus *bus = gst_element_get_bus(stream->pipeline);
	GstMessage *message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
	enum fault fault;

	if (!message)
		message = stream_run_failure(stream);
	fault = stream_failures_replace(stream, message, detail);
	gst_message_unref(message);
	gst_object_unref(bus);
	if (fault != FAULT_NONE)
		return fault;
	stream_pipeline_drop(stream);
	return stream_make(stream);
}

enum fault stream_make_ports(struct stream *stream, char **detail)
{
	enum fault fault = FAULT_NONE;

	while (fault == FAULT_NONE && !open_ports(stream))
		fault = open_again(stream, detail);
	return fault;
}

/* The same stream from a new pipeline. */
void stream_remake(struct stream *stream)
{
	char *detail = NULL;
	enum fault fault;

	stream_run_halt(stream);
	stream_pipeline_drop(stream);
	fault = stream_make(stream);
	if (fault == FAULT_NONE && stream->own_port)
		fault = stream_make_ports(stream, &detail);
	if (fault != FAULT_NONE)
		stream->hooks->failed(stream->user, fault, detail ? detail : "");
	else if (stream->playing)
		stream_run_start(stream);
	g_free(detail);
}

static void on_error(struct stream *stream, GstMessage *message)
{
	char *detail = NULL;
	enum fault fault = stream_failures_replace(stream, message, &detail);

	if (fault == FAULT_NONE)
		stream_remake(stream);
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
		stream_signs_take(stream, gst_message_get_structure(message));
		break;
	case GST_MESSAGE_LATENCY:
		gst_bin_recalculate_latency(GST_BIN(stream->pipeline));
		break;
	default:
		break;
	}
	return G_SOURCE_CONTINUE;
}
