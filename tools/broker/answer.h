/* SPDX-License-Identifier: MIT */
/*
 * What callers read of a context. Each ends with a dictionary, in which later versions may
 * say more.
 */
#ifndef MC_BROKER_ANSWER_H
#define MC_BROKER_ANSWER_H

#include <systemd/sd-bus.h>

struct context;

/* They return 0 or more, or -errno. */

/** answer_created() - Append husa{sv}: a new one, whose file is @fd. */
int answer_created(sd_bus_message *message, const struct context *context, int fd);
/** answer_listed() - Append (uusa{sv}), for a list. */
int answer_listed(sd_bus_message *message, const struct context *context);
/** answer_ended() - Append usa{sv}: it has ended, and why. */
int answer_ended(sd_bus_message *message, const struct context *context, const char *reason);

#endif
