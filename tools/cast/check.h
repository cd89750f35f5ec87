/* SPDX-License-Identifier: MIT */
/* Whether a cast could work, found out without one. */
#ifndef CAST_CHECK_H
#define CAST_CHECK_H

#include "cast.h"

/**
 * check_run() - Look at what a cast stands on, and say what is there.
 * @options: as of a cast; without a sink only the firewall is looked at of the network, and
 * with a test picture what a monitor needs is left out
 *
 * Return: FAULT_NONE, or the first thing that is missing.
 */
enum fault check_run(const struct cast_options *options);

#endif
