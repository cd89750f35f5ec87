/* SPDX-License-Identifier: MIT */
/*
 * An owner of a target: creates a context, announces a monitor, and then serves events
 * until owner_stop(). The caller's functions decide what happens with pictures; all of them
 * run in the thread that called owner_run().
 */
#ifndef OWNER_H
#define OWNER_H

#include <stdbool.h>
#include <stdint.h>

#include "broker.h"
#include "context.h"
#include "device.h"
#include "events.h"
#include "exit.h"
#include "lid.h"
#include "log.h"
#include "monitor.h"

/** struct owner_options - What to announce, and where. */
struct owner_options {
	/** @device: Card node, or NULL. */
	const char *device;
	/** @connector: Name or id of the connector, or NULL for any. */
	const char *connector;
	/** @monitor: The monitor; its EDID is at @edid. */
	struct mc_monitor monitor;
	/** @edid: Room for the EDID. */
	uint8_t *edid;
	/** @name: Name of the sink for an EDID to be made, or NULL. */
	const char *name;
	/** @serial: Its serial number, or NULL. */
	const char *serial;
	/** @max: Limits of the context; width 0: from the monitor. */
	struct drm_miracast_mode max;
	/** @refuse: Sizes that are refused when they are set. */
	struct drm_miracast_mode refuse[8];
	/** @refuse_count: How many. */
	uint32_t refuse_count;
	/** @buffers: COPY buffers. */
	uint32_t buffers;
	/** @nv12: Let COPY convert to NV12, when the driver offers that. */
	bool nv12;
	/** @direct: DIRECT delivery instead of COPY. */
	bool direct;
	/** @picture_rate_hz: Highest picture rate, Hz; 0: the mode's. */
	uint32_t picture_rate_hz;
	/** @hdcp: Claim authentication when protection is wanted. */
	bool hdcp;
	/** @hdcp_type: Highest content type that the sink may show, 0 or 1. */
	uint32_t hdcp_type;
	/** @follow_master: See the screens of every DRM master. */
	bool follow_master;
	/** @broker: When to ask miracast-broker for the context. */
	enum broker_use broker;
	/** @verbose: Report every chunk. */
	bool verbose;
};

struct owner;

/** struct owner_ops - The caller's functions; each may be NULL. */
struct owner_ops {
	/**
	 * @mode_set: A mode was set. Return enum drm_miracast_completion.
	 */
	uint32_t (*mode_set)(struct owner *owner,
			     const struct drm_miracast_message_mode_set *mode);
	/** @chunk: A chunk arrived; it is released afterwards. */
	void (*chunk)(struct owner *owner, const struct mc_event *event);
	/**
	 * @released: A chunk was released; called with the result of mc_release_chunk().
	 * Unless that is 0, the pixels that were read may be torn.
	 */
	void (*released)(struct owner *owner, const struct mc_event *event,
			 int result);
	/** @buffer_gone: A buffer is not used any more. */
	void (*buffer_gone)(struct owner *owner, uint64_t buffer);
	/** @user_signal: SIGUSR1 or SIGUSR2 arrived. */
	void (*user_signal)(struct owner *owner, int number);
	/** @woken: owner_wake() was called, from any thread. */
	void (*woken)(struct owner *owner);
	/** @tick: Time passed. Return milliseconds until the next, -1 none. */
	int (*tick)(struct owner *owner);
};

/** struct owner - An owner at work. */
struct owner {
	/** @options: As given to owner_begin(). */
	const struct owner_options *options;
	/** @ops: As given to owner_run(). */
	const struct owner_ops *ops;
	/** @data: For the caller. */
	void *data;
	/** @out: Where events are reported; NULL: nowhere. */
	const struct log *out;
	/** @context: The context. */
	struct mc_context context;
	/** @broker: The broker that made it, or NULL. */
	struct broker *broker;
	/** @events: Its events. */
	struct mc_events events;
	/** @nv12: Pictures are NV12. */
	bool nv12;
	/** @connector: Name of the connector. */
	char connector[32];
	/** @lid: Held while the target is lit. */
	struct lid lid;
	/** @gamma_missing: Pictures of DIRECT are without a gamma table that is set. */
	bool gamma_missing;
	/** @session: Number of the session. */
	uint64_t session;
	/** @statistics: Last read by owner_end(). */
	struct drm_miracast_statistics statistics;
	/** @signal_fd: SIGUSR1 and SIGUSR2. */
	int signal_fd;
	/** @wake_fd: See owner_wake(). */
	int wake_fd;
	/** @stop: owner_stop() was called. */
	bool stop;
	/** @stopped: The STOPPED message came. */
	bool stopped;
	/** @status: What owner_run() returns. */
	enum exit_status status;
};

/**
 * owner_block_signals() - Let SIGUSR1 and SIGUSR2 wait until owner_run() reads them. Call it
 * before any thread is made.
 */
void owner_block_signals(void);

/**
 * owner_begin() - Make the context, and then listen to signals that ask for the end. Until
 * then they end the program.
 *
 * Reports what went wrong. owner_end() and owner_free() must follow in either case.
 */
enum exit_status owner_begin(struct owner *owner,
			     const struct owner_options *options);

/**
 * owner_announce() - Announce the monitor: the connector is connected.
 *
 * Reports what went wrong. owner_run() is to follow soon: compositors ask.
 */
enum exit_status owner_announce(struct owner *owner);

/** owner_run() - Serve events until owner_stop(), a signal or a failure. */
enum exit_status owner_run(struct owner *owner, const struct owner_ops *ops);

/** owner_stop() - Make owner_run() return @status. */
void owner_stop(struct owner *owner, enum exit_status status);

/** owner_wake() - Make owner_run() call @woken; safe in any thread. */
void owner_wake(struct owner *owner);

/** owner_end() - Read the statistics, stop the session, destroy the context. */
void owner_end(struct owner *owner);

/** owner_free() - Free the rest, once no thread calls owner_wake() any more. */
void owner_free(struct owner *owner);

#endif
