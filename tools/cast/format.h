/* SPDX-License-Identifier: MIT */
/*
 * From what was agreed upon with the sink to what the stream sends.
 */
#ifndef CAST_FORMAT_H
#define CAST_FORMAT_H

#include "media/stream.h"
#include "policy/quirks.h"
#include "rtsp/session.h"

/**
 * format_of_stream() - What the stream sends.
 * @agreed: the mode, and the sound with it
 * @quirks: of the sink
 * @kbps: bit rate to begin with; 0: after the mode
 * @format: filled in
 */
void format_of_stream(const struct session_format *agreed, const struct quirk_set *quirks,
		      uint32_t kbps, struct stream_format *format);

#endif
