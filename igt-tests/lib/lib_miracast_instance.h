/* SPDX-License-Identifier: MIT */
/*
 * Trace instances of the tests' own, which leave those of others alone.
 *
 * To switch an event on or off, the kernel patches its own code, and emulators
 * at times do not survive that. With MIRACAST_KEEP_TRACE in the environment,
 * as igt-tests/run sets it, an instance and its events therefore stay from test
 * to test, and only recording stops in between.
 */
#ifndef LIB_MIRACAST_INSTANCE_H
#define LIB_MIRACAST_INSTANCE_H

#define MC_TRACING "/sys/kernel/tracing"

/* Makes the instance at @path, unless it is there; skips where it cannot. */
void mc_instance_make(const char *path);
/* Writes @text to the instance's file of that name. */
void mc_instance_put(const char *path, const char *file, const char *text);
/* Enables the event, or all events of a system; skips where there are none. */
void mc_instance_enable(const char *path, const char *event);
/* Drops all recorded events, and starts recording. */
void mc_instance_start(const char *path);
void mc_instance_stop(const char *path);
/* No event of any processor was lost. */
void mc_instance_assert_whole(const char *path);
/* Stops recording, if the instance exists, and removes it unless it is to stay. */
void mc_instance_end(const char *path);

#endif /* LIB_MIRACAST_INSTANCE_H */
