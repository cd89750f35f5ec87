/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Targets: one CRTC with planes, encoder and connector each.
 */
#ifndef _MIRACAST_TARGET_H_
#define _MIRACAST_TARGET_H_

#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <drm/drm_connector.h>
#include <drm/drm_crtc.h>
#include <drm/drm_encoder.h>
#include <drm/drm_plane.h>

#include "miracast_capture.h"
#include "miracast_crc.h"
#include "miracast_dirty.h"
#include "miracast_hdcp.h"
#include "miracast_hotplug.h"
#include "miracast_picture.h"
#include "miracast_stage.h"
#include "miracast_vblank.h"

struct miracast_context;
struct miracast_device;
struct miracast_monitor;
struct miracast_stream;

/**
 * struct miracast_target - A target
 * @mdev: the device
 * @index: its number; constant
 * @crtc: the CRTC
 * @primary: its primary plane
 * @cursor: its cursor plane
 * @encoder: the encoder
 * @connector: the connector
 * @vblank: the vblank clock
 * @capture: the capture side
 * @crc: frame CRCs
 * @dirty: damage that clients reported for the framebuffer on the screen
 * @lock: guards what follows, the stream and the queue of its events
 * @stream: stream of the context that has the target, with a reference, or NULL
 * @context: that context, not destroyed yet, or NULL
 * @monitor: the monitor, with a reference, or NULL
 * @generation: number of the newest arrival
 * @away: the monitor is disconnected for a moment, because a mode was refused and no
 *	other was set, or to make clients see that it is a new one
 * @link_bad: the link status is BAD
 * @hidden: the device does not belong to the master that the context is pinned to
 * @lit_for: arrival that the CRTC was lit for, 0 when it must not be captured
 * @lacking: arrival whose monitor lacks the mode that is lit
 * @scanout: mode, planes, and their masters
 * @hdcp: content protection
 * @hotplug: what clients know of the connector
 * @unplugged: the device is gone
 * @wq: runs the works below and that of @hotplug, one at a time
 * @work_lock: guards @todo, @stopped, @shown_until and @capture_due, and that no work
 *	is queued after @stopped was set; leaf
 * @todo: bits of enum miracast_todo for the works
 * @stopped: no work is queued any more
 * @shown_until: end of the interval in which clients get no further uevent
 * @capture_due: latest time of the next capture attempt, in jiffies
 * @work: works that clients do not notice
 * @limited_work: works that take mode-setting locks, or send uevents
 * @refused_work: departs after a refused mode
 */
struct miracast_target {
	struct miracast_device *mdev;
	unsigned int index;

	struct drm_crtc crtc;
	struct drm_plane primary;
	struct drm_plane cursor;
	struct drm_encoder encoder;
	struct drm_connector connector;

	struct miracast_vblank vblank;
	struct miracast_capture capture;
	struct miracast_crc crc;
	struct miracast_dirty dirty;

	spinlock_t lock;
	struct miracast_stream *stream;
	struct miracast_context *context;
	struct miracast_monitor *monitor;
	u64 generation;
	bool away;
	bool link_bad;
	bool hidden;
	u64 lit_for;
	u64 lacking;
	struct miracast_scanout scanout;
	struct miracast_hdcp hdcp;
	struct miracast_hotplug hotplug;
	bool unplugged;

	struct workqueue_struct *wq;
	spinlock_t work_lock;
	unsigned long todo;
	bool stopped;
	ktime_t shown_until;
	u64 capture_due;
	struct work_struct work;
	struct delayed_work limited_work;
	struct delayed_work refused_work;
};

/**
 * struct miracast_crtc_state - State of a target's CRTC
 * @base: the DRM state
 * @generation: arrival of the monitor that the mode was checked for
 * @master_serial: DRM master (its number) that set the mode
 * @committer: DRM master that makes this commit, 0 when it is the driver's own
 * @internal: this commit is the driver's own
 * @staged: staged changes of this commit; not duplicated
 */
struct miracast_crtc_state {
	struct drm_crtc_state base;
	u64 generation;
	u64 master_serial;
	u64 committer;
	bool internal;
	struct miracast_staged staged;
};

static inline struct miracast_target *
crtc_to_miracast_target(struct drm_crtc *crtc)
{
	return container_of(crtc, struct miracast_target, crtc);
}

static inline struct miracast_target *
connector_to_miracast_target(struct drm_connector *connector)
{
	return container_of(connector, struct miracast_target, connector);
}

static inline struct miracast_crtc_state *
to_miracast_crtc_state(struct drm_crtc_state *state)
{
	return container_of(state, struct miracast_crtc_state, base);
}

struct miracast_target *miracast_target_create(struct miracast_device *mdev,
					       unsigned int index);
int miracast_target_register(struct miracast_target *target);
void miracast_target_unplug(struct miracast_target *target);

/* KMS objects, one file each. */
int miracast_planes_init(struct miracast_target *target);
int miracast_crtc_init(struct miracast_target *target);
void miracast_crtc_master_gone(struct miracast_target *target, u64 master);
int miracast_connector_init(struct miracast_target *target);

/* Worker. */
int miracast_worker_init(struct miracast_target *target);
void miracast_worker_stop(struct miracast_target *target);
void miracast_worker_fini(struct miracast_target *target);

/* Number of cursor shapes before a context: the present one is its first. */
static inline u64 miracast_target_shape_base(const struct miracast_target *target)
{
	u64 shape = READ_ONCE(target->capture.cursor.shape);

	return shape ? shape - 1 : 0;
}

#endif
