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

/** mc_mode_format() - Write a mode; @out has room for MC_MODE_TEXT. */
const char *mc_mode_format(uint32_t width, uint32_t height, uint32_t mhz,
			   char *out);

#endif
