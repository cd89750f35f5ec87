// SPDX-License-Identifier: GPL-2.0
/*
 * The state of the picture: whether the owner gets it, and why not; and which planes are
 * read for which purpose. Decided only here, for capture, cursor, CRCs, checks of commits,
 * QUERY_CONTEXT and the PICTURE_STATE message.
 */
#include <linux/lockdep.h>

#include "miracast_drv.h"
#include "miracast_fb.h"
#include "miracast_picture.h"
#include "miracast_queue.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_todo.h"

/**
 * miracast_picture_set_primary - The primary plane has another framebuffer
 * @target: the target
 * @fb: the framebuffer, or NULL
 * @readable: its pixels can be read
 */
void miracast_picture_set_primary(struct miracast_target *target,
				  const struct drm_framebuffer *fb,
				  bool readable)
{
	u64 master = fb ? miracast_fb_master(fb) : 0;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	target->scanout.fb = fb;
	target->scanout.fb_master = master;
	target->scanout.fb_readable = readable;
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_picture_set_cursor - The cursor plane has another framebuffer
 * @target: the target
 * @fb: the framebuffer, or NULL
 */
void miracast_picture_set_cursor(struct miracast_target *target,
				 const struct drm_framebuffer *fb)
{
	u64 master = fb ? miracast_fb_master(fb) : 0;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	target->scanout.cursor = fb;
	target->scanout.cursor_master = master;
	spin_unlock_irqrestore(&target->lock, flags);
}

/**
 * miracast_picture_settled - A commit has made all of its changes
 * @target: the target
 */
void miracast_picture_settled(struct miracast_target *target)
{
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	miracast_picture_update(target);
	spin_unlock_irqrestore(&target->lock, flags);
}

static bool follows_masters(const struct miracast_stream *stream)
{
	return stream->flags & DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
}

/**
 * miracast_picture_may_flow - Check whether there is an owner for the master's screen
 * @target: the target, locked
 *
 * Return: false without a context, for one that is not pinned, and while another
 * master has the device than the one that it is pinned to.
 */
bool miracast_picture_may_flow(const struct miracast_target *target)
{
	const struct miracast_stream *stream = target->stream;

	lockdep_assert_held(&target->lock);

	return stream && !target->hidden && (follows_masters(stream) || stream->pinned);
}

/**
 * miracast_picture_is_owners - Check whether the owner may see a master's screen
 * @target: the target, locked, with a stream
 * @master: number of the master, or 0 for none
 *
 * Return: true for the master that the context is pinned to, and for all when it
 * follows masters.
 */
bool miracast_picture_is_owners(const struct miracast_target *target, u64 master)
{
	const struct miracast_stream *stream = target->stream;

	lockdep_assert_held(&target->lock);

	return follows_masters(stream) || (master && master == stream->pinned);
}

/**
 * miracast_picture_belongs - Check whether the owner may see all of the picture
 * @target: the target, locked
 *
 * Return: true without a context, and when the one master that the context may
 * see has lit the CRTC and made all framebuffers.
 */
bool miracast_picture_belongs(const struct miracast_target *target)
{
	const struct miracast_scanout *scanout = &target->scanout;

	lockdep_assert_held(&target->lock);

	if (!target->stream)
		return true;

	return miracast_picture_is_owners(target, scanout->lit_by) &&
	       (!scanout->fb ||
		miracast_picture_is_owners(target, scanout->fb_master)) &&
	       (!scanout->cursor ||
		miracast_picture_is_owners(target, scanout->cursor_master));
}

static bool is_answered(const struct miracast_target *target)
{
	const struct miracast_stream *stream = target->stream;

	return stream->mode_ready && target->lit_for == target->generation &&
	       !memcmp(&target->scanout.mode, &stream->mode,
		       sizeof(stream->mode));
}

/**
 * miracast_picture_state - Get the state of the picture
 * @target: the target, locked
 *
 * Return: enum drm_miracast_picture_state.
 */
u32 miracast_picture_state(const struct miracast_target *target)
{
	const struct miracast_scanout *scanout = &target->scanout;
	const struct miracast_stream *stream = target->stream;

	lockdep_assert_held(&target->lock);

	if (!stream || !target->monitor)
		return DRM_MIRACAST_PICTURE_STATE_NO_MONITOR;
	if (!follows_masters(stream) && !stream->pinned)
		return DRM_MIRACAST_PICTURE_STATE_NOT_PINNED;
	if (target->hidden)
		return DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER;
	if (!scanout->on)
		return DRM_MIRACAST_PICTURE_STATE_DARK;
	if (!miracast_mode_within(&scanout->mode, &stream->limits) ||
	    target->lacking == target->generation)
		return DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS;
	if (!miracast_picture_belongs(target))
		return DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT;
	if (!is_answered(target))
		return DRM_MIRACAST_PICTURE_STATE_UNANSWERED;
	if (stream->direct ? stream->unreadable :
			     scanout->fb && !scanout->fb_readable)
		return DRM_MIRACAST_PICTURE_STATE_UNREADABLE;

	return DRM_MIRACAST_PICTURE_STATE_FLOWS;
}

static bool is_wanted(const struct miracast_target *target)
{
	return target->stream && !target->away &&
	       miracast_stream_wants(target->stream);
}

/**
 * miracast_picture_flows - Check whether the owner may have the picture
 * @target: the target, locked
 *
 * Return: true when all of it belongs to the master that the owner may see, and
 * the owner has accepted the mode.
 */
bool miracast_picture_flows(const struct miracast_target *target)
{
	lockdep_assert_held(&target->lock);

	return is_wanted(target) && miracast_picture_state(target) ==
					    DRM_MIRACAST_PICTURE_STATE_FLOWS;
}

/**
 * miracast_picture_may_deliver - Check whether a delivery may be tried
 * @target: the target, locked
 *
 * In DIRECT the attempt may find that the memory must not be handed out.
 *
 * Return: true when the owner may have the scanout, memory aside.
 */
bool miracast_picture_may_deliver(const struct miracast_target *target)
{
	u32 state;

	lockdep_assert_held(&target->lock);

	if (!is_wanted(target))
		return false;

	state = miracast_picture_state(target);

	return state == DRM_MIRACAST_PICTURE_STATE_FLOWS ||
	       (state == DRM_MIRACAST_PICTURE_STATE_UNREADABLE &&
		target->stream->direct);
}

/**
 * miracast_picture_get_use - Get what the planes are used for
 * @target: the target
 * @use: filled in
 *
 * Any context.
 */
void miracast_picture_get_use(struct miracast_target *target,
			      struct miracast_use *use)
{
	const struct miracast_stream *stream;
	bool metadata = false, direct = false;
	unsigned long flags;

	spin_lock_irqsave(&target->lock, flags);
	stream = miracast_picture_may_flow(target) ? target->stream : NULL;
	if (stream) {
		metadata = stream->flags &
			   DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA;
		direct = stream->direct;
	}
	use->primary_read = (stream && !direct) || target->crc.enabled;
	use->primary_whole = direct;
	use->cursor_read = stream || target->crc.enabled;
	use->cursor_blended = !metadata && !direct;
	use->cursor_unseen = !metadata && direct;
	use->cursor_optional = stream;
	use->gamma_applied = !direct;
	spin_unlock_irqrestore(&target->lock, flags);
}

/* Other states are reported by other messages. */
static bool is_announced(u32 state)
{
	return state == DRM_MIRACAST_PICTURE_STATE_NOT_PINNED ||
	       state == DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER ||
	       state == DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS ||
	       state == DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT ||
	       state == DRM_MIRACAST_PICTURE_STATE_UNREADABLE;
}

/**
 * miracast_picture_update - Update the state of the picture
 * @target: the target, locked
 *
 * Called after a change on which it depends. The owner gets a message when a state that
 * has one begins or ends. When pictures come again, the first one is full.
 */
void miracast_picture_update(struct miracast_target *target)
{
	struct miracast_stream *stream = target->stream;
	struct drm_miracast_message_picture_state payload = {};
	u32 old, new;

	lockdep_assert_held(&target->lock);

	if (!stream)
		return;

	old = stream->picture_state;
	new = miracast_picture_state(target);
	stream->picture_state = new;
	if (old == new || (!is_announced(old) && !is_announced(new)))
		return;

	payload.picture_state = new;
	miracast_queue_send(stream, DRM_MIRACAST_MSG_PICTURE_STATE, &payload,
			    sizeof(payload));
	if (new != DRM_MIRACAST_PICTURE_STATE_FLOWS)
		return;

	stream->force_full = true;
	miracast_todo_capture(target);
}
