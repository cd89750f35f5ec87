// SPDX-License-Identifier: GPL-2.0
/*
 * The vblank clock.
 *
 * Owns: time and count of vblanks, which are arithmetic on the instant of the
 * mode set and are right also while the timer is off; the timer, which runs only
 * while vblanks are waited for; and the event of the flip in flight, with a vblank
 * reference. Called by the CRTC and by DRM's vblank core; the CRTC sets call-backs.
 */
#include <linux/math64.h>

#include <drm/drm_crtc.h>
#include <drm/drm_device.h>
#include <drm/drm_print.h>
#include <drm/drm_vblank.h>

#include "miracast_compat.h"
#include "miracast_target.h"
#include "miracast_vblank.h"

/**
 * DOC: Vblank clock
 *
 * Vblank *n* is at *epoch* + *n* x *period*. The epoch is the instant of the mode set
 * and the period DRM's ``framedur_ns``, so counts and times hold while the timer is
 * off, which it is as soon as nothing waits for vblanks
 * (``vblank_disable_immediate``). The count goes on over mode sets.
 *
 * The timer's call-back takes DRM's ``vblank_time_lock``; so ``disable_vblank``, which
 * is called under it, only asks the timer to stop, and ``hrtimer_cancel()`` is called
 * in the CRTC's ``atomic_disable`` after drm_crtc_vblank_off(), with no lock held.
 *
 * References to vblanks are held by a flip in flight, by a capture that waits for the
 * next vblank, and by frame CRCs. Each is dropped before or in ``atomic_disable``, or
 * when CRCs are switched off.
 */

/* No mode that passed mode_valid is faster; a timer at 0 would never return. */
#define MIRACAST_MIN_PERIOD_NS	1000000

static struct miracast_vblank *crtc_to_vblank(struct drm_crtc *crtc)
{
	return &crtc_to_miracast_target(crtc)->vblank;
}

/* Vblanks from the epoch to @now. */
static u64 vblanks_until(const struct miracast_vblank *vblank, ktime_t now)
{
	if (!vblank->period_ns || ktime_before(now, vblank->epoch))
		return 0;

	return div64_u64(ktime_to_ns(ktime_sub(now, vblank->epoch)),
			 vblank->period_ns);
}

static ktime_t vblank_instant(const struct miracast_vblank *vblank, u64 n)
{
	return ktime_add_ns(vblank->epoch, n * vblank->period_ns);
}

static ktime_t next_expiry(const struct miracast_vblank *vblank)
{
	return vblank_instant(vblank, vblanks_until(vblank, ktime_get()) + 1);
}

/* Check whether the vblank of the flip in flight has come; @late: an earlier one. */
static bool flip_due(struct drm_crtc *crtc, bool *late)
{
	struct miracast_vblank *vblank = crtc_to_vblank(crtc);
	struct drm_device *drm = crtc->dev;
	u64 now = drm_crtc_vblank_count(crtc);
	unsigned long flags;
	bool due;

	spin_lock_irqsave(&drm->event_lock, flags);
	due = vblank->flip && now >= vblank->flip_sequence;
	*late = due && now > vblank->flip_sequence;
	spin_unlock_irqrestore(&drm->event_lock, flags);

	return due;
}

/* Complete the flip in flight, unless an owner holds it. */
static void complete_flip(struct drm_crtc *crtc)
{
	struct miracast_vblank *vblank = crtc_to_vblank(crtc);
	struct drm_device *drm = crtc->dev;
	struct drm_pending_vblank_event *flip;
	unsigned long flags;
	bool late;

	if (!flip_due(crtc, &late) ||
	    !vblank->funcs->flip_done(crtc, late))
		return;

	/* Vblanks may have been switched off meanwhile, with the flip. */
	spin_lock_irqsave(&drm->event_lock, flags);
	flip = vblank->flip;
	vblank->flip = NULL;
	if (flip)
		drm_crtc_send_vblank_event(crtc, flip);
	spin_unlock_irqrestore(&drm->event_lock, flags);

	if (flip)
		drm_crtc_vblank_put(crtc);
}

static enum hrtimer_restart vblank_tick(struct hrtimer *timer)
{
	struct miracast_vblank *vblank =
		container_of(timer, struct miracast_vblank, timer);
	struct miracast_target *target =
		container_of(vblank, struct miracast_target, vblank);
	enum hrtimer_restart restart = HRTIMER_NORESTART;
	unsigned long flags;

	if (!READ_ONCE(vblank->running))
		return HRTIMER_NORESTART;

	drm_crtc_handle_vblank(&target->crtc);
	complete_flip(&target->crtc);
	vblank->funcs->tick(&target->crtc);

	/* Vblanks may have been switched off and on again meanwhile. */
	spin_lock_irqsave(&vblank->lock, flags);
	if (vblank->running && !hrtimer_is_queued(timer)) {
		hrtimer_set_expires(timer, next_expiry(vblank));
		restart = HRTIMER_RESTART;
	}
	spin_unlock_irqrestore(&vblank->lock, flags);

	return restart;
}

/**
 * miracast_vblank_init - Set the clock up, stopped
 * @vblank: the clock
 * @funcs: call-backs
 */
void miracast_vblank_init(struct miracast_vblank *vblank,
			  const struct miracast_vblank_funcs *funcs)
{
	spin_lock_init(&vblank->lock);
	vblank->funcs = funcs;
	hrtimer_setup(&vblank->timer, vblank_tick, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS);
}

/**
 * miracast_vblank_on - Start the clock for a mode
 * @crtc: the CRTC, with its timestamping constants calculated
 *
 * From the CRTC's atomic_enable.
 */
void miracast_vblank_on(struct drm_crtc *crtc)
{
	struct miracast_vblank *vblank = crtc_to_vblank(crtc);
	struct drm_device *drm = crtc->dev;
	unsigned long flags;
	ktime_t now;

	spin_lock_irqsave(&vblank->lock, flags);
	now = ktime_get();
	vblank->base += vblanks_until(vblank, now);
	vblank->epoch = now;
	vblank->period_ns = max(drm->vblank[drm_crtc_index(crtc)].framedur_ns,
				MIRACAST_MIN_PERIOD_NS);
	spin_unlock_irqrestore(&vblank->lock, flags);

	drm_crtc_set_max_vblank_count(crtc, U32_MAX);
	drm_crtc_vblank_on(crtc);
}

/**
 * miracast_vblank_stop - Complete the flip in flight and stop the clock
 * @crtc: the CRTC, also one that is off
 *
 * Vblanks cannot be waited for after that. Sleeps; no spinlock may be held, because the
 * timer's call-back takes DRM's.
 */
void miracast_vblank_stop(struct drm_crtc *crtc)
{
	struct miracast_vblank *vblank = crtc_to_vblank(crtc);
	struct drm_device *drm = crtc->dev;
	bool put;

	spin_lock_irq(&drm->event_lock);
	put = vblank->flip;
	if (vblank->flip)
		drm_crtc_send_vblank_event(crtc, vblank->flip);
	vblank->flip = NULL;
	spin_unlock_irq(&drm->event_lock);

	if (put)
		drm_crtc_vblank_put(crtc);

	drm_crtc_vblank_off(crtc);
	hrtimer_cancel(&vblank->timer);
}

/**
 * miracast_vblank_off - Complete the flip in flight and stop the clock
 * @crtc: the CRTC
 *
 * From the CRTC's atomic_disable. If the commit leaves the CRTC off, its event is sent,
 * too. As miracast_vblank_stop().
 */
void miracast_vblank_off(struct drm_crtc *crtc)
{
	struct drm_device *drm = crtc->dev;

	miracast_vblank_stop(crtc);

	spin_lock_irq(&drm->event_lock);
	if (crtc->state->event && !crtc->state->active) {
		drm_crtc_send_vblank_event(crtc, crtc->state->event);
		crtc->state->event = NULL;
	}
	spin_unlock_irq(&drm->event_lock);
}

/**
 * miracast_vblank_next - The vblank at which a commit made now is scanned out
 * @crtc: the CRTC
 * @time: set to its time
 *
 * Return: its count.
 */
u64 miracast_vblank_next(struct drm_crtc *crtc, ktime_t *time)
{
	u64 count;

	drm_crtc_accurate_vblank_count(crtc);
	count = drm_crtc_vblank_count_and_time(crtc, time);
	*time = ktime_add_ns(*time, READ_ONCE(crtc_to_vblank(crtc)->period_ns));

	return count + 1;
}

/**
 * miracast_vblank_arm_flip - Complete a flip at the next vblank
 * @crtc: the CRTC, active
 * @event: the flip's event, consumed
 * @time: set to the time of that vblank
 *
 * An owner of DIRECT may delay it by one vblank. No lock of the driver may be
 * held.
 *
 * Return: count of that vblank.
 */
u64 miracast_vblank_arm_flip(struct drm_crtc *crtc,
			     struct drm_pending_vblank_event *event,
			     ktime_t *time)
{
	struct miracast_vblank *vblank = crtc_to_vblank(crtc);
	struct drm_device *drm = crtc->dev;
	bool got = !drm_crtc_vblank_get(crtc);
	bool busy;
	u64 sequence;

	spin_lock_irq(&drm->event_lock);
	sequence = miracast_vblank_next(crtc, time);
	busy = !got || drm_WARN_ON(drm, vblank->flip);
	if (busy) {
		drm_crtc_send_vblank_event(crtc, event);
	} else {
		vblank->flip = event;
		vblank->flip_sequence = sequence;
	}
	spin_unlock_irq(&drm->event_lock);

	if (busy && got)
		drm_crtc_vblank_put(crtc);

	return sequence;
}

/**
 * miracast_vblank_enable - Start the timer
 * @crtc: the CRTC
 *
 * Under DRM's vblank_time_lock.
 *
 * Return: 0.
 */
int miracast_vblank_enable(struct drm_crtc *crtc)
{
	struct miracast_vblank *vblank = crtc_to_vblank(crtc);
	unsigned long flags;

	spin_lock_irqsave(&vblank->lock, flags);
	WRITE_ONCE(vblank->running, true);
	hrtimer_start(&vblank->timer, next_expiry(vblank), HRTIMER_MODE_ABS);
	spin_unlock_irqrestore(&vblank->lock, flags);

	return 0;
}

/**
 * miracast_vblank_disable - Stop the timer
 * @crtc: the CRTC
 *
 * Under DRM's vblank_time_lock, which the timer's call-back takes as well: so
 * it is not waited for.
 */
void miracast_vblank_disable(struct drm_crtc *crtc)
{
	struct miracast_vblank *vblank = crtc_to_vblank(crtc);
	unsigned long flags;

	spin_lock_irqsave(&vblank->lock, flags);
	WRITE_ONCE(vblank->running, false);
	hrtimer_try_to_cancel(&vblank->timer);
	spin_unlock_irqrestore(&vblank->lock, flags);
}

/**
 * miracast_vblank_counter - Count of vblanks
 * @crtc: the CRTC
 *
 * Return: the count since the device was made, modulo 2^32.
 */
u32 miracast_vblank_counter(struct drm_crtc *crtc)
{
	struct miracast_vblank *vblank = crtc_to_vblank(crtc);
	unsigned long flags;
	u64 count;

	spin_lock_irqsave(&vblank->lock, flags);
	count = vblank->base + vblanks_until(vblank, ktime_get());
	spin_unlock_irqrestore(&vblank->lock, flags);

	return lower_32_bits(count);
}

/**
 * miracast_vblank_timestamp - Time of the last vblank
 * @crtc: the CRTC
 * @max_error: unused, the time is exact
 * @vblank_time: set to the time
 * @in_vblank_irq: unused
 *
 * Return: true.
 */
bool miracast_vblank_timestamp(struct drm_crtc *crtc, int *max_error,
			       ktime_t *vblank_time, bool in_vblank_irq)
{
	struct miracast_vblank *vblank = crtc_to_vblank(crtc);
	unsigned long flags;

	spin_lock_irqsave(&vblank->lock, flags);
	*vblank_time = vblank_instant(vblank,
				      vblanks_until(vblank, ktime_get()));
	spin_unlock_irqrestore(&vblank->lock, flags);

	return true;
}
