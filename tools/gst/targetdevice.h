/* SPDX-License-Identifier: MIT */
/*
 * A target as a device of GStreamer's, of which miracastsrc is the element.
 */
#ifndef MIRACAST_TARGETDEVICE_H
#define MIRACAST_TARGETDEVICE_H

#include <gst/gst.h>

#include "targets.h"

#define MIRACAST_TYPE_TARGET_DEVICE (miracast_target_device_get_type())
G_DECLARE_FINAL_TYPE(MiracastTargetDevice, miracast_target_device, MIRACAST, TARGET_DEVICE,
		     GstDevice)

/**
 * target_device_new() - Make a device.
 * @target: which
 *
 * Return: it, with a floating reference.
 */
GstDevice *target_device_new(const struct target *target);

/**
 * target_device_is() - Whether a device is a target.
 * @device: the device
 * @target: the target
 *
 * Return: whether it is the same connector of the same card.
 */
gboolean target_device_is(const MiracastTargetDevice *device, const struct target *target);

#endif
