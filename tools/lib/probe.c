// SPDX-License-Identifier: MIT
#include "probe.h"

#include <string.h>

#include "device.h"

int mc_device_probe_sized(const char *path, struct drm_miracast_query_caps *caps, size_t size)
{
	struct mc_device node;
	int ret = mc_device_open_node(path, &node);

	memset(caps, 0, size);
	if (ret)
		return ret;
	ret = mc_device_caps_sized(&node, caps, size);
	mc_device_close(&node);
	return ret;
}
