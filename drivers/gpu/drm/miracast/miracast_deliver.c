// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery of a picture.
 *
 * Takes a slot of the stream, copies what its buffer misses (COPY) or names what
 * is scanned out (DIRECT), and announces it. Runs under the capture lock, which
 * keeps what is shown as it is; the target's spinlock is taken for the stream.
 */
#include <linux/align.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_gem.h>

#include "miracast_budget.h"
#include "miracast_capture.h"
#include "miracast_damage.h"
#include "miracast_deliver.h"
#include "miracast_direct.h"
#include "miracast_owner_buffers.h"
#include "miracast_read.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_trace.h"

/* How much too early a picture may be for the rate that the owner asked for. */
static u64 slack_ns(const struct miracast_target *target)
{
	return target->vblank.period_ns / 2;
}

/*
 * Tell whether a picture has to wait: for the next period, or for that rate. A
 * picture that the owner is owed does not wait for the latter.
 */
static bool too_early(const struct miracast_target *target,
		      const struct miracast_stream *stream,
		      const struct miracast_attempt *attempt)
{
	if (attempt->paced && attempt->now <= target->capture.captured_sequence)
		return true;

	return stream->picture_interval_ns && !stream->force_full &&
	       ktime_before(ktime_add_ns(attempt->time, slack_ns(target)),
			    stream->next_picture);
}

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

	slot = miracast_slot_begin(stream);
	if (!slot)
		return NULL;

	miracast_slot_surface(stream, slot, &attempt->surface);
	attempt->owner_buffers = stream->owner_buffers;
	if (attempt->owner_buffers)
		miracast_owner_buffers_get(attempt->owner_buffers);

	return slot;
}

/* Tell whether the owner's picture is not what is shown. */
static bool has_damage(const struct miracast_capture *capture,
		       const struct miracast_stream *stream)
{
	return stream->force_full || !miracast_damage_empty(&stream->owed) ||
	       !miracast_damage_empty(&capture->pending);
}

/*
 * What the picture changes: capture->band has what the stream owes. Chroma is
 * shared by pixels of even rectangles.
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
	if (!stream->first_of_mode && capture->pending_pictures)
		picture->skipped = capture->pending_pictures - 1;
}

/*
 * Take a slot for the next picture. On success the stream is referenced, and
 * capture->band is what it owes.
 */
static enum miracast_deliver_result begin(struct miracast_target *target,
					  struct miracast_attempt *attempt)
{
	struct miracast_capture *capture = &target->capture;
	enum miracast_deliver_result result = MIRACAST_DELIVER_IDLE;
	struct miracast_stream *stream;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	stream = target->stream;
	if (!miracast_target_shows(target) ||
	    memcmp(&capture->mode, &stream->mode, sizeof(stream->mode)) ||
	    !(stream->direct || capture->readable) ||
	    !has_damage(capture, stream))
		goto out;

	if (too_early(target, stream, attempt)) {
		result = MIRACAST_DELIVER_TOO_EARLY;
		goto out;
	}

	attempt->slot = take_slot(stream, capture, attempt);
	if (!attempt->slot) {
		result = MIRACAST_DELIVER_STARVED;
		goto out;
	}

	begin_picture(capture, stream, &attempt->picture);
	/* Lists are not merged under a spinlock: that may take long. */
	capture->band = stream->owed;
	miracast_damage_clear(&stream->owed);
	attempt->forced = stream->force_full;
	stream->force_full = false;
	miracast_stream_get(stream);
	attempt->stream = stream;
	attempt->blended = !(stream->flags &
			     DRM_MIRACAST_CONTEXT_CURSOR_METADATA);
	result = MIRACAST_DELIVER_DONE;
out:
	spin_unlock_irqrestore(&target->lock, flags);

	return result;
}

/* What the buffer misses of the new frame: all damage since its own frame. */
static void make_region(struct miracast_capture *capture,
			const struct miracast_attempt *attempt)
{
	u64 f, frame = attempt->picture.frame, old = attempt->slot->buffer->frame;
	struct miracast_damage *region = &capture->region;

	if (!old || frame - old > MIRACAST_MAX_BUFFERS) {
		miracast_damage_set_full(region, capture->mode.width,
					 capture->mode.height);
		return;
	}

	*region = capture->damage;
	for (f = old + 1; f < frame; f++)
		miracast_damage_add_all(region,
					&capture->history[f % MIRACAST_MAX_BUFFERS]);
}

static bool publish(struct miracast_target *target,
		    const struct miracast_attempt *attempt,
		    const struct miracast_part *part)
{
	unsigned long flags;
	bool sent;

	spin_lock_irqsave(&target->lock, flags);
	sent = miracast_slot_publish(attempt->stream, attempt->slot,
				     &attempt->picture, part);
	spin_unlock_irqrestore(&target->lock, flags);

	return sent;
}

/* Copy what the buffer misses of lines @first to @end. */
static void copy_band(struct miracast_capture *capture,
		      const struct miracast_attempt *attempt, u32 first, u32 end,
		      struct miracast_part *part)
{
	const struct miracast_damage *region = &capture->region;
	struct drm_rect band = DRM_RECT_INIT(0, first, capture->mode.width,
					     end - first);
	ktime_t start = ktime_get();
	unsigned int i;

	for (i = 0; i < region->count; i++) {
		struct drm_rect rect = region->rects[i];

		if (!drm_rect_intersect(&rect, &band))
			continue;
		part->bytes += miracast_blit_rect(&capture->image,
						  attempt->blended ?
						  &capture->cursor.image : NULL,
						  &attempt->surface, &rect,
						  &capture->scratch);
		part->pixels += drm_rect_width(&rect) * drm_rect_height(&rect);
	}

	part->ready_time = ktime_get();
	part->duration_ns += ktime_to_ns(ktime_sub(part->ready_time, start));
}

/* Lines of a band: whole macroblocks, so that each can be encoded alone. */
static u32 band_lines(u32 height, unsigned int parts)
{
	return ALIGN(DIV_ROUND_UP(height, parts), MIRACAST_MACROBLOCK);
}

static bool is_damaged(struct miracast_capture *capture, u32 first, u32 end)
{
	miracast_damage_band(&capture->band, &capture->damage, first, end);

	return !miracast_damage_empty(&capture->band);
}

/*
 * Copy the picture band by band and announce each band with damage as soon as
 * its lines are there, but the last of them only when all are.
 */
static bool copy_bands(struct miracast_target *target,
		       const struct miracast_attempt *attempt)
{
	struct miracast_capture *capture = &target->capture;
	u32 height = capture->mode.height, first, last = 0;
	u32 lines = band_lines(height, attempt->stream->part_count);
	struct miracast_part part = { .damage = &capture->band };

	for (first = 0; first < height; first += lines)
		if (is_damaged(capture, first, min(first + lines, height)))
			last = first;

	for (first = 0; first < height; first += lines) {
		u32 end = min(first + lines, height);

		if (first == last)
			continue;
		copy_band(capture, attempt, first, end, &part);
		if (!is_damaged(capture, first, end))
			continue;
		part.line_first = first;
		part.line_count = end - first;
		if (!publish(target, attempt, &part))
			return false;
		part.bytes = 0;
		part.pixels = 0;
		part.duration_ns = 0;
	}

	part.last = true;
	part.line_first = last;
	part.line_count = min(lines, height - last);
	copy_band(capture, attempt, last, last + part.line_count, &part);
	is_damaged(capture, last, last + part.line_count);
	if (attempt->owner_buffers)
		miracast_owner_buffers_end(attempt->owner_buffers,
					   attempt->slot - attempt->stream->slots);

	return publish(target, attempt, &part);
}

static enum miracast_deliver_result copy(struct miracast_target *target,
					 const struct miracast_attempt *attempt, bool *sent)
{
	struct miracast_capture *capture = &target->capture;
	unsigned long flags;

	if (!miracast_read_allowed(attempt->read, capture)) {
		spin_lock_irqsave(&target->lock, flags);
		miracast_slot_abort(attempt->stream, attempt->slot, false);
		spin_unlock_irqrestore(&target->lock, flags);
		return MIRACAST_DELIVER_UNREADABLE;
	}

	make_region(capture, attempt);
	*sent = copy_bands(target, attempt);

	return MIRACAST_DELIVER_DONE;
}

/* The pixels are where they are: all there is to do is to say so. */
static bool hand_out(struct miracast_target *target,
		     const struct miracast_attempt *attempt)
{
	struct miracast_part part = {
		.last = true,
		.line_count = target->capture.mode.height,
		.damage = &target->capture.damage,
		.ready_time = ktime_get(),
	};

	return publish(target, attempt, &part);
}

/* The picture is out: remember what it changed, and when. */
static void remember(struct miracast_target *target,
		     const struct miracast_attempt *attempt)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_stream *stream = attempt->stream;
	u64 frame = attempt->picture.frame;
	unsigned long flags;
	ktime_t due;

	capture->history[frame % MIRACAST_MAX_BUFFERS] = capture->damage;
	capture->captured_sequence = max(capture->captured_sequence,
					 attempt->now);
	capture->pending_pictures = 0;

	/*
	 * What a picture was early or late counts for the next one, so that a
	 * rate which does not divide the mode's comes out in the mean. It does
	 * not add up: a pause is not made up for, and pictures that did not wait
	 * do not make later ones wait for long.
	 */
	spin_lock_irqsave(&target->lock, flags);
	due = clamp_t(ktime_t, stream->next_picture,
		      ktime_sub_ns(attempt->time, slack_ns(target)),
		      ktime_add_ns(attempt->time, slack_ns(target)));
	stream->next_picture = ktime_add_ns(due, stream->picture_interval_ns);
	spin_unlock_irqrestore(&target->lock, flags);
}

/* The picture is not out, or not all of it: the next one carries its damage. */
static void put_back(struct miracast_target *target,
		     const struct miracast_attempt *attempt)
{
	struct miracast_capture *capture = &target->capture;
	u64 frame = attempt->picture.frame;
	unsigned long flags;

	miracast_damage_clear(&capture->history[frame % MIRACAST_MAX_BUFFERS]);
	miracast_damage_add_all(&capture->pending, &capture->damage);

	spin_lock_irqsave(&target->lock, flags);
	attempt->stream->force_full |= attempt->forced;
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_deliver - Try to get what is shown to the owner
 * @target: the target, its capture lock held
 * @attempt: when, and how; filled in
 *
 * May sleep. miracast_deliver_finish() must follow.
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

	if (!capture->active || !capture->settled || !capture->fb)
		return MIRACAST_DELIVER_IDLE;

	result = begin(target, attempt);
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
		sent = hand_out(target, attempt);
	else
		result = copy(target, attempt, &sent);

	if (sent)
		remember(target, attempt);
	else
		put_back(target, attempt);

	return result;
}

/**
 * miracast_deliver_finish - Drop what an attempt took
 * @attempt: the attempt
 *
 * Not under the capture lock, which flips wait for. May sleep.
 */
void miracast_deliver_finish(struct miracast_attempt *attempt)
{
	if (!attempt->stream)
		return;
	if (attempt->evicted)
		drm_gem_object_put(attempt->evicted);
	miracast_owner_buffers_put(attempt->owner_buffers);
	miracast_slot_trim(attempt->stream);
	miracast_stream_put(attempt->stream);
}
