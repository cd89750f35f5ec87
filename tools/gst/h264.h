/* SPDX-License-Identifier: MIT */
/*
 * What a multiplexer has to know of an H.264 access unit in Annex B form.
 */
#ifndef H264_H
#define H264_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct h264_look {
	bool delimiter;		/* begins with an access unit delimiter */
	bool idr;
	bool sps;		/* has a sequence parameter set, of which: */
	uint8_t profile_idc;
	uint8_t constraints;
	uint8_t level_idc;
};

/* Reads up to the first slice. */
void h264_look(const uint8_t *data, size_t bytes, struct h264_look *look);

#endif
