/* SPDX-License-Identifier: MIT */
/*
 * Events of a context, read in batches and walked one by one. Unknown types are
 * skipped by their length, members that a newer driver added are there for newer
 * programs, and members that an older one lacks read as zero.
 */
#ifndef MC_EVENTS_H
#define MC_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

/** struct mc_events - Reader state; private, except @read_time_ns. */
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
	/** @reserved: Zero. */
	uint64_t reserved[3];
};

/**
 * struct mc_event - One event, whole.
 *
 * The driver's structs have room to grow, so that members stay where they are.
 */
struct mc_event {
	/** @type: enum drm_miracast_event_type. */
	uint32_t type;
	/** @reserved: Zero. */
	uint32_t reserved;
	union {
		/** @chunk: Valid for a CHUNK. */
		struct drm_miracast_event_chunk chunk;
		/* private: */
		uint64_t chunk_room[32];
		/* public: */
	};
	/** @clips: The chunk's clips, @chunk.clip_count of them. */
	struct drm_clip_rect clips[DRM_MIRACAST_MAX_CLIPS];
	union {
		/** @message: Valid for a MESSAGE. */
		struct drm_miracast_event_message message;
		/* private: */
		uint64_t message_room[16];
		/* public: */
	};
	/** @payload: The message's payload, by its code. */
	union {
		/* private: */
		uint64_t room[32];
		/* public: */
		struct drm_miracast_message_mode_set mode_set;
		struct drm_miracast_message_power power;
		struct drm_miracast_message_cursor_move cursor_move;
		struct drm_miracast_message_cursor_shape cursor_shape;
		struct drm_miracast_message_hdcp hdcp;
		struct drm_miracast_message_buffer_gone buffer_gone;
		struct drm_miracast_message_stopped stopped;
		struct drm_miracast_message_picture_state picture_state;
	} payload;
};

/**
 * mc_events_init() - Prepare to read.
 * @events: filled in
 * @fd: the context; with O_NONBLOCK, mc_events_read() never waits
 *
 * Return: 0 or -ENOMEM.
 */
int mc_events_init(struct mc_events *events, int fd);

/**
 * mc_events_fini() - Free what mc_events_init() made.
 * @events: the reader; its fd stays open
 */
void mc_events_fini(struct mc_events *events);

/**
 * mc_events_read() - Read the events that are there, once.
 * @events: the reader
 *
 * Call it when mc_events_next() has returned 0.
 *
 * Return: bytes read; 0 when there is nothing (or a signal came); -ENOBUFS when there is no
 * room, because events that were read have not been taken by mc_events_next(): nothing is
 * lost; -EPIPE at the end of the file; or -errno, -ESTALE when the context has ended, -ENODEV
 * when the device is gone.
 */
int mc_events_read(struct mc_events *events);

/**
 * mc_events_next() - Take the next event that this version knows.
 * @events: the reader
 * @event: filled in
 *
 * Return: 1 with @event filled in; 0 when more must be read; -EBADMSG when the
 * stream makes no sense.
 */
int mc_events_next(struct mc_events *events, struct mc_event *event);

#endif
