// SPDX-License-Identifier: GPL-2.0
/*
 * The screen of a target: the present picture.
 *
 * Owns: a snapshot of it (framebuffer, source offset, cursor pixels, gamma, times),
 * which changes only under the capture lock and as a whole; and the damage that is in
 * no chunk yet. Commits change it in two steps, adopt and show. Cursor updates, and
 * drawing into the framebuffer on the screen, change it in one step. It is reset when the
 * CRTC is switched on or off, in miracast_capture.c.
 */
#include <drm/drm_blend.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>
#include <drm/drm_plane.h>

#include "miracast_capture.h"
#include "miracast_crc.h"
#include "miracast_cursor.h"
#include "miracast_damage.h"
#include "miracast_direct.h"
#include "miracast_dirty.h"
#include "miracast_drv.h"
#include "miracast_fb.h"
#include "miracast_gamma.h"
#include "miracast_import.h"
#include "miracast_picture.h"
#include "miracast_screen.h"
#include "miracast_stage.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"
#include "miracast_trace.h"

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

/* The cursor has changed. If it is part of the picture, the picture has changed, too. */
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

/**
 * miracast_screen_unlock_and_drop - Drop the capture lock after a change of the cursor
 * @target: the target, its capture lock held
 *
 * Also drops the framebuffer that the change has replaced, which may sleep.
 */
void miracast_screen_unlock_and_drop(struct miracast_target *target)
{
	struct drm_framebuffer *dropped =
		miracast_cursor_take_dropped(&target->capture.cursor);

	mutex_unlock(&target->capture.lock);
	if (dropped)
		drm_framebuffer_put(dropped);
}

/*
 * The picture is about to change: report the CRCs of the vblanks so far. @read: access to
 * its framebuffer, or NULL.
 */
static void begin_change(struct miracast_target *target,
			 const struct miracast_read *read)
{
	lockdep_assert_held(&target->capture.lock);

	miracast_crc_update(target, read);
	target->capture.serial++;
	target->capture.damaged = false;
}

/* The picture has changed: if it has damage, there is one more to capture. */
static void end_change(struct miracast_target *target)
{
	unsigned long flags;

	if (!target->capture.damaged)
		return;

	spin_lock_irqsave(&target->lock, flags);
	/* The owner must not learn how often another master draws. */
	if (miracast_picture_belongs(target)) {
		target->capture.pending_pictures++;
		if (target->stream &&
		    target->stream->state == DRM_MIRACAST_STATE_MONITOR)
			target->stream->stats.pictures_committed++;
	}
	spin_unlock_irqrestore(&target->lock, flags);
}

/* The vblank of a picture that was committed at @time is known now. */
static void settle_times(struct miracast_target *target, ktime_t time, u64 sequence,
			 ktime_t shown)
{
	struct miracast_capture *capture = &target->capture;

	capture->commit_time = time;
	capture->vblank_time = shown;
	capture->vblank_sequence = sequence;
	capture->settled = true;
}

/*
 * Add what clients drew into the framebuffer. It may be larger than the picture, so the
 * damage may be outside.
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

/**
 * miracast_screen_take_drawn - Adopt what was drawn into the framebuffer on the screen
 * @target: the target, its capture lock held
 * @read: access to the scanout
 * @sequence: vblank at which it is shown
 * @shown: time of that vblank
 *
 * It is a picture of its own, at most one per refresh period. A commit that is under way
 * adopts it as a part of its picture.
 *
 * Return: true when it must wait for the next period.
 */
bool miracast_screen_take_drawn(struct miracast_target *target,
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
	settle_times(target, time, sequence, shown);

	return false;
}

/**
 * miracast_screen_change_unread - Read the pixels of a cursor that could not be read
 * @target: the target, its capture lock held
 * @fb: framebuffer of the cursor, which the CPU may read now
 * @sequence: vblank at which it is shown
 * @shown: time of that vblank
 *
 * A change of its own. While a commit is under way nothing is done: the pixels are read
 * after that.
 */
void miracast_screen_change_unread(struct miracast_target *target,
				   const struct drm_framebuffer *fb,
				   u64 sequence, ktime_t shown)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_cursor *cursor = &capture->cursor;
	struct miracast_cursor_image before = cursor->image;

	if (cursor->unread.fb != fb)
		return;
	miracast_refusals_clear(&cursor->refusals);
	if (!capture->settled)
		return;

	begin_change(target, NULL);
	if (miracast_cursor_update_unread(cursor, &capture->scratch))
		damage_cursor(target, &before);
	end_change(target);
	trace_miracast_commit(target->index, sequence, capture->damaged);
	if (capture->damaged)
		settle_times(target, ktime_get(), sequence, shown);
}

/**
 * miracast_screen_lock_for_commit - Take the capture lock for a commit
 * @capture: the capture side
 *
 * A capture by the work gives way.
 */
void miracast_screen_lock_for_commit(struct miracast_capture *capture)
{
	atomic_inc(&capture->commits);
	mutex_lock(&capture->lock);
	atomic_dec(&capture->commits);
}

/* Returns whether the image can be read. */
static bool describe_image(const struct miracast_staged *staged,
			   struct miracast_image *image)
{
	struct drm_framebuffer *fb = staged->fb;

	*image = (struct miracast_image) {};
	if (!fb)
		return true;

	image->covers = staged->covers;
	image->fourcc = fb->format->format;
	image->cpp = fb->format->cpp[0];
	image->pitch = fb->pitches[0];
	image->foreign = miracast_import_is(fb->obj[0]);
	image->before = fb->offsets[0];
	image->bytes = fb->obj[0]->size - fb->offsets[0];
	image->x = staged->x;
	image->y = staged->y;

	return image->x + drm_rect_width(&image->covers) <= fb->width &&
	       image->y + drm_rect_height(&image->covers) <= fb->height &&
	       miracast_fb_mapping(fb, &image->map);
}

/* Adopt the staged primary plane; returns the framebuffer to drop. */
static struct drm_framebuffer *
adopt_primary(struct miracast_target *target,
	      const struct miracast_staged *staged)
{
	struct miracast_capture *capture = &target->capture;
	struct drm_framebuffer *old = capture->fb;
	struct drm_framebuffer *fb = staged->fb;
	unsigned int i;

	capture->fb = fb;
	capture->flips++;
	miracast_refusals_clear(&capture->refusals);
	capture->readable = describe_image(staged, &capture->image);
	if (fb)
		drm_framebuffer_get(fb);
	miracast_picture_set_primary(target, fb, capture->readable);

	for (i = 0; i < staged->damage.count; i++)
		add_damage(capture, &staged->damage.rects[i]);

	return old;
}

/* @readable: the pixels can be read. */
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

/* DIRECT: the owner may still have the framebuffer that the commit replaces. */
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

/*
 * Adopt the staged table. A new table changes all of the picture. In DIRECT it changes no
 * pixel, so there is a picture only when gamma begins or ends: a flag of it reports that.
 */
static void adopt_gamma(struct miracast_target *target,
			const struct miracast_staged *staged)
{
	struct miracast_capture *capture = &target->capture;
	bool was_active = capture->gamma.active;
	struct miracast_use use;
	struct drm_rect full;

	if (miracast_gamma_equal(&staged->gamma, &capture->gamma))
		return;

	capture->gamma = staged->gamma;
	miracast_picture_get_use(target, &use);
	if (!use.gamma_applied && capture->gamma.active == was_active)
		return;

	drm_rect_init(&full, 0, 0, capture->mode.width, capture->mode.height);
	add_damage(capture, &full);
}

/* Check whether the framebuffer can be read, if it must be read at all. */
static bool is_usable(struct miracast_target *target)
{
	struct miracast_use use;

	if (!target->capture.fb || target->capture.readable)
		return true;

	miracast_picture_get_use(target, &use);

	return !use.primary_read;
}

/**
 * miracast_screen_adopt - Put the primary plane of a commit on the screen
 * @target: the target, its CRTC active
 * @staged: the commit
 *
 * From the CRTC's atomic_flush. Waits for a capture that still reads the framebuffer
 * which the commit replaces, except one by the work, which gives way. So afterwards the
 * flip may be reported done. May sleep.
 * miracast_screen_show() must follow.
 */
void miracast_screen_adopt(struct miracast_target *target,
			   struct miracast_staged *staged)
{
	struct miracast_capture *capture = &target->capture;
	struct drm_framebuffer *old = NULL;
	bool usable;

	miracast_screen_lock_for_commit(capture);
	begin_change(target, NULL);
	staged->time = ktime_get();
	staged->settled = capture->settled && !staged->primary;
	capture->settled = false;
	if (staged->regamma)
		adopt_gamma(target, staged);
	if (staged->primary) {
		old = adopt_primary(target, staged);
		take_drawn(target, NULL);
		replace_direct(target);
	}
	usable = is_usable(target);
	mutex_unlock(&capture->lock);

	/* Checked before there was a context: the worker commits again, which maps it. */
	if (!usable)
		miracast_todo_add(target, BIT(MIRACAST_TODO_RECOMMIT));

	if (old)
		drm_framebuffer_put(old);
}

/* The rest of the commit: the cursor, and the times. */
static void complete_change(struct miracast_target *target,
			    const struct miracast_staged *staged,
			    bool cursor_readable)
{
	struct miracast_capture *capture = &target->capture;

	if (staged->cursor)
		adopt_cursor(target, staged->cursor, cursor_readable);
	take_drawn(target, NULL);
	end_change(target);
	miracast_picture_settled(target);
	trace_miracast_commit(target->index, staged->sequence,
			      capture->damaged);

	/* A commit without the primary plane that changes no pixel does not change its times. */
	if (staged->settled && !capture->damaged)
		capture->settled = true;
	else
		settle_times(target, staged->time, staged->sequence, staged->shown);
}

/**
 * miracast_screen_show - Put the rest of a commit on the screen
 * @target: the target, after miracast_screen_adopt()
 * @staged: the commit, its vblank known
 * @shown: filled in for miracast_capture_shown(), which must follow
 *
 * All flips of the commit must be armed: the fences of a new cursor, which this waits
 * for, may wait for them. May sleep; no spinlock may be held.
 */
void miracast_screen_show(struct miracast_target *target,
			  const struct miracast_staged *staged,
			  struct miracast_shown *shown)
{
	const struct drm_plane_state *cursor = staged->cursor;
	bool cursor_readable = miracast_cursor_begin(cursor);

	shown->sequence = staged->sequence;
	shown->time = staged->shown;
	shown->paced = staged->paced;

	mutex_lock(&target->capture.lock);
	complete_change(target, staged, cursor_readable);
	miracast_screen_unlock_and_drop(target);
	if (cursor_readable)
		miracast_cursor_end(cursor);

	miracast_crc_keep(target);
}

/**
 * miracast_screen_change_cursor - Change the cursor alone
 * @target: the target, its capture lock held
 * @state: new state of the cursor plane
 * @readable: its pixels can be read
 * @read: access to the scanout
 * @sequence: vblank at which it is shown
 * @shown: time of that vblank
 *
 * Return: true when the caller captures the picture, and not a commit that is under way.
 */
bool miracast_screen_change_cursor(struct miracast_target *target,
				   const struct drm_plane_state *state,
				   bool readable,
				   const struct miracast_read *read,
				   u64 sequence, ktime_t shown)
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
		settle_times(target, ktime_get(), sequence, shown);

	return true;
}

/**
 * miracast_screen_is_usable - Check whether the scanout can be captured
 * @target: the target
 *
 * Return: false when the CPU must read it and it is not mapped.
 */
bool miracast_screen_is_usable(struct miracast_target *target)
{
	bool usable;

	mutex_lock(&target->capture.lock);
	usable = is_usable(target);
	mutex_unlock(&target->capture.lock);

	return usable;
}
