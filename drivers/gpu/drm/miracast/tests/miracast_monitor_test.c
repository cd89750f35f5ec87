// SPDX-License-Identifier: GPL-2.0
/*
 * EDID checks, mode building and mode limits.
 */
#include <kunit/test.h>

#include <drm/drm_device.h>
#include <drm/drm_drv.h>
#include <drm/drm_edid.h>
#include <drm/drm_kunit_helpers.h>
#include <drm/drm_modes.h>

#include "../miracast_monitor.h"

static void fix_checksum(u8 *block)
{
	u8 sum = 0;
	int i;

	for (i = 0; i < EDID_LENGTH - 1; i++)
		sum += block[i];
	block[EDID_LENGTH - 1] = -sum;
}

/* An EDID with nothing in it but what the check looks at. */
static u8 *new_edid(struct kunit *test, unsigned int extensions)
{
	static const u8 header[] = { 0, 255, 255, 255, 255, 255, 255, 0 };
	size_t size = EDID_LENGTH * (1 + extensions);
	unsigned int i;
	u8 *edid;

	edid = kunit_kzalloc(test, size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, edid);
	memcpy(edid, header, sizeof(header));
	edid[18] = 1;
	edid[19] = 4;
	edid[126] = extensions;
	for (i = 0; i <= extensions; i++) {
		edid[i * EDID_LENGTH + 30] = i;
		fix_checksum(edid + i * EDID_LENGTH);
	}

	return edid;
}

static void edid_good_is_accepted(struct kunit *test)
{
	static const unsigned int extensions[] = { 0, 1, 2, 255 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(extensions); i++) {
		u8 *edid = new_edid(test, extensions[i]);

		KUNIT_EXPECT_TRUE(test,
				  miracast_edid_valid(edid, EDID_LENGTH *
						      (1 + extensions[i])));
	}
}

static void edid_every_header_byte_counts(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 8; i++) {
		u8 *edid = new_edid(test, 0);

		edid[i] ^= 1;
		fix_checksum(edid);
		KUNIT_EXPECT_FALSE(test, miracast_edid_valid(edid, EDID_LENGTH));
	}
}

static void edid_version_must_be_one(struct kunit *test)
{
	u8 *edid = new_edid(test, 0);

	edid[18] = 2;
	fix_checksum(edid);
	KUNIT_EXPECT_FALSE(test, miracast_edid_valid(edid, EDID_LENGTH));
}

static void edid_every_checksum_counts(struct kunit *test)
{
	unsigned int block;

	for (block = 0; block < 4; block++) {
		u8 *edid = new_edid(test, 3);

		edid[block * EDID_LENGTH + 60] ^= 0x10;
		KUNIT_EXPECT_FALSE(test,
				   miracast_edid_valid(edid, 4 * EDID_LENGTH));
	}
}

static void edid_size_must_match_the_extensions(struct kunit *test)
{
	u8 *edid = new_edid(test, 2);
	size_t size;

	for (size = 0; size < 3 * EDID_LENGTH; size++)
		KUNIT_EXPECT_FALSE(test, miracast_edid_valid(edid, size));
	KUNIT_EXPECT_TRUE(test, miracast_edid_valid(edid, 3 * EDID_LENGTH));
}

static void mode_request_bounds(struct kunit *test)
{
	static const struct drm_miracast_mode good[] = {
		{ 1, 1, 1, 0 }, { 16384, 16384, 1000000, 0 },
		{ 1920, 1080, 60000, DRM_MIRACAST_MODE_PREFERRED },
	};
	static const struct drm_miracast_mode bad[] = {
		{ 0, 1, 1, 0 }, { 1, 0, 1, 0 }, { 1, 1, 0, 0 },
		{ 16385, 1, 1, 0 }, { 1, 16385, 1, 0 }, { 1, 1, 1000001, 0 },
		{ U32_MAX, U32_MAX, U32_MAX, 0 }, { 1, 1, 1, 2 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_TRUE(test, miracast_mode_request_valid(&good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE(test, miracast_mode_request_valid(&bad[i]));
}

static void monitor_types_are_those_of_wfd(struct kunit *test)
{
	static const u32 bad[] = { 6, 11, 13, 254, 256, U32_MAX };
	static const u32 good[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 255 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_TRUE(test, miracast_monitor_type_valid(good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE(test, miracast_monitor_type_valid(bad[i]));
}

static void mode_limits_allow_half_a_percent(struct kunit *test)
{
	static const struct miracast_limits limits = { 1920, 1080, 60000 };
	static const struct miracast_mode good[] = {
		{ 1920, 1080, 60000 }, { 1920, 1080, 60300 }, { 1, 1, 1 },
	};
	static const struct miracast_mode bad[] = {
		{ 1921, 1080, 60000 }, { 1920, 1081, 60000 },
		{ 1920, 1080, 60301 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_TRUE(test, miracast_mode_within(&good[i], &limits));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE(test, miracast_mode_within(&bad[i], &limits));
}

struct make_case {
	const char *name;
	struct drm_miracast_mode mode;
	u32 divider;
	u32 want_mhz;
};

static const struct make_case make_cases[] = {
	{ "1920x1080@60", { 1920, 1080, 60000, 0 }, 1, 60000 },
	{ "1920x1080@60/2", { 1920, 1080, 60000, 0 }, 2, 30000 },
	{ "1280x720@59.94", { 1280, 720, 59940, 0 }, 1, 59940 },
	{ "1920x1080@23.976", { 1920, 1080, 23976, 0 }, 1, 23976 },
	{ "1366x768@60", { 1366, 768, 60000, 0 }, 1, 60000 },
	{ "848x480@60 preferred", { 848, 480, 60000,
	  DRM_MIRACAST_MODE_PREFERRED }, 1, 60000 },
	{ "3840x2160@240/8", { 3840, 2160, 240000, 0 }, 8, 30000 },
	{ "largest", { 16384, 16384, 1000000, 0 }, 1, 1000000 },
	{ "smallest", { 1, 1, 1, 0 }, 63, 0 },
};

static void make_case_name(const struct make_case *c, char *name)
{
	strscpy(name, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(make, make_cases, make_case_name);

static void mode_is_made_as_asked(struct kunit *test)
{
	const struct make_case *c = test->param_value;
	struct drm_display_mode *mode;
	struct miracast_mode back;
	struct drm_device *drm;
	struct device *dev;
	bool preferred;

	dev = drm_kunit_helper_alloc_device(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	drm = __drm_kunit_helper_alloc_drm_device(test, dev, sizeof(*drm), 0,
						  DRIVER_MODESET);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, drm);

	mode = miracast_mode_make(drm, &c->mode, c->divider);
	KUNIT_ASSERT_NOT_NULL(test, mode);
	miracast_mode_from_drm(&back, mode);
	preferred = c->mode.flags & DRM_MIRACAST_MODE_PREFERRED;

	KUNIT_EXPECT_EQ(test, back.width, c->mode.width);
	KUNIT_EXPECT_EQ(test, back.height, c->mode.height);
	/* The clock has a resolution of 1 kHz. */
	KUNIT_EXPECT_LE(test, abs((int)back.refresh_mhz - (int)c->want_mhz), 5);
	KUNIT_EXPECT_EQ(test, !!(mode->type & DRM_MODE_TYPE_PREFERRED),
			preferred);
	drm_mode_destroy(drm, mode);
}

static void refused_modes_are_remembered(struct kunit *test)
{
	struct miracast_mode base = { 640, 480, 59940 };
	struct miracast_mode mode = { 1280, 720, 60000 };
	struct miracast_monitor *monitor;
	unsigned int i;

	monitor = kunit_kzalloc(test, sizeof(*monitor), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, monitor);
	spin_lock_init(&monitor->refused_lock);

	KUNIT_EXPECT_FALSE(test, miracast_monitor_refused(monitor, &mode));
	miracast_monitor_refuse(monitor, &mode);
	KUNIT_EXPECT_TRUE(test, miracast_monitor_refused(monitor, &mode));

	/* Every sink shows this one, so it stays on offer. */
	miracast_monitor_refuse(monitor, &base);
	KUNIT_EXPECT_FALSE(test, miracast_monitor_refused(monitor, &base));

	for (i = 0; i < MIRACAST_MAX_REFUSED; i++) {
		struct miracast_mode other = { 800 + i, 600, 60000 };

		miracast_monitor_refuse(monitor, &other);
		KUNIT_EXPECT_TRUE(test, miracast_monitor_refused(monitor,
								 &other));
	}
	KUNIT_EXPECT_FALSE(test, miracast_monitor_refused(monitor, &mode));
}

static struct kunit_case monitor_cases[] = {
	KUNIT_CASE(edid_good_is_accepted),
	KUNIT_CASE(edid_every_header_byte_counts),
	KUNIT_CASE(edid_version_must_be_one),
	KUNIT_CASE(edid_every_checksum_counts),
	KUNIT_CASE(edid_size_must_match_the_extensions),
	KUNIT_CASE(mode_request_bounds),
	KUNIT_CASE(monitor_types_are_those_of_wfd),
	KUNIT_CASE(mode_limits_allow_half_a_percent),
	KUNIT_CASE_PARAM(mode_is_made_as_asked, make_gen_params),
	KUNIT_CASE(refused_modes_are_remembered),
	{}
};

static struct kunit_suite monitor_suite = {
	.name = "miracast_monitor",
	.test_cases = monitor_cases,
};

kunit_test_suite(monitor_suite);
