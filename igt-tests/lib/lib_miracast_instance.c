// SPDX-License-Identifier: MIT
/* Trace instances: made, emptied, and kept from test to test. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib_miracast_instance.h"
#include "lib_miracast_sys.h"

#define RECORD_CMD MC_TRACING "/options/record-cmd"

static void path_of(char *to, size_t size, const char *instance,
		    const char *file)
{
	int length = snprintf(to, size, "%s/%s", instance, file);

	igt_assert(length > 0 && (size_t)length < size);
}

void mc_instance_make(const char *path)
{
	char before[8];
	int made;

	igt_require_f(!access(MC_TRACING "/instances", W_OK),
		      "no trace instances: tracefs is not there or not mounted\n");
	if (!access(path, F_OK))
		return;
	/*
	 * To record the names of programs the kernel patches the scheduler's code. An
	 * instance inherits the option when it is created.
	 */
	igt_assert(mc_read_file(RECORD_CMD, before, sizeof(before)));
	mc_expect(mc_write_file_errno(RECORD_CMD, "0"), 0);
	made = mkdir(path, 0700) ? -errno : 0;
	mc_expect(mc_write_file_errno(RECORD_CMD, before), 0);
	igt_require_f(!made, "no trace instance: %s\n", mc_strerror(made));
}

void mc_instance_put(const char *path, const char *file, const char *text)
{
	char name[256];

	path_of(name, sizeof(name), path, file);
	mc_expect_f(mc_write_file_errno(name, text), 0, "%s > %s", text, name);
}

void mc_instance_enable(const char *path, const char *event)
{
	char file[128], name[256], state[8];

	snprintf(file, sizeof(file), "events/%s/enable", event);
	path_of(name, sizeof(name), path, file);
	igt_require_f(mc_read_file(name, state, sizeof(state)),
		      "no trace event %s\n", event);
	if (state[0] != '1')
		mc_instance_put(path, file, "1");
}

void mc_instance_start(const char *path)
{
	char name[256];
	int fd;

	path_of(name, sizeof(name), path, "trace");
	fd = open(name, O_WRONLY | O_TRUNC | O_CLOEXEC);
	igt_assert_fd(fd);
	close(fd);
	mc_instance_put(path, "tracing_on", "1");
}

void mc_instance_stop(const char *path)
{
	mc_instance_put(path, "tracing_on", "0");
}

void mc_instance_assert_whole(const char *path)
{
	char file[128], text[1024];
	const char *at;
	int cpu;

	for (cpu = 0; cpu < 64; cpu++) {
		snprintf(file, sizeof(file), "%s/per_cpu/cpu%d/stats", path,
			 cpu);
		if (!mc_read_file(file, text, sizeof(text)))
			break;
		at = strstr(text, "overrun: ");
		igt_assert(at);
		igt_assert_f(!atoi(at + strlen("overrun: ")),
			     "events of processor %d are lost\n", cpu);
	}
}

void mc_instance_end(const char *path)
{
	if (access(path, F_OK))
		return;
	mc_instance_stop(path);
	if (!getenv("MIRACAST_KEEP_TRACE"))
		rmdir(path);
}
