/* SPDX-License-Identifier: MIT */
/*
 * Modes as people write them: WIDTHxHEIGHT@HZ, such as 1920x1080@60 or
 * 1280x720@59.94.
 */
#ifndef MC_MODE_H
#define MC_MODE_H

#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

/** MC_MODE_SIZE_MAX - Widths and heights above this are no mode at all. */
#define MC_MODE_SIZE_MAX	16384

/**
 * MC_MODE_MACROBLOCKS_MAX - Most macroblocks in a picture that the driver offers:
 * MaxFS of level 5.2 (Rec. ITU-T H.264, table A-1).
 */
#define MC_MODE_MACROBLOCKS_MAX	36864

/** MC_MODE_MACROBLOCK_RATE_MAX - Most in a second: MaxMBPS, as above. */
#define MC_MODE_MACROBLOCK_RATE_MAX	2073600

/**
 * MC_MODE_BASE_WIDTH - The mode of every monitor, and the least that a context
 * reserves: 640x480 at 60 Hz, as CEA-861 asks of each sink.
 */
#define MC_MODE_BASE_WIDTH	640
/** MC_MODE_BASE_HEIGHT - Its lines. */
#define MC_MODE_BASE_HEIGHT	480
/** MC_MODE_BASE_MHZ - Its rate in mHz. */
#define MC_MODE_BASE_MHZ	60000

/** MC_MODE_TEXT - Room for mc_mode_format(). */
#define MC_MODE_TEXT		40

/**
 * mc_mode_parse() - Read a mode.
 * @text: the mode; @HZ may be left out and is 60 then
 * @mode: filled in, without flags; zero on failure
 *
 * Return: 0, -EINVAL bad syntax, -ERANGE a number that no mode could have.
 */
int mc_mode_parse(const char *text, struct drm_miracast_mode *mode);

/**
 * mc_size_parse() - Read a size, WIDTHxHEIGHT.
 * @text: the size
 * @width: set to its width, 0 on failure
 * @height: set to its height, 0 on failure
 *
 * Return: as mc_mode_parse().
 */
int mc_size_parse(const char *text, uint32_t *width, uint32_t *height);

/**
 * mc_hz_parse() - Read a rate in Hz with up to three decimals.
 * @text: the rate
 * @mhz: set to it, in mHz, 0 on failure
 *
 * Return: 0, -EINVAL bad syntax, -ERANGE zero or above 1000 Hz.
 */
int mc_hz_parse(const char *text, uint32_t *mhz);

/**
 * mc_mode_macroblocks() - Macroblocks in a picture.
 * @width: its width
 * @height: its height
 *
 * Return: how many.
 */
uint64_t mc_mode_macroblocks(uint32_t width, uint32_t height);

/**
 * mc_mode_macroblock_rate() - Macroblocks per second.
 * @width: width of the picture
 * @height: its height
 * @mhz: pictures per second, mHz
 *
 * Return: how many, rounded up; UINT64_MAX where they are more.
 */
uint64_t mc_mode_macroblock_rate(uint32_t width, uint32_t height, uint32_t mhz);

/**
 * mc_mode_format() - Write a mode as mc_mode_parse() reads it.
 * @width: its width
 * @height: its height
 * @mhz: its rate, mHz
 * @out: room for MC_MODE_TEXT
 *
 * Return: @out.
 */
const char *mc_mode_format(uint32_t width, uint32_t height, uint32_t mhz,
			   char *out);

#endif
