// SPDX-License-Identifier: MIT
/*
 * miracastsrc: what it announces as a session begins, what it refuses to begin with, and
 * how a session ends, or goes on without it.
 */
#include <drm_fourcc.h>
#include <gst/base/gstbasesrc.h>
#include <string.h>

#include "edid_sample.h"
#include "harness.h"
#include "srcbench.h"

/* --- Beginning and end ------------------------------------------------------------ */

static void on_notify(GObject *object, GParamSpec *spec, gpointer count)
{
	(void)object;
	(void)spec;
	++*(guint *)count;
}

static void check_announcing(void)
{
	struct bench bench;
	gchar *connector;
	guint notified = 0;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_signal_connect(bench.src, "notify::connector", G_CALLBACK(on_notify), &notified);
	g_object_set(bench.src, "modes", "1280x720@60, 64x48@59.94", "monitor-name", "Beamer 3",
		     NULL);
	bench_play(&bench);
	check(bench.fake->state == DRM_MIRACAST_STATE_MONITOR && bench.fake->arrivals == 1,
	      "a session is started, and a monitor announced");
	check(bench.fake->mode_count == 2 && bench.fake->modes[0].width == 1280 &&
		      bench.fake->modes[0].flags == DRM_MIRACAST_MODE_FLAG_PREFERRED &&
		      bench.fake->modes[1].refresh_mhz == 59940,
	      "with its modes, the first preferred");
	check(bench.fake->edid_size == 128 && memmem(bench.fake->edid, 128, "Beamer 3", 8),
	      "and its name");
	g_object_get(bench.src, "connector", &connector, NULL);
	check(!g_strcmp0(connector, "Virtual-7"), "the connector has a name, too");
	g_free(connector);
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(bench.fake->stops == 1, "and READY ends the session");
	g_object_get(bench.src, "connector", &connector, NULL);
	check(!connector && notified == 2, "with the name of the connector, which is notified");
	g_free(connector);
	for (guint nth = 0; nth < 50; nth++) {
		gst_element_set_state(bench.src, GST_STATE_PLAYING);
		gst_element_set_state(bench.src, GST_STATE_READY);
	}
	check(bench.fake->stops == 51 && bench.fake->arrivals == 51, "as often as one likes");
	bench_end(&bench);
}

static void check_formats(void)
{
	struct bench bench;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "video-formats",
		     "40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none", NULL);
	bench_play(&bench);
	check(bench.fake->mode_count > 10 && bench.fake->modes[0].flags &&
		      bench.fake->modes[0].width == 1920 && bench.fake->modes[0].height == 1080,
	      "modes come from a sink's wfd_video_formats");
	bench_end(&bench);

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "video-formats",
		     "wfd_audio_codecs: LPCM 00000002 00\r\n"
		     "wfd_video_formats: 00 00 01 01 00000001 00000000 00000000 00 0000 0000 00 "
		     "none none\r\n",
		     NULL);
	bench_play(&bench);
	check(bench.fake->mode_count == 1 && bench.fake->modes[0].width == 640,
	      "or from all of its answer");
	bench_end(&bench);
}

/* Mistakes that sinks make, and that the kernel forgives. */
static void check_repaired_edid(void)
{
	GString *body = g_string_new("wfd_video_formats: 00 00 01 02 00000061 00000000 00000000 00 "
				     "0000 0000 11 none none\r\nwfd_display_edid: 0002 ");
	guint8 right[SAMPLE_SIZE], wrong[SAMPLE_SIZE];
	struct bench bench;
	GBytes *edid;

	sample_edid(right);
	memcpy(wrong, right, sizeof(wrong));
	wrong[1] = 0xfe;
	wrong[SAMPLE_SIZE - 1]++;
	for (guint nth = 0; nth < SAMPLE_SIZE; nth++)
		g_string_append_printf(body, "%02X", wrong[nth]);
	g_string_append(body, "\r\n");
	edid = g_bytes_new(wrong, sizeof(wrong));

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "edid", edid, NULL);
	bench_play(&bench);
	check(bench.fake->edid_size == SAMPLE_SIZE &&
		      !memcmp(bench.fake->edid, right, SAMPLE_SIZE),
	      "an EDID with mistakes is repaired");
	check(bench_await_message(&bench, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR_SETTINGS),
	      "and that is said");
	bench_end(&bench);
	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "video-formats", body->str, NULL);
	bench_play(&bench);
	check(bench.fake->edid_size == SAMPLE_SIZE &&
		      !memcmp(bench.fake->edid, right, SAMPLE_SIZE),
	      "so is one in a sink's answer");
	check(bench_await_message(&bench, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR_SETTINGS),
	      "and that is said, too");
	bench_end(&bench);
	g_bytes_unref(edid);
	g_string_free(body, TRUE);
}

static void check_bad_settings(void)
{
	static const struct {
		const gchar *name, *value;
	} bad[] = {
		{ "modes", "1920x1080@60, fast" },
		{ "modes", " , " },
		{ "modes", "99999x1@60" },
		{ "video-formats", "none" },
		{ "video-formats", "40 00" },
		{ "monitor-name", "far too long for one" },
		{ "monitor-name", "" },
	};
	GBytes *edid = g_bytes_new_static("no EDID", 7);
	struct bench bench;

	for (guint nth = 0; nth < G_N_ELEMENTS(bad); nth++) {
		gchar *what = g_strdup_printf("%s '%s' is an error", bad[nth].name, bad[nth].value);

		bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
		g_object_set(bench.src, bad[nth].name, bad[nth].value, NULL);
		check(bench_fails(&bench, GST_RESOURCE_ERROR_SETTINGS) && !bench.fake->arrivals,
		      what);
		g_free(what);
		bench_end(&bench);
	}
	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "edid", edid, NULL);
	check(bench_fails(&bench, GST_RESOURCE_ERROR_SETTINGS), "so is a bad EDID");
	g_object_set(bench.src, "edid", NULL, "fd", 0, NULL);
	check(bench_fails(&bench, GST_RESOURCE_ERROR_SETTINGS),
	      "and a file that is no context");
	g_bytes_unref(edid);
	bench_end(&bench);
}

static void check_handed_over(void)
{
	struct bench bench;
	GstBuffer *buffer;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "modes", NULL, NULL);
	bench_play(&bench);
	check(!bench.fake->arrivals && bench.fake->state == DRM_MIRACAST_STATE_CREATED,
	      "who hands over a context announces the monitor");
	bench.fake->state = DRM_MIRACAST_STATE_MONITOR;
	check(fake_accepted(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "also later");
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(!bench.fake->stops && !bench.fake->departures, "and ends it");

	/* The mode was accepted then, and is not set once more. */
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	check(FAKE_GET(bench.fake, requests) == 1,
	      "a monitor that is there is asked for a picture");
	fake_send_picture(bench.fake, 1);
	buffer = bench_pull(&bench);
	check(!!buffer, "which comes without another mode set");
	gst_buffer_unref(buffer);
	bench_end(&bench);

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench.fake->state = DRM_MIRACAST_STATE_STARTED;
	bench_play(&bench);
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(bench.fake->arrivals == 1 && !bench.fake->stops && bench.fake->departures == 1,
	      "a session that was there stays, without the monitor");
	bench_end(&bench);
}

/* What ends the stream, and how. */
static void check_ends(void)
{
	struct drm_miracast_message_stopped stopped = { .cause = DRM_MIRACAST_CAUSE_OWNER };
	struct bench bench;
	GstEvent *event;
	guint64 nonsense[4] = { ~0ULL, ~0ULL, ~0ULL, ~0ULL };

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench_play(&bench);
	fake_message(bench.fake, DRM_MIRACAST_MSG_STOPPED, FALSE, &stopped, sizeof(stopped));
	event = bench_await_event(&bench, GST_EVENT_EOS);
	check(!!event, "the end of the session is that of the stream");
	gst_clear_event(&event);
	bench_end(&bench);

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench_play(&bench);
	fake_end(bench.fake, -ESTALE);
	event = bench_await_event(&bench, GST_EVENT_EOS);
	check(event && bench_await_message(&bench, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR_CLOSE),
	      "so is that of the context, with a warning");
	gst_clear_event(&event);
	bench_end(&bench);

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench_play(&bench);
	fake_end(bench.fake, -ENODEV);
	check(bench_await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ),
	      "a device that is gone is an error");
	bench_end(&bench);

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench_play(&bench);
	fake_write(bench.fake, nonsense, sizeof(nonsense));
	check(bench_await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ),
	      "and so is nonsense");
	bench_end(&bench);
}

/* --- A session that goes on ------------------------------------------------------- */

static GstPadProbeReturn on_block(GstPad *pad, GstPadProbeInfo *probe, gpointer blocked)
{
	(void)pad;
	(void)probe;
	g_atomic_int_inc((gint *)blocked);
	return GST_PAD_PROBE_OK;
}

/* It is another's: all that was read of it has to be there for the next reader. */
static void check_left(void)
{
	struct fake_chunk chunks[3];
	struct bench bench;
	GstBuffer *buffer;
	gint blocked = 0;
	gulong probe;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "modes", NULL, NULL);
	bench.fake->state = DRM_MIRACAST_STATE_MONITOR;
	bench_play(&bench);
	bench_set_mode(&bench);
	fake_send_picture(bench.fake, 1);
	buffer = bench_pull(&bench);
	/* All three are read, and the first does not get away. */
	probe = gst_pad_add_probe(GST_BASE_SRC_PAD(bench.src),
				  GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER, on_block,
				  &blocked, NULL);
	for (guint nth = 0; nth < 3; nth++)
		fake_chunk(bench.fake, &chunks[nth], 2 + nth % 2);
	fake_send_chunks(bench.fake, chunks, 3);
	AWAIT(g_atomic_int_get(&blocked));
	gst_element_set_state(bench.src, GST_STATE_READY);
	gst_pad_remove_probe(GST_BASE_SRC_PAD(bench.src), probe);
	check(FAKE_GET(bench.fake, released) == 3 && FAKE_GET(bench.fake, unreleased) == 1 &&
		      !bench.fake->stops,
	      "chunks that nobody has seen are released at the end");
	gst_buffer_unref(buffer);
	check(FAKE_GET(bench.fake, unreleased) == 0,
	      "and one that somebody has, when it is let go of");
	bench_end(&bench);
}

static void check_asked_again(void)
{
	struct bench bench;
	guint64 number;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "modes", NULL, "confirm-modes", TRUE, NULL);
	bench.fake->state = DRM_MIRACAST_STATE_MONITOR;
	bench_play(&bench);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	check(bench_awaits(&bench, "miracast-mode-set") && FAKE_GET(bench.fake, completed) == 0,
	      "a mode that is not answered at the end");
	gst_element_set_state(bench.src, GST_STATE_READY);
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	check(bench_awaits(&bench, "miracast-mode-set"), "is asked for again");
	g_signal_emit_by_name(bench.src, "answer-mode", (guint64)1, TRUE);
	check(fake_accepted(bench.fake, number), "and can be answered then");
	bench_end(&bench);
}

/* One monitor goes and another comes, while downstream has a picture of the first. */
static void check_next_monitor(void)
{
	struct drm_miracast_message_picture_state none = {
		.picture_state = DRM_MIRACAST_PICTURE_STATE_NO_MONITOR,
	};
	struct drm_miracast_message_buffer_gone gone;
	GstBuffer *first, *second;
	GstVideoInfo before, after;
	struct bench bench;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "modes", NULL, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	bench.fake->state = DRM_MIRACAST_STATE_MONITOR;
	bench_play(&bench);
	bench_set_mode(&bench);
	fake_paint(bench.fake, 1, 0, 0, 1);
	fake_send_picture(bench.fake, 1);
	first = bench_pull(&bench);
	bench_info(&bench, &before);

	fake_message(bench.fake, DRM_MIRACAST_MSG_PICTURE_STATE, FALSE, &none, sizeof(none));
	memset(&gone, 0, sizeof(gone));
	for (gone.buffer = 1; gone.buffer <= 3; gone.buffer++)
		fake_message(bench.fake, DRM_MIRACAST_MSG_BUFFER_GONE, FALSE, &gone, sizeof(gone));
	check(bench_awaits(&bench, "miracast-picture-state"), "a monitor that goes is reported");

	for (guint64 number = 4; number <= 6; number++)
		fake_add_buffer(bench.fake, number, DRM_FORMAT_XRGB8888, 96, 80);
	check(fake_accepted(bench.fake, fake_mode_set(bench.fake, 96, 80, 60000)),
	      "the mode of the next one is accepted");
	fake_paint(bench.fake, 4, 0, 0, 2);
	fake_send_picture(bench.fake, 4);
	second = bench_pull(&bench);
	bench_info(&bench, &after);
	check(GST_VIDEO_INFO_WIDTH(&after) == 96 && is_painted(second, &after, 0, 0, 2),
	      "and its picture comes");
	check(is_painted(first, &before, 0, 0, 1), "while another's stays as it was");
	gst_buffer_unref(first);
	gst_buffer_unref(second);
	bench_end(&bench);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_announcing();
	check_formats();
	check_repaired_edid();
	check_bad_settings();
	check_handed_over();
	check_ends();
	check_left();
	check_asked_again();
	check_next_monitor();
	gst_deinit();
	return check_result();
}
