/* SPDX-License-Identifier: MIT */
/*
 * A monitor to announce: EDID, modes, type and divider, as one value.
 */
#ifndef MC_MONITOR_H
#define MC_MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

#include "context.h"

/** MC_MONITOR_MODES - Most modes in a struct mc_monitor. */
#define MC_MONITOR_MODES	64

/** struct mc_monitor - What MONITOR_ARRIVE announces. */
struct mc_monitor {
	/** @edid: The EDID or NULL; not owned. */
	const uint8_t *edid;
	/** @edid_size: Its size in bytes. */
	size_t edid_size;
	/** @edid_is_made: It names the sink, and its modes are those below. */
	bool edid_is_made;
	/** @modes: The explicit modes. */
	struct drm_miracast_mode modes[MC_MONITOR_MODES];
	/** @mode_count: How many of them. */
	uint32_t mode_count;
	/** @all_modes: Offer all modes of the EDID and of @modes, not only those in both. */
	bool all_modes;
	/** @type: enum drm_miracast_monitor_type. */
	uint32_t type;
	/** @divider: vsync_divider, 1 to 63; limits take 0 for 1. */
	uint32_t divider;
	/** @reserved: Zero. */
	uint64_t reserved[8];
};

/**
 * mc_monitor_arrive() - Announce a monitor.
 * @context: the context, in a session
 * @monitor: the monitor
 *
 * Return: 0 or -errno; -EINVAL also when a reserved member is not zero.
 */
int mc_monitor_arrive(const struct mc_context *context,
		      const struct mc_monitor *monitor);

/**
 * mc_monitor_limits() - Limits of a context for a monitor.
 * @monitor: the monitor
 * @caps: what the device can do
 * @create: max_width, max_height and max_refresh_mhz are written, and with an EDID
 *	max_macroblock_rate
 *
 * The smallest that all explicit modes fit, and all modes of the EDID that Wi-Fi
 * Display can carry, if they are offered. With an EDID at least 1920x1080 at 60 Hz.
 */
void mc_monitor_limits(const struct mc_monitor *monitor,
		       const struct drm_miracast_query_caps *caps,
		       struct drm_miracast_create_context *create);

/**
 * mc_monitor_offers_edid() - Whether modes are offered that only the EDID has.
 * @monitor: the monitor
 *
 * Return: whether they are.
 */
bool mc_monitor_offers_edid(const struct mc_monitor *monitor);

/**
 * mc_monitor_device_has() - Whether the device can do a mode.
 * @caps: what the device can do
 * @mode: the mode
 * @divider: of its rate; 0 is 1
 *
 * Return: whether it can, at the divided rate.
 */
bool mc_monitor_device_has(const struct drm_miracast_query_caps *caps,
			   const struct drm_miracast_mode *mode, uint32_t divider);

/**
 * mc_monitor_type_name() - Name of a monitor type.
 * @type: enum drm_miracast_monitor_type
 *
 * Return: the name, or NULL.
 */
const char *mc_monitor_type_name(uint32_t type);

/**
 * mc_monitor_type_parse() - Type of a name.
 * @name: the name
 * @type: set to enum drm_miracast_monitor_type
 *
 * Return: 0 or -EINVAL.
 */
int mc_monitor_type_parse(const char *name, uint32_t *type);

#endif
