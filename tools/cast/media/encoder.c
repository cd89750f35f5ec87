// SPDX-License-Identifier: MIT
#include "media/encoder.h"

#include <string.h>

#include "wfd/video.h"

/* Largest access unit that every sink was seen to take. */
#define UNIT_BITS_MAX	(128 * 1024 * 8)
#define TRIAL_S		10

/*
 * Properties, set where the installed version has them. KBPS, BPS, GOP (pictures), BUFFER
 * (ms), BITS (of the buffer), LEVEL and DCT8X8 are replaced. Those of @rate are set again
 * when the rate changes.
 */
static const struct {
	const char *element, *fixed, *rate;
} encoders[] = {
	{ "vah264enc",
	  "rate-control=cbr num-slices=1 b-frames=0 ref-frames=1 cabac=false dct8x8=DCT8X8 "
	  "aud=true "
	  "key-int-max=GOP target-usage=6",
	  "bitrate=KBPS cpb-size=BUFFERKBIT" },
	{ "v4l2h264enc", "",
	  "extra-controls=controls,video_bitrate_mode=1,video_bitrate=BPS,video_gop_size=GOP,"
	  "h264_entropy_mode=0,repeat_sequence_header=1,video_b_frames=0" },
	{ "x264enc",
	  "tune=zerolatency speed-preset=superfast pass=cbr threads=1 sliced-threads=false "
	  "bframes=0 "
	  "ref=1 cabac=false dct8x8=DCT8X8 weightb=false rc-lookahead=0 sync-lookahead=0 aud=true "
	  "byte-stream=true insert-vui=true key-int-max=GOP "
	  "option-string=level=LEVEL:scenecut=0:weightp=0:open-gop=0",
	  "bitrate=KBPS vbv-buf-capacity=BUFFER" },
	{ "openh264enc",
	  "usage-type=screen rate-control=bitrate complexity=low slice-mode=n-slices num-slices=1 "
	  "multi-thread=1 enable-frame-skip=false scene-change-detection=false gop-size=GOP",
	  "bitrate=BPS max-bitrate=BPS" },
};

#define ENCODERS	((int)G_N_ELEMENTS(encoders))

/* --- Limits ---------------------------------------------------------------------- */

/* MaxBR of Rec. ITU-T H.264, table A-1. */
uint32_t encoder_kbps_max(uint32_t profile, uint32_t level_idc)
{
	static const struct {
		uint32_t idc, kbps;
	} levels[] = {
		{ 31, 14000 }, { 32, 20000 }, { 40, 20000 }, { 41, 50000 }, { 42, 50000 },
		{ 50, 135000 }, { 51, 240000 }, { 52, 240000 },
	};
	uint32_t kbps = levels[0].kbps;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(levels); i++)
		if (level_idc >= levels[i].idc)
			kbps = levels[i].kbps;
	return profile == MC_WFD_PROFILE_CBP ? kbps : kbps / 4 * 5;
}

static uint32_t buffer_ms(const struct encoder_want *want)
{
	uint32_t frames_ms = want->vbv_frames * 1000 / MAX(want->hz, 1);
	uint32_t unit_ms = UNIT_BITS_MAX / MAX(want->kbps, 1);

	return MAX(MIN(frames_ms, unit_ms), 10);
}

/* Pictures; "never" is once in an hour. */
static uint32_t gop_frames(const struct encoder_want *want)
{
	uint32_t ms = want->gop_ms ? want->gop_ms : 3600 * 1000;

	return (uint32_t)MAX((uint64_t)ms * want->hz / 1000, 1);
}

/* --- Properties ------------------------------------------------------------------ */

static void replace(GString *text, const char *what, uint32_t number)
{
	char digits[16];

	g_snprintf(digits, sizeof(digits), "%u", number);
	g_string_replace(text, what, digits, 0);
}

static char *filled_in(const char *properties, const struct encoder_want *want)
{
	GString *text = g_string_new(properties);

	replace(text, "KBPS", want->kbps);
	replace(text, "BPS", want->kbps * 1000);
	replace(text, "GOP", gop_frames(want));
	replace(text, "BUFFERKBIT", (uint32_t)((uint64_t)want->kbps * buffer_ms(want) / 1000));
	replace(text, "BUFFER", buffer_ms(want));
	replace(text, "LEVEL", want->level_idc);
	g_string_replace(text, "DCT8X8", want->profile == MC_WFD_PROFILE_CBP ? "false" : "true", 0);
	return g_string_free(text, FALSE);
}

/* A value that is out of range would be ignored: the nearest one is not. */
static void set_property(GstElement *element, const GParamSpec *spec, const char *value)
{
	char *end;
	guint64 number = g_ascii_strtoull(value, &end, 10);

	if (G_IS_PARAM_SPEC_UINT(spec) && end != value && !*end)
		g_object_set(element, spec->name,
			     (guint)CLAMP(number, G_PARAM_SPEC_UINT(spec)->minimum,
					  G_PARAM_SPEC_UINT(spec)->maximum), NULL);
	else
		gst_util_set_object_arg(G_OBJECT(element), spec->name, value);
}

static void set_properties(GstElement *element, const char *properties,
			   const struct encoder_want *want)
{
	char *text = filled_in(properties, want);
	char **pairs = g_strsplit(text, " ", -1);
	const GParamSpec *spec;
	char *value;
	int i;

	for (i = 0; pairs[i]; i++) {
		value = strchr(pairs[i], '=');
		if (!value)
			continue;
		*value++ = '\0';
		spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), pairs[i]);
		if (spec)
			set_property(element, spec, value);
	}
	g_strfreev(pairs);
	g_free(text);
}

/* --- Elements -------------------------------------------------------------------- */

/* Opens its device, if it has one. */
static bool works(const char *name)
{
	GstElement *element = gst_element_factory_make(name, NULL);
	bool good;

	if (!element)
		return false;
	gst_object_ref_sink(element);
	good = gst_element_set_state(element, GST_STATE_READY) == GST_STATE_CHANGE_SUCCESS;
	gst_element_set_state(element, GST_STATE_NULL);
	gst_object_unref(element);
	return good;
}

int encoder_first(int from)
{
	int rank;

	for (rank = from; rank < ENCODERS; rank++)
		if (works(encoders[rank].element))
			return rank;
	return -1;
}

const char *encoder_name(int rank)
{
	return encoders[rank].element;
}

/* That of V4L2 gets its level from what follows it; others find it themselves. */
static void set_level(GstCaps *caps, int rank, const struct encoder_want *want)
{
	char level[16];

	if (strcmp(encoders[rank].element, "v4l2h264enc"))
		return;
	if (want->level_idc % 10)
		g_snprintf(level, sizeof(level), "%u.%u", want->level_idc / 10,
			   want->level_idc % 10);
	else
		g_snprintf(level, sizeof(level), "%u", want->level_idc / 10);
	gst_caps_set_simple(caps, "level", G_TYPE_STRING, level, NULL);
}

static GstElement *make_filter(int rank, const struct encoder_want *want)
{
	GstElement *filter = gst_element_factory_make("capsfilter", NULL);
	GstCaps *caps;

	if (!filter)
		return NULL;
	caps = gst_caps_new_simple("video/x-h264", "profile", G_TYPE_STRING,
				   want->profile == MC_WFD_PROFILE_CBP ? "constrained-baseline"
								       : "high",
				   "stream-format", G_TYPE_STRING, "byte-stream", "alignment",
				   G_TYPE_STRING, "au", NULL);
	set_level(caps, rank, want);
	g_object_set(filter, "caps", caps, NULL);
	gst_caps_unref(caps);
	return filter;
}

GstElement *encoder_make(int rank, const struct encoder_want *want)
{
	GstElement *bin = gst_bin_new("encoder");
	GstElement *element = gst_element_factory_make(encoders[rank].element, "coder");
	GstElement *filter = make_filter(rank, want);
	GstPad *pad;

	if (!element || !filter) {
		gst_clear_object(&element);
		gst_clear_object(&filter);
		gst_object_unref(bin);
		return NULL;
	}
	set_properties(element, encoders[rank].fixed, want);
	set_properties(element, encoders[rank].rate, want);
	gst_bin_add_many(GST_BIN(bin), element, filter, NULL);
	/* One that does not have the profile. */
	if (!gst_element_link(element, filter)) {
		gst_object_unref(bin);
		return NULL;
	}
	pad = gst_element_get_static_pad(element, "sink");
	gst_element_add_pad(bin, gst_ghost_pad_new("sink", pad));
	gst_object_unref(pad);
	pad = gst_element_get_static_pad(filter, "src");
	gst_element_add_pad(bin, gst_ghost_pad_new("src", pad));
	gst_object_unref(pad);
	return bin;
}

void encoder_set_rate(GstElement *encoder, int rank, const struct encoder_want *want)
{
	GstElement *element = gst_bin_get_by_name(GST_BIN(encoder), "coder");

	set_properties(element, encoders[rank].rate, want);
	gst_object_unref(element);
}

/* --- A trial --------------------------------------------------------------------- */

static bool reaches_its_end(GstElement *pipeline)
{
	GstBus *bus = gst_element_get_bus(pipeline);
	GstMessage *message;
	bool good;

	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	message = gst_bus_timed_pop_filtered(bus, TRIAL_S * GST_SECOND,
					     GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
	good = message && GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS;
	gst_clear_message(&message);
	gst_object_unref(bus);
	return good;
}

bool encoder_encodes(int rank)
{
	const struct encoder_want want = {
		.profile = MC_WFD_PROFILE_CBP, .level_idc = 31, .hz = 30, .kbps = 2000,
		.vbv_frames = 3,
	};
	GstElement *pipeline = gst_object_ref_sink(gst_pipeline_new(NULL));
	GstElement *source = gst_parse_bin_from_description_full(
		"videotestsrc num-buffers=3 ! "
		"video/x-raw,width=640,height=480,framerate=30/1 ! videoconvert",
		TRUE, NULL, GST_PARSE_FLAG_FATAL_ERRORS, NULL);
	GstElement *encoder = encoder_make(rank, &want);
	GstElement *sink = gst_element_factory_make("fakesink", NULL);
	bool good = false;

	if (source && encoder && sink) {
		gst_bin_add_many(GST_BIN(pipeline), source, encoder, sink, NULL);
		good = gst_element_link_many(source, encoder, sink, NULL) &&
		       reaches_its_end(pipeline);
	} else {
		gst_clear_object(&source);
		gst_clear_object(&encoder);
		gst_clear_object(&sink);
	}
	gst_element_set_state(pipeline, GST_STATE_NULL);
	gst_object_unref(pipeline);
	return good;
}
