// SPDX-License-Identifier: MIT
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "limit.h"
#include "link/address.h"
#include "link/find.h"
#include "link/firewall.h"
#include "link/listen.h"
#include "media/encoder.h"
#include "media/sound.h"
#include "media/stream.h"
#include "screen/access.h"
#include "screen/screen.h"
#include "wfd/audio.h"
#include "wfd/mice.h"
#include "wfd/video.h"

#define CONNECT_S	3
#define LOOK_AT_PLUGINS	"GST_DEBUG=3 miracast-cast --check"

/*
 * What has a limit of its own has a larger one here. To look at all plug-ins for the first time
 * takes the longest.
 */
static const struct limit_step
	step_plugins = { "GStreamer.", LOOK_AT_PLUGINS, 120 },
	step_encoders = { "Encoder of H.264.", LOOK_AT_PLUGINS, 60 },
	step_sound = { "The sound server.", "systemctl --user status pulseaudio pipewire", 30 },
	step_driver = { "The driver.", "journalctl --dmesg --grep=miracast", 20 },
	step_bus = { "The system bus.", "systemctl status dbus", 30 },
	step_address = { "The sink's address.", "systemctl status avahi-daemon", 30 },
	step_firewall = { "The firewall.", "systemctl status firewalld dbus", 60 },
	step_sink = { "The sink.", "ip route", 20 };

struct check {
	const struct cast_options *options;
	struct limit *limit;
	enum fault fault;	/* the first */
	GMainLoop *loop;
	GInetSocketAddress *address;
	uint16_t mice_port;
	uint16_t port;	/* of RTSP */
	enum fault found;
};

/* The command may help, in a case, although nothing is known to be wrong. */
static void report_maybe(struct check *check, const char *what, const char *in_case,
			 const char *help)
{
	const struct tell *how = &check->options->tell;
	const struct tell_field fields[] = {
		{ .key = "good", .text = "yes" },
		{ .key = "fault", .text = fault_word(FAULT_NONE) },
		{ .key = "help", .text = help },
		{ 0 },
	};
	char *text = how->json ? g_strdup_printf("good  %s", what) :
				 g_strdup_printf("good  %s\n      %s, try: %s", what, in_case,
						 help);

	tell(how, "check", text, fields);
	g_free(text);
}

/* One thing that was looked at, and what helps if it is bad. */
static void report_with(struct check *check, bool good, enum fault fault, const char *what,
			const char *help)
{
	const struct tell *how = &check->options->tell;
	char *text;
	const struct tell_field fields[] = {
		{ .key = "good", .text = good ? "yes" : "no" },
		{ .key = "fault", .text = fault_word(good ? FAULT_NONE : fault) },
		{ .key = "help", .text = help },
		{ 0 },
	};

	if (good || how->json)
		text = g_strdup_printf("%s  %s", good ? "good" : "bad ", what);
	else
		text = g_strdup_printf("bad   %s %s\n      try: %s", what, fault_sentence(fault),
				       help);
	tell(how, "check", text, fields);
	g_free(text);
	if (!good && check->fault == FAULT_NONE)
		check->fault = fault;
}

static void report(struct check *check, bool good, enum fault fault, const char *what)
{
	char *address = check->address ? address_text(check->address) : NULL;
	char help[FAULT_TEXT];

	report_with(check, good, fault, what,
		    fault_help(good ? FAULT_NONE : fault, address ? address : check->options->sink,
			       check->port, help));
	g_free(address);
}

/* --- GStreamer ------------------------------------------------------------------- */

static bool is_ours(const char *element)
{
	return !strcmp(element, "wfdmux") || !strcmp(element, "wfdsink") ||
	       !strcmp(element, "miracastsrc");
}

/* Return: for g_free(). Our package is in no archive; it may be there and not be loaded. */
static char *element_help(const char *element)
{
	if (is_ours(element))
		return g_strdup_printf("dpkg -l gstreamer1.0-miracast; gst-inspect-1.0 %s",
				       element);
	return g_strdup_printf("sudo apt install gstreamer1.0-plugins-%s",
			       !strcmp(element, "h264parse") ? "bad" : "base");
}

static bool has_element(const char *name)
{
	GstElementFactory *factory = gst_element_factory_find(name);
	bool found = factory;

	gst_clear_object(&factory);
	return found;
}

static void report_element(struct check *check, const char *name, const char *purpose)
{
	bool found = has_element(name);
	char *help = found ? g_strdup("") : element_help(name);
	char *text = g_strdup_printf("GStreamer's element %s%s.", name, purpose);

	report_with(check, found, FAULT_NO_ELEMENT, text, help);
	g_free(text);
	g_free(help);
}

static void check_elements(struct check *check, const char *const *names)
{
	int i;

	for (i = 0; names[i]; i++)
		report_element(check, names[i], "");
}

/* No encoder is to blame for what it is tried with. */
static bool has_pictures(struct check *check)
{
	static const char *const needed[] = { "videotestsrc", "videoconvert" };
	bool all = true;

	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
		if (has_element(needed[i]))
			continue;
		report_element(check, needed[i], ", to try encoders with");
		all = false;
	}
	return all;
}

static void check_encoder(struct check *check)
{
	int rank = encoder_first(0);
	char *text;

	if (!has_pictures(check))
		return;
	while (rank >= 0 && !encoder_encodes(rank))
		rank = encoder_first(rank + 1);
	if (rank < 0)
		return report(check, false, FAULT_NO_ENCODER, "Encoder of H.264.");
	text = g_strdup_printf("Encoder of H.264: %s has encoded pictures.", encoder_name(rank));
	report(check, true, FAULT_NONE, text);
	g_free(text);
}

/* Neither is needed: there is LPCM, and there is silence. */
static void check_sound(struct check *check)
{
	report(check, true, FAULT_NONE, sound_codecs() & 1U << MC_WFD_AAC ?
	       "Sound as AAC and LPCM." : "Sound as LPCM; there is no encoder of AAC.");
	if (check->options->silent)
		report(check, true, FAULT_NONE, "Sinks get silence, as --silent asks.");
	else if (!sound_can_record())
		report_maybe(check,
			     "Sinks get silence: GStreamer's element pulsesrc is not installed.",
			     "for sound", "sudo apt install gstreamer1.0-plugins-good");
	else
		report(check, true, FAULT_NONE, sound_probe() ?
		       "The sound server answers: sinks get an output of their own." :
		       "No sound server answers: sinks get silence.");
}

/* --- The monitor ----------------------------------------------------------------- */

/* Return: the value of an option of --screen, for g_free(), or NULL. */
static char *screen_option(const struct check *check, const char *name)
{
	const char *options = check->options->screen_options;
	char **words = g_strsplit(options ? options : "", ",", -1);
	char *value = NULL;
	int i;

	for (i = 0; words[i] && !value; i++)
		if (g_str_has_prefix(words[i], name))
			value = g_strdup(words[i] + strlen(name));
	g_strfreev(words);
	return value;
}

/* A context that was handed over needs no further permission. */
static void check_screen(struct check *check)
{
	char *card = screen_option(check, "device="), *handed = screen_option(check, "fd=");
	enum fault fault;

	limit_next(check->limit, &step_driver);
	fault = handed ? FAULT_NONE : access_driver(card);
	report(check, fault == FAULT_NONE, fault, "The driver.");
	if (!handed && access_needs_broker()) {
		limit_next(check->limit, &step_bus);
		fault = access_broker();
		report(check, fault == FAULT_NONE, fault, "miracast-broker.");
		fault = access_permission();
		report_with(check, fault == FAULT_NONE, fault,
			    "polkit, or membership of the group miracast.",
			    "sudo apt install polkitd");
		fault = access_session();
		report(check, fault == FAULT_NONE, fault, "The session is the active one.");
	}
	g_free(handed);
	g_free(card);
}

/* --- The network ----------------------------------------------------------------- */

/* As the cast itself will. */
static void choose_port(struct check *check, const char *name)
{
	const struct quirk_sink sink = { .name = name };
	struct quirk_set quirks;

	quirks_find(check->options->quirks, &sink, &quirks, NULL, NULL);
	check->port = check->options->port ? check->options->port : (uint16_t)quirks.rtsp_port;
}

static void on_found(void *user, const struct browse_sink *sink)
{
	struct check *check = user;

	check->address = g_object_ref(sink->address);
	check->mice_port = sink->port;
	choose_port(check, sink->name);
	g_main_loop_quit(check->loop);
}

static void on_failed(void *user, enum fault fault)
{
	struct check *check = user;

	check->found = fault;
	g_main_loop_quit(check->loop);
}

static const struct find_hooks hooks = { .found = on_found, .failed = on_failed };

static bool look_up(struct check *check)
{
	struct finder *finder;
	char *help = NULL;

	limit_next(check->limit, &step_address);
	check->loop = g_main_loop_new(NULL, FALSE);
	finder = find_new(check->options->sink, &hooks, check);
	g_main_loop_run(check->loop);
	find_free(finder);
	g_main_loop_unref(check->loop);
	if (check->found == FAULT_NO_SUCH_SINK)
		help = firewall_announcements();
	if (help)
		report_with(check, false, check->found, "The sink's address.", help);
	else
		report(check, check->address, check->found, "The sink's address.");
	g_free(help);
	return check->address;
}

static void ignore_socket(void *user, GSocket *socket)
{
	(void)user;
	(void)socket;
}

static void ignore_address(void *user, const char *address)
{
	(void)user;
	(void)address;
}

static void check_port(struct check *check, GInetSocketAddress *local)
{
	static const struct listen_hooks none = {
		.accepted = ignore_socket, .turned_away = ignore_address,
	};
	enum fault fault;
	struct listener *listener = listen_new(local, check->port, check->address, &none, NULL,
					       &fault);

	report(check, listener, fault, "The RTSP port is free.");
	listen_free(listener);
}

/* That nothing listens is no failure: sinks may connect by themselves. */
static void check_mice(struct check *check)
{
	GSocketClient *client = g_socket_client_new();
	GSocketAddress *address = address_with_port(check->address, check->mice_port);
	GSocketConnection *connection;
	GError *error = NULL;
	bool refused;

	limit_next(check->limit, &step_sink);
	g_socket_client_set_timeout(client, CONNECT_S);
	g_socket_client_set_enable_proxy(client, FALSE);
	connection = g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
	refused = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
	if (connection)
		report(check, true, FAULT_NONE, "The sink listens at the port of MICE.");
	else if (refused)
		report(check, true, FAULT_NONE,
		       "The sink is there; it does not listen at the port of MICE, and has to "
		       "connect by itself.");
	else
		report(check, false, FAULT_UNREACHABLE, "The sink answers.");
	g_clear_error(&error);
	g_clear_object(&connection);
	g_object_unref(address);
	g_object_unref(client);
}

static void check_firewall(struct check *check, GInetSocketAddress *local)
{
	char *help;

	limit_next(check->limit, &step_firewall);
	switch (firewall_verdict(local, check->address, check->port, &help)) {
	case FIREWALL_CLOSED:
		report_with(check, false, FAULT_FIREWALL, "The sink may connect.", help);
		break;
	case FIREWALL_OPEN:
		report(check, true, FAULT_NONE, "firewalld lets the sink connect.");
		break;
	case FIREWALLD_HIDDEN:
		report_maybe(check, "firewalld may let the sink connect.", "if not", help);
		break;
	case UFW_HIDDEN:
		report_maybe(check, "ufw may let the sink connect.", "if not", help);
		break;
	case FIREWALL_NONE:
	default:
		report(check, true, FAULT_NONE,
		       "No firewall that is known here keeps the sink out.");
		break;
	}
	g_free(help);
}

/* A cast to an address works without. */
static void check_announcements(struct check *check)
{
	char *help = firewall_announcements();

	if (help)
		report_maybe(check, "Sinks by their addresses: firewalld keeps announcements out.",
			     "for names", help);
	g_free(help);
}

static void check_network(struct check *check)
{
	GInetSocketAddress *local;

	if (!check->options->sink) {
		check_firewall(check, NULL);
		return check_announcements(check);
	}
	if (!look_up(check))
		return;
	if (check->options->mice_port)
		check->mice_port = check->options->mice_port;
	local = listen_route(check->address);
	report(check, local, FAULT_UNREACHABLE, "The way to the sink.");
	if (local) {
		check_firewall(check, local);
		check_port(check, local);
		check_mice(check);
	}
	g_clear_object(&local);
	g_clear_object(&check->address);
}

/* The thread that looks hangs, so there is nobody to return to. */
__attribute__((noreturn))
static void on_late(void *user, const struct limit_step *step)
{
	struct check *check = user;

	report_with(check, false, FAULT_STUCK, step->what, step->help);
	tell_flush(&check->options->tell, -1);
	_exit(EXIT_FAILURE);
}

struct check *check_new(const struct cast_options *options)
{
	struct check *check = g_new0(struct check, 1);

	check->options = options;
	check->limit = limit_new(&step_plugins, on_late, check);
	return check;
}

enum fault check_run(struct check *check)
{
	choose_port(check, NULL);
	check_elements(check, stream_elements);
	check_elements(check, sound_elements);
	check_elements(check, check->options->screen->elements);
	limit_next(check->limit, &step_encoders);
	check_encoder(check);
	limit_next(check->limit, &step_sound);
	check_sound(check);
	if (check->options->screen != &screen_test)
		check_screen(check);
	check_network(check);
	return check->fault;
}

void check_free(struct check *check)
{
	if (!check)
		return;
	limit_free(check->limit);
	g_free(check);
}
