// SPDX-License-Identifier: MIT
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_BYTES	(4u << 20)

static const char *setting(const char *name, const char *fallback)
{
	const char *value = getenv(name);

	return value && *value ? value : fallback;
}

void report(const struct report *row, const char *metric, double value)
{
	printf("%s,%s,%s,%s,%s,%s,%s,%.9g\n", setting("BENCH_GUEST", "?"),
	       row->part, row->contender, row->size, row->damage,
	       setting("BENCH_RUN", "1"), metric, value);
}

void report_begin(void)
{
	setvbuf(stdout, NULL, _IOFBF, BUFFER_BYTES);
}

void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

void check(int ret, const char *what)
{
	if (ret >= 0)
		return;
	errno = -ret;
	die(what);
}
