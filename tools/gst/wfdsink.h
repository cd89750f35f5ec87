/* SPDX-License-Identifier: MIT */
#ifndef WFDSINK_H
#define WFDSINK_H

#include <gst/base/gstbasesink.h>
#include <gst/gst.h>

#define WFD_TYPE_SINK (wfd_sink_get_type())
G_DECLARE_FINAL_TYPE(WfdSink, wfd_sink, WFD, SINK, GstBaseSink)

GST_ELEMENT_REGISTER_DECLARE(wfdsink)

#endif
