/* SPDX-License-Identifier: MIT */
/*
 * What a cast needs of this machine besides programs: the driver, the broker and who it
 * would say yes to, and a firewall that lets the sink in. Nothing is changed or started.
 * Each call waits for a bus, but not for long.
 */
#ifndef CAST_MACHINE_H
#define CAST_MACHINE_H

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#include "policy/fault.h"

/**
 * enum machine_firewall - What a firewall does with who connects to a port.
 */
enum machine_firewall {
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
 * machine_driver() - Whether the driver can be opened.
 * @card: its card node, or NULL: any
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault machine_driver(const char *card);

/**
 * machine_needs_broker() - Whether this process has not itself the right to a context.
 *
 * Return: whether.
 */
bool machine_needs_broker(void);

/**
 * machine_broker() - Whether the broker runs, or the bus would start it.
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault machine_broker(void);

/**
 * machine_session() - Whether the user is at the seat, which is what the broker asks.
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault machine_session(void);

/**
 * machine_firewall() - Whether a sink may connect.
 * @local: the address that it connects to, or NULL: not known
 * @port: TCP port
 * @zone: for g_free(), firewalld's zone of the interface that has @local, or NULL
 *
 * Looks at the ports of the zone, and at those of the services that it lets in. When there
 * are zones of sources, one of which may have the sink, nothing is known.
 *
 * Return: what is known of it.
 */
enum machine_firewall machine_firewall(GInetAddress *local, uint16_t port, char **zone);

#endif
