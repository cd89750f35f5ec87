// SPDX-License-Identifier: MIT
/*
 * miracastctl hold: keeps a connector connected and looks at nothing.
 */
#include <string.h>

#include "command.h"
#include "errors.h"
#include "owner_options.h"
#include "report.h"

static const char usage[] =
"usage: miracastctl hold [OPTION]...\n"
"\n"
"Announces a monitor and keeps it, printing what happens, until SIGINT or\n"
"SIGTERM. Pictures are given back unseen.\n"
"\n"
OWNER_OPTIONS_USAGE;

static enum exit_status parse(struct owner_options *options, int argc,
			      char **argv, bool *help)
{
	static const struct option long_options[] = {
		OWNER_LONG_OPTIONS,
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	enum exit_status status = EXIT_OK;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:" OWNER_SHORT_OPTIONS "h",
				long_options, NULL)) != -1) {
		if (owner_options_has(c))
			status = owner_options_take(options, argv[0], c);
		else if (c == 'h')
			*help = true;
		else
			status = fail_option(argv, c);
		if (status != EXIT_OK || *help)
			return status;
	}
	if (optind < argc)
		return wrong_usage(argv[0], "unexpected argument '%s'",
				   argv[optind]);
	return owner_options_finish(options, argv[0]);
}

static enum exit_status hold(const struct owner_options *options)
{
	static const struct owner_ops ops;
	struct owner owner = { .out = stdout };
	enum exit_status status;

	owner_block_signals();
	status = owner_begin(&owner, options);
	if (status == EXIT_OK)
		status = owner_run(&owner, &ops);
	owner_end(&owner);
	owner_free(&owner);
	return status;
}

enum exit_status command_hold(int argc, char **argv)
{
	struct owner_options options;
	enum exit_status status;
	bool help = false;

	owner_options_init(&options);
	status = parse(&options, argc, argv, &help);
	if (help)
		fputs(usage, stdout);
	else if (status == EXIT_OK)
		status = hold(&options);
	owner_options_free(&options);
	return status;
}
