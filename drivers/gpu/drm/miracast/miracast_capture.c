// SPDX-License-Identifier: GPL-2.0
/*
 * Capture.
 *
 * Owns: a snapshot of what the target shows (framebuffer, source offset, cursor
 * pixels, times), which changes only under the capture lock and as a whole;
 * and the damage that no chunk carries yet. A commit captures its own picture
 * in its hardware stage; what could not be captured then (the owner has all
 * buffers, or a picture went out in this refresh period already) stays as
 * damage and is captured by the work.
 */
#include <linux/slab.h>

#include <drm/drm_atomic.h>
#include <drm/drm_blend.h>
#include <drm/drm_damage_helper.h>
#include <drm/drm_drv.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_print.h>
#include <drm/drm_vblank.h>

#include "miracast_capture.h"
#include "miracast_cursor.h"
#include "miracast_deliver.h"
#include "miracast_direct.h"
#include "miracast_drv.h"
#include "miracast_gem.h"
#include "miracast_read.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_trace.h"

/* Most clips of a commit that are told apart. */
#define MAX_CLIPS_IN	(4 * DRM_MIRACAST_MAX_CLIPS)

static void add_damage(struct miracast_capture *capture,
		       const struct drm_rect *rect)
{
	miracast_damage_add_clipped(&capture->pending, rect,
				    capture->mode.width, capture->mode.height);
	capture->damaged = true;
}

/* Have the work run after the next vblank. No lock may be held. */
static void arm(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	unsigned long flags;
	bool had;

	if (drm_crtc_vblank_get(&target->crtc))
		return;

	spin_lock_irqsave(&target->lock, flags);
	had = capture->armed;
	capture->armed = true;
	spin_unlock_irqrestore(&target->lock, flags);

	if (had)
		drm_crtc_vblank_put(&target->crtc);
}

/* Tell whether the work was to run, and a vblank reference is held for it. */
static bool take_armed(struct miracast_target *target)
{
	unsigned long flags;
	bool armed;

	spin_lock_irqsave(&target->lock, flags);
	armed = target->capture.armed;
	target->capture.armed = false;
	spin_unlock_irqrestore(&target->lock, flags);

	return armed;
}

/*
 * Capture, and tell of the cursor. @now and @time: the vblank at which a commit
 * of now would be shown. The capture lock is held, and given back here, and so is
 * @read.
 */
static void run_and_unlock(struct miracast_target *target, u64 now,
			   ktime_t time, bool paced, struct miracast_read *read)
{
	struct miracast_attempt attempt = {
		.now = now,
		.time = time,
		.paced = paced,
		.read = read,
	};
	enum miracast_deliver_result result = miracast_deliver(target, &attempt);
	bool again = miracast_cursor_tell(target, now);

	mutex_unlock(&target->capture.lock);
	miracast_read_end(read);
	miracast_deliver_finish(&attempt);

	if (again || result == MIRACAST_DELIVER_TOO_EARLY ||
	    result == MIRACAST_DELIVER_UNREADABLE)
		arm(target);
}

static void capture_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(work, struct miracast_target, capture.work);
	struct miracast_read read;
	ktime_t time;
	u64 now;
	int idx;

	/* Owners may ask for captures even after the KMS objects are gone. */
	if (!drm_dev_enter(&target->mdev->drm, &idx))
		return;

	miracast_read_begin(target, &read);
	now = miracast_vblank_next(&target->crtc, &time);

	mutex_lock(&target->capture.lock);
	run_and_unlock(target, now, time, true, &read);
	drm_dev_exit(idx);
}

/**
 * miracast_capture_kick - Have a capture tried soon
 * @target: the target
 *
 * Any context.
 */
void miracast_capture_kick(struct miracast_target *target)
{
	queue_work(target->mdev->capture_wq, &target->capture.work);
}

/**
 * miracast_capture_tick - A vblank has come
 * @target: the target
 *
 * From the vblank timer.
 */
void miracast_capture_tick(struct miracast_target *target)
{
	if (take_armed(target)) {
		miracast_capture_kick(target);
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
	capture->captured_sequence = 0;
	capture->pending_pictures = 0;
	miracast_damage_set_full(&capture->pending, mode->width, mode->height);
	mutex_unlock(&capture->lock);
}

/**
 * miracast_capture_disable - The CRTC is being switched off
 * @target: the target
 *
 * From the CRTC's atomic_disable, before vblanks go off. Planes that go with
 * the CRTC get no update of their own, so they are forgotten here; a mode set
 * brings back those that stay.
 */
void miracast_capture_disable(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	struct drm_framebuffer *old;
	unsigned long flags;

	mutex_lock(&capture->lock);
	miracast_crc_update(target, NULL);
	capture->active = false;
	capture->readable = false;
	capture->flips++;
	miracast_cursor_forget(&capture->cursor);
	old = capture->fb;
	capture->fb = NULL;
	mutex_unlock(&capture->lock);
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
 * From the CRTC's atomic_disable, after vblanks went off: captures can no longer
 * get one. What a capture under way had got just before goes when they are on
 * again.
 */
void miracast_capture_disarm(struct miracast_target *target)
{
	if (take_armed(target))
		drm_crtc_vblank_put(&target->crtc);
}

/* Clips are in framebuffer coordinates, damage in those of the picture. */
static void stage_clip(struct miracast_staged *staged, struct drm_rect *clip)
{
	drm_rect_translate(clip, -(int)staged->x, -(int)staged->y);
	miracast_damage_add(&staged->damage, clip);
}

/**
 * miracast_capture_stage_primary - The primary plane of the commit
 * @target: the target
 * @old: its old state
 * @new: its new state
 * @repeated: it is shown already, so nothing of it is damage
 *
 * From the plane's atomic_update; takes effect at the CRTC's flush.
 */
void miracast_capture_stage_primary(struct miracast_target *target,
				    struct drm_plane_state *old,
				    struct drm_plane_state *new,
				    bool repeated)
{
	struct miracast_staged *staged = &target->capture.staged;
	struct drm_atomic_helper_damage_iter iter;
	struct drm_rect clip;

	staged->primary = true;
	staged->fb = new->visible ? new->fb : NULL;
	staged->x = new->src.x1 >> 16;
	staged->y = new->src.y1 >> 16;
	if (repeated)
		return;

	/* User space may pass any number of clips; merging them costs time. */
	if (drm_plane_get_damage_clips_count(new) > MAX_CLIPS_IN) {
		if (drm_atomic_helper_damage_merged(old, new, &clip))
			stage_clip(staged, &clip);
		return;
	}

	drm_atomic_helper_damage_iter_init(&iter, old, new);
	drm_atomic_for_each_plane_damage(&iter, &clip)
		stage_clip(staged, &clip);
}

/* Adopt the staged primary plane; returns the framebuffer to drop. */
static struct drm_framebuffer *adopt_primary(struct miracast_capture *capture)
{
	struct miracast_staged *staged = &capture->staged;
	struct miracast_image *image = &capture->image;
	struct drm_framebuffer *old = capture->fb;
	struct drm_framebuffer *fb = staged->fb;
	unsigned int i;

	capture->fb = fb;
	capture->flips++;
	capture->readable = false;
	if (fb) {
		drm_framebuffer_get(fb);
		image->fourcc = fb->format->format;
		image->cpp = fb->format->cpp[0];
		image->pitch = fb->pitches[0];
		image->x = staged->x;
		image->y = staged->y;
		capture->readable =
			image->x + capture->mode.width <= fb->width &&
			image->y + capture->mode.height <= fb->height &&
			miracast_framebuffer_mapping(fb, &image->map);
	}

	for (i = 0; i < staged->damage.count; i++)
		add_damage(capture, &staged->damage.rects[i]);

	staged->primary = false;
	staged->fb = NULL;
	miracast_damage_clear(&staged->damage);

	return old;
}

static void add_cursor_damage(struct miracast_capture *capture,
			      const struct miracast_cursor_image *image)
{
	struct drm_rect rect;

	if (!image->visible)
		return;

	drm_rect_init(&rect, image->x, image->y, image->width, image->height);
	add_damage(capture, &rect);
}

/* @readable: its pixels are. */
static void adopt_cursor(struct miracast_target *target,
			 const struct drm_plane_state *state, bool readable)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_cursor *cursor = &capture->cursor;
	struct miracast_cursor_image before = cursor->image;
	struct miracast_use use;

	if (!miracast_cursor_update(cursor, state, readable, &capture->scratch))
		return;

	miracast_target_get_use(target, &use);
	if (!use.cursor_blended)
		return;

	add_cursor_damage(capture, &before);
	add_cursor_damage(capture, &cursor->image);
}

/* What leaves the screen with this commit may be in the owner's hands. */
static void replace_direct(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	if (target->stream && target->stream->direct)
		miracast_direct_replace(target->stream, capture->fb,
					capture->image.x, capture->image.y);
	spin_unlock_irqrestore(&target->lock, flags);
}

/* What is shown changes: CRCs of before are due. @read: access to it, or NULL. */
static void begin_change(struct miracast_target *target,
			 const struct miracast_read *read)
{
	lockdep_assert_held(&target->capture.lock);

	miracast_crc_update(target, read);
	target->capture.serial++;
	target->capture.damaged = false;
}

/* It has changed: if that shows, there is a picture more to capture. */
static void end_change(struct miracast_target *target)
{
	unsigned long flags;

	if (!target->capture.damaged)
		return;

	target->capture.pending_pictures++;
	spin_lock_irqsave(&target->lock, flags);
	if (target->stream &&
	    target->stream->state == DRM_MIRACAST_STATE_MONITOR)
		target->stream->stats.pictures_committed++;
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_capture_stage_cursor - The cursor plane of the commit
 * @target: the target
 * @state: its new state
 *
 * From the plane's atomic_update; takes effect at the CRTC's flush.
 */
void miracast_capture_stage_cursor(struct miracast_target *target,
				   const struct drm_plane_state *state)
{
	target->capture.staged.cursor = state;
}

/* Tell whether what is shown can be read, as far as anybody wants to. */
static bool is_usable(struct miracast_target *target)
{
	struct miracast_use use;

	if (!target->capture.fb || target->capture.readable)
		return true;

	miracast_target_get_use(target, &use);

	return !use.primary_read;
}

/**
 * miracast_capture_adopt - The primary plane of the commit is shown now
 * @target: the target, its CRTC active
 *
 * From the CRTC's atomic_flush. Waits for a capture that reads what was shown
 * before, so afterwards the flip may be reported done. May sleep.
 * miracast_capture_show() must follow.
 */
void miracast_capture_adopt(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_staged *staged = &capture->staged;
	struct drm_framebuffer *old = NULL;
	bool usable;

	mutex_lock(&capture->lock);
	begin_change(target, NULL);
	staged->time = ktime_get();
	staged->settled = capture->settled && !staged->primary;
	capture->settled = false;
	if (staged->primary) {
		old = adopt_primary(capture);
		replace_direct(target);
	}
	usable = is_usable(target);
	mutex_unlock(&capture->lock);

	/* Checked before there was a context: the worker has it mapped. */
	if (!usable)
		miracast_target_queue(target, BIT(MIRACAST_TODO_RECOMMIT));

	if (old)
		drm_framebuffer_put(old);
}

/* What was committed at @time is shown at a vblank that is known now. */
static void settle(struct miracast_target *target, ktime_t time, u64 sequence,
		   ktime_t shown)
{
	struct miracast_capture *capture = &target->capture;

	capture->commit_time = time;
	capture->vblank_time = shown;
	capture->vblank_sequence = sequence;
	capture->settled = true;
}

/* The rest of the commit: the cursor, and its times. */
static void complete_change(struct miracast_target *target,
			    bool cursor_readable)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_staged *staged = &capture->staged;

	if (staged->cursor)
		adopt_cursor(target, staged->cursor, cursor_readable);
	staged->cursor = NULL;
	end_change(target);
	trace_miracast_commit(target->index, staged->sequence,
			      capture->damaged);

	/*
	 * A cursor that is not part of the picture leaves alone when that was
	 * committed and is shown.
	 */
	if (staged->settled && !capture->damaged)
		capture->settled = true;
	else
		settle(target, staged->time, staged->sequence, staged->shown);
}

/**
 * miracast_capture_show - Capture the picture of a commit
 * @target: the target, after miracast_capture_adopt(), its vblank staged
 *
 * All flips of the commit have to be armed: this may wait for fences that wait
 * for them. Takes the cursor over, too. May sleep; no spinlock may be held.
 */
void miracast_capture_show(struct miracast_target *target)
{
	const struct miracast_staged *staged = &target->capture.staged;
	const struct drm_plane_state *cursor = staged->cursor;
	bool cursor_readable = miracast_cursor_begin(cursor);
	struct miracast_read read;

	miracast_read_begin(target, &read);
	mutex_lock(&target->capture.lock);
	complete_change(target, cursor_readable);
	miracast_crc_keep(target, &read);
	run_and_unlock(target, staged->sequence, staged->shown, false, &read);
	if (cursor_readable)
		miracast_cursor_end(cursor);
}

/* Tell whether it is captured here, and not by a commit that is under way. */
static bool change_cursor(struct miracast_target *target,
			  const struct drm_plane_state *state, bool readable,
			  const struct miracast_read *read, u64 sequence,
			  ktime_t shown)
{
	struct miracast_capture *capture = &target->capture;

	if (!capture->settled) {
		adopt_cursor(target, state, readable);
		return false;
	}

	begin_change(target, read);
	adopt_cursor(target, state, readable);
	end_change(target);
	trace_miracast_commit(target->index, sequence, capture->damaged);
	if (capture->damaged)
		settle(target, ktime_get(), sequence, shown);

	return true;
}

/**
 * miracast_capture_cursor_now - An asynchronous cursor update
 * @target: the target, its CRTC active
 * @state: state of the cursor plane
 *
 * May sleep, and wait for fences; no spinlock may be held.
 */
void miracast_capture_cursor_now(struct miracast_target *target,
				 const struct drm_plane_state *state)
{
	bool readable = miracast_cursor_begin(state);
	struct miracast_read read;
	ktime_t shown;
	u64 sequence;

	miracast_read_begin(target, &read);
	sequence = miracast_vblank_next(&target->crtc, &shown);

	mutex_lock(&target->capture.lock);
	if (change_cursor(target, state, readable, &read, sequence, shown)) {
		run_and_unlock(target, sequence, shown, true, &read);
	} else {
		mutex_unlock(&target->capture.lock);
		miracast_read_end(&read);
	}
	if (readable)
		miracast_cursor_end(state);
}

/**
 * miracast_capture_is_usable - Tell whether what is shown can be captured
 * @target: the target
 *
 * Return: false when the CPU has to read it and it is not mapped.
 */
bool miracast_capture_is_usable(struct miracast_target *target)
{
	bool usable;

	mutex_lock(&target->capture.lock);
	usable = is_usable(target);
	mutex_unlock(&target->capture.lock);

	return usable;
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
	INIT_WORK(&capture->work, capture_work);
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

	cancel_work_sync(&capture->work);
	miracast_cursor_fini(&capture->cursor);
	miracast_scratch_fini(&capture->scratch);
	mutex_destroy(&capture->lock);
}
