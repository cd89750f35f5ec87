/* SPDX-License-Identifier: MIT */
/*
 * Events of a context, read in batches and walked one by one. Unknown types are
 * skipped by their length, members that a newer driver added are ignored, and
 * members that an older one lacks read as zero.
 */
#ifndef MC_EVENTS_H
#define MC_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include <miracast_drm.h>

/** struct mc_events - Reader state; private to events.c. */
struct mc_events {
	/** @fd: The context. */
	int fd;
	/** @data: What was read. */
	uint8_t *data;
	/** @used: Bytes in @data. */
	size_t used;
	/** @pos: Start of the next event. */
	size_t pos;
	/** @read_time_ns: When the last read() returned, CLOCK_MONOTONIC. */
	uint64_t read_time_ns;
};

/** struct mc_event - One event, whole, in the types of this version. */
struct mc_event {
	/** @type: enum drm_miracast_event_type. */
	uint32_t type;
	/** @chunk: Valid for a CHUNK. */
	struct drm_miracast_event_chunk chunk;
	/** @clips: The chunk's clips, @chunk.clip_count of them. */
	struct drm_clip_rect clips[DRM_MIRACAST_MAX_CLIPS];
	/** @message: Valid for a MESSAGE. */
	struct drm_miracast_event_message message;
	/** @payload: The message's payload, by its code. */
	union {
		struct drm_miracast_message_mode_set mode_set;
		struct drm_miracast_message_power power;
		struct drm_miracast_message_cursor_move cursor_move;
		struct drm_miracast_message_cursor_shape cursor_shape;
		struct drm_miracast_message_hdcp hdcp;
		struct drm_miracast_message_buffer_gone buffer_gone;
		struct drm_miracast_message_cause cause;
	} payload;
};

/** mc_events_init() - Prepare to read from @fd. Return: 0 or -ENOMEM. */
int mc_events_init(struct mc_events *events, int fd);

/** mc_events_fini() - Free what mc_events_init() made; the fd stays open. */
void mc_events_fini(struct mc_events *events);

/**
 * mc_events_read() - Read what is there, once.
 *
 * Call it when mc_events_next() has returned 0.
 *
 * Return: bytes read; 0 when there is nothing (or a signal came); -EPIPE at the
 * end of the file; or -errno, -ENODEV when the device is gone.
 */
int mc_events_read(struct mc_events *events);

/**
 * mc_events_next() - Take the next event that this version knows.
 *
 * Return: 1 with @event filled in; 0 when more must be read; -EBADMSG when the
 * stream makes no sense.
 */
int mc_events_next(struct mc_events *events, struct mc_event *event);

#endif
