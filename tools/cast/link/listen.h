/* SPDX-License-Identifier: MIT */
/*
 * The RTSP port: one address, one peer, one connection. Any other connection is
 * closed at once, and nothing is sent to it.
 */
#ifndef CAST_LISTEN_H
#define CAST_LISTEN_H

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#include "policy/fault.h"

struct listener;

/**
 * struct listen_hooks - What a listener calls, from the main loop.
 */
struct listen_hooks {
	/** @accepted: The peer is connected; take a reference. */
	void (*accepted)(void *user, GSocket *socket);
	/** @turned_away: Somebody else was, or the peer a second time. */
	void (*turned_away)(void *user, const char *address);
};

/**
 * listen_route() - Which of this machine's addresses a peer sees.
 * @peer: its address
 *
 * Return: a reference, or NULL: there is no way to it.
 */
GInetSocketAddress *listen_route(GInetSocketAddress *peer);

/**
 * listen_new() - Listen.
 * @local: address of this machine
 * @port: port; 0: any
 * @peer: the only one that may connect
 * @hooks: stays valid
 * @user: for @hooks
 * @fault: set when this fails
 *
 * Return: a listener, or NULL.
 */
struct listener *listen_new(GInetSocketAddress *local, uint16_t port, GInetSocketAddress *peer,
			    const struct listen_hooks *hooks, void *user, enum fault *fault);

/**
 * listen_port() - Where it listens.
 * @listener: the listener
 *
 * Return: the port.
 */
uint16_t listen_port(const struct listener *listener);

/**
 * listen_free() - Listen no longer.
 * @listener: the listener, or NULL
 */
void listen_free(struct listener *listener);

#endif
