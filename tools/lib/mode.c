// SPDX-License-Identifier: MIT
#include "mode.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_MHZ		1000000
#define DEFAULT_MHZ	60000
#define MACROBLOCK	16

/* Digits only: no sign, no space, no base prefix. Saturates. */
static int take_number(const char **text, uint32_t *value)
{
	const char *p = *text;
	uint64_t sum = 0;

	if (!isdigit((unsigned char)*p))
		return -EINVAL;
	for (; isdigit((unsigned char)*p); p++)
		if (sum <= UINT32_MAX)
			sum = sum * 10 + (uint64_t)(*p - '0');
	*value = sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum;
	*text = p;
	return 0;
}

/* The digits after the decimal point, exactly, as thousandths. */
static int take_thousandths(const char **text, uint32_t *value)
{
	const char *p = *text;
	uint32_t scale = 100;

	*value = 0;
	if (!isdigit((unsigned char)*p))
		return -EINVAL;
	for (; isdigit((unsigned char)*p); p++, scale /= 10) {
		if (!scale)
			return -EINVAL;
		*value += (uint32_t)(*p - '0') * scale;
	}
	*text = p;
	return 0;
}

static int take_size(const char **text, uint32_t *width, uint32_t *height)
{
	if (take_number(text, width))
		return -EINVAL;
	if (*(*text)++ != 'x')
		return -EINVAL;
	return take_number(text, height);
}

static int check_size(uint32_t width, uint32_t height)
{
	if (!width || width > MC_MODE_SIZE_MAX)
		return -ERANGE;
	if (!height || height > MC_MODE_SIZE_MAX)
		return -ERANGE;
	return 0;
}

static int parse_hz(const char *text, uint32_t *mhz)
{
	uint32_t whole, part = 0;

	if (take_number(&text, &whole))
		return -EINVAL;
	if (*text == '.') {
		text++;
		if (take_thousandths(&text, &part))
			return -EINVAL;
	}
	if (*text)
		return -EINVAL;
	if (whole > MAX_MHZ / 1000)
		return -ERANGE;
	*mhz = whole * 1000 + part;
	return *mhz && *mhz <= MAX_MHZ ? 0 : -ERANGE;
}

int mc_hz_parse(const char *text, uint32_t *mhz)
{
	int ret = parse_hz(text, mhz);

	if (ret)
		*mhz = 0;
	return ret;
}

int mc_size_parse(const char *text, uint32_t *width, uint32_t *height)
{
	int ret = -EINVAL;

	if (!take_size(&text, width, height) && !*text)
		ret = check_size(*width, *height);
	if (ret) {
		*width = 0;
		*height = 0;
	}
	return ret;
}

static int parse_mode(const char *text, struct drm_miracast_mode *mode)
{
	int ret;

	memset(mode, 0, sizeof(*mode));
	mode->refresh_mhz = DEFAULT_MHZ;
	if (take_size(&text, &mode->width, &mode->height))
		return -EINVAL;
	if (*text == '@') {
		ret = mc_hz_parse(text + 1, &mode->refresh_mhz);
		if (ret)
			return ret;
	} else if (*text) {
		return -EINVAL;
	}
	return check_size(mode->width, mode->height);
}

int mc_mode_parse(const char *text, struct drm_miracast_mode *mode)
{
	int ret = parse_mode(text, mode);

	if (ret)
		memset(mode, 0, sizeof(*mode));
	return ret;
}

uint64_t mc_mode_macroblocks(uint32_t width, uint32_t height)
{
	uint64_t columns = ((uint64_t)width + MACROBLOCK - 1) / MACROBLOCK;
	uint64_t rows = ((uint64_t)height + MACROBLOCK - 1) / MACROBLOCK;

	return columns * rows;
}

uint64_t mc_mode_macroblock_rate(uint32_t width, uint32_t height, uint32_t mhz)
{
	uint64_t blocks = mc_mode_macroblocks(width, height), rate;

	if (mhz && blocks > UINT64_MAX / mhz)
		return UINT64_MAX;
	rate = blocks * mhz;
	return rate / 1000 + !!(rate % 1000);
}

const char *mc_mode_format(uint32_t width, uint32_t height, uint32_t mhz,
			   char *out)
{
	int used = snprintf(out, MC_MODE_TEXT, "%" PRIu32 "x%" PRIu32 "@%" PRIu32,
			    width, height, mhz / 1000);

	if (mhz % 1000)
		snprintf(out + used, MC_MODE_TEXT - (size_t)used, ".%03" PRIu32,
			 mhz % 1000);
	return out;
}
