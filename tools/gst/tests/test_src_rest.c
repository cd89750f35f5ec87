// SPDX-License-Identifier: MIT
/*
 * miracastsrc: a screen at rest, and what goes upstream: requests for pictures, rates and
 * the latency.
 */
#include <drm_fourcc.h>
#include <gst/video/video-event.h>

#include "harness.h"
#include "srcbench.h"

static GstClockTime await_gap(struct bench *bench)
{
	GstEvent *event = bench_await_event(bench, GST_EVENT_GAP);
	GstClockTime at = GST_CLOCK_TIME_NONE;

	if (event)
		gst_event_parse_gap(event, &at, NULL);
	gst_clear_event(&event);
	return at;
}

static void check_power(void)
{
	struct bench bench;
	GstClockTime first, second;
	GstStructure *structure;
	gboolean on = TRUE;
	GstBuffer *buffer;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	fake_power(bench.fake, 0);
	structure = bench_await_element(&bench, "miracast-power");
	check(structure && gst_structure_get_boolean(structure, "on", &on) && !on,
	      "the application hears that the screen is off");
	g_clear_pointer(&structure, gst_structure_free);
	first = await_gap(&bench);
	second = await_gap(&bench);
	check(GST_CLOCK_TIME_IS_VALID(second) && second > first &&
		      second - first >= 900 * GST_MSECOND,
	      "downstream gets a gap, and another each second");
	fake_power(bench.fake, 1);
	check(bench_awaits(&bench, "miracast-power"), "until it is on");
	fake_send_picture(bench.fake, 2);
	buffer = bench_pull(&bench);
	check(GST_BUFFER_PTS(buffer) > second, "pictures go on after it");
	gst_buffer_unref(buffer);
	bench_end(&bench);
}

static void check_keep_alive(void)
{
	struct bench bench;
	guint64 before;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	before = FAKE_GET(bench.fake, requests);
	g_object_set(bench.src, "min-framerate", 100, 1, NULL);
	check(FAKE_REACHES(bench.fake, requests, before + 3),
	      "a screen at rest is asked for pictures when downstream wants them");
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
	check_keep_alive();
	check_requests();
	check_latency();
	check_rates();
	gst_deinit();
	return check_result();
}
