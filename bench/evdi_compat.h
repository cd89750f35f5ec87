/* SPDX-License-Identifier: MIT */
/*
 * Builds Debian 12's evdi module, which is older than Linux 6.12, for that kernel. Included
 * before each of its sources; scripts/bench-modules makes the few changes that a header
 * cannot make. Nothing here is on the path of a picture.
 */
#ifndef BENCH_EVDI_COMPAT_H
#define BENCH_EVDI_COMPAT_H

#include <linux/i2c.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/usb.h>
#include <linux/vmalloc.h>

#include <drm/drm.h>
#include <drm/drm_encoder.h>
#include <drm/drm_modeset_helper_vtables.h>

/*
 * Removed from the kernel since: the flag for unlocked ioctls (all are), and the I2C class
 * for DDC.
 */
#define DRM_UNLOCKED	0
#define I2C_CLASS_DDC	0

/* User-Mode Linux has no USB, and no device is attached to one here. */
#define usb_register_notify(nb)		((void)(nb))
#define usb_unregister_notify(nb)	((void)(nb))
#define usb_for_each_dev(data, fn)	((void)(data), (void)(fn), -ENODEV)
#undef to_usb_device
#define to_usb_device(d)		((struct usb_device *)(d))

#endif
