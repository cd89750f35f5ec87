/* SPDX-License-Identifier: MIT */
/*
 * A time that work as a whole may take which waits for others, some of which know no limit
 * of their own: a bus that hangs, a plug-in.
 */
#ifndef CAST_LIMIT_H
#define CAST_LIMIT_H

struct limit;

/**
 * limit_new() - From now on.
 * @seconds: how long
 * @late: called once when they are over, in a thread of its own: the caller's hangs
 * @user: for @late
 *
 * Return: the limit.
 */
struct limit *limit_new(unsigned int seconds, void (*late)(void *user, const char *what),
			void *user);

/**
 * limit_note() - What is done next.
 * @limit: it
 * @what: for @late; stays valid
 */
void limit_note(struct limit *limit, const char *what);

/**
 * limit_free() - It was done in time.
 * @limit: it
 */
void limit_free(struct limit *limit);

#endif
