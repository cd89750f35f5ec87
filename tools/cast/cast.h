/* SPDX-License-Identifier: MIT */
/*
 * A cast, from the name of a sink to the end of its session.
 */
#ifndef CAST_CAST_H
#define CAST_CAST_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/fault.h"
#include "policy/quirks.h"
#include "screen/screen.h"
#include "tell.h"

/**
 * struct cast_options - What the user wants.
 */
struct cast_options {
	/** @sink: Address or name. */
	const char *sink;
	/** @name: Name of this source that the sink displays. */
	const char *name;
	/** @direct: The sink connects by itself: do not ask it to by MICE. */
	bool direct;
	/** @silent: No sound server. */
	bool silent;
	/** @port: RTSP port; 0: 7236, or what is known of the sink. */
	uint16_t port;
	/** @mice_port: Port of MICE; 0: 7250, or what the sink announces. */
	uint16_t mice_port;
	/** @wait_s: How long to wait for the sink. */
	unsigned int wait_s;
	/** @kbps: Bit rate to begin with; 0: after the mode. */
	uint32_t kbps;
	/** @timings: Say the times of each picture. */
	bool timings;
	/** @limits: Of the modes. */
	struct mc_wfd_limits limits;
	/** @screen: Where pictures come from. */
	const struct screen_class *screen;
	/** @screen_options: For it, or NULL. */
	const char *screen_options;
	/** @quirks: Rules. */
	const struct quirks *quirks;
	/** @tell: How to say what happens. */
	struct tell tell;
};

/**
 * cast_run() - Cast until it is over.
 * @options: what the user wants
 *
 * Says what happens, and also why it failed.
 *
 * Return: FAULT_NONE, or why it ended.
 */
enum fault cast_run(const struct cast_options *options);

#endif
