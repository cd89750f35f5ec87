// SPDX-License-Identifier: MIT
/* What bits and levels of Wi-Fi Display mean. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "wfd/modes.h"

/* The tables of the specification, by their ends and by their sums. */
static void check_tables(void)
{
	static const struct {
		enum mc_wfd_numbering numbering;
		enum mc_wfd_table table;
		uint32_t bit, width, height, hz;
	} ends[] = {
		{ MC_WFD_R1, MC_WFD_CEA, 10, 1280, 720, 25 },
		{ MC_WFD_R1, MC_WFD_CEA, 16, 1920, 1080, 24 },
		{ MC_WFD_R1, MC_WFD_CEA, 17, 0, 0, 0 },
		{ MC_WFD_R1, MC_WFD_VESA, 5, 1152, 864, 60 },
		{ MC_WFD_R1, MC_WFD_VESA, 17, 1400, 1050, 60 },
		{ MC_WFD_R1, MC_WFD_VESA, 25, 1680, 1024, 60 },
		{ MC_WFD_R1, MC_WFD_VESA, 28, 1920, 1200, 30 },
		{ MC_WFD_R1, MC_WFD_VESA, 29, 0, 0, 0 },
		{ MC_WFD_R1, MC_WFD_HH, 11, 848, 480, 60 },
		{ MC_WFD_R1, MC_WFD_HH, 12, 0, 0, 0 },
		{ MC_WFD_R2, MC_WFD_CEA, 17, 3840, 2160, 24 },
		{ MC_WFD_R2, MC_WFD_CEA, 26, 4096, 2160, 60 },
		{ MC_WFD_R2, MC_WFD_CEA, 27, 0, 0, 0 },
		{ MC_WFD_R2, MC_WFD_VESA, 29, 1920, 1200, 60 },
		{ MC_WFD_R2, MC_WFD_VESA, 33, 2560, 1600, 60 },
		{ MC_WFD_R2, MC_WFD_VESA, 34, 0, 0, 0 },
		{ MC_WFD_MICROSOFT, MC_WFD_CEA, 17, 3840, 2160, 30 },
		{ MC_WFD_MICROSOFT, MC_WFD_CEA, 26, 4096, 2160, 24 },
		{ MC_WFD_MICROSOFT, MC_WFD_VESA, 29, 2560, 1440, 30 },
		{ MC_WFD_MICROSOFT, MC_WFD_VESA, 32, 2560, 1600, 60 },
		{ MC_WFD_MICROSOFT, MC_WFD_VESA, 33, 0, 0, 0 },
		{ MC_WFD_MICROSOFT, MC_WFD_SURFACE, 20, 4500, 3000, 24 },
		{ MC_WFD_MICROSOFT, MC_WFD_SURFACE, 21, 0, 0, 0 },
		{ MC_WFD_3D, MC_WFD_CEA, 0, 0, 0, 0 },
	};
	struct mc_wfd_mode mode;
	char what[80];
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		int ret = mc_wfd_mode_of(ends[i].numbering, ends[i].table, ends[i].bit, &mode);

		snprintf(what, sizeof(what), "numbering %d, %s %u", ends[i].numbering,
			 mc_wfd_table_name(ends[i].table), ends[i].bit);
		check(ends[i].width ? !ret && mode.width == ends[i].width &&
		      mode.height == ends[i].height && mode.hz == ends[i].hz : ret == -ENOENT,
		      what);
	}
}

/* A program may be newer than the library. */
static void check_unknown(void)
{
	struct mc_wfd_mode mode;

	check(!strcmp(mc_wfd_table_name(MC_WFD_SURFACE), "Microsoft") &&
	      !mc_wfd_table_name((enum mc_wfd_table)(MC_WFD_SURFACE + 1)) &&
	      !mc_wfd_table_name((enum mc_wfd_table)-1), "a table that there is not has no name");
	check(mc_wfd_mode_of((enum mc_wfd_numbering)(MC_WFD_3D + 1), MC_WFD_CEA, 0, &mode) ==
	      -ENOENT && mc_wfd_mode_of((enum mc_wfd_numbering)64, MC_WFD_CEA, 0, &mode) ==
	      -ENOENT, "nor has a numbering modes");
}

static void check_levels(void)
{
	static const struct mc_wfd_mode hd = { 1280, 720, 30, false };
	static const struct mc_wfd_mode uhd = { 4096, 2160, 60, false };
	static const struct mc_wfd_mode long_one = { 16384, 16, 1, false };
	static const struct mc_wfd_mode huge = { 8192, 4320, 60, false };

	check(mc_wfd_level_for(&hd)->idc == 31, "720p30 fills level 3.1");
	check(mc_wfd_level_for(&uhd)->idc == 52, "4096x2160p60 fills level 5.2");
	check(!mc_wfd_level_for(&huge), "8K is in none");
	check(!mc_wfd_level_for(&long_one), "nor a line of 1024 macroblocks");
	check(mc_wfd_level_of(MC_WFD_R1, 0x7)->idc == 40, "the highest bit of several counts");
	check(!mc_wfd_level_of(MC_WFD_R1, 0x20), "level 5 has no bit in the first release");
	check(mc_wfd_level_of(MC_WFD_R2, 0x20)->idc == 50, "it has in the second");
}

int main(void)
{
	check_tables();
	check_unknown();
	check_levels();
	return check_result();
}
