// SPDX-License-Identifier: MIT
#include "format.h"

static uint32_t least(uint32_t a, uint32_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* Without a request of the sink's, loss is mended by an IDR picture a second. */
static uint32_t gop_ms(const struct session_format *format, const struct quirk_set *quirks)
{
	if (quirks->gop_ms)
		return quirks->gop_ms;
	return format->asks_idr ? 10000 : 1000;
}

void format_of(const struct session_format *format, const struct quirk_set *quirks,
	       uint32_t kbps, struct stream_format *wanted)
{
	*wanted = (struct stream_format) {
		.width = format->mode.width, .height = format->mode.height,
		.hz = format->mode.hz, .profile = format->profile,
		.level_idc = format->level_idc, .codec = format->sound,
		.codec_modes = format->sound_modes, .gop_ms = gop_ms(format, quirks),
		.vbv_frames = quirks->vbv_frames, .kbps = kbps,
		.kbps_max = least(format->kbps_max, quirks->kbps_max),
		.asks_idr = format->asks_idr,
	};
}
