/* SPDX-License-Identifier: MIT */
/*
 * Reports in one line each what happens to an owner, for people or as JSON. NULL
 * reports nothing.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "events.h"

struct owner;

/** struct log - Where, and how. */
struct log {
	/** @file: Standard error is shared with the status line. */
	FILE *file;
	/** @json: Each line is an object. */
	bool json;
};

void log_arrived(const struct log *out, const struct owner *owner);
void log_mode(const struct log *out,
	      const struct drm_miracast_message_mode_set *mode, uint32_t answer);
void log_pinned(const struct log *out, uint64_t master);
void log_gamma(const struct log *out, bool missing);
void log_message(const struct log *out, const struct mc_event *event);
void log_chunk(const struct log *out, const struct mc_event *event);

#endif
