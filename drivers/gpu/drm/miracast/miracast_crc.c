// SPDX-License-Identifier: GPL-2.0
/*
 * Frame CRCs.
 *
 * While they are read, there is a CRC for every vblank. It is computed once per picture:
 * by the work, or by the commit that is about to change the picture, whichever comes
 * first. While a context has the target, there are CRCs only of pictures that its owner
 * may see.
 */
#include <linux/string.h>

#include <drm/drm_crtc.h>
#include <drm/drm_debugfs_crc.h>
#include <drm/drm_vblank.h>

#include "miracast_drv.h"
#include "miracast_due.h"
#include "miracast_read.h"
#include "miracast_recommit.h"
#include "miracast_target.h"

static const char *const sources[] = { "auto" };

/**
 * miracast_crc_sources - List the CRC sources
 * @crtc: the CRTC
 * @count: set to their number
 *
 * Return: their names.
 */
const char *const *miracast_crc_sources(struct drm_crtc *crtc, size_t *count)
{
	*count = ARRAY_SIZE(sources);

	return sources;
}

/**
 * miracast_crc_verify_source - Check a CRC source
 * @crtc: the CRTC
 * @source: its name, or NULL for none
 * @values: set to the number of values per CRC
 *
 * Return: 0 or -EINVAL.
 */
int miracast_crc_verify_source(struct drm_crtc *crtc, const char *source,
			       size_t *values)
{
	if (source && strcmp(source, sources[0]))
		return -EINVAL;

	*values = 1;

	return 0;
}

/* Compute the CRC of the picture, unless it is known; false: not readable now. */
static bool compute_crc(struct miracast_target *target,
			const struct miracast_read *read)
{
	struct miracast_capture *capture = &target->capture;
	struct miracast_crc *crc = &target->crc;

	if (crc->serial == capture->serial &&
	    !miracast_dirty_is(&target->dirty, capture->fb))
		return true;
	if (!miracast_read_allowed(read, capture))
		return false;

	crc->value = miracast_blit_crc(&capture->image, &capture->cursor.image,
				       &capture->gamma, capture->mode.width,
				       capture->mode.height,
				       &capture->scratch);
	crc->serial = capture->serial;

	return true;
}

/**
 * miracast_crc_keep - Compute the CRC of a commit's picture
 * @target: the target, its capture lock not held
 *
 * The commit that comes next reports the CRCs that are still due for this one, but
 * cannot begin to read an import. So that is done before it may come. May sleep.
 */
void miracast_crc_keep(struct miracast_target *target)
{
	const struct miracast_due reason = {};
	struct miracast_read read;

	if (!READ_ONCE(target->crc.enabled))
		return;

	miracast_read_begin(target, &reason, &read);
	mutex_lock(&target->capture.lock);
	if (READ_ONCE(target->crc.enabled) && read.fb)
		compute_crc(target, &read);
	mutex_unlock(&target->capture.lock);
	miracast_read_end(&read);
}

/**
 * miracast_crc_update - Report the CRCs of past vblanks
 * @target: the target, its capture lock held
 * @read: access to the scanout, or NULL
 *
 * To be called before the scanout changes. May sleep.
 */
void miracast_crc_update(struct miracast_target *target,
			 const struct miracast_read *read)
{
	struct miracast_crc *crc = &target->crc;
	unsigned long flags;
	bool pending, owners;
	u64 frame, last;

	lockdep_assert_held(&target->capture.lock);

	spin_lock_irqsave(&target->lock, flags);
	pending = crc->pending;
	frame = crc->first;
	last = crc->last;
	crc->pending = false;
	owners = miracast_picture_belongs(target);
	spin_unlock_irqrestore(&target->lock, flags);

	if (!pending || !owners || !target->capture.active ||
	    !target->capture.readable)
		return;

	if (!compute_crc(target, read))
		return;
	for (; frame <= last; frame++)
		drm_crtc_add_crc_entry(&target->crtc, true, frame, &crc->value);
}

static void crc_work(struct work_struct *work)
{
	struct miracast_target *target =
		container_of(work, struct miracast_target, crc.work);
	const struct miracast_due reason = {};
	struct miracast_read read;

	miracast_read_begin(target, &reason, &read);
	mutex_lock(&target->capture.lock);
	/* Otherwise a commit is under way; the next vblank queues this work again. */
	if (target->capture.settled)
		miracast_crc_update(target, &read);
	mutex_unlock(&target->capture.lock);
	miracast_read_end(&read);
}

/**
 * miracast_crc_tick - A vblank has come
 * @target: the target
 *
 * From the vblank timer.
 */
void miracast_crc_tick(struct miracast_target *target)
{
	struct miracast_crc *crc = &target->crc;
	unsigned long flags;
	u64 count;

	if (!READ_ONCE(crc->enabled))
		return;

	count = drm_crtc_vblank_count(&target->crtc);
	spin_lock_irqsave(&target->lock, flags);
	if (!crc->pending)
		crc->first = count;
	crc->last = count;
	crc->pending = true;
	spin_unlock_irqrestore(&target->lock, flags);

	queue_work(target->mdev->capture_wq, &crc->work);
}

static bool set_enabled(struct miracast_target *target, bool enabled)
{
	unsigned long flags;
	bool was;

	spin_lock_irqsave(&target->lock, flags);
	was = target->crc.enabled;
	target->crc.enabled = enabled;
	target->crc.pending = false;
	spin_unlock_irqrestore(&target->lock, flags);

	return was;
}

static int enable_crc(struct miracast_target *target)
{
	int ret;

	if (set_enabled(target, true))
		return 0;

	/* The framebuffer may never have been mapped for reading. */
	ret = miracast_recommit(target, false);
	if (!ret)
		ret = drm_crtc_vblank_get(&target->crtc);
	if (ret)
		set_enabled(target, false);

	return ret;
}

static void disable_crc(struct miracast_target *target)
{
	if (set_enabled(target, false))
		drm_crtc_vblank_put(&target->crtc);
}

/**
 * miracast_crc_set_source - Choose a CRC source
 * @crtc: the CRTC
 * @source: its name, or NULL to stop
 *
 * Takes mode-setting locks; sleeps.
 *
 * Return: 0, -EINVAL, or why the scanout cannot be read.
 */
int miracast_crc_set_source(struct drm_crtc *crtc, const char *source)
{
	struct miracast_target *target = crtc_to_miracast_target(crtc);
	size_t values;
	int ret = miracast_crc_verify_source(crtc, source, &values);

	if (ret)
		return ret;
	if (source)
		return enable_crc(target);

	disable_crc(target);

	return 0;
}

/**
 * miracast_crc_init - Set CRCs up, off
 * @target: the target
 */
void miracast_crc_init(struct miracast_target *target)
{
	INIT_WORK(&target->crc.work, crc_work);
	target->crc.serial = U64_MAX;
}

/**
 * miracast_crc_fini - Wait for the work
 * @target: the target, its CRTC off and gone
 */
void miracast_crc_fini(struct miracast_target *target)
{
	cancel_work_sync(&target->crc.work);
}
