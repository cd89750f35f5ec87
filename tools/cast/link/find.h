/* SPDX-License-Identifier: MIT */
/*
 * A sink that the user names, by its address or by what it calls itself.
 */
#ifndef CAST_FIND_H
#define CAST_FIND_H

#include "link/browse.h"

struct finder;

/**
 * struct find_hooks - What it calls, from the main loop, not from inside of find_new().
 */
struct find_hooks {
	/** @found: The sink; its name is NULL when only its address is known. Called once. */
	void (*found)(void *user, const struct browse_sink *sink);
	/**
	 * @another: A second machine announces the same name, later than the one that was
	 * found. May be NULL.
	 */
	void (*another)(void *user, const struct browse_sink *sink);
	/** @failed: There is none. */
	void (*failed)(void *user, enum fault fault);
};

/**
 * find_new() - Look for a sink.
 * @what: address, or name, of which upper and lower case do not matter
 * @hooks: stays valid
 * @user: for @hooks
 *
 * Return: a finder.
 */
struct finder *find_new(const char *what, const struct find_hooks *hooks, void *user);

/**
 * find_free() - Look no longer; not from inside of a hook.
 * @finder: the finder, or NULL
 */
void find_free(struct finder *finder);

#endif
