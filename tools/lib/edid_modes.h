/* SPDX-License-Identifier: MIT */
/*
 * The modes in an EDID, to find the limits of a context.
 */
#ifndef MC_EDID_MODES_H
#define MC_EDID_MODES_H

#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

/**
 * typedef mc_edid_mode_fn - Called with a mode.
 * @data: what mc_edid_each_mode() was given
 * @mode: the mode, of which flags are not set
 */
typedef void mc_edid_mode_fn(void *data, const struct drm_miracast_mode *mode);

/**
 * mc_edid_each_mode() - Call a function for each progressive mode of an EDID.
 * @edid: the EDID, checked
 * @size: bytes
 * @each: the function, called more than once for a mode that is there twice
 * @data: passed on to it
 *
 * Established, standard and detailed timings, CVT codes, video modes of CTA-861
 * and HDMI, those in 4:2:0 as well, and timings of DisplayID.
 */
void mc_edid_each_mode(const uint8_t *edid, size_t size, mc_edid_mode_fn *each,
		       void *data);

#endif
