// SPDX-License-Identifier: MIT
#include "wfd/modes.h"

#include <errno.h>
#include <stddef.h>

#include "mode.h"

static const struct mc_wfd_mode r1_cea[] = {
	{ 640, 480, 60, false },
	{ 720, 480, 60, false },
	{ 720, 480, 60, true },
	{ 720, 576, 50, false },
	{ 720, 576, 50, true },
	{ 1280, 720, 30, false },
	{ 1280, 720, 60, false },
	{ 1920, 1080, 30, false },
	{ 1920, 1080, 60, false },
	{ 1920, 1080, 60, true },
	{ 1280, 720, 25, false },
	{ 1280, 720, 50, false },
	{ 1920, 1080, 25, false },
	{ 1920, 1080, 50, false },
	{ 1920, 1080, 50, true },
	{ 1280, 720, 24, false },
	{ 1920, 1080, 24, false },
};

/* From bit 17. */
static const struct mc_wfd_mode r2_cea[] = {
	{ 3840, 2160, 24, false },
	{ 3840, 2160, 25, false },
	{ 3840, 2160, 30, false },
	{ 3840, 2160, 50, false },
	{ 3840, 2160, 60, false },
	{ 4096, 2160, 24, false },
	{ 4096, 2160, 25, false },
	{ 4096, 2160, 30, false },
	{ 4096, 2160, 50, false },
	{ 4096, 2160, 60, false },
};

static const struct mc_wfd_mode microsoft_cea[] = {
	{ 3840, 2160, 30, false },
	{ 3840, 2160, 60, false },
	{ 4096, 2160, 30, false },
	{ 4096, 2160, 60, false },
	{ 3840, 2160, 25, false },
	{ 3840, 2160, 50, false },
	{ 4096, 2160, 25, false },
	{ 4096, 2160, 50, false },
	{ 3840, 2160, 24, false },
	{ 4096, 2160, 24, false },
};

static const struct mc_wfd_mode r1_vesa[] = {
	{ 800, 600, 30, false },
	{ 800, 600, 60, false },
	{ 1024, 768, 30, false },
	{ 1024, 768, 60, false },
	{ 1152, 864, 30, false },
	{ 1152, 864, 60, false },
	{ 1280, 768, 30, false },
	{ 1280, 768, 60, false },
	{ 1280, 800, 30, false },
	{ 1280, 800, 60, false },
	{ 1360, 768, 30, false },
	{ 1360, 768, 60, false },
	{ 1366, 768, 30, false },
	{ 1366, 768, 60, false },
	{ 1280, 1024, 30, false },
	{ 1280, 1024, 60, false },
	{ 1400, 1050, 30, false },
	{ 1400, 1050, 60, false },
	{ 1440, 900, 30, false },
	{ 1440, 900, 60, false },
	{ 1600, 900, 30, false },
	{ 1600, 900, 60, false },
	{ 1600, 1200, 30, false },
	{ 1600, 1200, 60, false },
	{ 1680, 1024, 30, false },
	{ 1680, 1024, 60, false },
	{ 1680, 1050, 30, false },
	{ 1680, 1050, 60, false },
	{ 1920, 1200, 30, false },
};

/* From bit 29. */
static const struct mc_wfd_mode r2_vesa[] = {
	{ 1920, 1200, 60, false },
	{ 2560, 1440, 30, false },
	{ 2560, 1440, 60, false },
	{ 2560, 1600, 30, false },
	{ 2560, 1600, 60, false },
};

static const struct mc_wfd_mode microsoft_vesa[] = {
	{ 2560, 1440, 30, false },
	{ 2560, 1440, 60, false },
	{ 2560, 1600, 30, false },
	{ 2560, 1600, 60, false },
};

static const struct mc_wfd_mode hh[] = {
	{ 800, 480, 30, false },
	{ 800, 480, 60, false },
	{ 854, 480, 30, false },
	{ 854, 480, 60, false },
	{ 864, 480, 30, false },
	{ 864, 480, 60, false },
	{ 640, 360, 30, false },
	{ 640, 360, 60, false },
	{ 960, 540, 30, false },
	{ 960, 540, 60, false },
	{ 848, 480, 30, false },
	{ 848, 480, 60, false },
};

static const struct mc_wfd_mode surface[] = {
	{ 1920, 1280, 30, false },
	{ 1920, 1280, 60, false },
	{ 1920, 1280, 24, false },
	{ 2160, 1440, 30, false },
	{ 2160, 1440, 60, false },
	{ 2160, 1440, 24, false },
	{ 2256, 1504, 30, false },
	{ 2256, 1504, 60, false },
	{ 2256, 1504, 24, false },
	{ 2736, 1824, 30, false },
	{ 2736, 1824, 60, false },
	{ 2736, 1824, 24, false },
	{ 3000, 2000, 30, false },
	{ 3000, 2000, 60, false },
	{ 3000, 2000, 24, false },
	{ 3240, 2160, 30, false },
	{ 3240, 2160, 60, false },
	{ 3240, 2160, 24, false },
	{ 4500, 3000, 30, false },
	{ 4500, 3000, 60, false },
	{ 4500, 3000, 24, false },
};

#define SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Runs of bits: first to first + count - 1. */
static const struct run {
	enum mc_wfd_table table;
	unsigned int numberings;
	unsigned int first;
	size_t count;
	const struct mc_wfd_mode *modes;
} runs[] = {
#define ALL	(1 << MC_WFD_R1 | 1 << MC_WFD_R2 | 1 << MC_WFD_MICROSOFT)
	{ MC_WFD_CEA, ALL, 0, SIZE(r1_cea), r1_cea },
	{ MC_WFD_CEA, 1 << MC_WFD_R2, 17, SIZE(r2_cea), r2_cea },
	{ MC_WFD_CEA, 1 << MC_WFD_MICROSOFT, 17, SIZE(microsoft_cea), microsoft_cea },
	{ MC_WFD_VESA, ALL, 0, SIZE(r1_vesa), r1_vesa },
	{ MC_WFD_VESA, 1 << MC_WFD_R2, 29, SIZE(r2_vesa), r2_vesa },
	{ MC_WFD_VESA, 1 << MC_WFD_MICROSOFT, 29, SIZE(microsoft_vesa), microsoft_vesa },
	{ MC_WFD_HH, ALL, 0, SIZE(hh), hh },
	{ MC_WFD_SURFACE, ALL, 0, SIZE(surface), surface },
};

/* By their bits. The first release ends at level 4.2. */
static const struct mc_wfd_level levels[MC_WFD_LEVELS] = {
	{ 31, 108000, 3600 },
	{ 32, 216000, 5120 },
	{ 40, 245760, 8192 },
	{ 41, 245760, 8192 },
	{ 42, 522240, 8704 },
	{ 50, 589824, 22080 },
	{ 51, 983040, 36864 },
	{ 52, 2073600, 36864 },
};

#define R1_LEVELS	5

int mc_wfd_mode_of(enum mc_wfd_numbering numbering, enum mc_wfd_table table, unsigned int bit,
		struct mc_wfd_mode *mode)
{
	const struct run *run;

	if ((unsigned int)numbering > MC_WFD_3D)
		return -ENOENT;
	for (run = runs; run < runs + SIZE(runs); run++) {
		if (run->table != table || !(run->numberings & 1U << numbering))
			continue;
		if (bit < run->first || bit - run->first >= run->count)
			continue;
		*mode = run->modes[bit - run->first];
		return 0;
	}
	return -ENOENT;
}

const struct mc_wfd_level *mc_wfd_level_of(enum mc_wfd_numbering numbering, uint32_t mask)
{
	size_t i = numbering == MC_WFD_R1 || numbering == MC_WFD_3D ? R1_LEVELS : MC_WFD_LEVELS;

	while (i--)
		if (mask & 1U << i)
			return &levels[i];
	return NULL;
}

bool mc_wfd_level_holds(const struct mc_wfd_level *level, const struct mc_wfd_mode *mode)
{
	uint64_t columns = mc_mode_macroblocks(mode->width, 1);
	uint64_t rows = mc_mode_macroblocks(1, mode->height);

	return columns * rows <= level->macroblocks_max &&
	       columns * rows * mode->hz <= level->macroblock_rate_max &&
	       /* Neither side longer than the root of 8 * MaxFS. */
	       columns * columns <= 8ULL * level->macroblocks_max &&
	       rows * rows <= 8ULL * level->macroblocks_max;
}

const struct mc_wfd_level *mc_wfd_level_for(const struct mc_wfd_mode *mode)
{
	size_t i;

	for (i = 0; i < MC_WFD_LEVELS; i++)
		if (mc_wfd_level_holds(&levels[i], mode))
			return &levels[i];
	return NULL;
}

const char *mc_wfd_table_name(enum mc_wfd_table table)
{
	static const char *const names[] = { "CEA", "VESA", "HH", "Microsoft" };

	return (size_t)table < SIZE(names) ? names[table] : NULL;
}
