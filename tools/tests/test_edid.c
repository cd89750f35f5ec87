// SPDX-License-Identifier: MIT
/* Every check that an EDID can fail, and what is said about it. */
#include <errno.h>

#include "edid.h"
#include "edid_sample.h"
#include "harness.h"

static uint8_t edid[SAMPLE_SIZE];

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

static void check_preferred(void)
{
	struct drm_miracast_mode mode;

	check(!mc_edid_preferred(edid, SAMPLE_SIZE, &mode) &&
	      mode.width == 1280 && mode.height == 720 &&
	      mode.refresh_mhz == 60000, "the preferred mode is found");
	edid[54 + 17] |= 0x80;
	check(!mc_edid_preferred(edid, SAMPLE_SIZE, &mode) &&
	      mode.height == 1440 && mode.refresh_mhz == 60000,
	      "an interlaced one has the height of a frame");
	memset(edid + 54, 0, 18);
	check(mc_edid_preferred(edid, SAMPLE_SIZE, &mode) == -ENOENT,
	      "no preferred mode is no mode");
	check(mc_edid_preferred(NULL, 0, &mode) == -ENOENT,
	      "no EDID has no preferred mode");
	sample_edid(edid);
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
	check_preferred();
	return check_result();
}
