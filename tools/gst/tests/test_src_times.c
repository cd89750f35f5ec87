// SPDX-License-Identifier: MIT
/*
 * miracastsrc: the times of pictures, in a clock of any kind, at rest and over pauses.
 */
#include <drm_fourcc.h>
#include <gst/gst.h>

#include "harness.h"
#include "srcbench.h"

static GstClockTime running_time(struct bench *bench)
{
	GstClock *clock = gst_element_get_clock(bench->src);
	GstClockTime now = gst_clock_get_time(clock);

	gst_object_unref(clock);
	return now - gst_element_get_base_time(bench->src);
}

/* A picture of the same vblank, with pixels that were ready then; its time. */
static GstClockTime send_at(struct bench *bench, const struct fake_chunk *like, guint64 ready_ns)
{
	struct fake_chunk chunk;
	GstClockTime time;
	GstBuffer *buffer;

	fake_chunk(bench->fake, &chunk, 1);
	chunk.chunk.vblank_time_ns = like->chunk.vblank_time_ns;
	chunk.chunk.ready_time_ns = ready_ns;
	fake_send_chunk(bench->fake, &chunk);
	buffer = bench_pull(bench);
	time = GST_BUFFER_PTS(buffer);
	gst_buffer_unref(buffer);
	return time;
}

/* Pictures that are asked for at rest have the vblank of the last commit. */
static void check_repeat_times(void)
{
	struct bench bench;
	struct fake_chunk chunk;
	GstClockTime first, second, third;
	guint64 vblank_ns;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	fake_chunk(bench.fake, &chunk, 1);
	vblank_ns = chunk.chunk.vblank_time_ns;
	first = send_at(&bench, &chunk, vblank_ns + GST_MSECOND);
	second = send_at(&bench, &chunk, vblank_ns + 40 * GST_MSECOND);
	check(second == first + 40 * GST_MSECOND, "a picture of the same vblank has its own time");
	third = send_at(&bench, &chunk, vblank_ns + 40 * GST_MSECOND + 1);
	check(third == second + GST_MSECOND, "times differ by what containers can count");
	chunk.chunk.vblank_time_ns += 100 * GST_MSECOND;
	check(send_at(&bench, &chunk, vblank_ns + 200 * GST_MSECOND) == first + 100 * GST_MSECOND,
	      "the next commit's is that of its vblank");
	bench_end(&bench);
}

/* What a pipeline does with the base time after a pause. */
static void check_pause_times(void)
{
	struct bench bench;
	GstClockTime before, after, pts;
	GstBuffer *buffer;

	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	/* It waits for the next by now. */
	g_usleep(G_USEC_PER_SEC / 5);
	gst_element_set_state(bench.src, GST_STATE_PAUSED);
	before = running_time(&bench);
	g_usleep(G_USEC_PER_SEC / 2);
	fake_send_picture(bench.fake, 2);
	g_usleep(G_USEC_PER_SEC / 2);
	after = running_time(&bench);
	gst_element_set_base_time(bench.src,
				  gst_element_get_base_time(bench.src) + (after - before));
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	buffer = bench_pull(&bench);
	pts = GST_BUFFER_PTS(buffer);
	gst_buffer_unref(buffer);
	check(pts <= before, "a picture of a pause is not one of the future");
	check(FAKE_GET(bench.fake, requests) == 1, "one of all is asked for at its end");
	bench_end(&bench);
}

/* A clock with a time of its own, as those of networks have. */
#define TEST_TYPE_CLOCK (test_clock_get_type())
G_DECLARE_FINAL_TYPE(TestClock, test_clock, TEST, CLOCK, GstSystemClock)

struct _TestClock {
	GstSystemClock parent;
};

G_DEFINE_TYPE(TestClock, test_clock, GST_TYPE_SYSTEM_CLOCK)

static GstClockTime test_clock_time(GstClock *clock)
{
	GstClockClass *parent = GST_CLOCK_CLASS(test_clock_parent_class);

	return parent->get_internal_time(clock) + 3600 * GST_SECOND;
}

static void test_clock_class_init(TestClockClass *class)
{
	GST_CLOCK_CLASS(class)->get_internal_time = test_clock_time;
}

static void test_clock_init(TestClock *clock)
{
	(void)clock;
}

static void check_clock(void)
{
	GstClock *clock = g_object_new(TEST_TYPE_CLOCK, NULL);
	GstClockTime now, pts;
	struct bench bench;
	GstBuffer *buffer;

	gst_object_ref_sink(clock);
	bench_begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_element_set_clock(bench.src, clock);
	now = gst_clock_get_time(clock);
	gst_element_set_base_time(bench.src, now - 10 * GST_SECOND);
	fake_send_picture(bench.fake, 1);
	buffer = bench_pull(&bench);
	pts = GST_BUFFER_PTS(buffer);
	gst_buffer_unref(buffer);
	check(pts > 9 * GST_SECOND && pts < 300 * GST_SECOND,
	      "times are those of the pipeline's clock, whatever it counts from");
	bench_end(&bench);
	gst_object_unref(clock);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_repeat_times();
	check_pause_times();
	check_clock();
	gst_deinit();
	return check_result();
}
