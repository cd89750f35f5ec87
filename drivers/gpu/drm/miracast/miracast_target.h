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

/**
 * DOC: Locks
 *
 * ================ ========= ======================================================
 * lock             kind      guards
 * ================ ========= ======================================================
 * class mutex      mutex     one CREATE_CONTEXT or IO_CONTROL at a time: the
 *                            synchronisation class of the Windows interface
 *                            (``class_lock``, one per device). The codes of control
 *                            files are outside
 * read lock        mutex     readers of a context, and the event on its way to user
 *                            space
 * capture lock     mutex     the picture of a target, pending damage; held while pixels
 *                            are read
 * dirty lock       mutex     damage that clients reported by DIRTYFB
 * target lock      spinlock  monitor, stream and everything in the stream, event
 *                            queue, pending CRCs, the vblank that a capture waits for
 * masters lock     spinlock  the DRM masters, and the master of each framebuffer
 * vblank lock      spinlock  epoch, period, timer
 * ``event_lock``   spinlock  DRM's; the flip in flight
 * budget lock      spinlock  free resources
 * refused lock     spinlock  refused modes of a monitor
 * work lock        spinlock  items for a target's worker, and whether it still accepts
 *                            any
 * fence lock       spinlock  callbacks of the fences of a stream's slots, together with
 *                            the slots' states
 * revoke lock      mutex     revoking exports of DIRECT, one thread at a time
 * fault lock       rwsem     of a private export: mapping a page, or revoking it
 * export lock      spinlock  memory and users of a private export
 * map lock         mutex     the first mapping of an import
 * reservation lock ww_mutex  the first mapping of an object of the driver's own
 * ================ ========= ======================================================
 *
 * Order, outer first:
 *
 * * mode-setting locks, capture lock, target lock;
 * * mode-setting locks or capture lock, dirty lock;
 * * mode-setting locks, map lock or reservation lock;
 * * class mutex, target lock;
 * * read lock, target lock;
 * * target lock, refused lock;
 * * target lock, work lock;
 * * fence lock, the locks of fences, target lock;
 * * revoke lock, fault lock, export lock;
 * * ``mmap_lock``, fault lock;
 * * DRM's ``master_mutex``, target lock, masters lock;
 * * ``event_lock``, DRM's ``vbl_lock``, ``vblank_time_lock``, vblank lock.
 *
 * Rules:
 *
 * * No mode-setting lock is ever taken under the class mutex. A blocking commit holds
 *   such locks while it waits for fences without a limit, and calls must not wait for
 *   user space. Uevents, link status and recommits need them, and are left to the
 *   target's worker.
 * * There is no drm_dev_enter() section around anything that waits. To DRM core, the
 *   sections of all DRM devices are one, so the unplug of another GPU would wait as
 *   well, perhaps for a fence that this GPU signals only once it is unplugged.
 *   Instead, unplug stops the works of all targets first (``miracast_worker_stop()``:
 *   a flag under the work lock, then each is cancelled), and a call finds
 *   ``unplugged`` under the target lock.
 * * No fence is waited for under the capture lock, and no reservation lock taken, because a
 *   flip takes it before it is armed: fences can wait for flips. CPU access to imports begins
 *   and ends without it; whether they may be read is decided under it (``read``). To owners'
 *   buffers it ends in a work, so that no commit waits for an owner either (``ending``).
 * * Under the class mutex nothing is allocated and user space is not accessed:
 *   IO_CONTROL copies, parses and allocates before it, in ``prepare``, and finishes
 *   after it.
 * * Mode sets, flips, vblanks, ``read()`` and RELEASE_CHUNK never take the class
 *   mutex.
 * * Neither the target lock nor the capture lock is held when calling into DRM's
 *   vblank or event code, except for drm_crtc_add_crc_entry() under the capture lock.
 * * CREATE_CONTEXT and IO_CONTROL wait for the class mutex interruptibly.
 *   DESTROY_CONTEXT and the last close, which cannot fail, do without: the target lock
 *   and the budget lock are enough. So do GET_STATISTICS, QUERY_CONTEXT and PIN, which
 *   need the target lock only. So they never wait for a call of another owner,
 *   who may have no processor time for as long as his control group says. Such an
 *   owner delays the other calls of the class for as long as it takes him to get the
 *   few microseconds that a call has the mutex.
 */

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
	struct delayed_work limited_work;
	struct delayed_work refused_work;
};

/**
 * struct miracast_crtc_state - State of a target's CRTC
 * @base: the DRM state
 * @generation: arrival of the monitor that the mode was checked for
 * @master_serial: DRM master (its number) that set the mode
 * @committer: DRM master that makes this commit, 0 when it is the driver's own, or
 *	DRM core's for a file that is closed
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
