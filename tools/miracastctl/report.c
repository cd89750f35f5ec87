// SPDX-License-Identifier: MIT
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "stream.h"

#define ERASE_LINE	"\r\033[K"

#define DEFAULT_COLUMNS	80

static bool status_shown;

static void erase_status(void)
{
	if (status_shown)
		fputs(ERASE_LINE, stderr);
	status_shown = false;
}

__attribute__((format(printf, 1, 0)))
static void vreport(const char *format, va_list args)
{
	erase_status();
	fputs("miracastctl: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void report(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vreport(format, args);
	va_end(args);
}

enum exit_status fail(enum exit_status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vreport(format, args);
	va_end(args);
	return status;
}

enum exit_status wrong_usage(const char *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vreport(format, args);
	va_end(args);
	fprintf(stderr, "Try 'miracastctl %s%s--help'.\n", command,
		*command ? " " : "");
	return EXIT_USAGE;
}

bool report_status_live(void)
{
	const char *type = getenv("TERM");

	return isatty(STDERR_FILENO) && type && strcmp(type, "dumb");
}

/* Only one row can be erased again, so the line must not wrap. The last column stays free. */
static int columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return DEFAULT_COLUMNS - 1;
	return size.ws_col - 1;
}

void report_status(const char *format, ...)
{
	char line[256];
	va_list args;

	if (!stream_takes(STDERR_FILENO))
		return;
	erase_status();
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (report_status_live()) {
		fprintf(stderr, "%.*s", columns(), line);
		status_shown = true;
		fflush(stderr);
	} else {
		fprintf(stderr, "%s\n", line);
	}
}

void report_status_end(void)
{
	if (status_shown)
		fputc('\n', stderr);
	status_shown = false;
}
