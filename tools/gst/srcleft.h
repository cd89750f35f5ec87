/* SPDX-License-Identifier: MIT */
/*
 * What a run of miracastsrc leaves for the next one.
 */
#ifndef SRCLEFT_H
#define SRCLEFT_H

#include "srcinternal.h"

/* Keep the mode that the driver asks for. */
void src_note_asked(MiracastSrc *src, const struct mc_event *event);

/* Release what nobody has seen, and keep a mode that is not answered. */
void src_hand_back(MiracastSrc *src);

/* Whether there are buffers of the present context. */
gboolean src_has_kept(MiracastSrc *src);

/* Keep the buffers of a session that goes on; otherwise they are free. */
void src_keep_buffers(MiracastSrc *src, gboolean goes_on);

/* Go on with the mode that the last run has left. */
void src_ask_again(MiracastSrc *src);

#endif
