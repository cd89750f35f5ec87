// SPDX-License-Identifier: MIT
/*
 * Joins the parts: what a sink wants goes to the stream and the screen, what the screen
 * wants goes to the session. Parts do not know each other. One thread; what has ended is
 * freed after the main loop, so never from inside of a call of its own.
 */
#include "cast.h"

#include <stdlib.h>
#include <unistd.h>

#include "events.h"
#include "format.h"
#include "link/address.h"
#include "link/find.h"
#include "link/firewall.h"
#include "link/listen.h"
#include "link/mice.h"
#include "media/sound.h"
#include "media/stream.h"
#include "preload.h"
#include "rtsp/session.h"
#include "signals.h"

/* A desktop that switches new monitors on does so within this. */
#define DARK_MS		2000

struct cast {
	const struct cast_options *options;
	const struct tell *tell;
	GMainLoop *loop;
	enum fault fault;
	char *detail;

	struct preload *preload;
	struct finder *finder;
	char *sink_name;	/* of the sink, NULL: it was not looked up */
	GInetSocketAddress *peer, *local;
	char *peer_text, *local_text;
	struct listener *listener;
	uint16_t port;		/* RTSP port, also one that could not be had */
	struct mice *mice;
	guint patience, darkness;
	struct signals *signals;

	struct session *session;
	struct quirk_set quirks;
	struct screen *screen;
	struct stream *stream;
	struct sound *sound;
	bool monitor;		/* the screen announces the sink as a monitor */
	bool shown;		/* a mode was taken */
	char *blocked;		/* why the screen has no pictures, or NULL */
	bool over;		/* the loop is to end */
	bool ending;		/* the session is to end */
};

/* The first is the reason, and the others follow from it. */
static void note_fault(struct cast *cast, enum fault fault, const char *detail)
{
	if (cast->fault != FAULT_NONE)
		return;
	cast->fault = fault;
	g_free(cast->detail);
	cast->detail = g_strdup(detail);
}

static void finish(struct cast *cast, enum fault fault, const char *detail)
{
	if (cast->over)
		return;
	cast->over = true;
	note_fault(cast, fault, detail);
	g_main_loop_quit(cast->loop);
}

/* The sink learns of it first. */
static void end(struct cast *cast, enum fault fault, const char *detail)
{
	note_fault(cast, fault, detail);
	if (cast->ending)
		return;
	cast->ending = true;
	if (cast->session)
		session_end(cast->session);
	else
		finish(cast, fault, detail);
}

static void on_note(void *user, const char *text)
{
	struct cast *cast = user;

	tell_note(cast->tell, text);
}

static void stop_timer(guint *timer)
{
	if (*timer)
		g_source_remove(*timer);
	*timer = 0;
}

/* --- The screen ------------------------------------------------------------------ */

static gboolean on_dark(gpointer user)
{
	struct cast *cast = user;

	cast->darkness = 0;
	tell(cast->tell, "dark",
	     "Waiting for the desktop to switch the monitor on; its display settings can.", NULL);
	return G_SOURCE_REMOVE;
}

/* The screen reports a mode next. */
static void await_mode(struct cast *cast)
{
	stop_timer(&cast->darkness);
	cast->darkness = g_timeout_add(DARK_MS, on_dark, cast);
}

static void on_screen_mode(void *user, uint32_t width, uint32_t height, uint32_t mhz)
{
	struct cast *cast = user;

	stop_timer(&cast->darkness);
	if (session_set_mode(cast->session, width, height, mhz))
		return;
	tell_note(cast->tell, "the sink does not support the mode that was set");
	cast->options->screen->answer_mode(cast->screen, width, height, (mhz + 500) / 1000, false);
}

static void on_screen_power(void *user, bool on)
{
	struct cast *cast = user;

	session_set_power(cast->session, on);
}

static void on_screen_blocked(void *user, const char *reason, const char *sentence)
{
	struct cast *cast = user;

	g_free(cast->blocked);
	cast->blocked = g_strdup(sentence);
	event_blocked(cast->tell, reason, sentence);
}

static void on_screen_departed(void *user, enum fault fault, const char *detail)
{
	end(user, fault, detail);
}

static const struct screen_hooks screen_hooks = {
	.mode = on_screen_mode, .power = on_screen_power, .blocked = on_screen_blocked,
	.departed = on_screen_departed,
};

/* --- The stream ------------------------------------------------------------------ */

static GstElement *on_source(void *user)
{
	struct cast *cast = user;

	return cast->options->screen->element(cast->screen);
}

static void on_rate(void *user, uint32_t kbps)
{
	struct cast *cast = user;

	cast->options->screen->set_rate(cast->screen, kbps);
	event_rate(cast->tell, kbps);
}

static void on_needed(void *user)
{
	struct cast *cast = user;

	cast->options->screen->request_frame(cast->screen);
}

static void on_failed(void *user, enum fault fault, const char *detail)
{
	end(user, fault, detail);
}

static void on_stream_note(void *user, const char *text)
{
	struct cast *cast = user;

	tell(cast->tell, "replaced", text, NULL);
}

static void on_timed(void *user, const GstStructure *times)
{
	struct cast *cast = user;

	event_picture(cast->tell, times);
}

static const struct stream_hooks stream_hooks = {
	.source = on_source, .rate = on_rate, .needed = on_needed, .note = on_stream_note,
	.timed = on_timed, .failed = on_failed,
};

/* --- The session ----------------------------------------------------------------- */

static void on_capable(void *user, const struct mc_wfd_choice *choice,
		       const struct mc_wfd_params *sink, const struct quirk_set *quirks)
{
	struct cast *cast = user;
	const struct screen_monitor monitor = {
		.choice = choice, .sink = sink,
		.name = cast->sink_name ? cast->sink_name : cast->peer_text,
	};

	cast->quirks = *quirks;
	cast->monitor = true;
	await_mode(cast);
	cast->options->screen->arrive(cast->screen, &monitor);
}

static void on_mode(void *user, const struct session_format *format, bool taken)
{
	struct cast *cast = user;
	struct stream_format wanted;
	enum fault fault;

	event_mode(cast->tell, format, taken);
	cast->shown |= taken;
	if (!cast->shown)
		await_mode(cast);
	cast->options->screen->answer_mode(cast->screen, format->mode.width, format->mode.height,
					   format->mode.hz, taken);
	if (!taken)
		return;
	format_of_stream(format, &cast->quirks, cast->options->kbps, &wanted);
	fault = stream_set_format(cast->stream, &wanted);
	if (fault != FAULT_NONE)
		end(cast, fault, "");
}

static uint16_t on_transport(void *user, const struct rtsp_ports *ports)
{
	struct cast *cast = user;
	enum fault fault;
	char *detail;

	fault = stream_open(cast->stream, cast->peer_text, cast->local_text, ports->rtp,
			    ports->rtcp, &detail);
	if (fault != FAULT_NONE)	/* the session only sees that there is no port */
		note_fault(cast, fault, detail ? detail : "M6");
	g_free(detail);
	return fault == FAULT_NONE ? stream_port(cast->stream) : 0;
}

static uint64_t on_now(void *user)
{
	struct cast *cast = user;

	return stream_now_90khz(cast->stream);
}

static void on_play(void *user, bool on)
{
	struct cast *cast = user;

	tell(cast->tell, on ? "play" : "pause", on ? "Playing." : "Paused.", NULL);
	stream_play(cast->stream, on);
	if (on)
		cast->options->screen->request_frame(cast->screen);
}

static void on_idr(void *user)
{
	struct cast *cast = user;

	tell_note(cast->tell, "the sink asks for an IDR picture");
	stream_request_idr(cast->stream);
	cast->options->screen->request_frame(cast->screen);
}

static void on_repaired(void *user, const char *what)
{
	struct cast *cast = user;

	event_repaired(cast->tell, what);
}

static void on_connector(void *user, bool connected)
{
	struct cast *cast = user;

	tell(cast->tell, "connector", connected ? "The sink has a monitor." :
	     "The sink has no monitor.", NULL);
}

static void on_over(void *user, enum fault fault, const char *detail)
{
	const struct cast *cast = user;

	/* The session only sees that no mode comes. */
	if (fault == FAULT_NOT_SWITCHED_ON && cast->blocked)
		detail = cast->blocked;
	finish(user, fault, detail);
}

static const struct session_hooks session_hooks = {
	.capable = on_capable, .mode = on_mode, .transport = on_transport, .now_90khz = on_now,
	.play = on_play, .idr = on_idr, .connector = on_connector, .repaired = on_repaired,
	.note = on_note, .over = on_over,
};

/* --- The link -------------------------------------------------------------------- */

static void on_accepted(void *user, GSocket *socket)
{
	struct cast *cast = user;
	char *address = address_for_url(cast->local);
	const struct session_config config = {
		.limits = cast->options->limits, .sounds = sound_codecs(), .address = address,
		.name = cast->sink_name, .quirks = cast->options->quirks,
	};

	stop_timer(&cast->patience);
	tell(cast->tell, "connected", "The sink has connected.", NULL);
	cast->session = session_new(socket, &config, &session_hooks, cast);
	g_free(address);
	if (cast->ending)
		session_end(cast->session);
}

static void on_turned_away(void *user, const char *address)
{
	struct cast *cast = user;
	char *text = g_strdup_printf("%s was turned away", address);

	tell_note(cast->tell, text);
	g_free(text);
}

static const struct listen_hooks listen_hooks = {
	.accepted = on_accepted, .turned_away = on_turned_away,
};

static void on_mice_sent(void *user)
{
	struct cast *cast = user;

	tell_note(cast->tell, "the sink has been asked to connect, by MICE");
}

/*
 * Sinks that connect by themselves do not listen; others close after the message, or have
 * another service at that port.
 */
static void on_mice_failed(void *user, enum fault fault)
{
	struct cast *cast = user;

	if (cast->session)
		return;
	if (fault == FAULT_SECURED)
		return finish(cast, fault, "MICE");
	if (fault == FAULT_UNREACHABLE)
		tell_note(cast->tell, "nothing answers at the port of MICE: "
				      "the sink has to connect by itself");
	else if (fault == FAULT_MALFORMED)
		tell_note(cast->tell, "the answer at the port of MICE is not MICE: "
				      "the sink has to connect by itself");
	else
		tell_note(cast->tell, "the sink has closed the connection of MICE");
}

static const struct mice_hooks mice_hooks = { .sent = on_mice_sent, .failed = on_mice_failed };

static gboolean on_no_sink(gpointer user)
{
	struct cast *cast = user;

	cast->patience = 0;
	finish(cast, FAULT_NOT_CONNECTED, "");
	return G_SOURCE_REMOVE;
}

static void start_link(struct cast *cast, uint16_t mice_port)
{
	const struct cast_options *options = cast->options;
	const struct quirk_sink sink = { .name = cast->sink_name };
	struct quirk_set quirks;
	enum fault fault;

	quirks_find(options->quirks, &sink, &quirks, NULL, NULL);
	cast->port = options->port ? options->port : (uint16_t)quirks.rtsp_port;
	cast->listener = listen_new(cast->local, cast->port, cast->peer, &listen_hooks, cast,
				    &fault);
	if (!cast->listener)
		return finish(cast, fault, "");
	event_waiting(cast->tell, cast->peer_text, cast->local_text, cast->port);
	cast->patience = g_timeout_add_seconds(options->wait_s, on_no_sink, cast);
	if (!options->direct)
		cast->mice = mice_new(cast->peer, mice_port, options->name,
				      listen_port(cast->listener), &mice_hooks, cast);
}

static void on_found(void *user, const struct browse_sink *sink)
{
	struct cast *cast = user;

	cast->sink_name = g_strdup(sink->name);
	cast->peer = g_object_ref(sink->address);
	cast->peer_text = address_text(cast->peer);
	cast->local = listen_route(cast->peer);
	if (!cast->local)
		return finish(cast, FAULT_UNREACHABLE, "");
	cast->local_text = address_text(cast->local);
	cast->sound = sound_new(sink->name ? sink->name : cast->peer_text, cast->options->silent);
	if (sound_is_silent(cast->sound) && !cast->options->silent)
		tell_note(cast->tell, sound_can_record() ?
			  "no sound server: the sink gets silence" :
			  "GStreamer's element pulsesrc is not installed: the sink gets silence");
	cast->stream = stream_new(&stream_hooks, cast, cast->sound);
	if (cast->options->timings)
		stream_watch_times(cast->stream);
	start_link(cast, cast->options->mice_port ? cast->options->mice_port : sink->port);
}

static void on_not_found(void *user, enum fault fault)
{
	finish(user, fault, "");
}

static void on_another(void *user, const struct browse_sink *sink)
{
	struct cast *cast = user;
	char *address = address_text(sink->address);

	event_same_name(cast->tell, address, cast->peer_text);
	g_free(address);
}

static const struct find_hooks find_hooks = {
	.found = on_found, .another = on_another, .failed = on_not_found,
};

/* --- Life ------------------------------------------------------------------------ */

static void on_loaded(void *user)
{
	struct cast *cast = user;

	if (!cast->over)
		cast->finder = find_new(cast->options->sink, &find_hooks, cast);
}

/* A second signal does not wait for the sink. */
static void on_signal(void *user)
{
	struct cast *cast = user;

	if (cast->ending)
		finish(cast, FAULT_NONE, "");
	else
		end(cast, FAULT_NONE, "");
}

/* Nobody controls the cast any more. */
static void on_reader_gone(void *user)
{
	end(user, FAULT_NONE, "");
}

static void say_what_was_sent(struct cast *cast)
{
	GstStructure *stats = cast->stream ? stream_stats(cast->stream) : NULL;

	event_stats(cast->tell, stats);
	g_clear_pointer(&stats, gst_structure_free);
}

/* What is wrong with this machine. Return: for g_free(), or NULL: nothing that is known. */
static char *advice(const struct cast *cast)
{
	char *help = NULL;

	if (cast->fault == FAULT_NOT_CONNECTED)
		firewall_verdict(cast->local, cast->peer, cast->port, &help);
	else if (cast->fault == FAULT_NO_SUCH_SINK)
		help = firewall_announcements();
	return help;
}

static void say_it_is_over(const struct cast *cast)
{
	char *help = advice(cast);

	event_over(cast->tell, cast->fault, cast->detail,
		   cast->peer_text ? cast->peer_text : cast->options->sink, cast->port, help);
	g_free(help);
}

static void take_apart(struct cast *cast)
{
	stop_timer(&cast->patience);
	stop_timer(&cast->darkness);
	find_free(cast->finder);
	session_free(cast->session);
	mice_free(cast->mice);
	listen_free(cast->listener);
	say_what_was_sent(cast);
	stream_free(cast->stream);
	if (cast->screen)
		cast->options->screen->close(cast->screen);
	sound_free(cast->sound);
	g_clear_object(&cast->peer);
	g_clear_object(&cast->local);
	g_free(cast->peer_text);
	g_free(cast->local_text);
	g_free(cast->sink_name);
}

enum fault cast_run(const struct cast_options *options)
{
	struct cast cast = { .options = options, .tell = &options->tell };

	cast.loop = g_main_loop_new(NULL, FALSE);
	cast.signals = signals_new(on_signal, &cast);
	tell_watch(cast.tell, on_reader_gone, &cast);
	cast.screen = options->screen->open(options->screen_options, &screen_hooks, &cast,
					    &cast.fault);
	if (cast.screen) {
		cast.preload = preload_new(options->screen->elements, on_loaded, &cast);
		g_main_loop_run(cast.loop);
	}
	/* take_apart() may wait for other programs: from here on a signal ends the process. */
	signals_free(cast.signals);
	tell_watch(cast.tell, NULL, NULL);
	say_it_is_over(&cast);
	take_apart(&cast);
	if (!preload_free(cast.preload)) {	/* exit() would unload what it loads */
		tell_flush(cast.tell, TELL_END_MS);
		_exit(cast.fault == FAULT_NONE ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	g_main_loop_unref(cast.loop);
	g_free(cast.detail);
	g_free(cast.blocked);
	return cast.fault;
}
