/* SPDX-License-Identifier: MIT */
/*
 * Access units of wfdmux.
 */
#ifndef MUXUNITS_H
#define MUXUNITS_H

#include "muxinternal.h"
#include "muxpad.h"

/* The list of this time begins. */
void mux_begin(WfdMux *mux, GstClockTime time);

/* Put the next buffer of a pad into the list. picture: set when it was one. */
GstFlowReturn mux_take_buffer(WfdMux *mux, WfdMuxPad *pad, GstClockTime now, gboolean *picture);

/* Send the list, if there is one. picture: it ends with one. */
GstFlowReturn mux_finish(WfdMux *mux, gboolean picture);

#endif
