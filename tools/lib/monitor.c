// SPDX-License-Identifier: MIT
#include "monitor.h"

#include <errno.h>
#include <string.h>

#include "edid.h"

/* The least that CREATE_CONTEXT accepts. */
#define MIN_WIDTH	640
#define MIN_HEIGHT	480
#define MIN_REFRESH_MHZ	60000

static const struct {
	uint32_t type;
	const char *name;
} type_names[] = {
	{ DRM_MIRACAST_MONITOR_VGA, "vga" },
	{ DRM_MIRACAST_MONITOR_SVIDEO, "svideo" },
	{ DRM_MIRACAST_MONITOR_COMPOSITE, "composite" },
	{ DRM_MIRACAST_MONITOR_COMPONENT, "component" },
	{ DRM_MIRACAST_MONITOR_DVI, "dvi" },
	{ DRM_MIRACAST_MONITOR_HDMI, "hdmi" },
	{ DRM_MIRACAST_MONITOR_MIRACAST, "miracast" },
	{ DRM_MIRACAST_MONITOR_JAPANESE_D, "japanese-d" },
	{ DRM_MIRACAST_MONITOR_SDI, "sdi" },
	{ DRM_MIRACAST_MONITOR_DISPLAYPORT, "displayport" },
	{ DRM_MIRACAST_MONITOR_UDI, "udi" },
	{ DRM_MIRACAST_MONITOR_OTHER, "other" },
};

#define TYPE_COUNT	(sizeof(type_names) / sizeof(type_names[0]))

int mc_monitor_arrive(const struct mc_context *context,
		      const struct mc_monitor *monitor)
{
	struct drm_miracast_monitor_arrive in = {
		.monitor_type = monitor->type,
		.edid = (uintptr_t)monitor->edid,
		.edid_size = (uint32_t)monitor->edid_size,
		.modes = (uintptr_t)monitor->modes,
		.mode_count = monitor->mode_count,
		.vsync_divider = monitor->divider,
	};

	return mc_io_control(context, DRM_MIRACAST_MONITOR_ARRIVE,
			     &in, sizeof(in), NULL, 0);
}

static void include(struct drm_miracast_create_context *create,
		    const struct drm_miracast_mode *mode, uint32_t divider)
{
	uint32_t refresh_mhz = (mode->refresh_mhz + divider - 1) / divider;

	if (create->max_width < mode->width)
		create->max_width = mode->width;
	if (create->max_height < mode->height)
		create->max_height = mode->height;
	if (create->max_refresh_mhz < refresh_mhz)
		create->max_refresh_mhz = refresh_mhz;
}

void mc_monitor_limits(const struct mc_monitor *monitor,
		       struct drm_miracast_create_context *create)
{
	struct drm_miracast_mode preferred;
	uint32_t i;

	create->max_width = MIN_WIDTH;
	create->max_height = MIN_HEIGHT;
	create->max_refresh_mhz = MIN_REFRESH_MHZ;
	for (i = 0; i < monitor->mode_count; i++)
		include(create, &monitor->modes[i], monitor->divider);
	if (!mc_edid_preferred(monitor->edid, monitor->edid_size, &preferred))
		include(create, &preferred, monitor->divider);
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
