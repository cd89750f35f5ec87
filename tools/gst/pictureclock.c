// SPDX-License-Identifier: MIT
#include "pictureclock.h"

#include <time.h>

guint64 picture_clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return GST_TIMESPEC_TO_TIME(now);
}

/*
 * GStreamer's usual clock is the driver's, maybe adjusted to another. Network clocks are of
 * its class, too, and of its type, but have a time of their own.
 */
static gboolean is_same(GstClock *clock)
{
	GstClockType type = GST_CLOCK_TYPE_OTHER;

	if (G_OBJECT_TYPE(clock) != GST_TYPE_SYSTEM_CLOCK)
		return FALSE;
	g_object_get(clock, "clock-type", &type, NULL);
	return type == GST_CLOCK_TYPE_MONOTONIC;
}

static GstClockTime clock_time(GstClock *clock, guint64 time_ns)
{
	GstClockTime internal, external, num, denom, now;
	guint64 now_ns;

	if (is_same(clock)) {
		gst_clock_get_calibration(clock, &internal, &external, &num, &denom);
		return gst_clock_adjust_with_calibration(clock, time_ns, internal, external, num,
							 denom);
	}
	now_ns = picture_clock_now();
	now = gst_clock_get_time(clock);
	if (time_ns > now_ns)
		return now + (time_ns - now_ns);
	return now > now_ns - time_ns ? now - (now_ns - time_ns) : 0;
}

GstClockTime picture_clock_running_time(GstElement *element, guint64 time_ns)
{
	GstClock *clock = gst_element_get_clock(element);
	GstClockTime base = gst_element_get_base_time(element), time;

	if (!clock)
		return GST_CLOCK_TIME_NONE;
	time = clock_time(clock, time_ns);
	gst_object_unref(clock);
	return time > base ? time - base : 0;
}
