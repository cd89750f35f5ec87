/* SPDX-License-Identifier: MIT */
/*
 * A stream's pipeline with its ports and its bus, made again when a part is replaced.
 */
#ifndef CAST_STREAMMAKE_H
#define CAST_STREAMMAKE_H

#include "media/streaminternal.h"

/**
 * stream_make() - Make the pipeline, and listen to its bus.
 * @stream: the stream, which has none
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault stream_make(struct stream *stream);

/**
 * stream_make_ports() - Open the ports, with another pipeline if this one fails.
 * @stream: the stream, which has a pipeline
 * @detail: for g_free(), set to what is known of a failure
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault stream_make_ports(struct stream *stream, char **detail);

/**
 * stream_remake() - The same stream from a new pipeline.
 * @stream: the stream
 */
void stream_remake(struct stream *stream);

#endif
