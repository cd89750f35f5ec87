/* SPDX-License-Identifier: MIT */
/*
 * What the driver says of a picture beside its pixels, as metadata of a GstBuffer.
 */
#ifndef CHUNKMETA_H
#define CHUNKMETA_H

#include <gst/gst.h>

#include "events.h"

/** CHUNK_META - Name of the custom meta; see chunk_meta_add() for its fields. */
#define CHUNK_META		"MiracastChunkMeta"

/** CHUNK_DAMAGE - Type of the regions of interest that are damage. */
#define CHUNK_DAMAGE		"damage"

/** struct chunk_damage - Damage of a picture that comes in parts; all zero is none. */
struct chunk_damage {
	/** @clips: Where it is. */
	struct drm_clip_rect clips[DRM_MIRACAST_MAX_CLIPS];
	/** @count: How many. */
	guint count;
	/** @parts: Parts that it is from. */
	guint parts;
};

/**
 * chunk_meta_register() - Make the custom meta known.
 */
void chunk_meta_register(void);

/**
 * chunk_damage_add() - Add that of a part.
 * @damage: the damage; when it is full, what there is becomes one rectangle
 * @event: a CHUNK
 */
void chunk_damage_add(struct chunk_damage *damage, const struct mc_event *event);

/**
 * chunk_meta_add() - Add the metadata of a picture.
 * @buffer: where to
 * @event: the CHUNK of its last part
 * @damage: of all its parts
 * @read_ns: when the event was read, CLOCK_MONOTONIC
 *
 * A region of interest of type CHUNK_DAMAGE for each clip, in the coordinates of the buffer,
 * so that what is cropped has to be in it already; and a CHUNK_META with
 * "chunk-id", "buffer", "session", "mode-serial", "commit-time", "ready-time",
 * "vblank-time" and "read-time" (CLOCK_MONOTONIC, nanoseconds), all of them guint64, and
 * "skipped", "part", "parts", "processing-us" (guint), "full", "first-of-mode" and
 * "gamma-applied" (gboolean).
 */
void chunk_meta_add(GstBuffer *buffer, const struct mc_event *event,
		    const struct chunk_damage *damage, guint64 read_ns);

#endif
