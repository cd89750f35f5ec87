/* SPDX-License-Identifier: MIT */
/*
 * What the sink and the socket report, and what the rate and the pictures make of it.
 */
#ifndef CAST_STREAMSIGNS_H
#define CAST_STREAMSIGNS_H

#include "media/streaminternal.h"

/**
 * stream_signs_connect() - Have messages posted of what an element reports.
 * @sink: wfdsink
 */
void stream_signs_connect(GstElement *sink);

/**
 * stream_signs_take() - An application message has come.
 * @stream: the stream
 * @what: the message's structure
 */
void stream_signs_take(struct stream *stream, const GstStructure *what);

#endif
