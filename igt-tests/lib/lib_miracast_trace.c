// SPDX-License-Identifier: MIT
/*
 * Activity of the kernel while it should be idle: timers, work items and wake-ups, from
 * tracefs.
 */
#include <unistd.h>

#include "lib_miracast_instance.h"
#include "lib_miracast_trace.h"

#define INSTANCE MC_TRACING "/instances/miracast"

static const char *const events[] = {
	"timer/hrtimer_expire_entry", "timer/timer_expire_entry",
	"workqueue/workqueue_execute_start", "sched/sched_waking",
};

void mc_trace_begin(void)
{
	unsigned int i;

	mc_instance_make(INSTANCE);
	mc_instance_put(INSTANCE, "buffer_size_kb", "4096");
	for (i = 0; i < ARRAY_SIZE(events); i++)
		mc_instance_enable(INSTANCE, events[i]);
	mc_instance_start(INSTANCE);
}

void mc_trace_end(void)
{
	mc_instance_end(INSTANCE);
}

void mc_trace_forget(void)
{
	mc_instance_start(INSTANCE);
}

struct mc_activity mc_trace_activity(pid_t pid)
{
	FILE *trace = fopen(INSTANCE "/trace", "r");
	struct mc_activity activity = {};
	char line[512], woken[32];

	igt_assert(trace);
	snprintf(woken, sizeof(woken), " pid=%d ", pid);
	while (fgets(line, sizeof(line), trace)) {
		bool module = strstr(line, "[miracast]");
		bool owner = strstr(line, "sched_waking:") &&
			     strstr(line, woken);

		igt_assert_f(!strstr(line, "LOST"), "%s", line);
		activity.lines += line[0] != '#';
		activity.module += module;
		activity.owner += owner;
		if (!(module || owner) || activity.shown >= 10)
			continue;
		activity.shown++;
		igt_debug("%s", line);
	}
	fclose(trace);
	/* Events that were overwritten before the file was opened leave no mark in it. */
	mc_instance_assert_whole(INSTANCE);
	return activity;
}
