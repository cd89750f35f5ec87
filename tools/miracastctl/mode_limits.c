// SPDX-License-Identifier: MIT
#include "mode_limits.h"

#include "mode.h"
#include "report.h"

static enum exit_status check_mode(const struct drm_miracast_mode *mode,
				   uint32_t divider,
				   const struct drm_miracast_create_context *want,
				   const struct drm_miracast_query_caps *caps)
{
	uint32_t refresh_mhz = mode->refresh_mhz / divider;
	char text[MC_MODE_TEXT], limit[MC_MODE_TEXT];

	mc_mode_format(mode->width, mode->height, refresh_mhz, text);
	if (refresh_mhz < caps->min_refresh_mhz)
		return fail(EXIT_BAD_MODE, "mode %s%s is slower than %.1f Hz, the device's slowest",
			    text, divider > 1 ? " (after --divider)" : "",
			    caps->min_refresh_mhz / 1000.0);
	if (mode->width > caps->max_width || mode->height > caps->max_height ||
	    refresh_mhz > caps->max_refresh_mhz)
		return fail(EXIT_BAD_MODE, "mode %s is beyond the device's largest, %s",
			    text, mc_mode_format(caps->max_width, caps->max_height,
						 caps->max_refresh_mhz, limit));
	if (mc_mode_macroblocks(mode->width, mode->height) > MC_MODE_MACROBLOCKS_MAX ||
	    mc_mode_macroblock_rate(mode->width, mode->height, refresh_mhz) >
		    MC_MODE_MACROBLOCK_RATE_MAX)
		return fail(EXIT_BAD_MODE,
			    "mode %s is beyond %u macroblocks in a picture, or %u in a second",
			    text, MC_MODE_MACROBLOCKS_MAX,
			    MC_MODE_MACROBLOCK_RATE_MAX);
	if (mode->width > want->max_width || mode->height > want->max_height ||
	    refresh_mhz > want->max_refresh_mhz)
		return fail(EXIT_BAD_MODE, "mode %s does not fit --max %s", text,
			    mc_mode_format(want->max_width, want->max_height,
					   want->max_refresh_mhz, limit));
	return EXIT_OK;
}

enum exit_status mode_limits_check(const struct mc_monitor *monitor,
				   const struct drm_miracast_create_context *want,
				   const struct drm_miracast_query_caps *caps)
{
	enum exit_status status = EXIT_OK;
	uint32_t i;

	for (i = 0; i < monitor->mode_count && status == EXIT_OK; i++)
		status = check_mode(&monitor->modes[i], monitor->divider, want,
				    caps);
	return status;
}
