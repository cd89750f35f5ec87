/* SPDX-License-Identifier: MIT */
/*
 * What the encoder is asked for: what the session has negotiated, the sink's quirks, and
 * the user's options.
 */
#ifndef CAST_FORMAT_H
#define CAST_FORMAT_H

#include <stdint.h>

#include "media/stream.h"
#include "policy/quirks.h"
#include "rtsp/session.h"

/**
 * format_of() - The format of a stream.
 * @format: as negotiated
 * @quirks: of the sink
 * @kbps: bit rate that the user wants, or 0
 * @wanted: filled in
 */
void format_of(const struct session_format *format, const struct quirk_set *quirks,
	       uint32_t kbps, struct stream_format *wanted);

#endif
