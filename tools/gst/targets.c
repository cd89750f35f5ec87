// SPDX-License-Identifier: MIT
#include "targets.h"

#include "device.h"

/* Return: whether there is a device with a free target. */
static gboolean find_card(guint32 *card)
{
	struct drm_miracast_query_caps caps;
	struct mc_device node;
	gboolean good;

	if (mc_device_open_node(NULL, &node))
		return FALSE;
	good = !mc_device_caps(&node, &caps) && caps.targets_free;
	mc_device_close(&node);
	if (good)
		*card = caps.card_minor;
	return good;
}

guint targets_read(struct target *list)
{
	struct mc_connector connectors[TARGETS_MAX];
	guint count = 0;
	guint32 card;
	int found;

	if (!find_card(&card))
		return 0;
	found = mc_connectors_of_card(card, connectors, TARGETS_MAX);
	for (int nth = 0; nth < found; nth++) {
		if (connectors[nth].connected)
			continue;
		g_snprintf(list[count].card, sizeof(list[count].card), "/dev/dri/card%u", card);
		list[count++].connector = connectors[nth];
	}
	return count;
}
