/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DRM masters, by number: whose screen is it?
 */
#ifndef _MIRACAST_MASTER_H_
#define _MIRACAST_MASTER_H_

#include <linux/spinlock.h>
#include <linux/types.h>

struct drm_device;
struct drm_file;
struct miracast_device;
struct miracast_maker;

/**
 * struct miracast_masters - The DRM masters of a device
 * @lock: guards the rest; nothing is locked inside it
 * @numbers: the newest serial number
 * @newest: the newest DRM master, 0 before the first
 * @present: it has not dropped the right
 * @counts: the newest master that counts, 0 before the first: others became master
 *	only by opening the card node, and have shown nothing yet
 * @current_master: the current DRM master, 0 when there is none, or one that does not
 *	count
 * @changes: how often @current_master has changed
 * @changed: see miracast_masters_init(); constant
 */
struct miracast_masters {
	spinlock_t lock;
	unsigned long numbers;
	u64 newest;
	bool present;
	u64 counts;
	u64 current_master;
	u64 changes;
	void (*changed)(struct miracast_device *mdev);
};

void miracast_masters_init(struct miracast_masters *masters,
			   void (*changed)(struct miracast_device *mdev));

/* Call-backs of DRM core. */
int miracast_master_open(struct drm_device *drm, struct drm_file *file);
void miracast_master_close(struct drm_device *drm, struct drm_file *file);
void miracast_master_set(struct drm_device *drm, struct drm_file *file,
			 bool from_open);
void miracast_master_drop(struct drm_device *drm, struct drm_file *file);

/* The ioctl SET_MASTER has succeeded. */
void miracast_master_asked(struct miracast_device *mdev, struct drm_file *file);
/* A commit of the master lights a CRTC, or shows a framebuffer. */
void miracast_master_shows(struct miracast_device *mdev, u64 master);

/* Questions; any context. */
u64 miracast_master_newest(struct miracast_device *mdev);
u64 miracast_master_current(struct miracast_device *mdev, u64 *changes);
u64 miracast_master_of_file(struct miracast_device *mdev, struct drm_file *file);
u64 miracast_master_of_creator(struct miracast_device *mdev,
			       struct drm_file *file);
bool miracast_master_hides(struct miracast_device *mdev, u64 master);

/* A file is about to go, and the master with it. */
u64 miracast_master_last_close(struct miracast_device *mdev, struct drm_file *file);

/* The record of a file, for its framebuffers. */
struct miracast_maker *miracast_maker_get(struct drm_file *file);
void miracast_maker_put(struct miracast_maker *maker);
u64 miracast_maker_master(const struct miracast_maker *maker);
bool miracast_maker_is_closing(const struct miracast_maker *maker);

#endif
