// SPDX-License-Identifier: MIT
#include "targets.h"

#include <errno.h>

#include "probe.h"

gint targets_read(struct target *list)
{
	struct mc_connector connectors[TARGETS_MAX];
	struct drm_miracast_query_caps caps;
	gint count = 0;
	int ret = mc_device_probe(NULL, &caps);

	if (ret)
		return ret == -ENODEV ? 0 : -1;
	ret = mc_connectors_of_card(caps.card_minor, connectors, TARGETS_MAX);
	if (ret < 0)
		return -1;
	for (int nth = 0; nth < MIN(ret, TARGETS_MAX); nth++) {
		if (connectors[nth].connected)
			continue;
		g_snprintf(list[count].card, sizeof(list[count].card), "/dev/dri/card%u",
			   caps.card_minor);
		list[count++].connector = connectors[nth];
	}
	return count;
}
