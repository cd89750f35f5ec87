/* SPDX-License-Identifier: MIT */
/*
 * The loop of miracastsrc's streaming thread: a method of its class.
 */
#ifndef SRCEVENTS_H
#define SRCEVENTS_H

#include "srcinternal.h"

GstFlowReturn miracast_src_create(GstPushSrc *push, GstBuffer **out);

#endif
