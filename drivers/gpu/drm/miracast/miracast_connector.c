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
#include <drm/drm_modeset_helper_vtables.h>
#include <drm/drm_probe_helper.h>
#include <drm/drm_property.h>

#include "miracast_compat.h"
#include "miracast_drv.h"
#include "miracast_hdcp.h"
#include "miracast_monitor.h"
#include "miracast_port.h"
#include "miracast_target.h"

/* The monitor types of Wi-Fi Display that DRM core has a name for. */
static const struct {
	u32 type;
	u32 subconnector;
} subconnectors[] = {
	{ DRM_MIRACAST_MONITOR_TYPE_VGA, DRM_MODE_SUBCONNECTOR_VGA },
	{ DRM_MIRACAST_MONITOR_TYPE_DVI, DRM_MODE_SUBCONNECTOR_DVID },
	{ DRM_MIRACAST_MONITOR_TYPE_HDMI, DRM_MODE_SUBCONNECTOR_HDMIA },
	{ DRM_MIRACAST_MONITOR_TYPE_MIRACAST, DRM_MODE_SUBCONNECTOR_Wireless },
	{ DRM_MIRACAST_MONITOR_TYPE_DISPLAYPORT,
	  DRM_MODE_SUBCONNECTOR_DisplayPort },
};

static u32 subconnector_of(u32 type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(subconnectors); i++)
		if (subconnectors[i].type == type)
			return subconnectors[i].subconnector;

	return DRM_MODE_SUBCONNECTOR_Unknown;
}

static enum drm_connector_status connector_detect(struct drm_connector *connector,
						  bool force)
{
	struct miracast_target *target =
		connector_to_miracast_target(connector);
	struct miracast_monitor *monitor = miracast_port_get_monitor(target);
	u32 subconnector = DRM_MODE_SUBCONNECTOR_Unknown;

	/*
	 * An immutable property keeps its value itself, see DRM core. A master does not
	 * see the type of another master's sink.
	 */
	if (monitor && !READ_ONCE(target->hidden))
		subconnector = subconnector_of(monitor->type);
	if (monitor)
		drm_object_property_set_value(&connector->base,
					      connector->dev->mode_config.dp_subconnector_property,
					      subconnector);
	miracast_monitor_put(monitor);

	if (!miracast_hotplug_is_connected(target))
		return connector_status_disconnected;

	miracast_hotplug_detected(target);

	return connector_status_connected;
}

/* DRM core probes only on behalf of the DRM master. */
static int connector_fill_modes(struct drm_connector *connector,
				u32 max_width, u32 max_height)
{
	int count = drm_helper_probe_single_connector_modes(connector, max_width,
							    max_height);

	miracast_hotplug_seen(connector_to_miracast_target(connector),
			      connector->status == connector_status_connected);

	return count;
}

/* Whether a mode is larger, or as large and faster: DRM core's order of modes. */
static bool is_larger(const struct drm_display_mode *mode,
		      const struct drm_display_mode *than)
{
	int more = mode->hdisplay * mode->vdisplay -
		   than->hdisplay * than->vdisplay;

	return more ? more > 0 :
		      drm_mode_vrefresh(mode) > drm_mode_vrefresh(than);
}

/*
 * Leave one preferred mode: the first of those that the limits allow, else the
 * largest mode. A second one would be tried first if it were larger, whatever the
 * owner prefers; and one that is pruned is no help.
 */
static void prefer_one(struct miracast_target *target)
{
	const struct drm_crtc_helper_funcs *funcs = target->crtc.helper_private;
	struct drm_display_mode *mode, *best = NULL;
	bool found = false;

	list_for_each_entry(mode, &target->connector.probed_modes, head) {
		bool preferred = mode->type & DRM_MODE_TYPE_PREFERRED;

		mode->type &= ~DRM_MODE_TYPE_PREFERRED;
		if (found || funcs->mode_valid(&target->crtc, mode) != MODE_OK)
			continue;
		found = preferred;
		if (preferred || !best || is_larger(mode, best))
			best = mode;
	}
	if (best)
		best->type |= DRM_MODE_TYPE_PREFERRED;
}

static int connector_get_modes(struct drm_connector *connector)
{
	struct miracast_target *target =
		connector_to_miracast_target(connector);
	struct miracast_monitor *monitor = miracast_port_get_monitor(target);
	int count;

	if (!monitor)
		return 0;

	count = miracast_monitor_add_modes(connector, monitor);
	miracast_monitor_put(monitor);
	prefer_one(target);

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
	.fill_modes = connector_fill_modes,
	.destroy = drm_connector_cleanup,
	.reset = drm_atomic_helper_connector_reset,
	.atomic_duplicate_state = drm_atomic_helper_connector_duplicate_state,
	.atomic_destroy_state = drm_atomic_helper_connector_destroy_state,
};

static const struct drm_encoder_funcs encoder_funcs = {
	.destroy = drm_encoder_cleanup,
};

/* DRM core creates the property where it attaches it, but crashes without memory. */
static int create_subconnector(struct drm_device *drm)
{
	static const struct drm_prop_enum_list names[] = {
		{ DRM_MODE_SUBCONNECTOR_Unknown, "Unknown" },
		{ DRM_MODE_SUBCONNECTOR_VGA, "VGA" },
		{ DRM_MODE_SUBCONNECTOR_DVID, "DVI-D" },
		{ DRM_MODE_SUBCONNECTOR_HDMIA, "HDMI" },
		{ DRM_MODE_SUBCONNECTOR_DisplayPort, "DP" },
		{ DRM_MODE_SUBCONNECTOR_Wireless, "Wireless" },
		{ DRM_MODE_SUBCONNECTOR_Native, "Native" },
	};
	struct drm_mode_config *config = &drm->mode_config;

	if (!config->dp_subconnector_property)
		config->dp_subconnector_property =
			drm_property_create_enum(drm, DRM_MODE_PROP_IMMUTABLE,
						 "subconnector", names,
						 ARRAY_SIZE(names));

	return config->dp_subconnector_property ? 0 : -ENOMEM;
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
	/* Otherwise DRM core prunes 4:2:0 modes. H.264 for sinks is 4:2:0 anyway. */
	target->connector.ycbcr_420_allowed = true;
	drm_connector_attach_edid_property(&target->connector);

	/* The only standard property for the kind of the connection. */
	ret = create_subconnector(drm);
	if (ret)
		return ret;
	drm_connector_attach_dp_subconnector_property(&target->connector);

	ret = miracast_hdcp_attach(&target->connector);
	if (ret)
		return ret;

	return drm_connector_attach_encoder(&target->connector,
					    &target->encoder);
}
