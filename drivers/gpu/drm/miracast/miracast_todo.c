// SPDX-License-Identifier: GPL-2.0
/*
 * Items for the worker of a target.
 *
 * Owns: which items are to be done, and that no work is queued once the worker is
 * stopped; under the work lock, a leaf. Called from any context. This file only starts
 * the works; their functions are elsewhere.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "miracast_drv.h"
#include "miracast_target.h"
#include "miracast_todo.h"

/* Least time between uevents, and between mode sets of the driver's own. */
#define INTERVAL_MS	100

/**
 * miracast_todo_start - Start a work of a target
 * @target: the target
 * @work: the work
 * @delay_ms: when; replaces an earlier time
 *
 * Does nothing once the worker is stopped. Any context.
 */
void miracast_todo_start(struct miracast_target *target,
			 struct delayed_work *work, unsigned int delay_ms)
{
	unsigned long flags;

	spin_lock_irqsave(&target->work_lock, flags);
	if (!target->stopped)
		mod_delayed_work(target->wq, work, msecs_to_jiffies(delay_ms));
	spin_unlock_irqrestore(&target->work_lock, flags);
}

/**
 * miracast_todo_start_apart - Start a work that may take long
 * @target: the target
 * @work: the work; others of the target do not wait for it, miracast_worker_stop()
 *	does
 *
 * Does nothing once the worker is stopped. Any context.
 *
 * Return: true when the work was not waiting already, and is now.
 */
bool miracast_todo_start_apart(struct miracast_target *target,
			       struct work_struct *work)
{
	unsigned long flags;
	bool started = false;

	spin_lock_irqsave(&target->work_lock, flags);
	if (!target->stopped)
		started = queue_work(target->mdev->capture_wq, work);
	spin_unlock_irqrestore(&target->work_lock, flags);

	return started;
}

/* Milliseconds until the interval is over. */
static unsigned int time_left(const struct miracast_target *target)
{
	s64 left = ktime_ms_delta(target->shown_until, ktime_get());

	return clamp_t(s64, left + 1, 0, INTERVAL_MS);
}

static void start_limited(struct miracast_target *target)
{
	lockdep_assert_held(&target->work_lock);

	/* A work that is queued already keeps its time. */
	queue_delayed_work(target->wq, &target->limited_work,
			   msecs_to_jiffies(time_left(target)));
}

/**
 * miracast_todo_add - Add items for the worker
 * @target: the target
 * @todo: mask of enum miracast_todo bits
 *
 * Any context.
 */
void miracast_todo_add(struct miracast_target *target, unsigned long todo)
{
	unsigned long flags;

	spin_lock_irqsave(&target->work_lock, flags);
	target->todo |= todo;
	if (!target->stopped)
		start_limited(target);
	spin_unlock_irqrestore(&target->work_lock, flags);
}

/**
 * miracast_todo_take - Take items that are to be done
 * @target: the target
 *
 * Return: mask of enum miracast_todo bits.
 */
unsigned long miracast_todo_take(struct miracast_target *target)
{
	unsigned long flags, todo;

	spin_lock_irqsave(&target->work_lock, flags);
	todo = target->todo;
	target->todo = 0;
	spin_unlock_irqrestore(&target->work_lock, flags);

	return todo;
}

/**
 * miracast_todo_begin_interval - Clients were sent an event
 * @target: the target
 *
 * Nothing of the kind is done again before the interval is over.
 */
void miracast_todo_begin_interval(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->work_lock, flags);
	target->shown_until = ktime_add_ms(ktime_get(), INTERVAL_MS);
	/* An item that was added meanwhile waits for the end of the interval. */
	if (!target->stopped && target->todo)
		mod_delayed_work(target->wq, &target->limited_work,
				 msecs_to_jiffies(time_left(target)));
	spin_unlock_irqrestore(&target->work_lock, flags);
}

/**
 * miracast_todo_capture - Try a capture soon
 * @target: the target
 *
 * Does nothing after the KMS objects are gone; owners may still cause the call.
 * Any context.
 */
void miracast_todo_capture(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->work_lock, flags);
	target->capture_due = 0;
	if (!target->stopped)
		mod_delayed_work(target->mdev->capture_wq, &target->capture.work, 0);
	spin_unlock_irqrestore(&target->work_lock, flags);
}

/**
 * miracast_todo_capture_later - Try a capture at a later time
 * @target: the target
 * @due: when, in jiffies; an earlier attempt is kept
 *
 * For what no vblank and no client will announce. Any context.
 */
void miracast_todo_capture_later(struct miracast_target *target, u64 due)
{
	struct delayed_work *work = &target->capture.work;
	u64 now = get_jiffies_64();
	unsigned long flags;

	spin_lock_irqsave(&target->work_lock, flags);
	if (!target->stopped &&
	    (!delayed_work_pending(work) || due < target->capture_due)) {
		target->capture_due = due;
		mod_delayed_work(target->mdev->capture_wq, work,
				 due > now ? due - now : 0);
	}
	spin_unlock_irqrestore(&target->work_lock, flags);
}

/**
 * miracast_todo_init - Set up, with nothing to do
 * @target: the target
 */
void miracast_todo_init(struct miracast_target *target)
{
	spin_lock_init(&target->work_lock);
}

/**
 * miracast_todo_stop - Accept no more items
 * @target: the target
 *
 * The caller waits for works that were started already.
 */
void miracast_todo_stop(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->work_lock, flags);
	target->stopped = true;
	spin_unlock_irqrestore(&target->work_lock, flags);
}
