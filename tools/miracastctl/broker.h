/* SPDX-License-Identifier: MIT */
/*
 * Contexts from miracast-broker, for users without CAP_SYS_ADMIN.
 */
#ifndef BROKER_H
#define BROKER_H

#include <miracast_drm.h>

#include "context.h"
#include "exit.h"

/** struct broker - What a context from it lasts as long as; private. */
struct broker;

/** enum broker_use - When to ask it. */
enum broker_use {
	/** @BROKER_AUTO: When the driver permits no context, or the node may not be opened. */
	BROKER_AUTO,
	/** @BROKER_NO: Never. */
	BROKER_NO,
	/** @BROKER_YES: Always. */
	BROKER_YES,
};

/**
 * broker_create() - Ask for a context.
 * @want: its limits
 * @caps: what the device has
 * @context: filled in; without a control file
 * @broker: set to what the context lasts as long as, or NULL
 *
 * Reports what went wrong. broker_leave() must follow in either case.
 */
enum exit_status broker_create(const struct drm_miracast_create_context *want,
			       const struct drm_miracast_query_caps *caps,
			       struct mc_context *context, struct broker **broker);

/** broker_fd() - What to wait for with broker_serve(), -1 when there is nothing. */
int broker_fd(const struct broker *broker);

/** broker_serve() - Read what the broker has said, without waiting. */
void broker_serve(struct broker *broker);

/**
 * broker_reason() - Why the broker has ended the context.
 * @broker: the broker
 * @wait_ms: how long to wait for its word, which comes behind the end
 *
 * Return: a word of miracast-broker(8), or NULL when none came.
 */
const char *broker_reason(struct broker *broker, int wait_ms);

/** broker_leave() - Leave the bus; harmless when @broker is NULL. */
void broker_leave(struct broker *broker);

#endif
