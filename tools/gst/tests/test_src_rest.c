// SPDX-License-Identifier: MIT
/*
 * miracastsrc: a screen at rest, and what goes upstream: requests for pictures, rates and
 * the latency.
 */
#include <drm_fourcc.h>
#include <gst/video/video-event.h>
#include <stdlib.h>

#include "harness.h"
#include "miracastsrc.h"
#include "srcbench.h"

#define LONG_DARK_US 2500000
/* Of min-framerate=10/1. */
#define PAUSE_US 100000
#define REQUESTS 15

static GstClockTime await_gap(struct bench *bench)
{
	GstEvent *event = bench_await_event(bench, GST_EVENT_GAP);
	GstClockTime at = GST_CLOCK_TIME_NONE;

	if (event)
		gst_event_parse_gap(event, &at, NULL);
	gst_clear_event(&event);
	return at;
}

/* How many have come; what is no gap is dropped. */
static guint count_gaps(struct bench *bench)
{
	GstEvent *event;
	guint gaps = 0;

	while ((event = gst_harness_try_pull_event(bench->out))) {
		gaps += GST_EVENT_TYPE(event) == GST_EVENT_GAP;
		gst_event_unref(event);
	}
	return gaps;
}

/* Whether the application hears of it, as it is. */
static gboolean hears_power(struct bench *bench, gboolean wanted)
{
	GstStructure *structure = bench_await_element(bench, "miracast-power");
	gboolean on = !wanted;
	gboolean good = structure && gst_structure_get_boolean(structure, "on", &on) &&
			on == wanted;

	g_clear_pointer(&structure, gst_structure_free);
	return good;
}

static void check_power(void)
{
	struct bench bench;
	GstClockTime gap;
	GstBuffer *buffer;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	fake_power(bench.fake, 0);
	check(hears_power(&bench, FALSE), "the application hears that the screen is off");
	gap = await_gap(&bench);
	check(GST_CLOCK_TIME_IS_VALID(gap), "downstream gets a gap");
	/* An encoder keeps each until the next picture. */
	g_usleep(LONG_DARK_US);
	fake_power(bench.fake, 1);
	check(hears_power(&bench, TRUE), "the application hears that it is on");
	fake_power(bench.fake, 0);
	check(hears_power(&bench, FALSE), "and off again, without a picture");
	fake_power(bench.fake, 1);
	check(hears_power(&bench, TRUE) && !count_gaps(&bench) &&
		      bench_counter(&bench, "gaps") == 1,
	      "and downstream gets no other gap before there was a picture");
	fake_send_picture(bench.fake, 2);
	buffer = bench_pull(&bench);
	check(GST_BUFFER_PTS(buffer) > gap, "pictures go on after it");
	gst_buffer_unref(buffer);
	fake_power(bench.fake, 0);
	check(await_gap(&bench) > gap && bench_counter(&bench, "gaps") == 2,
	      "and the next time it is dark there is another gap");
	bench_end(&bench);
}

/* --- Behind an encoder ------------------------------------------------------------ */

static gint gaps_behind, pictures_behind;

static GstPadProbeReturn on_encoded(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	(void)pad;
	(void)data;
	if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
		g_atomic_int_inc(&pictures_behind);
	else if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_GAP)
		g_atomic_int_inc(&gaps_behind);
	return GST_PAD_PROBE_OK;
}

static GstElement *begin_encoder(struct fake *fake)
{
	GstElement *pipeline = gst_parse_launch("videoconvert name=in ! x264enc tune=zerolatency ! "
						"fakesink name=out async=false sync=false", NULL);
	GstElement *src, *in, *out;
	GstPad *pad;

	src = g_object_new(MIRACAST_TYPE_SRC, "fd", fake->context_fd, "modes", "64x48@60", NULL);
	gst_bin_add(GST_BIN(pipeline), src);
	in = gst_bin_get_by_name(GST_BIN(pipeline), "in");
	out = gst_bin_get_by_name(GST_BIN(pipeline), "out");
	gst_element_link(src, in);
	pad = gst_element_get_static_pad(out, "sink");
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
			  on_encoded, NULL, NULL);
	gst_object_unref(pad);
	gst_object_unref(out);
	gst_object_unref(in);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	return pipeline;
}

/* It keeps gaps until the next picture, and sends them all before it. */
static void check_encoder(void)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, DRM_FORMAT_XRGB8888);
	GstElement *pipeline;

	fake_add_buffer(fake, 1, DRM_FORMAT_XRGB8888, WIDTH, HEIGHT);
	fake_add_buffer(fake, 2, DRM_FORMAT_XRGB8888, WIDTH, HEIGHT);
	pipeline = begin_encoder(fake);
	check(fake_accepted(fake, fake_mode_set(fake, WIDTH, HEIGHT, 60000)),
	      "an encoder takes the mode");
	fake_send_picture(fake, 1);
	AWAIT(g_atomic_int_get(&pictures_behind) == 1);
	fake_power(fake, 0);
	g_usleep(LONG_DARK_US);
	fake_power(fake, 1);
	fake_send_picture(fake, 2);
	AWAIT(g_atomic_int_get(&pictures_behind) == 2);
	check(g_atomic_int_get(&pictures_behind) == 2 && g_atomic_int_get(&gaps_behind) == 1,
	      "and has one gap to send after a long time of darkness");
	gst_element_set_state(pipeline, GST_STATE_NULL);
	gst_object_unref(pipeline);
	fake_free(fake);
}

/* --- Requests at rest ------------------------------------------------------------- */

static gint compare(gconstpointer a, gconstpointer b)
{
	const gint64 *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

/*
 * The usual time between two requests, each of which is answered after a while. A machine that
 * is busy makes some longer, but not most.
 */
static gint64 usual_interval(struct bench *bench, gulong answer_us)
{
	gint64 intervals[REQUESTS], before = 0, now;
	guint64 first = FAKE_GET(bench->fake, requests);

	for (guint nth = 0; nth <= REQUESTS; nth++) {
		FAKE_REACHES(bench->fake, requests, first + nth + 1);
		now = g_get_monotonic_time();
		if (nth)
			intervals[nth - 1] = now - before;
		before = now;
		g_usleep(answer_us);
		fake_send_picture(bench->fake, nth % 3 + 1);
		gst_buffer_unref(bench_pull(bench));
	}
	qsort(intervals, REQUESTS, sizeof(intervals[0]), compare);
	return intervals[REQUESTS / 2];
}

/* Whether none comes, in the time of several. */
static gboolean is_left_alone(struct bench *bench)
{
	guint64 before = FAKE_GET(bench->fake, requests);

	g_usleep(3 * PAUSE_US);
	return FAKE_GET(bench->fake, requests) == before;
}

static void check_keep_alive(void)
{
	struct bench bench;
	gint64 usual;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "min-framerate", 10, 1, NULL);
	bench_play(&bench);
	check(is_left_alone(&bench), "before there is a mode, no picture is asked for");
	bench_set_mode(&bench);
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	usual = usual_interval(&bench, PAUSE_US / 2);
	check(usual > PAUSE_US * 3 / 4 && usual < PAUSE_US * 5 / 4,
	      "a screen at rest is asked for as many pictures as downstream wants");
	fake_power(bench.fake, 0);
	bench_awaits(&bench, "miracast-power");
	check(is_left_alone(&bench), "but none while it is dark");
	fake_power(bench.fake, 1);
	bench_awaits(&bench, "miracast-power");
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	check(FAKE_REACHES(bench.fake, requests, FAKE_GET(bench.fake, requests) + 2),
	      "until it is lit");
	g_object_set(bench.src, "min-framerate", 0, 1, NULL);
	/* One may be under way. */
	g_usleep(PAUSE_US / 2);
	check(is_left_alone(&bench), "nor when downstream wants none");
	bench_end(&bench);
}

static void check_requests(void)
{
	struct bench bench;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_pad_push_event(bench.out->sinkpad,
			   gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE,
								       1));
	check(FAKE_GET(bench.fake, requests) == 1, "a request for a key unit is one for a picture");
	check(gst_element_send_event(bench.src, gst_video_event_new_upstream_force_key_unit(
							GST_CLOCK_TIME_NONE, TRUE, 1)) &&
		      FAKE_GET(bench.fake, requests) == 2,
	      "also when it is sent to the element");
	g_signal_emit_by_name(bench.src, "request-frame");
	check(FAKE_GET(bench.fake, requests) == 3, "and there is a signal for it");
	gst_element_set_state(bench.src, GST_STATE_NULL);
	g_signal_emit_by_name(bench.src, "request-frame");
	g_signal_emit_by_name(bench.src, "answer-mode", G_GUINT64_CONSTANT(1), TRUE);
	check(FAKE_GET(bench.fake, requests) == 3, "which does nothing at other times");
	bench_end(&bench);
}

static void check_latency(void)
{
	GstQuery *query = gst_query_new_latency();
	GstClockTime min = 0, max = 0;
	gboolean live = FALSE;
	struct bench bench;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench_play(&bench);
	check(fake_accepted(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 30000)) &&
		      gst_element_query(bench.src, query),
	      "the latency is known");
	gst_query_parse_latency(query, &live, &min, &max);
	check(live && min == gst_util_uint64_scale(GST_SECOND, 1, 30) && max == 3 * min,
	      "a period, and as many more as there are buffers");
	gst_query_unref(query);
	bench_end(&bench);
}

/* Another reader has had the message of the mode. */
static void check_foreign_mode(void)
{
	GstQuery *query = gst_query_new_latency();
	GstClockTime min = 0;
	struct bench bench;
	GstVideoInfo info;

	bench_begin_copy(&bench, DRM_FORMAT_XRGB8888, "video/x-raw,framerate=[1/1,200/1]");
	bench_play(&bench);
	bench.fake->serial = 1;
	for (guint64 nth = 0; nth < 3; nth++) {
		struct fake_chunk event;

		fake_chunk(bench.fake, &event, nth + 1);
		event.chunk.vblank_sequence = 100 + 5 * nth;
		event.chunk.vblank_time_ns = GST_SECOND + nth * 5 * (GST_SECOND / 25);
		fake_send_chunk(bench.fake, &event);
		gst_buffer_unref(bench_pull(&bench));
	}
	gst_element_query(bench.src, query);
	gst_query_parse_latency(query, NULL, &min, NULL);
	bench_info(&bench, &info);
	check(min == GST_SECOND / 25 && info.fps_n == 25 && info.fps_d == 1 &&
		      bench_counter(&bench, "modes") == 1,
	      "the rate of a mode that another has accepted is that of its vblanks");
	gst_query_unref(query);
	bench_end(&bench);
}

static void check_rates(void)
{
	struct bench bench;

	bench_begin_copy(&bench, DRM_FORMAT_NV12, NULL);
	bench_play(&bench);
	bench_set_mode(&bench);
	check(!bench.fake->rates, "rates that nobody has set are not reported");
	g_object_set(bench.src, "encode-rate", 4000, NULL);
	check(FAKE_GET(bench.fake, rates) == 1 && bench.fake->rate.encode_rate_kbps == 4000 &&
		      !bench.fake->rate.max_picture_rate_mhz,
	      "the rate of the encoder is");
	g_object_set(bench.src, "max-framerate", 30000, 1001, NULL);
	check(FAKE_GET(bench.fake, rates) == 2 && bench.fake->rate.encode_rate_kbps == 4000 &&
		      bench.fake->rate.max_picture_rate_mhz == 29970,
	      "as is the limit of the pictures");
	gst_element_set_state(bench.src, GST_STATE_READY);
	bench.fake->rates = 0;
	g_object_set(bench.src, "encode-rate", 2000, NULL);
	check(!FAKE_GET(bench.fake, rates), "without a context they wait");
	gst_element_set_state(bench.src, GST_STATE_PAUSED);
	check(FAKE_GET(bench.fake, rates) == 1 && bench.fake->rate.encode_rate_kbps == 2000 &&
		      bench.fake->rate.max_picture_rate_mhz == 29970,
	      "until there is one");
	bench_end(&bench);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_power();
	check_encoder();
	check_keep_alive();
	check_requests();
	check_latency();
	check_foreign_mode();
	check_rates();
	gst_deinit();
	return check_result();
}
