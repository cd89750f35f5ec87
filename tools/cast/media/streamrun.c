// SPDX-License-Identifier: MIT
/*
 * To halt waits in the main loop for the streaming thread, at most SENDING_MOST.
 */
#include "media/streamrun.h"

#include "media/streamrate.h"
#include "media/streamrest.h"

/* An access unit has left much sooner, or never does. */
#define SENDING_MOST	(G_USEC_PER_SEC / 2)

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
 * there from now on is dropped with the state, and the multiplexer takes its numbers back. What
 * takes longer to leave is cut off, and has used its numbers.
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
void stream_run_halt(struct stream *stream)
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
 * Elements should report why they do not change their state; some do not. A pipeline that
 * fails takes back what its parts have done: to find out which it was, they are asked again.
 */
GstMessage *stream_run_failure(struct stream *stream)
{
	GstElement *from = stream->pipeline;
	GstMessage *message;
	GError *error;

	if (fails(stream->encoder, GST_STATE_PAUSED))
		from = stream->encoder;
	else if (fails(stream->sink, GST_STATE_READY))
		from = stream->sink;
	error = g_error_new(GST_CORE_ERROR, GST_CORE_ERROR_STATE_CHANGE,
			    "it does not start, and gives no reason");
	message = gst_message_new_error(GST_OBJECT(from), error, NULL);
	g_error_free(error);
	return message;
}

/*
 * Times go on, too, also while nothing is sent: so does the clock of a sink, which follows
 * the references in the stream.
 */
void stream_run_start(struct stream *stream)
{
	/* What the pipeline before has said of changes may be gone with its bus. */
	stream_rest_look(stream);
	stream_rest_plan(stream);
	if (stream->base_time == GST_CLOCK_TIME_NONE)
		stream->base_time = gst_clock_get_time(stream->clock);
	gst_element_set_start_time(stream->pipeline, GST_CLOCK_TIME_NONE);
	gst_element_set_base_time(stream->pipeline, stream->base_time);
	g_object_set(stream->mux, "seqnum-offset", stream->seqnum, "continue-from", stream->state,
		     NULL);
	if (fails(stream->pipeline, GST_STATE_PLAYING)) {
		/* Behind messages that elements have posted: the first counts. */
		gst_element_post_message(stream->pipeline, stream_run_failure(stream));
		return;
	}
	stream->begun = true;
	stream_rate_plan(stream);
}
