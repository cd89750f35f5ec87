/* SPDX-License-Identifier: MIT */
/*
 * The driver silently leaves out modes beyond the limits. These functions report them to
 * the user.
 */
#ifndef MODE_LIMITS_H
#define MODE_LIMITS_H

#include "exit.h"
#include "monitor.h"

/**
 * mode_limits_check() - Check that every explicit mode will be offered.
 * @monitor: the monitor
 * @want: limits of the context
 * @caps: limits of the device
 *
 * Return: EXIT_OK, or EXIT_BAD_MODE after reporting which mode and why.
 */
enum exit_status mode_limits_check(const struct mc_monitor *monitor,
				   const struct drm_miracast_create_context *want,
				   const struct drm_miracast_query_caps *caps);

/**
 * mode_limits_report() - Say which modes of the EDID the context leaves out.
 * @monitor: the monitor
 * @want: limits of the context
 * @caps: limits of the device
 */
void mode_limits_report(const struct mc_monitor *monitor,
			const struct drm_miracast_create_context *want,
			const struct drm_miracast_query_caps *caps);

#endif
