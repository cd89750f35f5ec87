// SPDX-License-Identifier: GPL-2.0
/*
 * Layout of buffers: planes do not overlap, and no line lies outside the memory.
 */
#include <kunit/test.h>

#include <linux/limits.h>

#include <drm/drm_fourcc.h>

#include "../miracast_layout.h"

struct own_case {
	const char *name;
	u32 fourcc;
	u32 width;
	u32 height;
	u32 pitch;
	u64 chroma;
	u64 bytes;
};

static const struct own_case own_cases[] = {
	{ "XRGB8888", DRM_FORMAT_XRGB8888, 3840, 2160, 15360, 0, 33177600 },
	/* 1080 lines are given the room of 1088. */
	{ "XRGB8888, 8 lines to spare", DRM_FORMAT_XRGB8888, 1920, 1080, 7680, 0,
	  8355840 },
	{ "XRGB8888, odd", DRM_FORMAT_XRGB8888, 641, 481, 2816, 0, 1396736 },
	{ "NV12", DRM_FORMAT_NV12, 1920, 1080, 2048, 2228224, 3342336 },
	/* 481 lines of luma take the room of 496, and of chroma that of 248. */
	{ "NV12, odd", DRM_FORMAT_NV12, 641, 481, 768, 380928, 571392 },
};

static void own_case_name(const struct own_case *param, char *name)
{
	strscpy(name, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(own, own_cases, own_case_name);

static void layout_of_own_buffers(struct kunit *test)
{
	const struct own_case *param = test->param_value;
	struct miracast_layout layout;
	u64 bytes;

	miracast_layout_init(&layout, param->fourcc, param->width,
			     param->height);
	bytes = miracast_layout_bytes(&layout);
	KUNIT_EXPECT_EQ(test, layout.planes[0].pitch, param->pitch);
	KUNIT_EXPECT_EQ(test, layout.planes[1].offset, param->chroma);
	KUNIT_EXPECT_EQ(test, bytes, param->bytes);
	KUNIT_EXPECT_TRUE(test, miracast_layout_holds(&layout, &bytes,
						      param->width,
						      param->height));
}

/* The memory of the largest picture is enough for any that is smaller. */
static void layout_of_largest_holds_all(struct kunit *test)
{
	static const u32 fourccs[] = { DRM_FORMAT_XRGB8888, DRM_FORMAT_NV12 };
	struct miracast_layout largest, layout;
	unsigned int i;
	u32 n;

	for (i = 0; i < ARRAY_SIZE(fourccs); i++) {
		miracast_layout_init(&largest, fourccs[i], 333, 333);
		for (n = 1; n <= 333; n++) {
			miracast_layout_init(&layout, fourccs[i], n, 334 - n);
			KUNIT_EXPECT_LE(test, miracast_layout_bytes(&layout),
					miracast_layout_bytes(&largest));
		}
	}
}

/* 64 x 64, planes in two objects. */
static struct miracast_layout nv12_in_two = {
	.fourcc = DRM_FORMAT_NV12,
	.plane_count = 2,
	.object_count = 2,
	.planes = {
		{ .object = 0, .pitch = 80, .offset = 16 },
		{ .object = 1, .pitch = 64, .offset = 0 },
	},
};

struct holds_case {
	const char *name;
	u64 luma_bytes;
	u64 chroma_bytes;
	u32 pitch;
	u64 offset;
	bool holds;
};

static const struct holds_case holds_cases[] = {
	{ "just enough", 16 + 63 * 80 + 64, 32 * 64, 80, 16, true },
	{ "luma a byte short", 16 + 63 * 80 + 63, 32 * 64, 80, 16, false },
	{ "chroma a byte short", 1 << 20, 32 * 64 - 1, 80, 16, false },
	{ "pitch too small", 1 << 20, 1 << 20, 62, 16, false },
	{ "offset behind the end", 1 << 20, 1 << 20, 80, (1 << 20) + 2, false },
	{ "offset that overflows", 1 << 20, 1 << 20, 80, U64_MAX - 1, false },
	{ "pitch that overflows", 1 << 20, 1 << 20, U32_MAX - 1, 16, false },
	{ "no memory", 0, 0, 80, 0, false },
};

static void holds_case_name(const struct holds_case *param, char *name)
{
	strscpy(name, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(holds, holds_cases, holds_case_name);

static void layout_of_owner_is_inside_the_memory(struct kunit *test)
{
	const struct holds_case *param = test->param_value;
	u64 bytes[] = { param->luma_bytes, param->chroma_bytes };
	struct miracast_layout layout = nv12_in_two;

	layout.planes[0].pitch = param->pitch;
	layout.planes[0].offset = param->offset;
	KUNIT_EXPECT_EQ(test, miracast_layout_holds(&layout, bytes, 64, 64),
			param->holds);
}

/* A buffer of the owner in NV12, with all planes in one object. */
static struct drm_miracast_owner_buffer owner_nv12(void)
{
	return (struct drm_miracast_owner_buffer) {
		.object_count = 1,
		.plane_count = 2,
		.planes = { { .pitch = 64 }, { .pitch = 64, .offset = 64 * 64 } },
		.fds = { 3, -1, 0, -1 },
	};
}

/* A later version may give elements beyond the counts a meaning. */
static void layout_of_owner_keeps_unused_elements(struct kunit *test)
{
	struct drm_miracast_owner_buffer user = owner_nv12();
	struct miracast_layout layout;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, 0, miracast_layout_of_owner(&layout, DRM_FORMAT_NV12,
							  &user));
	for (i = 1; i < ARRAY_SIZE(user.fds); i++) {
		user = owner_nv12();
		user.fds[i] = 3;
		KUNIT_EXPECT_EQ(test, -EINVAL,
				miracast_layout_of_owner(&layout, DRM_FORMAT_NV12, &user));
	}
	for (i = 2; i < ARRAY_SIZE(user.planes); i++) {
		user = owner_nv12();
		user.planes[i].offset = 1ULL << 63;
		KUNIT_EXPECT_EQ(test, -EINVAL,
				miracast_layout_of_owner(&layout, DRM_FORMAT_NV12, &user));
	}
}

static struct kunit_case layout_cases[] = {
	KUNIT_CASE_PARAM(layout_of_own_buffers, own_gen_params),
	KUNIT_CASE(layout_of_largest_holds_all),
	KUNIT_CASE(layout_of_owner_keeps_unused_elements),
	KUNIT_CASE_PARAM(layout_of_owner_is_inside_the_memory,
			 holds_gen_params),
	{}
};

static struct kunit_suite layout_suite = {
	.name = "miracast_layout",
	.test_cases = layout_cases,
};

kunit_test_suite(layout_suite);
