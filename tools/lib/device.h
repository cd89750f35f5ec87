/* SPDX-License-Identifier: MIT */
/*
 * Finding and opening the card node of a miracast device.
 *
 * Whoever opens a card node that nobody else has open becomes DRM master and
 * would lock a compositor out, so mc_device_open() gives that up at once. Close
 * the node as soon as the context exists all the same.
 */
#ifndef MC_DEVICE_H
#define MC_DEVICE_H

#include <miracast_drm.h>

/** struct mc_device - An open card node. */
struct mc_device {
	/** @fd: The card node, close-on-exec, -1 when closed. */
	int fd;
	/** @path: Its name. */
	char path[64];
};

/**
 * mc_device_open() - Open a miracast device.
 * @path: card node, or NULL for the first miracast device
 * @device: filled in
 *
 * Without a path only virtual devices are tried: the card node of a GPU is
 * never opened.
 *
 * Return: 0; -ENODEV no miracast device; -ENXIO @path belongs to another
 * driver; or what open() said, such as -EACCES.
 */
int mc_device_open(const char *path, struct mc_device *device);

/** mc_device_close() - Close the card node; harmless when it is closed. */
void mc_device_close(struct mc_device *device);

/** mc_device_caps() - Read capabilities and budget. Return: 0 or -errno. */
int mc_device_caps(const struct mc_device *device,
		   struct drm_miracast_query_caps *caps);

#endif
