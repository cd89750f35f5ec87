// SPDX-License-Identifier: GPL-2.0
/*
 * Capture: when the picture of a target is captured.
 *
 * Owns: the attempts, and the vblank that the next one waits for (under the target's
 * spinlock, which the vblank timer takes); there are none while the CRTC is off. A
 * commit captures its own picture after its hardware stage; what could not be captured
 * then (the owner has all buffers, or this refresh period has had its picture) stays
 * pending as damage and is captured by the work, like the damage that clients report for
 * the framebuffer on the screen.
 */
#include <linux/lockdep.h>
#include <linux/minmax.h>

#include <drm/drm_framebuffer.h>
#include <drm/drm_vblank.h>

#include "miracast_attempt.h"
#include "miracast_capture.h"
#include "miracast_crc.h"
#include "miracast_cursor.h"
#include "miracast_damage.h"
#include "miracast_deliver.h"
#include "miracast_direct.h"
#include "miracast_dirty.h"
#include "miracast_drv.h"
#include "miracast_due.h"
#include "miracast_fb.h"
#include "miracast_picture.h"
#include "miracast_prepare.h"
#include "miracast_read.h"
#include "miracast_screen.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"
#include "miracast_vblank.h"

#define NEVER		U64_MAX

/* Have the work run at the first vblank from @due on. No lock may be held. */
static void arm_work(struct miracast_target *target, ktime_t due)
{
	struct miracast_capture *capture = &target->capture;
	unsigned long flags;
	bool had;

	if (drm_crtc_vblank_get(&target->crtc))
		return;

	spin_lock_irqsave(&target->lock, flags);
	had = capture->armed;
	capture->due = had ? min(capture->due, due) : due;
	capture->armed = true;
	spin_unlock_irqrestore(&target->lock, flags);

	if (had)
		drm_crtc_vblank_put(&target->crtc);
}

/*
 * Check whether the work is due at the time @now. If so, the caller takes over its
 * vblank reference.
 */
static bool take_armed(struct miracast_target *target, ktime_t now)
{
	struct miracast_capture *capture = &target->capture;
	unsigned long flags;
	bool take;

	spin_lock_irqsave(&target->lock, flags);
	take = capture->armed && !ktime_before(now, capture->due);
	if (take)
		capture->armed = false;
	spin_unlock_irqrestore(&target->lock, flags);

	return take;
}

/*
 * When to read again what could not be read. A writer is done at some time, perhaps by
 * the next vblank. An exporter that refuses may refuse every time.
 *
 * Returns jiffies, 0 for the next vblank, NEVER when nothing is left to be read.
 */
static u64 next_try(struct miracast_target *target,
		    enum miracast_deliver_result result)
{
	const struct miracast_capture *capture = &target->capture;
	const struct miracast_cursor *cursor = &capture->cursor;
	struct miracast_use use;
	u64 next = NEVER;

	lockdep_assert_held(&capture->lock);

	miracast_picture_get_use(target, &use);
	if (cursor->unread.fb && use.cursor_read)
		next = miracast_refusals_until(&cursor->refusals);
	if (result == MIRACAST_DELIVER_UNREADABLE)
		next = min(next, miracast_refusals_until(&capture->refusals));

	return next;
}

/*
 * Capture, and report the cursor. Called with the capture lock held and access to the
 * scanout begun; ends both.
 */
static enum miracast_deliver_result
try_and_unlock(struct miracast_target *target, struct miracast_attempt *attempt)
{
	enum miracast_deliver_result result = miracast_deliver(target, attempt);
	bool again = miracast_cursor_send(target, attempt->reason.now);
	u64 next = next_try(target, result);

	miracast_screen_unlock_and_drop(target);
	miracast_read_end(attempt->read);
	miracast_attempt_finish(attempt);
	miracast_prepare_missed(target);

	if (again || !next)
		arm_work(target, 0);
	else if (result == MIRACAST_DELIVER_TOO_EARLY)
		arm_work(target, attempt->due);
	if (next && next != NEVER)
		miracast_todo_capture_later(target, next);

	return result;
}

/*
 * Get the framebuffer whose cursor pixels can be tried again now, with a reference, or
 * NULL.
 */
static struct drm_framebuffer *get_unread(struct miracast_capture *capture)
{
	struct drm_framebuffer *fb;

	mutex_lock(&capture->lock);
	fb = capture->cursor.unread.fb;
	if (miracast_refusals_until(&capture->cursor.refusals))
		fb = NULL;
	if (fb)
		drm_framebuffer_get(fb);
	mutex_unlock(&capture->lock);

	return fb;
}

/* After each refusal, the exporter is asked later. */
static void count_refusal(struct miracast_capture *capture,
			  const struct drm_framebuffer *fb)
{
	mutex_lock(&capture->lock);
	if (capture->cursor.unread.fb == fb)
		miracast_refusals_add(&capture->cursor.refusals);
	mutex_unlock(&capture->lock);
}

/*
 * Read the pixels of a cursor that could not be read when it was committed: they
 * were being written, or the exporter refused. Does nothing while they are not needed.
 * May sleep, and wait for fences.
 */
static void read_unread(struct miracast_target *target)
{
	struct drm_framebuffer *fb;
	struct miracast_use use;
	ktime_t shown;
	u64 sequence;

	/* When they are needed later, the present state is committed once more. */
	miracast_picture_get_use(target, &use);
	if (!use.cursor_read)
		return;

	fb = get_unread(&target->capture);
	if (!fb)
		return;

	if (!miracast_fb_begin_read(fb)) {
		sequence = miracast_vblank_next(&target->crtc, &shown);
		mutex_lock(&target->capture.lock);
		miracast_screen_change_unread(target, fb, sequence, shown);
		miracast_screen_unlock_and_drop(target);
		miracast_fb_end_read(fb);
	} else if (miracast_fb_is_idle(fb)) {
		count_refusal(&target->capture, fb);
	}
	drm_framebuffer_put(fb);
}

static void capture_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(to_delayed_work(work), struct miracast_target,
			     capture.work);
	struct miracast_read read;
	struct miracast_attempt attempt = {
		.reason.paced = true,
		.yields = true,
		.read = &read,
	};
	struct miracast_due *reason = &attempt.reason;
	bool wait;

	read_unread(target);
	reason->now = miracast_vblank_next(&target->crtc, &reason->time);
	miracast_read_begin(target, reason, &read);
	/* Once more: beginning access may have taken time. */
	reason->now = miracast_vblank_next(&target->crtc, &reason->time);

	mutex_lock(&target->capture.lock);
	wait = miracast_screen_take_drawn(target, &read, reason->now,
					  reason->time);
	try_and_unlock(target, &attempt);
	if (wait)
		arm_work(target, 0);
}

/**
 * miracast_capture_tick - A vblank has come
 * @target: the target
 *
 * From the vblank timer.
 */
void miracast_capture_tick(struct miracast_target *target)
{
	if (take_armed(target, ktime_get())) {
		miracast_todo_capture(target);
		drm_crtc_vblank_put(&target->crtc);
	}
	miracast_crc_tick(target);
}

/**
 * miracast_capture_enable - The CRTC is being switched on
 * @target: the target
 * @mode: what it will show
 *
 * From the CRTC's atomic_enable; the planes follow.
 */
void miracast_capture_enable(struct miracast_target *target,
			     const struct miracast_mode *mode)
{
	struct miracast_capture *capture = &target->capture;

	mutex_lock(&capture->lock);
	capture->active = true;
	capture->settled = false;
	capture->mode = *mode;
	capture->serial++;
	/* Black, until a primary plane follows. */
	capture->image = (struct miracast_image) {};
	capture->readable = true;
	capture->drawn_sequence = 0;
	capture->captured_sequence = 0;
	capture->pending_pictures = 0;
	miracast_damage_set_full(&capture->pending, mode->width, mode->height);
	mutex_unlock(&capture->lock);
}

/**
 * miracast_capture_disable - The CRTC is being switched off
 * @target: the target
 *
 * From the CRTC's atomic_disable, before vblanks go off. Planes that are switched off
 * with the CRTC get no update of their own, so they are forgotten here. At a mode set,
 * the planes that stay on are updated again.
 */
void miracast_capture_disable(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	struct drm_framebuffer *old;
	unsigned long flags;

	miracast_screen_lock_for_commit(capture);
	miracast_crc_update(target, NULL);
	capture->active = false;
	capture->readable = false;
	capture->flips++;
	miracast_cursor_forget(&capture->cursor);
	old = capture->fb;
	capture->fb = NULL;
	miracast_picture_set_primary(target, NULL, false);
	miracast_picture_set_cursor(target, NULL);
	miracast_dirty_take(&target->dirty, NULL, NULL);
	miracast_screen_unlock_and_drop(target);
	if (old)
		drm_framebuffer_put(old);

	spin_lock_irqsave(&target->lock, flags);
	if (target->stream)
		miracast_direct_revoke(target->stream);
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_capture_disarm - No vblank is waited for any more
 * @target: the target
 *
 * From the CRTC's atomic_disable, after vblanks went off: captures can no longer get a
 * reference. One that a running capture took just before is dropped at the first vblank
 * after the CRTC is on again.
 */
void miracast_capture_disarm(struct miracast_target *target)
{
	if (take_armed(target, KTIME_MAX))
		drm_crtc_vblank_put(&target->crtc);
}

/**
 * miracast_capture_shown - Capture the picture of a commit
 * @target: the target, after miracast_screen_show()
 * @shown: filled in by that
 *
 * The next commit need not wait for this. If it is there already, it captures its own
 * picture. May sleep, and wait for fences; no spinlock may be held.
 */
void miracast_capture_shown(struct miracast_target *target,
			    const struct miracast_shown *shown)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_read read;
	struct miracast_attempt attempt = {
		.reason.now = shown->sequence,
		.reason.time = shown->time,
		.reason.paced = shown->paced,
		.read = &read,
	};

	miracast_read_begin(target, &attempt.reason, &read);
	mutex_lock(&capture->lock);
	if (capture->vblank_sequence <= shown->sequence) {
		try_and_unlock(target, &attempt);
	} else {
		mutex_unlock(&capture->lock);
		miracast_read_end(&read);
	}
}

/**
 * miracast_capture_shown_promptly - Capture the picture of a commit if that is quick
 * @target: the target, after miracast_screen_show()
 * @shown: filled in by that
 *
 * Does not wait for fences or for another capture, and does not copy much.
 *
 * Return: false when that is left to miracast_capture_shown().
 */
bool miracast_capture_shown_promptly(struct miracast_target *target,
				     const struct miracast_shown *shown)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_read read = {};
	struct miracast_attempt attempt = {
		.reason.now = shown->sequence,
		.reason.time = shown->time,
		.reason.paced = shown->paced,
		.prompt = true,
		.read = &read,
	};

	if (!mutex_trylock(&capture->lock))
		return false;
	if (capture->vblank_sequence > shown->sequence) {
		mutex_unlock(&capture->lock);
		return true;
	}

	return try_and_unlock(target, &attempt) != MIRACAST_DELIVER_LONG;
}

/**
 * miracast_capture_is_busy - Check whether a commit would have to wait
 * @target: the target
 *
 * Return: true when something is captured, or CRCs are computed for every picture.
 */
bool miracast_capture_is_busy(struct miracast_target *target)
{
	return mutex_is_locked(&target->capture.lock) ||
	       READ_ONCE(target->crc.enabled);
}

/**
 * miracast_capture_cursor_now - An asynchronous cursor update
 * @target: the target, its CRTC active
 * @state: state of the cursor plane
 *
 * Clients move the cursor more often than they commit, and from the thread that
 * handles input. So a picture that takes long is left to the work, and of fences
 * only those of the cursor are waited for. May sleep; no spinlock may be held.
 */
void miracast_capture_cursor_now(struct miracast_target *target,
				 const struct drm_plane_state *state)
{
	const struct miracast_due reason = {};
	bool readable = miracast_cursor_begin(state), is_long = false;
	struct miracast_read read = {};
	struct miracast_attempt attempt = {
		.reason.paced = true,
		.prompt = true,
		.read = &read,
	};

	/* The CRC of the picture before is computed first, if it is missing. */
	if (READ_ONCE(target->crc.enabled))
		miracast_read_begin(target, &reason, &read);
	attempt.reason.now = miracast_vblank_next(&target->crtc,
						  &attempt.reason.time);

	/* A capture does not give way here: cursor moves may come faster than it ends. */
	mutex_lock(&target->capture.lock);
	if (miracast_screen_change_cursor(target, state, readable, &read,
					  attempt.reason.now,
					  attempt.reason.time)) {
		is_long = try_and_unlock(target, &attempt) ==
			  MIRACAST_DELIVER_LONG;
	} else {
		miracast_screen_unlock_and_drop(target);
		miracast_read_end(&read);
	}
	if (readable)
		miracast_cursor_end(state);
	if (is_long)
		miracast_todo_capture(target);
}

/**
 * miracast_capture_init - Set the capture side up
 * @target: the target
 *
 * Return: 0 or -ENOMEM; the caller undoes both with miracast_capture_fini().
 */
int miracast_capture_init(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;

	mutex_init(&capture->lock);
	atomic_set(&capture->commits, 0);
	INIT_DELAYED_WORK(&capture->work, capture_work);
	miracast_dirty_init(&target->dirty);
	if (miracast_scratch_init(&capture->scratch, MIRACAST_MAX_WIDTH))
		return -ENOMEM;

	return miracast_cursor_init(&capture->cursor);
}

/**
 * miracast_capture_fini - Free what miracast_capture_init() made
 * @target: the target, its KMS objects gone
 */
void miracast_capture_fini(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;

	miracast_cursor_fini(&capture->cursor);
	miracast_scratch_fini(&capture->scratch);
	miracast_dirty_fini(&target->dirty);
	mutex_destroy(&capture->lock);
}
