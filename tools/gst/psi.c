// SPDX-License-Identifier: MIT
#define GST_USE_UNSTABLE_API /* of libgstmpegts, as all that uses it */
#include "psi.h"

#include <gst/mpegts/mpegts.h>

#include "ts.h"

#define PROGRAM_NUMBER 1

#define STREAM_TYPE_LPCM 0x83
#define DESCRIPTOR_AVC 0x28
#define DESCRIPTOR_AVC_TIMING 0x2a
#define DESCRIPTOR_MPEG2_AAC 0x2b
#define DESCRIPTOR_LPCM 0x83

void psi_init(void)
{
	gst_mpegts_initialize();
}

static GBytes *to_bytes(GstMpegtsSection *section, guint8 version)
{
	gsize size = 0;
	const guint8 *data;
	GBytes *bytes;

	section->version_number = version;
	section->current_next_indicator = TRUE;
	data = gst_mpegts_section_packetize(section, &size);
	bytes = g_bytes_new(data, size);
	gst_mpegts_section_unref(section);
	return bytes;
}

GBytes *psi_association(guint8 version)
{
	GPtrArray *programs = gst_mpegts_pat_new();
	GstMpegtsPatProgram *program = gst_mpegts_pat_program_new();

	program->program_number = PROGRAM_NUMBER;
	program->network_or_program_map_PID = TS_PID_PMT;
	g_ptr_array_add(programs, program);
	return to_bytes(gst_mpegts_section_from_pat(programs, 0), version);
}

static void describe(GstMpegtsPMTStream *stream, guint8 tag, const guint8 *data, gsize bytes)
{
	g_ptr_array_add(stream->descriptors, gst_mpegts_descriptor_from_custom(tag, data, bytes));
}

static GstMpegtsPMTStream *add_stream(GstMpegtsPMT *map, guint8 type, guint16 pid)
{
	GstMpegtsPMTStream *stream = gst_mpegts_pmt_stream_new();

	stream->stream_type = type;
	stream->pid = pid;
	g_ptr_array_add(map->streams, stream);
	return stream;
}

static void add_video(GstMpegtsPMT *map, const struct psi_program *program)
{
	GstMpegtsPMTStream *stream =
		add_stream(map, GST_MPEGTS_STREAM_TYPE_VIDEO_H264, TS_PID_VIDEO);
	/* No still pictures. */
	const guint8 avc[] = { program->avc[0], program->avc[1], program->avc[2], 0x3f };
	/* No decoder model, no fixed frame rate. */
	const guint8 timing[] = { 0x7e, 0x1f };

	if (program->avc[0])
		describe(stream, DESCRIPTOR_AVC, avc, sizeof(avc));
	describe(stream, DESCRIPTOR_AVC_TIMING, timing, sizeof(timing));
}

/* Of ISO/IEC 13818-7: as many as there are channels, but eight are the seventh. */
static guint8 channel_configuration(guint channels)
{
	return (guint8)(channels == 8 ? 7 : channels);
}

static void add_audio(GstMpegtsPMT *map, const struct psi_program *program)
{
	GstMpegtsPMTStream *stream;

	if (program->audio == PSI_AUDIO_LPCM) {
		const guint8 lpcm[] = {
			(guint8)((program->audio_rate == 44100 ? 1 : 2) << 5 | 3 << 1),
			(guint8)((program->audio_channels - 1) << 5 | 0x0f),
		};

		stream = add_stream(map, STREAM_TYPE_LPCM, TS_PID_AUDIO);
		describe(stream, DESCRIPTOR_LPCM, lpcm, sizeof(lpcm));
	} else if (program->audio == PSI_AUDIO_AAC) {
		/* Profile (1 is Low Complexity), configuration of channels, nothing more. */
		const guint8 aac[] = { 1, channel_configuration(program->audio_channels), 0 };

		stream = add_stream(map, GST_MPEGTS_STREAM_TYPE_AUDIO_AAC_ADTS, TS_PID_AUDIO);
		describe(stream, DESCRIPTOR_MPEG2_AAC, aac, sizeof(aac));
	}
}

GBytes *psi_map(const struct psi_program *program, guint8 version)
{
	GstMpegtsPMT *map = gst_mpegts_pmt_new();

	map->program_number = PROGRAM_NUMBER;
	map->pcr_pid = program->pcr_pid;
	if (program->video)
		add_video(map, program);
	add_audio(map, program);
	return to_bytes(gst_mpegts_section_from_pmt(map, TS_PID_PMT), version);
}
