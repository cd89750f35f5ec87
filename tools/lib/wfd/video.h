/* SPDX-License-Identifier: MIT */
/*
 * The video formats of a sink: wfd_video_formats, wfd2_video_formats, wfdx_video_formats
 * and wfd_3d_video_formats, which differ in the width of their fields and in the meaning of
 * their bits, and microsoft_video_formats.
 */
#ifndef MC_WFD_VIDEO_H
#define MC_WFD_VIDEO_H

#include <stddef.h>
#include <stdint.h>

#include "modes.h"

/** MC_WFD_CODECS_MAX - Most entries of one parameter; more is E2BIG. */
#define MC_WFD_CODECS_MAX	8

/** MC_WFD_NO_SIZE - "none" where a size is expected. */
#define MC_WFD_NO_SIZE		0x10000

/**
 * enum mc_wfd_codec_type - Codecs of wfd2_video_formats.
 */
enum mc_wfd_codec_type {
	/** @MC_WFD_H264: H.264; the only one elsewhere. */
	MC_WFD_H264	= 1,
	/** @MC_WFD_H265: H.265. */
	MC_WFD_H265	= 2,
};

/**
 * enum mc_wfd_profile - Bits of a profile mask.
 */
enum mc_wfd_profile {
	/** @MC_WFD_PROFILE_CBP: Constrained Baseline. */
	MC_WFD_PROFILE_CBP		= 1 << 0,
	/** @MC_WFD_PROFILE_CHP: Constrained High, without CABAC. */
	MC_WFD_PROFILE_CHP		= 1 << 1,
	/** @MC_WFD_PROFILE_RHP2: R2 only: Constrained High with CABAC. */
	MC_WFD_PROFILE_RHP2		= 1 << 2,
	/** @MC_WFD_PROFILE_MAIN: Microsoft's numbering only: H.265 Main. */
	MC_WFD_PROFILE_MAIN		= 1 << 2,
	/** @MC_WFD_PROFILE_MAIN10: Microsoft's numbering only: H.265 Main 10. */
	MC_WFD_PROFILE_MAIN10		= 1 << 3,
};

/**
 * enum mc_wfd_rate_control - Bits of frame-rate-control-support.
 */
enum mc_wfd_rate_control {
	/** @MC_WFD_RATE_SKIP: Frames may be left out. */
	MC_WFD_RATE_SKIP		= 1 << 0,
	/** @MC_WFD_RATE_INTERVAL: Mask: half seconds without a frame, 0: any. */
	MC_WFD_RATE_INTERVAL		= 7 << 1,
	/** @MC_WFD_RATE_CHANGE: The rate may change in a session. */
	MC_WFD_RATE_CHANGE		= 1 << 4,
};

/**
 * struct mc_wfd_codec - One entry: a profile, and what is decoded in it.
 */
struct mc_wfd_codec {
	/** @masks: By enum mc_wfd_table; in 3D the first is all 64 bits. */
	uint64_t masks[MC_WFD_TABLES];
	/** @type: enum mc_wfd_codec_type. */
	uint32_t type;
	/** @profile: Mask; sinks set several bits where one is allowed. */
	uint32_t profile;
	/** @level: Mask, see mc_wfd_level_of(). */
	uint32_t level;
	/** @latency: Of the decoder, in units of 5 ms; 0: not said. */
	uint32_t latency;
	/** @min_slice_mb: Smallest slice in macroblocks; 0: one slice a picture. */
	uint32_t min_slice_mb;
	/** @slices: slice-enc-params. */
	uint32_t slices;
	/** @rate_control: Mask of enum mc_wfd_rate_control. */
	uint32_t rate_control;
	/** @max_width: Of the preferred display mode, or MC_WFD_NO_SIZE. */
	uint32_t max_width;
	/** @max_height: As @max_width. */
	uint32_t max_height;
};

/**
 * struct mc_wfd_video - A parameter.
 */
struct mc_wfd_video {
	/** @numbering: Which of the four it is. */
	enum mc_wfd_numbering numbering;
	/** @native: Table in bits 2:0, bit of its mask in those above. */
	uint32_t native;
	/** @preferred: 1: wfd_preferred_display_mode may be sent; not in R2. */
	uint32_t preferred;
	/** @non_transcoding: R2 only. */
	uint32_t non_transcoding;
	/** @count: Entries; 0 is "none". */
	uint32_t count;
	/** @codecs: Entries. */
	struct mc_wfd_codec codecs[MC_WFD_CODECS_MAX];
};

/**
 * mc_wfd_video_parse() - Read a parameter's value.
 * @numbering: which parameter
 * @text: the value
 * @size: bytes at @text
 * @video: filled in
 *
 * Blanks may be longer than one; widths of numbers are exact.
 *
 * Return: 0, -EINVAL bad syntax or an unknown @numbering, -E2BIG more entries than there is
 * room for.
 */
int mc_wfd_video_parse(enum mc_wfd_numbering numbering, const char *text, size_t size,
		       struct mc_wfd_video *video);

/**
 * mc_wfd_video_print() - Write a value, hexadecimal digits in upper case.
 * @video: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length, -ENOSPC, or -EINVAL: a number is wider than its field, or
 * @video->numbering is not known.
 */
int mc_wfd_video_print(const struct mc_wfd_video *video, char *out, size_t size);

/** MC_WFD_CODEC_TEXT - Room for mc_wfd_codec_print(). */
#define MC_WFD_CODEC_TEXT	80

/**
 * mc_wfd_codec_parse() - Read an entry of wfd_video_formats alone.
 * @text: what to read
 * @size: its bytes
 * @codec: filled in
 *
 * Return: 0 or -errno, such as -EINVAL.
 */
int mc_wfd_codec_parse(const char *text, size_t size, struct mc_wfd_codec *codec);

/**
 * mc_wfd_codec_print() - Write one.
 * @codec: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_codec_print(const struct mc_wfd_codec *codec, char *out, size_t size);

/**
 * mc_wfd_surface_parse() - Read microsoft_video_formats, a mask.
 * @text: what to read
 * @size: its bytes
 * @mask: filled in
 *
 * Return: 0 or -errno, such as -EINVAL.
 */
int mc_wfd_surface_parse(const char *text, size_t size, uint64_t *mask);

/**
 * mc_wfd_surface_print() - Write it; 0 is "none".
 * @mask: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_surface_print(const uint64_t *mask, char *out, size_t size);

#endif
