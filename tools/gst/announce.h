/* SPDX-License-Identifier: MIT */
/*
 * The monitor that miracastsrc announces, from what its properties say.
 */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include <gst/gst.h>

#include "monitor.h"

/** struct announce_options - What the properties say; each may be NULL. */
struct announce_options {
	/** @modes: Modes such as "1920x1080@60, 1280x720@60", the preferred first. */
	const gchar *modes;
	/** @formats: A sink's wfd_video_formats, or all of its answer to M3. */
	const gchar *formats;
	/** @edid: The sink's EDID. */
	GBytes *edid;
	/** @name: Name of the sink, for an EDID to be made. */
	const gchar *name;
	/** @element: Posts a warning when an EDID had to be repaired. */
	GstElement *element;
};

/** struct announce - A monitor, with the bytes of its EDID; private. */
struct announce;

/**
 * announce_new() - Make a monitor.
 * @options: what it is to be
 * @error: set when this fails
 *
 * Return: the monitor, or NULL.
 */
struct announce *announce_new(const struct announce_options *options, GError **error);

/**
 * announce_monitor() - The monitor.
 * @announce: what announce_new() returned
 *
 * Return: the monitor, which stays that of @announce.
 */
const struct mc_monitor *announce_monitor(const struct announce *announce);

/**
 * announce_free() - Free a monitor.
 * @announce: what announce_new() returned, or NULL
 */
void announce_free(struct announce *announce);

#endif
