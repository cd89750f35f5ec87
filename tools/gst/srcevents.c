// SPDX-License-Identifier: MIT
/*
 * The loop of miracastsrc's streaming thread, which alone reads the context's events, until
 * there is a picture.
 */
#include "srcevents.h"

#include <poll.h>

#include "pictureclock.h"
#include "srcmessages.h"
#include "srcmodes.h"
#include "srcpictures.h"
#include "srcwait.h"

static void serve_power(MiracastSrc *src, gboolean on)
{
	src->dark = !on;
	src_post(src, gst_structure_new("miracast-power", "on", G_TYPE_BOOLEAN, on, NULL));
	if (!on)
		src_send_gap(src);
}

/* There is nothing to end any more. */
static void note_end(MiracastSrc *src)
{
	src->began_session = FALSE;
	src->announced = FALSE;
	src->session_over = TRUE;
}

static GstFlowReturn serve_message(MiracastSrc *src, const struct mc_event *event)
{
	guint32 state = event->payload.picture_state.picture_state;

	if (event->message.session < src->session)
		return GST_FLOW_OK;
	switch (event->message.code) {
	case DRM_MIRACAST_MSG_MODE_SET:
		src_serve_mode_set(src, event);
		return GST_FLOW_OK;
	case DRM_MIRACAST_MSG_POWER:
		serve_power(src, !!event->payload.power.on);
		break;
	case DRM_MIRACAST_MSG_BUFFER_GONE:
		chunk_pool_gone(src->pool, event->payload.buffer_gone.buffer);
		break;
	case DRM_MIRACAST_MSG_PICTURE_STATE:
		src_post(src, gst_structure_new("miracast-picture-state", "state", G_TYPE_STRING,
						src_picture_state(state), NULL));
		break;
	case DRM_MIRACAST_MSG_STOPPED:
		note_end(src);
		return GST_FLOW_EOS;
	default:
		break;
	}
	if (event->message.needs_completion)
		src_complete(src, event->message.number, "not known here");
	return GST_FLOW_OK;
}

/* Why no more events come. */
static GstFlowReturn serve_end(MiracastSrc *src, int ret)
{
	GError *why = owner_ended(src->owner);

	if (why)
		note_end(src);
	if (why && !g_error_matches(why, OWNER_ERROR, OWNER_ERROR_NO_DEVICE)) {
		GST_ELEMENT_WARNING(src, RESOURCE, CLOSE,
				    ("The monitor is gone: %s.", why->message), (NULL));
		g_error_free(why);
		return GST_FLOW_EOS;
	}
	GST_ELEMENT_ERROR(src, RESOURCE, READ,
			  ("The monitor is gone: %s.", why ? why->message : g_strerror(-ret)),
			  ("reading events: %s", g_strerror(-ret)));
	g_clear_error(&why);
	return GST_FLOW_ERROR;
}

/* Others who have the file can make it block. */
static gboolean has_events(MiracastSrc *src)
{
	struct pollfd fd = { .fd = owner_context(src->owner)->fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

static GstFlowReturn serve_next(MiracastSrc *src, GstBuffer **out)
{
	struct mc_event event;
	int ret = mc_events_next(&src->events, &event);
	GstFlowReturn flow;

	if (ret > 0 && event.type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
		return src_serve_chunk(src, &event, out);
	if (ret > 0)
		return serve_message(src, &event);
	if (!ret && has_events(src))
		ret = mc_events_read(&src->events);
	if (ret < 0)
		return serve_end(src, ret);
	if (ret || src_wait_for_events(src))
		return GST_FLOW_OK;
	flow = gst_base_src_wait_playing(GST_BASE_SRC(src));
	if (flow == GST_FLOW_OK)
		src_ask_at_rest(src);
	return flow;
}

GstFlowReturn miracast_src_create(GstPushSrc *push, GstBuffer **out)
{
	MiracastSrc *src = MIRACAST_SRC(push);
	GstFlowReturn flow = GST_FLOW_OK;

	*out = NULL;
	if (!src->activity_ns)
		src->activity_ns = picture_clock_now();
	while (flow == GST_FLOW_OK && !*out) {
		if (g_atomic_int_get(&src->flushing))
			return GST_FLOW_FLUSHING;
		/*
		 * A pause does not end the wait for events. What came in it is read after
		 * it only, when the base time is the one that its running time is of.
		 */
		flow = gst_base_src_wait_playing(GST_BASE_SRC(src));
		if (flow != GST_FLOW_OK)
			break;
		src_serve_undone(src);
		src_serve_answer(src);
		flow = serve_next(src, out);
	}
	return flow;
}
