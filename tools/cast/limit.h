/* SPDX-License-Identifier: MIT */
/*
 * The time that each step may take of work that waits for others, some of which know no limit
 * of their own: a bus that hangs, a plug-in.
 */
#ifndef CAST_LIMIT_H
#define CAST_LIMIT_H

struct limit;

/**
 * struct limit_step - A step.
 */
struct limit_step {
	/** @what: What is waited for, for a person. */
	const char *what;
	/** @help: A command that looks at it. */
	const char *help;
	/** @seconds: How long it may take, on a machine that is busy. */
	unsigned int seconds;
};

/**
 * limit_new() - The first step begins now.
 * @step: the step; stays valid
 * @late: called once when the time of a step is over, in a thread of its own: the caller's
 * hangs
 * @user: for @late
 *
 * Return: the limit.
 */
struct limit *limit_new(const struct limit_step *step,
			void (*late)(void *user, const struct limit_step *step), void *user);

/**
 * limit_next() - The step was done in time, and the next one begins.
 * @limit: the limit
 * @step: the next one; stays valid
 */
void limit_next(struct limit *limit, const struct limit_step *step);

/**
 * limit_free() - All was done in time.
 * @limit: the limit
 */
void limit_free(struct limit *limit);

#endif
