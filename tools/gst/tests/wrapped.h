/* SPDX-License-Identifier: MIT */
/*
 * What the linker puts in the place of other functions in test_devices: __wrap_NAME in that
 * of NAME, which is called __real_NAME there.
 */
#ifndef WRAPPED_H
#define WRAPPED_H

#include <gst/gst.h>

#include "connector.h"
#include "device.h"

int __real_uevents_open(void);
int __wrap_uevents_open(void);
gint __real_gst_poll_wait(GstPoll *set, GstClockTime timeout);
gint __wrap_gst_poll_wait(GstPoll *set, GstClockTime timeout);
int __wrap_mc_device_open_node(const char *path, struct mc_device *device);
int __wrap_mc_device_caps_sized(const struct mc_device *device,
				struct drm_miracast_query_caps *caps, size_t size);
int __wrap_mc_connectors_of_card(uint32_t card, struct mc_connector *list, size_t max);

#endif
