/* SPDX-License-Identifier: MIT */
/* The device provider: targets that can be had, for gst-device-monitor-1.0 and others. */
#ifndef MIRACAST_DEVICEPROVIDER_H
#define MIRACAST_DEVICEPROVIDER_H

#include <gst/gst.h>

#define MIRACAST_TYPE_DEVICE_PROVIDER (miracast_device_provider_get_type())
G_DECLARE_FINAL_TYPE(MiracastDeviceProvider, miracast_device_provider, MIRACAST, DEVICE_PROVIDER,
		     GstDeviceProvider)
GST_DEVICE_PROVIDER_REGISTER_DECLARE(miracastdeviceprovider);

#endif
