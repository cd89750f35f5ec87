/* SPDX-License-Identifier: MIT */
/*
 * Uses a choice: the modes for MONITOR_ARRIVE, and M4 for the mode of a MODE_SET.
 */
#ifndef MC_WFD_OFFER_H
#define MC_WFD_OFFER_H

#include <stddef.h>
#include <stdint.h>

#include "../mode.h"

#include "choose.h"

/**
 * mc_wfd_modes() - Modes for MONITOR_ARRIVE, the first of them preferred.
 * @choice: of mc_wfd_choose()
 * @modes: filled in
 * @max: room at @modes, and at most max_modes of the device
 *
 * Return: how many there are.
 */
uint32_t mc_wfd_modes(const struct mc_wfd_choice *choice, struct drm_miracast_mode *modes,
		      uint32_t max);

/**
 * mc_wfd_find() - The candidate of a mode that was set.
 * @choice: of mc_wfd_choose()
 * @width: columns, as in MODE_SET
 * @height: lines
 * @mhz: rate in mHz; 59.94 Hz is 60 Hz
 *
 * Return: the candidate; NULL: the sink does not take it, answer REFUSED. The
 * driver always offers 640x480 at 60 Hz, which not every sink takes.
 */
const struct mc_wfd_candidate *mc_wfd_find(const struct mc_wfd_choice *choice, uint32_t width,
					   uint32_t height, uint32_t mhz);

/**
 * mc_wfd_m4() - The body of M4, for mc_wfd_params_print().
 * @sink: its answer to M3
 * @choice: made from it
 * @candidate: one of @choice
 * @sounds: codecs of the source, see mc_wfd_audio_choose()
 * @url: presentation URL, rtsp://ADDRESS/wfd1.0/streamid=0
 * @m4: filled in: one bit, one slice a picture, no other parameter than needed
 *
 * Return: 0, -EPROTONOSUPPORT see mc_wfd_ports_fault(), -E2BIG a long URL, -EINVAL
 * one with blanks, or with characters that are not printable ASCII, or a candidate that is
 * not of @choice.
 */
int mc_wfd_m4(const struct mc_wfd_params *sink, const struct mc_wfd_choice *choice,
	      const struct mc_wfd_candidate *candidate, uint32_t sounds, const char *url,
	      struct mc_wfd_params *m4);

#endif
