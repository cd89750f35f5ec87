// SPDX-License-Identifier: MIT
#include "mode_limits.h"

#include "edid_modes.h"
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

struct left_out {
	const struct drm_miracast_create_context *want;
	const struct drm_miracast_query_caps *caps;
	uint32_t divider;
	/* The largest mode that the device offers, and the largest that it does not. */
	struct drm_miracast_mode has, lacks;
	/* Limits with which all modes that the device can do are offered. */
	struct drm_miracast_mode max;
	/* The EDID has a mode. */
	bool any;
};

static bool is_larger(const struct drm_miracast_mode *mode,
		      const struct drm_miracast_mode *than)
{
	uint64_t pixels = (uint64_t)mode->width * mode->height;
	uint64_t others = (uint64_t)than->width * than->height;

	return pixels != others ? pixels > others :
				  mode->refresh_mhz > than->refresh_mhz;
}

/* Compared as the driver does, with half a per cent of tolerance for rates. */
static bool is_within(const struct drm_miracast_mode *mode,
		      const struct drm_miracast_create_context *want)
{
	uint64_t rate = mc_mode_macroblock_rate(mode->width, mode->height,
						mode->refresh_mhz);

	return mode->width <= want->max_width &&
	       mode->height <= want->max_height &&
	       mode->refresh_mhz <= want->max_refresh_mhz +
				    want->max_refresh_mhz / 200 &&
	       (!want->max_macroblock_rate ||
		rate <= want->max_macroblock_rate +
			want->max_macroblock_rate / 200);
}

static void grow(uint32_t *limit, uint32_t value)
{
	if (*limit < value)
		*limit = value;
}

static void note_left_out(void *data, const struct drm_miracast_mode *sinks)
{
	struct left_out *out = data;
	struct drm_miracast_mode mode = *sinks;

	out->any = true;
	mode.refresh_mhz /= out->divider;
	/* With a divider, slow modes are left out on purpose. */
	if (mode.refresh_mhz < out->caps->min_refresh_mhz ||
	    is_within(&mode, out->want))
		return;
	if (!mc_monitor_device_has(out->caps, &mode, 1)) {
		if (is_larger(&mode, &out->lacks))
			out->lacks = mode;
		return;
	}
	if (is_larger(&mode, &out->has))
		out->has = mode;
	grow(&out->max.width, mode.width);
	grow(&out->max.height, mode.height);
	grow(&out->max.refresh_mhz, mode.refresh_mhz);
}

struct search {
	const struct drm_miracast_mode *mode;
	bool found;
};

/* Compared as the driver does, with half a per cent of tolerance for rates. */
static void compare(void *data, const struct drm_miracast_mode *sinks)
{
	struct search *search = data;
	const struct drm_miracast_mode *mode = search->mode;
	uint32_t off = mode->refresh_mhz > sinks->refresh_mhz ?
			       mode->refresh_mhz - sinks->refresh_mhz :
			       sinks->refresh_mhz - mode->refresh_mhz;

	if (mode->width == sinks->width && mode->height == sinks->height &&
	    off <= sinks->refresh_mhz / 200)
		search->found = true;
}

/* Every monitor has 640x480, whatever its EDID says. */
static bool edid_has(const struct mc_monitor *monitor,
		     const struct drm_miracast_mode *mode)
{
	struct search search = {
		.mode = mode,
		.found = mode->width == MC_MODE_BASE_WIDTH &&
			 mode->height == MC_MODE_BASE_HEIGHT,
	};

	mc_edid_each_mode(monitor->edid, monitor->edid_size, compare, &search);
	return search.found;
}

/* Reports the modes that the user asked for and that the EDID lacks. */
static void report_not_shared(const struct mc_monitor *monitor)
{
	char text[MC_MODE_TEXT];
	uint32_t i, shared = 0;

	for (i = 0; i < monitor->mode_count; i++)
		shared += edid_has(monitor, &monitor->modes[i]);
	if (!shared) {
		report("the EDID has none of these modes: they replace its own; --union has all");
		return;
	}
	for (i = 0; i < monitor->mode_count; i++)
		if (!edid_has(monitor, &monitor->modes[i]))
			report("mode %s is left out, because the EDID lacks it; --union brings it",
			       mc_mode_format(monitor->modes[i].width,
					      monitor->modes[i].height,
					      monitor->modes[i].refresh_mhz,
					      text));
}

void mode_limits_report(const struct mc_monitor *monitor,
			const struct drm_miracast_create_context *want,
			const struct drm_miracast_query_caps *caps)
{
	struct left_out out = {
		.want = want,
		.caps = caps,
		.divider = monitor->divider,
		.max = {
			.width = want->max_width,
			.height = want->max_height,
			.refresh_mhz = want->max_refresh_mhz,
		},
	};
	char mode[MC_MODE_TEXT], max[MC_MODE_TEXT];

	if (!monitor->edid || monitor->edid_is_made)
		return;
	if (!mc_monitor_offers_edid(monitor)) {
		report_not_shared(monitor);
		return;
	}
	mc_edid_each_mode(monitor->edid, monitor->edid_size, note_left_out, &out);
	if (!out.any)
		report("the EDID has no mode that Wi-Fi Display can carry; 640x480 remains");
	if (out.has.width)
		report("modes of the EDID up to %s are left out; --max %s brings them",
		       mc_mode_format(out.has.width, out.has.height,
				      out.has.refresh_mhz, mode),
		       mc_mode_format(out.max.width, out.max.height,
				      out.max.refresh_mhz, max));
	if (out.lacks.width)
		report("modes of the EDID up to %s are left out; they are beyond the device",
		       mc_mode_format(out.lacks.width, out.lacks.height,
				      out.lacks.refresh_mhz, mode));
}
