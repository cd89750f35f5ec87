/* SPDX-License-Identifier: MIT */
/*
 * Sinks on the network that say so: services of the type _display._tcp, as the avahi
 * daemon hears of them.
 */
#ifndef CAST_BROWSE_H
#define CAST_BROWSE_H

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#include "policy/fault.h"

struct browser;

/**
 * struct browse_sink - A sink.
 */
struct browse_sink {
	/** @name: For a person: UTF-8 without control characters. */
	const char *name;
	/** @host: Which machine announces it, in its own words; NULL: not known. */
	const char *host;
	/** @address: Where it is; with its interface when it is link-local. */
	GInetSocketAddress *address;
	/** @port: Of MICE. */
	uint16_t port;
};

/**
 * struct browse_hooks - What it calls, from the main loop, not from inside of browse_new().
 */
struct browse_hooks {
	/** @listens: The daemon has answered, and says from now on what it hears. May be NULL. */
	void (*listens)(void *user);
	/** @found: A sink; the same may come more than once, and with several addresses. */
	void (*found)(void *user, const struct browse_sink *sink);
	/** @failed: There is no avahi daemon, or it does not answer, or it or the bus has ended. */
	void (*failed)(void *user);
};

/**
 * browse_plain() - A name that does no harm where it is printed.
 * @name: whatever a stranger has sent
 *
 * Return: UTF-8 without control characters, for g_free().
 */
char *browse_plain(const char *name);

/**
 * browse_new() - Look for sinks.
 * @hooks: stays valid
 * @user: for @hooks
 *
 * Return: a browser.
 */
struct browser *browse_new(const struct browse_hooks *hooks, void *user);

/**
 * browse_free() - Look no longer; not from inside of a hook.
 * @browser: the browser, or NULL
 */
void browse_free(struct browser *browser);

#endif
