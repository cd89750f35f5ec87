// SPDX-License-Identifier: MIT
/*
 * EDIDs made by hand: EDID 1.4, one detailed timing, empty CTA-861 extensions.
 */
#include "lib_miracast_edid.h"

static const uint8_t base_block[MC_EDID_BLOCK] = {
	0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
	0x36, 0x74,			/* manufacturer MCT */
	0x01, 0x00,			/* product */
	0x01, 0x00, 0x00, 0x00,		/* serial number */
	1, 33,				/* week, year - 1990 */
	1, 4,				/* version */
	0xa2,				/* digital, 8 bits, HDMI-a */
	60, 34, 120, 0x0a,		/* size, gamma, preferred timing */
	0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54,
	0x00, 0x00, 0x00,		/* no established timings */
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	/* 1280x720 at 60 Hz: 74.25 MHz, 1650x750 total */
	0x01, 0x1d, 0x00, 0x72, 0x51, 0xd0, 0x1e, 0x20,
	0x6e, 0x28, 0x55, 0x00, 0x58, 0x54, 0x21, 0x00, 0x00, 0x1e,
	/* monitor name */
	0x00, 0x00, 0x00, 0xfc, 0x00, 'M', 'i', 'r', 'a', 'c', 'a', 's', 't',
	' ', 's', 'i', 'n', 'k',
	/* serial string, then nothing */
	0x00, 0x00, 0x00, 0xff, 0x00, 'N', 'o', '.', '0', '\n', ' ', ' ', ' ',
	' ', ' ', ' ', ' ', ' ',
	0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

/* CTA-861, no data blocks, no timings */
static const uint8_t empty_extension[] = { 0x02, 3, 4 };

#define SERIAL_AT	(54 + 18 + 18 + 8)

void mc_edid_checksum(uint8_t *block)
{
	uint8_t sum = 0;
	int i;

	for (i = 0; i < MC_EDID_BLOCK - 1; i++)
		sum += block[i];
	block[MC_EDID_BLOCK - 1] = -sum;
}

void mc_edid_block(uint8_t *block, const uint8_t *bytes, size_t size)
{
	igt_assert(size < MC_EDID_BLOCK);
	memset(block, 0, MC_EDID_BLOCK);
	memcpy(block, bytes, size);
	mc_edid_checksum(block);
}

size_t mc_edid(uint8_t *edid, unsigned int blocks, char serial)
{
	unsigned int i;

	igt_assert(blocks >= 1 && blocks <= 256);
	memcpy(edid, base_block, MC_EDID_BLOCK);
	edid[SERIAL_AT] = serial;
	edid[126] = blocks - 1;
	mc_edid_checksum(edid);
	for (i = 1; i < blocks; i++)
		mc_edid_block(edid + i * MC_EDID_BLOCK, empty_extension,
			      sizeof(empty_extension));
	return blocks * MC_EDID_BLOCK;
}

int mc_arrive_edid_errno(int fd, const void *edid, size_t size)
{
	struct drm_miracast_monitor_arrive arg = mc_monitor(NULL, 0);

	arg.edid = (uintptr_t)edid;
	arg.edid_size = size;
	return mc_arrive_errno(fd, &arg);
}
