/* SPDX-License-Identifier: MIT */
/*
 * Which part of a pipeline has failed, and what takes over.
 */
#ifndef CAST_STREAMFAILURES_H
#define CAST_STREAMFAILURES_H

#include "media/streaminternal.h"

/**
 * stream_failures_replace() - Choose what the next pipeline has instead of what failed.
 * @stream: the stream
 * @message: an error
 * @detail: for g_free(), set to what is known when nothing takes over
 *
 * Return: FAULT_NONE: the next pipeline has another encoder, or silence.
 */
enum fault stream_failures_replace(struct stream *stream, GstMessage *message, char **detail);

#endif
