/* SPDX-License-Identifier: MIT */
/*
 * A session of RTSP as its source: which message of the sink is allowed when, what
 * answers it, and what is asked next. It does no I/O and has no clock: it is handed
 * messages and times, and hands out messages and events. One table, in machinetable.c, has
 * all states and all kinds of messages.
 *
 * It begins as a session of Wi-Fi Display. A peer that begins with the OPTIONS or
 * DESCRIBE of a player is served as a player.
 *
 * Calls back from inside of the calls below; these may not be made from there, with the
 * exception of rtsp_machine_set_mode(), rtsp_machine_teardown() and rtsp_machine_end().
 */
#ifndef CAST_MACHINE_H
#define CAST_MACHINE_H

#include <gst/rtsp/rtsp.h>
#include <stdbool.h>
#include <stdint.h>

#include "policy/fault.h"
#include "wfd/params.h"

struct rtsp_machine;

/** RTSP_NEVER - No time. */
#define RTSP_NEVER	G_MAXINT64

/**
 * enum rtsp_event_type - What happens in a session.
 */
enum rtsp_event_type {
	/** @RTSP_CAPABLE: The sink has said what it can do; rtsp_machine_set_mode() is next. */
	RTSP_CAPABLE,
	/** @RTSP_PLAYER: The peer is a player, which has said nothing; likewise. */
	RTSP_PLAYER,
	/** @RTSP_MODE_TAKEN: M4 was accepted. */
	RTSP_MODE_TAKEN,
	/** @RTSP_MODE_REFUSED: M4 was refused; the mode before it, if any, stays. */
	RTSP_MODE_REFUSED,
	/** @RTSP_PLAY: Send pictures, an IDR picture first. */
	RTSP_PLAY,
	/** @RTSP_PAUSE: Send none. */
	RTSP_PAUSE,
	/** @RTSP_IDR: The next picture has to be an IDR picture. */
	RTSP_IDR,
	/** @RTSP_CONNECTOR: The sink's own monitor is there, or not. */
	RTSP_CONNECTOR,
	/** @RTSP_OVER: The session is over; nothing follows. */
	RTSP_OVER,
};

/**
 * struct rtsp_event - An event.
 */
struct rtsp_event {
	/** @type: What it is. */
	enum rtsp_event_type type;
	/** @sink: RTSP_CAPABLE: the answer to M3, which stays as it is. */
	const struct mc_wfd_params *sink;
	/** @agent: RTSP_CAPABLE: which program the sink says it is, or "". */
	const char *agent;
	/** @connected: RTSP_CONNECTOR: whether there is a monitor. */
	bool connected;
	/** @fault: RTSP_OVER: why. */
	enum fault fault;
	/** @detail: RTSP_OVER: which step, as a diagnostic, or "". */
	const char *detail;
};

/**
 * struct rtsp_ports - Where RTP goes.
 */
struct rtsp_ports {
	/** @rtp: Port of the sink. */
	uint16_t rtp;
	/** @rtcp: Its port for RTCP; 0: the next one. */
	uint16_t rtcp;
};

/**
 * struct rtsp_hooks - What a machine calls.
 */
struct rtsp_hooks {
	/** @send: Send a message; it is the machine's. */
	void (*send)(void *user, GstRTSPMessage *message);
	/** @event: Something has happened. */
	void (*event)(void *user, const struct rtsp_event *event);
	/** @transport: Open the way for RTP. Return: the source's port, 0: it fails. */
	uint16_t (*transport)(void *user, const struct rtsp_ports *ports);
	/** @now_90khz: Return: the stream's time, for a change of modes. */
	uint64_t (*now_90khz)(void *user);
};

/**
 * rtsp_machine_new() - A connection was accepted.
 * @hooks: stays valid
 * @user: for @hooks
 * @session: identifier of 8 to 10 letters and digits
 * @now: in microseconds of any clock that does not go back
 *
 * Return: a machine.
 */
struct rtsp_machine *rtsp_machine_new(const struct rtsp_hooks *hooks, void *user,
				      const char *session, int64_t now);

/**
 * rtsp_machine_free() - The end of a machine.
 * @m: the machine, or NULL
 */
void rtsp_machine_free(struct rtsp_machine *m);

/**
 * rtsp_machine_message() - A message has come.
 * @m: the machine
 * @message: the message
 * @now: time, as in rtsp_machine_new()
 */
void rtsp_machine_message(struct rtsp_machine *m, const GstRTSPMessage *message, int64_t now);

/**
 * rtsp_machine_time() - Time has passed.
 * @m: the machine
 * @now: time, as in rtsp_machine_new()
 */
void rtsp_machine_time(struct rtsp_machine *m, int64_t now);

/**
 * rtsp_machine_deadline() - When rtsp_machine_time() is next to be called.
 * @m: the machine
 *
 * Return: the time, or RTSP_NEVER.
 */
int64_t rtsp_machine_deadline(const struct rtsp_machine *m);

/**
 * rtsp_machine_set_mode() - Begin with a mode, or change it: M4.
 * @m: the machine
 * @m4: of mc_wfd_m4()
 * @now: time, as in rtsp_machine_new()
 */
void rtsp_machine_set_mode(struct rtsp_machine *m, const struct mc_wfd_params *m4, int64_t now);

/**
 * rtsp_machine_set_keep_alive() - How often M16 is sent.
 * @m: the machine
 * @seconds: the sink is given up when it has been silent for this long and two seconds
 *	more; 0: it is never asked
 */
void rtsp_machine_set_keep_alive(struct rtsp_machine *m, unsigned int seconds);

/**
 * rtsp_machine_allow_any_session() - For sinks that name another session than theirs.
 * @m: the machine
 */
void rtsp_machine_allow_any_session(struct rtsp_machine *m);

/**
 * rtsp_machine_pause() - The monitor is off: standby where the sink can, else a pause.
 * @m: the machine
 * @now: time, as in rtsp_machine_new()
 */
void rtsp_machine_pause(struct rtsp_machine *m, int64_t now);

/**
 * rtsp_machine_play() - The monitor is on again.
 * @m: the machine
 * @now: time, as in rtsp_machine_new()
 */
void rtsp_machine_play(struct rtsp_machine *m, int64_t now);

/**
 * rtsp_machine_teardown() - End the session in order; RTSP_OVER says when.
 * @m: the machine
 * @now: time, as in rtsp_machine_new()
 */
void rtsp_machine_teardown(struct rtsp_machine *m, int64_t now);

/**
 * rtsp_machine_end() - End it at once: the connection is gone, or useless.
 * @m: the machine
 * @fault: why
 * @detail: see struct rtsp_event
 */
void rtsp_machine_end(struct rtsp_machine *m, enum fault fault, const char *detail);

#endif
