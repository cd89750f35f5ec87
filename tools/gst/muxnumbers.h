/* SPDX-License-Identifier: MIT */
/*
 * The numbers of wfdmux's packets, and the state by which another stream goes on.
 */
#ifndef MUXNUMBERS_H
#define MUXNUMBERS_H

#include "muxinternal.h"

/* Those of the next packets. */
struct numbers mux_numbers(WfdMux *mux);

/* Go on with these. */
void mux_set_numbers(WfdMux *mux, const struct numbers *to);

/* With which another stream goes on; NULL: nothing was sent. */
GstStructure *mux_make_state(WfdMux *mux);

/* Go on with what another stream has left. */
void mux_take_state(WfdMux *mux, const GstStructure *state);

#endif
