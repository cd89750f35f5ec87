// SPDX-License-Identifier: MIT
#include "edid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Offsets in the base block (VESA E-EDID, release A). */
#define VERSION		18
#define DETAILED	54
/* In byte 17 of a detailed timing, whose heights are then those of a field. */
#define INTERLACED	0x80
#define EXTENSIONS	126

static const uint8_t header[8] = {
	0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00
};

static uint8_t sum(const uint8_t *block)
{
	uint8_t total = 0;
	size_t i;

	for (i = 0; i < MC_EDID_BLOCK; i++)
		total = (uint8_t)(total + block[i]);
	return total;
}

static int check_checksums(const uint8_t *edid, size_t size, char *why)
{
	size_t block;

	for (block = 0; block < size / MC_EDID_BLOCK; block++) {
		if (!sum(edid + block * MC_EDID_BLOCK))
			continue;
		snprintf(why, MC_EDID_TEXT, "checksum of block %zu is wrong", block);
		return -EINVAL;
	}
	return 0;
}

int mc_edid_check(const uint8_t *edid, size_t size, char *why)
{
	size_t blocks = size / MC_EDID_BLOCK;

	if (!size || size % MC_EDID_BLOCK || size > MC_EDID_MAX) {
		snprintf(why, MC_EDID_TEXT,
			 "size is %zu bytes, not 1 to %d blocks of %d bytes",
			 size, MC_EDID_MAX / MC_EDID_BLOCK, MC_EDID_BLOCK);
		return -EINVAL;
	}
	if (memcmp(edid, header, sizeof(header))) {
		snprintf(why, MC_EDID_TEXT,
			 "header is not 00 ff ff ff ff ff ff 00");
		return -EINVAL;
	}
	if (edid[VERSION] != 1) {
		snprintf(why, MC_EDID_TEXT, "version is %d, not 1", edid[VERSION]);
		return -EINVAL;
	}
	if (edid[EXTENSIONS] + 1u != blocks) {
		snprintf(why, MC_EDID_TEXT,
			 "extension count is %d, but %zu blocks follow the first",
			 edid[EXTENSIONS], blocks - 1);
		return -EINVAL;
	}
	return check_checksums(edid, size, why);
}

int mc_edid_preferred(const uint8_t *edid, size_t size,
		      struct drm_miracast_mode *mode)
{
	const uint8_t *t;
	uint32_t hblank, vblank;
	uint64_t clock_hz, total;

	if (!edid || size < MC_EDID_BLOCK)
		return -ENOENT;
	t = edid + DETAILED;
	memset(mode, 0, sizeof(*mode));
	clock_hz = (uint64_t)(t[0] | t[1] << 8) * 10000;
	mode->width = (uint32_t)(t[2] | (t[4] & 0xf0) << 4);
	hblank = (uint32_t)(t[3] | (t[4] & 0x0f) << 8);
	mode->height = (uint32_t)(t[5] | (t[7] & 0xf0) << 4);
	vblank = (uint32_t)(t[6] | (t[7] & 0x0f) << 8);
	total = (uint64_t)(mode->width + hblank) * (mode->height + vblank);
	if (!clock_hz || !mode->width || !mode->height)
		return -ENOENT;
	mode->refresh_mhz = (uint32_t)((clock_hz * 1000 + total / 2) / total);
	if (t[17] & INTERLACED)
		mode->height *= 2;
	return 0;
}
