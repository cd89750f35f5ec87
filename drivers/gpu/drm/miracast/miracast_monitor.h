/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Monitors: what MONITOR_ARRIVE announces.
 */
#ifndef _MIRACAST_MONITOR_H_
#define _MIRACAST_MONITOR_H_

#include <linux/kref.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <uapi/drm/miracast_drm.h>

#include "miracast_mode.h"

struct drm_connector;
struct drm_edid;

#define MIRACAST_MAX_EDID_BLOCKS	256
#define MIRACAST_MAX_MODES		256
/* Modes that a sink may refuse one by one; with one more, it refuses all. */
#define MIRACAST_MAX_REFUSED		64

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

int miracast_monitor_add_modes(struct drm_connector *connector,
			       struct miracast_monitor *monitor);

#endif
