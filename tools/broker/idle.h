/* SPDX-License-Identifier: MIT */
/*
 * When the broker has nothing to do.
 */
#ifndef MC_BROKER_IDLE_H
#define MC_BROKER_IDLE_H

#include <stdint.h>
#include <systemd/sd-event.h>

/** idle_end() - Wait for it no more. */
void idle_end(void);
/** idle_start() - Call @on_idle once nothing has kept the broker for a while. */
int idle_start(sd_event *event, sd_event_time_handler_t on_idle);
/** idle_touch() - The while begins now. */
void idle_touch(void);
/** idle_not_before() - It lasts until @time_us of CLOCK_MONOTONIC at least. */
void idle_not_before(uint64_t time_us);
/** idle_hold() - Something is there that keeps the broker, until idle_release(). */
void idle_hold(void);
/** idle_release() - It is gone. */
void idle_release(void);

#endif
