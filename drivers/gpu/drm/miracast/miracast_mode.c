// SPDX-License-Identifier: GPL-2.0
/*
 * Modes, as owners see them: conversion to and from KMS, and limits.
 *
 * Arithmetic, without state.
 */
#include <linux/math64.h>

#include <drm/drm_connector.h>
#include <drm/drm_edid.h>
#include <drm/drm_modes.h>

#include <uapi/drm/miracast_drm.h>

#include "miracast_budget.h"
#include "miracast_mode.h"

/* Largest value of a mode request: coordinates of the ABI have 16 bits. */
#define MIRACAST_MAX_REQUEST		16384
#define MIRACAST_MAX_REQUEST_MHZ	1000000
/* CVT timings are made for widths that are a multiple of this. */
#define MIRACAST_CVT_CELL		8

/* Number of blanking widths that are tried to get an exact rate. */
#define MIRACAST_RATE_TRIES	512

/**
 * miracast_mode_request_valid - Check one mode of MONITOR_ARRIVE
 * @mode: the mode
 *
 * Return: false for values that no mode could have.
 */
bool miracast_mode_request_valid(const struct drm_miracast_mode *mode)
{
	return !mode->pad && !mode->color.reserved &&
	       mode->width && mode->width <= MIRACAST_MAX_REQUEST &&
	       mode->height && mode->height <= MIRACAST_MAX_REQUEST &&
	       mode->refresh_mhz &&
	       mode->refresh_mhz <= MIRACAST_MAX_REQUEST_MHZ &&
	       mode->vsync_divider <= MIRACAST_MAX_VSYNC_DIVIDER &&
	       !(mode->flags & ~DRM_MIRACAST_MODE_FLAG_PREFERRED);
}

/**
 * miracast_mode_from_drm - Describe a KMS mode in the owner's terms
 * @mode: where to put it
 * @drm_mode: the KMS mode
 */
void miracast_mode_from_drm(struct miracast_mode *mode,
			    const struct drm_display_mode *drm_mode)
{
	u64 frame = (u64)drm_mode->htotal * drm_mode->vtotal;
	u64 refresh_mhz = 0;

	if (frame)
		refresh_mhz = div64_u64((u64)drm_mode->clock * 1000000 +
					frame / 2, frame);

	mode->width = drm_mode->hdisplay;
	mode->height = drm_mode->vdisplay;
	mode->refresh_mhz = min_t(u64, refresh_mhz, U32_MAX);
}

/* Standard timings differ from the nominal rate by as much: 59.94 Hz, 60.02 Hz. */
static u64 half_a_percent(u64 value)
{
	return div_u64(value, 200);
}

/**
 * miracast_mode_within - Check whether limits allow a mode
 * @mode: the mode
 * @limits: the limits, of which rates may be exceeded by half a percent
 *
 * Return: true when it fits.
 */
bool miracast_mode_within(const struct miracast_mode *mode,
			  const struct miracast_limits *limits)
{
	u64 rate = limits->macroblock_rate;

	if (mode->width > limits->width || mode->height > limits->height ||
	    mode->refresh_mhz > limits->refresh_mhz +
				half_a_percent(limits->refresh_mhz))
		return false;

	return !rate || miracast_macroblock_rate(mode->width, mode->height,
						 mode->refresh_mhz) <=
				rate + half_a_percent(rate);
}

/**
 * miracast_mode_matches - Check whether a mode is one that is offered
 * @mode: the mode
 * @offered: what is offered
 *
 * Return: true when the sizes are the same and rates differ by half a percent at
 * most.
 */
bool miracast_mode_matches(const struct miracast_mode *mode,
			   const struct miracast_mode *offered)
{
	u32 off = max(mode->refresh_mhz, offered->refresh_mhz) -
		  min(mode->refresh_mhz, offered->refresh_mhz);

	return mode->width == offered->width &&
	       mode->height == offered->height &&
	       off <= half_a_percent(offered->refresh_mhz);
}

/**
 * miracast_mode_set_refresh - Set clock and blanking of a mode for a rate
 * @mode: the mode
 * @refresh_mhz: the rate, mHz
 *
 * The clock has steps of 1 kHz, so not every number of pixels in a frame gives a
 * rate that is exact to 1 mHz.
 */
void miracast_mode_set_refresh(struct drm_display_mode *mode, u32 refresh_mhz)
{
	u16 htotal = mode->htotal;
	struct miracast_mode got;
	u64 frame;
	int i;

	for (i = 0; i < MIRACAST_RATE_TRIES; i++) {
		mode->htotal = htotal + i;
		frame = (u64)mode->htotal * mode->vtotal;
		mode->clock = div_u64(frame * refresh_mhz + 500000, 1000000);
		miracast_mode_from_drm(&got, mode);
		if (got.refresh_mhz == refresh_mhz)
			return;
	}

	mode->htotal = htotal;
	frame = (u64)htotal * mode->vtotal;
	mode->clock = div_u64(frame * refresh_mhz + 500000, 1000000);
}

/**
 * miracast_mode_make - Compute the timings of an explicit mode
 * @drm: the device
 * @mode: what the sink accepts
 * @vsync_divider: refresh rate of the sink over that of the mode
 *
 * CVT reduced blanking, with clock and blanking set for the exact rate. No sink
 * ever sees these timings; compositors compute the refresh rate from them.
 *
 * Return: the mode or NULL.
 */
struct drm_display_mode *
miracast_mode_make(struct drm_device *drm, const struct drm_miracast_mode *mode,
		   u32 vsync_divider)
{
	u32 refresh_mhz = DIV_ROUND_CLOSEST(mode->refresh_mhz, vsync_divider);
	u32 cells = round_up(mode->width, MIRACAST_CVT_CELL);
	struct drm_display_mode *made;

	made = drm_cvt_mode(drm, cells, mode->height,
			    max(DIV_ROUND_CLOSEST(refresh_mhz, 1000), 1U),
			    true, false, false);
	if (!made)
		return NULL;

	made->hdisplay = mode->width;
	miracast_mode_set_refresh(made, refresh_mhz);
	made->type = DRM_MODE_TYPE_DRIVER;
	if (mode->flags & DRM_MIRACAST_MODE_FLAG_PREFERRED)
		made->type |= DRM_MODE_TYPE_PREFERRED;
	drm_mode_set_name(made);

	return made;
}

/**
 * miracast_mode_is_base - Check whether every sink has a mode
 * @mode: the mode
 *
 * Return: true for 640x480 at 60 Hz.
 */
bool miracast_mode_is_base(const struct miracast_mode *mode)
{
	return mode->width == MIRACAST_BASE_WIDTH &&
	       mode->height == MIRACAST_BASE_HEIGHT &&
	       DIV_ROUND_CLOSEST(mode->refresh_mhz, 1000) ==
		       MIRACAST_BASE_REFRESH_MHZ / 1000;
}

/**
 * miracast_mode_add_base - Offer the mode that every sink has
 * @connector: the connector
 *
 * From get_modes().
 */
void miracast_mode_add_base(struct drm_connector *connector)
{
	struct drm_display_mode *mode;

	mode = drm_mode_find_dmt(connector->dev, MIRACAST_BASE_WIDTH,
				 MIRACAST_BASE_HEIGHT,
				 MIRACAST_BASE_REFRESH_MHZ / 1000, false);
	if (!mode)
		return;

	mode->type = DRM_MODE_TYPE_DRIVER;
	drm_mode_probed_add(connector, mode);
}
