/* SPDX-License-Identifier: MIT */
/*
 * Negotiation: finds the modes that a sink can be sent, from its own description: the best
 * first, each with the reason for its place, and the dropped ones, each with its reason.
 */
#ifndef MC_WFD_CHOOSE_H
#define MC_WFD_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../mode.h"

#include "modes.h"
#include "params.h"

/**
 * enum mc_wfd_quirk - Known facts about a sink that it does not report itself.
 */
enum mc_wfd_quirk {
	/** @MC_WFD_QUIRK_START_720P30: Begin with 1280x720 at 30 Hz. */
	MC_WFD_QUIRK_START_720P30	= 1 << 0,
	/** @MC_WFD_QUIRK_START_720P60: Begin with 1280x720 at 60 Hz. */
	MC_WFD_QUIRK_START_720P60	= 1 << 1,
	/** @MC_WFD_QUIRK_IGNORE_NATIVE: Its native mode means nothing. */
	MC_WFD_QUIRK_IGNORE_NATIVE	= 1 << 2,
	/** @MC_WFD_QUIRK_IGNORE_EDID: Neither does its EDID. */
	MC_WFD_QUIRK_IGNORE_EDID	= 1 << 3,
	/**
	 * @MC_WFD_QUIRK_STRICT_LEVEL: No mode above the level. Without it 1920x1200 at 30
	 * Hz is kept, in the last place: the first release has a bit for it, but its levels
	 * end at 4.2, which is too low for this mode.
	 */
	MC_WFD_QUIRK_STRICT_LEVEL	= 1 << 4,
};

/**
 * struct mc_wfd_limits - What the source can send; 0: no limit.
 */
struct mc_wfd_limits {
	/** @width_max: Columns. */
	uint32_t width_max;
	/** @height_max: Lines. */
	uint32_t height_max;
	/** @hz_max: Frames in a second. */
	uint32_t hz_max;
	/** @macroblock_rate_max: Macroblocks in a second. */
	uint32_t macroblock_rate_max;
	/** @level_idc_max: Highest level of the encoder, 42 for 4.2. */
	uint32_t level_idc_max;
	/**
	 * @profiles: Profiles of the encoder, of MC_WFD_PROFILE_CBP, CHP and
	 * RHP2; 0: CBP and CHP.
	 */
	uint32_t profiles;
	/** @quirks: Mask of enum mc_wfd_quirk. */
	uint32_t quirks;
	/** @reserved: Zero. */
	uint32_t reserved[9];
};

/**
 * enum mc_wfd_place - Why a mode stands where it stands. The numbers have no order: later
 * versions add some, also for places between these.
 */
enum mc_wfd_place {
	/** @MC_WFD_PLACE_START: The sink is known to want it first. */
	MC_WFD_PLACE_START,
	/** @MC_WFD_PLACE_PANEL: The preferred timing of its EDID. */
	MC_WFD_PLACE_PANEL,
	/** @MC_WFD_PLACE_PANEL_SIZE: The size of that timing, at another rate. */
	MC_WFD_PLACE_PANEL_SIZE,
	/** @MC_WFD_PLACE_NATIVE: The sink's native mode. */
	MC_WFD_PLACE_NATIVE,
	/**
	 * @MC_WFD_PLACE_STANDARD: Of CEA, VESA or HH, more pixels a second first;
	 * one of CEA also where another has up to a fifteenth more.
	 */
	MC_WFD_PLACE_STANDARD,
	/** @MC_WFD_PLACE_SURFACE: Of Microsoft's own, more pixels a second first. */
	MC_WFD_PLACE_SURFACE,
	/** @MC_WFD_PLACE_LARGER: Larger than the panel: the sink would shrink it. */
	MC_WFD_PLACE_LARGER,
	/** @MC_WFD_PLACE_OVER_LEVEL: See MC_WFD_QUIRK_STRICT_LEVEL. */
	MC_WFD_PLACE_OVER_LEVEL,
};

/**
 * enum mc_wfd_drop - Why a mode was dropped. The numbers have no order, as above.
 */
enum mc_wfd_drop {
	/** @MC_WFD_DROP_RESERVED: The bit has no meaning. */
	MC_WFD_DROP_RESERVED,
	/** @MC_WFD_DROP_INTERLACED: H.264 of Wi-Fi Display is progressive. */
	MC_WFD_DROP_INTERLACED,
	/** @MC_WFD_DROP_CODEC: Not in H.264. */
	MC_WFD_DROP_CODEC,
	/** @MC_WFD_DROP_PROFILE: In no profile of the source. */
	MC_WFD_DROP_PROFILE,
	/** @MC_WFD_DROP_NO_LEVEL: The sink names no level. */
	MC_WFD_DROP_NO_LEVEL,
	/** @MC_WFD_DROP_LEVEL: The sink's level does not hold it. */
	MC_WFD_DROP_LEVEL,
	/** @MC_WFD_DROP_SIZE: Larger than the source's limit. */
	MC_WFD_DROP_SIZE,
	/** @MC_WFD_DROP_RATE: Faster than the source's limit. */
	MC_WFD_DROP_RATE,
	/** @MC_WFD_DROP_MACROBLOCKS: More macroblocks a second than the limit. */
	MC_WFD_DROP_MACROBLOCKS,
	/** @MC_WFD_DROP_OWN_LEVEL: The encoder's level does not hold it. */
	MC_WFD_DROP_OWN_LEVEL,
};

/**
 * struct mc_wfd_candidate - A mode that can be sent.
 */
struct mc_wfd_candidate {
	/** @mode: Size and rate. */
	struct mc_wfd_mode mode;
	/** @table: Which mask. */
	enum mc_wfd_table table;
	/** @bit: Its bit. */
	uint32_t bit;
	/** @codec: Entry of the parameter. */
	uint32_t codec;
	/** @profile: The one to use: CBP if there is a choice, then CHP, RHP2. */
	uint32_t profile;
	/** @level_idc: Level that the mode needs, for the encoder. */
	uint32_t level_idc;
	/** @place: Why it stands here. */
	enum mc_wfd_place place;
	/** @reserved: Zero. */
	uint32_t reserved[4];
};

/**
 * struct mc_wfd_dropped - A bit that the sink set and that no mode is offered for.
 */
struct mc_wfd_dropped {
	/** @mode: Size and rate, zero for MC_WFD_DROP_RESERVED. */
	struct mc_wfd_mode mode;
	/** @table: Which mask. */
	enum mc_wfd_table table;
	/** @bit: Its bit. */
	uint32_t bit;
	/** @why: The reason; with several entries that of the one that passed most checks. */
	enum mc_wfd_drop why;
	/** @reserved: Zero. */
	uint32_t reserved[3];
};

/** MC_WFD_CHOICE_MAX - Most modes: five tables of 64 bits, one table more than there are. */
#define MC_WFD_CHOICE_MAX	320

/** MC_WFD_CHOICE_TEXT - Room for the sentences about a mode. */
#define MC_WFD_CHOICE_TEXT	128

/**
 * struct mc_wfd_choice - The result.
 */
struct mc_wfd_choice {
	/** @param: The parameter that it is from, and that M4 answers. */
	enum mc_wfd_param param;
	/** @edid_fault: What is wrong with the EDID; empty: nothing. */
	char edid_fault[160];
	/** @count: Candidates. */
	uint32_t count;
	/** @dropped_count: Dropped modes. */
	uint32_t dropped_count;
	/** @reserved: Zero. */
	uint32_t reserved[13];
	/** @candidates: The best first. */
	struct mc_wfd_candidate candidates[MC_WFD_CHOICE_MAX];
	/** @dropped: By table and bit. */
	struct mc_wfd_dropped dropped[MC_WFD_CHOICE_MAX];
};

/**
 * mc_wfd_choose() - Negotiate.
 * @sink: its answer to M3
 * @edid: its EDID, or NULL; one that is bad is not used
 * @edid_size: bytes at @edid
 * @limits: of the source
 * @choice: filled in
 *
 * Of several parameters wfdx_video_formats counts, as [MS-WFDPE] demands, then
 * wfd2_video_formats, then wfd_video_formats: a source that does not want them does
 * not ask for them. One without a mode that is left, such as of H.265 alone, is
 * passed over; where none has one, @choice says why of the first.
 * No mode is taken for granted: there are sinks without 640x480.
 *
 * Return: 0, -ENODATA the sink has no video, -ENOENT no mode is left, -EINVAL @limits has an
 * unknown bit, or a reserved member is not zero.
 */
int mc_wfd_choose(const struct mc_wfd_params *sink, const uint8_t *edid, size_t edid_size,
		  const struct mc_wfd_limits *limits, struct mc_wfd_choice *choice);

/**
 * mc_wfd_choice_video() - The parameter that a choice is from.
 * @sink: what mc_wfd_choose() got
 * @choice: what it filled in
 *
 * Return: the parameter, a member of @sink.
 */
const struct mc_wfd_video *mc_wfd_choice_video(const struct mc_wfd_params *sink,
					       const struct mc_wfd_choice *choice);

/**
 * mc_wfd_candidate_text() - A candidate as a sentence.
 * @candidate: the candidate
 * @out: room for MC_WFD_CHOICE_TEXT
 *
 * Return: @out, or NULL, with an empty text: this library does not know its place or table.
 */
const char *mc_wfd_candidate_text(const struct mc_wfd_candidate *candidate, char *out);

/**
 * mc_wfd_dropped_text() - A dropped mode likewise.
 * @dropped: the mode
 * @out: room for MC_WFD_CHOICE_TEXT
 *
 * Return: as mc_wfd_candidate_text().
 */
const char *mc_wfd_dropped_text(const struct mc_wfd_dropped *dropped, char *out);

#endif
