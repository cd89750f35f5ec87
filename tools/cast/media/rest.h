/* SPDX-License-Identifier: MIT */
/*
 * The pictures that a sink still needs of a screen at rest. The last picture before a rest
 * has only the quality that the bit rate allowed, and may have been lost, and no other
 * follows. So the same picture is sent a few more times, each time in better quality. Where
 * the sink cannot ask for an IDR picture, one is among them. Then nothing is sent.
 *
 * It has no clock; times are in microseconds.
 */
#ifndef CAST_REST_H
#define CAST_REST_H

#include <stdbool.h>
#include <stdint.h>

/** REST_NEVER - No time. */
#define REST_NEVER	INT64_MAX
/** REST_SPACE - A screen without a change for this long is at rest; also between its pictures. */
#define REST_SPACE	60000
/** REST_PATIENCE - How long to wait for a picture that was asked for. */
#define REST_PATIENCE	1000000
/** REST_PICTURES - How many times a picture is sent again until its quality is good. */
#define REST_PICTURES	16

/** enum rest_step - What is due. */
enum rest_step { REST_NOTHING, REST_PICTURE, REST_IDR };

/**
 * struct rest - Where a screen is; all zero: nothing is due.
 */
struct rest {
	/** @next: When the next picture is due. */
	int64_t next;
	/** @asked: When one was last asked for that has not come; 0: there is none. */
	int64_t asked;
	/** @left: How many are, before the IDR picture or the end. */
	unsigned int left;
	/** @idr: An IDR picture is, and REST_PICTURES after it. */
	bool idr;
};

/**
 * rest_changed() - The screen has changed.
 * @rest: the screen
 * @idr: the sink cannot ask for what it has lost
 * @now: time
 */
void rest_changed(struct rest *rest, bool idr, int64_t now);

/**
 * rest_renewed() - An IDR picture is sent: it has to become good, too.
 * @rest: the screen
 * @now: time
 */
void rest_renewed(struct rest *rest, int64_t now);

/**
 * rest_came() - A picture that was asked for has come.
 * @rest: the screen
 */
void rest_came(struct rest *rest);

/**
 * rest_time() - Time has passed.
 * @rest: the screen
 * @now: time
 *
 * Return: what is to be sent; rest_renewed() was called for an IDR picture.
 */
enum rest_step rest_time(struct rest *rest, int64_t now);

/**
 * rest_deadline() - When rest_time() is next to be called.
 * @rest: the screen
 *
 * Return: the time or REST_NEVER.
 */
int64_t rest_deadline(const struct rest *rest);

#endif
