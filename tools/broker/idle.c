// SPDX-License-Identifier: MIT
#include "idle.h"

#define IDLE_US		(30 * 1000000ULL)

static sd_event_source *timer;
static uint64_t earliest_us;
static unsigned int holds;

int idle_start(sd_event *event, sd_event_time_handler_t on_idle)
{
	int ret = sd_event_add_time_relative(event, &timer, CLOCK_MONOTONIC, IDLE_US, 0, on_idle,
					     NULL);

	/* Calls that wait come first, however long nobody has looked at them. */
	if (ret >= 0)
		ret = sd_event_source_set_priority(timer, SD_EVENT_PRIORITY_IDLE);
	return ret;
}

void idle_end(void)
{
	timer = sd_event_source_unref(timer);
}

void idle_touch(void)
{
	uint64_t time = 0;

	if (!timer)
		return;
	sd_event_now(sd_event_source_get_event(timer), CLOCK_MONOTONIC, &time);
	time += IDLE_US;
	sd_event_source_set_time(timer, time > earliest_us ? time : earliest_us);
	sd_event_source_set_enabled(timer, holds ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
}

void idle_not_before(uint64_t time_us)
{
	if (time_us > earliest_us)
		earliest_us = time_us;
	idle_touch();
}

void idle_hold(void)
{
	holds++;
	idle_touch();
}

void idle_release(void)
{
	holds--;
	idle_touch();
}
