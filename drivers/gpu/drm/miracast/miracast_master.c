// SPDX-License-Identifier: GPL-2.0
/*
 * DRM masters.
 *
 * Owns: the serial numbers of masters, which of them has the device, and a record of
 * each file, which its framebuffers refer to. A number is never used for another master,
 * so contexts and framebuffers remember the number of their master and need no reference.
 *
 * A file may become master without asking: when it is opened while there is no master.
 * Such a master does not count until it asks to be master, or shows a framebuffer; so
 * programs that only query the device change nothing.
 */
#include <linux/kref.h>
#include <linux/slab.h>

#include <drm/drm_auth.h>
#include <drm/drm_file.h>

#include "miracast_drv.h"
#include "miracast_master.h"

/**
 * DOC: Masters
 *
 * ``miracast_master_set()`` and ``miracast_master_drop()``, which DRM core calls, keep
 * the *newest* master, which is the only one that can commit, and the newest one that
 * *counts*. One counts when it has asked to be master (``miracast_card_ioctl()`` looks
 * at SET_MASTER), or when a commit of its own lights a CRTC or shows another
 * framebuffer. Every change walks over the targets: miracast_port_update() decides
 * anew whether the connector is *hidden*, which it is when neither of the two is the
 * master that the context is pinned to, and sends a hot-plug uevent if that changed.
 *
 * A commit is attributed to the newest master when it is checked. That can be the
 * wrong one when the master changes between DRM core's check of the caller and the
 * driver's; the framebuffers, which belong to the master whose file made them, before
 * or after it became master, are the right one's even then. Each refers to a record of
 * its file (struct miracast_maker), which learns the master's number; DRM core's list
 * of a file's framebuffers is locked while user space is written to, and is not used.
 * The framebuffers of a commit are recorded in struct miracast_scanout, and
 * miracast_picture_state() decides on it, under the target lock, whether the owner
 * gets a picture; capture, cursor, CRCs and QUERY_CONTEXT all ask there.
 *
 * ``card_release()`` sees the last close of a master's file. CRTCs that it has lit and
 * left without a framebuffer go off (miracast_crtc_master_gone()). DRM core takes the
 * framebuffers away by commits that nobody makes: also while another master has the
 * device, they are not attributed to that one (is_abandoned()). The contexts that
 * are pinned to it are unpinned, or end (miracast_context_master_gone()). Both
 * CREATE_CONTEXT and PIN choose the master under the target lock, so none is pinned to
 * it afterwards. PIN compares the number of changes of the current master with that of
 * the last QUERY_CONTEXT.
 *
 * When another master sets the mode that is set already, check_masters() makes it a
 * mode set nevertheless, but only if the commit has a framebuffer of that master: a
 * commit that only repeats the present picture claims nothing.
 */

/**
 * struct miracast_maker - A file of the card node, as the creator of framebuffers
 * @ref: reference count; the file has one, and each of its framebuffers
 * @master: number of the file as a master, 0 before it is one; guarded by
 *	the lock of the masters
 * @closing: the file is being closed for the last time; never cleared
 */
struct miracast_maker {
	struct kref ref;
	u64 master;
	bool closing;
};

/**
 * miracast_masters_init - Set masters up; there is none
 * @masters: the masters
 * @changed: called after each change; any context, no lock of the driver is held
 */
void miracast_masters_init(struct miracast_masters *masters,
			   void (*changed)(struct miracast_device *mdev))
{
	spin_lock_init(&masters->lock);
	masters->changed = changed;
}

static void maker_free(struct kref *ref)
{
	kfree(container_of(ref, struct miracast_maker, ref));
}

/**
 * miracast_master_open - A file of the card node is opened
 * @drm: the device
 * @file: the file, not master yet
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_master_open(struct drm_device *drm, struct drm_file *file)
{
	struct miracast_maker *maker = kzalloc(sizeof(*maker), GFP_KERNEL);

	if (!maker)
		return -ENOMEM;

	kref_init(&maker->ref);
	file->driver_priv = maker;

	return 0;
}

/**
 * miracast_maker_get - Get the record of a file
 * @file: the file of the card node
 *
 * Return: the record, with a reference.
 */
struct miracast_maker *miracast_maker_get(struct drm_file *file)
{
	struct miracast_maker *maker = file->driver_priv;

	kref_get(&maker->ref);

	return maker;
}

/**
 * miracast_maker_put - Drop a reference
 * @maker: the record of a file
 */
void miracast_maker_put(struct miracast_maker *maker)
{
	kref_put(&maker->ref, maker_free);
}

/**
 * miracast_maker_master - Name the master that a file is
 * @maker: the record of the file; the lock of the masters is held
 *
 * Return: its number, 0 while the file is not master yet.
 */
u64 miracast_maker_master(const struct miracast_maker *maker)
{
	return maker->master;
}

/**
 * miracast_maker_is_closing - Check whether a file is being closed for the last time
 * @maker: the record of the file
 *
 * Any context.
 *
 * Return: true from before DRM core removes its framebuffers.
 */
bool miracast_maker_is_closing(const struct miracast_maker *maker)
{
	return READ_ONCE(maker->closing);
}

/**
 * miracast_master_close - A file of the card node was closed
 * @drm: the device
 * @file: the file
 */
void miracast_master_close(struct drm_device *drm, struct drm_file *file)
{
	struct miracast_maker *maker = file->driver_priv;

	miracast_maker_put(maker);
}

/* A lessee counts as its lessor. */
static struct drm_master *top_level(struct drm_master *master)
{
	while (master->lessor)
		master = master->lessor;

	return master;
}

/*
 * Get the number of a master. When all numbers are used up, a new master has none, and
 * owns nothing.
 */
static u64 serial_of(struct miracast_masters *masters, struct drm_master *master)
{
	lockdep_assert_held(&masters->lock);

	if (!master->driver_priv && masters->numbers != ULONG_MAX) {
		masters->numbers++;
		master->driver_priv = (void *)masters->numbers;
	}

	return (unsigned long)master->driver_priv;
}

/* Called after each change of the other members. */
static void note_current(struct miracast_masters *masters)
{
	u64 now = 0;

	lockdep_assert_held(&masters->lock);

	if (masters->present && masters->newest == masters->counts)
		now = masters->counts;
	if (now != masters->current_master)
		masters->changes++;
	masters->current_master = now;
}

/**
 * miracast_master_set - There is a DRM master
 * @drm: the device
 * @file: its file
 * @from_open: it is a new master: the card was opened, or the file asks for the
 *	first time, which miracast_master_asked() reports then
 */
void miracast_master_set(struct drm_device *drm, struct drm_file *file,
			 bool from_open)
{
	struct miracast_device *mdev = to_miracast_device(drm);
	struct miracast_masters *masters = &mdev->masters;
	struct miracast_maker *maker = file->driver_priv;
	unsigned long flags;
	u64 master;

	spin_lock_irqsave(&masters->lock, flags);
	master = serial_of(masters, file->master);
	/*
	 * A compositor may create framebuffers before it asks to be master for the first
	 * time. They belong to it before it can commit them, except for those that another
	 * master has shown already.
	 */
	maker->master = master;
	masters->newest = master;
	masters->present = true;
	if (!from_open)
		masters->counts = master;
	note_current(masters);
	spin_unlock_irqrestore(&masters->lock, flags);

	mdev->masters.changed(mdev);
}

/**
 * miracast_master_drop - There is no DRM master
 * @drm: the device
 * @file: the file that was it
 */
void miracast_master_drop(struct drm_device *drm, struct drm_file *file)
{
	struct miracast_device *mdev = to_miracast_device(drm);
	unsigned long flags;

	spin_lock_irqsave(&mdev->masters.lock, flags);
	mdev->masters.present = false;
	note_current(&mdev->masters);
	spin_unlock_irqrestore(&mdev->masters.lock, flags);

	mdev->masters.changed(mdev);
}

/* Return: true when that changes anything. */
static bool count_master(struct miracast_masters *masters, u64 master)
{
	unsigned long flags;
	bool changed;

	spin_lock_irqsave(&masters->lock, flags);
	changed = master && master == masters->newest &&
		  master != masters->counts;
	if (changed)
		masters->counts = master;
	note_current(masters);
	spin_unlock_irqrestore(&masters->lock, flags);

	return changed;
}

/**
 * miracast_master_asked - A file has asked to be master, and is
 * @mdev: the device
 * @file: the file
 */
void miracast_master_asked(struct miracast_device *mdev, struct drm_file *file)
{
	if (count_master(&mdev->masters, miracast_master_of_file(mdev, file)))
		mdev->masters.changed(mdev);
}

/**
 * miracast_master_shows - A master shows something
 * @mdev: the device
 * @master: its number, or 0 when a commit is the driver's own
 */
void miracast_master_shows(struct miracast_device *mdev, u64 master)
{
	if (count_master(&mdev->masters, master))
		mdev->masters.changed(mdev);
}

/**
 * miracast_master_newest - Name the newest DRM master
 * @mdev: the device
 *
 * It is the one that can commit, whether it counts or not.
 *
 * Return: its number, 0 before the first.
 */
u64 miracast_master_newest(struct miracast_device *mdev)
{
	unsigned long flags;
	u64 master;

	spin_lock_irqsave(&mdev->masters.lock, flags);
	master = mdev->masters.newest;
	spin_unlock_irqrestore(&mdev->masters.lock, flags);

	return master;
}

/**
 * miracast_master_current - Name the current DRM master
 * @mdev: the device
 * @changes: set to how often the answer has changed until now, unless NULL: a
 *	master that has left and returned has the same number
 *
 * Any context.
 *
 * Return: its number, 0 when there is none, or one that does not count.
 */
u64 miracast_master_current(struct miracast_device *mdev, u64 *changes)
{
	struct miracast_masters *masters = &mdev->masters;
	unsigned long flags;
	u64 master;

	spin_lock_irqsave(&masters->lock, flags);
	master = masters->current_master;
	if (changes)
		*changes = masters->changes;
	spin_unlock_irqrestore(&masters->lock, flags);

	return master;
}

/**
 * miracast_master_of_file - Name the master that a file is, or has been
 * @mdev: the device
 * @file: the file
 *
 * In DRM core, a file that never was master refers to the master at the time when it was
 * opened. That one is not returned.
 *
 * Return: its number, that of its lessor for a lease, or 0.
 */
u64 miracast_master_of_file(struct miracast_device *mdev, struct drm_file *file)
{
	struct drm_master *master = NULL;
	unsigned long flags;
	u64 serial;

	spin_lock(&file->master_lookup_lock);
	if (file->is_master && file->master)
		master = drm_master_get(file->master);
	spin_unlock(&file->master_lookup_lock);
	if (!master)
		return 0;

	spin_lock_irqsave(&mdev->masters.lock, flags);
	serial = serial_of(&mdev->masters, top_level(master));
	spin_unlock_irqrestore(&mdev->masters.lock, flags);
	drm_master_put(&master);

	return serial;
}

static bool is_lessee(struct drm_file *file)
{
	struct drm_master *master = drm_file_get_master(file);
	bool lessee;

	if (!master)
		return false;

	lessee = master->lessor;
	drm_master_put(&master);

	return lessee;
}

/**
 * miracast_master_of_creator - Name the master that makes a context for itself
 * @mdev: the device
 * @file: the caller's file, or NULL when that is no card node
 *
 * Return: its number, or 0 when the file is not the DRM master, or does not
 * count.
 */
u64 miracast_master_of_creator(struct miracast_device *mdev,
			       struct drm_file *file)
{
	u64 master;

	if (!file || !drm_is_current_master(file) || is_lessee(file))
		return 0;

	master = miracast_master_of_file(mdev, file);

	return master == miracast_master_current(mdev, NULL) ? master : 0;
}

/**
 * miracast_master_last_close - A file of the card node will be closed for the last time
 * @mdev: the device
 * @file: the file
 *
 * From now on its framebuffers leave the screen by themselves, and not by a commit of the
 * newest master.
 *
 * Return: number of the master that goes with it, or 0 when the file never was master, or
 * is a lease.
 */
u64 miracast_master_last_close(struct miracast_device *mdev, struct drm_file *file)
{
	struct miracast_maker *maker = file->driver_priv;

	WRITE_ONCE(maker->closing, true);

	return is_lessee(file) ? 0 : miracast_master_of_file(mdev, file);
}

/**
 * miracast_master_hides - Check whether another master has the device
 * @mdev: the device
 * @master: number of the master
 *
 * A master that has dropped the right still has the device until another one comes that
 * counts.
 *
 * Return: true for all but the newest master, and the newest that counts.
 */
bool miracast_master_hides(struct miracast_device *mdev, u64 master)
{
	struct miracast_masters *masters = &mdev->masters;
	unsigned long flags;
	bool hides;

	spin_lock_irqsave(&masters->lock, flags);
	hides = masters->counts && master != masters->counts &&
		master != masters->newest;
	spin_unlock_irqrestore(&masters->lock, flags);

	return hides;
}
