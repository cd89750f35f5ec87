// SPDX-License-Identifier: MIT
/* What a device is like, without keeping it open. The functions of device.h are the test's. */
#include <errno.h>
#include <string.h>

#include "device.h"
#include "harness.h"
#include "probe.h"

#define NODE	42
#define CARD	7

static struct {
	int open_error, caps_error;
	const char *path;
	int opened, closed;
	size_t size;
} node;

int mc_device_open_node(const char *path, struct mc_device *device)
{
	node.path = path;
	device->fd = node.open_error ? -1 : NODE;
	node.opened += !node.open_error;
	return node.open_error;
}

int mc_device_caps_sized(const struct mc_device *device, struct drm_miracast_query_caps *caps,
			 size_t size)
{
	node.size = size;
	memset(caps, 0, size);
	if (device->fd != NODE)
		return -EBADF;
	if (!node.caps_error)
		caps->card_minor = CARD;
	return node.caps_error;
}

void mc_device_close(struct mc_device *device)
{
	node.closed += device->fd == NODE;
	device->fd = -1;
}

static bool is_zero(const struct drm_miracast_query_caps *caps)
{
	static const struct drm_miracast_query_caps none;

	return !memcmp(caps, &none, sizeof(none));
}

static int probe(const char *path, struct drm_miracast_query_caps *caps)
{
	memset(caps, 0xff, sizeof(*caps));
	node.opened = 0;
	node.closed = 0;
	return mc_device_probe(path, caps);
}

static void check_newer(void)
{
	struct {
		struct drm_miracast_query_caps caps;
		unsigned char more[8], beyond;
	} room;
	const size_t size = sizeof(room.caps) + sizeof(room.more);

	memset(&room, 0xff, sizeof(room));
	check(!mc_device_probe_sized(NULL, &room.caps, size) && node.size == size &&
	      room.caps.card_minor == CARD && room.beyond == 0xff,
	      "a program may be newer than the library");
	node.open_error = -ENODEV;
	memset(&room, 0xff, sizeof(room));
	check(mc_device_probe_sized(NULL, &room.caps, size) == -ENODEV && is_zero(&room.caps) &&
	      !room.more[7] && room.beyond == 0xff,
	      "without a device, it gets zeros, as many as it has room for");
	node.open_error = 0;
}

int main(void)
{
	struct drm_miracast_query_caps caps;

	check(!probe(NULL, &caps) && caps.card_minor == CARD && !node.path &&
	      node.size == sizeof(caps), "whichever device there is says what it is like");
	check(node.opened == 1 && node.closed == 1, "and is closed");
	check(!probe("/dev/dri/card7", &caps) && !strcmp(node.path, "/dev/dri/card7"),
	      "or the one that is named");

	node.caps_error = -ENODEV;
	check(probe(NULL, &caps) == -ENODEV && is_zero(&caps), "one that goes says nothing");
	check(node.opened == 1 && node.closed == 1, "and is closed, too");
	node.caps_error = 0;
	node.open_error = -EACCES;
	check(probe(NULL, &caps) == -EACCES && is_zero(&caps),
	      "nor does one that may not be opened");
	check(!node.closed, "which is not closed");
	node.open_error = 0;
	check_newer();
	return check_result();
}
