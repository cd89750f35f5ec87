// SPDX-License-Identifier: MIT
/*
 * One more screen, streamed as H.264 over RTP by elements that every GStreamer has. As the
 * user at the seat, with miracast-broker, or as root: screencast HOST [PORT [MODES]]
 *
 * Who receives it needs no session: gst-launch-1.0 udpsrc port=5004
 * caps=application/x-rtp,media=video,clock-rate=90000,encoding-name=H264 ! rtpjitterbuffer !
 * rtph264depay ! avdec_h264 ! videoconvert ! autovideosink
 */
#include <glib-unix.h>
#include <gst/gst.h>
#include <stdlib.h>

/* Pictures come when something changes, and twice a second for receivers that come late. */
#define STREAM                                                                             \
	"miracastsrc name=monitor monitor-name=Screencast modes=1920x1080@60,1280x720@60"  \
	" min-framerate=2/1 ! queue max-size-buffers=2 leaky=downstream ! videoconvert"    \
	" ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=8000 key-int-max=600"   \
	" ! h264parse ! rtph264pay config-interval=-1 aggregate-mode=zero-latency"         \
	" ! udpsink name=network sync=false"

static GMainLoop *loop;
static int status;

static gboolean on_message(GstBus *bus, GstMessage *message, gpointer pipeline)
{
	GError *error = NULL;

	(void)bus;
	switch (GST_MESSAGE_TYPE(message)) {
	case GST_MESSAGE_ERROR:
		gst_message_parse_error(message, &error, NULL);
		status = 1;
		g_main_loop_quit(loop);
		break;
	case GST_MESSAGE_WARNING:
		gst_message_parse_warning(message, &error, NULL);
		break;
	case GST_MESSAGE_EOS:
		g_main_loop_quit(loop);
		break;
	case GST_MESSAGE_ELEMENT:	/* modes, power, why no picture comes */
		gst_println("%" GST_PTR_FORMAT, gst_message_get_structure(message));
		break;
	case GST_MESSAGE_LATENCY:
		gst_bin_recalculate_latency(pipeline);
		break;
	default:
		break;
	}
	if (error)
		g_printerr("screencast: %s\n", error->message);
	g_clear_error(&error);
	return G_SOURCE_CONTINUE;
}

/* These need a key picture as well, at any rate of pictures (key-int-max counts them). */
static gboolean on_key_time(gpointer pipeline)
{
	GstStructure *key = gst_structure_from_string("GstForceKeyUnit,all-headers=true", NULL);

	gst_element_send_event(pipeline, gst_event_new_custom(GST_EVENT_CUSTOM_UPSTREAM, key));
	return G_SOURCE_CONTINUE;
}

static gboolean on_interrupt(gpointer pipeline)
{
	gst_element_send_event(pipeline, gst_event_new_eos());
	return G_SOURCE_REMOVE;
}

int main(int argc, char **argv)
{
	GstElement *pipeline;
	GError *error = NULL;

	gst_init(&argc, &argv);
	if (argc < 2) {
		g_printerr("usage: screencast HOST [PORT [MODES]]\n");
		return 2;
	}
	loop = g_main_loop_new(NULL, FALSE);
	pipeline = gst_parse_launch(STREAM, &error);
	if (!pipeline || error)
		g_error("%s", error->message);
	gst_child_proxy_set(GST_CHILD_PROXY(pipeline), "network::host", argv[1], "network::port",
			    argc > 2 ? atoi(argv[2]) : 5004, NULL);
	if (argc > 3)
		gst_child_proxy_set(GST_CHILD_PROXY(pipeline), "monitor::modes", argv[3], NULL);
	gst_bus_add_watch(GST_ELEMENT_BUS(pipeline), on_message, pipeline);
	g_timeout_add_seconds(2, on_key_time, pipeline);
	g_unix_signal_add(SIGINT, on_interrupt, pipeline);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	g_main_loop_run(loop);
	gst_element_set_state(pipeline, GST_STATE_NULL);
	gst_bus_remove_watch(GST_ELEMENT_BUS(pipeline));
	gst_object_unref(pipeline);
	return status;
}
