// SPDX-License-Identifier: MIT
#include "process.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

/* The field of /proc/PID/stat, counted from one. */
#define STARTED 22

int process_started(pid_t pid, uint64_t *started)
{
	char path[32], line[1024];
	const char *rest;
	FILE *file;
	int nth = 2;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? -ESRCH : -errno;
	line[fread(line, 1, sizeof(line) - 1, file)] = '\0';
	fclose(file);
	/* The second field is the program's name, which may have brackets and blanks. */
	for (rest = strrchr(line, ')'); rest && nth < STARTED; nth++)
		rest = strchr(rest + 1, ' ');
	*started = rest ? strtoull(rest, NULL, 10) : 0;
	return *started ? 0 : -ESRCH;
}

int process_open(pid_t pid, uint64_t started)
{
	int ret = 0, fd = pidfd_open(pid, 0);
	uint64_t now = started;

	if (fd < 0)
		return -errno;
	/* After that: the number was its own until now, so the file is of it. */
	if (started)
		ret = process_started(pid, &now);
	if (!ret && now == started)
		return fd;
	close(fd);
	return ret ? ret : -ESRCH;
}
