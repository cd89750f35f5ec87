/* SPDX-License-Identifier: MIT */
/*
 * In which order wfdmux takes what its pads have: two methods of its class.
 */
#ifndef MUXORDER_H
#define MUXORDER_H

#include "muxinternal.h"

GstFlowReturn wfd_mux_aggregate(GstAggregator *aggregator, gboolean timeout);

GstClockTime wfd_mux_get_next_time(GstAggregator *aggregator);

#endif
