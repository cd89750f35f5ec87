/* SPDX-License-Identifier: MIT */
/*
 * Linear PCM as Wi-Fi Display packs it: six units of 80 samples a channel in each packet
 * of the elementary stream, behind a header of four bytes.
 */
#ifndef LPCM_H
#define LPCM_H

#include <gst/base/gstadapter.h>
#include <gst/gst.h>

#define LPCM_UNITS		6
#define LPCM_UNIT_FRAMES	80
#define LPCM_FRAME_BYTES	4	/* two channels of 16 bits */
#define LPCM_BYTES		(LPCM_UNITS * LPCM_UNIT_FRAMES * LPCM_FRAME_BYTES)
#define LPCM_HEADER_BYTES	4

struct lpcm {
	GstAdapter *adapter;
	guint rate;		/* in Hz */
	GstClockTime next;	/* when what was pushed last ends */
};

void lpcm_init(struct lpcm *lpcm);
void lpcm_clear(struct lpcm *lpcm);
void lpcm_reset(struct lpcm *lpcm);

/*
 * Takes samples, which begin at this time. Where they do not follow those before, or
 * there are none, because of a gap, what is left of the packet before becomes silence.
 */
void lpcm_push(struct lpcm *lpcm, GstBuffer *buffer, GstClockTime time);

/* The samples of one packet, or NULL; until lpcm_done(). */
const guint8 *lpcm_next(struct lpcm *lpcm, GstClockTime *time);
void lpcm_done(struct lpcm *lpcm);

void lpcm_header(const struct lpcm *lpcm, guint8 header[LPCM_HEADER_BYTES]);

#endif
