/* SPDX-License-Identifier: MIT */
/*
 * A session with one sink: the machine on a connection, what is known of the sink, and
 * the choice of a mode. All from the main loop.
 */
#ifndef CAST_SESSION_H
#define CAST_SESSION_H

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#include "policy/fault.h"
#include "policy/quirks.h"
#include "rtsp/machine.h"
#include "wfd/choose.h"

struct session;

/**
 * struct session_format - What is sent.
 */
struct session_format {
	/** @mode: Size and rate. */
	struct mc_wfd_mode mode;
	/** @profile: enum mc_wfd_profile. */
	uint32_t profile;
	/** @level_idc: Level that the mode needs, 31 for 3.1. */
	uint32_t level_idc;
	/** @sound: enum mc_wfd_sound. */
	uint32_t sound;
	/** @sound_modes: One bit of that codec. */
	uint32_t sound_modes;
	/** @may_skip: Pictures that are the same may be left out. */
	bool may_skip;
	/** @asks_idr: The sink says when it needs an IDR picture. */
	bool asks_idr;
	/** @kbps_max: Highest bit rate that the sink has named, 0: none. */
	uint32_t kbps_max;
};

/**
 * struct session_hooks - What a session calls.
 */
struct session_hooks {
	/**
	 * @capable: Modes are known; session_set_mode() is next.
	 * @choice: the best first
	 * @sink: all that it says; an EDID in it is text
	 * @quirks: what is known of it besides
	 */
	void (*capable)(void *user, const struct mc_wfd_choice *choice,
			const struct mc_wfd_params *sink, const struct quirk_set *quirks);
	/** @mode: A mode is agreed upon, or, when @taken is false, refused. */
	void (*mode)(void *user, const struct session_format *format, bool taken);
	/** @transport: See struct rtsp_hooks. */
	uint16_t (*transport)(void *user, const struct rtsp_ports *ports);
	/** @now_90khz: See struct rtsp_hooks. */
	uint64_t (*now_90khz)(void *user);
	/** @play: Send pictures, or none. */
	void (*play)(void *user, bool on);
	/** @idr: The next picture has to be an IDR picture. */
	void (*idr)(void *user);
	/** @connector: Whether the sink's own monitor is there. */
	void (*connector)(void *user, bool connected);
	/** @repaired: The sink's EDID had mistakes, which the kernel would forgive, too. */
	void (*repaired)(void *user, const char *what);
	/** @note: A diagnostic, for --verbose. */
	void (*note)(void *user, const char *text);
	/** @over: The session is over; nothing follows. */
	void (*over)(void *user, enum fault fault, const char *detail);
};

/**
 * struct session_config - What a session begins with; it is copied.
 */
struct session_config {
	/** @limits: Of the source. */
	struct mc_wfd_limits limits;
	/** @sounds: Mask of 1 << enum mc_wfd_sound that can be encoded. */
	uint32_t sounds;
	/** @address: Of the source, as a part of a URL. */
	const char *address;
	/** @name: Of the sink, if it is known. */
	const char *name;
	/** @quirks: Rules; they stay valid. */
	const struct quirks *quirks;
};

/**
 * session_new() - Begin.
 * @socket: a connection that the sink has opened
 * @config: see there
 * @hooks: stays valid
 * @user: for @hooks
 *
 * Return: a session.
 */
struct session *session_new(GSocket *socket, const struct session_config *config,
			    const struct session_hooks *hooks, void *user);

/**
 * session_set_mode() - Agree with the sink upon a mode.
 * @session: the session
 * @width: columns
 * @height: lines
 * @mhz: rate in mHz
 *
 * Return: whether the sink can be asked; then session_hooks.mode has its answer.
 */
bool session_set_mode(struct session *session, uint32_t width, uint32_t height, uint32_t mhz);

/**
 * session_set_power() - The monitor is on or off.
 * @session: the session
 * @on: which
 */
void session_set_power(struct session *session, bool on);

/**
 * session_end() - End it in order; session_hooks.over says when.
 * @session: the session
 */
void session_end(struct session *session);

/**
 * session_abort() - End it at once.
 * @session: the session
 * @fault: why
 * @detail: see struct rtsp_event
 */
void session_abort(struct session *session, enum fault fault, const char *detail);

/**
 * session_free() - Close the connection; not from inside of a hook.
 * @session: the session, or NULL
 */
void session_free(struct session *session);

#endif
