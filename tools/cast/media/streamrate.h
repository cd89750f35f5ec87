/* SPDX-License-Identifier: MIT */
/*
 * The bit rate of a stream, and its timer.
 */
#ifndef CAST_STREAMRATE_H
#define CAST_STREAMRATE_H

#include "media/streaminternal.h"

/**
 * stream_rate_begin() - The rate, and what the encoder is to make, for the stream's format.
 * @stream: the stream
 */
void stream_rate_begin(struct stream *stream);

/**
 * stream_rate_plan() - Set the timer for the rate's next step.
 * @stream: the stream
 */
void stream_rate_plan(struct stream *stream);

/**
 * stream_rate_apply() - Set the encoder to the rate, and plan its next step.
 * @stream: the stream
 * @changed: whether the rate has changed
 */
void stream_rate_apply(struct stream *stream, bool changed);

#endif
