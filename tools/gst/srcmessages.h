/* SPDX-License-Identifier: MIT */
/*
 * What miracastsrc posts on the bus for the application.
 */
#ifndef SRCMESSAGES_H
#define SRCMESSAGES_H

#include "srcinternal.h"

/* The message takes the structure. */
void src_post(MiracastSrc *src, GstStructure *structure);

/* What describes a mode, in a message of this name. */
GstStructure *src_mode_structure(const gchar *name, const struct picture_mode *mode);

/* A mode has been answered. refusal: why it was refused, or NULL. */
void src_post_answered(MiracastSrc *src, const struct picture_mode *mode, const gchar *refusal);

/* Name of one of DRM_MIRACAST_PICTURE_STATE_*. */
const gchar *src_picture_state(guint32 state);

#endif
