/* SPDX-License-Identifier: MIT */
/*
 * Lines for the standard output and the standard error, written by a thread: a terminal that is
 * stopped, or a program that does not read, holds up nobody else. What has no room is dropped and
 * counted. The files stay in blocking mode, which they share with other programs.
 *
 * All functions may be called from any thread.
 */
#ifndef CAST_LINES_H
#define CAST_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct lines;

/** LINES_ROOM - Bytes that may wait to be written. */
#define LINES_ROOM	((size_t)256 * 1024)

/**
 * enum lines_rank - What has room.
 */
enum lines_rank {
	/** @LINES_SPARE: There are many of the kind: what is not spare keeps some of the room. */
	LINES_SPARE,
	/** @LINES_USUAL: Up to LINES_ROOM. */
	LINES_USUAL,
	/** @LINES_LAST: Always; few follow. */
	LINES_LAST,
};

/**
 * lines_new() - Begin.
 *
 * Return: no lines.
 */
struct lines *lines_new(void);

/**
 * lines_push() - Write a text, after all others, or drop it.
 * @lines: the lines
 * @fd: where to; stays open
 * @rank: what has room
 * @text: with its ends of lines; it is copied
 * @size: its bytes
 * @dropped: of lines_take_dropped(), which the text reports
 */
void lines_push(struct lines *lines, int fd, enum lines_rank rank, const char *text, size_t size,
		unsigned int dropped);

/**
 * lines_take_dropped() - What was dropped since the last time, for the next text to report.
 * @lines: the lines
 *
 * Return: how many texts.
 */
unsigned int lines_take_dropped(struct lines *lines);

/**
 * lines_watch() - Have a call of the default main loop when nobody reads a file any more.
 * @lines: the lines
 * @fd: the file
 * @gone: is called, once; or NULL: no longer
 * @user: for @gone
 *
 * A terminal is none that can be gone: SIGHUP reports that. From here on SIGPIPE is ignored.
 */
void lines_watch(struct lines *lines, int fd, void (*gone)(void *user), void *user);

/**
 * lines_flush() - Wait until all is written.
 * @lines: the lines
 * @patience_ms: how long to wait without any being written; negative: for ever
 *
 * Return: whether all is.
 */
bool lines_flush(struct lines *lines, int patience_ms);

/**
 * lines_free() - The end, after lines_flush() has returned true.
 * @lines: the lines
 */
void lines_free(struct lines *lines);

#endif
