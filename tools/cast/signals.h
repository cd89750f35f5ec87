/* SPDX-License-Identifier: MIT */
/* Signals by which a cast is asked to end. */
#ifndef CAST_SIGNALS_H
#define CAST_SIGNALS_H

struct signals;

/**
 * signals_new() - Take those of SIGINT, SIGTERM and SIGHUP that are not ignored.
 * @asked: called in the main loop, once for each signal
 * @user: for @asked
 *
 * Return: what takes them.
 */
struct signals *signals_new(void (*asked)(void *user), void *user);

/**
 * signals_free() - From now on each ends the process at once.
 * @signals: the signals, or NULL
 */
void signals_free(struct signals *signals);

#endif
