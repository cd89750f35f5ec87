// SPDX-License-Identifier: GPL-2.0
/*
 * An attempt to deliver a picture: publish a part of it, give up, finish.
 *
 * miracast_deliver() begins the attempt: it takes a slot of the stream, and references.
 * Called under the capture lock, except for the finish, and for what a work announces
 * (miracast_ending.c); the target's spinlock is taken inside.
 */
#include <linux/dma-fence.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <drm/drm_gem.h>

#include "miracast_attempt.h"
#include "miracast_buffer.h"
#include "miracast_capture.h"
#include "miracast_chunk.h"
#include "miracast_damage.h"
#include "miracast_owner_buffers.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_trim.h"

/**
 * miracast_attempt_publish - Announce a part of the picture
 * @target: the target
 * @attempt: the attempt
 * @part: the part
 *
 * Takes the target's lock only.
 *
 * Return: false when the session, the mode or the monitor has ended since the attempt began,
 * or the context was pinned to another master. The slot is free then, and nothing may
 * follow.
 */
bool miracast_attempt_publish(struct miracast_target *target,
			      const struct miracast_attempt *attempt,
			      const struct miracast_part *part)
{
	unsigned long flags;
	bool sent;

	spin_lock_irqsave(&target->lock, flags);
	sent = miracast_chunk_publish(attempt->stream, attempt->slot,
				      &attempt->picture, part);
	spin_unlock_irqrestore(&target->lock, flags);

	return sent;
}

/**
 * miracast_attempt_give_up - Leave the picture to a later attempt
 * @target: the target, its capture lock held
 * @attempt: the attempt, no part of its picture published
 * @result: why
 *
 * Pixels that are written already do no harm: the buffer keeps its old frame number, so
 * they are written again.
 *
 * Return: @result.
 */
enum miracast_deliver_result
miracast_attempt_give_up(struct miracast_target *target,
			 const struct miracast_attempt *attempt,
			 enum miracast_deliver_result result)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	miracast_slot_abort(attempt->stream, attempt->slot, false);
	spin_unlock_irqrestore(&target->lock, flags);

	return result;
}

/* The picture is out: remember its damage, and when the next one is due. */
static void remember_frame(struct miracast_target *target,
			   const struct miracast_attempt *attempt)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_stream *stream = attempt->stream;
	u64 frame = attempt->picture.frame;
	u64 slack_ns = miracast_due_slack_ns(target);
	unsigned long flags;
	ktime_t due;

	capture->history[frame % MIRACAST_MAX_BUFFERS] = capture->damage;
	capture->captured_sequence = max(capture->captured_sequence,
					 attempt->reason.now);

	/*
	 * Carry earliness and lateness over to the next picture, so that the mean
	 * rate is right even if it does not divide the refresh rate. Not more
	 * than the slack: pictures are not sent faster after a pause, and pictures
	 * that did not have to wait do not make later ones wait for long.
	 */
	spin_lock_irqsave(&target->lock, flags);
	due = clamp_t(ktime_t, stream->next_picture,
		      ktime_sub_ns(attempt->reason.time, slack_ns),
		      ktime_add_ns(attempt->reason.time, slack_ns));
	stream->next_picture = ktime_add_ns(due, stream->picture_interval_ns);
	spin_unlock_irqrestore(&target->lock, flags);
}

/* The picture, or a part of it, was not sent: its damage is pending again. */
static void put_back(struct miracast_capture *capture,
		     const struct miracast_attempt *attempt)
{
	u64 frame = attempt->picture.frame;

	miracast_damage_clear(&capture->history[frame % MIRACAST_MAX_BUFFERS]);
	/* In another mode, all of the screen is pending, and the damage may lie outside. */
	if (memcmp(&capture->mode, &attempt->mode, sizeof(attempt->mode)))
		return;
	miracast_damage_add_all(&capture->pending, &capture->damage);
	capture->pending_pictures += attempt->pictures;
}

/**
 * miracast_attempt_settle - Note what became of the damage of a picture
 * @target: the target, its capture lock held
 * @attempt: the attempt; no other one of its stream has begun since
 * @sent: all of the picture is announced
 *
 * Does nothing for a stream that has lost the target: the next one begins with all of the
 * screen, and may have captured that already.
 */
void miracast_attempt_settle(struct miracast_target *target,
			     const struct miracast_attempt *attempt, bool sent)
{
	struct miracast_stream *stream = attempt->stream;
	unsigned long flags;
	bool lost;

	lockdep_assert_held(&target->capture.lock);

	spin_lock_irqsave(&target->lock, flags);
	lost = target->stream != stream;
	if (!sent)
		stream->force_full |= attempt->forced;
	spin_unlock_irqrestore(&target->lock, flags);

	if (lost)
		return;
	if (sent)
		remember_frame(target, attempt);
	else
		put_back(&target->capture, attempt);
}

/**
 * miracast_attempt_finish - Drop the references of an attempt
 * @attempt: the attempt
 *
 * Not under the capture lock, which flips wait for. May sleep.
 */
void miracast_attempt_finish(struct miracast_attempt *attempt)
{
	if (!attempt->stream)
		return;
	if (attempt->evicted)
		drm_gem_object_put(attempt->evicted);
	dma_fence_put(attempt->old_writers);
	dma_fence_put(attempt->picture.writers);
	miracast_owner_buffers_put_later(attempt->owner_buffers);
	miracast_buffer_trim(attempt->stream);
	/* Revoking may wait for threads of the owner, and this may be a commit: left to a work. */
	if (!list_empty(&attempt->stream->revoking))
		miracast_trim_later(attempt->stream);
	miracast_stream_put(attempt->stream);
}
