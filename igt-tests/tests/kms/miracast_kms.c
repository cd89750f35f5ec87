// SPDX-License-Identifier: MIT
/*
 * The device as a KMS client sees it: objects, their properties and formats.
 */
#include "miracast_kms.h"

IGT_TEST_DESCRIPTION("KMS side of a miracast device.");

static void test_resources(void)
{
	int card = mc_card_open();
	uint32_t targets = mc_caps(card).targets_total;
	drmModePlaneResPtr planes;
	drmModeResPtr resources;
	int i;

	igt_assert_eq(drmSetClientCap(card, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1),
		      0);
	resources = drmModeGetResources(card);
	igt_assert(resources);
	igt_assert_eq_u32(resources->count_connectors, targets);
	igt_assert_eq_u32(resources->count_crtcs, targets);
	igt_assert_eq_u32(resources->count_encoders, targets);
	for (i = 0; i < resources->count_connectors; i++) {
		drmModeConnector *connector =
			mc_connector(card, resources->connectors[i]);

		igt_assert_eq(connector->connection, DRM_MODE_DISCONNECTED);
		igt_assert_eq(connector->connector_type,
			      DRM_MODE_CONNECTOR_VIRTUAL);
		igt_assert_eq(connector->count_modes, 0);
		igt_assert_eq(connector->count_encoders, 1);
		drmModeFreeConnector(connector);
	}
	planes = drmModeGetPlaneResources(card);
	igt_assert(planes);
	igt_assert_eq_u32(planes->count_planes, 2 * targets);
	drmModeFreePlaneResources(planes);
	drmModeFreeResources(resources);
}

/* Each target has its own CRTC, planes and encoder. */
static void test_routing(void)
{
	int card = mc_card_open();
	drmModeResPtr resources = drmModeGetResources(card);
	uint32_t crtcs = 0, i;

	igt_assert(resources);
	for (i = 0; i < (uint32_t)resources->count_connectors; i++) {
		struct mc_kms *kms = mc_kms(card, resources->connectors[i]);

		igt_assert(!(crtcs & 1u << kms->crtc_index));
		crtcs |= 1u << kms->crtc_index;
		free(kms);
	}
	drmModeFreeResources(resources);
}

static uint64_t cap(int card, uint64_t name)
{
	uint64_t value = UINT64_MAX;

	igt_assert_eq(drmGetCap(card, name, &value), 0);
	return value;
}

static void test_capabilities(void)
{
	int card = mc_card_open();

	igt_assert_eq_u64(cap(card, DRM_CAP_DUMB_BUFFER), 1);
	igt_assert_eq_u64(cap(card, DRM_CAP_DUMB_PREFER_SHADOW), 0);
	igt_assert_eq_u64(cap(card, DRM_CAP_PRIME),
			  DRM_PRIME_CAP_IMPORT | DRM_PRIME_CAP_EXPORT);
	igt_assert_eq_u64(cap(card, DRM_CAP_TIMESTAMP_MONOTONIC), 1);
	igt_assert_eq_u64(cap(card, DRM_CAP_CURSOR_WIDTH), 256);
	igt_assert_eq_u64(cap(card, DRM_CAP_CURSOR_HEIGHT), 256);
	igt_assert_eq_u64(cap(card, DRM_CAP_ADDFB2_MODIFIERS), 1);
	igt_assert_eq_u64(cap(card, DRM_CAP_CRTC_IN_VBLANK_EVENT), 1);
	igt_assert_eq_u64(cap(card, DRM_CAP_SYNCOBJ), 1);
	igt_assert_eq_u64(cap(card, DRM_CAP_SYNCOBJ_TIMELINE), 1);
}

/* Immutable are standard properties only, and values are those that are listed. */
static void check_properties(int card, uint32_t object, uint32_t type)
{
	static const char * const known[] = {
		"EDID", "PATH", "TILE", "non-desktop", "subconnector", "type",
		"IN_FORMATS", "GAMMA_LUT_SIZE", "DEGAMMA_LUT_SIZE",
		"SIZE_HINTS", "zpos",
	};
	drmModeObjectPropertiesPtr all =
		drmModeObjectGetProperties(card, object, type);
	uint32_t i;
	int j;

	igt_assert(all);
	for (i = 0; i < all->count_props; i++) {
		drmModePropertyPtr property =
			drmModeGetProperty(card, all->props[i]);
		bool immutable, found = false;

		igt_assert(property);
		immutable = property->flags & DRM_MODE_PROP_IMMUTABLE;
		for (j = 0; j < (int)ARRAY_SIZE(known); j++)
			found |= !strcmp(property->name, known[j]);
		igt_assert_f(found || !immutable, "\"%s\" is immutable\n",
			     property->name);
		found = !(property->flags & DRM_MODE_PROP_ENUM);
		for (j = 0; j < property->count_enums; j++)
			found |= property->enums[j].value ==
				 all->prop_values[i];
		igt_assert_f(found, "\"%s\" has an unlisted value\n",
			     property->name);
		drmModeFreeProperty(property);
	}
	drmModeFreeObjectProperties(all);
}

static void test_properties(void)
{
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);

	igt_assert_eq(drmSetClientCap(card, DRM_CLIENT_CAP_ATOMIC, 1), 0);
	check_properties(card, kms->connector, DRM_MODE_OBJECT_CONNECTOR);
	check_properties(card, kms->crtc, DRM_MODE_OBJECT_CRTC);
	check_properties(card, kms->primary, DRM_MODE_OBJECT_PLANE);
	check_properties(card, kms->cursor, DRM_MODE_OBJECT_PLANE);
}

static const uint32_t primary_formats[] = {
	DRM_FORMAT_XRGB8888, DRM_FORMAT_XBGR8888, DRM_FORMAT_ARGB8888,
	DRM_FORMAT_ABGR8888, DRM_FORMAT_RGB565,
};

static bool has_format(int card, uint32_t plane_id, uint32_t format)
{
	drmModePlanePtr plane = drmModeGetPlane(card, plane_id);
	bool has = false;
	uint32_t i;

	igt_assert(plane);
	for (i = 0; i < plane->count_formats; i++)
		has |= plane->formats[i] == format;
	drmModeFreePlane(plane);
	return has;
}

static void check_in_formats(int card, uint32_t plane)
{
	struct drm_format_modifier_blob *blob;
	struct drm_format_modifier *modifiers;
	size_t size;
	uint32_t i;

	blob = mc_property_blob(card, plane, DRM_MODE_OBJECT_PLANE,
				"IN_FORMATS", &size);
	igt_assert(blob && size >= sizeof(*blob));
	modifiers = (void *)((char *)blob + blob->modifiers_offset);
	igt_assert_eq_u32(blob->count_modifiers, 1);
	igt_assert_eq_u64(modifiers[0].modifier, DRM_FORMAT_MOD_LINEAR);
	for (i = 0; i < blob->count_formats; i++)
		igt_assert(modifiers[0].formats >> i & 1);
	free(blob);
}

static void test_formats(void)
{
	int card = mc_card_open();
	drmModeResPtr resources = drmModeGetResources(card);
	unsigned int f;
	int i;

	igt_assert(resources);
	for (i = 0; i < resources->count_connectors; i++) {
		struct mc_kms *kms = mc_kms(card, resources->connectors[i]);

		for (f = 0; f < ARRAY_SIZE(primary_formats); f++)
			igt_assert(has_format(card, kms->primary,
					      primary_formats[f]));
		igt_assert(!has_format(card, kms->primary, DRM_FORMAT_NV12));
		igt_assert(has_format(card, kms->cursor, DRM_FORMAT_ARGB8888));
		check_in_formats(card, kms->primary);
		check_in_formats(card, kms->cursor);
		free(kms);
	}
	drmModeFreeResources(resources);
}

/* Names of an enum property's values, each followed by a blank. */
static void enum_names(int card, uint32_t property, char *names, size_t size)
{
	drmModePropertyPtr values = drmModeGetProperty(card, property);
	size_t length = 0;
	int i;

	igt_assert(values && values->flags & DRM_MODE_PROP_ENUM);
	names[0] = 0;
	for (i = 0; i < values->count_enums; i++)
		length += snprintf(names + length, size - length, "%s ",
				   values->enums[i].name);
	igt_assert(length < size);
	drmModeFreeProperty(values);
}

static void check_blend_modes(int card, uint32_t plane, const char *want)
{
	uint32_t property = mc_property(card, plane, DRM_MODE_OBJECT_PLANE,
					"pixel blend mode");
	char names[128];

	igt_assert_f(property, "plane %u: no pixel blend mode\n", plane);
	enum_names(card, property, names, sizeof(names));
	igt_assert_f(!strcmp(names, want), "plane %u: %s\n", plane, names);
	/* Pre-multiplied, as clients that do not know the property expect */
	igt_assert_eq_u64(mc_property_value(card, plane, DRM_MODE_OBJECT_PLANE,
					    "pixel blend mode"), 0);
}

static void test_blend_modes(void)
{
	int card = mc_card_open();
	drmModeResPtr resources = drmModeGetResources(card);
	int i;

	igt_assert(resources);
	for (i = 0; i < resources->count_connectors; i++) {
		struct mc_kms *kms = mc_kms(card, resources->connectors[i]);

		check_blend_modes(card, kms->primary, "None Pre-multiplied ");
		check_blend_modes(card, kms->cursor, "Pre-multiplied ");
		free(kms);
	}
	drmModeFreeResources(resources);
}

static const struct mc_subtest subtests[] = {
	{ "resources",
	  "Each target is a connector, a CRTC, an encoder and two planes.",
	  test_resources },
	{ "routing", "Targets share nothing.", test_routing },
	{ "capabilities",
	  "Dumb buffers, PRIME, cursor size, timelines, no shadow.",
	  test_capabilities },
	{ "properties", "Immutable properties are standard ones.",
	  test_properties },
	{ "formats",
	  "Every target shows the same formats, explicitly linear.",
	  test_formats },
	{ "blend-modes",
	  "Planes say how alpha is read: premultiplied, on the primary also not.",
	  test_blend_modes },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_kms_checks);
	mc_subtests(mc_kms_flips);
	mc_subtests(mc_kms_cursor);
	mc_subtests(mc_kms_gamma);
	mc_subtests(mc_kms_gamma_changes);
	mc_subtests(mc_kms_more);
	mc_subtests(mc_kms_planes);
	mc_subtests(mc_kms_prompt);
}
