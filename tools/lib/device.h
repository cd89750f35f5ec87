/* SPDX-License-Identifier: MIT */
/*
 * Finding and opening the nodes of a miracast device.
 *
 * Whoever opens a card node that nobody else has open becomes DRM master and
 * would lock a compositor out, so mc_device_open() gives that up at once. Close
 * the node as soon as the context exists all the same.
 */
#ifndef MC_DEVICE_H
#define MC_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

/** struct mc_device - An open node. */
struct mc_device {
	/** @fd: The node, close-on-exec, -1 when closed. */
	int fd;
	/** @path: Its name. */
	char path[64];
};

/**
 * mc_device_open() - Open the card node of a miracast device.
 * @path: card node, or NULL for the first miracast device
 * @device: filled in; closed when this fails
 *
 * Without a path only virtual devices are tried: the card node of a GPU is
 * never opened.
 *
 * Return: 0; -ENODEV no miracast device; -ENXIO @path belongs to another
 * driver; or what open() returned, such as -EACCES.
 */
int mc_device_open(const char *path, struct mc_device *device);

/**
 * mc_device_open_node() - Open /dev/miracast.
 * @path: the device's card node, or NULL for whichever there is
 * @device: filled in; closed when this fails
 *
 * Contexts can be created on it, and opening it never makes the caller DRM master. @path is
 * only looked up, not opened, and needs no permission.
 *
 * Return: as mc_device_open().
 */
int mc_device_open_node(const char *path, struct mc_device *device);

/**
 * mc_device_open_card() - Open the card node of a device.
 * @node: the device
 * @card: filled in; closed when this fails
 *
 * Return: as mc_device_open().
 */
int mc_device_open_card(const struct mc_device *node, struct mc_device *card);

/**
 * mc_device_close() - Close a node.
 * @device: the device; nothing happens when it is closed
 */
void mc_device_close(struct mc_device *device);

/**
 * mc_device_caps_sized() - Read capabilities and budget.
 * @device: the device
 * @caps: filled in
 * @size: bytes at @caps
 *
 * Return: 0 or -errno.
 */
int mc_device_caps_sized(const struct mc_device *device,
			 struct drm_miracast_query_caps *caps, size_t size);

/**
 * mc_device_caps() - Read capabilities and budget.
 * @device: the device
 * @caps: filled in
 *
 * Return: 0 or -errno.
 */
static inline int mc_device_caps(const struct mc_device *device,
				 struct drm_miracast_query_caps *caps)
{
	return mc_device_caps_sized(device, caps, sizeof(*caps));
}

/**
 * mc_device_formats_sized() - Read the formats in which pictures are delivered.
 * @device: the device
 * @formats: room for them
 * @size: bytes of one
 * @room: elements of @formats
 *
 * Return: how many there are, which may be more than @room, or -errno.
 */
int mc_device_formats_sized(const struct mc_device *device,
			    struct drm_miracast_format *formats, size_t size,
			    uint32_t room);

/**
 * mc_device_formats() - Read the formats in which pictures are delivered.
 * @device: the device
 * @formats: room for them
 * @room: elements of @formats
 *
 * Return: how many there are, which may be more than @room, or -errno.
 */
static inline int mc_device_formats(const struct mc_device *device,
				    struct drm_miracast_format *formats, uint32_t room)
{
	return mc_device_formats_sized(device, formats, sizeof(*formats), room);
}

#endif
