// SPDX-License-Identifier: MIT
/*
 * Access units of wfdmux: a buffer of a pad becomes packets of the list that is sent next.
 * Used by the thread of the source pad.
 */
#include "muxunits.h"

#include "h264.h"
#include "muxnumbers.h"
#include "muxtables.h"

/* What Android's sources have, and some sinks want to see. */
#define AUDIO_STUFFING_BYTES 2

static guint64 to_90khz(GstClockTime time)
{
	return gst_util_uint64_scale(time, 90000, GST_SECOND) & TIME_33_BITS;
}

void mux_begin(WfdMux *mux, GstClockTime time)
{
	mux->before = mux_numbers(mux);
	mux->unsent = FALSE;
	GST_OBJECT_LOCK(mux);
	packer_begin(&mux->packer, time, mux->rtp_base + (guint32)to_90khz(time));
	GST_OBJECT_UNLOCK(mux);
	mux->started = TRUE;
}

static void put_pes(WfdMux *mux, WfdMuxPad *pad, struct ts_pes *pes)
{
	while (!ts_pes_done(pes))
		ts_pes_next(pes, pad->stream, packer_packet(&mux->packer));
}

/* pts and dts: running times, to which the delay is added. */
static struct ts_pes_times pes_times(WfdMux *mux, GstClockTime pts, GstClockTime dts)
{
	struct ts_pes_times times = { .dts_90khz = TS_NO_DTS };
	guint64 delay;

	GST_OBJECT_LOCK(mux);
	delay = mux->pts_delay;
	GST_OBJECT_UNLOCK(mux);
	times.pts_90khz = to_90khz(pts + delay);
	if (GST_CLOCK_TIME_IS_VALID(dts) && dts < pts)
		times.dts_90khz = to_90khz(dts + delay);
	return times;
}

static void put_lpcm(WfdMux *mux, WfdMuxPad *pad)
{
	const guint8 *samples;
	GstClockTime time;

	while ((samples = lpcm_next(&pad->lpcm, &time))) {
		struct ts_pes_times times = pes_times(mux, time, GST_CLOCK_TIME_NONE);
		guint8 header[LPCM_HEADER_BYTES];
		struct ts_pes pes;

		lpcm_header(&pad->lpcm, header);
		ts_pes_begin(&pes, TS_STREAM_ID_PRIVATE_1, &times, AUDIO_STUFFING_BYTES, header,
			     sizeof(header), samples, LPCM_BYTES);
		put_pes(mux, pad, &pes);
		lpcm_done(&pad->lpcm);
	}
}

static void put_aac(WfdMux *mux, WfdMuxPad *pad, const GstMapInfo *map, GstClockTime pts)
{
	struct ts_pes_times times = pes_times(mux, pts, GST_CLOCK_TIME_NONE);
	struct ts_pes pes;

	ts_pes_begin(&pes, TS_STREAM_ID_AAC, &times, AUDIO_STUFFING_BYTES, NULL, 0, map->data,
		     map->size);
	put_pes(mux, pad, &pes);
}

static void put_picture(WfdMux *mux, WfdMuxPad *pad, const GstMapInfo *map,
			const struct h264_look *look, GstClockTime pts, GstClockTime dts)
{
	/* Transport streams have one before each picture, of any type of slices. */
	static const guint8 delimiter[] = { 0, 0, 0, 1, 9, 0xf0 };
	struct ts_pes_times times = pes_times(mux, pts, dts);
	struct ts_pes pes;

	ts_pes_begin(&pes, TS_STREAM_ID_VIDEO, &times, 0, delimiter,
		     look->delimiter ? 0 : sizeof(delimiter), map->data, map->size);
	pes.key = look->idr;
	put_pes(mux, pad, &pes);
}

/* What is taken from a pad. */
struct unit {
	WfdMuxPad *pad;
	GstBuffer *buffer;
	GstMapInfo map;
	struct h264_look look;
	GstClockTime pts, dts; /* running times */
};

static void put_unit(WfdMux *mux, struct unit *unit, GstClockTime now)
{
	if (!mux->packer.list)
		mux_begin(mux, now);
	mux_put_clock(mux, now);
	/* A gap is none. */
	if (unit->map.size || !GST_CLOCK_TIME_IS_VALID(mux->last_unit))
		mux->last_unit = now;
	if (mux_pad_is_video(unit->pad)) {
		if (GST_BUFFER_IS_DISCONT(unit->buffer))
			mux->discont = TRUE;
		if (unit->map.size)
			put_picture(mux, unit->pad, &unit->map, &unit->look, unit->pts, unit->dts);
	} else if (unit->pad->audio == PSI_AUDIO_AAC) {
		if (unit->map.size)
			put_aac(mux, unit->pad, &unit->map, unit->pts);
	} else {
		lpcm_push(&unit->pad->lpcm, gst_buffer_ref(unit->buffer), unit->pts);
		put_lpcm(mux, unit->pad);
	}
}

/*
 * Puts a buffer into the list, which begins here if need be. A gap is a time at which the
 * clock goes on, but nothing begins with one. No buffer has a time: error.
 */
static GstFlowReturn put_buffer(WfdMux *mux, struct unit *unit, GstClockTime now)
{
	GstClockTime order = mux_pad_order_time(unit->pad, unit->buffer);

	if (!GST_CLOCK_TIME_IS_VALID(order)) {
		GST_ELEMENT_ERROR(mux, STREAM, MUX,
				  ("The first buffer of %s has no time.", GST_PAD_NAME(unit->pad)),
				  ("pictures and audio need time stamps inside their segment"));
		return GST_FLOW_ERROR;
	}
	unit->pts = mux_pad_running_time(unit->pad, GST_BUFFER_PTS(unit->buffer));
	unit->dts = mux_pad_running_time(unit->pad, GST_BUFFER_DTS(unit->buffer));
	if (!GST_CLOCK_TIME_IS_VALID(unit->pts))
		unit->pts = order;
	unit->pad->last = order;

	if (!gst_buffer_map(unit->buffer, &unit->map, GST_MAP_READ)) {
		GST_ELEMENT_ERROR(mux, RESOURCE, READ, (NULL),
				  ("a buffer of %s cannot be mapped", GST_PAD_NAME(unit->pad)));
		return GST_FLOW_ERROR;
	}
	if (mux_pad_is_video(unit->pad) && unit->map.size) {
		h264_look(unit->map.data, unit->map.size, &unit->look);
		mux_note_parameters(mux, &unit->look);
	}
	if (unit->map.size || mux->started)
		put_unit(mux, unit, GST_CLOCK_TIME_IS_VALID(now) ? now : order);
	gst_buffer_unmap(unit->buffer, &unit->map);
	return GST_FLOW_OK;
}

/* picture: set when it was one. */
GstFlowReturn mux_take_buffer(WfdMux *mux, WfdMuxPad *pad, GstClockTime now, gboolean *picture)
{
	struct unit unit = { .pad = pad, .buffer = mux_pad_pop_buffer(pad) };
	GstFlowReturn flow;

	if (!unit.buffer)
		return GST_FLOW_OK;
	*picture = mux_pad_is_video(pad) && gst_buffer_get_size(unit.buffer);
	flow = put_buffer(mux, &unit, now);
	gst_buffer_unref(unit.buffer);
	return flow;
}

GstFlowReturn mux_finish(WfdMux *mux, gboolean picture)
{
	GstBufferList *list;
	GstFlowReturn flow;

	if (!mux->packer.list)
		return GST_FLOW_OK;
	GST_OBJECT_LOCK(mux);
	list = packer_end(&mux->packer, picture);
	GST_OBJECT_UNLOCK(mux);
	if (!list)
		return GST_FLOW_OK;
	if (mux->discont) {
		GST_BUFFER_FLAG_SET(gst_buffer_list_get_writable(list, 0), GST_BUFFER_FLAG_DISCONT);
		mux->discont = FALSE;
	}
	flow = gst_aggregator_finish_buffer_list(GST_AGGREGATOR(mux), list);
	mux->unsent = flow == GST_FLOW_FLUSHING;
	return flow;
}
