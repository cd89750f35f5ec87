/* SPDX-License-Identifier: MIT */
/*
 * How wfdsink sends: two methods of its class.
 */
#ifndef SINKSEND_H
#define SINKSEND_H

#include <gst/base/gstbasesink.h>

GstFlowReturn wfd_sink_render_list(GstBaseSink *base, GstBufferList *list);

GstFlowReturn wfd_sink_render(GstBaseSink *base, GstBuffer *buffer);

/* Of the sink pad, in the place of the base class's. */
GstFlowReturn wfd_sink_chain_list(GstPad *pad, GstObject *parent, GstBufferList *list);

#endif
