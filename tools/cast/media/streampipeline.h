/* SPDX-License-Identifier: MIT */
/*
 * The elements of a stream's pipeline: made, linked, and dropped.
 */
#ifndef CAST_STREAMPIPELINE_H
#define CAST_STREAMPIPELINE_H

#include "media/streaminternal.h"

/** STREAM_NOT_ACCEPTED - What happened to an encoder that another mode may suit. */
#define STREAM_NOT_ACCEPTED	"does not accept the format"

/**
 * stream_pipeline_make() - Make the pipeline for the stream's format.
 * @stream: the stream, which has none
 *
 * Return: FAULT_NONE, or why not; then there is none.
 */
enum fault stream_pipeline_make(struct stream *stream);

/**
 * stream_pipeline_drop() - Stop the pipeline, and free it; the sink stays.
 * @stream: the stream
 */
void stream_pipeline_drop(struct stream *stream);

/**
 * stream_pipeline_note_next() - Report to a person that another encoder takes over.
 * @stream: the stream
 * @what: what happened to the one before
 * @failed: its rank
 * @next: rank of the other
 */
void stream_pipeline_note_next(struct stream *stream, const char *what, int failed, int next);

#endif
