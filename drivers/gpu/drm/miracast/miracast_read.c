// SPDX-License-Identifier: GPL-2.0
/*
 * CPU access to the framebuffer on the screen of a target.
 *
 * When access to a dma-buf begins, its exporter and the dma-buf core wait for all
 * fences of writers; some exporters wait when it ends as well. A fence can itself
 * wait for a flip of this CRTC, and a flip waits for the capture lock. So access
 * begins and ends with no lock held, and in a commit after all its flips were
 * armed; whether the framebuffer may be read is decided again under the lock. Access
 * costs time where caches must be made coherent, so it begins only when a picture is
 * expected.
 */
#include <linux/lockdep.h>

#include <drm/drm_framebuffer.h>

#include "miracast_capture.h"
#include "miracast_due.h"
#include "miracast_fb.h"
#include "miracast_import.h"
#include "miracast_read.h"
#include "miracast_target.h"

/* Get the framebuffer on the screen, if it will be read and needs CPU access. */
static bool get_import(struct miracast_target *target,
		       const struct miracast_due *reason,
		       struct miracast_read *read)
{
	struct miracast_capture *capture = &target->capture;
	struct drm_framebuffer *fb;

	mutex_lock(&capture->lock);
	fb = capture->readable ? capture->fb : NULL;
	if (fb && miracast_import_is(fb->obj[0]) &&
	    !miracast_refusals_until(&capture->refusals) &&
	    (READ_ONCE(target->crc.enabled) ||
	     miracast_due_expected(target, reason))) {
		drm_framebuffer_get(fb);
		read->fb = fb;
		read->flips = capture->flips;
	}
	mutex_unlock(&capture->lock);

	return read->fb;
}

/* Count a refusal, unless the framebuffer has left the screen meanwhile. */
static void note_answer(struct miracast_capture *capture,
			const struct miracast_read *read, bool refused)
{
	mutex_lock(&capture->lock);
	if (read->flips != capture->flips)
		goto out;
	if (refused)
		miracast_refusals_add(&capture->refusals);
	else
		miracast_refusals_clear(&capture->refusals);
out:
	mutex_unlock(&capture->lock);
}

/**
 * miracast_read_begin - Begin to read the scanout
 * @target: the target, its capture lock not held
 * @reason: vblank and pacing of the picture
 * @read: filled in; miracast_read_end() must follow
 *
 * May wait for fences, interruptibly, but not for those of present writers. Does not ask
 * an exporter again that has just refused.
 */
void miracast_read_begin(struct miracast_target *target,
			 const struct miracast_due *reason,
			 struct miracast_read *read)
{
	struct miracast_use use;
	int ret;

	*read = (struct miracast_read) {};
	miracast_picture_get_use(target, &use);
	if (!use.primary_read || !get_import(target, reason, read))
		return;

	ret = miracast_fb_begin_read(read->fb);
	/* While there are writers, the exporter was not asked. */
	if (!ret || miracast_fb_is_idle(read->fb))
		note_answer(&target->capture, read, ret);
	if (ret) {
		drm_framebuffer_put(read->fb);
		read->fb = NULL;
	}
}

/**
 * miracast_read_allowed - Check whether the scanout can be read
 * @read: the access, or NULL when none was begun
 * @capture: the capture side, locked, its framebuffer, if any, mapped
 *
 * Return: false while there are writers, and when access to an import was not begun
 * or was begun to what was shown before.
 */
bool miracast_read_allowed(const struct miracast_read *read,
			   const struct miracast_capture *capture)
{
	lockdep_assert_held(&capture->lock);

	if (!capture->fb)
		return true;
	if (!miracast_fb_is_idle(capture->fb))
		return false;

	return !miracast_import_is(capture->fb->obj[0]) ||
	       (read && read->fb && read->flips == capture->flips);
}

/**
 * miracast_read_end - End what miracast_read_begin() began
 * @read: the access
 *
 * No lock may be held: an exporter may wait.
 */
void miracast_read_end(struct miracast_read *read)
{
	if (!read->fb)
		return;

	miracast_fb_end_read(read->fb);
	drm_framebuffer_put(read->fb);
}
