// SPDX-License-Identifier: MIT
/*
 * Tables and clock references of wfdmux: the map of the program follows what the pads have,
 * and both are repeated in time. Used by the thread of the source pad.
 */
#include "muxtables.h"

#include <string.h>

#include "muxpad.h"

static guint64 to_27mhz(GstClockTime time)
{
	return gst_util_uint64_scale(time, 27000000, GST_SECOND) % (300 * (TIME_33_BITS + 1));
}

/* The map of the program names the profile and level of what comes. */
void mux_note_parameters(WfdMux *mux, const struct h264_look *look)
{
	if (!look->sps)
		return;
	mux->avc[0] = look->profile_idc;
	mux->avc[1] = look->constraints;
	mux->avc[2] = look->level_idc;
}

/* Sound that leaves before the first picture has that one's profile and level in its map. */
static void expect_video(WfdMux *mux, WfdMuxPad *pad)
{
	GstBuffer *buffer = mux_pad_peek_buffer(pad);
	struct h264_look look = { 0 };
	GstMapInfo map;

	if (buffer && gst_buffer_map(buffer, &map, GST_MAP_READ)) {
		h264_look(map.data, map.size, &look);
		mux_note_parameters(mux, &look);
		gst_buffer_unmap(buffer, &map);
	}
	gst_clear_buffer(&buffer);
}

static void describe_program(WfdMux *mux, struct psi_program *program)
{
	WfdMuxPad *video = mux_pad_get(mux, "video"), *audio = mux_pad_get(mux, "audio");

	memset(program, 0, sizeof(*program));
	GST_OBJECT_LOCK(mux);
	program->pcr_pid = (guint16)mux->pcr_pid;
	GST_OBJECT_UNLOCK(mux);
	if (video) {
		program->video = TRUE;
		if (!mux->avc[0])
			expect_video(mux, video);
		gst_object_unref(video);
	}
	memcpy(program->avc, mux->avc, sizeof(program->avc));
	if (audio) {
		if (audio->audio == PSI_AUDIO_NONE)
			mux_pad_expect_audio(audio);
		program->audio = audio->audio;
		program->audio_rate = audio->lpcm.rate;
		program->audio_channels = audio->channels;
		gst_object_unref(audio);
	}
}

static guint8 next_version(guint8 version)
{
	return (version + 1) & 0x1f;
}

/* True when there are new ones. */
static gboolean update_tables(WfdMux *mux)
{
	struct psi_program program;

	describe_program(mux, &program);
	if (mux->map && !memcmp(&program, &mux->program, sizeof(program)))
		return FALSE;
	if (mux->map)
		mux->psi_version = next_version(mux->psi_version);
	mux->program = program;
	g_clear_pointer(&mux->association, g_bytes_unref);
	g_clear_pointer(&mux->map, g_bytes_unref);
	mux->map = psi_map(&program, mux->psi_version);
	if (mux->earlier_map && !g_bytes_equal(mux->map, mux->earlier_map)) {
		mux->psi_version = next_version(mux->psi_version);
		g_bytes_unref(mux->map);
		mux->map = psi_map(&program, mux->psi_version);
	}
	g_clear_pointer(&mux->earlier_map, g_bytes_unref);
	mux->association = psi_association(mux->psi_version);
	return TRUE;
}

static void put_section(WfdMux *mux, struct ts_stream *stream, GBytes *section)
{
	gsize bytes;
	const guint8 *data = g_bytes_get_data(section, &bytes);

	ts_write_section(stream, data, bytes, packer_packet(&mux->packer));
}

/* Whose packets those of the clock are among. */
static struct ts_stream clock_stream(WfdMux *mux)
{
	if (mux->program.pcr_pid == mux->video_stream.pid)
		return mux->video_stream;
	if (mux->program.pcr_pid == mux->audio_stream.pid)
		return mux->audio_stream;
	return (struct ts_stream){ .pid = mux->program.pcr_pid, .continuity = 1 };
}

static void put_pcr(WfdMux *mux, GstClockTime time)
{
	struct ts_stream stream = clock_stream(mux);
	gboolean new_base = GST_CLOCK_TIME_IS_VALID(mux->flushed_pcr) && time < mux->flushed_pcr;

	ts_write_pcr(&stream, to_27mhz(time), new_base, packer_packet(&mux->packer));
	mux->last_pcr = time;
	mux->flushed_pcr = GST_CLOCK_TIME_NONE;
}

static gboolean due(GstClockTime last, GstClockTime now, guint64 interval)
{
	return !GST_CLOCK_TIME_IS_VALID(last) || now >= last + interval;
}

/* What comes before the data of this time. It never goes back. */
void mux_put_clock(WfdMux *mux, GstClockTime time)
{
	guint64 pcr_interval, psi_interval, idle_time;
	gboolean tables = update_tables(mux);

	GST_OBJECT_LOCK(mux);
	pcr_interval = mux->pcr_interval;
	psi_interval = mux->psi_interval;
	idle_time = mux->idle_time;
	GST_OBJECT_UNLOCK(mux);

	if (GST_CLOCK_TIME_IS_VALID(mux->last_pcr) && time < mux->last_pcr)
		time = mux->last_pcr;
	/* Without a clock there was nobody to write those of a pause. */
	while (!mux->live && GST_CLOCK_TIME_IS_VALID(mux->last_pcr) &&
	       mux->last_pcr + pcr_interval < MIN(time, mux->last_unit + idle_time))
		put_pcr(mux, mux->last_pcr + pcr_interval);
	if (tables || due(mux->last_psi, time, psi_interval)) {
		put_section(mux, &mux->pat, mux->association);
		put_section(mux, &mux->pmt, mux->map);
		mux->last_psi = time;
	}
	if (due(mux->last_pcr, time, pcr_interval))
		put_pcr(mux, time);
}
