// SPDX-License-Identifier: MIT
#include "h264.h"

#include <string.h>

enum {
	NAL_SLICE = 1,
	NAL_IDR = 5,
	NAL_SPS = 7,
	NAL_DELIMITER = 9,
};

/* The byte after the next 00 00 01, or the end. */
static size_t next_unit(const uint8_t *data, size_t bytes, size_t at)
{
	for (at += 2; at < bytes; at++) {
		const uint8_t *one = memchr(data + at, 1, bytes - at);

		if (!one)
			break;
		at = (size_t)(one - data);
		if (!data[at - 1] && !data[at - 2])
			return at + 1;
	}
	return bytes;
}

void h264_look(const uint8_t *data, size_t bytes, struct h264_look *look)
{
	bool first = true;
	size_t at = 0;

	memset(look, 0, sizeof(*look));
	while ((at = next_unit(data, bytes, at)) < bytes) {
		unsigned int type = data[at] & 0x1f;

		if (type == NAL_DELIMITER && first)
			look->delimiter = true;
		first = false;
		if (type == NAL_SPS && bytes - at > 3) {
			look->sps = true;
			look->profile_idc = data[at + 1];
			look->constraints = data[at + 2];
			look->level_idc = data[at + 3];
		}
		if (type >= NAL_SLICE && type <= NAL_IDR) {
			look->idr = type == NAL_IDR;
			return;
		}
	}
}
