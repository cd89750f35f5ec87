/* SPDX-License-Identifier: MIT */
/*
 * When each picture reached which step of the pipeline, for those who measure. What the
 * source does not know of a picture, such as when it was committed, is left out.
 */
#ifndef CAST_TIMING_H
#define CAST_TIMING_H

#include <gst/gst.h>

/**
 * TIMING_MESSAGE - Name of the application message that is posted for each access unit.
 *
 * Its fields are guint64: "pts", what the sink reads in the stream, in 1/90000 s; "frame", the
 * driver's number of the picture; and in nanoseconds of CLOCK_MONOTONIC "commit", "vblank",
 * "ready" and "read", of the driver and its reader, and "taken", "converted" and "encoded".
 */
#define TIMING_MESSAGE	"miracast-picture"

/**
 * timing_watch() - Have a message posted for each access unit.
 * @source: where pictures come from
 * @encoder: takes them when they are converted
 * @parse: where access units leave; it posts the messages
 * @pts_delay: what the multiplexer adds to times
 */
void timing_watch(GstElement *source, GstElement *encoder, GstElement *parse,
		  GstClockTime pts_delay);

#endif
