// SPDX-License-Identifier: MIT
#include "monitor.h"

#include <errno.h>
#include <string.h>

#include "edid_modes.h"
#include "mode.h"
#include "reserved.h"

/* Every television has this mode, even if its EDID does not list it. */
#define EDID_WIDTH	1920
#define EDID_HEIGHT	1080

/*
 * Wi-Fi Display's tables of modes end at 60 Hz. That of 800x600, 60.317 Hz, is one of
 * them.
 */
#define WFD_REFRESH_MHZ	61000

static const struct {
	uint32_t type;
	const char *name;
} type_names[] = {
	{ DRM_MIRACAST_MONITOR_TYPE_VGA, "vga" },
	{ DRM_MIRACAST_MONITOR_TYPE_SVIDEO, "svideo" },
	{ DRM_MIRACAST_MONITOR_TYPE_COMPOSITE, "composite" },
	{ DRM_MIRACAST_MONITOR_TYPE_COMPONENT, "component" },
	{ DRM_MIRACAST_MONITOR_TYPE_DVI, "dvi" },
	{ DRM_MIRACAST_MONITOR_TYPE_HDMI, "hdmi" },
	{ DRM_MIRACAST_MONITOR_TYPE_MIRACAST, "miracast" },
	{ DRM_MIRACAST_MONITOR_TYPE_JAPANESE_D, "japanese-d" },
	{ DRM_MIRACAST_MONITOR_TYPE_SDI, "sdi" },
	{ DRM_MIRACAST_MONITOR_TYPE_DISPLAYPORT, "displayport" },
	{ DRM_MIRACAST_MONITOR_TYPE_UDI, "udi" },
	{ DRM_MIRACAST_MONITOR_TYPE_OTHER, "other" },
};

#define TYPE_COUNT	(sizeof(type_names) / sizeof(type_names[0]))

int mc_monitor_arrive(const struct mc_context *context,
		      const struct mc_monitor *monitor)
{
	struct drm_miracast_monitor_arrive in = {
		.flags = monitor->all_modes ? DRM_MIRACAST_ARRIVE_FLAG_UNION : 0,
		.monitor_type = monitor->type,
		.edid = (uintptr_t)monitor->edid,
		.edid_size = (uint32_t)monitor->edid_size,
		.modes = (uintptr_t)monitor->modes,
		.mode_count = monitor->mode_count,
		.mode_stride = monitor->mode_count ?
				sizeof(monitor->modes[0]) : 0,
		.vsync_divider = monitor->divider,
	};

	if (!mc_is_zero(monitor->reserved, sizeof(monitor->reserved)) ||
	    monitor->mode_count > MC_MONITOR_MODES || monitor->edid_size > UINT32_MAX)
		return -EINVAL;
	return mc_io_control(context, DRM_MIRACAST_CODE_MONITOR_ARRIVE,
			     &in, sizeof(in), NULL, 0);
}

struct limits {
	const struct drm_miracast_query_caps *caps;
	struct drm_miracast_create_context *create;
	uint64_t rate;
	uint32_t divider;
};

static void include(struct limits *limits, uint32_t width, uint32_t height,
		    uint32_t refresh_mhz)
{
	struct drm_miracast_create_context *create = limits->create;
	uint64_t rate = mc_mode_macroblock_rate(width, height, refresh_mhz);

	if (create->max_width < width)
		create->max_width = width;
	if (create->max_height < height)
		create->max_height = height;
	if (create->max_refresh_mhz < refresh_mhz)
		create->max_refresh_mhz = refresh_mhz;
	if (limits->rate < rate)
		limits->rate = rate;
}

/* Rounded up. A divider that was left out, which the driver refuses, is 1. */
static uint32_t divided(uint32_t refresh_mhz, uint32_t divider)
{
	if (!divider)
		return refresh_mhz;
	return refresh_mhz / divider + !!(refresh_mhz % divider);
}

bool mc_monitor_device_has(const struct drm_miracast_query_caps *caps,
			   const struct drm_miracast_mode *mode, uint32_t divider)
{
	uint32_t refresh_mhz = divided(mode->refresh_mhz, divider);

	return mode->width <= caps->max_width &&
	       mode->height <= caps->max_height &&
	       refresh_mhz >= caps->min_refresh_mhz &&
	       refresh_mhz <= caps->max_refresh_mhz &&
	       mc_mode_macroblocks(mode->width, mode->height) <=
		       MC_MODE_MACROBLOCKS_MAX &&
	       mc_mode_macroblock_rate(mode->width, mode->height, refresh_mhz) <=
		       MC_MODE_MACROBLOCK_RATE_MAX;
}

static void include_carried(void *data, const struct drm_miracast_mode *mode)
{
	struct limits *limits = data;
	uint32_t refresh_mhz = divided(mode->refresh_mhz, limits->divider);

	if (refresh_mhz <= WFD_REFRESH_MHZ &&
	    mc_monitor_device_has(limits->caps, mode, limits->divider))
		include(limits, mode->width, mode->height, refresh_mhz);
}

void mc_monitor_limits(const struct mc_monitor *monitor,
		       const struct drm_miracast_query_caps *caps,
		       struct drm_miracast_create_context *create)
{
	struct limits limits = {
		.caps = caps,
		.create = create,
		.divider = monitor->divider,
	};
	uint32_t i;

	create->max_width = MC_MODE_BASE_WIDTH;
	create->max_height = MC_MODE_BASE_HEIGHT;
	create->max_refresh_mhz = MC_MODE_BASE_MHZ;
	for (i = 0; i < monitor->mode_count; i++)
		include(&limits, monitor->modes[i].width,
			monitor->modes[i].height,
			divided(monitor->modes[i].refresh_mhz,
				monitor->divider));
	if (!monitor->edid || monitor->edid_is_made)
		return;
	include(&limits, EDID_WIDTH, EDID_HEIGHT, MC_MODE_BASE_MHZ);
	if (mc_monitor_offers_edid(monitor))
		mc_edid_each_mode(monitor->edid, monitor->edid_size,
				  include_carried, &limits);
	/* The EDID may have 3840x2160 at 30 Hz only, and 60 Hz only for smaller modes. */
	create->max_macroblock_rate = limits.rate;
}

bool mc_monitor_offers_edid(const struct mc_monitor *monitor)
{
	return monitor->edid && !monitor->edid_is_made &&
	       (monitor->all_modes || !monitor->mode_count);
}

const char *mc_monitor_type_name(uint32_t type)
{
	size_t i;

	for (i = 0; i < TYPE_COUNT; i++)
		if (type_names[i].type == type)
			return type_names[i].name;
	return NULL;
}

int mc_monitor_type_parse(const char *name, uint32_t *type)
{
	size_t i;

	for (i = 0; i < TYPE_COUNT; i++) {
		if (strcmp(type_names[i].name, name))
			continue;
		*type = type_names[i].type;
		return 0;
	}
	return -EINVAL;
}
