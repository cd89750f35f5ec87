// SPDX-License-Identifier: MIT
#include "trace.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROOT	"/sys/kernel/tracing/"
#define LINE	512
#define MAX_WORKS	16

static bool put(const char *file, const char *text)
{
	char path[160];
	ssize_t length = (ssize_t)strlen(text);
	int fd;

	snprintf(path, sizeof(path), ROOT "%s", file);
	fd = open(path, O_WRONLY | O_TRUNC);
	if (fd < 0)
		return false;
	if (write(fd, text, (size_t)length) != length)
		length = -1;
	close(fd);
	return length >= 0;
}

static bool set_all(const char *const *events, const char *value)
{
	char file[128];
	bool good = true;

	for (; *events; events++) {
		snprintf(file, sizeof(file), "events/%s/enable", *events);
		good = put(file, value) && good;
	}
	return good;
}

bool trace_on(const char *const *events)
{
	put("buffer_size_kb", "8192");
	put("trace_clock", "mono");
	return put("trace", " ") && set_all(events, "1") && put("tracing_on", "1");
}

void trace_off(const char *const *events)
{
	put("tracing_on", "0");
	set_all(events, "0");
}

/* "task-pid [cpu] flags seconds.micros: event: ..." */
static bool split(const char *line, double *seconds, const char **event)
{
	const char *at = strstr(line, ": ");
	const char *stamp;

	if (*line == '#' || !at)
		return false;
	for (stamp = at; stamp > line && stamp[-1] != ' '; stamp--)
		;
	*event = at + 2;
	return sscanf(stamp, "%lf", seconds) == 1;
}

/* Both events begin with "work struct ADDRESS", which pairs them. */
static unsigned long work_of(const char *event)
{
	const char *at = strstr(event, "work struct ");
	unsigned long address = 0;

	if (at)
		sscanf(at + strlen("work struct "), "%lx", &address);
	return address;
}

uint64_t trace_work_ns(const char *function, unsigned int *count)
{
	struct { unsigned long work; double since; } running[MAX_WORKS] = { 0 };
	FILE *file = fopen(ROOT "trace", "r");
	char line[LINE];
	const char *event;
	double now, sum = 0;
	int i;

	*count = 0;
	while (file && fgets(line, sizeof(line), file)) {
		if (!split(line, &now, &event))
			continue;
		if (!strncmp(event, "workqueue_execute_start:", 24) &&
		    strstr(event, function)) {
			for (i = 0; i < MAX_WORKS && running[i].work; i++)
				;
			if (i < MAX_WORKS) {
				running[i].work = work_of(event);
				running[i].since = now;
			}
		} else if (!strncmp(event, "workqueue_execute_end:", 22)) {
			for (i = 0; i < MAX_WORKS; i++) {
				if (running[i].work != work_of(event))
					continue;
				sum += now - running[i].since;
				running[i].work = 0;
				++*count;
				break;
			}
		}
	}
	if (file)
		fclose(file);
	return (uint64_t)(sum * 1e9);
}

unsigned int trace_count(const char *event, const char *text)
{
	FILE *file = fopen(ROOT "trace", "r");
	unsigned int count = 0;
	char line[LINE];

	while (file && fgets(line, sizeof(line), file))
		if (*line != '#' && strstr(line, event) && strstr(line, text))
			count++;
	if (file)
		fclose(file);
	return count;
}
