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
#include "miracast_hdcp.h"
#include "miracast_vblank.h"

struct miracast_device;
struct miracast_monitor;
struct miracast_stream;

/**
 * enum miracast_target_todo - What the worker has to do, as bit numbers
 * @MIRACAST_TODO_HOTPLUG: connector status or modes changed
 * @MIRACAST_TODO_LINK: link status changed
 * @MIRACAST_TODO_RECOMMIT: a monitor met a lit CRTC
 * @MIRACAST_TODO_TRIM: memory of a mode or monitor is not needed any more
 * @MIRACAST_TODO_HDCP: content protection was reached or lost
 */
enum miracast_target_todo {
	MIRACAST_TODO_HOTPLUG,
	MIRACAST_TODO_LINK,
	MIRACAST_TODO_RECOMMIT,
	MIRACAST_TODO_TRIM,
	MIRACAST_TODO_HDCP,
};

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
 * @lock: guards what follows, the stream and the queue of its events
 * @stream: stream of the context that has the target, with a reference, or NULL
 * @monitor: the monitor, with a reference, or NULL
 * @generation: number of the newest arrival
 * @away: the monitor is shown as disconnected for a moment, because a mode was
 *	refused and nobody set another
 * @link_bad: the link status is BAD
 * @lit_by: DRM master (its serial) whose commit lit the CRTC, 0 while it is off
 * @lit_for: arrival that it was lit for, 0 when it may not be captured
 * @shown_by: DRM master (its serial) whose commit first lit the CRTC for
 *	@monitor, 0 before that
 * @hdcp: content protection
 * @wq: runs @work and @refused_work, one at a time
 * @todo: bits of enum miracast_target_todo for @work
 * @work: does what needs mode-setting locks
 * @refused_work: departs and re-arrives after a refused mode
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

	spinlock_t lock;
	struct miracast_stream *stream;
	struct miracast_monitor *monitor;
	u64 generation;
	bool away;
	bool link_bad;
	u64 lit_by;
	u64 lit_for;
	u64 shown_by;
	struct miracast_hdcp hdcp;

	struct workqueue_struct *wq;
	unsigned long todo;
	struct work_struct work;
	struct delayed_work refused_work;
};

/**
 * struct miracast_crtc_state - State of a target's CRTC
 * @base: the DRM state
 * @generation: arrival of the monitor that the mode was checked for
 * @master_serial: DRM master that set the mode
 * @internal: this commit is the driver's own
 */
struct miracast_crtc_state {
	struct drm_crtc_state base;
	u64 generation;
	u64 master_serial;
	bool internal;
};

/**
 * struct miracast_use - What is done with what a target shows
 * @primary_read: the CPU reads the primary plane: COPY, or frame CRCs
 * @cursor_read: the CPU reads cursors: any context, or frame CRCs
 * @cursor_blended: the cursor is part of the picture
 * @cursor_refused: nobody would see the cursor plane: in DIRECT nothing is
 *	blended, and the owner did not ask for metadata
 */
struct miracast_use {
	bool primary_read;
	bool cursor_read;
	bool cursor_blended;
	bool cursor_refused;
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
int miracast_connector_init(struct miracast_target *target);

/* Context side; the target's lock is held. */
void miracast_target_arrive(struct miracast_target *target,
			    struct miracast_monitor **monitor);
struct miracast_monitor *miracast_target_depart(struct miracast_target *target);
void miracast_target_mode_refused(struct miracast_target *target);
void miracast_target_mode_accepted(struct miracast_target *target);

/* Worker. */
void miracast_target_queue(struct miracast_target *target, unsigned int todo);
void miracast_target_watch_refused(struct miracast_target *target);
int miracast_worker_init(struct miracast_target *target);
void miracast_worker_fini(struct miracast_target *target);
int miracast_target_recommit(struct miracast_target *target, bool modeset);

void miracast_target_lit(struct miracast_target *target,
			 const struct miracast_mode *mode, u64 master_serial,
			 u64 generation);
void miracast_target_unlit(struct miracast_target *target);
void miracast_target_master_changed(struct miracast_target *target);

/* Questions; the target's lock is taken inside. */
bool miracast_target_connected(struct miracast_target *target);
struct miracast_monitor *miracast_target_get_monitor(struct miracast_target *target);
u64 miracast_target_generation(struct miracast_target *target);
bool miracast_target_limits(struct miracast_target *target,
			    struct miracast_limits *limits);
void miracast_target_get_use(struct miracast_target *target,
			     struct miracast_use *use);
bool miracast_target_flip_done(struct miracast_target *target, bool late);

/* Shapes that the cursor had before a context: the present one is its first. */
static inline u64 miracast_target_shape_base(const struct miracast_target *target)
{
	u64 shape = READ_ONCE(target->capture.cursor.shape);

	return shape ? shape - 1 : 0;
}

/* A question under the target's lock. */
bool miracast_target_is_for_owner(const struct miracast_target *target,
				  u64 master_serial);
bool miracast_target_shows(const struct miracast_target *target);

#endif
