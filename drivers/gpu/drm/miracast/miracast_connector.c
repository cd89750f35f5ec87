// SPDX-License-Identifier: GPL-2.0
/*
 * Encoder and connector of a target.
 *
 * The connector is connected while the owner's monitor is there; status and
 * modes come from a reference-counted snapshot of it.
 */
#include <drm/drm_atomic_helper.h>
#include <drm/drm_atomic_state_helper.h>
#include <drm/drm_edid.h>
#include <drm/drm_encoder.h>
#include <drm/drm_probe_helper.h>
#include <drm/drm_property.h>

#include "miracast_compat.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_monitor.h"
#include "miracast_target.h"

static const struct drm_prop_enum_list monitor_types[] = {
	{ DRM_MIRACAST_MONITOR_VGA, "VGA" },
	{ DRM_MIRACAST_MONITOR_SVIDEO, "S-Video" },
	{ DRM_MIRACAST_MONITOR_COMPOSITE, "Composite" },
	{ DRM_MIRACAST_MONITOR_COMPONENT, "Component" },
	{ DRM_MIRACAST_MONITOR_DVI, "DVI" },
	{ DRM_MIRACAST_MONITOR_HDMI, "HDMI" },
	{ DRM_MIRACAST_MONITOR_MIRACAST, "Miracast" },
	{ DRM_MIRACAST_MONITOR_JAPANESE_D, "Japanese D" },
	{ DRM_MIRACAST_MONITOR_SDI, "SDI" },
	{ DRM_MIRACAST_MONITOR_DISPLAYPORT, "DisplayPort" },
	{ DRM_MIRACAST_MONITOR_UDI, "UDI" },
	{ DRM_MIRACAST_MONITOR_OTHER, "Other" },
};

static enum drm_connector_status connector_detect(struct drm_connector *connector,
						  bool force)
{
	struct miracast_target *target =
		connector_to_miracast_target(connector);
	struct miracast_monitor *monitor = miracast_target_get_monitor(target);

	/* Kept by the property itself, as it is immutable; see DRM core. */
	if (monitor)
		drm_object_property_set_value(&connector->base,
					      target->mdev->monitor_type,
					      monitor->type);
	miracast_monitor_put(monitor);

	return miracast_target_connected(target) ?
		       connector_status_connected :
		       connector_status_disconnected;
}

static int connector_get_modes(struct drm_connector *connector)
{
	struct miracast_target *target =
		connector_to_miracast_target(connector);
	struct miracast_monitor *monitor = miracast_target_get_monitor(target);
	int count;

	if (!monitor)
		return 0;

	count = miracast_monitor_add_modes(connector, monitor);
	miracast_monitor_put(monitor);

	return count;
}

static int connector_atomic_check(struct drm_connector *connector,
				  struct drm_atomic_state *state)
{
	miracast_hdcp_check(connector, state);

	return 0;
}

static const struct drm_connector_helper_funcs connector_helper_funcs = {
	.get_modes = connector_get_modes,
	.atomic_check = connector_atomic_check,
};

static const struct drm_connector_funcs connector_funcs = {
	.detect = connector_detect,
	.fill_modes = drm_helper_probe_single_connector_modes,
	.destroy = drm_connector_cleanup,
	.reset = drm_atomic_helper_connector_reset,
	.atomic_duplicate_state = drm_atomic_helper_connector_duplicate_state,
	.atomic_destroy_state = drm_atomic_helper_connector_destroy_state,
};

static const struct drm_encoder_funcs encoder_funcs = {
	.destroy = drm_encoder_cleanup,
};

/* One property serves all connectors of the device. */
static int attach_monitor_type(struct miracast_target *target)
{
	struct miracast_device *mdev = target->mdev;

	if (!mdev->monitor_type)
		mdev->monitor_type =
			drm_property_create_enum(&mdev->drm,
						 DRM_MODE_PROP_IMMUTABLE,
						 "miracast monitor type",
						 monitor_types,
						 ARRAY_SIZE(monitor_types));
	if (!mdev->monitor_type)
		return -ENOMEM;

	drm_object_attach_property(&target->connector.base, mdev->monitor_type,
				   DRM_MIRACAST_MONITOR_MIRACAST);

	return 0;
}

/**
 * miracast_connector_init - Register encoder and connector of a target
 * @target: the target, its CRTC registered
 *
 * Return: 0 or a negative errno.
 */
int miracast_connector_init(struct miracast_target *target)
{
	struct drm_device *drm = &target->mdev->drm;
	int ret;

	ret = drm_encoder_init(drm, &target->encoder, &encoder_funcs,
			       DRM_MODE_ENCODER_VIRTUAL, NULL);
	if (ret)
		return ret;
	target->encoder.possible_crtcs = drm_crtc_mask(&target->crtc);

	ret = drm_connector_init(drm, &target->connector, &connector_funcs,
				 DRM_MODE_CONNECTOR_VIRTUAL);
	if (ret)
		return ret;
	drm_connector_helper_add(&target->connector, &connector_helper_funcs);
	target->connector.polled = DRM_CONNECTOR_POLL_HPD;
	drm_connector_attach_edid_property(&target->connector);

	ret = attach_monitor_type(target);
	if (!ret)
		ret = miracast_hdcp_attach(&target->connector);
	if (ret)
		return ret;

	return drm_connector_attach_encoder(&target->connector,
					    &target->encoder);
}
