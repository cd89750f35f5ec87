// SPDX-License-Identifier: MIT
/*
 * The type of a monitor, which clients see as a property of the connector.
 */
#include "miracast_monitor.h"

static const uint32_t types[] = {
	DRM_MIRACAST_MONITOR_TYPE_VGA,
	DRM_MIRACAST_MONITOR_TYPE_SVIDEO,
	DRM_MIRACAST_MONITOR_TYPE_COMPOSITE,
	DRM_MIRACAST_MONITOR_TYPE_COMPONENT,
	DRM_MIRACAST_MONITOR_TYPE_DVI,
	DRM_MIRACAST_MONITOR_TYPE_HDMI,
	DRM_MIRACAST_MONITOR_TYPE_MIRACAST,
	DRM_MIRACAST_MONITOR_TYPE_JAPANESE_D,
	DRM_MIRACAST_MONITOR_TYPE_SDI,
	DRM_MIRACAST_MONITOR_TYPE_DISPLAYPORT,
	DRM_MIRACAST_MONITOR_TYPE_UDI,
	DRM_MIRACAST_MONITOR_TYPE_OTHER,
};

static bool is_type(uint32_t type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i] == type)
			return true;
	return false;
}

static void test_types(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	uint32_t type;

	for (type = 0; type <= 260; type++) {
		struct drm_miracast_monitor_arrive arg = mc_monitor(NULL, 0);

		arg.monitor_type = type == 260 ? UINT32_MAX : type;
		mc_expect_f(mc_arrive_errno(ctx->fd, &arg),
			    is_type(type) ? 0 : -EINVAL, "type %u",
			    arg.monitor_type);
	}
	mc_ctx_close(ctx);
}

static uint64_t type_property(int card, struct mc_ctx *ctx)
{
	return mc_property_value(card, ctx->connector,
				 DRM_MODE_OBJECT_CONNECTOR,
				 "subconnector");
}

static uint64_t subconnector_of(uint32_t type)
{
	switch (type) {
	case DRM_MIRACAST_MONITOR_TYPE_VGA:
		return DRM_MODE_SUBCONNECTOR_VGA;
	case DRM_MIRACAST_MONITOR_TYPE_DVI:
		return DRM_MODE_SUBCONNECTOR_DVID;
	case DRM_MIRACAST_MONITOR_TYPE_HDMI:
		return DRM_MODE_SUBCONNECTOR_HDMIA;
	case DRM_MIRACAST_MONITOR_TYPE_MIRACAST:
		return DRM_MODE_SUBCONNECTOR_Wireless;
	case DRM_MIRACAST_MONITOR_TYPE_DISPLAYPORT:
		return DRM_MODE_SUBCONNECTOR_DisplayPort;
	default:
		return DRM_MODE_SUBCONNECTOR_Unknown;
	}
}

/* debugfs has the number that the owner has given. */
static void check_debugfs(uint32_t type)
{
	char text[8192], want[32];

	if (!mc_read_debugfs("miracast_targets", text, sizeof(text)))
		return;
	snprintf(want, sizeof(want), " monitor_type=%u ", type);
	igt_assert_f(strstr(text, want), "no%sin %s\n", want, text);
}

/* The property is right when the client has heard of the monitor. */
static void test_type_property(void)
{
	int uevents = mc_uevents_open();
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;

	igt_assert_eq(drmSetClientCap(card, DRM_CLIENT_CAP_ATOMIC, 1), 0);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct drm_miracast_monitor_arrive arg = mc_monitor(NULL, 0);

		mc_uevents_drain(uevents);
		arg.monitor_type = types[i];
		mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
		igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
		drmModeFreeConnector(mc_connector(card, ctx->connector));
		igt_assert_eq_u64(type_property(card, ctx),
				  subconnector_of(types[i]));
		check_debugfs(types[i]);
	}
	mc_ctx_close(ctx);
}

static void test_type_property_read_only(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	drmModePropertyPtr property;
	uint32_t id;
	int i;

	mc_arrive(ctx, 640, 480);
	id = mc_property(card, ctx->connector, DRM_MODE_OBJECT_CONNECTOR,
			 "subconnector");
	property = drmModeGetProperty(card, id);
	igt_assert(property);
	igt_assert(property->flags & DRM_MODE_PROP_ENUM);
	igt_assert(property->flags & DRM_MODE_PROP_IMMUTABLE);
	for (i = 0; i < property->count_enums; i++)
		igt_assert(property->enums[i].name[0]);
	igt_assert(drmModeConnectorSetProperty(card, ctx->connector, id,
					       DRM_MODE_SUBCONNECTOR_VGA));
	drmModeFreeProperty(property);
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_monitor_type[] = {
	{ "types", "Only the monitor types of the ABI are taken.",
	  test_types },
	{ "type-property", "Clients can read the monitor type.",
	  test_type_property },
	{ "type-property-read-only",
	  "The monitor type is an enumeration that clients cannot set.",
	  test_type_property_read_only },
	{}
};
