/* SPDX-License-Identifier: MIT */
/*
 * What a capture adds up to, as the owner sees it and as the driver counts it.
 */
#ifndef STATS_H
#define STATS_H

#include <stdint.h>
#include <stdio.h>

#include "events.h"
#include "series.h"
#include "writer.h"

/** struct stats - All zero is the start. */
struct stats {
	/** @connector: Name of the connector. */
	const char *connector;
	/** @mode: The newest mode. */
	struct drm_miracast_message_mode_set mode;
	/** @modes: Modes set. */
	uint64_t modes;
	/** @pictures: Pictures received. */
	uint64_t pictures;
	/** @chunks: Chunks received: parts count one by one. */
	uint64_t chunks;
	/** @full: Pictures whose damage was everything. */
	uint64_t full;
	/** @skipped: Pictures that later ones replaced. */
	uint64_t skipped;
	/** @damaged_pixels: Pixels in clips. */
	uint64_t damaged_pixels;
	/** @screen_pixels: Pixels of all pictures, as if each were full. */
	uint64_t screen_pixels;
	/** @lost: Chunks that were taken away before or while they were read. */
	uint64_t lost;
	/** @first_ns: When the first picture was read. */
	uint64_t first_ns;
	/** @end_ns: When capture ended. */
	uint64_t end_ns;
	/** @ready: From commit to ready, per chunk. */
	struct series ready;
	/** @read: From commit to the return of read(), per chunk. */
	struct series read;
	/** @driver: The driver's own counters. */
	struct drm_miracast_statistics driver;
};

/** stats_chunk() - Count a chunk that was read at @read_ns. */
void stats_chunk(struct stats *stats, const struct mc_event *event,
		 uint64_t read_ns, uint64_t damaged_pixels);

/** stats_seconds() - From the first picture to the end, or to now. */
double stats_seconds(const struct stats *stats);

/** stats_damage_share() - Share of the screen that changed, 0 to 1. */
double stats_damage_share(const struct stats *stats);

/**
 * stats_json() - Write all as JSON.
 * @video: what wrote video, or NULL; its thread has ended
 */
void stats_json(const struct stats *stats, const struct writer *video,
		FILE *file);

/** stats_summary() - Report the gist. */
void stats_summary(const struct stats *stats, const struct writer *video);

/** stats_free() - Free what it holds. */
void stats_free(struct stats *stats);

#endif
