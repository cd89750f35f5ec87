/* SPDX-License-Identifier: MIT */
/*
 * Contexts from miracast-broker, over GDBus.
 */
#ifndef MC_OWNER_BROKER_H
#define MC_OWNER_BROKER_H

#include <gio/gio.h>

#include "miracast_drm.h"

/** struct broker - A connection to the bus; the context lasts until it is closed. Private. */
struct broker;

/**
 * broker_create() - Ask for a context.
 * @want: its limits
 * @cancellable: ends the wait, or NULL
 * @fd: set to the context, which is the caller's
 * @error: set when this fails
 *
 * Return: the connection, which keeps the context, or NULL.
 */
struct broker *broker_create(const struct drm_miracast_create_context *want,
			     GCancellable *cancellable, int *fd, GError **error);

/**
 * broker_leave() - Leave the bus, which ends the context.
 * @broker: the connection, or NULL
 */
void broker_leave(struct broker *broker);

/**
 * broker_reason() - Why the broker has ended the context.
 * @broker: the connection
 * @wait_us: how long to wait for its word
 *
 * Return: a word of miracast-broker(8), or NULL when none came.
 */
const gchar *broker_reason(struct broker *broker, gint64 wait_us);

#endif
