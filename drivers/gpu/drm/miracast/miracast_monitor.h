/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Monitors: what MONITOR_ARRIVE announces, and modes.
 */
#ifndef _MIRACAST_MONITOR_H_
#define _MIRACAST_MONITOR_H_

#include <linux/kref.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <uapi/drm/miracast_drm.h>

struct drm_connector;
struct drm_device;
struct drm_display_mode;
struct drm_edid;

#define MIRACAST_MAX_EDID_BLOCKS	256
#define MIRACAST_MAX_MODES		256
/* Modes that a sink may refuse one by one; with one more, it refuses all. */
#define MIRACAST_MAX_REFUSED		64

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
 * struct miracast_limits - What a context may be asked to show
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

/**
 * struct miracast_monitor - A monitor behind a sink
 * @ref: reference count
 * @flags: mask of enum drm_miracast_arrive_flags; constant
 * @type: enum drm_miracast_monitor_type; constant
 * @vsync_divider: refresh rate of the sink over that of the modes which have no
 *	divider of their own; constant
 * @edid: the EDID or NULL; constant
 * @edid_size: its bytes; constant
 * @mode_count: valid elements of @modes; constant
 * @refused_lock: guards what follows, up to @refused; leaf
 * @refused_all: every mode is refused, except the base mode
 * @refused_base: the base mode was refused, too, which changes no list
 * @refused_count: valid elements of @refused
 * @refused: refused modes
 * @modes: explicit modes; constant
 */
struct miracast_monitor {
	struct kref ref;
	u32 flags;
	u32 type;
	u32 vsync_divider;
	const struct drm_edid *edid;
	u32 edid_size;
	u32 mode_count;
	spinlock_t refused_lock;
	bool refused_all;
	bool refused_base;
	u32 refused_count;
	struct miracast_mode refused[MIRACAST_MAX_REFUSED];
	struct drm_miracast_mode modes[];
};

struct miracast_monitor *
miracast_monitor_create(const struct drm_miracast_monitor_arrive *args);
void miracast_monitor_get(struct miracast_monitor *monitor);
void miracast_monitor_put(struct miracast_monitor *monitor);
bool miracast_monitor_equal(const struct miracast_monitor *a,
			    const struct miracast_monitor *b);
bool miracast_monitor_refuse(struct miracast_monitor *monitor,
			     const struct miracast_mode *mode);
bool miracast_monitor_refused(struct miracast_monitor *monitor,
			      const struct miracast_mode *mode);
bool miracast_monitor_has_refused(struct miracast_monitor *monitor);

bool miracast_monitor_type_valid(u32 type);
bool miracast_edid_valid(const u8 *edid, size_t size);
bool miracast_mode_request_valid(const struct drm_miracast_mode *mode);

void miracast_mode_from_drm(struct miracast_mode *mode,
			    const struct drm_display_mode *drm_mode);
bool miracast_mode_within(const struct miracast_mode *mode,
			  const struct miracast_limits *limits);
bool miracast_mode_is_base(const struct miracast_mode *mode);
bool miracast_mode_matches(const struct miracast_mode *mode,
			   const struct miracast_mode *offered);
struct drm_display_mode *
miracast_mode_make(struct drm_device *drm, const struct drm_miracast_mode *mode,
		   u32 vsync_divider);
int miracast_monitor_add_modes(struct drm_connector *connector,
			       struct miracast_monitor *monitor);

#endif
