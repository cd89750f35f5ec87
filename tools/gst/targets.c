// SPDX-License-Identifier: MIT
#include "targets.h"

#include <errno.h>

#include "device.h"

static int find_card(guint32 *card)
{
	struct drm_miracast_query_caps caps;
	struct mc_device node;
	int ret = mc_device_open_node(NULL, &node);

	if (ret)
		return ret;
	ret = mc_device_caps(&node, &caps);
	mc_device_close(&node);
	if (!ret)
		*card = caps.card_minor;
	return ret;
}

gint targets_read(struct target *list)
{
	struct mc_connector connectors[TARGETS_MAX];
	gint count = 0;
	guint32 card;
	int ret;

	ret = find_card(&card);
	if (ret)
		return ret == -ENODEV ? 0 : -1;
	ret = mc_connectors_of_card(card, connectors, TARGETS_MAX);
	if (ret < 0)
		return -1;
	for (int nth = 0; nth < ret; nth++) {
		if (connectors[nth].connected)
			continue;
		g_snprintf(list[count].card, sizeof(list[count].card), "/dev/dri/card%u", card);
		list[count++].connector = connectors[nth];
	}
	return count;
}
