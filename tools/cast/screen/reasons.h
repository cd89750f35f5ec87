/* SPDX-License-Identifier: MIT */
/*
 * What miracastsrc reports as reasons, in the words of a cast.
 */
#ifndef CAST_REASONS_H
#define CAST_REASONS_H

#include <gst/gst.h>
#include <stdbool.h>

#include "policy/fault.h"

/**
 * reasons_fault() - Why the element has failed.
 * @message: its error
 * @named: the user has named the device
 *
 * Return: the fault.
 */
enum fault reasons_fault(GstMessage *message, bool named);

/**
 * reasons_blocked() - Why there are no pictures, for a person.
 * @state: of the element's message miracast-picture-state
 *
 * Return: a sentence, or NULL: nothing keeps pictures away, or what does has a message of
 * its own, as the monitor's power has.
 */
const char *reasons_blocked(const char *state);

#endif
