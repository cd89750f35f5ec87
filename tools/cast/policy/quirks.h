/* SPDX-License-Identifier: MIT */
/*
 * What is known of sinks beyond what they say: rules in files, matched by the sink's
 * name, by what its messages call it, and by the maker in its EDID.
 */
#ifndef CAST_QUIRKS_H
#define CAST_QUIRKS_H

#include <stdbool.h>
#include <stdint.h>

struct quirks;

/**
 * struct quirk_set - What to do differently.
 */
struct quirk_set {
	/** @choose: Mask of enum mc_wfd_quirk. */
	uint32_t choose;
	/** @sounds: Mask of 1 << enum mc_wfd_sound to choose from; 0: all. */
	uint32_t sounds;
	/** @keep_alive_s: See rtsp_machine_set_keep_alive(). */
	unsigned int keep_alive_s;
	/** @gop_ms: Most time between two IDR pictures; 0: as the sink's capabilities say. */
	unsigned int gop_ms;
	/** @vbv_frames: Pictures that the encoder's buffer holds, 1 to 30. */
	unsigned int vbv_frames;
	/** @kbps_max: Highest bit rate; 0: no limit but the level's. */
	unsigned int kbps_max;
	/** @rtsp_port: Port at which the source listens. */
	unsigned int rtsp_port;
	/** @any_session: The sink names another session than its own. */
	bool any_session;
};

/**
 * struct quirk_sink - What rules are matched with; each may be NULL.
 */
struct quirk_sink {
	/** @name: Friendly name. */
	const char *name;
	/** @agent: What its messages call it, in any bytes. */
	const char *agent;
	/** @maker: Three letters of the EDID. */
	const char *maker;
};

/**
 * quirks_load() - Read all files NAME.conf of folders, in order.
 * @folders: ends with NULL; those that are not there are left out
 *
 * What is wrong in a file is warned of, and left out.
 *
 * Return: the rules.
 */
struct quirks *quirks_load(const char *const *folders);

/**
 * quirks_free() - The end of rules.
 * @quirks: the rules
 */
void quirks_free(struct quirks *quirks);

/**
 * quirks_find() - Apply all rules that match, in order: a later one overrides.
 * @quirks: the rules
 * @sink: the sink
 * @set: filled in
 * @matched: called with the name of each, or NULL
 * @user: for @matched
 */
void quirks_find(const struct quirks *quirks, const struct quirk_sink *sink,
		 struct quirk_set *set, void (*matched)(void *user, const char *rule), void *user);

#endif
