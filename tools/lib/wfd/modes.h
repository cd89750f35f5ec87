/* SPDX-License-Identifier: MIT */
/*
 * The meaning of the bits in Wi-Fi Display's masks: modes, in three numberings that differ
 * above the bits of the first release, and levels of H.264.
 */
#ifndef MC_WFD_MODES_H
#define MC_WFD_MODES_H

#include <stdbool.h>
#include <stdint.h>

/**
 * enum mc_wfd_numbering - Whose bits they are.
 */
enum mc_wfd_numbering {
	/** @MC_WFD_R1: wfd_video_formats. */
	MC_WFD_R1,
	/** @MC_WFD_R2: wfd2_video_formats. */
	MC_WFD_R2,
	/** @MC_WFD_MICROSOFT: wfdx_video_formats ([MS-WFDPE] 2.7.1.1). */
	MC_WFD_MICROSOFT,
	/** @MC_WFD_3D: wfd_3d_video_formats; its bits are no modes. */
	MC_WFD_3D,
};

/**
 * enum mc_wfd_table - Which mask.
 */
enum mc_wfd_table {
	/** @MC_WFD_CEA: Modes of televisions. */
	MC_WFD_CEA,
	/** @MC_WFD_VESA: Modes of computer monitors. */
	MC_WFD_VESA,
	/** @MC_WFD_HH: Modes of handheld devices. */
	MC_WFD_HH,
	/** @MC_WFD_SURFACE: microsoft_video_formats ([MS-WFDPE] 2.7.1.2). */
	MC_WFD_SURFACE,
};

/** MC_WFD_TABLES - How many masks are in a codec's entry; none will have more. */
#define MC_WFD_TABLES		3
/** MC_WFD_BITS - Bits of the widest mask. */
#define MC_WFD_BITS		48

/**
 * struct mc_wfd_mode - What a bit stands for.
 */
struct mc_wfd_mode {
	/** @width: Columns. */
	uint32_t width;
	/** @height: Lines of a frame. */
	uint32_t height;
	/** @hz: Frames, or fields of an interlaced mode, in a second. */
	uint32_t hz;
	/** @interlaced: Nothing for H.264 as Wi-Fi Display allows it. */
	bool interlaced;
};

/**
 * struct mc_wfd_level - A level of H.264 (Rec. ITU-T H.264, table A-1).
 */
struct mc_wfd_level {
	/** @idc: level_idc: ten times the level. */
	uint32_t idc;
	/** @macroblock_rate_max: MaxMBPS. */
	uint32_t macroblock_rate_max;
	/** @macroblocks_max: MaxFS. */
	uint32_t macroblocks_max;
};

/** MC_WFD_LEVELS - Levels that have a bit, 3.1 to 5.2. */
#define MC_WFD_LEVELS		8

/**
 * mc_wfd_mode_of() - What a bit stands for.
 * @numbering: whose bits
 * @table: which mask
 * @bit: its bit
 * @mode: filled in
 *
 * Return: 0 or -ENOENT: reserved.
 */
int mc_wfd_mode_of(enum mc_wfd_numbering numbering, enum mc_wfd_table table, unsigned int bit,
		struct mc_wfd_mode *mode);

/**
 * mc_wfd_level_of() - The highest level of a mask.
 * @numbering: whose bits
 * @mask: mask of bits
 *
 * Return: the level, NULL when the numbering has none of the bits.
 */
const struct mc_wfd_level *mc_wfd_level_of(enum mc_wfd_numbering numbering, uint32_t mask);

/**
 * mc_wfd_level_holds() - Whether a level allows a mode.
 * @level: the level
 * @mode: the mode, which is taken as progressive
 *
 * Return: whether it does.
 */
bool mc_wfd_level_holds(const struct mc_wfd_level *level, const struct mc_wfd_mode *mode);

/**
 * mc_wfd_level_for() - The lowest level that allows a mode.
 * @mode: the mode, which is taken as progressive
 *
 * Return: the level, or NULL.
 */
const struct mc_wfd_level *mc_wfd_level_for(const struct mc_wfd_mode *mode);

/**
 * mc_wfd_table_name() - A table as people call it.
 * @table: which mask
 *
 * Return: its name, or NULL.
 */
const char *mc_wfd_table_name(enum mc_wfd_table table);

#endif
