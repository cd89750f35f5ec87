// SPDX-License-Identifier: MIT
/*
 * Runs a pipeline of GStreamer's own elements in the way miracast-cast runs its pipeline:
 * it paints the same number and time into each picture, and prints the same times of it.
 * Measures nothing else.
 *
 * usage: stock PIPELINE
 *
 * Pictures that leave the element named "screen" are painted into. With elements named
 * "screen", "encoder" and "parse" a line of JSON is printed for each picture, as
 * miracast-cast --timings does. When all is open the program prints "ready", and sends
 * nothing until it reads a line from standard input. It ends when standard input does.
 */
#include <gst/gst.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "media/timing.h"
#include "screen/paint.h"

struct run {
	GMainLoop *loop;
	GstElement *pipeline;
	bool failed;
	gint number;	/* of the next picture; atomic */
};

/* --- Pictures -------------------------------------------------------------------- */

static GstPadProbeReturn on_picture(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	GstBuffer *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
	struct run *run = user;

	GST_PAD_PROBE_INFO_DATA(info) = buffer;
	paint_picture(pad, buffer, &run->number);
	return GST_PAD_PROBE_OK;
}

/* Before the times are taken, as in miracast-cast. */
static void watch(struct run *run)
{
	GstElement *screen = gst_bin_get_by_name(GST_BIN(run->pipeline), "screen");
	GstElement *encoder = gst_bin_get_by_name(GST_BIN(run->pipeline), "encoder");
	GstElement *parse = gst_bin_get_by_name(GST_BIN(run->pipeline), "parse");
	GstPad *pad;

	if (screen) {
		pad = gst_element_get_static_pad(screen, "src");
		gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_picture, run, NULL);
		gst_object_unref(pad);
	}
	if (screen && encoder && parse)
		timing_watch(screen, encoder, parse, 0);
	gst_clear_object(&screen);
	gst_clear_object(&encoder);
	gst_clear_object(&parse);
}

/* --- Lines ----------------------------------------------------------------------- */

static gboolean print_field(GQuark name, const GValue *value, gpointer user)
{
	(void)user;
	if (G_VALUE_HOLDS_UINT64(value))
		printf(", \"%s\": %" G_GUINT64_FORMAT, g_quark_to_string(name),
		       g_value_get_uint64(value));
	return TRUE;
}

static void say_times(const GstStructure *times)
{
	printf("{\"event\": \"picture\"");
	gst_structure_foreach(times, print_field, NULL);
	puts("}");
}

static gboolean on_bus(GstBus *bus, GstMessage *message, gpointer user)
{
	struct run *run = user;
	GError *error = NULL;

	(void)bus;
	switch (GST_MESSAGE_TYPE(message)) {
	case GST_MESSAGE_APPLICATION:
		if (gst_message_has_name(message, TIMING_MESSAGE))
			say_times(gst_message_get_structure(message));
		break;
	case GST_MESSAGE_ERROR:
		gst_message_parse_error(message, &error, NULL);
		fprintf(stderr, "stock: %s\n", error->message);
		g_error_free(error);
		run->failed = true;
		g_main_loop_quit(run->loop);
		break;
	default:
		break;
	}
	return G_SOURCE_CONTINUE;
}

static gboolean on_order(GIOChannel *input, GIOCondition what, gpointer user)
{
	struct run *run = user;
	gchar *line = NULL;

	(void)what;
	if (g_io_channel_read_line(input, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
		g_main_loop_quit(run->loop);
		return G_SOURCE_REMOVE;
	}
	g_free(line);
	printf("{\"event\": \"play\", \"at\": %" G_GINT64_FORMAT "}\n", g_get_monotonic_time());
	gst_element_set_state(run->pipeline, GST_STATE_PLAYING);
	return G_SOURCE_CONTINUE;
}

/* --- The program ----------------------------------------------------------------- */

static void run_pipeline(struct run *run)
{
	GIOChannel *input = g_io_channel_unix_new(STDIN_FILENO);
	GstBus *bus = gst_element_get_bus(run->pipeline);
	guint bus_watch = gst_bus_add_watch(bus, on_bus, run);

	run->loop = g_main_loop_new(NULL, FALSE);
	watch(run);
	g_io_add_watch(input, G_IO_IN | G_IO_HUP, on_order, run);
	if (gst_element_set_state(run->pipeline, GST_STATE_READY) != GST_STATE_CHANGE_SUCCESS) {
		run->failed = true;
	} else {
		puts("{\"event\": \"ready\"}");
		g_main_loop_run(run->loop);
	}
	gst_element_set_state(run->pipeline, GST_STATE_NULL);
	g_source_remove(bus_watch);
	g_io_channel_unref(input);
	gst_object_unref(bus);
	g_main_loop_unref(run->loop);
}

int main(int argc, char **argv)
{
	struct run run = { 0 };
	GError *error = NULL;

	gst_init(&argc, &argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 2) {
		fprintf(stderr, "usage: stock PIPELINE\n");
		return 2;
	}
	run.pipeline = gst_parse_launch_full(argv[1], NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
	if (!run.pipeline) {
		fprintf(stderr, "stock: %s\n", error->message);
		g_error_free(error);
		return 1;
	}
	run_pipeline(&run);
	gst_object_unref(run.pipeline);
	return run.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
