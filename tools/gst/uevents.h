/* SPDX-License-Identifier: MIT */
/*
 * What the kernel says of devices of graphics: that one comes or goes, or that a connector
 * has changed. Anybody may listen.
 */
#ifndef MIRACAST_UEVENTS_H
#define MIRACAST_UEVENTS_H

#include <glib.h>

/**
 * uevents_open() - Listen.
 *
 * Return: a file that does not block, which has something to read when the kernel has said
 * something of any device; or -1.
 */
int uevents_open(void);

/**
 * uevents_read() - Read all that there is.
 * @fd: the file
 *
 * Return: whether graphics, or /dev/miracast, were concerned, or something was missed.
 */
gboolean uevents_read(int fd);

#endif
