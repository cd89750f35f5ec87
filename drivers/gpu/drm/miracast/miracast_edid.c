// SPDX-License-Identifier: GPL-2.0
/*
 * Checks of EDIDs, which come from sinks.
 *
 * Without state.
 */
#include <linux/minmax.h>
#include <linux/string.h>

#include <drm/drm_edid.h>

#include "miracast_edid.h"

/* Offset of the number of extensions in the base block; tags (CTA-861, HDMI 2.1). */
#define EDID_EXTENSIONS			126
#define CTA_EXTENDED			7
#define Y420CMDB			0x0f
#define HF_EEODB			0x78
#define DISPLAYID_CTA			0x81
/* Bytes of a 4:2:0 capability map that DRM core has room for. */
#define Y420_MAP_MAX			8

static const u8 edid_header[] = { 0, 255, 255, 255, 255, 255, 255, 0 };

static bool edid_block_valid(const u8 *block)
{
	u8 sum = 0;
	int i;

	for (i = 0; i < EDID_LENGTH; i++)
		sum += block[i];

	return !sum;
}

/*
 * Get the number of blocks of an EDID. HDMI 2.1 has an override (HF-EEODB) in the first
 * data block of the first extension: it counts blocks that byte 126 of the base block
 * leaves out for the sake of older readers.
 */
static size_t edid_blocks(const u8 *edid, size_t size)
{
	const u8 *cta = edid + EDID_LENGTH;
	size_t blocks = 1 + (size_t)edid[EDID_EXTENSIONS];

	/* The data block: tag and length, extended tag, count. */
	if (blocks > 1 && size >= 2 * EDID_LENGTH && cta[0] == CEA_EXT &&
	    cta[1] >= 3 && cta[2] >= 4 + 3 && cta[4] >> 5 == CTA_EXTENDED &&
	    (cta[4] & 31) >= 2 && cta[5] == HF_EEODB)
		blocks = max(blocks, 1 + (size_t)cta[6]);

	return blocks;
}

/* Look for a 4:2:0 capability map that is too long among CTA data blocks. */
static bool cta_map_fits(const u8 *db, size_t size)
{
	size_t at, length;

	for (at = 0; at < size; at += 1 + length) {
		length = db[at] & 31;
		if (at + 1 + length > size)
			break;
		if (db[at] >> 5 == CTA_EXTENDED && db[at + 1] == Y420CMDB &&
		    length > 1 + Y420_MAP_MAX)
			return false;
	}

	return true;
}

static bool displayid_map_fits(const u8 *block)
{
	/* The section: version, length, two more bytes, then its data blocks. */
	size_t end = min_t(size_t, 1 + 4 + block[2], EDID_LENGTH - 1);
	size_t at, length;

	for (at = 1 + 4; at + 3 <= end; at += 3 + length) {
		length = block[at + 2];
		if (at + 3 + length > end)
			break;
		if (block[at] == DISPLAYID_CTA &&
		    !cta_map_fits(block + at + 3, length))
			return false;
	}

	return true;
}

/*
 * DRM core warns when a 4:2:0 capability map has more bytes than it has room for.
 * EDIDs come from sinks, which must not be able to stop a kernel that panics on
 * warnings.
 */
static bool edid_map_fits(const u8 *block)
{
	if (block[0] == CEA_EXT && block[1] >= 3 && block[2] >= 4 &&
	    block[2] < EDID_LENGTH)
		return cta_map_fits(block + 4, block[2] - 4);
	if (block[0] == DISPLAYID_EXT)
		return displayid_map_fits(block);

	return true;
}

/**
 * miracast_edid_valid - Check an EDID
 * @edid: the bytes
 * @size: how many
 *
 * Stricter than the core's helpers, which repair some errors: repairs are left to the
 * owner, which can report them.
 *
 * Return: true when header, version, size and all checksums are right, and DRM
 * core has room for all that it reads.
 */
bool miracast_edid_valid(const u8 *edid, size_t size)
{
	const struct edid *base = (const void *)edid;
	size_t i;

	if (size < EDID_LENGTH || size != EDID_LENGTH * edid_blocks(edid, size))
		return false;
	if (memcmp(base->header, edid_header, sizeof(edid_header)) ||
	    base->version != 1)
		return false;

	for (i = 0; i < size; i += EDID_LENGTH)
		if (!edid_block_valid(edid + i) ||
		    (i && !edid_map_fits(edid + i)))
			return false;

	return true;
}
