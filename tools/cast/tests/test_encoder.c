// SPDX-License-Identifier: MIT
/*
 * Encoders that fail, and what a stream makes of it: hardware that is played by this test,
 * under names that come first in the list. The sink is a socket. wfdmux and wfdsink are
 * the plug-in's, which GST_PLUGIN_PATH has to name.
 */
#include <arpa/inet.h>
#include <gst/gst.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "media/encoder.h"
#include "media/stream.h"
#include "wfd/audio.h"
#include "wfd/video.h"

#define PATIENCE_US	(60 * G_USEC_PER_SEC)
#define ENOUGH		5	/* access units */
#define LATER		10	/* pictures before one fails in the middle */

/* --- Hardware -------------------------------------------------------------------- */

/* In WAY_OPEN and WAY_START it says nothing, and opened alone it works. */
enum way {
	WAY_ABSENT, WAY_READY, WAY_OPEN, WAY_START, WAY_SIZE, WAY_FORMAT, WAY_PROFILE, WAY_LATER,
};

/* Of vah264enc, and of v4l2h264enc. */
static enum way ways[2];

struct hardware {
	GstBin parent;
	guint nth;
	gint pictures;
	guint gop;
	GstStructure *controls;
};

/* As vah264enc's, which ends there, and v4l2h264enc's. */
#define GOP_MOST	1024

enum { PROP_0, PROP_GOP, PROP_CONTROLS };

struct hardware_class {
	GstBinClass parent;
	guint nth;
};

static GstBinClass *parent_class;

static GstPadProbeReturn on_frame(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	struct hardware *hardware = user;

	(void)pad;
	(void)info;
	if (ways[hardware->nth] == WAY_LATER &&
	    g_atomic_int_add(&hardware->pictures, 1) == LATER) {
		GST_ELEMENT_ERROR(hardware, STREAM, ENCODE, (NULL), ("the test wants it"));
		return GST_PAD_PROBE_DROP;
	}
	return GST_PAD_PROBE_OK;
}

/* What queries of its caps have not said. */
static gboolean refuse_caps(GstPad *pad, GstObject *parent, GstEvent *event)
{
	if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
		return gst_pad_event_default(pad, parent, event);
	gst_event_unref(event);
	return FALSE;
}

/* What follows asks for a profile that it does not have. */
static gboolean refuse_all_caps(GstPad *pad, GstObject *parent, GstQuery *query)
{
	GstCaps *none;

	if (GST_QUERY_TYPE(query) != GST_QUERY_CAPS)
		return gst_pad_query_default(pad, parent, query);
	none = gst_caps_new_empty();
	gst_query_set_caps_result(query, none);
	gst_caps_unref(none);
	return TRUE;
}

static GstStateChangeReturn change_state(GstElement *element, GstStateChange change)
{
	struct hardware *hardware = (struct hardware *)element;
	enum way way = ways[hardware->nth];

	if (change == GST_STATE_CHANGE_NULL_TO_READY &&
	    (way == WAY_READY || way == WAY_ABSENT ||
	     (way == WAY_OPEN && GST_OBJECT_PARENT(element))))
		return GST_STATE_CHANGE_FAILURE;
	if (change == GST_STATE_CHANGE_READY_TO_PAUSED && way == WAY_START)
		return GST_STATE_CHANGE_FAILURE;
	return GST_ELEMENT_CLASS(parent_class)->change_state(element, change);
}

/* x264enc, or what takes no format or no large size that it is offered, or has one profile. */
static void hardware_init(GTypeInstance *instance, gpointer class)
{
	struct hardware *hardware = (struct hardware *)instance;
	GstElement *coder = gst_element_factory_make("x264enc", NULL);
	GstElement *filter = gst_element_factory_make("capsfilter", NULL);
	GstCaps *caps;
	GstPad *pad;

	hardware->nth = ((struct hardware_class *)class)->nth;
	if (ways[hardware->nth] == WAY_SIZE) {
		caps = gst_caps_from_string("video/x-raw,width=[16,640],height=[16,480]");
		g_object_set(filter, "caps", caps, NULL);
		gst_caps_unref(caps);
	}
	gst_util_set_object_arg(G_OBJECT(coder), "tune", "zerolatency");
	gst_util_set_object_arg(G_OBJECT(coder), "speed-preset", "ultrafast");
	gst_bin_add_many(GST_BIN(hardware), filter, coder, NULL);
	gst_element_link(filter, coder);
	pad = gst_element_get_static_pad(filter, "sink");
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_frame, hardware, NULL);
	if (ways[hardware->nth] == WAY_FORMAT)
		gst_pad_set_event_function(pad, refuse_caps);
	gst_element_add_pad(GST_ELEMENT(hardware), gst_ghost_pad_new("sink", pad));
	gst_object_unref(pad);
	pad = gst_element_get_static_pad(coder, "src");
	if (ways[hardware->nth] == WAY_PROFILE)
		gst_pad_set_query_function(pad, refuse_all_caps);
	gst_element_add_pad(GST_ELEMENT(hardware), gst_ghost_pad_new("src", pad));
	gst_object_unref(pad);
}

static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
	struct hardware *hardware = (struct hardware *)object;

	(void)spec;
	if (id == PROP_GOP) {
		hardware->gop = g_value_get_uint(value);
		return;
	}
	g_clear_pointer(&hardware->controls, gst_structure_free);
	hardware->controls = g_value_dup_boxed(value);
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	struct hardware *hardware = (struct hardware *)object;

	(void)spec;
	if (id == PROP_GOP)
		g_value_set_uint(value, hardware->gop);
	else
		g_value_set_boxed(value, hardware->controls);
}

static void finalize(GObject *object)
{
	g_clear_pointer(&((struct hardware *)object)->controls, gst_structure_free);
	G_OBJECT_CLASS(parent_class)->finalize(object);
}

static void hardware_class_init(gpointer class, gpointer nth)
{
	GstElementClass *element = GST_ELEMENT_CLASS(class);

	parent_class = g_type_class_peek_parent(class);
	((struct hardware_class *)class)->nth = GPOINTER_TO_UINT(nth);
	element->change_state = change_state;
	G_OBJECT_CLASS(class)->set_property = set_property;
	G_OBJECT_CLASS(class)->get_property = get_property;
	G_OBJECT_CLASS(class)->finalize = finalize;
	g_object_class_install_property(G_OBJECT_CLASS(class), PROP_GOP,
					g_param_spec_uint("key-int-max", "GOP", "0: each second", 0,
							  GOP_MOST, 0, G_PARAM_READWRITE));
	g_object_class_install_property(G_OBJECT_CLASS(class), PROP_CONTROLS,
					g_param_spec_boxed("extra-controls", "Controls", "Of V4L2",
							   GST_TYPE_STRUCTURE, G_PARAM_READWRITE));
	gst_element_class_set_static_metadata(element, "Hardware", "Encoder", "Fails as asked",
					      "the test");
}

static void register_hardware(guint nth, const char *type, const char *factory)
{
	const GTypeInfo info = {
		.class_size = sizeof(struct hardware_class), .class_init = hardware_class_init,
		.class_data = GUINT_TO_POINTER(nth), .instance_size = sizeof(struct hardware),
		.instance_init = hardware_init,
	};

	gst_element_register(NULL, factory, GST_RANK_NONE,
			     g_type_register_static(GST_TYPE_BIN, type, &info, 0));
}

/* --- A stream, and where it goes -------------------------------------------------- */

static struct {
	int socket;
	uint16_t port;
	struct sound *sound;
	struct stream *stream;
	unsigned int units, notes, failures;
	unsigned int notes_at;	/* units at the first note */
	enum fault fault;
	char *note;
	uint32_t width, height, hz;
	bool begun, gap, other_ssrc;
	uint16_t last;
	uint32_t ssrc;
} bench;

/* As the screen's: nothing is known of its pictures before the first. */
static void on_need(GstElement *source, guint length, gpointer user)
{
	GstCaps *caps = gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "NV12",
					    "width", G_TYPE_INT, (gint)bench.width, "height",
					    G_TYPE_INT, (gint)bench.height, "framerate",
					    GST_TYPE_FRACTION, (gint)bench.hz, 1, NULL);
	GstBuffer *picture = gst_buffer_new_allocate(NULL, bench.width * bench.height * 3 / 2,
						     NULL);
	GstSample *sample = gst_sample_new(picture, caps, NULL, NULL);
	GstFlowReturn flow;

	(void)length;
	(void)user;
	g_usleep(G_USEC_PER_SEC / bench.hz);
	gst_buffer_memset(picture, 0, 0x80, gst_buffer_get_size(picture));
	g_signal_emit_by_name(source, "push-sample", sample, &flow);
	gst_sample_unref(sample);
	gst_buffer_unref(picture);
	gst_caps_unref(caps);
}

static GstElement *on_source(void *user)
{
	GstElement *source = gst_element_factory_make("appsrc", NULL);

	(void)user;
	g_object_set(source, "is-live", TRUE, "do-timestamp", TRUE, "format", GST_FORMAT_TIME,
		     NULL);
	g_signal_connect(source, "need-data", G_CALLBACK(on_need), NULL);
	return source;
}

static void on_rate(void *user, uint32_t kbps)
{
	(void)user;
	(void)kbps;
}

static void on_needed(void *user)
{
	(void)user;
}

static void on_note(void *user, const char *text)
{
	(void)user;
	bench.notes_at = bench.units;
	bench.notes++;
	g_free(bench.note);
	bench.note = g_strdup(text);
}

static void on_failed(void *user, enum fault fault, const char *detail)
{
	(void)user;
	(void)detail;
	bench.failures++;
	bench.fault = fault;
}

static const struct stream_hooks hooks = {
	.source = on_source, .rate = on_rate, .needed = on_needed, .note = on_note,
	.failed = on_failed,
};

static void receive(void)
{
	uint8_t data[2048];
	uint16_t number;
	uint32_t ssrc;

	while (recv(bench.socket, data, sizeof(data), MSG_DONTWAIT) >= 12) {
		number = (uint16_t)(data[2] << 8 | data[3]);
		memcpy(&ssrc, data + 8, sizeof(ssrc));
		bench.gap |= bench.begun && number != (uint16_t)(bench.last + 1);
		bench.other_ssrc |= bench.begun && ssrc != bench.ssrc;
		bench.begun = true;
		bench.last = number;
		bench.ssrc = ssrc;
		bench.units += data[1] >> 7;
	}
}

/* Return: whether a counter gets there. */
static bool reaches(const unsigned int *counter, unsigned int wanted)
{
	gint64 end = g_get_monotonic_time() + PATIENCE_US;

	while (*counter < wanted && g_get_monotonic_time() < end) {
		receive();
		if (!g_main_context_iteration(NULL, FALSE))
			g_usleep(1000);
	}
	return *counter >= wanted;
}

static void open_socket(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(address);
	int room = 4 << 20;

	bench.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(bench.socket, (struct sockaddr *)&address, size) ||
	    getsockname(bench.socket, (struct sockaddr *)&address, &size))
		g_error("no port");
	bench.port = ntohs(address.sin_port);
	setsockopt(bench.socket, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
}

static enum fault set_format(uint32_t width, uint32_t height)
{
	const struct stream_format format = {
		.width = width, .height = height, .hz = 30, .profile = MC_WFD_PROFILE_CBP,
		.level_idc = 31, .codec = MC_WFD_LPCM, .codec_modes = 2, .gop_ms = 1000,
		.vbv_frames = 3,
	};

	bench.width = width;
	bench.height = height;
	bench.hz = 30;
	return stream_set_format(bench.stream, &format);
}

/* Return: FAULT_NONE: the ports are open. */
static enum fault open_sized(enum way first, enum way second, uint32_t width, uint32_t height,
			     char **detail)
{
	memset(&bench, 0, sizeof(bench));
	ways[0] = first;
	ways[1] = second;
	open_socket();
	bench.sound = sound_new("", true);
	bench.stream = stream_new(&hooks, NULL, bench.sound);
	if (set_format(width, height) != FAULT_NONE)
		g_error("no stream");
	return stream_open(bench.stream, "127.0.0.1", "127.0.0.1", bench.port, 0, detail);
}

static enum fault open_with(enum way first, enum way second, char **detail)
{
	return open_sized(first, second, 640, 480, detail);
}

static void begin(enum way first, enum way second)
{
	char *detail;

	if (open_with(first, second, &detail) != FAULT_NONE)
		g_error("no port: %s", detail);
	stream_play(bench.stream, true);
}

static const char *encoder_in_use(void)
{
	GstStructure *stats = stream_stats(bench.stream);
	const char *name = stats ? g_intern_string(gst_structure_get_string(stats, "encoder")) : "";

	g_clear_pointer(&stats, gst_structure_free);
	return name;
}

static void end(void)
{
	stream_free(bench.stream);
	sound_free(bench.sound);
	close(bench.socket);
	g_free(bench.note);
}

/* --- Tests ----------------------------------------------------------------------- */

static void test_order(void)
{
	check(!strcmp(encoder_name(0), "vah264enc") && !strcmp(encoder_name(1), "v4l2h264enc") &&
	      !strcmp(encoder_name(2), "x264enc") && !strcmp(encoder_name(3), "openh264enc"),
	      "hardware comes first");
	ways[0] = WAY_READY;
	ways[1] = WAY_FORMAT;
	check(encoder_first(0) == 1, "what does not open is passed over");
	ways[1] = WAY_READY;
	check(encoder_first(0) == 2, "all of it");
}

static void test_limits(void)
{
	static const struct {
		uint32_t profile, idc, kbps;
	} rows[] = {
		{ MC_WFD_PROFILE_CBP, 31, 14000 }, { MC_WFD_PROFILE_CBP, 32, 20000 },
		{ MC_WFD_PROFILE_CBP, 42, 50000 }, { MC_WFD_PROFILE_CHP, 31, 17500 },
		{ MC_WFD_PROFILE_CHP, 40, 25000 }, { MC_WFD_PROFILE_CBP, 30, 14000 },
		{ MC_WFD_PROFILE_CBP, 99, 240000 },
	};
	bool good = true;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++)
		good = good && encoder_kbps_max(rows[i].profile, rows[i].idc) == rows[i].kbps;
	check(good, "the highest rate is that of the level");
}

/* The rate goes to the encoder, and to the one that takes over. */
static void test_rate(void)
{
	const struct encoder_want want = {
		.profile = MC_WFD_PROFILE_CBP, .level_idc = 31, .hz = 30, .kbps = 2000,
		.vbv_frames = 3, .gop_ms = 2000,
	};
	struct encoder_want less = want;
	GstElement *bin = gst_object_ref_sink(encoder_make(2, &want));
	GstElement *coder = gst_bin_get_by_name(GST_BIN(bin), "coder");
	guint kbps = 0, gop = 0, buffer = 0;

	g_object_get(coder, "bitrate", &kbps, "key-int-max", &gop, "vbv-buf-capacity", &buffer,
		     NULL);
	check(kbps == 2000 && gop == 60 && buffer == 100,
	      "rate, IDR pictures and buffer are what was wanted");
	less.kbps = 20000;
	encoder_set_rate(bin, 2, &less);
	g_object_get(coder, "bitrate", &kbps, "vbv-buf-capacity", &buffer, NULL);
	check(kbps == 20000 && buffer == 52,
	      "at a high rate the buffer is that of the largest unit");
	gst_object_unref(coder);
	gst_object_unref(bin);
}

static guint gop_of(const struct encoder_want *want)
{
	GstElement *bin = gst_object_ref_sink(encoder_make(0, want));
	GstElement *coder = gst_bin_get_by_name(GST_BIN(bin), "coder");
	guint gop = 0;

	g_object_get(coder, "key-int-max", &gop, NULL);
	gst_object_unref(coder);
	gst_object_unref(bin);
	return gop;
}

/* A value that a property does not take would leave it as it is by default. */
static void test_ranges(void)
{
	struct encoder_want want = {
		.profile = MC_WFD_PROFILE_CHP, .level_idc = 42, .hz = 60, .kbps = 2000,
		.vbv_frames = 3, .gop_ms = 10000,
	};
	GstStructure *controls = NULL;
	GstElement *bin, *coder;
	gint entropy = -1;

	ways[0] = WAY_LATER;
	ways[1] = WAY_LATER;
	check(gop_of(&want) == 600, "IDR pictures are as far apart as is wanted");
	want.gop_ms = 30000;
	check(gop_of(&want) == GOP_MOST, "or as far as an encoder can have them");
	want.gop_ms = 0;
	check(gop_of(&want) == GOP_MOST, "also when they only come when they are asked for");
	bin = gst_object_ref_sink(encoder_make(1, &want));
	coder = gst_bin_get_by_name(GST_BIN(bin), "coder");
	g_object_get(coder, "extra-controls", &controls, NULL);
	check(controls && gst_structure_get_int(controls, "h264_entropy_mode", &entropy) &&
	      !entropy, "none has CABAC, whatever the profile is");
	g_clear_pointer(&controls, gst_structure_free);
	gst_object_unref(coder);
	gst_object_unref(bin);
}

static guint live_elements(void)
{
	GList *tracers = gst_tracing_get_active_tracers();
	GstStructure *live = NULL;
	guint count = 0;

	if (tracers)
		g_signal_emit_by_name(tracers->data, "get-live-objects", &live);
	if (live) {
		count = gst_value_list_get_size(gst_structure_get_value(live, "live-objects-list"));
		gst_structure_free(live);
	}
	g_list_free_full(tracers, gst_object_unref);
	return count;
}

/* What --check does with each, until one is good. */
static void test_trial(void)
{
	guint before = live_elements();

	ways[0] = WAY_START;
	ways[1] = WAY_PROFILE;
	check(encoder_encodes(2), "an encoder that encodes passes its trial");
	check(!encoder_encodes(0), "one that does not start fails");
	check(!encoder_encodes(1), "so does one without the profile");
	check(live_elements() == before, "and no trial leaves anything");
}

static void test_ready(void)
{
	begin(WAY_READY, WAY_ABSENT);
	check(reaches(&bench.units, ENOUGH) && !bench.notes && !bench.failures &&
	      !strcmp(encoder_in_use(), "x264enc"), "an encoder that does not open is not used");
	end();
}

static void test_format(enum way way, const char *what)
{
	begin(way, WAY_ABSENT);
	check(reaches(&bench.units, ENOUGH) && !strcmp(encoder_in_use(), "x264enc"), what);
	check(bench.notes == 1 && !bench.failures && strstr(bench.note, "vah264enc") &&
	      strstr(bench.note, "x264enc"), "once, and that is said");
	end();
}

/* What has no room for one mode has room for another, and has not failed. */
static void test_size(void)
{
	unsigned int before;
	char *detail;

	if (open_sized(WAY_SIZE, WAY_ABSENT, 800, 600, &detail) != FAULT_NONE)
		g_error("no port: %s", detail);
	stream_play(bench.stream, true);
	check(reaches(&bench.units, ENOUGH) && !strcmp(encoder_in_use(), "x264enc"),
	      "one that has no room for the picture is replaced");
	check(bench.notes == 1 && !bench.failures && strstr(bench.note, "vah264enc") &&
	      strstr(bench.note, "x264enc"), "once, and that is said");
	before = bench.units;
	set_format(640, 480);
	check(reaches(&bench.units, before + ENOUGH) && !strcmp(encoder_in_use(), "vah264enc") &&
	      bench.notes == 1, "for this mode: a smaller one is encoded by it");
	ways[0] = WAY_LATER;
	before = bench.units;
	set_format(320, 240);
	check(reaches(&bench.notes, 2) && reaches(&bench.units, before + ENOUGH) &&
	      !strcmp(encoder_in_use(), "x264enc") && !bench.failures,
	      "when it fails there, it is replaced");
	ways[0] = WAY_SIZE;
	set_format(352, 288);
	before = bench.units;
	check(reaches(&bench.units, before + ENOUGH) && !strcmp(encoder_in_use(), "x264enc") &&
	      bench.notes == 2, "for all modes that follow");
	end();
}

/* Those that fail without a word. */
static void test_silent(enum way way, const char *what)
{
	begin(way, WAY_ABSENT);
	check(reaches(&bench.units, ENOUGH) && bench.notes == 1 && !bench.failures &&
	      !strcmp(encoder_in_use(), "x264enc"), what);
	end();
}

static void test_silent_twice(void)
{
	char *detail;

	check(open_with(WAY_OPEN, WAY_OPEN, &detail) == FAULT_STREAM && detail && *detail &&
	      !stream_port(bench.stream), "a second one is a fault of the stream's");
	g_free(detail);
	end();
	begin(WAY_START, WAY_START);
	check(reaches(&bench.failures, 1) && bench.fault == FAULT_STREAM,
	      "so is a second one that does not start");
	end();
}

static void test_later(void)
{
	unsigned int before;

	begin(WAY_LATER, WAY_ABSENT);
	check(reaches(&bench.units, ENOUGH) && !bench.notes, "one that works is used");
	check(reaches(&bench.notes, 1), "until it fails");
	before = bench.units;
	check(reaches(&bench.units, before + ENOUGH) && !bench.failures &&
	      !strcmp(encoder_in_use(), "x264enc"), "then the next goes on");
	check(!bench.other_ssrc, "as the same source");
	check(!bench.gap, "with the numbers of packets that follow");
	end();
}

static void test_twice(void)
{
	begin(WAY_LATER, WAY_LATER);
	check(reaches(&bench.failures, 1) && bench.fault == FAULT_STREAM && bench.notes == 1,
	      "a second failure is the end");
	end();
}

static GLogWriterOutput ignore(GLogLevelFlags level, const GLogField *fields, gsize count,
			       gpointer user)
{
	(void)level;
	(void)fields;
	(void)count;
	(void)user;
	return G_LOG_WRITER_HANDLED;
}

int main(int argc, char **argv)
{
	g_setenv("GST_TRACERS", "leaks(filters=GstElement)", TRUE);
	gst_init(&argc, &argv);
	g_log_set_writer_func(ignore, NULL, NULL);
	register_hardware(0, "TestFirst", "vah264enc");
	register_hardware(1, "TestSecond", "v4l2h264enc");
	test_order();
	test_limits();
	test_rate();
	test_ranges();
	test_trial();
	test_ready();
	test_size();
	test_format(WAY_FORMAT, "so is one that does not take the format");
	test_silent(WAY_OPEN, "one that does not open in the pipeline, without a word");
	test_silent(WAY_START, "and one that does not start");
	test_silent_twice();
	test_later();
	test_twice();
	gst_deinit();
	return check_result();
}
