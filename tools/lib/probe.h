/* SPDX-License-Identifier: MIT */
/*
 * What a device is like, for programs that have no other use of its node.
 */
#ifndef MC_PROBE_H
#define MC_PROBE_H

#include <stddef.h>

#include "miracast_drm.h"

/**
 * mc_device_probe_sized() - Read capabilities and budget of a device that is not open.
 * @path: the device's card node, or NULL for whichever there is
 * @caps: filled in; zero when this fails
 * @size: bytes at @caps
 *
 * /dev/miracast is opened for it, and closed; the caller never becomes DRM master.
 *
 * Return: as mc_device_open_node() or mc_device_caps().
 */
int mc_device_probe_sized(const char *path, struct drm_miracast_query_caps *caps, size_t size);

/**
 * mc_device_probe() - Read capabilities and budget of a device that is not open.
 * @path: the device's card node, or NULL for whichever there is
 * @caps: filled in; zero when this fails
 *
 * Return: as mc_device_probe_sized().
 */
static inline int mc_device_probe(const char *path, struct drm_miracast_query_caps *caps)
{
	return mc_device_probe_sized(path, caps, sizeof(*caps));
}

#endif
