/* SPDX-License-Identifier: MIT */
/*
 * Tables and clock references of wfdmux.
 */
#ifndef MUXTABLES_H
#define MUXTABLES_H

#include "h264.h"
#include "muxinternal.h"

/* The map of the program names the profile and level of what comes. */
void mux_note_parameters(WfdMux *mux, const struct h264_look *look);

/* What comes before the data of this time. It never goes back. */
void mux_put_clock(WfdMux *mux, GstClockTime time);

#endif
