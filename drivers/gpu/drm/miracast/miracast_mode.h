/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modes, as owners see them.
 */
#ifndef _MIRACAST_MODE_H_
#define _MIRACAST_MODE_H_

#include <linux/types.h>

struct drm_connector;
struct drm_device;
struct drm_display_mode;
struct drm_miracast_mode;

/* D3DKMDT_VIDEO_SIGNAL_INFO.VSyncFreqDivider has 6 bits. */
#define MIRACAST_MAX_VSYNC_DIVIDER	63

/* Limits of any mode. Lowest rate: WDDM 1.3 asks 23.9 Hz of Miracast targets. */
#define MIRACAST_MIN_REFRESH_MHZ	23900
#define MIRACAST_MAX_REFRESH_MHZ	240000
#define MIRACAST_MAX_WIDTH		4096
#define MIRACAST_MAX_HEIGHT		4096

/* The mode that every sink shows (Wi-Fi Display: CEA bit 0, 640x480p60). */
#define MIRACAST_BASE_WIDTH		640
#define MIRACAST_BASE_HEIGHT		480
#define MIRACAST_BASE_REFRESH_MHZ	60000

/**
 * struct miracast_limits - The largest and fastest mode of a context
 * @width: widest mode
 * @height: highest mode
 * @refresh_mhz: fastest mode, mHz
 * @macroblock_rate: most macroblocks per second of a mode, 0: no limit of its own
 */
struct miracast_limits {
	u32 width;
	u32 height;
	u32 refresh_mhz;
	u64 macroblock_rate;
};

/**
 * struct miracast_mode - A mode as owners see it
 * @width: width of the picture
 * @height: height of the picture
 * @refresh_mhz: refresh rate, mHz
 */
struct miracast_mode {
	u32 width;
	u32 height;
	u32 refresh_mhz;
};

bool miracast_mode_request_valid(const struct drm_miracast_mode *mode);
void miracast_mode_from_drm(struct miracast_mode *mode,
			    const struct drm_display_mode *drm_mode);
bool miracast_mode_within(const struct miracast_mode *mode,
			  const struct miracast_limits *limits);
bool miracast_mode_is_base(const struct miracast_mode *mode);
bool miracast_mode_matches(const struct miracast_mode *mode,
			   const struct miracast_mode *offered);
void miracast_mode_set_refresh(struct drm_display_mode *mode, u32 refresh_mhz);
struct drm_display_mode *
miracast_mode_make(struct drm_device *drm, const struct drm_miracast_mode *mode,
		   u32 vsync_divider);
void miracast_mode_add_base(struct drm_connector *connector);

#endif
