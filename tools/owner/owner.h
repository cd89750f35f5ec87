/* SPDX-License-Identifier: MIT */
/*
 * A context for a program with GLib: handed over as a file, created on the device, or
 * requested from miracast-broker. These functions announce a monitor, remove it, and report
 * why the context has ended.
 *
 * For everything else use libmiracast, on owner_context(). An owner has no thread and no
 * loop of its own, and reads no events: the program reads them from the context's file.
 *
 * Functions may be called by any thread, unless their comment says otherwise.
 */
#ifndef MC_OWNER_H
#define MC_OWNER_H

#include <gio/gio.h>

#include "context.h"
#include "monitor.h"

#include "owner_error.h"

/** enum owner_broker - When to ask miracast-broker. */
enum owner_broker {
	/** @OWNER_BROKER_AUTO: When the device does not permit a context. */
	OWNER_BROKER_AUTO,
	/** @OWNER_BROKER_NEVER: Never. */
	OWNER_BROKER_NEVER,
	/** @OWNER_BROKER_ALWAYS: Without trying the device. */
	OWNER_BROKER_ALWAYS,
};

/** struct owner_options - Which context; all zero but @fd is a context for 1920x1080. */
struct owner_options {
	/**
	 * @fd: A context handed over, or -1. It stays the caller's: a duplicate is taken.
	 * While there is an owner the file is non-blocking; afterwards it is as it was
	 * before. Everything below but @monitor is ignored then.
	 */
	int fd;
	/** @device: Card node, or NULL for the first that there is. */
	const char *device;
	/** @target: Name or object id of the connector, or NULL for any. */
	const char *target;
	/** @broker: When to ask the broker, which gives COPY only, without HDCP. */
	enum owner_broker broker;
	/** @delivery: enum drm_miracast_delivery; 0: COPY. */
	guint32 delivery;
	/**
	 * @format: DRM format of COPY, XRGB8888 or NV12; 0: XRGB8888. One that the device
	 * lacks is an error.
	 */
	guint32 format;
	/** @flags: Of CREATE_CONTEXT, beside those that this library sets. */
	guint32 flags;
	/** @buffers: Buffers of COPY; 0: 3. */
	guint32 buffers;
	/**
	 * @monitor: The monitor that will be announced, from which the limits are computed,
	 * or NULL. This does not announce it.
	 */
	const struct mc_monitor *monitor;
};

/** struct owner - An owner; private. */
struct owner;

/**
 * owner_open() - Get a context.
 * @options: which
 * @cancellable: ends the wait for the broker, or NULL
 * @error: set when this fails: %OWNER_ERROR, or that the wait was cancelled
 *
 * The broker may ask other services, which may have to be started: this can take up to a
 * minute.
 *
 * A context from the broker lasts as long as the owner, which has a private connection to
 * the system bus.
 *
 * Return: the owner, or NULL.
 */
struct owner *owner_open(const struct owner_options *options, GCancellable *cancellable,
			 GError **error);

/**
 * owner_ref() - Hold an owner.
 * @owner: the owner
 *
 * Return: @owner.
 */
struct owner *owner_ref(struct owner *owner);

/**
 * owner_unref() - Drop a reference. With the last one the owner's files are closed, which
 * ends the context unless others have duplicates. Its connection to the bus is closed as
 * well, which always ends a context from the broker.
 * @owner: the owner, or NULL
 */
void owner_unref(struct owner *owner);

/**
 * owner_context() - The context, for the functions of libmiracast.
 * @owner: the owner
 *
 * Return: the context, which stays the owner's. The file is close-on-exec and does not
 * block.
 */
const struct mc_context *owner_context(const struct owner *owner);

/**
 * owner_info() - How the context was made.
 * @owner: the owner
 *
 * Return: what QUERY_CONTEXT said when it was opened.
 */
const struct drm_miracast_context_info *owner_info(const struct owner *owner);

/**
 * owner_is_of_broker() - Whether the context is from miracast-broker.
 * @owner: the owner
 *
 * Return: whether this owner got it there.
 */
gboolean owner_is_of_broker(const struct owner *owner);

/**
 * owner_arrive() - Announce a monitor: the connector becomes connected.
 * @owner: the owner
 * @monitor: the monitor
 * @error: set when this fails
 *
 * Starts a session when there is none. A monitor that was announced before is replaced.
 *
 * Return: whether it worked.
 */
gboolean owner_arrive(struct owner *owner, const struct mc_monitor *monitor, GError **error);

/**
 * owner_depart() - Remove the monitor; the session continues.
 * @owner: the owner
 * @error: set when this fails; that there is no monitor is no failure
 *
 * Return: whether it worked.
 */
gboolean owner_depart(struct owner *owner, GError **error);

/**
 * owner_stop() - End the session, and with it the monitor. Whoever reads the events gets
 * STOPPED as the last; miracastsrc then ends its stream.
 * @owner: the owner
 * @error: set when this fails; that there is no session is no failure
 *
 * Return: whether it worked.
 */
gboolean owner_stop(struct owner *owner, GError **error);

/**
 * owner_follow() - Pin the context to whoever is DRM master now.
 * @owner: the owner
 *
 * For contexts that were created on the device, which have a control file: the monitor
 * follows the DRM master, such as a compositor that was restarted. The broker does this for
 * its contexts. Call it at each G_IO_PRI of owner_follow_fd().
 */
void owner_follow(struct owner *owner);

/**
 * owner_follow_fd() - What to wait for with owner_follow().
 * @owner: the owner
 *
 * Return: the file, which stays the owner's, or -1 when there is nothing to do.
 */
int owner_follow_fd(const struct owner *owner);

/**
 * owner_ended() - Why the context has ended.
 * @owner: the owner
 *
 * The driver reports the end: poll() hangs up, read() fails with ESTALE or ENODEV. Then
 * this function returns the reason, for which it may wait for the broker, half a second at
 * most.
 *
 * Return: a new %OWNER_ERROR, such as "miracast-broker has ended the context: its session
 * is over"; NULL while it has not ended.
 */
GError *owner_ended(struct owner *owner);

/**
 * typedef owner_ended_func - A context has ended.
 * @owner: the owner
 * @why: an %OWNER_ERROR, which stays the caller's
 * @data: as given to owner_watch()
 */
typedef void (*owner_ended_func)(struct owner *owner, const GError *why, gpointer data);

/**
 * owner_watch() - Call a function when the context ends.
 * @owner: the owner
 * @func: called once, in the main context that is the caller's thread-default one now; NULL:
 *	stop watching
 * @data: for it
 *
 * To be called by one thread, the one that runs that main context. The watch holds a reference
 * to the owner, until @func has returned, or until it is stopped.
 */
void owner_watch(struct owner *owner, owner_ended_func func, gpointer data);

#endif
