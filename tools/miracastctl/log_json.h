/* SPDX-License-Identifier: MIT */
/*
 * What log.h reports, as JSON: an object on a line of its own each, with "event",
 * and "time_ns" on CLOCK_MONOTONIC, which is the clock of the driver's times.
 */
#ifndef LOG_JSON_H
#define LOG_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "events.h"

struct owner;

void log_json_arrived(FILE *file, const struct owner *owner);
void log_json_mode(FILE *file, const struct drm_miracast_message_mode_set *mode,
		   uint32_t answer);
void log_json_pinned(FILE *file, uint64_t master);
void log_json_gamma(FILE *file, bool missing);
void log_json_message(FILE *file, const struct mc_event *event);
void log_json_chunk(FILE *file, const struct mc_event *event);

#endif
