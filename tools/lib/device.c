// SPDX-License-Identifier: MIT
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xf86drm.h>

#define MAX_DEVICES	64

static bool is_miracast(int fd)
{
	drmVersionPtr version = drmGetVersion(fd);
	bool yes = version && !strcmp(version->name, "miracast");

	drmFreeVersion(version);
	return yes;
}

static int open_node(const char *path, struct mc_device *device)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (!is_miracast(fd)) {
		close(fd);
		return -ENXIO;
	}
	if (drmIsMaster(fd))
		drmDropMaster(fd);
	device->fd = fd;
	snprintf(device->path, sizeof(device->path), "%s", path);
	return 0;
}

static bool may_be_miracast(drmDevicePtr candidate)
{
	return candidate->bustype == DRM_BUS_PLATFORM &&
	       candidate->available_nodes & (1 << DRM_NODE_PRIMARY);
}

static int open_first(struct mc_device *device)
{
	drmDevicePtr found[MAX_DEVICES];
	int count = drmGetDevices2(0, found, MAX_DEVICES);
	int ret = -ENODEV;
	int err, i;

	if (count < 0)
		return count == -ENOENT ? -ENODEV : count;
	if (count > MAX_DEVICES)
		count = MAX_DEVICES;
	for (i = 0; i < count; i++) {
		if (!may_be_miracast(found[i]))
			continue;
		err = open_node(found[i]->nodes[DRM_NODE_PRIMARY], device);
		if (!err) {
			ret = 0;
			break;
		}
		if (err != -ENXIO)
			ret = err;
	}
	drmFreeDevices(found, count);
	return ret;
}

int mc_device_open(const char *path, struct mc_device *device)
{
	device->fd = -1;
	device->path[0] = '\0';
	return path ? open_node(path, device) : open_first(device);
}

void mc_device_close(struct mc_device *device)
{
	if (device->fd >= 0)
		close(device->fd);
	device->fd = -1;
}

int mc_device_caps(const struct mc_device *device,
		   struct drm_miracast_query_caps *caps)
{
	memset(caps, 0, sizeof(*caps));
	if (drmIoctl(device->fd, DRM_IOCTL_MIRACAST_QUERY_CAPS, caps))
		return -errno;
	return 0;
}
