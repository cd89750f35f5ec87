/* SPDX-License-Identifier: MIT */
/*
 * The targets of a device as KMS shows them. Reads what the kernel knows and
 * never probes, so no caller disturbs a compositor.
 */
#ifndef MC_CONNECTOR_H
#define MC_CONNECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct mc_connector - One target's connector. */
struct mc_connector {
	/** @id: Object id of the connector. */
	uint32_t id;
	/** @crtc_id: Object id of the target's CRTC, 0 when not known. */
	uint32_t crtc_id;
	/** @connected: A monitor is announced. */
	bool connected;
	/** @lit: The CRTC shows a picture. */
	bool lit;
	/** @width: Width of the mode when lit. */
	uint32_t width;
	/** @height: Height of the mode when lit. */
	uint32_t height;
	/** @refresh_mhz: Refresh rate of the mode when lit, mHz. */
	uint32_t refresh_mhz;
	/** @name: Such as "Virtual-1". */
	char name[32];
};

/**
 * mc_connectors() - List the connectors of a card node.
 * @card: the card node
 * @list: filled in
 * @max: elements at @list
 *
 * Return: how many there are (at most @max), or -errno.
 */
int mc_connectors(int card, struct mc_connector *list, size_t max);

/**
 * mc_connector_find() - Find a connector by name or by decimal object id.
 *
 * Return: 0, -ENOENT when there is none, or -errno.
 */
int mc_connector_find(int card, const char *name, struct mc_connector *out);

#endif
