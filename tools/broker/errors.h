/* SPDX-License-Identifier: MIT */
/*
 * What a caller reads of an error.
 */
#ifndef MC_BROKER_ERRORS_H
#define MC_BROKER_ERRORS_H

#include <errno.h>
#include <systemd/sd-bus.h>

/* Numbers that stand for what only a broker has. */
#define ERRORS_NO_LOGIND	EREMOTEIO
#define ERRORS_LEAVING		EAGAIN
#define ERRORS_NO_SEAT		EUNATCH

/**
 * errors_set() - Set @error, unless it is set
 * @error: what the caller reads
 * @ret: an -errno
 *
 * Return: an -errno.
 */
int errors_set(sd_bus_error *error, int ret);

#endif
