/* SPDX-License-Identifier: MIT */
/*
 * Options of miracastctl capture.
 */
#ifndef CAPTURE_OPTIONS_H
#define CAPTURE_OPTIONS_H

#include "owner.h"

/** struct capture_options - What to write, and for how long. */
struct capture_options {
	/** @owner: Target and monitor. */
	struct owner_options owner;
	/** @png: PNG file or directory, or NULL. */
	const char *png;
	/** @png_is_directory: Write every picture into the directory. */
	bool png_is_directory;
	/** @video: File for video, "-" for standard output, or NULL. */
	const char *video;
	/** @y4m: The video is YUV4MPEG2, not BGRx. */
	bool y4m;
	/** @rate_mhz: Frames of the video per 1000 s, 0: the mode's. */
	uint32_t rate_mhz;
	/** @frames: End after so many, 0: no limit. */
	uint64_t frames;
	/** @seconds: End so long after the first picture, 0: no limit. */
	double seconds;
	/** @wait: Fail without a picture in that time, 0: wait forever. */
	double wait;
	/** @on_signal: Begin video or sequence at SIGUSR2. */
	bool on_signal;
	/** @stats: File for statistics, "-" for standard output, or NULL. */
	const char *stats;
	/** @quiet: No status line and no summary. */
	bool quiet;
	/** @help: --help was given. */
	bool help;
};

/** capture_options_parse() - Fill in from the command line. */
enum exit_status capture_options_parse(struct capture_options *options,
				       int argc, char **argv);

/** capture_options_free() - Free what they hold. */
void capture_options_free(struct capture_options *options);

/** capture_usage - Text of --help. */
extern const char capture_usage[];

#endif
