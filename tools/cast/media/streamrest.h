/* SPDX-License-Identifier: MIT */
/*
 * Pictures that a sink needs though the screen has not changed: IDR pictures, and those of
 * a screen at rest.
 */
#ifndef CAST_STREAMREST_H
#define CAST_STREAMREST_H

#include "media/streaminternal.h"

/** NAME_CHANGE - Name of the message that is posted by the first picture after a rest. */
#define NAME_CHANGE	"miracast-change"

/**
 * stream_rest_force_idr() - Have an IDR picture made, as soon as the last is long enough ago.
 * @stream: the stream
 */
void stream_rest_force_idr(struct stream *stream);

/**
 * stream_rest_look() - Count the pictures that have come since the last look.
 * @stream: the stream
 *
 * Return: whether the screen has changed since the last look.
 */
bool stream_rest_look(struct stream *stream);

/**
 * stream_rest_plan() - Set the timer for the next picture that is due.
 * @stream: the stream
 */
void stream_rest_plan(struct stream *stream);

/**
 * stream_rest_watch() - Count the pictures of a source.
 * @stream: the stream
 * @source: where its pictures come from
 */
void stream_rest_watch(struct stream *stream, GstElement *source);

#endif
