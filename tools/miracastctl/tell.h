/* SPDX-License-Identifier: MIT */
/*
 * Tells in one line each what happens to an owner. A NULL file tells nothing.
 */
#ifndef TELL_H
#define TELL_H

#include <stdio.h>

#include "events.h"

struct owner;

void tell_arrived(FILE *out, const struct owner *owner);
void tell_mode(FILE *out, const struct drm_miracast_message_mode_set *mode,
	       uint32_t answer);
void tell_message(FILE *out, const struct mc_event *event);
void tell_chunk(FILE *out, const struct mc_event *event);

#endif
