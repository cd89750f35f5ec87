/* SPDX-License-Identifier: MIT */
/*
 * Whether a stream's pipeline runs. Numbers and times of its packets go on when it stops
 * and starts, also as another pipeline: for the sink there is one stream.
 */
#ifndef CAST_STREAMRUN_H
#define CAST_STREAMRUN_H

#include "media/streaminternal.h"

/**
 * stream_run_start() - Start the pipeline; an error is posted when it does not start.
 * @stream: the stream
 */
void stream_run_start(struct stream *stream);

/**
 * stream_run_halt() - Stop the pipeline, and note the numbers of the next packets.
 * @stream: the stream
 */
void stream_run_halt(struct stream *stream);

/**
 * stream_run_failure() - Find the element that has failed without a message.
 * @stream: the stream
 *
 * Return: an error message of that element, which is the caller's.
 */
GstMessage *stream_run_failure(struct stream *stream);

#endif
