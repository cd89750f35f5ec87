/* SPDX-License-Identifier: MIT */
/*
 * The files that capture writes pictures to. They are opened after the context was created,
 * so that a failed start does not touch them, and before the monitor is announced, so that
 * a wrong name does not light a monitor.
 */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include "capture_options.h"
#include "video.h"
#include "writer.h"

/** struct outputs - All outputs of a capture. */
struct outputs {
	/** @options: Which outputs. */
	const struct capture_options *options;
	/** @video: The video, when there is one. */
	struct video video;
	/** @video_writer: Its thread. */
	struct writer video_writer;
	/** @png_writer: The thread that writes PNG files. */
	struct writer png_writer;
	/** @stats: File for statistics, or NULL. */
	FILE *stats;
	/** @stats_fd: Where it writes to. */
	int stats_fd;
};

/** outputs_init() - None is open; outputs_close() may follow. */
void outputs_init(struct outputs *outputs,
		  const struct capture_options *options);

/**
 * outputs_open() - Open the files, without emptying them.
 *
 * Waits for a reader of a FIFO, until signals_asked(). Reports what went wrong.
 */
enum exit_status outputs_open(struct outputs *outputs,
			      const struct capture_options *options);

/**
 * outputs_start() - Empty the files and make the threads.
 * @store: where pictures come from
 * @finished: called in a thread that ended
 * @data: for @finished
 */
enum exit_status outputs_start(struct outputs *outputs, struct store *store,
			       void (*finished)(void *data), void *data);

/** outputs_done() - One of the threads has written all it should, or failed. */
bool outputs_done(struct outputs *outputs);

/** outputs_finish() - Wait for the threads, after store_end(), and report failures. */
enum exit_status outputs_finish(struct outputs *outputs);

/** outputs_video() - The video's thread, or NULL. */
struct writer *outputs_video(struct outputs *outputs);

/** outputs_close() - Close the files, and report failures. */
enum exit_status outputs_close(struct outputs *outputs);

#endif
