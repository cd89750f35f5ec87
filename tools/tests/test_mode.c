// SPDX-License-Identifier: MIT
/* Modes as people write them. */
#include <errno.h>
#include <string.h>

#include "harness.h"
#include "mode.h"

static const struct {
	const char *text;
	int ret;
	uint32_t width, height, mhz;
} cases[] = {
	{ "1920x1080@60", 0, 1920, 1080, 60000 },
	{ "1280x720", 0, 1280, 720, 60000 },
	{ "1280x720@59.94", 0, 1280, 720, 59940 },
	{ "720x480@29.970", 0, 720, 480, 29970 },
	{ "1x1@0.001", 0, 1, 1, 1 },
	{ "16384x16384@1000", 0, 16384, 16384, 1000000 },
	{ "16385x1080@60", -ERANGE, 0, 0, 0 },
	{ "0x1080@60", -ERANGE, 0, 0, 0 },
	{ "1920x0", -ERANGE, 0, 0, 0 },
	{ "1920x1080@0", -ERANGE, 0, 0, 0 },
	{ "1920x1080@1000.001", -ERANGE, 0, 0, 0 },
	{ "99999999999999999999x1@60", -ERANGE, 0, 0, 0 },
	{ "4294967297x1080@60", -ERANGE, 0, 0, 0 },
	{ "1920x1080@4294967356", -ERANGE, 0, 0, 0 },
	{ "", -EINVAL, 0, 0, 0 },
	{ "1920", -EINVAL, 0, 0, 0 },
	{ "1920x", -EINVAL, 0, 0, 0 },
	{ "x1080", -EINVAL, 0, 0, 0 },
	{ "1920X1080", -EINVAL, 0, 0, 0 },
	{ " 1920x1080", -EINVAL, 0, 0, 0 },
	{ "-1920x1080", -EINVAL, 0, 0, 0 },
	{ "1920x+1080", -EINVAL, 0, 0, 0 },
	{ "1920x1080@", -EINVAL, 0, 0, 0 },
	{ "1920x1080@60Hz", -EINVAL, 0, 0, 0 },
	{ "1920x1080@60.", -EINVAL, 0, 0, 0 },
	{ "1920x1080@60.0001", -EINVAL, 0, 0, 0 },
	{ "1920x1080i@60", -EINVAL, 0, 0, 0 },
	{ "0x780x438", -EINVAL, 0, 0, 0 },
};

static void check_case(size_t i)
{
	static const struct drm_miracast_mode nothing;
	struct drm_miracast_mode mode;
	int ret = mc_mode_parse(cases[i].text, &mode);
	bool good = ret == cases[i].ret;
	char what[80];

	if (good && !ret)
		good = mode.width == cases[i].width &&
		       mode.height == cases[i].height &&
		       mode.refresh_mhz == cases[i].mhz && !mode.flags;
	snprintf(what, sizeof(what), "mode '%s'", cases[i].text);
	check(good, what);
	check(!ret || !memcmp(&mode, &nothing, sizeof(mode)), "leaves nothing when it is none");
}

static void check_format(void)
{
	char text[MC_MODE_TEXT];

	check(!strcmp(mc_mode_format(1920, 1080, 60000, text), "1920x1080@60"),
	      "a whole rate is written without decimals");
	check(!strcmp(mc_mode_format(1280, 720, 59940, text), "1280x720@59.940"),
	      "other rates are written with three");
}

static void check_macroblocks(void)
{
	check(mc_mode_macroblocks(1920, 1080) == 8160,
	      "macroblocks at the edges count whole");
	check(mc_mode_macroblock_rate(4096, 2160, 60000) == MC_MODE_MACROBLOCK_RATE_MAX,
	      "4096x2160@60 is the most in a second");
	check(mc_mode_macroblock_rate(1, 1, 1) == 1, "a rate is rounded up");
	check(mc_mode_macroblock_rate(UINT32_MAX, UINT32_MAX, UINT32_MAX) == UINT64_MAX,
	      "and never wraps");
}

int main(void)
{
	uint32_t width, height;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(i);
	check_format();
	check_macroblocks();
	check(!mc_size_parse("640x480", &width, &height) && width == 640 &&
	      height == 480, "size '640x480'");
	check(mc_size_parse("640x480@60", &width, &height) == -EINVAL,
	      "a size has no rate");
	check(!width && !height && mc_size_parse("20000x20", &width, &height) == -ERANGE &&
	      !width && !height, "and is nothing then");
	check(mc_hz_parse("60.0001", &width) == -EINVAL && !width &&
	      mc_hz_parse("2000", &width) == -ERANGE && !width, "likewise a rate");
	return check_result();
}
