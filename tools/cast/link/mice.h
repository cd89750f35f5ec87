/* SPDX-License-Identifier: MIT */
/*
 * Miracast over infrastructure ([MS-MICE]) as its source: informs a sink by TCP that its
 * RTSP connection is awaited, and, at the end, that the session is over.
 */
#ifndef CAST_MICE_H
#define CAST_MICE_H

#include <gio/gio.h>
#include <stdint.h>

#include "policy/fault.h"
#include "wfd/mice.h"

struct mice;

/**
 * struct mice_hooks - What it calls, from the main loop, not from inside of mice_new().
 */
struct mice_hooks {
	/** @sent: The sink has been sent SOURCE_READY. */
	void (*sent)(void *user);
	/**
	 * @failed: SOURCE_READY cannot be sent, or the sink has closed. FAULT_UNREACHABLE:
	 * nothing listens there; sinks that connect by themselves do not.
	 */
	void (*failed)(void *user, enum fault fault);
};

/**
 * mice_new() - Connect to a sink and send it SOURCE_READY.
 * @peer: address of the sink
 * @port: its port, MC_MICE_PORT
 * @name: of this source, for a person
 * @rtsp_port: where the source listens
 * @hooks: stays valid
 * @user: for @hooks
 *
 * Return: a connection.
 */
struct mice *mice_new(GInetSocketAddress *peer, uint16_t port, const char *name, uint16_t rtsp_port,
		      const struct mice_hooks *hooks, void *user);

/**
 * mice_free() - Close; a sink that was sent SOURCE_READY is sent STOP_PROJECTION first.
 * @mice: the connection, or NULL
 */
void mice_free(struct mice *mice);

#endif
