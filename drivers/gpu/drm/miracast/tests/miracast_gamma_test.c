// SPDX-License-Identifier: GPL-2.0
/*
 * Gamma: what becomes of a table, and when there is none to apply.
 */
#include <kunit/test.h>

#include <drm/drm_mode.h>

#include "../miracast_gamma.h"

/* What each of the 256 steps is in 16 bits. */
#define STEP	0x101

static struct drm_color_lut *new_identity(struct kunit *test)
{
	struct drm_color_lut *lut = kunit_kcalloc(test, MIRACAST_GAMMA_SIZE,
						  sizeof(*lut), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, lut);
	for (i = 0; i < MIRACAST_GAMMA_SIZE; i++) {
		lut[i].red = i * STEP;
		lut[i].green = i * STEP;
		lut[i].blue = i * STEP;
	}

	return lut;
}

/* Too large for the stack. */
static struct miracast_gamma *new_gamma(struct kunit *test)
{
	struct miracast_gamma *gamma = kunit_kmalloc(test, sizeof(*gamma),
						     GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, gamma);
	memset(gamma, 0x5a, sizeof(*gamma));

	return gamma;
}

static bool is_none(const struct miracast_gamma *gamma)
{
	static const struct miracast_gamma none;

	return miracast_gamma_equal(gamma, &none);
}

static void no_table_is_none(struct kunit *test)
{
	struct miracast_gamma *gamma = new_gamma(test);

	miracast_gamma_init(gamma, NULL);
	KUNIT_EXPECT_TRUE(test, is_none(gamma));
	KUNIT_EXPECT_FALSE(test, gamma->active);
}

/* Pictures of it are made as without, so it costs as much. */
static void identity_is_none(struct kunit *test)
{
	static const int off[] = { 0, 1, -1, 128, -128 };
	struct drm_color_lut *lut = new_identity(test);
	struct miracast_gamma *gamma = new_gamma(test);
	unsigned int i, j;

	for (j = 0; j < ARRAY_SIZE(off); j++) {
		for (i = 0; i < MIRACAST_GAMMA_SIZE; i++) {
			u16 value = clamp_t(int, i * STEP + off[j], 0, 0xffff);

			lut[i].red = value;
			lut[i].green = value;
			lut[i].blue = value;
		}
		miracast_gamma_init(gamma, lut);
		KUNIT_EXPECT_TRUE_MSG(test, is_none(gamma), "off by %d", off[j]);
		KUNIT_EXPECT_FALSE(test, gamma->active);
	}
}

static void one_entry_makes_a_table(struct kunit *test)
{
	static const unsigned int entries[] = { 0, 1, 127, 128, 254, 255 };
	struct drm_color_lut *lut = new_identity(test);
	struct miracast_gamma *gamma = new_gamma(test), *other = new_gamma(test);
	const u8 *got[] = { gamma->red, gamma->green, gamma->blue };
	unsigned int i, channel;

	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		unsigned int entry = entries[i];
		u16 *values[] = {
			&lut[entry].red, &lut[entry].green, &lut[entry].blue,
		};

		for (channel = 0; channel < ARRAY_SIZE(values); channel++) {
			u16 *value = values[channel], before = *value;

			*value ^= 0xffff;
			miracast_gamma_init(gamma, lut);
			KUNIT_EXPECT_TRUE(test, gamma->active);
			KUNIT_EXPECT_EQ(test, got[channel][entry], 255 - entry);
			miracast_gamma_init(other, lut);
			KUNIT_EXPECT_TRUE(test,
					  miracast_gamma_equal(gamma, other));
			*value = before;
			miracast_gamma_init(other, lut);
			KUNIT_EXPECT_FALSE(test,
					   miracast_gamma_equal(gamma, other));
		}
	}
}

/* Every value of 16 bits becomes the nearest of 8. */
static void values_are_rounded(struct kunit *test)
{
	struct drm_color_lut *lut = new_identity(test);
	struct miracast_gamma *gamma = new_gamma(test);
	unsigned int wrong = 0, i, high;

	for (high = 0; high < 256; high++) {
		for (i = 0; i < MIRACAST_GAMMA_SIZE; i++) {
			lut[i].red = high << 8 | i;
			lut[i].green = 0xffff - lut[i].red;
			lut[i].blue = lut[i].red;
		}
		miracast_gamma_init(gamma, lut);
		for (i = 0; i < MIRACAST_GAMMA_SIZE; i++)
			wrong += abs(gamma->red[i] * STEP - lut[i].red) > 128 ||
				 abs(gamma->green[i] * STEP - lut[i].green) > 128 ||
				 gamma->blue[i] != gamma->red[i];
	}

	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void channels_are_apart(struct kunit *test)
{
	struct drm_color_lut *lut = new_identity(test);
	struct miracast_gamma *gamma = new_gamma(test);
	__le32 line[] = {
		cpu_to_le32(0x12345678), cpu_to_le32(0x00000000),
		cpu_to_le32(0xffffffff), cpu_to_le32(0x00010203),
		cpu_to_le32(0x77),
	};
	__le32 out[ARRAY_SIZE(line)] = { [4] = line[4] };
	unsigned int i;

	for (i = 0; i < MIRACAST_GAMMA_SIZE; i++) {
		lut[i].red = (255 - i) * STEP;
		lut[i].green = (i / 2) * STEP;
		lut[i].blue = 0x20 * STEP;
	}
	miracast_gamma_init(gamma, lut);
	miracast_gamma_line(gamma, out, line, 4);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(out[0]), 0xffcb2b20);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(out[1]), 0xffff0020);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(out[2]), 0xff007f20);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(out[3]), 0xfffe0120);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(out[4]), 0x77);

	/* In place, and nothing of an empty line */
	miracast_gamma_line(gamma, line, line, 4);
	KUNIT_EXPECT_EQ(test, memcmp(line, out, sizeof(line)), 0);
	miracast_gamma_line(gamma, line, line, 0);
	KUNIT_EXPECT_EQ(test, memcmp(line, out, sizeof(line)), 0);
}

static struct kunit_case gamma_cases[] = {
	KUNIT_CASE(no_table_is_none),
	KUNIT_CASE(identity_is_none),
	KUNIT_CASE(one_entry_makes_a_table),
	KUNIT_CASE(values_are_rounded),
	KUNIT_CASE(channels_are_apart),
	{}
};

static struct kunit_suite gamma_suite = {
	.name = "miracast_gamma",
	.test_cases = gamma_cases,
};

kunit_test_suite(gamma_suite);
