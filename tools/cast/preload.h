/* SPDX-License-Identifier: MIT */
/*
 * Loads what a stream will need in a thread of its own: a plug-in may take long to load, and
 * an encoder to open its device, and a signal has to end the cast meanwhile.
 */
#ifndef CAST_PRELOAD_H
#define CAST_PRELOAD_H

#include <stdbool.h>

struct preload;

/**
 * preload_new() - Begin.
 * @screen: factories of the screen's elements, with NULL behind them
 * @done: called once in the main loop when all is loaded
 * @user: for @done
 *
 * Return: what loads.
 */
struct preload *preload_new(const char *const *screen, void (*done)(void *user), void *user);

/**
 * preload_free() - The end, without a call of the hook from here on.
 * @preload: the preload, or NULL
 *
 * Return: false: its thread cannot be ended, so the process has to be left by _exit().
 */
bool preload_free(struct preload *preload);

#endif
