// SPDX-License-Identifier: GPL-2.0
/*
 * Budget arithmetic.
 */
#include <kunit/test.h>

#include "../miracast_budget.h"

static const struct miracast_resources total = {
	.slots = 2,
	.macroblock_rate = 1000,
	.memory_bytes = 1 << 20,
};

static void expect_free(struct kunit *test, struct miracast_budget *budget,
			u32 slots, u64 rate, u64 memory)
{
	struct miracast_resources free;

	miracast_budget_snapshot(budget, &free);
	KUNIT_EXPECT_EQ(test, free.slots, slots);
	KUNIT_EXPECT_EQ(test, free.macroblock_rate, rate);
	KUNIT_EXPECT_EQ(test, free.memory_bytes, memory);
}

static void budget_takes_and_gives_back(struct kunit *test)
{
	struct miracast_resources want = { 1, 400, 4096 };
	struct miracast_budget budget;

	miracast_budget_init(&budget, &total);
	KUNIT_EXPECT_EQ(test, miracast_budget_take(&budget, &want), 0);
	expect_free(test, &budget, 1, 600, (1 << 20) - 4096);
	miracast_budget_give(&budget, &want);
	expect_free(test, &budget, 2, 1000, 1 << 20);
}

static void budget_takes_the_last_bit(struct kunit *test)
{
	struct miracast_budget budget;

	miracast_budget_init(&budget, &total);
	KUNIT_EXPECT_EQ(test, miracast_budget_take(&budget, &total), 0);
	expect_free(test, &budget, 0, 0, 0);
}

static void budget_busy_takes_nothing(struct kunit *test)
{
	static const struct miracast_resources busy[] = {
		{ 2, 0, 0 }, { 0, 601, 0 }, { 0, 0, (1 << 20) - 4095 },
		{ 1, 600, 1 << 20 },
	};
	struct miracast_resources first = { 1, 400, 4096 };
	struct miracast_budget budget;
	unsigned int i;

	miracast_budget_init(&budget, &total);
	KUNIT_ASSERT_EQ(test, miracast_budget_take(&budget, &first), 0);
	for (i = 0; i < ARRAY_SIZE(busy); i++) {
		KUNIT_EXPECT_EQ(test, miracast_budget_take(&budget, &busy[i]),
				-EBUSY);
		expect_free(test, &budget, 1, 600, (1 << 20) - 4096);
	}
}

static void budget_more_than_the_device_is_invalid(struct kunit *test)
{
	static const struct miracast_resources huge[] = {
		{ 3, 0, 0 }, { 0, 1001, 0 }, { 0, 0, (1 << 20) + 1 },
		{ U32_MAX, U64_MAX, U64_MAX },
	};
	struct miracast_budget budget;
	unsigned int i;

	miracast_budget_init(&budget, &total);
	for (i = 0; i < ARRAY_SIZE(huge); i++)
		KUNIT_EXPECT_EQ(test, miracast_budget_take(&budget, &huge[i]),
				-EINVAL);
	expect_free(test, &budget, 2, 1000, 1 << 20);
}

struct rate_case {
	const char *name;
	u32 width, height, refresh_mhz;
	u32 macroblocks;
	u64 rate;
};

/* Products of Rec. ITU-T H.264, table A-1, by hand. */
static const struct rate_case rate_cases[] = {
	{ "640x480@60", 640, 480, 60000, 1200, 72000 },
	{ "1280x720@30", 1280, 720, 30000, 3600, 108000 },
	{ "1920x1080@60", 1920, 1080, 60000, 8160, 489600 },
	{ "1920x1200@30", 1920, 1200, 30000, 9000, 270000 },
	{ "3840x2160@60", 3840, 2160, 60000, 32400, 1944000 },
	{ "1x1@0.001", 1, 1, 1, 1, 1 },
	{ "17x17@1", 17, 17, 1000, 4, 4 },
	{ "largest", 65535, 65535, U32_MAX, 16777216, 72057594021151 },
};

static void rate_case_name(const struct rate_case *c, char *name)
{
	strscpy(name, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rate, rate_cases, rate_case_name);

static void macroblock_rate_is_exact(struct kunit *test)
{
	const struct rate_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, miracast_macroblocks(c->width, c->height),
			c->macroblocks);
	KUNIT_EXPECT_EQ(test, miracast_macroblock_rate(c->width, c->height,
						       c->refresh_mhz),
			c->rate);
}

static struct kunit_case budget_cases[] = {
	KUNIT_CASE(budget_takes_and_gives_back),
	KUNIT_CASE(budget_takes_the_last_bit),
	KUNIT_CASE(budget_busy_takes_nothing),
	KUNIT_CASE(budget_more_than_the_device_is_invalid),
	KUNIT_CASE_PARAM(macroblock_rate_is_exact, rate_gen_params),
	{}
};

static struct kunit_suite budget_suite = {
	.name = "miracast_budget",
	.test_cases = budget_cases,
};

kunit_test_suite(budget_suite);
