// SPDX-License-Identifier: MIT
#include "capture_options.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "mode.h"
#include "number.h"
#include "owner_options.h"
#include "report.h"

enum {
	OPTION_RAW = OWNER_OPTION_END,
	OPTION_Y4M,
	OPTION_FPS,
	OPTION_WAIT,
	OPTION_STATS,
	OPTION_ON_SIGNAL,
};

const char capture_usage[] =
"usage: miracastctl capture [OPTION]...\n"
"\n"
"Announces a monitor and writes its pictures to files, until SIGINT or SIGTERM.\n"
"\n"
"Output:\n"
"  -p, --png DIR           every picture as DIR/frame-NNNNNN.png\n"
"  -p, --png FILE.png      the last picture, and at once at SIGUSR1,\n"
"                          - for standard output\n"
"      --y4m FILE          video at a constant rate as YUV4MPEG2 (4:2:0, BT.709,\n"
"                          limited range), - for standard output; without --png\n"
"                          and --direct, converted by the driver\n"
"      --raw FILE          the same as BGRx frames, - for standard output\n"
"      --fps HZ            rate of the video (default: the mode's)\n"
"      --stats FILE        statistics as JSON at the end, - for standard output\n"
"  -q, --quiet             no status line and no summary\n"
"\n"
"Begin and end:\n"
"      --on-signal         begin video or PNG sequence at SIGUSR2, not at the\n"
"                          first picture\n"
"  -n, --frames N          end after N frames of the video, or else N pictures\n"
"  -s, --seconds S         end S seconds after the beginning\n"
"      --wait S            fail when no picture is shown within S seconds\n"
"\n"
OWNER_OPTIONS_USAGE;

static enum exit_status take_video(struct capture_options *options,
				   const char *command, bool y4m)
{
	if (options->video)
		return wrong_usage(command, "more than one --raw or --y4m");
	options->video = optarg;
	options->y4m = y4m;
	return EXIT_OK;
}

static enum exit_status take_fps(struct capture_options *options,
				 const char *command)
{
	if (mc_hz_parse(optarg, &options->rate_mhz))
		return wrong_usage(command, "fps '%s' is not a rate above 0 to 1000",
				   optarg);
	return EXIT_OK;
}

static enum exit_status take_seconds(double *to, const char *command,
				     const char *name)
{
	if (!seconds_parse(optarg, to))
		return wrong_usage(command, "%s '%s' is not a number of seconds",
				   name, optarg);
	return EXIT_OK;
}

static enum exit_status take(struct capture_options *options,
			     const char *command, int c)
{
	switch (c) {
	case 'p':
		options->png = optarg;
		return EXIT_OK;
	case OPTION_RAW:
	case OPTION_Y4M:
		return take_video(options, command, c == OPTION_Y4M);
	case OPTION_FPS:
		return take_fps(options, command);
	case OPTION_STATS:
		options->stats = optarg;
		return EXIT_OK;
	case OPTION_ON_SIGNAL:
		options->on_signal = true;
		return EXIT_OK;
	case 'q':
		options->quiet = true;
		return EXIT_OK;
	case 'n':
		if (!number_parse(optarg, 1, UINT64_MAX, &options->frames))
			return wrong_usage(command, "frames '%s' is not a number above 0",
					   optarg);
		return EXIT_OK;
	case 's':
		return take_seconds(&options->seconds, command, "seconds");
	case OPTION_WAIT:
		return take_seconds(&options->wait, command, "wait");
	case 'h':
		options->help = true;
		return EXIT_OK;
	default:
		return EXIT_OTHER;
	}
}

/* An existing directory, or one that a trailing slash asks for. */
static void judge_png(struct capture_options *options)
{
	size_t length = strlen(options->png);
	struct stat st;

	options->png_is_directory = strcmp(options->png, "-") &&
		((!stat(options->png, &st) && S_ISDIR(st.st_mode)) ||
		 (length && options->png[length - 1] == '/'));
}

static bool is_stdout(const char *path)
{
	return path && !strcmp(path, "-");
}

static enum exit_status finish(struct capture_options *options,
			       const char *command)
{
	if (options->rate_mhz && !options->video)
		return wrong_usage(command, "--fps without --raw or --y4m");
	if (is_stdout(options->video) + is_stdout(options->png) + is_stdout(options->stats) > 1)
		return wrong_usage(command,
				   "of video, picture and statistics only one can go to standard output");
	if ((is_stdout(options->video) || is_stdout(options->png)) && isatty(STDOUT_FILENO))
		return wrong_usage(command, "neither video nor pictures go to a terminal");
	if (options->png && !*options->png)
		return wrong_usage(command, "--png needs a name");
	if (options->png)
		judge_png(options);
	if (options->on_signal && !options->video && !options->png_is_directory)
		return wrong_usage(command,
				   "--on-signal without --raw, --y4m or --png DIR");
	/* Only the video needs pixels. */
	options->owner.nv12 = options->y4m && !options->png;
	return owner_options_finish(&options->owner, command);
}

enum exit_status capture_options_parse(struct capture_options *options,
				       int argc, char **argv)
{
	static const struct option long_options[] = {
		OWNER_LONG_OPTIONS,
		{ "png", required_argument, NULL, 'p' },
		{ "raw", required_argument, NULL, OPTION_RAW },
		{ "y4m", required_argument, NULL, OPTION_Y4M },
		{ "fps", required_argument, NULL, OPTION_FPS },
		{ "stats", required_argument, NULL, OPTION_STATS },
		{ "on-signal", no_argument, NULL, OPTION_ON_SIGNAL },
		{ "quiet", no_argument, NULL, 'q' },
		{ "frames", required_argument, NULL, 'n' },
		{ "seconds", required_argument, NULL, 's' },
		{ "wait", required_argument, NULL, OPTION_WAIT },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	enum exit_status status;
	int c;

	memset(options, 0, sizeof(*options));
	owner_options_init(&options->owner);
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:" OWNER_SHORT_OPTIONS "p:qn:s:h",
				long_options, NULL)) != -1) {
		if (c == ':' || c == '?')
			return fail_option(argv, long_options, c);
		if (owner_options_has(c))
			status = owner_options_take(&options->owner, argv[0], c);
		else
			status = take(options, argv[0], c);
		if (status != EXIT_OK || options->help)
			return status;
	}
	if (optind < argc)
		return wrong_usage(argv[0], "unexpected argument '%s'",
				   argv[optind]);
	return finish(options, argv[0]);
}

void capture_options_free(struct capture_options *options)
{
	owner_options_free(&options->owner);
}
