// SPDX-License-Identifier: MIT
/*
 * The output of a sound server, and what becomes of what records from it when it goes.
 * Needs a PulseAudio of its own, with an output that can be recorded from, too, and one
 * of a cast that was killed, whose process had the number 999999: see cast.sh.
 */
#include <gst/app/app.h>
#include <string.h>

#include "harness.h"
#include "media/sound.h"
#include "wfd/audio.h"

#define PATIENCE	(20 * GST_SECOND)

/* Return: what pactl says, or "". */
static char *pactl(const char *arguments)
{
	char *line = g_strdup_printf("pactl %s", arguments), *out = NULL;

	g_spawn_command_line_sync(line, &out, NULL, NULL, NULL);
	g_free(line);
	return out ? out : g_strdup("");
}

/* Return: number of the module that has made an output, or -1. */
static int module_of(const char *output)
{
	char *list = pactl("list short modules"), **lines = g_strsplit(list, "\n", -1);
	int i, module = -1;

	for (i = 0; lines[i]; i++)
		if (strstr(lines[i], output))
			module = (int)g_ascii_strtoll(lines[i], NULL, 10);
	g_strfreev(lines);
	g_free(list);
	return module;
}

static bool goes(const char *output)
{
	int tries;

	for (tries = 0; tries < 100 && module_of(output) >= 0; tries++)
		g_usleep(50000);
	return module_of(output) < 0;
}

static GstElement *recorder_new(struct sound *sound, GstElement **out)
{
	GstElement *pipeline = gst_object_ref_sink(gst_pipeline_new(NULL));
	GstElement *source = sound_element(sound, MC_WFD_LPCM, MC_WFD_LPCM_48);

	*out = gst_element_factory_make("appsink", NULL);
	g_object_set(*out, "sync", FALSE, "max-buffers", 1, "drop", TRUE, NULL);
	gst_bin_add_many(GST_BIN(pipeline), source, *out, NULL);
	gst_element_link(source, *out);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	return pipeline;
}

static bool records(GstElement *out, GstClockTime patience)
{
	GstSample *sample = gst_app_sink_try_pull_sample(GST_APP_SINK(out), patience);

	if (sample)
		gst_sample_unref(sample);
	return sample;
}

/* Return: whether an error comes, and is the server's. */
static bool server_fails(GstElement *pipeline)
{
	GstBus *bus = gst_element_get_bus(pipeline);
	GstMessage *message = gst_bus_timed_pop_filtered(bus, PATIENCE, GST_MESSAGE_ERROR);
	GError *error = NULL;
	bool servers;

	if (message)
		gst_message_parse_error(message, &error, NULL);
	servers = message && sound_is_servers(GST_MESSAGE_SRC(message), error);
	g_clear_error(&error);
	gst_clear_message(&message);
	gst_object_unref(bus);
	return servers;
}

/* Checks that it fails and delivers nothing more, and frees it. */
static void check_cut_off(GstElement *pipeline, GstElement *out, const char *fails,
			  const char *nothing)
{
	check(server_fails(pipeline), fails);
	records(out, 0);
	check(!records(out, GST_SECOND / 2), nothing);
	gst_element_set_state(pipeline, GST_STATE_NULL);
	gst_object_unref(pipeline);
}

static void test_gone(const char *own)
{
	struct sound *sound = sound_new("Television", false);
	GstElement *out, *pipeline;
	char *unload;

	check(!sound_is_silent(sound) && module_of(own) >= 0, "a sink has an output");
	check(goes("miracast_999999"), "that of a process that is no more goes");
	pipeline = recorder_new(sound, &out);
	check(records(out, PATIENCE), "it can be recorded from");
	unload = g_strdup_printf("unload-module %d", module_of(own));
	g_free(pactl(unload));
	g_free(unload);
	check_cut_off(pipeline, out, "when it goes, the element fails",
		      "and sends nothing that comes from elsewhere");
	sound_lost(sound);
	check(sound_is_silent(sound), "then there is silence");
	sound_free(sound);
}

/* Return: whether the stream that records was moved to another output's monitor. */
static bool move(void)
{
	char *list = pactl("list short source-outputs"), *line;
	bool some = g_ascii_isdigit(*list);

	line = g_strdup_printf("move-source-output %d other.monitor",
			       (int)g_ascii_strtoll(list, NULL, 10));
	g_free(pactl(line));
	g_free(line);
	g_free(list);
	return some;
}

static void test_moved(const char *own)
{
	struct sound *sound = sound_new("Television", false);
	GstElement *out, *pipeline = recorder_new(sound, &out);

	check(records(out, PATIENCE) && move(), "what records can be moved elsewhere");
	check_cut_off(pipeline, out, "then the element fails, too",
		      "and sends nothing of that");
	sound_free(sound);
	check(goes(own), "at the end the output goes");
}

int main(int argc, char **argv)
{
	char *own = g_strdup_printf("miracast_%d", getpid());

	gst_init(&argc, &argv);
	check(sound_probe() && module_of(own) < 0, "a look at the server makes no output");
	test_gone(own);
	test_moved(own);
	g_free(own);
	return check_result();
}
