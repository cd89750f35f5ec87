/* SPDX-License-Identifier: MIT */
/*
 * Contexts from miracast-broker, for users without CAP_SYS_ADMIN.
 */
#ifndef BROKER_H
#define BROKER_H

#include <miracast_drm.h>

#include "context.h"
#include "exit.h"

struct sd_bus;

/** enum broker_use - When to ask it. */
enum broker_use {
	/** @BROKER_AUTO: When the driver does not permit a context. */
	BROKER_AUTO,
	/** @BROKER_NO: Never. */
	BROKER_NO,
	/** @BROKER_YES: Always. */
	BROKER_YES,
};

/**
 * broker_create() - Ask for a context.
 * @want: its limits
 * @context: filled in; without a control file
 * @bus: set to the connection to the bus; the context lasts until it is closed
 *
 * Reports failures.
 */
enum exit_status broker_create(const struct drm_miracast_create_context *want,
			       struct mc_context *context, struct sd_bus **bus);

/** broker_leave() - Leave the bus; harmless when @bus is NULL. */
void broker_leave(struct sd_bus *bus);

#endif
