/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Capture: from the screen of a target to the stream of its owner.
 */
#ifndef _MIRACAST_CAPTURE_H_
#define _MIRACAST_CAPTURE_H_

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "miracast_blit.h"
#include "miracast_cursor.h"
#include "miracast_damage.h"
#include "miracast_gamma.h"
#include "miracast_monitor.h"
#include "miracast_refusals.h"
#include "miracast_stream.h"

struct drm_framebuffer;
struct drm_plane_state;
struct miracast_target;

/**
 * struct miracast_shown - When the picture of a commit is shown
 * @sequence: vblank
 * @time: time of that vblank
 * @paced: see struct miracast_due
 */
struct miracast_shown {
	u64 sequence;
	ktime_t time;
	bool paced;
};

/**
 * struct miracast_capture - Capture side of a target
 * @lock: guards all of this except @commits; held while pixels are read, so a commit
 *	that replaces a framebuffer waits for its last reader. Outside
 *	the target's spinlock; never held around calls into DRM's vblank code
 * @commits: commits that wait for @lock; captures that can wait give way to them
 * @active: the CRTC is on
 * @mode: its mode
 * @fb: what is scanned out, with a reference, or NULL: all is black then
 * @image: the same, as miracast_line.c reads it
 * @readable: @image is mapped, if there is anything to map
 * @cursor: the cursor
 * @gamma: a copy of the gamma table: the property's may be freed by the next commit
 * @serial: incremented before each change of the picture
 * @flips: incremented each time @fb is replaced; a struct miracast_read that has
 *	another value is stale
 * @refusals: of CPU access, by the exporter of @fb, since it was committed
 * @settled: the times below belong to the picture; false while a commit is
 *	between its adopt and its show
 * @commit_time: when it reached the hardware stage
 * @vblank_time: when it is shown
 * @vblank_sequence: vblank count at that time
 * @pending: damage that is in no chunk yet
 * @damaged: the newest commit added to @pending
 * @pending_pictures: pictures with damage since the last chunk
 * @drawn_sequence: vblank of the newest picture with damage from DIRTYFB
 * @captured_sequence: value of vblank_sequence when a picture was last captured
 * @history: damage of the newest frames, by frame number
 * @damage: of the frame being captured
 * @region: what to copy for it
 * @band: damage of a part of it; before that, for a moment, damage that is to be added
 *	to @pending
 * @scratch: room for lines of pixels
 * @work: deferred capture
 * @armed: @work will be queued at a vblank, for which a reference is held; guarded
 *	by the target's spinlock, and so is @due
 * @due: earliest time of that vblank
 */
struct miracast_capture {
	struct mutex lock;
	atomic_t commits;

	bool active;
	struct miracast_mode mode;
	struct drm_framebuffer *fb;
	struct miracast_image image;
	bool readable;
	struct miracast_cursor cursor;
	struct miracast_gamma gamma;
	u64 serial;
	u64 flips;
	struct miracast_refusals refusals;
	bool settled;
	ktime_t commit_time;
	ktime_t vblank_time;
	u64 vblank_sequence;

	struct miracast_damage pending;
	bool damaged;
	u32 pending_pictures;
	u64 drawn_sequence;
	u64 captured_sequence;
	struct miracast_damage history[MIRACAST_MAX_BUFFERS];
	struct miracast_damage damage;
	struct miracast_damage region;
	struct miracast_damage band;
	struct miracast_scratch scratch;

	struct delayed_work work;
	bool armed;
	ktime_t due;
};

int miracast_capture_init(struct miracast_target *target);
void miracast_capture_fini(struct miracast_target *target);

void miracast_capture_enable(struct miracast_target *target,
			     const struct miracast_mode *mode);
void miracast_capture_disable(struct miracast_target *target);
void miracast_capture_disarm(struct miracast_target *target);
void miracast_capture_shown(struct miracast_target *target,
			    const struct miracast_shown *shown);
bool miracast_capture_shown_promptly(struct miracast_target *target,
				     const struct miracast_shown *shown);
bool miracast_capture_is_busy(struct miracast_target *target);
void miracast_capture_cursor_now(struct miracast_target *target,
				 const struct drm_plane_state *state);
void miracast_capture_tick(struct miracast_target *target);

#endif
