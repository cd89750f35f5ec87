/* SPDX-License-Identifier: MIT */
/*
 * The bit rate of a stream: down when the network or the sink shows that it is too much,
 * slowly up again when nothing does. It has no clock; times are in microseconds.
 */
#ifndef CAST_RATE_H
#define CAST_RATE_H

#include <stdbool.h>
#include <stdint.h>

/** RATE_NEVER - No time. */
#define RATE_NEVER	INT64_MAX

/**
 * struct rate - A rate; filled in by rate_init().
 */
struct rate {
	/** @kbps: At present. */
	uint32_t kbps;
	/** @least: Not below. */
	uint32_t least;
	/** @most: Not above. */
	uint32_t most;
	/** @lowered: When it was last lowered. */
	int64_t lowered;
	/** @bad: When there was last a sign that it is too much. */
	int64_t bad;
	/** @raised: When it was last raised. */
	int64_t raised;
	/** @asked: When the sink last asked for an IDR picture. */
	int64_t asked;
};

/**
 * rate_start() - A rate to begin with.
 * @width: columns
 * @height: lines
 * @hz: pictures in a second
 * @most: of the level, the sink and its quirks
 *
 * Return: in kbit/s.
 */
uint32_t rate_start(uint32_t width, uint32_t height, uint32_t hz, uint32_t most);

/**
 * rate_init() - Begin.
 * @rate: the rate
 * @kbps: to begin with
 * @most: not above
 * @now: time
 */
void rate_init(struct rate *rate, uint32_t kbps, uint32_t most, int64_t now);

/**
 * rate_lost() - A receiver report.
 * @rate: the rate
 * @fraction: of the packets that were lost, 0 to 1
 * @now: time
 *
 * Return: whether the rate has changed.
 */
bool rate_lost(struct rate *rate, double fraction, int64_t now);

/**
 * rate_pressed() - The socket takes less than it is given.
 * @rate: the rate
 * @dropped: datagrams that were dropped
 * @now: time
 *
 * Return: whether the rate has changed.
 */
bool rate_pressed(struct rate *rate, unsigned int dropped, int64_t now);

/**
 * rate_rested() - Nothing was sent up to now, which has shown nothing of the network.
 * @rate: the rate
 * @now: time
 */
void rate_rested(struct rate *rate, int64_t now);

/**
 * rate_idr() - The sink has asked for an IDR picture: it has lost something.
 * @rate: the rate
 * @now: time
 *
 * Return: whether the rate has changed.
 */
bool rate_idr(struct rate *rate, int64_t now);

/**
 * rate_time() - Time has passed.
 * @rate: the rate
 * @now: time
 *
 * Return: whether the rate has changed.
 */
bool rate_time(struct rate *rate, int64_t now);

/**
 * rate_deadline() - When rate_time() is next to be called.
 * @rate: the rate
 *
 * Return: the time or RATE_NEVER.
 */
int64_t rate_deadline(const struct rate *rate);

#endif
