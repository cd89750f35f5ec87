/* SPDX-License-Identifier: MIT */
/*
 * Everything that people read while the program runs: messages, and a status
 * line that is updated in place on a terminal. Used by the main thread only.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "exit.h"

/** report() - Print "miracastctl: ..." on standard error. */
__attribute__((format(printf, 1, 2)))
void report(const char *format, ...);

/** fail() - report(), and return @status. */
__attribute__((format(printf, 2, 3)))
enum exit_status fail(enum exit_status status, const char *format, ...);

/** wrong_usage() - fail() with EXIT_USAGE, and point to --help. */
__attribute__((format(printf, 2, 3)))
enum exit_status wrong_usage(const char *command, const char *format, ...);

/** report_status_live() - Standard error is a terminal. */
bool report_status_live(void);

/**
 * report_status() - Show the status line, in place of the one before; not when nobody reads.
 */
__attribute__((format(printf, 1, 2)))
void report_status(const char *format, ...);

/** report_status_end() - Leave the status line as it is and go on below it. */
void report_status_end(void);

#endif
