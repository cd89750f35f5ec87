/* SPDX-License-Identifier: MIT */
/*
 * Whether a firewall of this machine lets the sink in, and what does. Nothing is changed. Each
 * call waits for a bus, but not for long.
 */
#ifndef CAST_FIREWALL_H
#define CAST_FIREWALL_H

#include <gio/gio.h>
#include <stdint.h>

/**
 * enum firewall - What a firewall does with connections to a port.
 */
enum firewall {
	/** @FIREWALL_NONE: There is none that is known here. */
	FIREWALL_NONE,
	/** @FIREWALL_OPEN: firewalld lets it through. */
	FIREWALL_OPEN,
	/** @FIREWALL_CLOSED: firewalld does not. */
	FIREWALL_CLOSED,
	/** @FIREWALLD_HIDDEN: firewalld does not say. */
	FIREWALLD_HIDDEN,
	/** @UFW_HIDDEN: ufw is on, and its rules are root's to read. */
	UFW_HIDDEN,
};

/**
 * firewall_verdict() - Whether a sink may connect.
 * @local: the address that it connects to, or NULL: not known
 * @sink: its own address, or NULL: not known
 * @port: TCP port
 * @help: for g_free(), a command that lets it in, or NULL: it is in, as far as is known
 *
 * Looks at the ports of the zone, and at those of the services that it lets in. When there
 * are zones of sources, one of which may have the sink, nothing is known.
 *
 * Return: what is known of it.
 */
enum firewall firewall_verdict(GInetSocketAddress *local, GInetSocketAddress *sink, uint16_t port,
			       char **help);

/**
 * firewall_announcements() - Whether firewalld keeps out what sinks announce.
 *
 * Return: for g_free(), a command that lets it in, or NULL: it is not known to be kept out.
 */
char *firewall_announcements(void);

#endif
