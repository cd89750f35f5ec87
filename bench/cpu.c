// SPDX-License-Identifier: MIT
#include "cpu.h"

#include <dirent.h>
#include <stdio.h>

static uint64_t task_ns(const char *pid)
{
	unsigned long long ns = 0;
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/schedstat", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%llu", &ns) != 1)
		ns = 0;
	fclose(file);
	return ns;
}

uint64_t cpu_total_ns(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	uint64_t sum = 0;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			sum += task_ns(entry->d_name);
	if (dir)
		closedir(dir);
	return sum;
}
