// SPDX-License-Identifier: MIT
#include "edid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "edid_block.h"

/* In byte 17 of a detailed timing. */
#define INTERLACED	0x80
/* The kernel has room for so many bytes of a 4:2:0 capability map. */
#define Y420_MAP_MAX	8

static const uint8_t header[8] = {
	0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00
};

uint8_t mc_edid_sum(const uint8_t *block)
{
	uint8_t total = 0;
	size_t i;

	for (i = 0; i < MC_EDID_BLOCK; i++)
		total = (uint8_t)(total + block[i]);
	return total;
}

void mc_edid_sign(uint8_t *block)
{
	block[EDID_CHECKSUM] =
		(uint8_t)(block[EDID_CHECKSUM] - mc_edid_sum(block));
}

bool mc_edid_overrides(const uint8_t *edid, size_t blocks)
{
	const uint8_t *cta = edid + MC_EDID_BLOCK;

	return edid[EDID_EXTENSIONS] && blocks > 1 &&
	       cta[0] == EXTENSION_CTA && cta[1] >= CTA_REVISION &&
	       cta[2] >= CTA_DATA + 3 &&
	       DATA_TAG(cta[CTA_DATA]) == DATA_EXTENDED &&
	       DATA_LENGTH(cta[CTA_DATA]) >= 2 &&
	       cta[CTA_DATA + 1] == DATA_HF_EEODB;
}

size_t mc_edid_extensions(const uint8_t *edid, size_t blocks)
{
	size_t count = edid[EDID_EXTENSIONS];

	if (mc_edid_overrides(edid, blocks) &&
	    edid[MC_EDID_BLOCK + CTA_DATA + 2] > count)
		count = edid[MC_EDID_BLOCK + CTA_DATA + 2];
	return count;
}

size_t mc_edid_cta_size(const uint8_t *block)
{
	if (block[0] != EXTENSION_CTA || block[1] < CTA_REVISION ||
	    block[2] < CTA_DATA || block[2] > EDID_CHECKSUM)
		return 0;
	return (size_t)(block[2] - CTA_DATA);
}

size_t mc_edid_section_end(const uint8_t *block)
{
	size_t end = (size_t)(SECTION_DATA + block[SECTION_LENGTH]);

	return end < EDID_CHECKSUM ? end : EDID_CHECKSUM;
}

static unsigned int cut_cta_maps(uint8_t *data, size_t size)
{
	unsigned int count = 0;
	size_t at, length;

	for (at = 0; at < size; at += 1 + length) {
		length = DATA_LENGTH(data[at]);
		if (at + 1 + length > size)
			break;
		if (DATA_TAG(data[at]) != DATA_EXTENDED ||
		    length <= 1 + Y420_MAP_MAX ||
		    data[at + 1] != DATA_Y420_MAP)
			continue;
		data[at] = DATA_EXTENDED << 5 | (1 + Y420_MAP_MAX);
		/* Tag 0 is reserved: the rest of the map means nothing. */
		data[at + 2 + Y420_MAP_MAX] =
			(uint8_t)(length - (2 + Y420_MAP_MAX));
		count++;
	}
	return count;
}

static uint8_t section_sum(const uint8_t *block, size_t end)
{
	uint8_t total = 0;
	size_t i;

	for (i = 1; i < end; i++)
		total = (uint8_t)(total + block[i]);
	return total;
}

static unsigned int cut_section_maps(uint8_t *block)
{
	size_t end = mc_edid_section_end(block), at, length;
	uint8_t before = section_sum(block, end);
	unsigned int count = 0;

	for (at = SECTION_DATA; at + SECTION_HEADER <= end;
	     at += SECTION_HEADER + length) {
		length = block[at + 2];
		if (at + SECTION_HEADER + length > end)
			break;
		if (block[at] == SECTION_CTA)
			count += cut_cta_maps(block + at + SECTION_HEADER,
					      length);
	}
	/* The section's own checksum stays as right or wrong as it was. */
	if (count && end < EDID_CHECKSUM)
		block[end] = (uint8_t)(block[end] + before -
				       section_sum(block, end));
	return count;
}

unsigned int mc_edid_cut_maps(uint8_t *block)
{
	switch (block[0]) {
	case EXTENSION_CTA:
		return cut_cta_maps(block + CTA_DATA, mc_edid_cta_size(block));
	case EXTENSION_DISPLAYID:
		return cut_section_maps(block);
	default:
		return 0;
	}
}

static int check_blocks(const uint8_t *edid, size_t size, char *why)
{
	uint8_t copy[MC_EDID_BLOCK];
	size_t block;

	for (block = 0; block < size / MC_EDID_BLOCK; block++) {
		memcpy(copy, edid + block * MC_EDID_BLOCK, sizeof(copy));
		if (mc_edid_sum(copy)) {
			snprintf(why, MC_EDID_TEXT,
				 "checksum of block %zu is wrong", block);
			return -EINVAL;
		}
		if (block && mc_edid_cut_maps(copy)) {
			snprintf(why, MC_EDID_TEXT,
				 "4:2:0 capability map in block %zu is too long",
				 block);
			return -EINVAL;
		}
	}
	return 0;
}

static int check_base(const uint8_t *edid, size_t size, char *why)
{
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
	if (edid[EDID_VERSION] != 1) {
		snprintf(why, MC_EDID_TEXT, "version is %d, not 1",
			 edid[EDID_VERSION]);
		return -EINVAL;
	}
	return 0;
}

int mc_edid_check(const uint8_t *edid, size_t size, char *why)
{
	size_t blocks = size / MC_EDID_BLOCK;
	int ret = check_base(edid, size, why);

	if (ret)
		return ret;
	if (mc_edid_extensions(edid, blocks) + 1 != blocks) {
		snprintf(why, MC_EDID_TEXT,
			 "extension count is %zu, but %zu blocks follow the first",
			 mc_edid_extensions(edid, blocks), blocks - 1);
		return -EINVAL;
	}
	return check_blocks(edid, size, why);
}

bool mc_edid_timing(const uint8_t *t, struct drm_miracast_mode *mode)
{
	uint32_t hblank, vblank;
	uint64_t clock_hz, total, rate_mhz;

	memset(mode, 0, sizeof(*mode));
	clock_hz = (uint64_t)(t[0] | t[1] << 8) * 10000;
	mode->width = (uint32_t)(t[2] | (t[4] & 0xf0) << 4);
	hblank = (uint32_t)(t[3] | (t[4] & 0x0f) << 8);
	mode->height = (uint32_t)(t[5] | (t[7] & 0xf0) << 4);
	vblank = (uint32_t)(t[6] | (t[7] & 0x0f) << 8);
	total = (uint64_t)(mode->width + hblank) * (mode->height + vblank);
	if (!clock_hz || !mode->width || !mode->height || t[17] & INTERLACED)
		return false;
	/* An impossible rate must not be truncated into a possible one. */
	rate_mhz = (clock_hz * 1000 + total / 2) / total;
	mode->refresh_mhz = rate_mhz > UINT32_MAX ? UINT32_MAX :
						    (uint32_t)rate_mhz;
	return true;
}
