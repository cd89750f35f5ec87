/* SPDX-License-Identifier: MIT */
/* Whether a cast could work, found out without one. */
#ifndef CAST_CHECK_H
#define CAST_CHECK_H

#include "cast.h"

struct check;

/**
 * check_new() - A check; from now on GStreamer may not take for ever to begin.
 * @options: as of a cast; without a sink only the firewall is looked at of the network, and
 * with a test picture what a monitor needs is left out; stay valid
 *
 * Return: the check.
 */
struct check *check_new(const struct cast_options *options);

/**
 * check_run() - Look at what a cast stands on, and say what is there.
 * @check: the check, when GStreamer has begun
 *
 * Return: FAULT_NONE, or the first thing that is missing.
 */
enum fault check_run(struct check *check);

/**
 * check_free() - Look no longer.
 * @check: the check, or NULL
 */
void check_free(struct check *check);

#endif
