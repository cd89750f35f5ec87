/* SPDX-License-Identifier: MIT */
/*
 * Signals that end the commands that announce a monitor. SIGINT, SIGTERM and SIGHUP end the program
 * at once until there is something to end well. From then on the first of them only asks for
 * the end, and another one ends the program at once. Those that were ignored from the start,
 * as by nohup, stay ignored. They interrupt the main thread; other threads never see them.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/** signals_listen() - From now on a signal asks for the end. Return: 0 or -errno. */
int signals_listen(void);

/**
 * signals_before_end() - What another signal does before it ends the program.
 * @last: called in the signal's handler
 */
void signals_before_end(void (*last)(void));

/** signals_asked() - A signal has asked for the end. */
bool signals_asked(void);

/** signals_file() - Can be read once a signal has asked, and ever after; -1: none listens. */
int signals_file(void);

/**
 * signals_keep_out() - Block all of them in this thread, for a thread or a program that it is
 * about to start.
 * @before: what to set with pthread_sigmask() afterwards
 */
void signals_keep_out(sigset_t *before);

#endif
