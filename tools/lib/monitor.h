/* SPDX-License-Identifier: MIT */
/*
 * A monitor to announce: EDID, modes, type and divider, as one value.
 */
#ifndef MC_MONITOR_H
#define MC_MONITOR_H

#include <stddef.h>
#include <stdint.h>

#include <miracast_drm.h>

#include "context.h"

/** MC_MONITOR_MODES - Most modes in a struct mc_monitor. */
#define MC_MONITOR_MODES	64

/** struct mc_monitor - What MONITOR_ARRIVE tells. */
struct mc_monitor {
	/** @edid: The EDID or NULL; not owned. */
	const uint8_t *edid;
	/** @edid_size: Its size in bytes. */
	size_t edid_size;
	/** @modes: The explicit modes. */
	struct drm_miracast_mode modes[MC_MONITOR_MODES];
	/** @mode_count: How many of them. */
	uint32_t mode_count;
	/** @type: enum drm_miracast_monitor_type. */
	uint32_t type;
	/** @divider: vsync_divider. */
	uint32_t divider;
};

/** mc_monitor_arrive() - Announce a monitor. Return: 0 or -errno. */
int mc_monitor_arrive(const struct mc_context *context,
		      const struct mc_monitor *monitor);

/**
 * mc_monitor_limits() - The smallest context limits under which the monitor's
 * explicit modes and its EDID's preferred mode all fit.
 * @monitor: the monitor
 * @create: max_width, max_height and max_refresh_mhz are written
 */
void mc_monitor_limits(const struct mc_monitor *monitor,
		       struct drm_miracast_create_context *create);

/** mc_monitor_type_name() - Name of a monitor type, or NULL. */
const char *mc_monitor_type_name(uint32_t type);

/** mc_monitor_type_parse() - Type of a name. Return: 0 or -EINVAL. */
int mc_monitor_type_parse(const char *name, uint32_t *type);

#endif
