// SPDX-License-Identifier: MIT
/* The screen that is a monitor of the driver: how it begins and ends, and its modes. */
#include <drm_fourcc.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "edid_sample.h"
#include "harness.h"
#include "screen/reasons.h"
#include "screenbench.h"

static void test_arrival(void)
{
	const struct drm_miracast_mode *modes;

	bench_begin(DRM_FORMAT_NV12, "Living room: television \xc3\xa4");
	modes = bench.fake->modes;
	check(FAKE_REACHES(bench.fake, arrivals, 1), "a sink makes a monitor arrive");
	check(FAKE_GET(bench.fake, mode_count) == 3 && modes[0].width == 1280 &&
	      modes[0].refresh_mhz == 60000 && modes[1].width == 1280 &&
	      modes[1].refresh_mhz == 30000 && modes[2].width == 640,
	      "with the modes of the sink, in the order of the choice");
	check(modes[0].flags == DRM_MIRACAST_MODE_FLAG_PREFERRED, "the first is preferred");
	check(FAKE_GET(bench.fake, edid_size) == 128 &&
	      memmem(bench.fake->edid, 128, "Living room:", 12), "and with the sink's name");
	bench_settle();
	check(!bench.modes && !bench.departures, "nothing else happens by itself");
	screen_miracast.close(bench.screen);
	check(FAKE_GET(bench.fake, stops) == 1, "at the end it departs");
	fake_free(bench.fake);
}

/* The session has repaired its own copy. */
static void test_repaired_edid(void)
{
	GString *text = g_string_new(bench_sink);
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
	bench_open_with(options, "TV", text->str, right);
	check(FAKE_REACHES(bench.fake, arrivals, 1) &&
	      FAKE_GET(bench.fake, edid_size) == SAMPLE_SIZE &&
	      !memcmp(bench.fake->edid, right, SAMPLE_SIZE),
	      "the sink's own EDID is repaired for the monitor");
	bench_end();
	g_string_free(text, TRUE);
}

static void test_modes(void)
{
	guint64 first, second;

	bench_begin(DRM_FORMAT_NV12, "TV");
	FAKE_REACHES(bench.fake, arrivals, 1);
	first = fake_mode_set(bench.fake, 640, 480, 60000);
	check(bench_reaches(&bench.modes, 1) && bench.width == 640 && bench.mhz == 60000,
	      "a mode that is set is asked for");
	bench_settle();
	check(FAKE_GET(bench.fake, completed) < first, "and not answered before the sink has");
	screen_miracast.answer_mode(bench.screen, 640, 480, 60, false);
	check(fake_refused(bench.fake, first), "one that it refuses is refused");

	first = fake_mode_set(bench.fake, 1280, 720, 30000);
	bench_reaches(&bench.modes, 2);
	second = fake_mode_set(bench.fake, 1280, 720, 60000);
	check(bench_reaches(&bench.modes, 3), "another may follow before the answer");
	screen_miracast.answer_mode(bench.screen, 1280, 720, 30, true);
	bench_settle();
	check(FAKE_GET(bench.fake, completed) < second, "then the answer to the first is none");
	screen_miracast.answer_mode(bench.screen, 1280, 720, 60, true);
	check(fake_accepted(bench.fake, second), "and that to the second counts");
	screen_miracast.answer_mode(bench.screen, 1280, 720, 60, false);
	bench_settle();
	check(FAKE_GET(bench.fake, completions) == 2, "a second answer changes nothing");
	fake_power(bench.fake, 0);
	check(bench_reaches(&bench.powers, 1) && !bench.on, "a screen that goes dark says so");
	fake_power(bench.fake, 1);
	check(bench_reaches(&bench.powers, 2) && bench.on, "as does one that is lit");
	bench_end();
}

static void test_blocked(void)
{
	static const struct {
		uint32_t state;
		const char *reason, *word;
	} states[] = {
		{ DRM_MIRACAST_PICTURE_STATE_NOT_PINNED, "not-pinned", "started again" },
		{ DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER, "other-master", "another session" },
		{ DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS, "over-limits", "beyond" },
		{ DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT, "foreign-content",
		  "another session" },
		{ DRM_MIRACAST_PICTURE_STATE_UNREADABLE, "unreadable", "cannot read" },
		{ DRM_MIRACAST_PICTURE_STATE_UNREADABLE + 1, "unknown", "does not know" },
	};
	unsigned int count = 0;

	bench_begin(DRM_FORMAT_NV12, "TV");
	FAKE_REACHES(bench.fake, arrivals, 1);
	fake_picture_state(bench.fake, DRM_MIRACAST_PICTURE_STATE_DARK);
	fake_picture_state(bench.fake, DRM_MIRACAST_PICTURE_STATE_FLOWS);
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		fake_picture_state(bench.fake, states[i].state);
		check(bench_reaches(&bench.blocks, ++count) &&
		      !g_strcmp0(bench.reason, states[i].reason) &&
		      bench.sentence && strstr(bench.sentence, states[i].word),
		      states[i].reason);
	}
	fake_picture_state(bench.fake, DRM_MIRACAST_PICTURE_STATE_DARK);
	check(bench_reaches(&bench.blocks, ++count) && !bench.reason && !bench.sentence,
	      "that pictures may come again is reported");
	fake_picture_state(bench.fake, DRM_MIRACAST_PICTURE_STATE_FLOWS);
	bench_settle();
	check(bench.blocks == count, "once");
	bench_end();
}

static void test_ends(void)
{
	bench_begin(DRM_FORMAT_XRGB8888, "TV");
	bench_take_mode();
	fake_end(bench.fake, -ESTALE);
	check(bench_reaches(&bench.departures, 1) && bench.fault == FAULT_SCREEN_GONE,
	      "a context that is taken away is a monitor that is gone");
	check(bench.detail && *bench.detail, "and the reason is given");
	bench_end();

	bench_begin(DRM_FORMAT_XRGB8888, "TV");
	bench_take_mode();
	fake_end(bench.fake, -ENODEV);
	check(bench_reaches(&bench.departures, 1) && bench.fault == FAULT_SCREEN_GONE,
	      "so is a device that is");
	bench_end();

	memset(&bench, 0, sizeof(bench));
	bench_open("fd=0", "TV");
	check(bench_reaches(&bench.departures, 1) && bench.fault == FAULT_NO_SCREEN &&
	      *bench.detail, "a file that is no context is no screen, and it is said why");
	bench_settle();
	check(bench.departures == 1, "once");
	screen_miracast.close(bench.screen);
	g_free(bench.detail);

	memset(&bench, 0, sizeof(bench));
	bench_open("device=/dev/null", "TV");
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
	bench_open(options, "TV");
	good = bench_reaches(&bench.departures, 1) && bench.fault == fault;
	screen_miracast.close(bench.screen);
	g_free(bench.detail);
	return good;
}

/* What the element's error means for a cast. */
static enum fault fault_of(const char *reason, gint code)
{
	GError *error = g_error_new_literal(GST_RESOURCE_ERROR, code, "No monitor");
	GstStructure *details = gst_structure_new("miracast-no-monitor", "reason", G_TYPE_STRING,
						  reason, NULL);
	GstMessage *message = gst_message_new_error_with_details(NULL, error, NULL, details);
	enum fault fault = reasons_fault(message, false);

	gst_message_unref(message);
	g_error_free(error);
	return fault;
}

static void test_reasons(void)
{
	check(fault_of("broker-failed", GST_RESOURCE_ERROR_OPEN_READ) == FAULT_BROKER_FAILED,
	      "a broker that fails is no lack of monitors");
	check(fault_of("no-broker", GST_RESOURCE_ERROR_NOT_AUTHORIZED) == FAULT_NO_BROKER &&
	      fault_of("not-active", GST_RESOURCE_ERROR_NOT_AUTHORIZED) == FAULT_NOT_ACTIVE &&
	      fault_of("not-permitted", GST_RESOURCE_ERROR_NOT_AUTHORIZED) == FAULT_NOT_PERMITTED &&
	      fault_of("quota", GST_RESOURCE_ERROR_BUSY) == FAULT_SCREEN_BUSY &&
	      fault_of("no-target", GST_RESOURCE_ERROR_NOT_FOUND) == FAULT_NO_SCREEN,
	      "nor is one that is missing, or refuses");
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
	bench_open(NULL, "TV");
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
		screen = screen_miracast.open(wrong[i], &bench_hooks, NULL, &fault);
		check(!screen && fault == FAULT_NO_SCREEN && !screen_miracast.valid(wrong[i]),
		      wrong[i]);
	}
	check(screen_miracast.valid(NULL) && screen_miracast.valid("device=/dev/dri/card7,fd=3"),
	      "that they make sense is seen before");
	screen = screen_miracast.open("device=/dev/dri/card7,target=Virtual-3", &bench_hooks, NULL,
				      &fault);
	check(screen && fault == FAULT_NONE, "options that make sense");
	screen_miracast.close(screen);
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
	bench_init(&argc, &argv);
	test_arrival();
	test_repaired_edid();
	test_modes();
	test_blocked();
	test_ends();
	test_reasons();
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
