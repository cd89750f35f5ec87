// SPDX-License-Identifier: MIT
/* The status line, on a terminal and elsewhere. */
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "report.h"

#define LONG_LINE	"Virtual-1 1920x1080@60  1234.5 s  74070 pictures  60.0/s  skipped 12  damage 14.7 %%"

/* What report_status() writes to a terminal of so many columns. */
static void say(unsigned short columns, const char *type, char *text, size_t size)
{
	struct winsize window = { .ws_row = 24, .ws_col = columns };
	int own = dup(STDERR_FILENO), master, slave;
	size_t used = 0;
	ssize_t got;

	text[0] = '\0';
	if (own < 0 || openpty(&master, &slave, NULL, NULL, &window))
		return;
	setenv("TERM", type, 1);
	dup2(slave, STDERR_FILENO);
	report_status(LONG_LINE);
	report_status_end();
	fflush(stderr);
	dup2(own, STDERR_FILENO);
	while (used < size - 1 && !strchr(text, '\n')) {
		got = read(master, text + used, size - 1 - used);
		if (got <= 0)
			break;
		used += (size_t)got;
		text[used] = '\0';
	}
	close(own);
	close(slave);
	close(master);
}

int main(void)
{
	char text[256];

	say(40, "linux", text, sizeof(text));
	check(!strcmp(text, "Virtual-1 1920x1080@60  1234.5 s  74070\r\n"),
	      "the status line is cut to the terminal");
	say(0, "linux", text, sizeof(text));
	check(strlen(text) == 79 + 2, "one without a size has 80 columns");
	say(200, "linux", text, sizeof(text));
	check(strstr(text, "damage 14.7 %\r\n"), "a wide one has all of it");
	say(40, "dumb", text, sizeof(text));
	check(strstr(text, "damage 14.7 %\r\n"),
	      "one that cannot erase gets whole lines");
	return check_result();
}
