// SPDX-License-Identifier: MIT
/*
 * What the kernel does while nothing should be done: timers, work items and
 * wake-ups, from tracefs. An instance of its own leaves others alone.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "lib_miracast.h"

#define TRACING "/sys/kernel/tracing"
#define INSTANCE TRACING "/instances/miracast"

static const char *const events[] = {
	"timer/hrtimer_expire_entry", "timer/timer_expire_entry",
	"workqueue/workqueue_execute_start", "sched/sched_waking",
};

static void set(const char *file, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), INSTANCE "/%s", file);
	mc_expect_f(mc_write_file_errno(path, value), 0, "%s", path);
}

void mc_trace_begin(void)
{
	unsigned int i;
	char path[256];

	igt_require_f(!access(TRACING "/instances", W_OK), "no tracefs\n");
	mc_trace_end();
	igt_assert_f(!mkdir(INSTANCE, 0700), "%s: %m\n", INSTANCE);
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		snprintf(path, sizeof(path), INSTANCE "/events/%s", events[i]);
		igt_require_f(!access(path, F_OK), "no trace event %s\n",
			      events[i]);
	}
	set("buffer_size_kb", "4096");
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		snprintf(path, sizeof(path), "events/%s/enable", events[i]);
		set(path, "1");
	}
}

void mc_trace_end(void)
{
	if (access(INSTANCE, F_OK))
		return;
	mc_write_file_errno(INSTANCE "/events/enable", "0");
	rmdir(INSTANCE);
}

void mc_trace_assert_whole(const char *instance)
{
	char path[128], text[1024];
	const char *at;
	int cpu;

	for (cpu = 0; cpu < 64; cpu++) {
		snprintf(path, sizeof(path), "%s/per_cpu/cpu%d/stats", instance,
			 cpu);
		if (!mc_read_file(path, text, sizeof(text)))
			break;
		at = strstr(text, "overrun: ");
		igt_assert(at);
		igt_assert_f(!atoi(at + strlen("overrun: ")),
			     "events of processor %d are lost\n", cpu);
	}
}

void mc_trace_forget(void)
{
	int fd = open(INSTANCE "/trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	igt_assert_fd(fd);
	close(fd);
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
	/* What was overwritten before the file was opened leaves no mark in it. */
	mc_trace_assert_whole(INSTANCE);
	return activity;
}
