/* SPDX-License-Identifier: MIT */
/*
 * Encoders have few bits for the picture after a change, so it is coarse, and on a screen at
 * rest it would stay so. This says when to encode the same picture once more: until there is
 * nothing left to be made better, or often enough. All times are of one clock, in microseconds.
 */
#ifndef CAST_REFINE_H
#define CAST_REFINE_H

#include <stdbool.h>
#include <stdint.h>

/** REFINE_NEVER - A time that does not come. */
#define REFINE_NEVER	INT64_MAX

/** REFINE_MOST - Pictures that are asked for after a change; fewer than between two IDRs. */
#define REFINE_MOST	20

/** struct refine - State; its members are refine.c's. */
struct refine {
	/** @period: From one picture to the next. */
	int64_t period;
	/** @at: When to look again. */
	int64_t at;
	/** @asked_at: When a picture was asked for, of which no unit has come yet; 0: none. */
	int64_t asked_at;
	/** @left: Pictures that may still be asked for. */
	unsigned int left;
	/** @small: Units in a row that changed next to nothing. */
	unsigned int small;
	/** @after_idr: An IDR picture has begun it anew, since the last change. */
	bool after_idr;
};

/**
 * refine_init() - Begin.
 * @refine: the state
 * @hz: pictures a second of the mode
 */
void refine_init(struct refine *refine, uint32_t hz);

/**
 * refine_unit() - An access unit has been encoded.
 * @refine: the state
 * @bytes: its size
 * @idr: it is an IDR picture
 * @now: the time
 */
void refine_unit(struct refine *refine, uint64_t bytes, bool idr, int64_t now);

/**
 * refine_deadline() - When refine_time() has something to do.
 * @refine: the state
 *
 * Return: the time, or REFINE_NEVER.
 */
int64_t refine_deadline(const struct refine *refine);

/**
 * refine_time() - It may be time for a picture.
 * @refine: the state
 * @now: the time
 *
 * Return: ask for one.
 */
bool refine_time(struct refine *refine, int64_t now);

#endif
