// SPDX-License-Identifier: MIT
/* EDIDs for sinks that have none: valid, and different for different sinks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edid.h"
#include "edid_make.h"
#include "edid_modes.h"
#include "harness.h"

static uint8_t edid[MC_EDID_BLOCK], other[MC_EDID_BLOCK];
static struct drm_miracast_mode last;

static void note(void *data, const struct drm_miracast_mode *mode)
{
	(void)data;
	last = *mode;
}

/* The detailed timing says that mode, as exactly as steps of 10 kHz allow. */
static void says(uint32_t width, uint32_t height, uint32_t mhz, uint32_t want_width)
{
	const struct drm_miracast_mode mode = {
		.width = width, .height = height, .refresh_mhz = mhz,
	};
	char why[MC_EDID_TEXT] = "", what[64];

	snprintf(what, sizeof(what), "an EDID for %ux%u@%u", width, height, mhz);
	mc_edid_make(edid, "Sink", NULL, &mode);
	mc_edid_each_mode(edid, sizeof(edid), note, NULL);
	check(!mc_edid_check(edid, sizeof(edid), why) &&
	      last.width == want_width &&
	      (want_width != width ||
	       (last.height == height &&
		abs((int)last.refresh_mhz - (int)mhz) <= (int)mhz / 2000)), what);
}

/* What a sink says of itself: nothing of it is written beyond the block. */
static void check_foreign_texts(void)
{
	static const struct drm_miracast_mode mode = {
		.width = 1280, .height = 720, .refresh_mhz = 60000,
	};
	static const char same[] = "A very long name of a sink that goes on and on and on, 1";
	struct {
		uint8_t edid[MC_EDID_BLOCK], guard[MC_EDID_BLOCK];
	} block = { 0 };
	static const uint8_t zero[MC_EDID_BLOCK];
	char longer[300], why[MC_EDID_TEXT] = "";

	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = 0;
	mc_edid_make(block.edid, longer, longer, &mode);
	check(!memcmp(block.guard, zero, sizeof(zero)) &&
	      !mc_edid_check(block.edid, sizeof(block.edid), why) &&
	      !memcmp(block.edid + 72, "\0\0\0\xfc\0xxxxxxxxxxxxx", 18) &&
	      !memcmp(block.edid + 90, "\0\0\0\377\0xxxxxxxxxxxxx", 18) &&
	      !memcmp(block.edid + 108, "\0\0\0\x10\0", 5),
	      "of a long name and serial number, the beginning");
	mc_edid_make(edid, same, NULL, &mode);
	strcpy(longer, same);
	longer[sizeof(same) - 2] = '2';
	mc_edid_make(other, longer, NULL, &mode);
	check(memcmp(edid + 12, other + 12, 4), "but names that begin alike have other numbers");
	mc_edid_make(edid, "K\xc3\xbc\n\x7f\x01", "", &mode);
	check(!mc_edid_check(edid, sizeof(edid), why) &&
	      !memcmp(edid + 72, "\0\0\0\xfc\0K?????\n      ", 18) &&
	      !memcmp(edid + 90, "\0\0\0\377\0\n            ", 18),
	      "and what is not printable is replaced");
}

int main(void)
{
	static const struct drm_miracast_mode mode = {
		.width = 1280, .height = 720, .refresh_mhz = 60000,
	};

	says(1920, 1080, 60000, 1920);
	says(1280, 720, 59940, 1280);
	says(640, 480, 60000, 640);
	says(3840, 2160, 60000, 3840);
	says(1920, 1200, 23976, 1920);
	says(4096, 2160, 24000, 640);
	says(3840, 2160, 240000, 640);
	says(1024, 768, 1000000, 640);
	says(1, 1, 1, 640);
	says(1920, 1080, 0, 640);
	says(0, 1080, 60000, 640);
	says(1920, 0, 60000, 640);
	says(1920, 1080, UINT32_MAX, 640);
	says(4095, 4095, 2169197, 640);

	check(mc_edid_name_valid("a") && mc_edid_name_valid("Living room 1"),
	      "names of up to 13 characters");
	check(!mc_edid_name_valid("") && !mc_edid_name_valid("Living room 12") &&
	      !mc_edid_name_valid("a\nb") && !mc_edid_name_valid("K\xc3\xbc"),
	      "and no others");
	mc_edid_make(edid, "Living room", NULL, &mode);
	mc_edid_make(other, "Living room", NULL, &mode);
	check(!memcmp(edid, other, sizeof(edid)), "the same sink, the same EDID");
	check(!memcmp(edid + 72, "\0\0\0\xfc\0Living room\n ", 18),
	      "the name is in it");
	mc_edid_make(other, "Kitchen", NULL, &mode);
	check(memcmp(edid + 12, other + 12, 4), "another name, another number");
	mc_edid_make(other, "Living room", "0a1b2c", &mode);
	check(memcmp(edid + 12, other + 12, 4) &&
	      !memcmp(other + 90, "\0\0\0\377\0000a1b2c\n      ", 18),
	      "another serial number, another number");
	check_foreign_texts();
	return check_result();
}
