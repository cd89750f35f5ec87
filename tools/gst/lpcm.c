// SPDX-License-Identifier: MIT
#include "lpcm.h"

#include <string.h>

#define SUB_STREAM_ID 0xa0
#define WORD_16_BITS 0
#define STEREO 1

/* Clocks and rounding are off by less. */
#define TOLERANCE (20 * GST_MSECOND)

static GstClockTime duration(const struct lpcm *lpcm, gsize bytes)
{
	return gst_util_uint64_scale(bytes / LPCM_FRAME_BYTES, GST_SECOND, lpcm->rate);
}

void lpcm_init(struct lpcm *lpcm)
{
	lpcm->adapter = gst_adapter_new();
	lpcm->next = GST_CLOCK_TIME_NONE;
}

void lpcm_clear(struct lpcm *lpcm)
{
	g_clear_object(&lpcm->adapter);
}

void lpcm_reset(struct lpcm *lpcm)
{
	gst_adapter_clear(lpcm->adapter);
	lpcm->next = GST_CLOCK_TIME_NONE;
}

static void fill_up(struct lpcm *lpcm)
{
	gsize beyond = gst_adapter_available(lpcm->adapter) % LPCM_BYTES;
	GstBuffer *silence;

	if (!beyond)
		return;
	silence = gst_buffer_new_allocate(NULL, LPCM_BYTES - beyond, NULL);
	gst_buffer_memset(silence, 0, 0, LPCM_BYTES - beyond);
	gst_adapter_push(lpcm->adapter, silence);
}

static gboolean follows(const struct lpcm *lpcm, GstClockTime time)
{
	return GST_CLOCK_TIME_IS_VALID(lpcm->next) &&
	       ABS(GST_CLOCK_DIFF(lpcm->next, time)) <= (GstClockTimeDiff)TOLERANCE;
}

void lpcm_push(struct lpcm *lpcm, GstBuffer *buffer, GstClockTime time)
{
	gsize bytes = gst_buffer_get_size(buffer);

	if (!bytes || !follows(lpcm, time))
		fill_up(lpcm);
	lpcm->next = GST_CLOCK_TIME_NONE;
	if (bytes) {
		/* The adapter keeps the times; a copy shares the samples. */
		GstBuffer *timed = gst_buffer_copy_region(buffer, GST_BUFFER_COPY_MEMORY, 0, bytes);

		GST_BUFFER_PTS(timed) = time;
		gst_adapter_push(lpcm->adapter, timed);
		lpcm->next = time + duration(lpcm, bytes);
	}
	gst_buffer_unref(buffer);
}

const guint8 *lpcm_next(struct lpcm *lpcm, GstClockTime *time)
{
	guint64 distance = 0;

	if (gst_adapter_available(lpcm->adapter) < LPCM_BYTES)
		return NULL;
	*time = gst_adapter_prev_pts(lpcm->adapter, &distance);
	*time += duration(lpcm, distance);
	return gst_adapter_map(lpcm->adapter, LPCM_BYTES);
}

void lpcm_done(struct lpcm *lpcm)
{
	gst_adapter_unmap(lpcm->adapter);
	gst_adapter_flush(lpcm->adapter, LPCM_BYTES);
}

void lpcm_header(const struct lpcm *lpcm, guint8 header[LPCM_HEADER_BYTES])
{
	guint8 rate = lpcm->rate == 44100 ? 1 : 2;

	header[0] = SUB_STREAM_ID;
	header[1] = LPCM_UNITS;
	header[2] = 0; /* no emphasis */
	header[3] = (guint8)(WORD_16_BITS << 6 | rate << 3 | STEREO);
}
