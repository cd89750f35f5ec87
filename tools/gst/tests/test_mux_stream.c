// SPDX-License-Identifier: MIT
/*
 * wfdmux: a stream of pictures: its packets and datagrams, its clock, its times and its
 * map.
 */
#include <string.h>

#include "harness.h"
#include "muxbench.h"

static void check_picture(void)
{
	struct bench bench;
	const guint8 *pes;
	gsize bytes;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	push_video(&bench, key_picture(3000, START, 31));
	check(bench.datagrams == 3 && bench.markers == 1 && bench.marked_last,
	      "a picture leaves at once, its last datagram marked");
	check(bench.good_rtp, "the RTP headers are right, also when the sequence number wraps");
	check(bench.longest == 7, "a datagram has seven packets at most");
	check(bench.good_packets && bench.packets[0] == 1 && bench.packets[0x100] == 1 &&
		      bench.packets[0x1000] == 1 && bench.packets[0x1011] == 17,
	      "the packets are tables, clock and picture");
	check(bench.keys == 1, "a key picture is marked");
	pes = read_unit(&bench, 0x1011, 0, &bytes);
	check(pes && bytes == 14 + PICTURE_BYTES + 3000 && pes[3] == 0xe0 &&
		      (pes[4] << 8 | pes[5]) == (int)bytes - 6,
	      "the picture has come through as it was, with its length");
	/* Ten seconds, and a tenth for the sink. */
	check(pes && pts_of(pes) == 10 * 90000 + 9000, "its time is the delay ahead of the clock");
	check(bench.pcr->len == 8 && *(const guint64 *)(const void *)bench.pcr->data ==
					     G_GUINT64_CONSTANT(270000000),
	      "the clock is that of the pipeline");
	check(bench.rtp_time == 900000u + G_MAXUINT32 - 100, "and so is the RTP time stamp");

	gst_harness_set_time(bench.out, START + 33 * GST_MSECOND);
	push_video(&bench, next_picture(100, START + 33 * GST_MSECOND));
	pes = read_unit(&bench, 0x1011, 1, &bytes);
	check(pes && bytes == 14 + 6 + 106 && !memcmp(pes + 14, "\0\0\0\1\x09\xf0\0\0\0\1\x41", 11),
	      "a picture gets the delimiter that it lacks");
	check(bench.markers == 2 && bench.marked_last && bench.keys == 1 && bench.good_packets,
	      "and is not marked as a key picture");
	push_video(&bench, key_picture(70000, START + 66 * GST_MSECOND, 31));
	pes = read_unit(&bench, 0x1011, 2, &bytes);
	check(pes && bytes == 14 + PICTURE_BYTES + 70000 && !pes[4] && !pes[5],
	      "a large one has no length");
	check(bench.good_rtp && bench.good_packets && bench.markers == 3,
	      "and continues the numbers");
	close_bench(&bench);
}

static void check_both_times(void)
{
	struct bench bench;
	GstBuffer *buffer;
	const guint8 *pes;
	gsize bytes;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	buffer = key_picture(10, START, 31);
	GST_BUFFER_PTS(buffer) = START + 40 * GST_MSECOND;
	push_video(&bench, buffer);
	pes = read_unit(&bench, 0x1011, 0, &bytes);
	check(pes && pes[7] == 0xc0 && pts_of(pes) == 900000 + 9000 + 3600,
	      "a picture that is decoded before it is due has both times");
	close_bench(&bench);
}

static void check_clock_interval(gboolean live, GstClockTime step, guint count, const char *what)
{
	const guint64 most = 100 * 27000;
	struct bench bench;
	const guint64 *pcr;
	guint64 longest = 0;
	gboolean rising = TRUE;

	open_bench(&bench, RTP_CAPS, NULL, live);
	for (guint nth = 0; nth < count; nth++) {
		GstClockTime time = START + nth * step;

		if (live && nth)
			pass_time(&bench, time);
		push_video(&bench,
			   nth % 30 ? next_picture(200, time) : key_picture(2000, time, 31));
	}
	pcr = (const guint64 *)(const void *)bench.pcr->data;
	for (guint nth = 1; nth < bench.pcr->len / 8; nth++) {
		rising &= pcr[nth] > pcr[nth - 1];
		longest = MAX(longest, pcr[nth] - pcr[nth - 1]);
	}
	check(longest <= most && rising && bench.pcr->len >= 8 * count * step / (100 * GST_MSECOND),
	      what);
	check(bench.markers == count && bench.good_rtp && bench.good_packets,
	      "with one mark a picture, and no number left out");
	close_bench(&bench);
}

/* A screen at rest costs datagrams for a second and none from then on. */
static void check_idle(void)
{
	struct bench bench;
	guint before;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	pass_time(&bench, START + 959 * GST_MSECOND);
	settle_bench(&bench, bench.video);
	check(bench.markers == 1 && bench.packets[0x1000] == 24,
	      "the clock goes on without pictures, unmarked");
	gst_harness_set_time(bench.out, START + GST_SECOND);
	/* That of the picture and 24 of the clock. */
	while (gst_harness_buffers_received(bench.out) < 25)
		g_usleep(1000);
	settle_bench(&bench, bench.video);
	before = bench.datagrams;
	for (guint nth = 2; nth < 50; nth++) {
		gst_harness_set_time(bench.out, START + nth * (GstClockTime)GST_SECOND);
		settle_bench(&bench, bench.video);
	}
	check(bench.datagrams == before && !gst_test_clock_peek_next_pending_id(bench.clock, NULL),
	      "and stops after a second, without a wake-up more");
	gst_harness_set_time(bench.out, START + 60 * GST_SECOND);
	push_video(&bench, next_picture(100, START + 60 * GST_SECOND));
	check(bench.markers == 2 && bench.good_rtp && bench.good_packets, "until the next picture");
	close_bench(&bench);
}

static void check_gap(void)
{
	gboolean idle = TRUE;
	struct bench bench;
	guint before;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	gst_harness_set_time(bench.out, START + 50 * GST_MSECOND);
	gst_harness_push_event(bench.video,
			       gst_event_new_gap(START + 50 * GST_MSECOND, 50 * GST_MSECOND));
	settle_bench(&bench, bench.video);
	check(bench.markers == 1 && bench.packets[0x1011] == 1, "a gap is no picture");
	check(bench.packets[0x1000] == 2, "but a time, so that the clock goes on");
	/* The last access unit is a second ago: all that a gap has now is its own reference. */
	for (guint nth = 2; nth < 6; nth++) {
		GstClockTime time = START + nth * (GstClockTime)GST_SECOND;

		gst_harness_set_time(bench.out, time);
		settle_bench(&bench, bench.video);
		before = bench.packets[0x1000];
		gst_harness_push_event(bench.video, gst_event_new_gap(time, GST_CLOCK_TIME_NONE));
		settle_bench(&bench, bench.video);
		gst_harness_set_time(bench.out, time + 200 * GST_MSECOND);
		/* Time for the thread that would wait for the next reference. */
		g_usleep(50000);
		read_all(&bench);
		idle &= bench.packets[0x1000] <= before + 1;
	}
	check(idle, "and it is no access unit, after which the clock goes on by itself");
	close_bench(&bench);
}

static void check_map(void)
{
	static const guint8 section[] = {
		2,    0xb0, 0x1c, 0,	1, 0xc3, 0,    0,  0xf0, 0,    0xf0, 0,	   0x1b, 0xf0,
		0x11, 0xf0, 10,	  0x28, 4, 66,	 0xc0, 31, 0x3f, 0x2a, 2,    0x7e, 0x1f,
	};
	struct bench bench;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	check(bench.map && !memcmp(g_bytes_get_data(bench.map, NULL), section, sizeof(section)),
	      "the map of pictures alone, byte by byte");
	gst_harness_set_time(bench.out, START + 10 * GST_MSECOND);
	push_video(&bench, key_picture(100, START + 10 * GST_MSECOND, 31));
	check(bench.maps == 1, "is not repeated soon");
	gst_harness_set_time(bench.out, START + 20 * GST_MSECOND);
	push_video(&bench, key_picture(100, START + 20 * GST_MSECOND, 40));
	check(bench.maps == 2 && version_of(&bench) == 2,
	      "unless the level changes, which makes a new version");
	gst_harness_set_time(bench.out, START + 120 * GST_MSECOND);
	push_video(&bench, next_picture(100, START + 120 * GST_MSECOND));
	check(bench.maps == 3 && version_of(&bench) == 2, "and after its interval");
	close_bench(&bench);
}

static void check_no_time(void)
{
	GstBus *bus = gst_bus_new();
	struct bench bench;
	GstMessage *message;
	GstFlowReturn flow;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	gst_element_set_bus(bench.mux, bus);
	gst_harness_push(bench.video, key_picture(100, GST_CLOCK_TIME_NONE, 31));
	message = gst_bus_timed_pop_filtered(bus, 60 * GST_SECOND, GST_MESSAGE_ERROR);
	check(!!message, "pictures without times are an error");
	if (message)
		gst_message_unref(message);
	/* The message is there before the flow has ended. */
	do {
		flow = gst_harness_push(bench.video, next_picture(100, START));
	} while (flow == GST_FLOW_OK);
	check(flow == GST_FLOW_ERROR, "which ends the stream");
	gst_element_set_bus(bench.mux, NULL);
	gst_object_unref(bus);
	close_bench(&bench);
}

/* The clock in packets of the pictures or of the sound, as most sources have it. */
static void check_shared_pid(guint pid, const char *what)
{
	struct bench bench;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	g_object_set(bench.mux, "pcr-pid", pid, NULL);
	for (guint nth = 0; nth < 10; nth++) {
		GstClockTime time = START + nth * 50 * (GstClockTime)GST_MSECOND;

		gst_harness_set_time(bench.out, time);
		push_audio(&bench, make_sound(300, 1, time));
		push_video(&bench, key_picture(400, time, 31));
	}
	check(bench.pcr->len >= 10 * 8 && !bench.packets[0x1000] && bench.good_packets, what);
	close_bench(&bench);
}

static void check_map_pid(void)
{
	struct bench bench;
	GParamSpec *spec;
	guint pid = 0;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	g_object_set(bench.mux, "pcr-pid", 0x1002, NULL);
	g_object_set(bench.mux, "pcr-pid", 0x100, NULL);
	g_object_get(bench.mux, "pcr-pid", &pid, NULL);
	push_video(&bench, key_picture(100, START, 31));
	check(pid == 0x1002 && bench.packets[0x100] == bench.maps && bench.good_packets,
	      "and none comes in those of the map");
	spec = g_object_class_find_property(G_OBJECT_GET_CLASS(bench.mux), "pcr-interval");
	check(G_PARAM_SPEC_UINT64(spec)->maximum + 20 * GST_MSECOND <= 100 * GST_MSECOND,
	      "the longest interval leaves time to wake up");
	close_bench(&bench);
}

static void check_wrap(void)
{
	/* 2^33 ticks of 90 kHz are 95443.7 s. */
	const GstClockTime wrap =
		gst_util_uint64_scale(G_GUINT64_CONSTANT(1) << 33, GST_SECOND, 90000);
	struct bench bench;
	const guint8 *pes;
	gsize bytes;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	gst_harness_set_time(bench.out, wrap - GST_SECOND);
	push_video(&bench, key_picture(100, wrap - GST_SECOND, 31));
	gst_harness_set_time(bench.out, wrap + GST_SECOND);
	push_video(&bench, next_picture(100, wrap + GST_SECOND));
	pes = read_unit(&bench, 0x1011, 1, &bytes);
	check(pes && pts_of(pes) >= 98999 && pts_of(pes) <= 99000,
	      "the time of pictures begins anew after 26.5 hours");
	check(bench.pcr->len >= 16 &&
		      ((const guint64 *)(const void *)bench.pcr->data)[bench.pcr->len / 8 - 1] <
			      27000001 &&
		      bench.good_packets,
	      "and so does the clock");
	close_bench(&bench);
}

static void check_stream_alone(void)
{
	struct bench bench;
	GstBuffer *buffer;
	gboolean good = TRUE;
	gsize bytes = 0;

	open_bench(&bench, "video/mpegts, systemstream=true, packetsize=188", NULL, TRUE);
	gst_harness_push(bench.video, key_picture(3000, START, 31));
	do {
		guint8 first;

		buffer = gst_harness_pull(bench.out);
		gst_buffer_extract(buffer, 0, &first, 1);
		good &= first == 0x47 && !(gst_buffer_get_size(buffer) % 188) &&
			GST_BUFFER_PTS(buffer) == START;
		bytes += gst_buffer_get_size(buffer);
		gst_buffer_unref(buffer);
	} while (bytes < 20 * 188);
	check(good && bytes == 20 * 188, "without RTP it is the transport stream alone");
	close_bench(&bench);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_picture();
	check_both_times();
	check_clock_interval(TRUE, 33 * GST_MSECOND, 150, "at 30 Hz the clock comes every 100 ms");
	check_clock_interval(TRUE, 16 * GST_MSECOND, 150, "at 60 Hz, too");
	check_clock_interval(TRUE, 500 * GST_MSECOND, 20, "and when pictures come twice a second");
	check_clock_interval(FALSE, 500 * GST_MSECOND, 20,
			     "and in a file of two pictures a second");
	check_idle();
	check_gap();
	check_map();
	check_no_time();
	check_shared_pid(0x1011, "references may come in packets of the pictures");
	check_shared_pid(0x1100, "or of the sound");
	check_map_pid();
	check_wrap();
	check_stream_alone();
	gst_deinit();
	return check_result();
}
