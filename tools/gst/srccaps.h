/* SPDX-License-Identifier: MIT */
/*
 * What downstream of miracastsrc takes; with methods of its class.
 */
#ifndef SRCCAPS_H
#define SRCCAPS_H

#include "srcinternal.h"

gboolean miracast_src_negotiate(GstBaseSrc *base);

gboolean miracast_src_set_caps(GstBaseSrc *base, GstCaps *caps);

gboolean miracast_src_decide_allocation(GstBaseSrc *base, GstQuery *query);

/* Whether it would take pictures of the mode. */
gboolean src_downstream_takes(MiracastSrc *src, const struct picture_mode *mode);

/* Nobody downstream says anything now: there is none yet, or it is being flushed. */
gboolean src_is_mute(MiracastSrc *src);

/* Negotiate a mode. Return: why not, or NULL. */
const gchar *src_adopt(MiracastSrc *src, const struct picture_mode *mode);

#endif
