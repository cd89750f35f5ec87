/* SPDX-License-Identifier: MIT */
/*
 * The driver's times on the clock of a pipeline.
 */
#ifndef PICTURECLOCK_H
#define PICTURECLOCK_H

#include <gst/gst.h>

/**
 * picture_clock_now() - The driver's time.
 *
 * Return: CLOCK_MONOTONIC, in nanoseconds.
 */
guint64 picture_clock_now(void);

/**
 * picture_clock_running_time() - The running time of an element at one of the driver's.
 * @element: the element
 * @time_ns: CLOCK_MONOTONIC, may be in the future
 *
 * Return: the time, 0 for what was before the pipeline began, or GST_CLOCK_TIME_NONE
 * without a clock.
 */
GstClockTime picture_clock_running_time(GstElement *element, guint64 time_ns);

#endif
