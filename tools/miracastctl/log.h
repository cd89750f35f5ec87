/* SPDX-License-Identifier: MIT */
/*
 * Reports in one line each what happens to an owner, for people or as JSON. NULL
 * reports nothing.
 */
#ifndef TELL_H
#define TELL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "events.h"

struct owner;

/** struct tell - Where, and how. */
struct tell {
	/** @file: Standard error is shared with the status line. */
	FILE *file;
	/** @json: Each line is an object. */
	bool json;
};

void tell_arrived(const struct tell *out, const struct owner *owner);
void tell_mode(const struct tell *out,
	       const struct drm_miracast_message_mode_set *mode, uint32_t answer);
void tell_pinned(const struct tell *out, uint64_t master);
void tell_gamma(const struct tell *out, bool missing);
void tell_message(const struct tell *out, const struct mc_event *event);
void tell_chunk(const struct tell *out, const struct mc_event *event);

#endif
