/* SPDX-License-Identifier: MIT */
/*
 * How miracastsrc waits for events, and what it sends when none come.
 */
#ifndef SRCWAIT_H
#define SRCWAIT_H

#include "srcinternal.h"

gboolean miracast_src_unlock(GstBaseSrc *base);

gboolean miracast_src_unlock_stop(GstBaseSrc *base);

/* FALSE when it took too long for the next picture. */
gboolean src_wait_for_events(MiracastSrc *src);

/* This time, or one that is later than that of what was sent last. */
GstClockTime src_later_than_last(MiracastSrc *src, GstClockTime time);

/* Ask for a picture that downstream wants though nothing changes. */
void src_ask_at_rest(MiracastSrc *src);

/* Downstream gets a gap, as no pictures come. */
void src_send_gap(MiracastSrc *src);

#endif
