/* SPDX-License-Identifier: MIT */
/*
 * An EDID for a sink that has none, so that desktops recognise the sink. Without one they
 * only know the connector's name, and another sink may have that connector the next time.
 */
#ifndef MC_EDID_MAKE_H
#define MC_EDID_MAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

/** MC_EDID_NAME - Most characters of a name, and of a serial number. */
#define MC_EDID_NAME	13

/**
 * mc_edid_name_valid() - Whether an EDID can have a name.
 * @name: the name
 *
 * Return: whether it is printable ASCII, 1 to MC_EDID_NAME characters.
 */
bool mc_edid_name_valid(const char *name);

/**
 * mc_edid_make() - Make an EDID of one block.
 * @edid: room for MC_EDID_BLOCK bytes
 * @name: name of the sink
 * @serial: what others of that name do not have, such as the end of its MAC
 *	address, or NULL
 * @mode: its preferred mode; one that no detailed timing can say, or that has a
 *	zero, is taken for 640x480 at 60 Hz
 *
 * Texts may come from a sink as they are: of longer ones than an EDID has room for,
 * the beginning is in it, and a question mark stands for each byte that
 * mc_edid_name_valid() would not have. The serial number of the EDID is made of all of
 * both, so that sinks whose names begin alike stay different.
 */
void mc_edid_make(uint8_t *edid, const char *name, const char *serial,
		  const struct drm_miracast_mode *mode);

#endif
