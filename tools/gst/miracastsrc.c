// SPDX-License-Identifier: MIT
/*
 * miracastsrc: one more monitor, and its pictures.
 *
 * From READY to PAUSED a context is got and a monitor announced; the streaming thread then
 * reads the context's events, and nothing else does. A picture leaves as soon as it is
 * there, and never at other times: a screen at rest costs nothing.
 *
 * A mode is accepted when downstream has accepted its caps and, if "confirm-modes" is set,
 * the application has, too; until then no picture of it comes.
 *
 * The class is here, with what others ask of the element: queries, events, changes of its
 * state, and signals.
 */
#include "miracastsrc.h"

#include <gst/allocators/gstdmabuf.h>
#include <gst/video/video.h>

#include "pictureinfo.h"
#include "srccaps.h"
#include "srcevents.h"
#include "srcinternal.h"
#include "srcowner.h"
#include "srcproperties.h"
#include "srcsession.h"
#include "srcwait.h"

GST_DEBUG_CATEGORY(miracast_src_debug);

G_DEFINE_TYPE(MiracastSrc, miracast_src, GST_TYPE_PUSH_SRC)
GST_ELEMENT_REGISTER_DEFINE(miracastsrc, "miracastsrc", GST_RANK_NONE, MIRACAST_TYPE_SRC)

enum {
	SIGNAL_ANSWER_MODE,
	SIGNAL_REQUEST_FRAME,
	SIGNALS,
};

static guint signals[SIGNALS];

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
	"src", GST_PAD_SRC, GST_PAD_ALWAYS,
	GST_STATIC_CAPS(GST_VIDEO_CAPS_MAKE("{ BGRx, NV12 }") ";"
			GST_VIDEO_CAPS_MAKE_WITH_FEATURES(
				GST_CAPS_FEATURE_MEMORY_DMABUF, PICTURE_FORMATS)));

/* --- Queries and upstream events ----------------------------------------------- */

static gboolean miracast_src_query(GstBaseSrc *base, GstQuery *query)
{
	MiracastSrc *src = MIRACAST_SRC(base);
	GstClockTime period;
	guint most;

	if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY)
		return GST_BASE_SRC_CLASS(miracast_src_parent_class)->query(base, query);
	GST_OBJECT_LOCK(src);
	period = src->period;
	most = src->held_most;
	GST_OBJECT_UNLOCK(src);
	/* Until the next vblank; and as many more as there are buffers to wait in. */
	gst_query_set_latency(query, TRUE, period, period * most);
	return TRUE;
}

static gboolean miracast_src_event(GstBaseSrc *base, GstEvent *event)
{
	MiracastSrc *src = MIRACAST_SRC(base);

	if (gst_video_event_is_force_key_unit(event)) {
		src_request_frame(src);
		return TRUE;
	}
	/* Who comes anew has seen nothing yet, and can be asked for a mode. */
	if (GST_EVENT_TYPE(event) == GST_EVENT_RECONFIGURE) {
		src_request_frame(src);
		GST_OBJECT_LOCK(src);
		src_wake(src);
		GST_OBJECT_UNLOCK(src);
	}
	return GST_BASE_SRC_CLASS(miracast_src_parent_class)->event(base, event);
}

/* An application sends it to the element, as encoders keep it for themselves. */
static gboolean miracast_src_send_event(GstElement *element, GstEvent *event)
{
	gboolean flushed = GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_STOP;
	gboolean resets = FALSE, good;

	if (flushed)
		gst_event_parse_flush_stop(event, &resets);
	if (resets)
		g_atomic_int_set(&MIRACAST_SRC(element)->restarted, TRUE);
	if (!gst_video_event_is_force_key_unit(event) || !GST_EVENT_IS_UPSTREAM(event)) {
		good = GST_ELEMENT_CLASS(miracast_src_parent_class)->send_event(element, event);
		/* The last picture may have been lost, and a screen at rest has no other. */
		if (flushed)
			src_request_frame(MIRACAST_SRC(element));
		return good;
	}
	src_request_frame(MIRACAST_SRC(element));
	gst_event_unref(event);
	return TRUE;
}

/* --- State --------------------------------------------------------------------- */

/* What was shown before a pause may be out of date, and a screen at rest sends nothing. */
static GstStateChangeReturn miracast_src_change_state(GstElement *element,
						      GstStateChange transition)
{
	MiracastSrc *src = MIRACAST_SRC(element);
	GstStateChangeReturn ret;

	g_atomic_int_set(&src->pausing, transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED);
	ret = GST_ELEMENT_CLASS(miracast_src_parent_class)->change_state(element, transition);
	g_atomic_int_set(&src->pausing, FALSE);
	if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING && src->paused)
		src_request_frame(src);
	src->paused = transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED;
	return ret;
}

/*
 * A context can be long in coming, and the thread that waits for it holds the lock of the
 * element's states: so who wants it to stop is heard here, before that lock.
 */
static GstStateChangeReturn miracast_src_set_state(GstElement *element, GstState state)
{
	MiracastSrc *src = MIRACAST_SRC(element);
	GCancellable *before = src_opening(src);

	if (state <= GST_STATE_READY) {
		g_cancellable_cancel(before);
	} else if (g_cancellable_is_cancelled(before)) {
		GST_OBJECT_LOCK(src);
		g_object_unref(src->opening);
		src->opening = g_cancellable_new();
		GST_OBJECT_UNLOCK(src);
	}
	g_object_unref(before);
	return GST_ELEMENT_CLASS(miracast_src_parent_class)->set_state(element, state);
}

/* The base class has an error of its own for each start that fails. */
static gboolean miracast_src_post_message(GstElement *element, GstMessage *message)
{
	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR &&
	    g_atomic_int_get(&MIRACAST_SRC(element)->given_up)) {
		gst_message_unref(message);
		return TRUE;
	}
	return GST_ELEMENT_CLASS(miracast_src_parent_class)->post_message(element, message);
}

/* --- Class --------------------------------------------------------------------- */

static void miracast_src_answer_mode(MiracastSrc *src, guint64 serial, gboolean accepted)
{
	GST_OBJECT_LOCK(src);
	src->answer = (struct answer){ .given = TRUE, .accepted = accepted, .serial = serial };
	src_wake(src);
	GST_OBJECT_UNLOCK(src);
}

static void miracast_src_finalize(GObject *object)
{
	MiracastSrc *src = MIRACAST_SRC(object);

	src_clear_settings(&src->settings);
	g_clear_object(&src->opening);
	g_clear_pointer(&src->kept, owned_buffers_unref);
	g_free(src->connector);
	G_OBJECT_CLASS(miracast_src_parent_class)->finalize(object);
}

static void install_signals(MiracastSrcClass *class)
{
	/**
	 * MiracastSrc::answer-mode:
	 * @src: the element
	 * @serial: of the message miracast-mode-set
	 * @accepted: whether the sink takes the mode
	 *
	 * Answer a mode, with "confirm-modes". An answer to a mode that another has replaced
	 * means nothing. May be emitted by any thread.
	 */
	signals[SIGNAL_ANSWER_MODE] = g_signal_new_class_handler(
		"answer-mode", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
		G_CALLBACK(miracast_src_answer_mode), NULL, NULL, NULL, G_TYPE_NONE, 2,
		G_TYPE_UINT64, G_TYPE_BOOLEAN);
	/**
	 * MiracastSrc::request-frame:
	 * @src: the element
	 *
	 * Have a whole picture at the next vblank, also when nothing changes. So do
	 * GstForceKeyUnit events that are sent upstream, or to the element.
	 */
	signals[SIGNAL_REQUEST_FRAME] = g_signal_new_class_handler(
		"request-frame", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
		G_CALLBACK(src_request_frame), NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void miracast_src_class_init(MiracastSrcClass *class)
{
	GObjectClass *object = G_OBJECT_CLASS(class);
	GstElementClass *element = GST_ELEMENT_CLASS(class);
	GstBaseSrcClass *base = GST_BASE_SRC_CLASS(class);

	GST_DEBUG_CATEGORY_INIT(miracast_src_debug, "miracastsrc", 0, "Miracast target");
	chunk_meta_register();
	object->set_property = miracast_src_set_property;
	object->get_property = miracast_src_get_property;
	object->finalize = miracast_src_finalize;
	src_install_properties(object);
	install_signals(class);

	element->send_event = miracast_src_send_event;
	element->change_state = miracast_src_change_state;
	element->set_state = miracast_src_set_state;
	element->post_message = miracast_src_post_message;
	base->start = miracast_src_start;
	base->stop = miracast_src_stop;
	base->unlock = miracast_src_unlock;
	base->unlock_stop = miracast_src_unlock_stop;
	base->negotiate = miracast_src_negotiate;
	base->set_caps = miracast_src_set_caps;
	base->decide_allocation = miracast_src_decide_allocation;
	base->query = miracast_src_query;
	base->event = miracast_src_event;
	GST_PUSH_SRC_CLASS(class)->create = miracast_src_create;

	gst_element_class_add_static_pad_template(element, &src_template);
	gst_element_class_set_static_metadata(
		element, "Miracast target", "Source/Video/Hardware",
		"One more monitor for the desktop, and its pictures as they change: announces a monitor "
		"to the miracast driver, by miracast-broker for ordinary users, and captures what the "
		"compositor shows there",
		"The miracast project");
}

static void miracast_src_init(MiracastSrc *src)
{
	src->settings.fd = -1;
	src->settings.broker = OWNER_BROKER_AUTO;
	src->settings.delivery = DRM_MIRACAST_DELIVERY_COPY;
	src->settings.buffers = DEFAULT_BUFFERS;
	src->settings.name = g_strdup(DEFAULT_NAME);
	src->settings.min_denom = 1;
	src->settings.max_denom = 1;
	src->opening = g_cancellable_new();
	src->wake_fd = -1;
	gst_base_src_set_live(GST_BASE_SRC(src), TRUE);
	gst_base_src_set_format(GST_BASE_SRC(src), GST_FORMAT_TIME);
}
