// SPDX-License-Identifier: MIT
#include <gst/gst.h>

#include "deviceprovider.h"
#include "miracastsrc.h"
#include "wfdmux.h"
#include "wfdsink.h"

static gboolean plugin_init(GstPlugin *plugin)
{
	return GST_ELEMENT_REGISTER(miracastsrc, plugin) &&
	       GST_ELEMENT_REGISTER(wfdmux, plugin) && GST_ELEMENT_REGISTER(wfdsink, plugin) &&
	       GST_DEVICE_PROVIDER_REGISTER(miracastdeviceprovider, plugin);
}

#define PACKAGE "miracast"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, miracast,
		  "Wi-Fi Display (Miracast) sources", plugin_init, MIRACAST_VERSION, "MIT/X11",
		  "miracast", "[unknown origin]")
