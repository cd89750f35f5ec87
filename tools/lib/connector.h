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
	/** @width: Width of the mode when lit, 0 when not known. */
	uint32_t width;
	/** @height: Height of the mode when lit. */
	uint32_t height;
	/** @refresh_mhz: Refresh rate of the mode when lit, mHz. */
	uint32_t refresh_mhz;
	/** @name: Such as "Virtual-1". */
	char name[32];
	/** @reserved: Zero. */
	uint32_t reserved[16];
};

/**
 * mc_connectors() - List the connectors of a card node.
 * @card: the card node
 * @list: filled in
 * @max: elements at @list; a card of Linux has at most 32 connectors
 *
 * Return: how many there are, which may be more than @max, or -errno.
 */
int mc_connectors(int card, struct mc_connector *list, size_t max);

/**
 * mc_connectors_of_card() - List the connectors of a card that is not opened.
 * @card: its number, as in /dev/dri/card0
 * @list: filled in, in the order of the names, by what sysfs has: names, status, whether
 *	they are lit, and, since Linux 6.2, the ids
 * @max: elements at @list
 *
 * Return: how many there are, which may be more than @max, or -errno.
 */
int mc_connectors_of_card(uint32_t card, struct mc_connector *list, size_t max);

/**
 * mc_connector_named() - Whether a connector has a name, or a decimal object id.
 * @connector: the connector
 * @name: name, or id as digits alone
 *
 * Return: whether it has. One whose id is not known has none.
 */
bool mc_connector_named(const struct mc_connector *connector, const char *name);

/**
 * mc_connector_find() - Find a connector by name or by decimal object id.
 * @card: the card node
 * @name: name or id
 * @out: filled in
 *
 * Return: 0, -ENOENT when there is none, or -errno.
 */
int mc_connector_find(int card, const char *name, struct mc_connector *out);

#endif
