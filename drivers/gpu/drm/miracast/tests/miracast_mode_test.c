// SPDX-License-Identifier: GPL-2.0
/*
 * Modes: which ones are within limits or the same, and how they are made.
 */
#include <kunit/test.h>

#include <drm/drm_device.h>
#include <drm/drm_drv.h>
#include <drm/drm_kunit_helpers.h>
#include <drm/drm_modes.h>

#include <uapi/drm/miracast_drm.h>

#include "../miracast_mode.h"

static void mode_request_bounds(struct kunit *test)
{
	static const struct drm_miracast_mode good[] = {
		{ 1, 1, 1, 0 }, { 16384, 16384, 1000000, 0 },
		{ 1920, 1080, 60000, DRM_MIRACAST_MODE_FLAG_PREFERRED },
		{ 1, 1, 1, 0, 63 },
	};
	static const struct drm_miracast_mode bad[] = {
		{ 0, 1, 1, 0 }, { 1, 0, 1, 0 }, { 1, 1, 0, 0 },
		{ 16385, 1, 1, 0 }, { 1, 16385, 1, 0 }, { 1, 1, 1000001, 0 },
		{ U32_MAX, U32_MAX, U32_MAX, 0 }, { 1, 1, 1, 2 },
		{ 1, 1, 1, 0, 64 }, { 1, 1, 1, 0, U32_MAX },
		{ 1, 1, 1, 0, 0, 1 }, { 1, 1, 1, 0, 0, 0, { .reserved = 1 } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_TRUE(test, miracast_mode_request_valid(&good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE(test, miracast_mode_request_valid(&bad[i]));
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

static void mode_limits_have_a_rate(struct kunit *test)
{
	/* Level 4: 1080p30, 720p60. */
	struct miracast_limits limits = { 1920, 1080, 60000, 245760 };
	static const struct miracast_mode good[] = {
		{ 1920, 1080, 30000 }, { 1920, 1080, 30115 },
		{ 1280, 720, 60000 }, { 640, 480, 60000 },
	};
	static const struct miracast_mode bad[] = {
		{ 1920, 1080, 60000 }, { 1920, 1080, 50000 },
		{ 1920, 1080, 30300 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_TRUE(test, miracast_mode_within(&good[i], &limits));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE(test, miracast_mode_within(&bad[i], &limits));
	/* 8160 macroblocks: the rate itself, and half a percent more. */
	limits.macroblock_rate = 8160 * 30;
	KUNIT_EXPECT_TRUE(test, miracast_mode_within(&good[0], &limits));
	KUNIT_EXPECT_TRUE(test, miracast_mode_within(&good[1], &limits));
	limits.macroblock_rate = 8160 * 30 * 199 / 200;
	KUNIT_EXPECT_FALSE(test, miracast_mode_within(&good[0], &limits));
	limits.macroblock_rate = 0;
	KUNIT_EXPECT_TRUE(test, miracast_mode_within(&bad[0], &limits));
}

static void modes_match_within_half_a_percent(struct kunit *test)
{
	static const struct miracast_mode offered = { 640, 480, 59940 };
	static const struct miracast_mode good[] = {
		{ 640, 480, 59940 }, { 640, 480, 60000 }, { 640, 480, 59641 },
	};
	static const struct miracast_mode bad[] = {
		{ 640, 480, 59000 }, { 640, 480, 60300 }, { 640, 480, 50000 },
		{ 641, 480, 59940 }, { 640, 481, 59940 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_TRUE(test, miracast_mode_matches(&good[i], &offered));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE(test, miracast_mode_matches(&bad[i], &offered));
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
	{ "848x480@60 preferred",
	  { 848, 480, 60000, DRM_MIRACAST_MODE_FLAG_PREFERRED }, 1, 60000 },
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
	char name[DRM_DISPLAY_MODE_LEN];
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
	preferred = c->mode.flags & DRM_MIRACAST_MODE_FLAG_PREFERRED;

	KUNIT_EXPECT_EQ(test, back.width, c->mode.width);
	KUNIT_EXPECT_EQ(test, back.height, c->mode.height);
	KUNIT_EXPECT_EQ(test, back.refresh_mhz, c->want_mhz);
	KUNIT_EXPECT_EQ(test, !!(mode->type & DRM_MODE_TYPE_PREFERRED),
			preferred);
	/* Of the visible size: CVT makes modes of whole cells, and names them so. */
	snprintf(name, sizeof(name), "%ux%u", c->mode.width, c->mode.height);
	KUNIT_EXPECT_STREQ(test, mode->name, name);
	drm_mode_destroy(drm, mode);
}

static struct kunit_case mode_cases[] = {
	KUNIT_CASE(mode_request_bounds),
	KUNIT_CASE(mode_limits_allow_half_a_percent),
	KUNIT_CASE(mode_limits_have_a_rate),
	KUNIT_CASE(modes_match_within_half_a_percent),
	KUNIT_CASE_PARAM(mode_is_made_as_asked, make_gen_params),
	{}
};

static struct kunit_suite mode_suite = {
	.name = "miracast_mode",
	.test_cases = mode_cases,
};

kunit_test_suite(mode_suite);
