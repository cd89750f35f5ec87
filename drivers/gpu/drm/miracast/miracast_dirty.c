// SPDX-License-Identifier: GPL-2.0
/*
 * Drawing into the framebuffer on the screen, which clients report by DIRTYFB.
 *
 * X servers call it from the one thread that serves all screens and clients. So the call
 * waits for no vblank, no copy and no owner: it only records the damage, and the work of
 * the capture side takes it over at most once per refresh period. It does take the locks
 * of the planes, which a blocking commit of another client may hold.
 */
#include <drm/drm_framebuffer.h>
#include <drm/drm_mode.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_plane.h>

#include "miracast_dirty.h"
#include "miracast_drv.h"
#include "miracast_target.h"
#include "miracast_todo.h"

/**
 * miracast_dirty_init - Set up, with nothing drawn
 * @dirty: what to set up
 */
void miracast_dirty_init(struct miracast_dirty *dirty)
{
	mutex_init(&dirty->lock);
}

/**
 * miracast_dirty_fini - Undo miracast_dirty_init()
 * @dirty: what was set up
 */
void miracast_dirty_fini(struct miracast_dirty *dirty)
{
	mutex_destroy(&dirty->lock);
}

/* As DRM core checks the clips of a commit: they may go beyond the framebuffer. */
static bool is_valid(const struct drm_clip_rect *clip)
{
	return clip->x1 < clip->x2 && clip->y1 < clip->y2;
}

/* Clips are in pixels of the framebuffer; outside of the plane's source they are ignored. */
static void add_clip(struct miracast_damage *damage,
		     const struct drm_plane_state *state,
		     const struct drm_clip_rect *clip)
{
	struct drm_rect rect = DRM_RECT_INIT(clip->x1, clip->y1,
					     clip->x2 - clip->x1,
					     clip->y2 - clip->y1);

	drm_rect_translate(&rect, state->dst.x1 - (state->src.x1 >> 16),
			   state->dst.y1 - (state->src.y1 >> 16));
	if (drm_rect_intersect(&rect, &state->dst))
		miracast_damage_add(damage, &rect);
}

static void add_clips(struct miracast_dirty *dirty, const struct drm_plane_state *state,
		      const struct drm_clip_rect *clips, unsigned int count,
		      unsigned int step)
{
	unsigned int i;

	mutex_lock(&dirty->lock);
	if (miracast_damage_empty(&dirty->damage))
		dirty->time = ktime_get();
	/*
	 * A commit of another framebuffer may be under way. Damage of the framebuffer
	 * before becomes damage of that commit, too.
	 */
	dirty->fb = state->fb;
	if (!count)
		miracast_damage_add(&dirty->damage, &state->dst);
	for (i = 0; i < count; i += step)
		add_clip(&dirty->damage, state, &clips[i]);
	mutex_unlock(&dirty->lock);
}

/* A blocking commit holds the lock of the plane until its flip is done. */
static int report_clips(struct miracast_target *target,
			const struct drm_framebuffer *fb,
			const struct drm_clip_rect *clips, unsigned int count,
			unsigned int step)
{
	struct drm_plane *primary = &target->primary;
	const struct drm_plane_state *state;
	unsigned int i;
	bool shown;
	int ret;

	ret = drm_modeset_lock_single_interruptible(&primary->mutex);
	if (ret)
		return ret;

	state = primary->state;
	shown = state->crtc && state->fb == fb && state->visible;
	for (i = 0; shown && i < count; i += step)
		if (!is_valid(&clips[i]))
			ret = -EINVAL;
	if (shown && !ret)
		add_clips(&target->dirty, state, clips, count, step);
	drm_modeset_unlock(&primary->mutex);

	if (shown && !ret)
		miracast_todo_capture(target);

	return ret;
}

/**
 * miracast_dirty_report - A client has drawn into a framebuffer
 * @fb: the framebuffer
 * @file: the client
 * @flags: what the clips are
 * @color: unused
 * @clips: where; NULL for all of it
 * @count: number of @clips
 *
 * The implementation of DIRTYFB.
 *
 * Return: 0, -EINVAL when a clip has no area, or -EINTR.
 */
int miracast_dirty_report(struct drm_framebuffer *fb, struct drm_file *file,
			  unsigned int flags, unsigned int color,
			  struct drm_clip_rect *clips, unsigned int count)
{
	struct miracast_device *mdev = to_miracast_device(fb->dev);
	unsigned int i, step = 1;
	int ret = 0;

	/* Pairs of clips: the first is the damage, the second the source of the copy. */
	if (flags & DRM_MODE_FB_DIRTY_ANNOTATE_COPY)
		step = 2;

	for (i = 0; !ret && i < mdev->target_count; i++)
		ret = report_clips(mdev->targets[i], fb, clips, count, step);

	return ret;
}

/**
 * miracast_dirty_is - Check whether something was drawn into a framebuffer
 * @dirty: what was drawn
 * @fb: the framebuffer, or NULL
 *
 * Return: true when there is something to take.
 */
bool miracast_dirty_is(struct miracast_dirty *dirty,
		       const struct drm_framebuffer *fb)
{
	bool is;

	mutex_lock(&dirty->lock);
	is = fb && dirty->fb == fb && !miracast_damage_empty(&dirty->damage);
	mutex_unlock(&dirty->lock);

	return is;
}

/**
 * miracast_dirty_take - Take over what was drawn
 * @dirty: what was drawn
 * @damage: what it is added to, or NULL when it does not matter any more
 * @time: set to when the first of it was reported, or NULL
 *
 * Return: true when there was anything.
 */
bool miracast_dirty_take(struct miracast_dirty *dirty,
			 struct miracast_damage *damage, ktime_t *time)
{
	bool any;

	mutex_lock(&dirty->lock);
	any = !miracast_damage_empty(&dirty->damage);
	if (any && damage)
		miracast_damage_add_all(damage, &dirty->damage);
	if (any && time)
		*time = dirty->time;
	miracast_damage_clear(&dirty->damage);
	mutex_unlock(&dirty->lock);

	return any;
}
