// SPDX-License-Identifier: MIT
/*
 * miracastctl hold: keeps a connector connected and ignores the pictures.
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
"SIGTERM. Pictures are released unread.\n"
"\n"
"  -j, --json              print each event as a JSON object on a line\n"
"  -q, --quiet             print errors and warnings only\n"
"\n"
OWNER_OPTIONS_USAGE
"\n"
"When a compositor ends, the monitor stays for the next one. Each program of\n"
"igt-gpu-tools is a DRM master of its own. It looks for monitors as soon as it\n"
"starts, at times for two. A run needs, with the card that 'miracastctl list'\n"
"names:\n"
"\n"
"  miracastctl hold --follow-master --connector Virtual-1 &\n"
"  miracastctl hold --follow-master --connector Virtual-2 &\n"
"  IGT_DEVICE=drm:/dev/dri/cardN kms_flip\n";

/* Options that only this command has. */
struct hold_options {
	bool json, quiet, help;
};

static enum exit_status parse(struct owner_options *options, int argc,
			      char **argv, struct hold_options *own)
{
	static const struct option long_options[] = {
		OWNER_LONG_OPTIONS,
		{ "json", no_argument, NULL, 'j' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	enum exit_status status = EXIT_OK;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:" OWNER_SHORT_OPTIONS "jqh",
				long_options, NULL)) != -1) {
		if (owner_options_has(c))
			status = owner_options_take(options, argv[0], c);
		else if (c == 'j')
			own->json = true;
		else if (c == 'q')
			own->quiet = true;
		else if (c == 'h')
			own->help = true;
		else
			status = fail_option(argv, long_options, c);
		if (status != EXIT_OK || own->help)
			return status;
	}
	if (optind < argc)
		return wrong_usage(argv[0], "unexpected argument '%s'",
				   argv[optind]);
	if (own->json && own->quiet)
		return wrong_usage(argv[0], "--json and --quiet exclude each other");
	return owner_options_finish(options, argv[0]);
}

static enum exit_status hold(const struct owner_options *options,
			     const struct hold_options *own)
{
	static const struct owner_ops ops;
	const struct log out = { .file = stdout, .json = own->json };
	struct owner owner = { .out = own->quiet ? NULL : &out };
	enum exit_status status;

	owner_block_signals();
	status = owner_begin(&owner, options);
	if (status == EXIT_OK)
		status = owner_announce(&owner);
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
	struct hold_options own = { 0 };

	owner_options_init(&options);
	status = parse(&options, argc, argv, &own);
	if (own.help)
		fputs(usage, stdout);
	else if (status == EXIT_OK)
		status = hold(&options, &own);
	owner_options_free(&options);
	return status;
}
