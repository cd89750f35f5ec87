// SPDX-License-Identifier: MIT
/*
 * The screen that is a monitor of the driver, with a context that the test plays: see
 * fakecontext.h. miracastsrc is the plug-in's, which GST_PLUGIN_PATH has to name.
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <gst/app/app.h>
#include <gst/video/video.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "edid_sample.h"
#include "fakecontext.h"
#include "harness.h"
#include "media/repeats.h"
#include "screen/screen.h"

#define PATIENCE_MS	20000
#define WIDTH		1280
#define HEIGHT		720
#define GREY		77

static const char body[] =
	"wfd_video_formats: 00 00 01 02 00000061 00000000 00000000 00 0000 0000 11 none none\r\n"
	"wfd_audio_codecs: AAC 00000001 00\r\n"
	"wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play\r\n";

/* --- The bench ------------------------------------------------------------------- */

static struct {
	struct fake *fake;
	struct screen *screen;
	struct mc_wfd_params sink;
	struct mc_wfd_choice choice;
	unsigned int modes, powers, departures;
	uint32_t width, height, mhz;
	bool on;
	enum fault fault;
	char *detail;
} bench;

static void on_mode(void *user, uint32_t width, uint32_t height, uint32_t mhz)
{
	(void)user;
	bench.modes++;
	bench.width = width;
	bench.height = height;
	bench.mhz = mhz;
}

static void on_power(void *user, bool on)
{
	(void)user;
	bench.powers++;
	bench.on = on;
}

static void on_departed(void *user, enum fault fault, const char *detail)
{
	(void)user;
	bench.departures++;
	bench.fault = fault;
	g_free(bench.detail);
	bench.detail = g_strdup(detail);
}

static const struct screen_hooks hooks = {
	.mode = on_mode, .power = on_power, .departed = on_departed,
};

/* Return: whether a counter of hooks got there. */
static bool reaches(const unsigned int *counter, unsigned int wanted)
{
	gint64 end = g_get_monotonic_time() + PATIENCE_MS * 1000;

	while (*counter < wanted && g_get_monotonic_time() < end)
		if (!g_main_context_iteration(NULL, FALSE))
			g_usleep(1000);
	return *counter >= wanted;
}

/* Nothing is to happen for a while. */
static void settle(void)
{
	gint64 end = g_get_monotonic_time() + 200 * 1000;

	while (g_get_monotonic_time() < end)
		if (!g_main_context_iteration(NULL, FALSE))
			g_usleep(1000);
}

static void open_with(const char *options, const char *name, const char *text, const uint8_t *edid)
{
	const struct screen_monitor monitor = {
		.choice = &bench.choice, .sink = &bench.sink, .name = name,
	};
	static const struct mc_wfd_limits limits;
	enum fault fault;

	mc_wfd_params_parse(text, strlen(text), &bench.sink);
	mc_wfd_choose(&bench.sink, edid, edid ? SAMPLE_SIZE : 0, &limits, &bench.choice);
	bench.screen = screen_miracast.open(options, &hooks, NULL, &fault);
	if (!bench.screen)
		g_error("no screen: %s", fault_sentence(fault));
	screen_miracast.arrive(bench.screen, &monitor);
}

static void open_screen(const char *options, const char *name)
{
	open_with(options, name, body, NULL);
}

static void begin_with(guint32 fourcc, const char *name, const char *text)
{
	char options[32];

	memset(&bench, 0, sizeof(bench));
	bench.fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, fourcc);
	for (guint64 number = 1; number <= 4; number++)
		fake_add_buffer(bench.fake, number, fourcc, WIDTH, HEIGHT);
	g_snprintf(options, sizeof(options), "fd=%d", bench.fake->context_fd);
	open_with(options, name, text, NULL);
}

static void begin(guint32 fourcc, const char *name)
{
	begin_with(fourcc, name, body);
}

static void end(void)
{
	screen_miracast.close(bench.screen);
	fake_free(bench.fake);
	g_free(bench.detail);
}

/* What encodes, here: it only looks. */
static GstElement *encoder_new(GstElement **out)
{
	GstElement *pipeline = gst_object_ref_sink(gst_pipeline_new(NULL));
	GstElement *feed = screen_miracast.element(bench.screen);

	*out = gst_element_factory_make("appsink", NULL);
	g_object_set(*out, "sync", FALSE, NULL);
	gst_bin_add_many(GST_BIN(pipeline), feed, *out, NULL);
	gst_element_link(feed, *out);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	return pipeline;
}

static void encoder_free(GstElement *pipeline)
{
	gst_element_set_state(pipeline, GST_STATE_NULL);
	gst_object_unref(pipeline);
}

static void send_picture(guint64 number, guint32 value)
{
	struct fake_chunk event;

	fake_paint(bench.fake, number, 640, 360, value);
	fake_chunk(bench.fake, &event, number);
	fake_send_chunk(bench.fake, &event);
}

/*
 * The middle of the next picture: its luma, or a part of its blue; -1: none came.
 * @repeats: whether it is said to be no change; or NULL
 */
static int pull_flagged(GstElement *out, GstClockTime *pts, bool *repeats)
{
	GstSample *sample =
		gst_app_sink_try_pull_sample(GST_APP_SINK(out), PATIENCE_MS * GST_MSECOND);
	GstVideoFrame frame;
	GstVideoInfo info;
	int value = -1;

	if (!sample)
		return -1;
	if (gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) &&
	    info.width == WIDTH && info.height == HEIGHT &&
	    gst_video_frame_map(&frame, &info, gst_sample_get_buffer(sample), GST_MAP_READ)) {
		value = *((uint8_t *)GST_VIDEO_FRAME_PLANE_DATA(&frame, 0) +
			  360 * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0) +
			  640 * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, 0));
		gst_video_frame_unmap(&frame);
	}
	if (pts)
		*pts = GST_BUFFER_PTS(gst_sample_get_buffer(sample));
	if (repeats)
		*repeats = GST_BUFFER_FLAG_IS_SET(gst_sample_get_buffer(sample),
						  PICTURE_REPEATS);
	gst_sample_unref(sample);
	return value;
}

static int pull(GstElement *out, GstClockTime *pts)
{
	return pull_flagged(out, pts, NULL);
}

/* --- Tests ----------------------------------------------------------------------- */

static void test_arrival(void)
{
	const struct drm_miracast_mode *modes;

	begin(DRM_FORMAT_NV12, "Living room: television \xc3\xa4");
	modes = bench.fake->modes;
	check(FAKE_REACHES(bench.fake, arrivals, 1), "a sink makes a monitor arrive");
	check(FAKE_GET(bench.fake, mode_count) == 3 && modes[0].width == 1280 &&
	      modes[0].refresh_mhz == 60000 && modes[1].width == 1280 &&
	      modes[1].refresh_mhz == 30000 && modes[2].width == 640,
	      "with the modes of the sink, in the order of the choice");
	check(modes[0].flags == DRM_MIRACAST_MODE_FLAG_PREFERRED, "the first is preferred");
	check(FAKE_GET(bench.fake, edid_size) == 128 &&
	      memmem(bench.fake->edid, 128, "Living room:", 12), "and with the sink's name");
	settle();
	check(!bench.modes && !bench.departures, "nothing else happens by itself");
	screen_miracast.close(bench.screen);
	check(FAKE_GET(bench.fake, stops) == 1, "at the end it departs");
	fake_free(bench.fake);
}

/* The session has repaired its own copy. */
static void test_repaired_edid(void)
{
	GString *text = g_string_new(body);
	uint8_t right[SAMPLE_SIZE];
	char options[32];
	size_t i;

	sample_edid(right);
	g_string_append(text, "wfd_display_edid: 0002 ");
	for (i = 0; i < SAMPLE_SIZE; i++)	/* the last byte is a checksum */
		g_string_append_printf(text, "%02X", (right[i] + (i == SAMPLE_SIZE - 1)) & 255);
	g_string_append(text, "\r\n");
	memset(&bench, 0, sizeof(bench));
	bench.fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, DRM_FORMAT_NV12);
	g_snprintf(options, sizeof(options), "fd=%d", bench.fake->context_fd);
	open_with(options, "TV", text->str, right);
	check(FAKE_REACHES(bench.fake, arrivals, 1) &&
	      FAKE_GET(bench.fake, edid_size) == SAMPLE_SIZE &&
	      !memcmp(bench.fake->edid, right, SAMPLE_SIZE),
	      "the sink's own EDID is repaired for the monitor");
	end();
	g_string_free(text, TRUE);
}

static void test_modes(void)
{
	guint64 first, second;

	begin(DRM_FORMAT_NV12, "TV");
	FAKE_REACHES(bench.fake, arrivals, 1);
	first = fake_mode_set(bench.fake, 640, 480, 60000);
	check(reaches(&bench.modes, 1) && bench.width == 640 && bench.mhz == 60000,
	      "a mode that is set is asked for");
	settle();
	check(FAKE_GET(bench.fake, completed) < first, "and not answered before the sink has");
	screen_miracast.answer_mode(bench.screen, 640, 480, 60, false);
	check(fake_refused(bench.fake, first), "one that it refuses is refused");

	first = fake_mode_set(bench.fake, 1280, 720, 30000);
	reaches(&bench.modes, 2);
	second = fake_mode_set(bench.fake, 1280, 720, 60000);
	check(reaches(&bench.modes, 3), "another may follow before the answer");
	screen_miracast.answer_mode(bench.screen, 1280, 720, 30, true);
	settle();
	check(FAKE_GET(bench.fake, completed) < second, "then the answer to the first is none");
	screen_miracast.answer_mode(bench.screen, 1280, 720, 60, true);
	check(fake_accepted(bench.fake, second), "and that to the second counts");
	screen_miracast.answer_mode(bench.screen, 1280, 720, 60, false);
	settle();
	check(FAKE_GET(bench.fake, completions) == 2, "a second answer changes nothing");
	fake_power(bench.fake, 0);
	check(reaches(&bench.powers, 1) && !bench.on, "a screen that goes dark says so");
	fake_power(bench.fake, 1);
	check(reaches(&bench.powers, 2) && bench.on, "as does one that is lit");
	end();
}

static void take_mode(void)
{
	guint64 number;

	FAKE_REACHES(bench.fake, arrivals, 1);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	reaches(&bench.modes, 1);
	screen_miracast.answer_mode(bench.screen, WIDTH, HEIGHT, 60, true);
	fake_accepted(bench.fake, number);
}

static void test_pictures(guint32 fourcc, const char *what)
{
	GstElement *encoder, *out;
	GstClockTime pts = 0, now, before;
	GstClock *clock;
	guint64 requests;

	begin(fourcc, "TV");
	take_mode();
	requests = FAKE_GET(bench.fake, requests);
	encoder = encoder_new(&out);
	check(FAKE_REACHES(bench.fake, requests, requests + 1),
	      "a new encoder has the screen asked for a picture");
	clock = gst_pipeline_get_clock(GST_PIPELINE(encoder));
	before = gst_clock_get_time(clock) - gst_element_get_base_time(encoder);
	send_picture(1, GREY);
	check(pull(out, &pts) == GREY, what);
	now = gst_clock_get_time(clock) - gst_element_get_base_time(encoder);
	gst_object_unref(clock);
	check(pts <= now && pts + 2 * GST_SECOND > before,
	      "its time is that of the encoder's pipeline");
	send_picture(2, GREY + 1);
	check(pull(out, NULL) == GREY + 1, "another follows");
	requests = FAKE_GET(bench.fake, requests);
	screen_miracast.request_frame(bench.screen);
	check(FAKE_REACHES(bench.fake, requests, requests + 1), "one may be asked for");
	encoder_free(encoder);

	requests = FAKE_GET(bench.fake, requests);
	encoder = encoder_new(&out);
	check(FAKE_REACHES(bench.fake, requests, requests + 1), "another encoder asks again");
	send_picture(3, GREY + 2);
	check(pull(out, NULL) == GREY + 2, "and gets its own");
	check(FAKE_REACHES(bench.fake, released, 2), "what is done with goes back to the driver");
	encoder_free(encoder);
	check(FAKE_REACHES(bench.fake, released, 3), "all of it");
	end();
}

static void send_commit(guint64 number, guint64 commit)
{
	struct fake_chunk event;

	fake_paint(bench.fake, number, 640, 360, GREY);
	fake_chunk(bench.fake, &event, number);
	event.chunk.commit_time_ns = commit;
	fake_send_chunk(bench.fake, &event);
}

/* A picture that is sent again because it was asked for is of the same commit. */
static void test_repeats(void)
{
	static const struct {
		guint64 commit;
		bool repeats;
	} pictures[] = { { 1000, false }, { 1000, true }, { 1000, true }, { 2000, false },
			 { 0, false }, { 0, false }, { 2000, false }, { 2000, true } };
	GstElement *encoder, *out;
	bool repeats, good = true;
	size_t i;

	begin(DRM_FORMAT_NV12, "TV");
	take_mode();
	encoder = encoder_new(&out);
	FAKE_REACHES(bench.fake, requests, 1);
	for (i = 0; i < G_N_ELEMENTS(pictures) && good; i++) {
		send_commit(i % 3 + 1, pictures[i].commit);
		good = pull_flagged(out, NULL, &repeats) == GREY &&
		       repeats == pictures[i].repeats;
	}
	check(good, "a picture of the same commit is a repeat, and none other");
	encoder_free(encoder);
	encoder = encoder_new(&out);
	FAKE_REACHES(bench.fake, requests, 2);
	send_commit(1, 2000);
	check(pull_flagged(out, NULL, &repeats) == GREY && !repeats,
	      "to another encoder it is new");
	encoder_free(encoder);
	end();
}

/* The time of the next picture's commit; 0: none came. */
static guint64 pull_commit(GstElement *out, bool *repeats)
{
	GstSample *sample =
		gst_app_sink_try_pull_sample(GST_APP_SINK(out), PATIENCE_MS * GST_MSECOND);
	GstCustomMeta *meta;
	guint64 commit = 0;

	if (!sample)
		return 0;
	meta = gst_buffer_get_custom_meta(gst_sample_get_buffer(sample), "MiracastChunkMeta");
	if (meta)
		gst_structure_get_uint64(gst_custom_meta_get_structure(meta), "commit-time",
					 &commit);
	*repeats = GST_BUFFER_FLAG_IS_SET(gst_sample_get_buffer(sample), PICTURE_REPEATS);
	gst_sample_unref(sample);
	return commit;
}

/* While the encoder is busy, a picture that waits is replaced by the next, unseen. */
static void test_unseen(void)
{
	GstElement *encoder, *out;
	guint64 commit, before = 0;
	bool repeats, good = true;

	begin(DRM_FORMAT_NV12, "TV");
	take_mode();
	encoder = encoder_new(&out);
	g_object_set(out, "max-buffers", 1, NULL);
	FAKE_REACHES(bench.fake, requests, 1);
	send_commit(1, 1000);
	send_commit(2, 2000);
	send_commit(3, 3000);
	send_commit(4, 3000);
	check(FAKE_REACHES(bench.fake, released, 1), "a picture is replaced by a newer one");
	do {
		commit = pull_commit(out, &repeats);
		good = good && commit && repeats == (commit == before);
		before = commit;
	} while (good && commit != 3000);
	check(good, "which is no repeat of what was not seen");
	encoder_free(encoder);
	end();
}

/* A picture that comes before the encoder has asked is dropped: they go on until one passes. */
static bool gets_picture(GstElement *out)
{
	GstSample *sample = NULL;
	guint64 i;

	for (i = 0; i < 300 && !sample; i++) {
		send_picture(i % 3 + 1, GREY);
		sample = gst_app_sink_try_pull_sample(GST_APP_SINK(out), 200 * GST_MSECOND);
	}
	if (sample)
		gst_sample_unref(sample);
	return !!sample;
}

/* At rest, a sink that takes no fewer pictures gets as many as the mode has, not the best mode. */
static void test_rest(void)
{
	GstElement *encoder, *out;
	guint64 number, requests;
	gint64 begun;

	begin_with(DRM_FORMAT_XRGB8888, "TV",
		   "wfd_video_formats: 00 00 01 02 00000061 00000000 00000000 00 0000 0000 00 none none\r\n"
		   "wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play\r\n");
	FAKE_REACHES(bench.fake, arrivals, 1);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 24000);
	reaches(&bench.modes, 1);
	screen_miracast.answer_mode(bench.screen, WIDTH, HEIGHT, 24, true);
	fake_accepted(bench.fake, number);
	encoder = encoder_new(&out);
	check(gets_picture(out), "a picture comes");
	requests = FAKE_GET(bench.fake, requests);
	begun = g_get_monotonic_time();
	check(FAKE_REACHES(bench.fake, requests, requests + 24), "and is asked for again at rest");
	check(g_get_monotonic_time() - begun > 700 * G_TIME_SPAN_MILLISECOND,
	      "not more often than the mode has pictures");
	gst_element_set_state(encoder, GST_STATE_NULL);
	gst_object_unref(encoder);
	end();
}

static void test_ends(void)
{
	begin(DRM_FORMAT_XRGB8888, "TV");
	take_mode();
	fake_end(bench.fake, -ESTALE);
	check(reaches(&bench.departures, 1) && bench.fault == FAULT_SCREEN_GONE,
	      "a context that is taken away is a monitor that is gone");
	check(bench.detail && *bench.detail, "and the reason is given");
	end();

	begin(DRM_FORMAT_XRGB8888, "TV");
	take_mode();
	fake_end(bench.fake, -ENODEV);
	check(reaches(&bench.departures, 1) && bench.fault == FAULT_SCREEN_GONE,
	      "so is a device that is");
	end();

	memset(&bench, 0, sizeof(bench));
	open_screen("fd=0", "TV");
	check(reaches(&bench.departures, 1) && bench.fault == FAULT_NO_SCREEN && *bench.detail,
	      "a file that is no context is no screen, and it is said why");
	settle();
	check(bench.departures == 1, "once");
	screen_miracast.close(bench.screen);
	g_free(bench.detail);

	memset(&bench, 0, sizeof(bench));
	open_screen("device=/dev/null", "TV");
	screen_miracast.close(bench.screen);
	check(!bench.departures, "it may be closed while it is opened");
}

/* A bus that takes calls, and says nothing, ever. */
static int silent_bus(const char *folder)
{
	struct sockaddr_un here = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char *address;

	g_snprintf(here.sun_path, sizeof(here.sun_path), "%s/bus", folder);
	if (bind(fd, (struct sockaddr *)&here, sizeof(here)) || listen(fd, 8))
		g_error("no bus: %s", g_strerror(errno));
	address = g_strdup_printf("unix:path=%s", here.sun_path);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
	g_free(address);
	return fd;
}

/* Whether a screen ends at once, for this reason. */
static bool fails_with(const char *options, enum fault fault)
{
	bool good;

	memset(&bench, 0, sizeof(bench));
	open_screen(options, "TV");
	good = reaches(&bench.departures, 1) && bench.fault == fault;
	screen_miracast.close(bench.screen);
	g_free(bench.detail);
	return good;
}

static void test_no_module(void)
{
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
	check(fails_with(NULL, FAULT_NO_MODULE),
	      "without device and broker, the module is missing");
	check(fails_with("device=/dev/null", FAULT_NO_SCREEN),
	      "a device that is named and is none is no screen");
	g_unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

static void test_impatience(void)
{
	char *folder = g_dir_make_tmp("cast-XXXXXX", NULL), *path;
	int fd = silent_bus(folder), caller;
	gint64 begun;

	memset(&bench, 0, sizeof(bench));
	open_screen(NULL, "TV");
	caller = accept(fd, NULL, NULL);
	check(caller >= 0, "without a device, the broker is asked");
	begun = g_get_monotonic_time();
	screen_miracast.close(bench.screen);
	check(g_get_monotonic_time() - begun < 30 * G_USEC_PER_SEC && !bench.departures,
	      "nobody waits for its answer who has closed the screen");
	close(caller);
	close(fd);
	path = g_build_filename(folder, "bus", NULL);
	unlink(path);
	rmdir(folder);
	g_free(path);
	g_free(folder);
	g_unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

static void test_rate(void)
{
	begin(DRM_FORMAT_NV12, "TV");
	take_mode();
	screen_miracast.set_rate(bench.screen, 4321);
	check(FAKE_GET(bench.fake, rates) >= 1 && bench.fake->rate.encode_rate_kbps == 4321 &&
	      !bench.fake->rate.max_picture_rate_mhz, "the driver knows the encoder's rate");
	end();
}

static void test_options(void)
{
	static const char *const wrong[] = {
		"fd", "fd=", "fd=-1", "fd=4x", "fd=99999999999", "target=", "colour=red", ",", "=",
		"target=a,target=b",
	};
	struct screen *screen;
	enum fault fault;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(wrong); i++) {
		screen = screen_miracast.open(wrong[i], &hooks, NULL, &fault);
		check(!screen && fault == FAULT_NO_SCREEN && !screen_miracast.valid(wrong[i]),
		      wrong[i]);
	}
	check(screen_miracast.valid(NULL) && screen_miracast.valid("device=/dev/dri/card7,fd=3"),
	      "that they make sense is seen before");
	screen = screen_miracast.open("device=/dev/dri/card7,target=Virtual-3", &hooks, NULL,
				      &fault);
	check(screen && fault == FAULT_NONE, "options that make sense");
	screen_miracast.close(screen);
}

/* --- A lid ----------------------------------------------------------------------- */

/* logind's, as far as a lock goes. Its end of each lock says when that is let go. */
static struct {
	GDBusConnection *bus;
	unsigned int asked, held;	/* locks: in all, and at present */
	bool refuses, waits;
	GDBusMethodInvocation *waiting;
	char *what;
} logind;

static gboolean on_let_go(gint fd, GIOCondition condition, gpointer user)
{
	(void)condition;
	(void)user;
	close(fd);
	logind.held--;
	return G_SOURCE_REMOVE;
}

static void give_lock(GDBusMethodInvocation *call)
{
	GUnixFDList *files = g_unix_fd_list_new();
	int ends[2];

	if (!g_unix_open_pipe(ends, FD_CLOEXEC, NULL))
		g_error("no pipe");
	g_unix_fd_list_append(files, ends[1], NULL);
	close(ends[1]);
	logind.held++;
	g_unix_fd_add(ends[0], G_IO_HUP, on_let_go, NULL);
	g_dbus_method_invocation_return_value_with_unix_fd_list(call, g_variant_new("(h)", 0),
								files);
	g_object_unref(files);
}

static void on_inhibit(GDBusConnection *bus, const gchar *sender, const gchar *path,
		       const gchar *interface, const gchar *method, GVariant *arguments,
		       GDBusMethodInvocation *call, gpointer user)
{
	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	(void)method;
	(void)user;
	logind.asked++;
	g_free(logind.what);
	logind.what = g_variant_print(arguments, FALSE);
	if (logind.refuses)
		g_dbus_method_invocation_return_dbus_error(
			call, "org.freedesktop.DBus.Error.AccessDenied", "not now");
	else if (logind.waits)
		logind.waiting = call;
	else
		give_lock(call);
}

static bool start_logind(GTestDBus **daemon)
{
	static const GDBusInterfaceVTable table = { .method_call = on_inhibit };
	GDBusNodeInfo *info = g_dbus_node_info_new_for_xml(
		"<node><interface name='org.freedesktop.login1.Manager'><method name='Inhibit'>"
		"<arg type='s' direction='in'/><arg type='s' direction='in'/>"
		"<arg type='s' direction='in'/><arg type='s' direction='in'/>"
		"<arg type='h' direction='out'/></method></interface></node>", NULL);
	GVariant *answer;

	*daemon = g_test_dbus_new(G_TEST_DBUS_NONE);
	g_test_dbus_up(*daemon);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address(*daemon), TRUE);
	logind.bus = g_dbus_connection_new_for_address_sync(
		g_test_dbus_get_bus_address(*daemon),
		G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
		G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, NULL);
	if (!logind.bus)
		return false;
	g_dbus_connection_register_object(logind.bus, "/org/freedesktop/login1",
					  info->interfaces[0], &table, NULL, NULL, NULL);
	g_dbus_node_info_unref(info);
	answer = g_dbus_connection_call_sync(
		logind.bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus", "RequestName",
		g_variant_new("(su)", "org.freedesktop.login1", 4), NULL, G_DBUS_CALL_FLAGS_NONE,
		-1, NULL, NULL);
	g_clear_pointer(&answer, g_variant_unref);
	return true;
}

/* Return: whether there come to be so many locks. */
static bool locks(unsigned int wanted)
{
	gint64 end = g_get_monotonic_time() + PATIENCE_MS * 1000;

	while (logind.held != wanted && g_get_monotonic_time() < end)
		if (!g_main_context_iteration(NULL, FALSE))
			g_usleep(1000);
	return logind.held == wanted;
}

static void test_lid(void)
{
	GTestDBus *daemon;
	char *program = g_find_program_in_path("dbus-daemon");

	if (!program) {
		printf("# no dbus-daemon: the lid is left out\n");
		return;
	}
	g_free(program);
	if (!start_logind(&daemon)) {
		check(false, "a bus for logind");
		return;
	}
	begin(DRM_FORMAT_NV12, "TV");
	FAKE_REACHES(bench.fake, arrivals, 1);
	settle();
	check(!logind.asked, "a monitor that is dark leaves the lid alone");
	take_mode();
	check(locks(1) && strstr(logind.what, "'handle-lid-switch'") &&
	      strstr(logind.what, "'block'"), "while it is lit, the lid does not suspend");
	fake_power(bench.fake, 0);
	check(reaches(&bench.powers, 1) && locks(0), "switched off, it does");
	fake_power(bench.fake, 1);
	check(reaches(&bench.powers, 2) && locks(1), "switched on, it does not");
	fake_mode_set(bench.fake, 640, 480, 60000);
	reaches(&bench.modes, 2);
	screen_miracast.answer_mode(bench.screen, 640, 480, 60, true);
	settle();
	check(logind.held == 1, "another mode changes nothing");
	fake_end(bench.fake, -ESTALE);
	check(reaches(&bench.departures, 1) && locks(0), "a monitor that is gone lets go");
	end();

	begin(DRM_FORMAT_NV12, "TV");
	take_mode();
	check(locks(1), "another cast has a lock of its own");
	end();
	check(locks(0), "that goes with the cast");

	logind.waits = true;
	logind.asked = 0;
	begin(DRM_FORMAT_NV12, "TV");
	take_mode();
	reaches(&logind.asked, 1);
	end();
	if (logind.waiting)
		give_lock(logind.waiting);
	check(logind.asked == 1 && locks(0), "a lock that comes after the end is let go");
	logind.waits = false;
	logind.refuses = true;
	begin(DRM_FORMAT_NV12, "TV");
	take_mode();
	reaches(&logind.asked, 2);
	settle();
	check(!bench.departures, "without a lock the cast goes on");
	logind.refuses = false;
	fake_mode_set(bench.fake, 640, 480, 60000);
	reaches(&bench.modes, 2);
	screen_miracast.answer_mode(bench.screen, 640, 480, 60, true);
	check(locks(1), "and with the next mode the lock is asked for again");
	fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	reaches(&bench.modes, 3);
	screen_miracast.answer_mode(bench.screen, WIDTH, HEIGHT, 60, true);
	settle();
	check(logind.asked == 3, "but not once it is there");
	end();
	g_object_unref(logind.bus);
	g_free(logind.what);
	g_test_dbus_stop(daemon);
	g_object_unref(daemon);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
}

/* --- A source that fails ---------------------------------------------------------- */

static GstStateChangeReturn fail(GstElement *element, GstStateChange change)
{
	(void)element;
	return change == GST_STATE_CHANGE_NULL_TO_READY ? GST_STATE_CHANGE_FAILURE :
	       GST_STATE_CHANGE_SUCCESS;
}

static void silent_class_init(gpointer class, gpointer data)
{
	(void)data;
	GST_ELEMENT_CLASS(class)->change_state = fail;
	gst_element_class_set_static_metadata(class, "Silent", "Source", "Fails", "the test");
}

/* The last test: from here on this is miracastsrc. */
static void test_silent_source(void)
{
	const GTypeInfo info = {
		.class_size = sizeof(GstElementClass), .class_init = silent_class_init,
		.instance_size = sizeof(GstElement),
	};

	gst_element_register(NULL, "miracastsrc", GST_RANK_NONE,
			     g_type_register_static(GST_TYPE_ELEMENT, "TestSilent", &info, 0));
	check(fails_with(NULL, FAULT_NO_SCREEN), "a source that fails without a word is no screen");
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
	/* Not the machine's own logind. */
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
	gst_init(&argc, &argv);
	test_arrival();
	test_repaired_edid();
	test_modes();
	test_pictures(DRM_FORMAT_NV12, "a picture of NV12 arrives");
	test_pictures(DRM_FORMAT_XRGB8888, "a picture of XRGB8888 arrives");
	test_repeats();
	test_unseen();
	test_rate();
	test_rest();
	test_ends();
	test_lid();
	if (access("/dev/dri", F_OK)) {
		test_no_module();
		test_impatience();
	}
	g_log_set_writer_func(ignore, NULL, NULL);
	test_options();
	test_silent_source();
	gst_deinit();
	return check_result();
}
