/* SPDX-License-Identifier: MIT */
/*
 * A TCP connection that carries RTSP. What a peer can make it do is bounded: bytes of a
 * message, the time that one takes, messages a second, and bytes that the peer does not
 * read; while there are such it is not read from, either.
 */
#ifndef CAST_WIRE_H
#define CAST_WIRE_H

#include <gio/gio.h>
#include <gst/rtsp/rtsp.h>

#include "policy/fault.h"

struct wire;

/**
 * struct wire_hooks - What a connection calls, from the main loop.
 */
struct wire_hooks {
	/** @message: A message has come; the connection owns it. */
	void (*message)(void *user, const GstRTSPMessage *message);
	/** @broken: The connection does not work any more. */
	void (*broken)(void *user, enum fault fault);
};

/**
 * wire_new() - Take over a connection.
 * @socket: connected; a reference is taken
 * @hooks: stays valid
 * @user: for @hooks
 *
 * Return: a connection.
 */
struct wire *wire_new(GSocket *socket, const struct wire_hooks *hooks, void *user);

/**
 * wire_send() - Send a message, or keep it until the peer reads.
 * @wire: the connection
 * @message: the message
 */
void wire_send(struct wire *wire, GstRTSPMessage *message);

/**
 * wire_stop() - Call no hook from here on.
 * @wire: the connection
 */
void wire_stop(struct wire *wire);

/**
 * wire_free() - Close the connection; not from inside of a hook.
 * @wire: the connection, or NULL
 */
void wire_free(struct wire *wire);

#endif
