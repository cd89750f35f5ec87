/* SPDX-License-Identifier: MIT */
/*
 * Writing to descriptors that take less than they are given.
 */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>

/** write_all() - write() until all is written. Return: 0 or -errno. */
int write_all(int fd, const void *data, size_t size);

#endif
