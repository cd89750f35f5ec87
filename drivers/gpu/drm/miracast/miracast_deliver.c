// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery of a picture.
 *
 * Takes a slot of the stream, copies the damage that its buffer misses (COPY) or hands
 * the scanned-out memory out (DIRECT), and announces the picture. Runs under the capture
 * lock, which keeps the picture from changing; the target's spinlock is taken for the
 * stream.
 */
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>

#include "miracast_attempt.h"
#include "miracast_bands.h"
#include "miracast_capture.h"
#include "miracast_copy.h"
#include "miracast_damage.h"
#include "miracast_deliver.h"
#include "miracast_direct.h"
#include "miracast_due.h"
#include "miracast_ending.h"
#include "miracast_fb.h"
#include "miracast_import.h"
#include "miracast_owner_buffers.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_trace.h"

static struct miracast_slot *take_slot(struct miracast_stream *stream,
				       struct miracast_capture *capture,
				       struct miracast_attempt *attempt)
{
	struct miracast_slot *slot;

	if (stream->direct)
		return miracast_direct_begin(stream, capture->fb,
					     capture->image.x,
					     capture->image.y,
					     &attempt->evicted);

	slot = miracast_copy_begin(stream);
	if (!slot)
		return NULL;

	miracast_copy_surface(stream, slot, &attempt->surface);
	attempt->owner_buffers = stream->owner_buffers;
	if (attempt->owner_buffers)
		miracast_owner_buffers_get(attempt->owner_buffers);

	return slot;
}

static bool is_blended(const struct miracast_stream *stream)
{
	return !(stream->flags & DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA);
}

/*
 * Collect the damage of the picture: pending damage, and what the stream owes, which is
 * in capture->band. NV12 needs it rounded out to even pixels, which share their chroma.
 */
static void take_damage(struct miracast_capture *capture,
			struct miracast_attempt *attempt)
{
	const struct miracast_stream *stream = attempt->stream;
	u32 width = capture->mode.width, height = capture->mode.height;

	miracast_damage_add_all(&capture->pending, &capture->band);
	if (attempt->forced)
		miracast_damage_set_full(&capture->pending, width, height);

	if (stream->fourcc == DRM_FORMAT_NV12)
		miracast_damage_round_even(&capture->damage, &capture->pending,
					   width, height);
	else
		capture->damage = capture->pending;
	miracast_damage_clear(&capture->pending);
	attempt->pictures = capture->pending_pictures;
	capture->pending_pictures = 0;
	attempt->picture.full = miracast_damage_is_full(&capture->damage,
							width, height);
}

static void begin_picture(const struct miracast_capture *capture,
			  const struct miracast_stream *stream,
			  struct miracast_picture *picture)
{
	picture->frame = stream->frame + 1;
	picture->first_of_mode = stream->first_of_mode;
	picture->commit_time = capture->commit_time;
	picture->vblank_time = capture->vblank_time;
	picture->vblank_sequence = capture->vblank_sequence;
	picture->gamma_not_applied = stream->direct && capture->gamma.active;
	if (!stream->first_of_mode && capture->pending_pictures)
		picture->skipped = capture->pending_pictures - 1;
}

/*
 * Check whether the copy surely takes long. Foreign memory counts as slow: the exporter of a
 * framebuffer may wait when access begins, and owners' buffers may be uncached.
 */
static bool takes_long(const struct miracast_capture *capture,
		       const struct miracast_stream *stream)
{
	if (stream->direct)
		return false;

	return stream->force_full || stream->owner_buffers ||
	       (capture->fb && miracast_import_is(capture->fb->obj[0])) ||
	       miracast_damage_pixels(&capture->pending) > MIRACAST_PROMPT_PIXELS;
}

/*
 * Take a slot for the next picture. On success the stream is referenced, and
 * capture->band is the damage that it owes.
 */
static enum miracast_deliver_result begin_attempt(struct miracast_target *target,
						  struct miracast_attempt *attempt)
{
	struct miracast_capture *capture = &target->capture;
	enum miracast_deliver_result result = MIRACAST_DELIVER_IDLE;
	struct miracast_stream *stream;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	stream = target->stream;
	if (!miracast_picture_may_deliver(target) ||
	    memcmp(&capture->mode, &stream->mode, sizeof(stream->mode)))
		goto out;

	stream->unreadable = !miracast_due_can_have(capture, stream);
	miracast_picture_update(target);
	if (stream->unreadable || !miracast_due_has_damage(capture, stream))
		goto out;

	/* The picture before is not out yet; then its work has this one captured. */
	if (miracast_ending_is_busy(stream))
		goto out;

	if (miracast_due_later(target, &attempt->reason, &attempt->due)) {
		result = MIRACAST_DELIVER_TOO_EARLY;
		goto out;
	}

	if (attempt->prompt && takes_long(capture, stream)) {
		result = MIRACAST_DELIVER_LONG;
		goto out;
	}

	attempt->slot = take_slot(stream, capture, attempt);
	if (!attempt->slot) {
		result = MIRACAST_DELIVER_STARVED;
		goto out;
	}

	swap(attempt->old_writers, attempt->slot->writers);
	begin_picture(capture, stream, &attempt->picture);
	/* Copied only: merging lists may take too long under a spinlock. */
	capture->band = stream->owed;
	miracast_damage_clear(&stream->owed);
	attempt->forced = stream->force_full;
	stream->force_full = false;
	miracast_stream_get(stream);
	attempt->stream = stream;
	attempt->mode = capture->mode;
	attempt->blended = is_blended(stream);
	result = MIRACAST_DELIVER_DONE;
out:
	spin_unlock_irqrestore(&target->lock, flags);

	return result;
}

/*
 * DIRECT: nothing is copied. The event has the buffer, and a fence of devices that still
 * write into it; the commit has waited for those that wrote before it.
 */
static enum miracast_deliver_result hand_out(struct miracast_target *target,
					     struct miracast_attempt *attempt,
					     bool *sent)
{
	struct miracast_part part = {
		.last = true,
		.line_count = target->capture.mode.height,
		.damage = &target->capture.damage,
		.ready_time = ktime_get(),
	};

	if (miracast_fb_writers(target->capture.fb,
				&attempt->picture.writers))
		return miracast_attempt_give_up(target, attempt,
						MIRACAST_DELIVER_UNREADABLE);

	*sent = miracast_attempt_publish(target, attempt, &part);

	return MIRACAST_DELIVER_DONE;
}

/**
 * miracast_deliver - Try to get the scanout to the owner
 * @target: the target, its capture lock held
 * @attempt: when, and how; filled in
 *
 * May sleep. miracast_attempt_finish() must follow.
 *
 * Return: what became of it.
 */
enum miracast_deliver_result miracast_deliver(struct miracast_target *target,
					      struct miracast_attempt *attempt)
{
	struct miracast_capture *capture = &target->capture;
	enum miracast_deliver_result result;
	bool sent = false;

	lockdep_assert_held(&capture->lock);

	if (!capture->active || !capture->settled)
		return MIRACAST_DELIVER_IDLE;

	result = begin_attempt(target, attempt);
	if (result == MIRACAST_DELIVER_STARVED || result == MIRACAST_DELIVER_TOO_EARLY)
		trace_miracast_dropped(target->index, capture->vblank_sequence,
				       result == MIRACAST_DELIVER_STARVED);
	if (result != MIRACAST_DELIVER_DONE)
		return result;

	take_damage(capture, attempt);
	trace_miracast_frame_start(target->index, capture->vblank_sequence,
				   attempt->stream->number,
				   attempt->picture.frame,
				   attempt->picture.skipped);
	if (attempt->stream->direct)
		result = hand_out(target, attempt, &sent);
	else
		result = miracast_bands_copy(target, attempt, &sent);

	/* Otherwise a work does when CPU access to the owner's buffer has ended. */
	if (attempt->stream)
		miracast_attempt_settle(target, attempt, sent);

	return result;
}
