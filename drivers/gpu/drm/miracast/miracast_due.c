// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a picture is due: there is damage, the owner may have the picture, and it is
 * not too early.
 *
 * Nothing is changed here. The capture lock keeps the picture from changing; the target's
 * spinlock guards the stream.
 */
#include <linux/ktime.h>
#include <linux/lockdep.h>

#include <drm/drm_framebuffer.h>

#include "miracast_capture.h"
#include "miracast_copy.h"
#include "miracast_damage.h"
#include "miracast_direct.h"
#include "miracast_dirty.h"
#include "miracast_due.h"
#include "miracast_import.h"
#include "miracast_stream.h"
#include "miracast_target.h"

/**
 * miracast_due_slack_ns - Get how much too early a picture may be for its rate
 * @target: the target, its capture lock held
 *
 * Return: half a refresh period.
 */
u64 miracast_due_slack_ns(const struct miracast_target *target)
{
	return target->vblank.period_ns / 2;
}

/**
 * miracast_due_later - Check whether a picture must wait
 * @target: the target, its capture lock and its lock held
 * @reason: vblank and pacing of the picture
 * @due: set to when the next attempt may be made, 0 for the next vblank
 *
 * It waits for the next refresh period, or for the picture rate that the owner has set.
 * A full picture that the owner has asked for does not wait for the rate.
 *
 * Return: true when it must.
 */
bool miracast_due_later(const struct miracast_target *target,
			const struct miracast_due *reason, ktime_t *due)
{
	const struct miracast_stream *stream = target->stream;
	ktime_t first = ktime_sub_ns(stream->next_picture,
				     miracast_due_slack_ns(target));

	lockdep_assert_held(&target->capture.lock);
	lockdep_assert_held(&target->lock);

	*due = 0;
	if (reason->paced && reason->now <= target->capture.captured_sequence)
		return true;
	if (!stream->picture_interval_ns || stream->force_full ||
	    !ktime_before(reason->time, first))
		return false;

	/* An attempt that runs at a vblank is for the picture of the next vblank. */
	*due = ktime_sub_ns(first, target->vblank.period_ns);

	return true;
}

/**
 * miracast_due_can_have - Check whether the owner can have the scanout
 * @capture: the capture side, locked
 * @stream: the owner's stream, locked
 *
 * In DIRECT, the framebuffer must cover the whole screen. An import is handed out as the
 * exporter's own dma-buf: often writable, never revoked, and with fences that commits
 * wait for. So that needs the flag TRUSTED.
 *
 * Return: true when it can.
 */
bool miracast_due_can_have(const struct miracast_capture *capture,
			   const struct miracast_stream *stream)
{
	lockdep_assert_held(&capture->lock);
	lockdep_assert_held(stream->lock);

	if (!stream->direct)
		return capture->readable;
	if (!miracast_image_fills(&capture->image, capture->mode.width,
				  capture->mode.height))
		return false;
	if (stream->flags & DRM_MIRACAST_CONTEXT_FLAG_TRUSTED)
		return true;

	return !miracast_import_is(capture->fb->obj[0]) &&
	       miracast_direct_is_exact(capture->fb, capture->mode.width,
					capture->mode.height);
}

/**
 * miracast_due_has_damage - Check whether the owner's picture is not the scanout
 * @capture: the capture side, locked
 * @stream: the owner's stream, locked
 *
 * Return: true when there is something to capture.
 */
bool miracast_due_has_damage(const struct miracast_capture *capture,
			     const struct miracast_stream *stream)
{
	lockdep_assert_held(&capture->lock);
	lockdep_assert_held(stream->lock);

	return stream->force_full || !miracast_damage_empty(&stream->owed) ||
	       !miracast_damage_empty(&capture->pending);
}

/**
 * miracast_due_expected - Check whether an attempt would copy a picture
 * @target: the target, its capture lock held
 * @reason: what the attempt would be made for
 *
 * Only a prediction, for which access to the framebuffer is begun. When an attempt copies
 * although none was expected, it fails as unreadable, and is made again.
 *
 * Return: true when it would.
 */
bool miracast_due_expected(struct miracast_target *target,
			   const struct miracast_due *reason)
{
	const struct miracast_capture *capture = &target->capture;
	const struct miracast_stream *stream;
	bool drawn, expected = false;
	unsigned long flags;
	ktime_t due;

	lockdep_assert_held(&capture->lock);

	if (!capture->active || !capture->settled)
		return false;

	drawn = miracast_dirty_is(&target->dirty, capture->fb);
	spin_lock_irqsave(&target->lock, flags);
	stream = target->stream;
	if (miracast_picture_may_deliver(target) && !stream->direct &&
	    !memcmp(&capture->mode, &stream->mode, sizeof(stream->mode)) &&
	    (miracast_due_has_damage(capture, stream) || drawn))
		expected = !miracast_due_later(target, reason, &due) &&
			   miracast_copy_is_possible(stream);
	spin_unlock_irqrestore(&target->lock, flags);

	return expected;
}
