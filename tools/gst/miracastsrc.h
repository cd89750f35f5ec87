/* SPDX-License-Identifier: MIT */
#ifndef MIRACASTSRC_H
#define MIRACASTSRC_H

#include <gst/base/gstpushsrc.h>
#include <gst/gst.h>

#define MIRACAST_TYPE_SRC (miracast_src_get_type())
G_DECLARE_FINAL_TYPE(MiracastSrc, miracast_src, MIRACAST, SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE(miracastsrc)

#endif
