/* SPDX-License-Identifier: MIT */
/*
 * The events of a cast: for each a sentence for a person, and fields for a program.
 */
#ifndef CAST_EVENTS_H
#define CAST_EVENTS_H

#include <gst/gst.h>
#include <stdbool.h>
#include <stdint.h>

#include "rtsp/session.h"
#include "tell.h"

/**
 * event_waiting() - The sink may connect.
 * @how: the way to say it
 * @peer: address of the sink
 * @local: address of this machine, as the sink sees it
 * @port: RTSP port
 */
void event_waiting(const struct tell *how, const char *peer, const char *local, uint16_t port);

/**
 * event_same_name() - Another machine announces the sink's name.
 * @how: the way to say it
 * @other: address of that machine
 * @peer: address of the sink
 */
void event_same_name(const struct tell *how, const char *other, const char *peer);

/**
 * event_mode() - A mode was agreed upon, or refused.
 * @how: the way to say it
 * @format: the mode, and the sound with it
 * @taken: the sink shows it
 */
void event_mode(const struct tell *how, const struct session_format *format, bool taken);

/**
 * event_rate() - The encoder has another bit rate.
 * @how: the way to say it
 * @kbps: bit rate
 */
void event_rate(const struct tell *how, uint32_t kbps);

/**
 * event_picture() - A picture was encoded.
 * @how: the way to say it
 * @times: its times; what is not known of the picture is not there
 */
void event_picture(const struct tell *how, const GstStructure *times);

/**
 * event_blocked() - The screen has no pictures, or may have some again.
 * @how: the way to say it
 * @reason: why, in a word; NULL: it may
 * @sentence: why, for a person
 */
void event_blocked(const struct tell *how, const char *reason, const char *sentence);

/**
 * event_repaired() - The sink's EDID had mistakes.
 * @how: the way to say it
 * @what: the mistakes
 */
void event_repaired(const struct tell *how, const char *what);

/**
 * event_stats() - What was sent in all.
 * @how: the way to say it
 * @stats: numbers of stream_stats(), or NULL: nothing is said
 */
void event_stats(const struct tell *how, const GstStructure *stats);

/**
 * event_over() - The cast is over.
 * @how: the way to say it
 * @fault: FAULT_NONE, or why it has failed
 * @detail: more of that, or NULL
 * @sink: address or name of the sink
 * @port: RTSP port
 * @help: a command that helps, or NULL: that of the fault
 */
void event_over(const struct tell *how, enum fault fault, const char *detail, const char *sink,
		uint16_t port, const char *help);

#endif
