/* SPDX-License-Identifier: MIT */
/*
 * Options that hold and capture share: which target, and which monitor.
 */
#ifndef OWNER_OPTIONS_H
#define OWNER_OPTIONS_H

#include <getopt.h>

#include "owner.h"

/** OWNER_SHORT_OPTIONS - For getopt's list of short options. */
#define OWNER_SHORT_OPTIONS	"d:c:e:m:t:v"

/** enum owner_option - Long options without a letter. */
enum owner_option {
	OWNER_OPTION_DIVIDER = 0x100,
	OWNER_OPTION_MAX,
	OWNER_OPTION_BUFFERS,
	OWNER_OPTION_REFUSE,
	OWNER_OPTION_UNION,
	OWNER_OPTION_NAME,
	OWNER_OPTION_SERIAL,
	OWNER_OPTION_FOLLOW_MASTER,
	OWNER_OPTION_DIRECT,
	OWNER_OPTION_RATE,
	OWNER_OPTION_HDCP,
	OWNER_OPTION_BROKER,
	/** @OWNER_OPTION_END: A command's own begin here. */
	OWNER_OPTION_END,
};

/** OWNER_LONG_OPTIONS - For getopt_long's table. */
#define OWNER_LONG_OPTIONS \
	{ "device", required_argument, NULL, 'd' }, \
	{ "connector", required_argument, NULL, 'c' }, \
	{ "edid", required_argument, NULL, 'e' }, \
	{ "mode", required_argument, NULL, 'm' }, \
	{ "type", required_argument, NULL, 't' }, \
	{ "divider", required_argument, NULL, OWNER_OPTION_DIVIDER }, \
	{ "max", required_argument, NULL, OWNER_OPTION_MAX }, \
	{ "buffers", required_argument, NULL, OWNER_OPTION_BUFFERS }, \
	{ "refuse", required_argument, NULL, OWNER_OPTION_REFUSE }, \
	{ "union", no_argument, NULL, OWNER_OPTION_UNION }, \
	{ "name", required_argument, NULL, OWNER_OPTION_NAME }, \
	{ "serial", required_argument, NULL, OWNER_OPTION_SERIAL }, \
	{ "follow-master", no_argument, NULL, OWNER_OPTION_FOLLOW_MASTER }, \
	{ "direct", no_argument, NULL, OWNER_OPTION_DIRECT }, \
	{ "rate", required_argument, NULL, OWNER_OPTION_RATE }, \
	{ "hdcp", required_argument, NULL, OWNER_OPTION_HDCP }, \
	{ "broker", required_argument, NULL, OWNER_OPTION_BROKER }, \
	{ "verbose", no_argument, NULL, 'v' }

/** OWNER_OPTIONS_USAGE - Their part of --help. */
#define OWNER_OPTIONS_USAGE \
"Target:\n" \
"  -d, --device PATH       card node (default: the first miracast device)\n" \
"  -c, --connector NAME    such as Virtual-1, or an object id (default: any\n" \
"                          free one)\n" \
"      --buffers N         picture buffers, 2 to 16 (default 4)\n" \
"      --direct            get the compositor's own buffers, nothing is copied;\n" \
"                          the pointer is not in them, unless the compositor\n" \
"                          draws it itself: WLR_NO_HARDWARE_CURSORS=1\n" \
"      --rate HZ           no more pictures a second than that (default: as many\n" \
"                          as the mode has)\n" \
"      --max WxH@HZ        largest mode of the context, which its share of the\n" \
"                          budgets follows (default: the largest mode given, or\n" \
"                          of the EDID that Wi-Fi Display can carry)\n" \
"      --follow-master     be there for all DRM masters at once (default: for\n" \
"                          the newest, to which the monitor moves)\n" \
"      --broker WHEN       take the context from miracast-broker: yes, no, or\n" \
"                          auto, when the driver permits none (default)\n" \
"\n" \
"Monitor:\n" \
"  -e, --edid FILE         its EDID, - for standard input\n" \
"      --name NAME         make an EDID with that name, up to 13 characters, by\n" \
"                          which desktops know the monitor again\n" \
"      --serial TEXT       and with that serial number, if others have its name\n" \
"  -m, --mode WxH[@HZ]     a mode it accepts; the first is preferred; may be\n" \
"                          repeated (default 1920x1080@60 without an EDID); with\n" \
"                          an EDID, modes that both have are offered, or all\n" \
"                          of these if there are none\n" \
"      --union             offer the modes given and those of the EDID as well\n" \
"  -t, --type TYPE         its connector: vga svideo composite component dvi\n" \
"                          hdmi miracast japanese-d sdi displayport udi other\n" \
"                          (default miracast)\n" \
"      --divider N         offer modes at a fraction of the rate, 1 to 63\n" \
"                          (default 1)\n" \
"      --refuse WxH        answer mode sets of that size with a refusal; may be\n" \
"                          repeated\n" \
"      --hdcp TYPE         claim to have authenticated the sink when protection\n" \
"                          is wanted, 0 or 1: the content type it is good for\n" \
"\n" \
"  -v, --verbose           print a line for each picture\n" \
"  -h, --help              this text\n"

/** owner_options_init() - The defaults. */
void owner_options_init(struct owner_options *options);

/**
 * owner_options_take() - Handle what getopt_long() returned.
 * @command: name of the command, for messages
 * @c: the option, an argument of which is at optarg
 *
 * Return: EXIT_OK; the status of a failure that was reported; or EXIT_OTHER without a
 * message when the option is none of these: check owner_options_has() first.
 */
enum exit_status owner_options_take(struct owner_options *options,
				    const char *command, int c);

/** owner_options_has() - @c is one of these options. */
bool owner_options_has(int c);

/** owner_options_finish() - Check them together. */
enum exit_status owner_options_finish(struct owner_options *options,
				      const char *command);

/** owner_options_free() - Free what they hold. */
void owner_options_free(struct owner_options *options);

#endif
