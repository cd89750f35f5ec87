/* SPDX-License-Identifier: MIT */
/*
 * Pictures of miracastsrc.
 */
#ifndef SRCPICTURES_H
#define SRCPICTURES_H

#include "srcinternal.h"

/* A part of a picture has come. out: set with the last part, if there is a picture. */
GstFlowReturn src_serve_chunk(MiracastSrc *src, const struct mc_event *event, GstBuffer **out);

#endif
