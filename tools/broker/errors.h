/* SPDX-License-Identifier: MIT */
/*
 * What a caller reads of an error.
 */
#ifndef MC_BROKER_ERRORS_H
#define MC_BROKER_ERRORS_H

#include <systemd/sd-bus.h>

/** errors_set() - Set @error to -@ret, unless it is set. Return: an -errno. */
int errors_set(sd_bus_error *error, int ret);

#endif
