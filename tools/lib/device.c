// SPDX-License-Identifier: MIT
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <xf86drm.h>

#define MAX_DEVICES	64
#define NODE		"/dev/miracast"

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

/* The card is not opened for that: the caller might become DRM master. */
static bool is_card_of(const struct mc_device *node, const struct stat *card)
{
	struct drm_miracast_query_caps caps;
	struct stat own;

	if (fstat(node->fd, &own) || mc_device_caps(node, &caps))
		return false;
	return card->st_rdev == own.st_rdev ||
	       card->st_rdev == makedev(caps.card_major, caps.card_minor);
}

int mc_device_open_node(const char *path, struct mc_device *device)
{
	struct stat card;

	device->fd = -1;
	snprintf(device->path, sizeof(device->path), "%s", NODE);
	if (path && stat(path, &card))
		return -errno;
	device->fd = open(NODE, O_RDWR | O_CLOEXEC);
	if (device->fd < 0 && errno != ENOENT && errno != ENXIO)
		return -errno;
	if (device->fd >= 0 && !path)
		return 0;
	if (device->fd >= 0 && S_ISCHR(card.st_mode) &&
	    is_card_of(device, &card))
		return 0;
	mc_device_close(device);
	return path ? -ENXIO : -ENODEV;
}

int mc_device_open_card(const struct mc_device *node, struct mc_device *card)
{
	struct drm_miracast_query_caps caps;
	char path[sizeof(card->path)];
	int ret;

	card->fd = -1;
	card->path[0] = '\0';
	ret = mc_device_caps(node, &caps);
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "/dev/dri/card%u", caps.card_minor);
	return mc_device_open(path, card);
}

void mc_device_close(struct mc_device *device)
{
	if (device->fd >= 0)
		close(device->fd);
	device->fd = -1;
}

int mc_device_caps_sized(const struct mc_device *device,
			 struct drm_miracast_query_caps *caps, size_t size)
{
	struct drm_miracast_query_caps all = { 0 };

	memset(caps, 0, size);
	if (drmIoctl(device->fd, DRM_IOCTL_MIRACAST_QUERY_CAPS, &all))
		return -errno;
	memcpy(caps, &all, size < sizeof(all) ? size : sizeof(all));
	return 0;
}

int mc_device_formats_sized(const struct mc_device *device,
			    struct drm_miracast_format *formats, size_t size,
			    uint32_t room)
{
	struct drm_miracast_query_caps caps = {
		.formats = (uintptr_t)formats,
		.format_stride = (uint32_t)size,
		.format_count = room,
	};

	if (drmIoctl(device->fd, DRM_IOCTL_MIRACAST_QUERY_CAPS, &caps))
		return -errno;
	return (int)caps.format_count;
}
