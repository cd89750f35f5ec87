// SPDX-License-Identifier: GPL-2.0
/*
 * Commits.
 *
 * A commit runs its hardware stage, captures its picture, and waits for its flips. A
 * nonblocking commit whose hardware stage has nothing to wait for runs it in the call of
 * the client. If the capture takes no longer than starting a thread would (any picture of
 * DIRECT, a small one of COPY), it is done there, too. Everything else is done by works of
 * high priority, because compositors have a high priority.
 */
#include <linux/dma-fence.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_framebuffer.h>

#include "miracast_capture.h"
#include "miracast_commit.h"
#include "miracast_drv.h"
#include "miracast_import.h"
#include "miracast_screen.h"
#include "miracast_target.h"

/**
 * DOC: The frame path
 *
 * Check runs in the client's call. So does all the rest of a blocking commit. Of a
 * nonblocking one, the hardware stage (stage to show) runs in the call when it has
 * nothing to wait for: no mode is set, fences have signaled, no capture is going on,
 * and no CRCs are read. Then the capture does, too, where it takes no longer than
 * starting a thread would: in DIRECT, and up to 128 x 128 pixels of the driver's own
 * memory into its own buffers. The rest is done by a work of high priority, which also
 * waits for the flips.
 *
 * Check
 *    ``primary_atomic_check()`` and ``cursor_atomic_check()`` map a framebuffer into
 *    the kernel when it is read (struct miracast_use: a primary plane for COPY, a
 *    cursor for any context, both for CRCs), so that TEST_ONLY fails where the commit
 *    would. The mapping stays until the object dies. ``crtc_atomic_check()`` stores
 *    the number of the monitor's arrival (``generation``) and of the DRM master in the
 *    CRTC's state at a mode set, and the master that commits at every commit. A commit
 *    that was checked before there was a context is committed once more by the worker,
 *    which maps its framebuffer.
 *
 * Stage
 *    The planes' ``atomic_update`` leave framebuffer, offset, damage and cursor state
 *    in struct miracast_staged of the CRTC's new state. Nothing is on the screen yet.
 *    More than 256 damage clips are taken as their bounding box, because merging them
 *    would take time.
 *
 *    ``crtc_atomic_flush()`` stages the gamma table, when the commit has another one
 *    or sets a mode: 256 values of 8 bits for each channel, so no property blob is
 *    kept.
 *
 * Adopt
 *    ``crtc_atomic_flush()`` calls miracast_screen_adopt(): under the capture lock,
 *    the staged primary plane becomes the scanned-out one, and its damage is added to
 *    the pending damage. A new gamma table damages the whole picture; for an owner of
 *    DIRECT only when gamma begins or ends. Taking the lock waits for a capture that
 *    still reads the framebuffer which is replaced: after this, the flip may be done.
 *    A capture by the work gives way: its damage is pending again, and the commit
 *    captures. A capture by a commit is completed.
 *
 * Arm
 *    miracast_vblank_arm_flip() keeps the commit's event and a vblank reference. The
 *    timer sends it at the next vblank. DRM's own drm_crtc_arm_vblank_event() would
 *    fix the sequence number at the moment of arming.
 *
 * Show
 *    When the flips of all CRTCs of the commit are armed, miracast_screen_show() takes
 *    the lock again, copies the cursor's pixels, and records at which vblank the
 *    picture is on the screen. Then the hardware stage is reported as done, and the
 *    next nonblocking commit need not wait.
 *
 * Access
 *    miracast_capture_shown() begins CPU access to imported framebuffers that will be
 *    read. That waits for fences, which may wait for a flip of this commit or of the
 *    next: so no lock is held. Access ends after the capture, without a lock as well.
 *
 * Capture
 *    It takes the lock again and tries to capture. A later commit that is complete by
 *    then has captured itself. There is nothing to do without an accepted mode, when
 *    the CRTC was lit for another arrival, or without damage. When the damage cannot
 *    be captured now, it stays pending and the capture work tries again:
 *
 *    * Without a free buffer the stream is *starved*, until ``read()`` or
 *      RELEASE_CHUNK.
 *    * An imported framebuffer that is being written again is not waited for, because
 *      the next flip would wait as well; it is tried again after the next vblank.
 *    * An exporter that refuses CPU access is asked again after 16 ms, and then more
 *      and more rarely, down to once per second, until the next commit; no vblank is
 *      waited for meanwhile. The same goes for a cursor.
 *    * Cursor updates, legacy cursors that go on or off, and the work itself capture
 *      one picture per refresh period; more wait for the next vblank. Flips need no
 *      such limit: they wait for their vblank.
 *    * A picture that is too early for the rate of SET_RATE is tried again at the
 *      first vblank at which it is not.
 *
 * Copy (COPY)
 *    The free buffer with the newest frame is taken. It misses the damage of all
 *    frames since its own, which is the union of entries of the damage history, or the
 *    whole picture when it is older than the history. Lines are converted to XRGB8888,
 *    the cursor is blended, gamma is applied, and NV12 is made of them, all in the
 *    same pass. It goes band by band; with one part there is one band. The last band
 *    with damage is copied at the very end, and announced as part 0.
 *
 * Hand out (DIRECT)
 *    miracast_direct_begin() looks the framebuffer's memory up in the buffer table, or
 *    adds an entry for it. With each picture it also checks one entry of the table: it
 *    is evicted if it was not used for 64 pictures.
 *
 * Publish
 *    Under the target's lock, miracast_chunk_publish() checks that session, mode and
 *    monitor are still the ones that the capture began with, fills in an event of the
 *    slot and queues it. If not, the damage becomes pending again.
 *
 * miracast_commit_tail() enables CRTCs before it updates planes, so that the planes
 * are captured, and waits for flips, not for vblanks.
 *
 * DIRTYFB makes no commit. miracast_dirty_report() turns the clips into damage of the
 * target (struct miracast_dirty) under the lock of the primary plane, which commits
 * drop before they wait unless their client waits for them, and starts the capture
 * work. The work adopts the damage, at most once per refresh period, as a change of
 * its own; or a commit under way does. Damage of a framebuffer whose flip is in flight
 * stays until that commit.
 *
 * An asynchronous cursor update goes through miracast_capture_cursor_now(), with the
 * same steps under one lock section. The capture work and the one for CRCs begin
 * access in the same way; when another framebuffer is on the screen once they have the
 * lock, they read nothing.
 */

#define CAPTURED_TIMEOUT	(2 * HZ)

/* One for all devices: a work may drop the last reference to its device. */
static struct workqueue_struct *commit_wq;

/**
 * struct shown_all - The pictures of a commit
 * @left: mask of CRTCs whose picture is not captured yet
 * @shown: when each of them is shown
 */
struct shown_all {
	u32 left;
	struct miracast_shown shown[MIRACAST_MAX_TARGETS];
};

/**
 * struct prompt_commit - A commit whose hardware stage runs in the call
 * @work: what is left to do after that
 * @state: the commit
 * @all: its pictures
 */
struct prompt_commit {
	struct work_struct work;
	struct drm_atomic_state *state;
	struct shown_all all;
};

static bool sets_mode(struct drm_atomic_state *state)
{
	struct drm_crtc_state *new;
	struct drm_crtc *crtc;
	int i;

	for_each_new_crtc_in_state(state, crtc, new, i)
		if (drm_atomic_crtc_needs_modeset(new))
			return true;

	return false;
}

/*
 * CRTCs are switched on before the planes are updated, so that the planes are captured.
 * Once the stage is reported as done, a later commit may free the new states.
 */
static void run_hardware_stage(struct drm_atomic_state *state,
			       struct shown_all *all)
{
	struct drm_device *drm = state->dev;
	struct drm_crtc_state *new;
	struct drm_crtc *crtc;
	int i;

	/* Before the flips are armed: a test that got a flip's event relies on it. */
	atomic_inc(&to_miracast_device(drm)->uncaptured_commits);
	if (sets_mode(state)) {
		drm_atomic_helper_commit_modeset_disables(drm, state);
		drm_atomic_helper_commit_modeset_enables(drm, state);
	}
	drm_atomic_helper_commit_planes(drm, state,
					DRM_PLANE_COMMIT_ACTIVE_ONLY);
	all->left = 0;
	for_each_new_crtc_in_state(state, crtc, new, i) {
		if (!new->active)
			continue;
		all->left |= BIT(i);
		miracast_screen_show(crtc_to_miracast_target(crtc),
				     &to_miracast_crtc_state(new)->staged,
				     &all->shown[i]);
	}
	drm_atomic_helper_commit_hw_done(state);
}

static void report_captured(struct miracast_device *mdev)
{
	if (atomic_dec_and_test(&mdev->uncaptured_commits))
		wake_up_var(&mdev->uncaptured_commits);
}

/*
 * The pictures are captured after the hardware stage is reported as done: a capture may
 * take long, and may wait for fences that wait for a flip of this commit or of the next
 * one. The commit after the next is not begun before this one is cleaned up.
 * This waits for flips and not for vblanks, because an owner may delay a flip.
 */
static void finish_commit(struct drm_atomic_state *state, const struct shown_all *all)
{
	struct drm_crtc_state *new;
	struct drm_crtc *crtc;
	int i;

	for_each_new_crtc_in_state(state, crtc, new, i)
		if (all->left & BIT(i))
			miracast_capture_shown(crtc_to_miracast_target(crtc),
					       &all->shown[i]);
	report_captured(to_miracast_device(state->dev));
	drm_atomic_helper_wait_for_flip_done(state->dev, state);
	drm_atomic_helper_cleanup_planes(state->dev, state);
}

/**
 * miracast_commit_tail - Everything of a commit after its waits
 * @state: the commit
 */
void miracast_commit_tail(struct drm_atomic_state *state)
{
	struct shown_all all;

	run_hardware_stage(state, &all);
	finish_commit(state, &all);
}

static void put_finished(struct drm_atomic_state *state)
{
	drm_atomic_helper_commit_cleanup_done(state);
	drm_atomic_state_put(state);
}

/* A commit of which nothing was done in the client's call. */
static void whole_work(struct work_struct *work)
{
	struct drm_atomic_state *state =
		container_of(work, struct drm_atomic_state, commit_work);

	drm_atomic_helper_wait_for_fences(state->dev, state, false);
	drm_atomic_helper_wait_for_dependencies(state);
	miracast_commit_tail(state);
	put_finished(state);
}

/* A commit whose hardware stage ran in the client's call. */
static void rest_work(struct work_struct *work)
{
	struct prompt_commit *prompt =
		container_of(work, struct prompt_commit, work);

	finish_commit(prompt->state, &prompt->all);
	put_finished(prompt->state);
	kfree(prompt);
}

/* Framebuffers with a pending fence, and cursors in another driver's memory, are slow. */
static bool has_slow_planes(struct drm_atomic_state *state)
{
	struct drm_plane_state *new;
	struct drm_plane *plane;
	int i;

	for_each_new_plane_in_state(state, plane, new, i) {
		if (new->fence && !dma_fence_is_signaled(new->fence))
			return true;
		if (plane->type == DRM_PLANE_TYPE_CURSOR && new->fb &&
		    miracast_import_is(new->fb->obj[0]))
			return true;
	}

	return false;
}

/*
 * Check whether the hardware stage of a nonblocking commit has nothing to wait for.
 * Earlier commits are done: otherwise this one would have been refused with -EBUSY, or
 * still wait in drm_atomic_helper_swap_state().
 */
static bool is_prompt(struct drm_atomic_state *state)
{
	struct drm_crtc_state *new;
	struct drm_crtc *crtc;
	int i;

	if (sets_mode(state) || has_slow_planes(state))
		return false;

	for_each_new_crtc_in_state(state, crtc, new, i)
		if (miracast_capture_is_busy(crtc_to_miracast_target(crtc)))
			return false;

	return true;
}

static void capture_promptly(struct drm_atomic_state *state,
			     struct shown_all *all)
{
	struct drm_crtc_state *new;
	struct drm_crtc *crtc;
	int i;

	for_each_new_crtc_in_state(state, crtc, new, i)
		if (all->left & BIT(i) &&
		    miracast_capture_shown_promptly(crtc_to_miracast_target(crtc),
						    &all->shown[i]))
			all->left &= ~BIT(i);
}

/* Returns false, with nothing done, when the commit must wait. */
static bool commit_promptly(struct drm_atomic_state *state)
{
	struct prompt_commit *prompt;

	if (!is_prompt(state))
		return false;

	prompt = kmalloc(sizeof(*prompt), GFP_KERNEL);
	if (!prompt)
		return false;

	INIT_WORK(&prompt->work, rest_work);
	prompt->state = state;
	/* They have signaled: this only drops the references. */
	drm_atomic_helper_wait_for_fences(state->dev, state, false);
	run_hardware_stage(state, &prompt->all);
	capture_promptly(state, &prompt->all);
	queue_work(commit_wq, &prompt->work);

	return true;
}

/* As drm_atomic_helper_commit() does. */
static int prepare_commit(struct drm_device *drm, struct drm_atomic_state *state)
{
	int ret = drm_atomic_helper_setup_commit(state, true);

	if (ret)
		return ret;

	ret = drm_atomic_helper_prepare_planes(drm, state);
	if (ret)
		return ret;

	ret = drm_atomic_helper_swap_state(state, true);
	if (ret)
		drm_atomic_helper_unprepare_planes(drm, state);

	return ret;
}

/**
 * miracast_commit - Commit a state
 * @drm: the device
 * @state: the state, checked
 * @nonblock: do not wait
 *
 * Return: 0 or a negative errno.
 */
int miracast_commit(struct drm_device *drm, struct drm_atomic_state *state,
		    bool nonblock)
{
	int ret;

	if (!nonblock || state->async_update)
		return drm_atomic_helper_commit(drm, state, nonblock);

	ret = prepare_commit(drm, state);
	if (ret)
		return ret;

	drm_atomic_state_get(state);
	if (commit_promptly(state))
		return 0;

	INIT_WORK(&state->commit_work, whole_work);
	queue_work(commit_wq, &state->commit_work);

	return 0;
}

/**
 * miracast_commit_wait_captured - Wait until the pictures of commits are captured
 * @mdev: the device
 *
 * For tests. Covers commits that have reached the hardware stage. Has a timeout, because
 * an exporter can keep a capture from ending. May sleep.
 *
 * Return: false when it took too long.
 */
bool miracast_commit_wait_captured(struct miracast_device *mdev)
{
	return wait_var_event_timeout(&mdev->uncaptured_commits,
				      !atomic_read(&mdev->uncaptured_commits),
				      CAPTURED_TIMEOUT);
}

/**
 * struct shutdown - Switching all CRTCs off
 * @work: does it
 * @drm: the device
 */
struct shutdown {
	struct work_struct work;
	struct drm_device *drm;
};

static void shutdown_work(struct work_struct *work)
{
	drm_atomic_helper_shutdown(container_of(work, struct shutdown, work)->drm);
}

/**
 * miracast_commit_shutdown - Switch all CRTCs off
 * @drm: the device
 *
 * Waits for commits that wait for fences. In a work, because a signal for the calling process
 * would end that wait, and leave CRTCs on that nobody can switch off any more.
 */
void miracast_commit_shutdown(struct drm_device *drm)
{
	struct shutdown shutdown = { .drm = drm };

	INIT_WORK_ONSTACK(&shutdown.work, shutdown_work);
	queue_work(commit_wq, &shutdown.work);
	flush_work(&shutdown.work);
	destroy_work_on_stack(&shutdown.work);
}

/**
 * miracast_commit_init - Make the queue of commits
 *
 * Return: 0 or -ENOMEM.
 */
int __init miracast_commit_init(void)
{
	commit_wq = alloc_workqueue("miracast-commit",
				    WQ_HIGHPRI | WQ_UNBOUND, 0);

	return commit_wq ? 0 : -ENOMEM;
}

/**
 * miracast_commit_exit - Wait for commits that are not finished
 *
 * No device is left that could begin one.
 */
void miracast_commit_exit(void)
{
	destroy_workqueue(commit_wq);
}
