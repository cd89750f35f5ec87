/* SPDX-License-Identifier: MIT */
#ifndef WFDMUX_H
#define WFDMUX_H

#include <gst/base/gstaggregator.h>
#include <gst/gst.h>

#define WFD_TYPE_MUX (wfd_mux_get_type())
G_DECLARE_FINAL_TYPE(WfdMux, wfd_mux, WFD, MUX, GstAggregator)

GST_ELEMENT_REGISTER_DECLARE(wfdmux)

#endif
