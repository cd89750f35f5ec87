/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The vblank clock of one target.
 */
#ifndef _MIRACAST_VBLANK_H_
#define _MIRACAST_VBLANK_H_

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>

struct drm_crtc;
struct drm_pending_vblank_event;

/**
 * struct miracast_vblank_funcs - Call-backs of the timer, in hard interrupt context
 * @flip_done: check whether the flip in flight may complete; @late: its vblank was an
 *	earlier one; false: it must wait for the next vblank
 * @tick: a vblank has come
 */
struct miracast_vblank_funcs {
	bool (*flip_done)(struct drm_crtc *crtc, bool late);
	void (*tick)(struct drm_crtc *crtc);
};

/**
 * struct miracast_vblank - Vblank by arithmetic
 * @funcs: call-backs; constant
 * @lock: guards all below except @flip; leaf, inside DRM's vblank_time_lock
 * @timer: fires at vblanks while they are waited for
 * @running: vblanks are waited for
 * @epoch: instant of the mode set; vblank @base + n is at
 *	@epoch + n * @period_ns
 * @base: count of vblanks at @epoch, so that the count never jumps
 * @period_ns: length of a frame; 0 before the first mode set; changes only while nothing is
 *	captured, so that captures read it without the lock
 * @flip: event of the flip that has not completed; guarded by event_lock
 * @flip_sequence: vblank at which @flip completes
 */
struct miracast_vblank {
	const struct miracast_vblank_funcs *funcs;
	spinlock_t lock;
	struct hrtimer timer;
	bool running;
	ktime_t epoch;
	u64 base;
	u64 period_ns;
	struct drm_pending_vblank_event *flip;
	u64 flip_sequence;
};

void miracast_vblank_init(struct miracast_vblank *vblank,
			  const struct miracast_vblank_funcs *funcs);
void miracast_vblank_on(struct drm_crtc *crtc);
void miracast_vblank_stop(struct drm_crtc *crtc);
void miracast_vblank_off(struct drm_crtc *crtc);
u64 miracast_vblank_next(struct drm_crtc *crtc, ktime_t *time);
u64 miracast_vblank_arm_flip(struct drm_crtc *crtc,
			     struct drm_pending_vblank_event *event,
			     ktime_t *time);

int miracast_vblank_enable(struct drm_crtc *crtc);
void miracast_vblank_disable(struct drm_crtc *crtc);
u32 miracast_vblank_counter(struct drm_crtc *crtc);
bool miracast_vblank_timestamp(struct drm_crtc *crtc, int *max_error,
			       ktime_t *vblank_time, bool in_vblank_irq);

#endif
