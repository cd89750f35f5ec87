// SPDX-License-Identifier: MIT
#include "format.h"

static uint32_t least(uint32_t a, uint32_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* A sink that cannot ask for an IDR picture recovers from loss by one a second. */
static uint32_t gop_ms(const struct session_format *agreed, const struct quirk_set *quirks)
{
	if (quirks->gop_ms)
		return quirks->gop_ms;
	return agreed->asks_idr ? 10000 : 1000;
}

void format_of_stream(const struct session_format *agreed, const struct quirk_set *quirks,
		      uint32_t kbps, struct stream_format *format)
{
	*format = (struct stream_format){
		.width = agreed->mode.width, .height = agreed->mode.height,
		.hz = agreed->mode.hz, .profile = agreed->profile,
		.level_idc = agreed->level_idc, .codec = agreed->sound,
		.codec_modes = agreed->sound_modes, .gop_ms = gop_ms(agreed, quirks),
		.vbv_frames = quirks->vbv_frames, .kbps = kbps,
		.kbps_max = least(agreed->kbps_max, quirks->kbps_max),
		.asks_idr = agreed->asks_idr,
	};
}
