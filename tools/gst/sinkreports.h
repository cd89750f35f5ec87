/* SPDX-License-Identifier: MIT */
/*
 * RTCP of wfdsink.
 */
#ifndef SINKREPORTS_H
#define SINKREPORTS_H

#include "sinkinternal.h"

/* Running time of the clock; none: there is no clock. */
GstClockTime sink_running_time(WfdSink *sink);

/* Called by both threads. */
void sink_send_report(WfdSink *sink);

/* What the thread does, with the element as its data, until "reporting" is cancelled. */
gpointer sink_report_thread(gpointer data);

#endif
