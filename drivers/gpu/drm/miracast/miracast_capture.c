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
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_print.h>
#include <drm/drm_vblank.h>

#include "miracast_capture.h"
#include "miracast_drv.h"
#include "miracast_gem.h"
#include "miracast_import.h"
#include "miracast_stream.h"
#include "miracast_target.h"

/* Most clips of a commit that are told apart. */
#define MAX_CLIPS_IN	(4 * DRM_MIRACAST_MAX_CLIPS)

/**
 * enum capture_result - What became of an attempt
 * @CAPTURE_IDLE: nothing to do
 * @CAPTURE_DONE: a picture was sent, or its session ended meanwhile
 * @CAPTURE_STARVED: waits for the owner to give a buffer back
 * @CAPTURE_TOO_EARLY: waits for the next vblank
 * @CAPTURE_UNREADABLE: the framebuffer could not be read now
 */
enum capture_result {
	CAPTURE_IDLE,
	CAPTURE_DONE,
	CAPTURE_STARVED,
	CAPTURE_TOO_EARLY,
	CAPTURE_UNREADABLE,
};

static void add_damage(struct miracast_capture *capture,
		       const struct drm_rect *rect)
{
	miracast_damage_add_clipped(&capture->pending, rect,
				    capture->mode.width, capture->mode.height);
	capture->damaged = true;
}

static void add_cursor_damage(struct miracast_capture *capture)
{
	const struct miracast_cursor_image *cursor = &capture->cursor;
	struct drm_rect rect;

	if (!cursor->visible)
		return;

	drm_rect_init(&rect, cursor->x, cursor->y, cursor->width,
		      cursor->height);
	add_damage(capture, &rect);
}

/*
 * Take a buffer for the next picture. On success the stream is referenced and
 * capture->damage says what the picture changes.
 */
static enum capture_result begin(struct miracast_target *target, u64 now,
				 bool paced,
				 struct miracast_stream **stream_out,
				 struct miracast_buffer **buffer_out,
				 u64 *frame_out, bool *first)
{
	struct miracast_capture *capture = &target->capture;
	enum capture_result result = CAPTURE_IDLE;
	struct miracast_stream *stream;
	struct miracast_buffer *buffer;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	stream = target->stream;
	if (!stream || !target->monitor || target->away ||
	    target->lit_for != target->generation ||
	    !miracast_stream_wants(stream) ||
	    memcmp(&capture->mode, &stream->mode, sizeof(stream->mode)))
		goto out;
	if (!stream->force_full && miracast_damage_empty(&capture->pending))
		goto out;

	if (paced && now <= capture->captured_sequence) {
		result = CAPTURE_TOO_EARLY;
		goto out;
	}

	buffer = miracast_stream_begin(stream);
	if (!buffer) {
		result = CAPTURE_STARVED;
		goto out;
	}

	if (stream->force_full)
		miracast_damage_set_full(&capture->pending,
					 capture->mode.width,
					 capture->mode.height);
	stream->force_full = false;
	miracast_stream_get(stream);
	*stream_out = stream;
	*buffer_out = buffer;
	*frame_out = stream->frame + 1;
	*first = stream->first_of_mode;
	result = CAPTURE_DONE;
out:
	spin_unlock_irqrestore(&target->lock, flags);

	return result;
}

/* What the buffer misses of the new frame: all damage since its own frame. */
static void make_region(struct miracast_capture *capture,
			const struct miracast_buffer *buffer, u64 frame)
{
	struct miracast_damage *region = &capture->region;
	u64 f;

	if (!buffer->frame || frame - buffer->frame > MIRACAST_MAX_BUFFERS) {
		miracast_damage_set_full(region, buffer->width, buffer->height);
		return;
	}

	*region = capture->damage;
	for (f = buffer->frame + 1; f < frame; f++)
		miracast_damage_add_all(region,
					&capture->history[f % MIRACAST_MAX_BUFFERS]);
}

static int copy_region(struct miracast_capture *capture,
		       const struct miracast_buffer *buffer,
		       struct miracast_picture *picture)
{
	const struct miracast_damage *region = &capture->region;
	const struct miracast_surface dst = {
		.fourcc = DRM_FORMAT_XRGB8888,
		.planes = { miracast_gem_vaddr(buffer->storage) },
		.pitches = { buffer->pitch },
	};
	ktime_t start = ktime_get();
	unsigned int i;
	int ret;

	ret = miracast_framebuffer_begin_read(capture->fb);
	if (ret)
		return ret;

	for (i = 0; i < region->count; i++)
		picture->bytes += miracast_blit_rect(&capture->image,
						     &capture->cursor, &dst,
						     &region->rects[i],
						     &capture->scratch);
	miracast_framebuffer_end_read(capture->fb);

	picture->ready_time = ktime_get();
	picture->duration_ns = ktime_to_ns(ktime_sub(picture->ready_time,
						     start));

	return 0;
}

/* The picture is out: remember what it changed. */
static void remember(struct miracast_capture *capture, u64 frame, u64 now)
{
	capture->history[frame % MIRACAST_MAX_BUFFERS] = capture->damage;
	capture->captured_sequence = max(capture->captured_sequence, now);
	capture->pending_pictures = 0;
}

/*
 * Try to capture a picture.
 *
 * @now is the vblank at which a commit of now would be shown; it numbers the
 * refresh periods. @paced allows one picture per period. A flip needs no such
 * pacing: the next one has to wait for its vblank; and it must not have to wait
 * because something else was captured in its period.
 */
static enum capture_result run(struct miracast_target *target, u64 now,
			       bool paced)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_picture picture = {};
	struct miracast_stream *stream;
	struct miracast_buffer *buffer;
	enum capture_result result;
	unsigned long flags;
	bool first, sent;
	u64 frame;
	int ret;

	lockdep_assert_held(&capture->lock);

	if (!capture->active || !capture->readable || !capture->settled)
		return CAPTURE_IDLE;

	result = begin(target, now, paced, &stream, &buffer, &frame, &first);
	if (result != CAPTURE_DONE)
		return result;

	capture->damage = capture->pending;
	miracast_damage_clear(&capture->pending);
	make_region(capture, buffer, frame);

	picture.commit_time = capture->commit_time;
	picture.vblank_time = capture->vblank_time;
	picture.vblank_sequence = capture->vblank_sequence;
	if (!first && capture->pending_pictures)
		picture.skipped = capture->pending_pictures - 1;
	ret = copy_region(capture, buffer, &picture);

	spin_lock_irqsave(&target->lock, flags);
	if (ret)
		miracast_stream_abort(stream, buffer);
	sent = !ret && miracast_stream_publish(stream, buffer, frame, &picture,
					       &capture->damage);
	spin_unlock_irqrestore(&target->lock, flags);

	if (sent)
		remember(capture, frame, now);
	else
		miracast_damage_add_all(&capture->pending, &capture->damage);
	miracast_stream_trim(stream);
	miracast_stream_put(stream);

	return ret ? CAPTURE_UNREADABLE : CAPTURE_DONE;
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

static bool must_retry(enum capture_result result)
{
	return result == CAPTURE_TOO_EARLY || result == CAPTURE_UNREADABLE;
}

static void capture_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(work, struct miracast_target, capture.work);
	struct miracast_capture *capture = &target->capture;
	enum capture_result result;
	ktime_t time;
	u64 now;
	int idx;

	/* Owners may ask for captures even after the KMS objects are gone. */
	if (!drm_dev_enter(&target->mdev->drm, &idx))
		return;

	now = miracast_vblank_next(&target->crtc, &time);

	mutex_lock(&capture->lock);
	result = run(target, now, true);
	mutex_unlock(&capture->lock);

	if (must_retry(result))
		arm(target);
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
	unsigned long flags;
	bool armed;

	spin_lock_irqsave(&target->lock, flags);
	armed = target->capture.armed;
	target->capture.armed = false;
	spin_unlock_irqrestore(&target->lock, flags);

	if (armed) {
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
	bool armed;

	mutex_lock(&capture->lock);
	miracast_crc_update(target);
	capture->active = false;
	capture->readable = false;
	capture->cursor.visible = false;
	old = capture->fb;
	capture->fb = NULL;
	mutex_unlock(&capture->lock);
	if (old)
		drm_framebuffer_put(old);

	spin_lock_irqsave(&target->lock, flags);
	armed = capture->armed;
	capture->armed = false;
	spin_unlock_irqrestore(&target->lock, flags);

	if (armed)
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
 *
 * From the plane's atomic_update; takes effect at the CRTC's flush.
 */
void miracast_capture_stage_primary(struct miracast_target *target,
				    struct drm_plane_state *old,
				    struct drm_plane_state *new)
{
	struct miracast_staged *staged = &target->capture.staged;
	struct drm_atomic_helper_damage_iter iter;
	struct drm_rect clip;

	staged->primary = true;
	staged->fb = new->visible ? new->fb : NULL;
	staged->x = new->src.x1 >> 16;
	staged->y = new->src.y1 >> 16;

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

/* Copy the pixels of a visible cursor, so that its buffer is free afterwards. */
static bool copy_cursor(struct miracast_cursor_image *cursor,
			struct drm_framebuffer *fb)
{
	struct iosys_map map;

	if (!miracast_framebuffer_mapping(fb, &map) ||
	    miracast_framebuffer_begin_read(fb))
		return false;

	miracast_blit_cursor_pixels(cursor->pixels, &map, fb->pitches[0],
				    cursor->width, cursor->height);
	miracast_framebuffer_end_read(fb);

	return true;
}

static void adopt_cursor(struct miracast_capture *capture,
			 const struct drm_plane_state *state)
{
	struct miracast_cursor_image *cursor = &capture->cursor;

	struct drm_framebuffer *fb = state->crtc ? state->fb : NULL;
	bool usable;

	add_cursor_damage(capture);
	/* Where new pixels cannot be read just now, the old ones stay. */
	usable = fb && cursor->visible && cursor->width == fb->width &&
		 cursor->height == fb->height;
	cursor->visible = false;
	if (fb) {
		cursor->x = state->crtc_x;
		cursor->y = state->crtc_y;
		cursor->width = fb->width;
		cursor->height = fb->height;
		cursor->visible = copy_cursor(cursor, fb) || usable;
	}
	add_cursor_damage(capture);
}

/* A commit has changed what is shown: CRCs of before are due, counters move. */
static void begin_change(struct miracast_target *target)
{
	lockdep_assert_held(&target->capture.lock);

	miracast_crc_update(target);
	target->capture.serial++;
	target->capture.damaged = false;
	target->capture.settled = false;
	target->capture.commit_time = ktime_get();
}

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

/**
 * miracast_capture_adopt - What the commit has staged is shown now
 * @target: the target, its CRTC active
 *
 * From the CRTC's atomic_flush. Waits for a capture that reads what was shown
 * before, so afterwards the flip may be reported done. May sleep.
 * miracast_capture_show() must follow.
 */
void miracast_capture_adopt(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	struct drm_framebuffer *old = NULL;
	bool unmapped;

	mutex_lock(&capture->lock);
	begin_change(target);
	if (capture->staged.primary)
		old = adopt_primary(capture);
	if (capture->staged.cursor)
		adopt_cursor(capture, capture->staged.cursor);
	capture->staged.cursor = NULL;
	end_change(target);
	/* Checked before there was a context: the worker has it mapped. */
	unmapped = capture->fb && !capture->readable;
	mutex_unlock(&capture->lock);

	if (unmapped && miracast_target_is_read(target))
		miracast_target_queue(target, BIT(MIRACAST_TODO_RECOMMIT));

	if (old)
		drm_framebuffer_put(old);
}

static void settle_and_run(struct miracast_target *target, u64 sequence,
			   ktime_t shown, bool paced)
{
	struct miracast_capture *capture = &target->capture;
	enum capture_result result;

	capture->vblank_time = shown;
	capture->vblank_sequence = sequence;
	capture->settled = true;
	result = run(target, sequence, paced);
	mutex_unlock(&capture->lock);

	if (must_retry(result))
		arm(target);
}

/**
 * miracast_capture_show - Capture the picture of a commit
 * @target: the target, after miracast_capture_adopt()
 * @sequence: vblank at which the picture is shown
 * @shown: time of that vblank
 *
 * May sleep; no spinlock may be held.
 */
void miracast_capture_show(struct miracast_target *target, u64 sequence,
			   ktime_t shown)
{
	mutex_lock(&target->capture.lock);
	settle_and_run(target, sequence, shown, false);
}

/**
 * miracast_capture_cursor_now - An asynchronous cursor update
 * @target: the target, its CRTC active
 * @state: state of the cursor plane
 *
 * May sleep; no spinlock may be held.
 */
void miracast_capture_cursor_now(struct miracast_target *target,
				 const struct drm_plane_state *state)
{
	struct miracast_capture *capture = &target->capture;
	bool settled;
	ktime_t shown;
	u64 sequence;

	sequence = miracast_vblank_next(&target->crtc, &shown);

	mutex_lock(&capture->lock);
	settled = capture->settled;
	begin_change(target);
	adopt_cursor(capture, state);
	end_change(target);
	if (settled) {
		settle_and_run(target, sequence, shown, true);
		return;
	}
	/* A commit is between adopt and show, and captures this as well. */
	mutex_unlock(&capture->lock);
}

/**
 * miracast_capture_is_readable - Tell whether what is shown can be captured
 * @target: the target
 *
 * Return: false without a framebuffer, or with one that is not mapped.
 */
bool miracast_capture_is_readable(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;
	bool readable;

	mutex_lock(&capture->lock);
	readable = capture->readable;
	mutex_unlock(&capture->lock);

	return readable;
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
	capture->cursor.pixels = kvmalloc_array(MIRACAST_CURSOR_SIZE *
						MIRACAST_CURSOR_SIZE,
						sizeof(u32), GFP_KERNEL);
	if (!capture->cursor.pixels)
		return -ENOMEM;

	return miracast_scratch_init(&capture->scratch, MIRACAST_MAX_WIDTH);
}

/**
 * miracast_capture_fini - Free what miracast_capture_init() made
 * @target: the target, its KMS objects gone
 */
void miracast_capture_fini(struct miracast_target *target)
{
	struct miracast_capture *capture = &target->capture;

	cancel_work_sync(&capture->work);
	kvfree(capture->cursor.pixels);
	miracast_scratch_fini(&capture->scratch);
	mutex_destroy(&capture->lock);
}
