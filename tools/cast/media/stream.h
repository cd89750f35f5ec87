/* SPDX-License-Identifier: MIT */
/*
 * The pipeline: pictures of a screen, and sound, to RTP packets for a sink. It is made
 * when a mode is agreed upon, gets its ports at M6, and runs at M7. An encoder, or a
 * sound server, that fails is replaced once, and the stream goes on.
 *
 * All calls and hooks are made in the main loop.
 */
#ifndef CAST_STREAM_H
#define CAST_STREAM_H

#include <gst/gst.h>
#include <stdbool.h>
#include <stdint.h>

#include "media/sound.h"
#include "policy/fault.h"

struct stream;

/**
 * struct stream_format - What is to be sent.
 */
struct stream_format {
	/** @width: Columns. */
	uint32_t width;
	/** @height: Lines. */
	uint32_t height;
	/** @hz: Pictures in a second. */
	uint32_t hz;
	/** @profile: enum mc_wfd_profile. */
	uint32_t profile;
	/** @level_idc: 31 for 3.1. */
	uint32_t level_idc;
	/** @codec: Of the sound: enum mc_wfd_sound. */
	uint32_t codec;
	/** @codec_modes: One bit of it. */
	uint32_t codec_modes;
	/** @gop_ms: Most time between two IDR pictures; 0: only when they are asked for. */
	uint32_t gop_ms;
	/** @vbv_frames: Pictures of mean size that the encoder's buffer holds. */
	uint32_t vbv_frames;
	/** @kbps: Bit rate to begin with; 0: after the mode. */
	uint32_t kbps;
	/** @kbps_max: Highest bit rate, 0: that of the level. */
	uint32_t kbps_max;
	/** @asks_idr: The sink can ask for an IDR picture. */
	bool asks_idr;
};

/**
 * struct stream_hooks - What a stream calls.
 */
struct stream_hooks {
	/** @source: Return: pictures, an element with a floating reference, or NULL. */
	GstElement *(*source)(void *user);
	/** @rate: The encoder is set to another rate. */
	void (*rate)(void *user, uint32_t kbps);
	/** @needed: A picture is needed though nothing has changed. */
	void (*needed)(void *user);
	/** @note: Something for a person. */
	void (*note)(void *user, const char *text);
	/** @timed: Times of a picture that is encoded, see TIMING_MESSAGE; if they are watched. */
	void (*timed)(void *user, const GstStructure *times);
	/** @failed: It is over. */
	void (*failed)(void *user, enum fault fault, const char *detail);
};

/**
 * stream_elements - Factories of the elements of any stream, with NULL behind them; without
 * those of its screen and of its sound.
 */
extern const char *const stream_elements[];

/**
 * stream_preload() - Load what a stream will need, which takes longer than a sink waits.
 * @screen: factories of its screen's elements, with NULL behind them
 */
void stream_preload(const char *const *screen);

/**
 * stream_new() - A stream, without a pipeline yet.
 * @hooks: stays valid
 * @user: for @hooks
 * @sound: stays valid, and is the caller's
 *
 * Return: a stream.
 */
struct stream *stream_new(const struct stream_hooks *hooks, void *user, struct sound *sound);

/**
 * stream_watch_times() - Call the hook for the times of each picture, in all pipelines to come.
 * @stream: the stream
 */
void stream_watch_times(struct stream *stream);

/**
 * stream_set_format() - Make the pipeline, or change the one that runs.
 * @stream: the stream
 * @format: what is to be sent
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault stream_set_format(struct stream *stream, const struct stream_format *format);

/**
 * stream_open() - Open the ports.
 * @stream: the stream, which has a format
 * @host: address of the sink
 * @local: address to send from
 * @rtp: port of the sink
 * @rtcp: likewise, 0: the next
 * @detail: for g_free(), what is known of a failure, or NULL
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault stream_open(struct stream *stream, const char *host, const char *local, uint16_t rtp,
		       uint16_t rtcp, char **detail);

/**
 * stream_port() - The port that is sent from.
 * @stream: the stream
 *
 * Return: it, once the ports were opened; 0: not yet.
 */
uint16_t stream_port(const struct stream *stream);

/**
 * stream_play() - Send, or do not.
 * @stream: the stream, which is open
 * @on: which
 */
void stream_play(struct stream *stream, bool on);

/**
 * stream_request_idr() - The sink asks that the next picture be an IDR picture.
 * @stream: the stream
 *
 * There are two of them a second at most. That it asks again and again lowers the rate.
 */
void stream_request_idr(struct stream *stream);

/**
 * stream_now_90khz() - The time of a picture that is made now, as in its PTS.
 * @stream: the stream
 *
 * Return: the time in units of 1/90000 s.
 */
uint64_t stream_now_90khz(struct stream *stream);

/**
 * stream_stats() - What wfdsink has counted, and the rate.
 * @stream: the stream
 *
 * Return: a structure for gst_structure_free(), or NULL: there is no pipeline.
 */
GstStructure *stream_stats(struct stream *stream);

/**
 * stream_free() - The end of a stream.
 * @stream: the stream, or NULL
 */
void stream_free(struct stream *stream);

#endif
