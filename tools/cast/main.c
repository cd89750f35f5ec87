// SPDX-License-Identifier: MIT
/* miracast-cast: options. */
#include <gst/gst.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "cast.h"
#include "check.h"
#include "list.h"
#include "mode.h"
#include "policy/quirks.h"
#include "screen/screen.h"

#ifndef MIRACAST_DATADIR
#define MIRACAST_DATADIR "/usr/share"
#endif

#define EXIT_USAGE	2
#define WAIT_S		30

static struct {
	gchar *sink, *name, *mode, *quirks;
	gchar *picture, *screen;
	gboolean test, list, check, json, verbose, timings, direct, silent, version;
	gint port, mice_port, wait, kbps;
} given = { .wait = WAIT_S };

/* Its argument may be left out. */
static gboolean on_test_picture(const gchar *option, const gchar *value, gpointer user,
				GError **error)
{
	(void)option;
	(void)user;
	(void)error;
	given.test = TRUE;
	g_free(given.picture);
	given.picture = g_strdup(value);
	return TRUE;
}

static const GOptionEntry entries[] = {
	{ "sink", 's', 0, G_OPTION_ARG_STRING, &given.sink, "Cast to this sink", "ADDRESS|NAME" },
	{ "list", 'l', 0, G_OPTION_ARG_NONE, &given.list, "List sinks that announce themselves",
	  NULL },
	{ "check", 'c', 0, G_OPTION_ARG_NONE, &given.check, "Only check whether a cast could work",
	  NULL },
	{ "test-picture", 't', G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK,
	  (gpointer)on_test_picture,
	  "Send a test picture; STEPS are modes, times, off, on, still, patterns, end", "STEPS" },
	{ "screen", 0, 0, G_OPTION_ARG_STRING, &given.screen,
	  "Which monitor: device=CARD, target=CONNECTOR, fd=CONTEXT", "OPTIONS" },
	{ "direct", 'd', 0, G_OPTION_ARG_NONE, &given.direct,
	  "The sink connects by itself: do not ask it to", NULL },
	{ "mode", 'm', 0, G_OPTION_ARG_STRING, &given.mode, "No mode above this one",
	  "WIDTHxHEIGHT@HZ" },
	{ "bitrate", 'b', 0, G_OPTION_ARG_INT, &given.kbps, "Bit rate to begin with", "KBIT/S" },
	{ "silent", 0, 0, G_OPTION_ARG_NONE, &given.silent, "Send silence", NULL },
	{ "name", 'n', 0, G_OPTION_ARG_STRING, &given.name, "Name of this source on the sink",
	  "NAME" },
	{ "port", 'p', 0, G_OPTION_ARG_INT, &given.port, "RTSP port (7236)", "PORT" },
	{ "mice-port", 0, 0, G_OPTION_ARG_INT, &given.mice_port, "The sink's port of MICE (7250)",
	  "PORT" },
	{ "wait", 'w', 0, G_OPTION_ARG_INT, &given.wait,
	  "How long the sink may take to connect (30)", "SECONDS" },
	{ "quirks", 0, 0, G_OPTION_ARG_FILENAME, &given.quirks, "More rules for sinks", "FOLDER" },
	{ "json", 'j', 0, G_OPTION_ARG_NONE, &given.json, "A line of JSON for each event", NULL },
	{ "verbose", 'v', 0, G_OPTION_ARG_NONE, &given.verbose,
	  "Print diagnostics, and each RTSP message", NULL },
	{ "timings", 0, 0, G_OPTION_ARG_NONE, &given.timings,
	  "With --json: the times of each picture", NULL },
	{ "version", 'V', 0, G_OPTION_ARG_NONE, &given.version, "Print the version", NULL },
	{ 0 },
};

static int wrong_usage(const char *what)
{
	fprintf(stderr, "miracast-cast: %s; see miracast-cast --help\n", what);
	return EXIT_USAGE;
}

static struct quirks *load_quirks(void)
{
	char *own = g_build_filename(g_get_user_config_dir(), "miracast", "quirks.d", NULL);
	const char *const folders[] = {
		MIRACAST_DATADIR "/miracast/quirks.d", "/etc/miracast/quirks.d", own,
		given.quirks, NULL,
	};
	struct quirks *quirks = quirks_load(folders);

	g_free(own);
	return quirks;
}

static bool is_port(gint port)
{
	return port >= 0 && port <= 65535;
}

/* Return: NULL, or what is wrong. */
static const char *read_options(struct cast_options *options)
{
	struct drm_miracast_mode mode;

	if (!is_port(given.port) || !is_port(given.mice_port))
		return "a port is a number up to 65535";
	if (given.wait < 1 || given.wait > 86400)
		return "--wait is a number of seconds";
	if (given.kbps < 0 || given.kbps > 240000)
		return "--bitrate is a number of kbit/s up to 240000";
	if (given.timings && !given.json)
		return "--timings is for --json";
	if (given.test && given.screen)
		return "either --screen or --test-picture";
	if (given.mode && mc_mode_parse(given.mode, &mode))
		return "a mode is WIDTHxHEIGHT@HZ";
	if (given.mode) {
		options->limits.width_max = mode.width;
		options->limits.height_max = mode.height;
		options->limits.hz_max = (mode.refresh_mhz + 500) / 1000;
	}
	options->sink = given.sink;
	options->name = given.name ? given.name : g_get_host_name();
	options->direct = given.direct;
	options->silent = given.silent;
	options->port = (uint16_t)given.port;
	options->mice_port = (uint16_t)given.mice_port;
	options->wait_s = (unsigned int)given.wait;
	options->kbps = (uint32_t)given.kbps;
	options->screen = given.test ? &screen_test : &screen_miracast;
	options->screen_options = given.test ? given.picture : given.screen;
	options->timings = given.timings;
	options->tell.json = given.json;
	options->tell.verbose = given.verbose;
	return NULL;
}

/* GStreamer has begun. */
static int run_with(struct cast_options *options, struct check *check)
{
	struct quirks *quirks;
	enum fault fault;

	if (!options->screen->valid(options->screen_options))
		return wrong_usage(given.test ? "not a step of --test-picture" :
						"not an option of --screen");
	quirks = load_quirks();
	options->quirks = quirks;
	fault = check ? check_run(check) : cast_run(options);
	quirks_free(quirks);
	return fault == FAULT_NONE || fault == FAULT_ENDED_BY_SINK ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The options make sense. */
static int run_speaking(struct cast_options *options)
{
	struct check *check;
	int status;

	if (given.list)
		return list_sinks(&options->tell) == FAULT_NONE ? EXIT_SUCCESS : EXIT_FAILURE;
	check = given.check ? check_new(options) : NULL;
	gst_init(NULL, NULL);
	status = run_with(options, check);
	check_free(check);
	return status;
}

static int run(void)
{
	/* Threads of libraries may have a message after the end. */
	static struct cast_options options;
	const char *wrong = read_options(&options);
	int status;

	if (wrong)
		return wrong_usage(wrong);
	if (!given.sink && !given.check && !given.list)
		return wrong_usage("which sink? --sink or --list");
	tell_open(&options.tell);
	status = run_speaking(&options);
	/* A list is whole, however slowly a person reads it; a cast that has ended is over. */
	tell_flush(&options.tell, given.list || given.check ? -1 : TELL_END_MS);
	return status;
}

static void free_given(void)
{
	g_free(given.sink);
	g_free(given.name);
	g_free(given.mode);
	g_free(given.quirks);
	g_free(given.picture);
	g_free(given.screen);
}

int main(int argc, char **argv)
{
	GOptionContext *context = g_option_context_new("- cast the screen to a Miracast sink");
	GError *error = NULL;
	int status;

	/* The standard output is for events. */
	g_log_writer_default_set_use_stderr(TRUE);
	setlocale(LC_ALL, "");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		status = wrong_usage(error->message);
		g_error_free(error);
	} else if (argc > 1) {
		status = wrong_usage("too many arguments");
	} else if (given.version) {
		printf("miracast-cast " MIRACAST_VERSION "\n");
		status = EXIT_SUCCESS;
	} else {
		if (given.verbose)
			g_setenv("G_MESSAGES_DEBUG", "cast", FALSE);
		status = run();
	}
	g_option_context_free(context);
	free_given();
	return status;
}
