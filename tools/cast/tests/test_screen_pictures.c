// SPDX-License-Identifier: MIT
/* Pictures of the screen that is a monitor of the driver, as an encoder gets them. */
#include <drm_fourcc.h>
#include <gst/app/app.h>
#include <gst/video/video.h>
#include <string.h>

#include "harness.h"
#include "media/repeats.h"
#include "screenbench.h"

#define GREY		77

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

/* Pictures a second that the encoder is promised; 0: as many as come. */
static int rate_of(GstElement *out)
{
	GstPad *pad = gst_element_get_static_pad(out, "sink");
	GstCaps *caps = gst_pad_get_current_caps(pad);
	gint num = 0, denom = 1;

	if (caps)
		gst_structure_get_fraction(gst_caps_get_structure(caps, 0), "framerate", &num,
					   &denom);
	gst_clear_caps(&caps);
	gst_object_unref(pad);
	return num / denom;
}

static void test_pictures(guint32 fourcc, const char *what)
{
	GstElement *encoder, *out;
	GstClockTime pts = 0, now, before;
	GstClock *clock;
	guint64 requests;

	bench_begin(fourcc, "TV");
	bench_take_mode();
	requests = FAKE_GET(bench.fake, requests);
	encoder = encoder_new(&out);
	check(FAKE_REACHES(bench.fake, requests, requests + 1),
	      "a new encoder has the screen asked for a picture");
	clock = gst_pipeline_get_clock(GST_PIPELINE(encoder));
	before = gst_clock_get_time(clock) - gst_element_get_base_time(encoder);
	send_picture(1, GREY);
	check(pull(out, &pts) == GREY, what);
	check(rate_of(out) == 60, "with the rate of the mode, by which encoders share the bits");
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
	bench_end();
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

	bench_begin(DRM_FORMAT_NV12, "TV");
	bench_take_mode();
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
	bench_end();
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

	bench_begin(DRM_FORMAT_NV12, "TV");
	bench_take_mode();
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
	bench_end();
}

static void test_rate(void)
{
	bench_begin(DRM_FORMAT_NV12, "TV");
	bench_take_mode();
	screen_miracast.set_rate(bench.screen, 4321);
	check(FAKE_GET(bench.fake, rates) >= 1 && bench.fake->rate.encode_rate_kbps == 4321 &&
	      !bench.fake->rate.max_picture_rate_mhz, "the driver knows the encoder's rate");
	bench_end();
}

/* At rest, a sink that takes no fewer pictures gets as many as the mode has, not the best mode. */
static void test_rest(void)
{
	GstElement *encoder, *out;
	GstClockTime pts = 0;
	guint64 number, requests;
	gint64 begun;

	bench_begin_with(DRM_FORMAT_XRGB8888, "TV",
		   "wfd_video_formats: 00 00 01 02 00000061 00000000 00000000 00 0000 0000 00 "
		   "none none\r\n"
		   "wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play\r\n");
	FAKE_REACHES(bench.fake, arrivals, 1);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 24000);
	bench_reaches(&bench.modes, 1);
	screen_miracast.answer_mode(bench.screen, WIDTH, HEIGHT, 24, true);
	fake_accepted(bench.fake, number);
	requests = FAKE_GET(bench.fake, requests);
	encoder = encoder_new(&out);
	/* One that comes before is nobody's. */
	FAKE_REACHES(bench.fake, requests, requests + 1);
	send_picture(1, GREY);
	check(pull(out, &pts) == GREY, "a picture comes");
	requests = FAKE_GET(bench.fake, requests);
	begun = g_get_monotonic_time();
	check(FAKE_REACHES(bench.fake, requests, requests + 24), "and is asked for again at rest");
	check(g_get_monotonic_time() - begun > 700 * G_TIME_SPAN_MILLISECOND,
	      "not more often than the mode has pictures");
	gst_element_set_state(encoder, GST_STATE_NULL);
	gst_object_unref(encoder);
	bench_end();
}

/* A sink that allows half a second without a picture gets one sooner. */
static void test_halves(void)
{
	gint64 least = G_MAXINT64, before, now;
	GstElement *encoder, *out;
	guint64 requests;

	bench_begin_with(DRM_FORMAT_XRGB8888, "TV",
		   "wfd_video_formats: 00 00 01 02 00000061 00000000 00000000 00 0000 0000 03 "
		   "none none\r\n"
		   "wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play\r\n");
	bench_take_mode();
	requests = FAKE_GET(bench.fake, requests);
	encoder = encoder_new(&out);
	FAKE_REACHES(bench.fake, requests, requests + 1);
	send_picture(1, GREY);
	pull(out, NULL);
	requests = FAKE_GET(bench.fake, requests);
	FAKE_REACHES(bench.fake, requests, ++requests);
	before = g_get_monotonic_time();
	for (guint64 nth = 0; nth < 4; nth++) {
		send_picture(nth % 3 + 1, GREY);
		pull(out, NULL);
		FAKE_REACHES(bench.fake, requests, ++requests);
		now = g_get_monotonic_time();
		least = MIN(least, now - before);
		before = now;
	}
	check(least < 490 * G_TIME_SPAN_MILLISECOND && least > 200 * G_TIME_SPAN_MILLISECOND,
	      "a picture is asked for before the time that the sink allows is over");
	encoder_free(encoder);
	bench_end();
}

int main(int argc, char **argv)
{
	bench_init(&argc, &argv);
	test_pictures(DRM_FORMAT_NV12, "a picture of NV12 arrives");
	test_pictures(DRM_FORMAT_XRGB8888, "a picture of XRGB8888 arrives");
	test_repeats();
	test_unseen();
	test_rate();
	test_rest();
	test_halves();
	gst_deinit();
	return check_result();
}
