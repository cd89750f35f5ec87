/* SPDX-License-Identifier: MIT */
/*
 * The argument of CreateContext, and what has been granted of it.
 */
#ifndef MC_BROKER_LIMITS_H
#define MC_BROKER_LIMITS_H

#include <miracast_drm.h>
#include <systemd/sd-bus.h>

/** LIMITS_SHARES - One user's share of the device is one of these. */
#define LIMITS_SHARES	2

/** limits_read() - Read them. Return: 0 or -errno, @error set. */
int limits_read(sd_bus_message *call, struct drm_miracast_create_context *want,
		sd_bus_error *error);

/** limits_append() - Append those of a context, by the same names, to a{sv}. */
int limits_append(sd_bus_message *message, const struct drm_miracast_context_info *info);

/**
 * limits_check() - Hold them against a user's share of the device
 * @want: the limits
 * @caps: the device
 * @kept: what the user's ended contexts still have of its picture memory, bytes
 * @error: what is wrong
 *
 * Return: 0 or -errno, @error set.
 */
int limits_check(const struct drm_miracast_create_context *want,
		 const struct drm_miracast_query_caps *caps, uint64_t kept, sd_bus_error *error);

#endif
