// SPDX-License-Identifier: GPL-2.0
/*
 * Capture.
 *
 * Owns: a snapshot of what the target shows (framebuffer, source offset, cursor
 * pixels, gamma, times), which changes only under the capture lock and as a whole;
 * and the damage that no chunk carries yet. A commit captures its own picture
 * after its hardware stage; what could not be captured then (the owner has all
 * buffers, or a picture went out in this refresh period already) stays as
 * damage and is captured by the work. So is what clients draw into the
 * framebuffer on the screen.
 */
#include <linux/slab.h>

#include <drm/drm_atomic.h>
#include <drm/drm_blend.h>
#include <drm/drm_damage_helper.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_print.h>
#include <drm/drm_vblank.h>

#include "miracast_capture.h"
#include "miracast_cursor.h"
#include "miracast_deliver.h"
#include "miracast_direct.h"
#include "miracast_dirty.h"
#include "miracast_drv.h"
#include "miracast_due.h"
#include "miracast_fb.h"
#include "miracast_import.h"
#include "miracast_picture.h"
#include "miracast_read.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"
#include "miracast_trace.h"

/* Most clips of a commit that are kept apart. */
#define MAX_CLIPS_IN	(4 * DRM_MIRACAST_MAX_CLIPS)

static void add_damage(struct miracast_capture *capture,
		       const struct drm_rect *rect)
{
	miracast_damage_add_clipped(&capture->pending, rect,
				    capture->mode.width, capture->mode.height);
	capture->damaged = true;
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

/* The cursor has changed; where it is part of the picture, that has, too. */
static void damage_cursor(struct miracast_target *target,
			  const struct miracast_cursor_image *before)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_use use;

	miracast_picture_get_use(target, &use);
	if (!use.cursor_blended)
		return;

	add_cursor_damage(capture, before);
	add_cursor_damage(capture, &capture->cursor.image);
}

/* Have the work run at the first vblank from @due on. No lock may be held. */
static void arm(struct miracast_target *target, ktime_t due)
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
 * Check whether the work was to run by the time @now, and a vblank reference is held
 * for it.
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

/* Unlock, and let go of what a change of the cursor has left. */
static void unlock_and_drop(struct miracast_target *target)
{
	struct drm_framebuffer *dropped =
		miracast_cursor_take_dropped(&target->capture.cursor);

	mutex_unlock(&target->capture.lock);
	if (dropped)
		drm_framebuffer_put(dropped);
}

/*
 * Capture, and report the cursor. The capture lock is held, and released here, and so
 * is access to the scanout.
 */
static enum miracast_deliver_result
try_and_unlock(struct miracast_target *target, struct miracast_attempt *attempt)
{
	enum miracast_deliver_result result = miracast_deliver(target, attempt);
	bool again = miracast_cursor_send(target, attempt->now) ||
		     target->capture.cursor.unread.fb;

	unlock_and_drop(target);
	miracast_read_end(attempt->read);
	miracast_deliver_finish(attempt);

	if (again || result == MIRACAST_DELIVER_UNREADABLE ||
	    result == MIRACAST_DELIVER_FENCED)
		arm(target, 0);
	else if (result == MIRACAST_DELIVER_TOO_EARLY)
		arm(target, attempt->due);

	return result;
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

	spin_lock_irqsave(&target->lock, flags);
	/* How often another master draws is not the owner's to know. */
	if (miracast_picture_belongs(target)) {
		target->capture.pending_pictures++;
		if (target->stream &&
		    target->stream->state == DRM_MIRACAST_STATE_MONITOR)
			target->stream->stats.pictures_committed++;
	}
	spin_unlock_irqrestore(&target->lock, flags);
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

/*
 * What was drawn into the framebuffer since then is damage. It may be that of a mode
 * to come, so there can be more of it than there is picture.
 */
static void take_drawn(struct miracast_target *target, ktime_t *time)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_damage *drawn = &capture->band;
	unsigned int i;

	miracast_damage_clear(drawn);
	miracast_dirty_take(&target->dirty, drawn, time);
	for (i = 0; i < drawn->count; i++)
		add_damage(capture, &drawn->rects[i]);
}

/*
 * What was drawn into what is scanned out makes a picture, one in a refresh period.
 * A commit that is under way takes it with its own.
 *
 * Returns whether it has to wait for the next period.
 */
static bool change_drawn(struct miracast_target *target,
			 const struct miracast_read *read, u64 sequence,
			 ktime_t shown)
{
	struct miracast_capture *capture = &target->capture;
	ktime_t time;

	if (!capture->settled ||
	    !miracast_dirty_is(&target->dirty, capture->fb))
		return false;
	if (sequence <= max(capture->drawn_sequence, capture->captured_sequence))
		return true;

	capture->drawn_sequence = sequence;
	begin_change(target, read);
	take_drawn(target, &time);
	end_change(target);
	trace_miracast_commit(target->index, sequence, capture->damaged);
	settle(target, time, sequence, shown);

	return false;
}

/* The framebuffer of a cursor whose pixels are to be read, with a reference, or NULL. */
static struct drm_framebuffer *get_unread(struct miracast_capture *capture)
{
	struct drm_framebuffer *fb;

	mutex_lock(&capture->lock);
	fb = capture->cursor.unread.fb;
	if (fb)
		drm_framebuffer_get(fb);
	mutex_unlock(&capture->lock);

	return fb;
}

/* A change of its own, unless a commit is under way: then once more, after that. */
static void change_unread(struct miracast_target *target,
			  const struct drm_framebuffer *fb, u64 sequence,
			  ktime_t shown)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_cursor *cursor = &capture->cursor;
	struct miracast_cursor_image before = cursor->image;

	if (!capture->settled || cursor->unread.fb != fb)
		return;

	begin_change(target, NULL);
	if (miracast_cursor_update_unread(cursor, &capture->scratch))
		damage_cursor(target, &before);
	end_change(target);
	trace_miracast_commit(target->index, sequence, capture->damaged);
	if (capture->damaged)
		settle(target, ktime_get(), sequence, shown);
}

/*
 * Read the pixels of a cursor that could not be read when it was committed: somebody
 * wrote them, or the exporter had a reason.
 */
static void read_unread(struct miracast_target *target)
{
	struct drm_framebuffer *fb = get_unread(&target->capture);
	ktime_t shown;
	u64 sequence;

	if (!fb)
		return;

	if (!miracast_fb_begin_read(fb)) {
		sequence = miracast_vblank_next(&target->crtc, &shown);
		mutex_lock(&target->capture.lock);
		change_unread(target, fb, sequence, shown);
		unlock_and_drop(target);
		miracast_fb_end_read(fb);
	}
	drm_framebuffer_put(fb);
}

static void capture_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(work, struct miracast_target, capture.work);
	struct miracast_due reason = { .paced = true };
	struct miracast_read read;
	struct miracast_attempt attempt = {
		.paced = true,
		.yields = true,
		.read = &read,
	};
	bool wait;

	read_unread(target);
	reason.now = miracast_vblank_next(&target->crtc, &reason.time);
	miracast_read_begin(target, &reason, &read);
	/* That may have waited. */
	attempt.now = miracast_vblank_next(&target->crtc, &attempt.time);

	mutex_lock(&target->capture.lock);
	wait = change_drawn(target, &read, attempt.now, attempt.time);
	try_and_unlock(target, &attempt);
	if (wait)
		arm(target, 0);
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

/* For commits: a capture that the owner caused gives way. */
static void lock_for_commit(struct miracast_capture *capture)
{
	atomic_inc(&capture->commits);
	mutex_lock(&capture->lock);
	atomic_dec(&capture->commits);
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
	/* Until a primary plane follows, and for good without one. */
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
 * From the CRTC's atomic_disable, before vblanks go off. Planes that go with
 * the CRTC get no update of their own, so they are forgotten here; a mode set
 * brings back those that stay.
 */
void miracast_capture_disable(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	struct drm_framebuffer *old;
	unsigned long flags;

	lock_for_commit(capture);
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
	unlock_and_drop(target);
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
	if (take_armed(target, KTIME_MAX))
		drm_crtc_vblank_put(&target->crtc);
}

/*
 * Clips are in framebuffer coordinates, damage in those of the picture; outside of
 * it nothing is damaged.
 */
static void stage_clip(struct miracast_staged *staged, struct drm_rect *clip)
{
	drm_rect_translate(clip, staged->covers.x1 - (int)staged->x,
			   staged->covers.y1 - (int)staged->y);
	if (drm_rect_intersect(clip, &staged->covers))
		miracast_damage_add(&staged->damage, clip);
}

/* What a state of the primary plane covers of the picture. */
static void get_covers(const struct drm_plane_state *state,
		       struct drm_rect *covers)
{
	if (state->crtc && state->fb && state->visible)
		*covers = state->dst;
	else
		drm_rect_init(covers, 0, 0, 0, 0);
}

/* Returns whether another part of the picture is covered now, and stages that. */
static bool stage_place(struct miracast_staged *staged,
			const struct drm_plane_state *old,
			const struct drm_plane_state *new)
{
	struct drm_rect before;

	get_covers(old, &before);
	get_covers(new, &staged->covers);
	if (drm_rect_equals(&before, &staged->covers))
		return false;

	miracast_damage_add(&staged->damage, &before);
	miracast_damage_add(&staged->damage, &staged->covers);

	return true;
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
	if (stage_place(staged, old, new) || repeated)
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
static struct drm_framebuffer *adopt_primary(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_staged *staged = &capture->staged;
	struct miracast_image *image = &capture->image;
	struct drm_framebuffer *old = capture->fb;
	struct drm_framebuffer *fb = staged->fb;
	unsigned int i;

	capture->fb = fb;
	capture->flips++;
	capture->readable = !fb;
	*image = (struct miracast_image) {};
	if (fb) {
		drm_framebuffer_get(fb);
		image->covers = staged->covers;
		image->fourcc = fb->format->format;
		image->cpp = fb->format->cpp[0];
		image->pitch = fb->pitches[0];
		image->foreign = miracast_import_is(fb->obj[0]);
		image->before = fb->offsets[0];
		image->bytes = fb->obj[0]->size - fb->offsets[0];
		image->x = staged->x;
		image->y = staged->y;
		capture->readable =
			image->x + drm_rect_width(&image->covers) <= fb->width &&
			image->y + drm_rect_height(&image->covers) <= fb->height &&
			miracast_fb_mapping(fb, &image->map);
	}
	miracast_picture_set_primary(target, fb, capture->readable);

	for (i = 0; i < staged->damage.count; i++)
		add_damage(capture, &staged->damage.rects[i]);

	staged->primary = false;
	staged->fb = NULL;
	miracast_damage_clear(&staged->damage);

	return old;
}

/* @readable: its pixels are. */
static void adopt_cursor(struct miracast_target *target,
			 const struct drm_plane_state *state, bool readable)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_cursor *cursor = &capture->cursor;
	struct miracast_cursor_image before = cursor->image;

	miracast_picture_set_cursor(target, state->crtc ? state->fb : NULL);
	if (miracast_cursor_update(cursor, state, readable, &capture->scratch))
		damage_cursor(target, &before);
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

/**
 * miracast_capture_stage_gamma - The gamma table of the commit
 * @target: the target
 * @state: the CRTC's new state
 *
 * From the CRTC's atomic_flush, before miracast_capture_adopt(). A table that was
 * set while the CRTC was off is found by the mode set.
 */
void miracast_capture_stage_gamma(struct miracast_target *target,
				  const struct drm_crtc_state *state)
{
	struct miracast_staged *staged = &target->capture.staged;
	const struct drm_property_blob *blob = state->gamma_lut;

	if (!state->color_mgmt_changed && !drm_atomic_crtc_needs_modeset(state))
		return;

	staged->regamma = true;
	miracast_gamma_init(&staged->gamma, blob ? blob->data : NULL);
}

/*
 * Adopt the staged table. It changes all of the picture, except in DIRECT: there the
 * owner is to learn when there is one, and pixels stay as they are.
 */
static void adopt_gamma(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_staged *staged = &capture->staged;
	bool was_active = capture->gamma.active;
	struct miracast_use use;
	struct drm_rect full;

	staged->regamma = false;
	if (miracast_gamma_equal(&staged->gamma, &capture->gamma))
		return;

	capture->gamma = staged->gamma;
	miracast_picture_get_use(target, &use);
	if (!use.gamma_applied && capture->gamma.active == was_active)
		return;

	drm_rect_init(&full, 0, 0, capture->mode.width, capture->mode.height);
	add_damage(capture, &full);
}

/* Check whether the scanout can be read, as far as anybody wants to. */
static bool is_usable(struct miracast_target *target)
{
	struct miracast_use use;

	if (!target->capture.fb || target->capture.readable)
		return true;

	miracast_picture_get_use(target, &use);

	return !use.primary_read;
}

/**
 * miracast_capture_adopt - The primary plane of the commit is shown now
 * @target: the target, its CRTC active
 *
 * From the CRTC's atomic_flush. Waits for a capture that reads what was shown
 * before, unless an owner's release started it: that gives way. So afterwards the
 * flip may be reported done. May sleep.
 * miracast_capture_show() must follow.
 */
void miracast_capture_adopt(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_staged *staged = &capture->staged;
	struct drm_framebuffer *old = NULL;
	bool usable;

	lock_for_commit(capture);
	begin_change(target, NULL);
	staged->time = ktime_get();
	staged->settled = capture->settled && !staged->primary;
	capture->settled = false;
	if (staged->regamma)
		adopt_gamma(target);
	if (staged->primary) {
		old = adopt_primary(target);
		take_drawn(target, NULL);
		replace_direct(target);
	}
	usable = is_usable(target);
	mutex_unlock(&capture->lock);

	/* Checked before there was a context: the worker has it mapped. */
	if (!usable)
		miracast_todo_add(target, BIT(MIRACAST_TODO_RECOMMIT));

	if (old)
		drm_framebuffer_put(old);
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
	take_drawn(target, NULL);
	end_change(target);
	miracast_picture_settled(target);
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

/*
 * The commit that comes next reports the CRCs that are still due for this one, but
 * cannot begin to read an import. So that is done before it may come.
 */
static void keep_crc(struct miracast_target *target)
{
	const struct miracast_due reason = {};
	struct miracast_read read;

	if (!READ_ONCE(target->crc.enabled))
		return;

	miracast_read_begin(target, &reason, &read);
	mutex_lock(&target->capture.lock);
	miracast_crc_keep(target, &read);
	mutex_unlock(&target->capture.lock);
	miracast_read_end(&read);
}

/**
 * miracast_capture_show - All of a commit is shown now
 * @target: the target, after miracast_capture_adopt(), its vblank staged
 * @shown: filled in for miracast_capture_shown(), which must follow
 *
 * All flips of the commit have to be armed: this may wait for fences that wait
 * for them, those of a new cursor. May sleep; no spinlock may be held.
 */
void miracast_capture_show(struct miracast_target *target,
			   struct miracast_shown *shown)
{
	const struct miracast_staged *staged = &target->capture.staged;
	const struct drm_plane_state *cursor = staged->cursor;
	bool cursor_readable = miracast_cursor_begin(cursor);

	shown->sequence = staged->sequence;
	shown->time = staged->shown;
	shown->paced = staged->paced;

	mutex_lock(&target->capture.lock);
	complete_change(target, cursor_readable);
	unlock_and_drop(target);
	if (cursor_readable)
		miracast_cursor_end(cursor);

	keep_crc(target);
}

/**
 * miracast_capture_shown - Capture the picture of a commit
 * @target: the target, after miracast_capture_show()
 * @shown: what that filled in
 *
 * The next commit need not wait for this. One that has come already captures its
 * own picture. May sleep, and wait for fences; no spinlock may be held.
 */
void miracast_capture_shown(struct miracast_target *target,
			    const struct miracast_shown *shown)
{
	struct miracast_capture *capture = &target->capture;
	const struct miracast_due reason = {
		.now = shown->sequence,
		.time = shown->time,
		.paced = shown->paced,
	};
	struct miracast_read read;
	struct miracast_attempt attempt = {
		.now = shown->sequence,
		.time = shown->time,
		.paced = shown->paced,
		.read = &read,
	};

	miracast_read_begin(target, &reason, &read);
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
 * @target: the target, after miracast_capture_show()
 * @shown: what that filled in
 *
 * Does not wait for fences, nor for another capture, nor copy much.
 *
 * Return: false when that is left to miracast_capture_shown().
 */
bool miracast_capture_shown_promptly(struct miracast_target *target,
				     const struct miracast_shown *shown)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_read read = {};
	struct miracast_attempt attempt = {
		.now = shown->sequence,
		.time = shown->time,
		.paced = shown->paced,
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

/* Check whether it is captured here, and not by a commit that is under way. */
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
	miracast_picture_settled(target);
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
		.paced = true,
		.prompt = true,
		.read = &read,
	};

	/* CRCs of what was shown before are due. */
	if (READ_ONCE(target->crc.enabled))
		miracast_read_begin(target, &reason, &read);
	attempt.now = miracast_vblank_next(&target->crtc, &attempt.time);

	/* A capture does not give way: moves may come faster than it ends. */
	mutex_lock(&target->capture.lock);
	if (change_cursor(target, state, readable, &read, attempt.now,
			  attempt.time)) {
		is_long = try_and_unlock(target, &attempt) ==
			  MIRACAST_DELIVER_LONG;
	} else {
		unlock_and_drop(target);
		miracast_read_end(&read);
	}
	if (readable)
		miracast_cursor_end(state);
	if (is_long)
		miracast_todo_capture(target);
}

/**
 * miracast_capture_is_usable - Check whether the scanout can be captured
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
	atomic_set(&capture->commits, 0);
	INIT_WORK(&capture->work, capture_work);
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
