// SPDX-License-Identifier: MIT
/*
 * An encoder that costs nothing: for each picture it outputs the next access unit of the
 * file $BENCH_REPLAY, over and over, whatever the picture contains. So the cost of a
 * program without its encoder can be measured.
 *
 * It has the name of the encoder that miracast-cast prefers to all others; the machine must
 * not have that one. Only programs with this plug-in in GST_PLUGIN_PATH see it. The file is
 * H.264 with an access unit delimiter before each unit.
 */
#include <gst/video/gstvideoencoder.h>
#include <string.h>

#define UNITS_MAX	4096
#define H264	"video/x-h264, stream-format = byte-stream, alignment = au"

struct _Replay {
	GstVideoEncoder parent;
	gchar *bytes;
	gsize length;
	gsize begins[UNITS_MAX + 1];	/* of units, and the end of the last */
	guint count, next;
};

G_DECLARE_FINAL_TYPE(Replay, replay, BENCH, REPLAY, GstVideoEncoder)
G_DEFINE_TYPE(Replay, replay, GST_TYPE_VIDEO_ENCODER)

static GstStaticPadTemplate sink_template =
	GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
				GST_STATIC_CAPS(GST_VIDEO_CAPS_MAKE("I420")));
static GstStaticPadTemplate src_template =
	GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(H264));

/* --- The file -------------------------------------------------------------------- */

static void find_units(Replay *replay)
{
	static const gchar delimiter[] = { 0, 0, 0, 1, 9 };
	const gchar *at = replay->bytes, *end = replay->bytes + replay->length;

	replay->count = 0;
	while (replay->count < UNITS_MAX) {
		at = memmem(at, (gsize)(end - at), delimiter, sizeof(delimiter));
		if (!at)
			break;
		replay->begins[replay->count++] = (gsize)(at - replay->bytes);
		at += sizeof(delimiter);
	}
	replay->begins[replay->count] = replay->length;
}

static gboolean replay_start(GstVideoEncoder *encoder)
{
	Replay *replay = BENCH_REPLAY(encoder);
	const gchar *name = g_getenv("BENCH_REPLAY");

	replay->next = 0;
	if (name && g_file_get_contents(name, &replay->bytes, &replay->length, NULL))
		find_units(replay);
	if (replay->count)
		return TRUE;
	GST_ELEMENT_ERROR(replay, RESOURCE, READ, ("no access units in $BENCH_REPLAY"), (NULL));
	return FALSE;
}

static gboolean replay_stop(GstVideoEncoder *encoder)
{
	Replay *replay = BENCH_REPLAY(encoder);

	g_clear_pointer(&replay->bytes, g_free);
	replay->count = 0;
	return TRUE;
}

/* --- Pictures -------------------------------------------------------------------- */

static gboolean replay_set_format(GstVideoEncoder *encoder, GstVideoCodecState *state)
{
	GstCaps *caps = gst_pad_get_allowed_caps(GST_VIDEO_ENCODER_SRC_PAD(encoder));

	if (!caps || gst_caps_is_empty(caps)) {
		gst_clear_caps(&caps);
		return FALSE;
	}
	caps = gst_caps_fixate(caps);
	gst_video_codec_state_unref(gst_video_encoder_set_output_state(encoder, caps, state));
	return TRUE;
}

static GstFlowReturn replay_handle_frame(GstVideoEncoder *encoder, GstVideoCodecFrame *frame)
{
	static const gchar idr[] = { 0, 0, 1, 0x65 };
	Replay *replay = BENCH_REPLAY(encoder);
	guint nth = replay->next++ % replay->count;
	gsize from = replay->begins[nth], bytes = replay->begins[nth + 1] - from;

	if (memmem(replay->bytes + from, bytes, idr, sizeof(idr)))
		GST_VIDEO_CODEC_FRAME_SET_SYNC_POINT(frame);
	frame->output_buffer = gst_buffer_new_memdup(replay->bytes + from, bytes);
	frame->dts = frame->pts;
	return gst_video_encoder_finish_frame(encoder, frame);
}

static void replay_class_init(ReplayClass *class)
{
	GstVideoEncoderClass *encoder = GST_VIDEO_ENCODER_CLASS(class);
	GstElementClass *element = GST_ELEMENT_CLASS(class);

	encoder->start = replay_start;
	encoder->stop = replay_stop;
	encoder->set_format = replay_set_format;
	encoder->handle_frame = replay_handle_frame;
	gst_element_class_add_static_pad_template(element, &sink_template);
	gst_element_class_add_static_pad_template(element, &src_template);
	gst_element_class_set_static_metadata(element, "Replays H.264", "Codec/Encoder/Video",
					      "Gives the access units of a file",
					      "The miracast project");
}

static void replay_init(Replay *replay)
{
	(void)replay;
}

static gboolean plugin_init(GstPlugin *plugin)
{
	return gst_element_register(plugin, "vah264enc", GST_RANK_NONE, replay_get_type());
}

#define PACKAGE "miracast"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, benchreplay, "For the benchmark only",
		  plugin_init, "1", "MIT/X11", "miracast", "[unknown origin]")
