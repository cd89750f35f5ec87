/* SPDX-License-Identifier: MIT */
/* What a sink plays: wfd_audio_codecs and wfd2_audio_codecs. */
#ifndef MC_WFD_AUDIO_H
#define MC_WFD_AUDIO_H

#include <stddef.h>
#include <stdint.h>

/**
 * enum mc_wfd_sound - Audio codecs.
 */
enum mc_wfd_sound {
	/** @MC_WFD_LPCM: Uncompressed; MC_WFD_LPCM_48 is mandatory. */
	MC_WFD_LPCM,
	/** @MC_WFD_AAC: AAC-LC, 48 kHz; bits 0 to 3: 2, 4, 6, 8 channels. */
	MC_WFD_AAC,
	/** @MC_WFD_AC3: AC-3, 48 kHz; bits 0 to 2: 2, 4, 6 channels. */
	MC_WFD_AC3,
	/** @MC_WFD_SOUNDS: How many codecs there are. */
	MC_WFD_SOUNDS,
};

/** MC_WFD_LPCM_44 - Bit of LPCM: 44.1 kHz, 16 bits, stereo. */
#define MC_WFD_LPCM_44		(1 << 0)
/** MC_WFD_LPCM_48 - Bit of LPCM: 48 kHz, 16 bits, stereo. */
#define MC_WFD_LPCM_48		(1 << 1)
/** MC_WFD_AAC_STEREO - Bit of AAC: stereo. */
#define MC_WFD_AAC_STEREO	(1 << 0)

/** MC_WFD_SOUNDS_MAX - Codecs that later versions have room for. */
#define MC_WFD_SOUNDS_MAX	8

/**
 * struct mc_wfd_audio - A parameter.
 */
struct mc_wfd_audio {
	/** @offered: Mask of 1 << enum mc_wfd_sound; 0 is "none". */
	uint32_t offered;
	/** @modes: Mask of each codec. */
	uint32_t modes[MC_WFD_SOUNDS_MAX];
	/** @latency: Of each decoder, in units of 5 ms; 0: not said. */
	uint32_t latency[MC_WFD_SOUNDS_MAX];
	/** @unknown: Entries of other codecs, left out. */
	uint32_t unknown;
	/** @reserved: Zero. */
	uint32_t reserved[2];
};

/**
 * mc_wfd_audio_parse() - Read a value.
 * @text: what to read
 * @size: its bytes
 * @audio: filled in
 *
 * Return: 0, -EINVAL bad syntax, or a codec that is there twice.
 */
int mc_wfd_audio_parse(const char *text, size_t size, struct mc_wfd_audio *audio);

/**
 * mc_wfd_audio_print() - Write a value.
 * @audio: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length, -ENOSPC, or -EINVAL: an unknown codec, a latency that is too long,
 * or a reserved member that is not zero.
 */
int mc_wfd_audio_print(const struct mc_wfd_audio *audio, char *out, size_t size);

/**
 * mc_wfd_audio_choose() - The audio of a session, for M4.
 * @sink: what the sink plays, NULL when it did not say
 * @sounds: mask of 1 << enum mc_wfd_sound that the source makes; LPCM is
 *	always among them
 * @chosen: filled in: one mode of one codec
 *
 * AAC in stereo, else LPCM at 48 kHz, which every sink must play, else LPCM at
 * 44.1 kHz. Never none: televisions end the session when there is no audio.
 */
void mc_wfd_audio_choose(const struct mc_wfd_audio *sink, uint32_t sounds,
			 struct mc_wfd_audio *chosen);

#endif
