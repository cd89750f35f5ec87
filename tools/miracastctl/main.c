// SPDX-License-Identifier: MIT
/*
 * miracastctl: drives the miracast DRM driver from the command line.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "report.h"
#include "stream.h"

#define VERSION	"1.0"

static const char usage[] =
"usage: miracastctl COMMAND [OPTION]...\n"
"\n"
"Makes a Miracast sink's screen a local display: announces a monitor on a\n"
"target of the miracast DRM driver and receives its pictures.\n"
"\n"
"Commands:\n"
"  list      show targets, contexts and budgets\n"
"  hold      announce a monitor and keep it\n"
"  capture   announce a monitor and write its pictures to files\n"
"\n"
"  -h, --help     this text; 'miracastctl COMMAND --help' for its options\n"
"  -V, --version  the version\n"
"\n"
"Manual: miracastctl(1), miracastctl-list(1), miracastctl-hold(1),\n"
"miracastctl-capture(1).\n";

static const struct {
	const char *name;
	enum exit_status (*run)(int argc, char **argv);
} commands[] = {
	{ "list", command_list },
	{ "hold", command_hold },
	{ "capture", command_capture },
};

static enum exit_status run_command(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[0], commands[i].name))
			return commands[i].run(argc, argv);
	return wrong_usage("", "unknown command '%s'", argv[0]);
}

static enum exit_status print(const char *text)
{
	fputs(text, stdout);
	return EXIT_OK;
}

/*
 * What is opened later must not be taken for them. As before, reading the one and writing the
 * others fails.
 */
static void fill_descriptors(void)
{
	static const int flags[] = { O_WRONLY, O_RDONLY, O_RDONLY };
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags[fd]) < 0)
			return;
}

int main(int argc, char **argv)
{
	enum exit_status status;

	fill_descriptors();
	signal(SIGPIPE, SIG_IGN);
	stream_standard();
	if (argc < 2)
		status = wrong_usage("", "no command given");
	else if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
		 !strcmp(argv[1], "help"))
		status = print(usage);
	else if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		status = print("miracastctl " VERSION "\n");
	else
		status = run_command(argc - 1, argv + 1);
	if ((fflush(stdout) || ferror(stdout)) &&
	    (status == EXIT_OK || status == EXIT_OUTPUT))
		status = fail(EXIT_OUTPUT, "cannot write to standard output");
	return (int)status;
}
