/* SPDX-License-Identifier: MIT */
/*
 * The status line of a capture.
 */
#ifndef STATUS_LINE_H
#define STATUS_LINE_H

#include "stats.h"

/** struct status_line - All zero is the start. */
struct status_line {
	/** @next_ns: When to show it again. */
	uint64_t next_ns;
	/** @last_ns: When it was shown. */
	uint64_t last_ns;
	/** @last_pictures: Pictures at that time. */
	uint64_t last_pictures;
};

/**
 * status_line_update() - Show it when it is time.
 * @line: its state
 * @stats: the figures to show
 *
 * Return: milliseconds until the next time.
 */
int status_line_update(struct status_line *line, const struct stats *stats);

#endif
