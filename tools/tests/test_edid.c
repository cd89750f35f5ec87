// SPDX-License-Identifier: MIT
/* Every check that an EDID can fail, and what is said about it. */
#include <errno.h>

#include "edid.h"
#include "edid_sample.h"
#include "harness.h"

static uint8_t edid[4 * SAMPLE_BLOCK];

static void expect(size_t size, const char *needle, const char *what)
{
	char why[MC_EDID_TEXT] = "";
	int ret = mc_edid_check(edid, size, why);

	if (!needle)
		check(!ret, what);
	else
		check(ret == -EINVAL && strstr(why, needle), what);
	sample_edid(edid);
}

/* HDMI 2.1: byte 126 says one extension, the first of these says three. */
static void override(uint8_t count)
{
	static const uint8_t cta[] = { 0x02, 0x03, 0x07, 0x00, 0xe2, 0x78 };
	int i;

	for (i = 1; i < 4; i++) {
		memset(edid + i * SAMPLE_BLOCK, 0, SAMPLE_BLOCK);
		edid[i * SAMPLE_BLOCK] = 0x02;
	}
	memcpy(edid + SAMPLE_BLOCK, cta, sizeof(cta));
	edid[SAMPLE_BLOCK + 6] = count;
	for (i = 1; i < 4; i++)
		sample_checksum(edid + i * SAMPLE_BLOCK);
}

static void check_override(void)
{
	override(3);
	expect(sizeof(edid), NULL, "an EDID of HDMI 2.1 with four blocks");
	override(2);
	expect(3 * SAMPLE_BLOCK, NULL, "an EDID of HDMI 2.1 with three blocks");
	override(3);
	expect(SAMPLE_SIZE, "extension count is 3, but 1",
	       "an overridden count that lies");
	override(0);
	expect(SAMPLE_SIZE, NULL, "an override that says less");
	override(3);
	edid[SAMPLE_BLOCK + 1] = 0x02;
	sample_checksum(edid + SAMPLE_BLOCK);
	expect(sizeof(edid), "extension count is 1, but 3",
	       "an override in an old revision");
}

int main(void)
{
	sample_edid(edid);
	expect(SAMPLE_SIZE, NULL, "a good EDID of two blocks");
	edid[126] = 0;
	sample_checksum(edid);
	expect(SAMPLE_BLOCK, NULL, "a good EDID of one block");
	expect(0, "size is 0", "an empty EDID");
	expect(SAMPLE_SIZE - 1, "size is 255", "an EDID cut short");
	edid[1] = 0xfe;
	expect(SAMPLE_SIZE, "header", "a bad header");
	edid[18] = 2;
	sample_checksum(edid);
	expect(SAMPLE_SIZE, "version is 2", "a bad version");
	edid[126] = 2;
	sample_checksum(edid);
	expect(SAMPLE_SIZE, "extension count is 2, but 1",
	       "an extension count that lies");
	expect(SAMPLE_BLOCK, "extension count is 1, but 0",
	       "a missing extension");
	edid[60] ^= 1;
	expect(SAMPLE_SIZE, "checksum of block 0", "a bad checksum of the base");
	edid[SAMPLE_BLOCK + 60] ^= 1;
	expect(SAMPLE_SIZE, "checksum of block 1",
	       "a bad checksum of an extension");
	check_override();
	return check_result();
}
