// SPDX-License-Identifier: GPL-2.0
/*
 * The end of CPU access to an owner's buffer, after a picture was copied into it.
 *
 * Owns: the work of each stream that ends access, and announces the last part of the picture
 * after that. An exporter takes its reservation lock there, may allocate memory, and waits
 * as long as it likes. Flips wait for the capture lock, and commits for earlier ones; so
 * no lock is held, and no commit does it. A stream has one such picture at a time, and
 * captures no other one meanwhile; the next owner of the target does not wait.
 */
#include <linux/slab.h>

#include "miracast_attempt.h"
#include "miracast_damage.h"
#include "miracast_ending.h"
#include "miracast_owner_buffers.h"
#include "miracast_prepare.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"

/**
 * struct miracast_ending - A picture whose last part is not announced yet
 * @work: ends access
 * @attempt: the attempt, with its references and its slot, in state CAPTURING
 * @part: the last part
 * @band: its damage
 * @busy: there is such a picture; guarded by the target's spinlock, as @missed
 * @missed: another picture was due meanwhile
 */
struct miracast_ending {
	struct work_struct work;
	struct miracast_attempt attempt;
	struct miracast_part part;
	struct miracast_damage band;
	bool busy;
	bool missed;
};

static void begin_busy(struct miracast_target *target, struct miracast_ending *ending)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	ending->busy = true;
	spin_unlock_irqrestore(&target->lock, flags);
}

/* The next attempt may begin, which overwrites all. Returns whether one is due. */
static bool end_busy(struct miracast_target *target, struct miracast_ending *ending)
{
	unsigned long flags;
	bool missed;

	spin_lock_irqsave(&target->lock, flags);
	missed = ending->missed;
	ending->missed = false;
	ending->busy = false;
	spin_unlock_irqrestore(&target->lock, flags);

	return missed;
}

static void ending_work(struct work_struct *work)
{
	struct miracast_ending *ending =
		container_of(work, struct miracast_ending, work);
	struct miracast_attempt attempt = ending->attempt;
	struct miracast_stream *stream = attempt.stream;
	struct miracast_target *target = stream->target;
	bool sent, missed;

	miracast_owner_buffers_end(attempt.owner_buffers,
				   attempt.slot - stream->slots);
	sent = miracast_attempt_publish(target, &attempt, &ending->part);

	mutex_lock(&target->capture.lock);
	miracast_attempt_settle(target, &attempt, sent);
	missed = end_busy(target, ending);
	mutex_unlock(&target->capture.lock);

	miracast_attempt_finish(&attempt);
	miracast_prepare_missed(target);
	if (missed)
		miracast_todo_capture(target);
}

/**
 * miracast_ending_init - Set the work up
 * @stream: the stream, not yet visible to anyone else
 *
 * It is freed with the stream.
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_ending_init(struct miracast_stream *stream)
{
	if (!(stream->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS))
		return 0;

	stream->ending = kzalloc(sizeof(*stream->ending), GFP_KERNEL_ACCOUNT);
	if (!stream->ending)
		return -ENOMEM;
	INIT_WORK(&stream->ending->work, ending_work);

	return 0;
}

/**
 * miracast_ending_is_busy - Check whether the picture before is not announced yet
 * @stream: the stream, locked, with a picture to capture
 *
 * Return: true when it is not; then its work sees to it that the next one is captured.
 */
bool miracast_ending_is_busy(struct miracast_stream *stream)
{
	lockdep_assert_held(stream->lock);

	if (!stream->ending || !stream->ending->busy)
		return false;
	stream->ending->missed = true;

	return true;
}

/**
 * miracast_ending_start - Have a work end CPU access, and announce the picture
 * @target: the target, its capture lock held
 * @attempt: the attempt, with a buffer of the owner that all is copied into; its references
 *	are taken over, and its stream is set to NULL
 * @part: the last part, with its damage
 *
 * Return: false when there is no worker any more. Then the picture is not announced, and
 * @attempt is as before, without the slot.
 */
bool miracast_ending_start(struct miracast_target *target,
			   struct miracast_attempt *attempt,
			   const struct miracast_part *part)
{
	struct miracast_stream *stream = attempt->stream;
	struct miracast_ending *ending = stream->ending;
	unsigned long flags;

	lockdep_assert_held(&target->capture.lock);

	ending->attempt = *attempt;
	ending->attempt.read = NULL;
	ending->part = *part;
	ending->band = *part->damage;
	ending->part.damage = &ending->band;

	begin_busy(target, ending);
	if (miracast_todo_start_apart(target, &ending->work)) {
		attempt->stream = NULL;
		return true;
	}

	end_busy(target, ending);
	spin_lock_irqsave(&target->lock, flags);
	miracast_slot_abort(stream, attempt->slot, true);
	spin_unlock_irqrestore(&target->lock, flags);

	return false;
}
