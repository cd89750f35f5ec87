/* SPDX-License-Identifier: MIT */
/*
 * The monitor behind a sink: wfd_display_edid, wfd_connector_type and
 * wfd_preferred_display_mode.
 */
#ifndef MC_WFD_DISPLAY_H
#define MC_WFD_DISPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "video.h"

/**
 * struct mc_wfd_edid - An EDID, still as text.
 */
struct mc_wfd_edid {
	/** @blocks: Blocks of 128 bytes, 0 when there is no EDID. */
	uint32_t blocks;
	/** @later: There is none yet (a count of 0), but there may be. */
	bool later;
	/** @hex: 256 digits a block, inside of the text that was parsed. */
	const char *hex;
};

/**
 * mc_wfd_edid_parse() - Read wfd_display_edid. Says nothing about the EDID.
 * @text: what to read
 * @size: its bytes
 * @edid: filled in
 *
 * Return: 0, -EINVAL bad syntax or a count that does not match, -ERANGE more
 * than 256 blocks.
 */
int mc_wfd_edid_parse(const char *text, size_t size, struct mc_wfd_edid *edid);

/**
 * mc_wfd_edid_print() - Write it.
 * @edid: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length, -ENOSPC, -EINVAL.
 */
int mc_wfd_edid_print(const struct mc_wfd_edid *edid, char *out, size_t size);

/**
 * mc_wfd_edid_bytes() - The EDID as bytes.
 * @edid: the EDID, whose digits are still there
 * @out: room for 128 bytes a block
 * @size: bytes at @out
 *
 * Return: how many, -ENOSPC, -EINVAL.
 */
int mc_wfd_edid_bytes(const struct mc_wfd_edid *edid, uint8_t *out, size_t size);

/** MC_WFD_CONNECTOR_NONE - wfd_connector_type: none. */
#define MC_WFD_CONNECTOR_NONE	0x100

/**
 * mc_wfd_connector_parse() - Read wfd_connector_type.
 * @type: enum drm_miracast_monitor_type, whose numbers are those of Wi-Fi
 *	Display, a reserved number, or MC_WFD_CONNECTOR_NONE
 * @text: what to read
 * @size: its bytes
 *
 * In an answer to M3 "none" does not mean that there is no monitor: sinks say
 * so and show pictures. It does when it comes by itself, in M11.
 *
 * Return: 0 or -errno, such as -EINVAL.
 */
int mc_wfd_connector_parse(const char *text, size_t size, uint32_t *type);

/**
 * mc_wfd_connector_print() - Write it.
 * @type: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_connector_print(const uint32_t *type, char *out, size_t size);

/**
 * struct mc_wfd_timing - wfd_preferred_display_mode; all zero is "none".
 */
struct mc_wfd_timing {
	/** @clock_khz: Pixel clock, a multiple of 10. */
	uint32_t clock_khz;
	/** @width: H: visible columns. */
	uint32_t width;
	/** @h_blank: HB. */
	uint32_t h_blank;
	/** @h_sync: HSPOL-HSOFF: bit 15 polarity, offset below. */
	uint32_t h_sync;
	/** @h_sync_width: HSW. */
	uint32_t h_sync_width;
	/** @height: V: visible lines. */
	uint32_t height;
	/** @v_blank: VB. */
	uint32_t v_blank;
	/** @v_sync: VSPOL-VSOFF, as @h_sync. */
	uint32_t v_sync;
	/** @v_sync_width: VSW. */
	uint32_t v_sync_width;
	/** @stereo_blank: VBS3D. */
	uint32_t stereo_blank;
	/** @stereo: 2D and 3D modes. */
	uint32_t stereo;
	/** @depth: Pixel depth. */
	uint32_t depth;
	/** @codec: An entry of wfd_video_formats whose masks are zero. */
	struct mc_wfd_codec codec;
};

/**
 * mc_wfd_timing_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @timing: filled in
 *
 * Return: 0 or -EINVAL.
 */
int mc_wfd_timing_parse(const char *text, size_t size, struct mc_wfd_timing *timing);

/**
 * mc_wfd_timing_print() - Write it.
 * @timing: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length, -ENOSPC, -EINVAL.
 */
int mc_wfd_timing_print(const struct mc_wfd_timing *timing, char *out, size_t size);

#endif
