// SPDX-License-Identifier: MIT
/*
 * miracastsrc: changes of state, the end of a stream and flushes, whatever is under way;
 * and that no file is left open.
 */
#include <drm_fourcc.h>

#include "harness.h"
#include "srcbench.h"

/* --- States ----------------------------------------------------------------------- */

static void check_pausing(void)
{
	struct bench bench;
	GstClockTime last = 0;
	gboolean good = TRUE;
	gint64 began;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	for (guint nth = 0; nth < 20; nth++) {
		GstBuffer *buffer;

		fake_send_picture(bench.fake, 1);
		buffer = bench_pull(&bench);
		good &= !nth || GST_BUFFER_PTS(buffer) > last;
		last = GST_BUFFER_PTS(buffer);
		gst_buffer_unref(buffer);
		gst_element_set_state(bench.src, GST_STATE_PAUSED);
		if (nth % 2)
			fake_send_picture(bench.fake, 2);
		gst_element_set_state(bench.src, GST_STATE_PLAYING);
		if (!(nth % 2))
			continue;
		buffer = bench_pull(&bench);
		good &= GST_BUFFER_PTS(buffer) > last;
		last = GST_BUFFER_PTS(buffer);
		gst_buffer_unref(buffer);
	}
	check(good && FAKE_GET(bench.fake, released) == 30,
	      "no picture is lost in a pause, and times only grow");
	began = g_get_monotonic_time();
	gst_element_set_state(bench.src, GST_STATE_NULL);
	check(g_get_monotonic_time() - began < 10 * G_USEC_PER_SEC && bench.fake->stops == 1,
	      "who waits for a picture is woken at the end");
	bench_end(&bench);
}

/* The context is the same; the end of the session before waits in it. */
static void check_stopping(void)
{
	struct bench bench;
	GstBuffer *buffer;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(bench.fake->stops == 1, "READY ends the session");
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	check(bench_set_mode(&bench), "PLAYING begins another");
	fake_send_picture(bench.fake, 1);
	buffer = bench_pull(&bench);
	check(!!buffer, "with pictures, whatever was not read of the one before");
	gst_clear_buffer(&buffer);
	bench_end(&bench);
}

/* An application's: gst-launch -e, or an interrupt of a recording. */
static void check_eos(void)
{
	struct bench bench;
	GstEvent *event;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	gst_element_send_event(bench.src, gst_event_new_eos());
	event = bench_await_event(&bench, GST_EVENT_EOS);
	check(!!event, "an application ends the stream of a screen at rest");
	gst_clear_event(&event);
	bench_end(&bench);
}

static guint gaps(struct bench *bench)
{
	GstEvent *event;
	guint count = 0;

	while ((event = gst_harness_try_pull_event(bench->out))) {
		count += GST_EVENT_TYPE(event) == GST_EVENT_GAP;
		gst_event_unref(event);
	}
	return count;
}

static void check_flushing(void)
{
	struct bench bench;
	GstClockTime last;
	guint64 before;
	GstBuffer *buffer;
	GstClock *clock;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	fake_send_picture(bench.fake, 1);
	buffer = bench_pull(&bench);
	last = GST_BUFFER_PTS(buffer);
	gst_buffer_unref(buffer);
	/* So that there is something to begin anew from. */
	gst_element_set_base_time(bench.src, gst_element_get_base_time(bench.src) - GST_SECOND);
	fake_send_picture(bench.fake, 1);
	buffer = bench_pull(&bench);
	last = GST_BUFFER_PTS(buffer);
	gst_buffer_unref(buffer);

	check(gst_element_send_event(bench.src, gst_event_new_flush_start()),
	      "what waits for a picture is flushed");
	clock = gst_element_get_clock(bench.src);
	gst_element_set_base_time(bench.src, gst_clock_get_time(clock));
	gst_object_unref(clock);
	before = FAKE_GET(bench.fake, requests);
	check(gst_element_send_event(bench.src, gst_event_new_flush_stop(TRUE)), "and goes on");
	check(FAKE_GET(bench.fake, requests) == before + 1, "with a picture of all");
	gaps(&bench);
	fake_power(bench.fake, 0);
	check(bench_awaits(&bench, "miracast-power") && !gaps(&bench),
	      "no gap comes before there is a segment");
	fake_send_picture(bench.fake, 2);
	buffer = bench_pull(&bench);
	check(GST_BUFFER_PTS(buffer) < last, "times begin anew");
	gst_buffer_unref(buffer);
	gst_element_send_event(bench.src, gst_event_new_flush_start());
	bench_end(&bench);
}

/* Whatever is under way when the state changes. */
static void check_hurry(void)
{
	struct bench bench;
	guint lost = 0;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_harness_set_drop_buffers(bench.out, TRUE);
	for (guint nth = 0; nth < 200; nth++) {
		gst_element_set_state(bench.src, GST_STATE_PLAYING);
		fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
		if (nth % 2)
			fake_send_picture(bench.fake, 1 + nth % 3);
		if (nth % 3 == 0)
			gst_element_set_state(bench.src, GST_STATE_PAUSED);
		if (nth % 5 == 0)
			g_usleep(nth * 10);
		if (nth % 7 == 0)
			fake_power(bench.fake, nth % 2);
		lost += gst_element_set_state(bench.src, GST_STATE_READY) !=
			GST_STATE_CHANGE_SUCCESS;
	}
	check(!lost && bench.fake->stops == 200, "no change of state hangs or fails");
	bench_end(&bench);
}

/* --- Files ------------------------------------------------------------------------ */

static guint files(void)
{
	GDir *dir = g_dir_open("/proc/self/fd", 0, NULL);
	guint count = 0;

	while (g_dir_read_name(dir))
		count++;
	g_dir_close(dir);
	return count;
}

static void play_some(const gchar *caps)
{
	struct bench bench;
	GstBuffer *held;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, caps);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	bench_play(&bench);
	bench_set_mode(&bench);
	fake_send_picture(bench.fake, 1);
	fake_send_picture(bench.fake, 2);
	held = bench_pull(&bench);
	gst_buffer_unref(bench_pull(&bench));
	fake_send_picture(bench.fake, 3);
	bench_set_mode(&bench);
	gst_element_set_state(bench.src, GST_STATE_READY);
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	bench_end(&bench);
	gst_buffer_unref(held);
}

static void check_files(void)
{
	guint before = 0;

	for (guint nth = 0; nth < 4; nth++) {
		/* What GLib opens but once is there from then on. */
		if (nth == 1)
			before = files();
		play_some(NULL);
		play_some(DMABUF);
	}
	check(before && files() == before, "no file is left open");
}

static void check_two(void)
{
	struct bench one, other;

	bench_begin_copy(&one, DRM_FORMAT_XRGB8888, NULL);
	bench_begin_copy(&other, DRM_FORMAT_NV12, NULL);
	bench_play(&one);
	bench_play(&other);
	check(bench_set_mode(&one) && bench_set_mode(&other), "two elements have a mode each");
	for (guint nth = 0; nth < 10; nth++) {
		fake_send_picture(one.fake, 1);
		fake_send_picture(other.fake, 2);
		gst_buffer_unref(bench_pull(&other));
		gst_buffer_unref(bench_pull(&one));
	}
	check(FAKE_GET(one.fake, released) == 10 && FAKE_GET(other.fake, released) == 10,
	      "and pictures");
	bench_end(&one);
	bench_end(&other);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_pausing();
	check_stopping();
	check_eos();
	check_flushing();
	check_hurry();
	check_files();
	check_two();
	gst_deinit();
	return check_result();
}
