/* SPDX-License-Identifier: MIT */
/*
 * Modes as people write them: WIDTHxHEIGHT@HZ, such as 1920x1080@60 or
 * 1280x720@59.94.
 */
#ifndef MC_MODE_H
#define MC_MODE_H

#include <stddef.h>
#include <stdint.h>

#include <miracast_drm.h>

/** MC_MODE_SIZE_MAX - Widths and heights above this are no mode at all. */
#define MC_MODE_SIZE_MAX	16384

/**
 * MC_MODE_MACROBLOCKS_MAX - Most macroblocks in a picture that the driver offers:
 * MaxFS of level 5.2 (Rec. ITU-T H.264, table A-1).
 */
#define MC_MODE_MACROBLOCKS_MAX	36864

/** MC_MODE_MACROBLOCK_RATE_MAX - Most in a second: MaxMBPS, as above. */
#define MC_MODE_MACROBLOCK_RATE_MAX	2073600

/** MC_MODE_TEXT - Room for mc_mode_format(). */
#define MC_MODE_TEXT		40

/**
 * mc_mode_parse() - Read a mode.
 * @text: the mode; @HZ may be left out and is 60 then
 * @mode: filled in, without flags
 *
 * Return: 0, -EINVAL bad syntax, -ERANGE a number that no mode could have.
 */
int mc_mode_parse(const char *text, struct drm_miracast_mode *mode);

/**
 * mc_size_parse() - Read a size, WIDTHxHEIGHT.
 *
 * Return: as mc_mode_parse().
 */
int mc_size_parse(const char *text, uint32_t *width, uint32_t *height);

/**
 * mc_hz_parse() - Read a rate in Hz with up to three decimals.
 *
 * Return: 0, -EINVAL bad syntax, -ERANGE zero or above 1000 Hz.
 */
int mc_hz_parse(const char *text, uint32_t *mhz);

/** mc_mode_macroblocks() - Macroblocks in a picture. */
uint64_t mc_mode_macroblocks(uint32_t width, uint32_t height);

/** mc_mode_macroblock_rate() - Macroblocks per second, rounded up. */
uint64_t mc_mode_macroblock_rate(uint32_t width, uint32_t height, uint32_t mhz);

/** mc_mode_format() - Write a mode; @out has room for MC_MODE_TEXT. */
const char *mc_mode_format(uint32_t width, uint32_t height, uint32_t mhz,
			   char *out);

#endif
