// SPDX-License-Identifier: MIT
#include "errors.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "mode.h"
#include "report.h"

#define PIXEL_BYTES	4

enum exit_status fail_option(char **argv, int c)
{
	const char *last = argv[optind - 1];
	bool is_long = !strncmp(last, "--", 2);

	if (c == ':' && is_long)
		return wrong_usage(argv[0], "option %s needs an argument", last);
	if (c == ':')
		return wrong_usage(argv[0], "option -%c needs an argument", optopt);
	if (!optopt)
		return wrong_usage(argv[0], "unknown option %s, or short for several",
				   last);
	if (is_long && strchr(last, '='))
		return wrong_usage(argv[0], "option %.*s takes no argument",
				   (int)strcspn(last, "="), last);
	return wrong_usage(argv[0], "unknown option -%c", optopt);
}

enum exit_status fail_device(int error, const char *path)
{
	switch (-error) {
	case ENODEV:
		return fail(EXIT_NO_DEVICE,
			    "no miracast device: is the module loaded? modprobe miracast");
	case ENXIO:
		return fail(EXIT_NO_DEVICE, "%s is not a miracast device", path);
	case EACCES:
	case EPERM:
		return fail(EXIT_NO_PERMISSION,
			    "no permission to open %s: root may",
			    path ? path : "the miracast device");
	default:
		if (path && -error == ENOENT)
			return fail(EXIT_NO_DEVICE, "%s does not exist", path);
		return fail(EXIT_OTHER, "cannot use %s: %s",
			    path ? path : "the miracast device",
			    strerror(-error));
	}
}

/* The rate that the driver reserves; no mode needs more than the driver's maximum. */
static uint64_t macroblock_rate(const struct drm_miracast_create_context *want)
{
	uint64_t rate = mc_mode_macroblock_rate(want->max_width, want->max_height,
						want->max_refresh_mhz);

	if (want->max_macroblock_rate && want->max_macroblock_rate < rate)
		rate = want->max_macroblock_rate;
	return rate < MC_MODE_MACROBLOCK_RATE_MAX ? rate :
						    MC_MODE_MACROBLOCK_RATE_MAX;
}

static uint64_t picture_memory(const struct drm_miracast_create_context *want)
{
	return (uint64_t)want->max_width * want->max_height * PIXEL_BYTES *
	       want->buffer_count;
}

static enum exit_status
fail_busy(const struct drm_miracast_create_context *want,
	  const struct drm_miracast_query_caps *caps, const char *connector)
{
	uint64_t rate = macroblock_rate(want);
	uint64_t bytes = picture_memory(want);

	if (!caps->targets_free)
		return fail(EXIT_BUSY, "all %" PRIu32
			    " targets are held; see miracastctl list",
			    caps->targets_total);
	if (!caps->encoder_slots_free)
		return fail(EXIT_BUDGET, "budget exhausted: all %" PRIu32
			    " encoder slots are taken; see miracastctl list, and the module parameter encoder_slots",
			    caps->encoder_slots_total);
	if (bytes > caps->picture_memory_free)
		return fail(EXIT_BUDGET, "budget exhausted: %" PRIu64
			    " KiB of picture memory wanted, %" PRIu64 " of %" PRIu64
			    " KiB free; a smaller --max or fewer --buffers need less",
			    bytes / 1024, (uint64_t)caps->picture_memory_free / 1024,
			    (uint64_t)caps->picture_memory_total / 1024);
	if (rate > caps->macroblock_rate_free)
		return fail(EXIT_BUDGET, "budget exhausted: %" PRIu64
			    " macroblocks/s wanted, %" PRIu64 " of %" PRIu64
			    " free; a smaller --max needs less", rate,
			    (uint64_t)caps->macroblock_rate_free,
			    (uint64_t)caps->macroblock_rate_total);
	if (connector)
		return fail(EXIT_BUSY,
			    "%s is held by another context; see miracastctl list",
			    connector);
	return fail(EXIT_BUSY,
		    "the target or its budget was taken just now; try again");
}

/* EINVAL and EOPNOTSUPP: the device can never provide that. */
static enum exit_status
fail_never(int error, const struct drm_miracast_create_context *want,
	   const struct drm_miracast_query_caps *caps)
{
	char wanted[MC_MODE_TEXT], most[MC_MODE_TEXT];

	if (want->flags & DRM_MIRACAST_CONTEXT_FLAG_HDCP &&
	    !(caps->caps & DRM_MIRACAST_CAP_HDCP))
		return fail(EXIT_OTHER,
			    "the device offers no content protection: load the module with hdcp=1");
	mc_mode_format(want->max_width, want->max_height, want->max_refresh_mhz,
		       wanted);
	mc_mode_format(caps->max_width, caps->max_height, caps->max_refresh_mhz,
		       most);
	if (want->max_width > caps->max_width ||
	    want->max_height > caps->max_height ||
	    want->max_refresh_mhz > caps->max_refresh_mhz)
		return fail(EXIT_BAD_MODE,
			    "%s is beyond the device's largest mode, %s; a --max within that leaves larger modes out",
			    wanted, most);
	if (want->max_width < MC_MODE_BASE_WIDTH ||
	    want->max_height < MC_MODE_BASE_HEIGHT ||
	    want->max_refresh_mhz < MC_MODE_BASE_MHZ)
		return fail(EXIT_BAD_MODE,
			    "%s is less than 640x480@60, which every monitor has; use a larger --max",
			    wanted);
	if (macroblock_rate(want) > caps->macroblock_rate_total ||
	    picture_memory(want) > caps->picture_memory_total)
		return fail(EXIT_BUDGET, "%s with %" PRIu32
			    " buffers is more than the whole device has: %" PRIu64
			    " macroblocks/s and %" PRIu64
			    " KiB of picture memory; a smaller --max or fewer --buffers need less",
			    wanted, want->buffer_count,
			    (uint64_t)caps->macroblock_rate_total,
			    (uint64_t)caps->picture_memory_total / 1024);
	return fail(EXIT_OTHER, "the device refuses a context for %s with %" PRIu32
		    " buffers: %s", wanted, want->buffer_count, strerror(-error));
}

enum exit_status fail_create(int error,
			     const struct drm_miracast_create_context *want,
			     const struct drm_miracast_query_caps *caps,
			     const char *connector)
{
	switch (-error) {
	case EACCES:
	case EPERM:
		return fail(EXIT_NO_PERMISSION,
			    "no permission to create a context: it shows what is on the screen, so it needs CAP_SYS_ADMIN outside of any container; run as root");
	case EBUSY:
		return fail_busy(want, caps, connector);
	case EINVAL:
	case EOPNOTSUPP:
		return fail_never(error, want, caps);
	default:
		return fail_step(error, "create a context");
	}
}

enum exit_status fail_step(int error, const char *doing)
{
	if (error == -ENODEV)
		return fail(EXIT_GONE, "the device is gone");
	return fail(EXIT_OTHER, "cannot %s: %s", doing, strerror(-error));
}
