/* SPDX-License-Identifier: MIT */
/*
 * Files of stdio that somebody may be slow to read, or not read at all. They wait for that
 * without hanging: a signal that asks for the end ends the wait where nothing is lost that
 * was asked for.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stdio.h>

/**
 * stream_standard() - Make standard output and standard error streams that are not waited
 * for any more once signals_asked(). Of what is printed then, only whole lines are lost.
 */
void stream_standard(void);

/**
 * stream_output() - A stream that is waited for in any case.
 * @fd: where it writes; closed with it, or at once when this fails
 *
 * Return: NULL with errno when there is no memory.
 */
FILE *stream_output(int fd);

/** stream_takes() - The descriptor takes a few bytes without waiting, or fails. */
bool stream_takes(int fd);

#endif
