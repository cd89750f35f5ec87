/* SPDX-License-Identifier: MIT */
/*
 * A context for a program with GLib: handed over as a file, made on the device, or
 * asked for from miracast-broker. Whoever has one announces a monitor with it, takes it
 * away, and learns why the context has ended.
 *
 * All that is done with a context besides is libmiracast's: see owner_context(). An
 * owner has no thread and no loop of its own, and reads no events: that is what its file
 * is for.
 *
 * Functions may be called by any thread, unless they say otherwise; owner_unref() by the
 * last.
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
	 * While there is an owner it does not block; if it did before, it does after.
	 * Everything below but @monitor is ignored then.
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
	 * @monitor: What is going to be announced, from which the limits are taken, or
	 * NULL. Nothing is announced yet.
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
 * The broker may ask others, which may have to be started: this can take a while, a
 * minute at most.
 *
 * A context from the broker lasts as long as the owner, which has a connection to the
 * system bus of its own.
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
 * owner_unref() - Let go of an owner. With the last reference its files are closed,
 * which ends the context unless others have duplicates, and the bus is left, which ends
 * one from the broker in any case.
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
 * owner_arrive() - Announce a monitor: the connector is connected.
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
 * owner_depart() - Take the monitor away; the session goes on.
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
 * For contexts that were made on the device, which have a control file: the monitor goes
 * to every master in turn, such as a compositor that was started again. The broker does
 * it for those that it makes. Call it at each G_IO_PRI of owner_follow_fd().
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
 * The driver says that it has: poll() hangs up, read() is ESTALE or ENODEV. Then this
 * says why, and may wait for the broker's word on it, half a second at most.
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
 * owner_watch() - Be told when the context ends.
 * @owner: the owner
 * @func: called once, in the thread-default main context of the caller of this; NULL: no
 *	more
 * @data: for it
 *
 * To be called by one thread, the one that runs that main context.
 */
void owner_watch(struct owner *owner, owner_ended_func func, gpointer data);

#endif
