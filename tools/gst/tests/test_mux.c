// SPDX-License-Identifier: MIT
/*
 * wfdmux between a source of made-up access units and a reader of transport packets.
 * Time is that of a test clock, so that nothing here depends on how busy the machine is.
 */
#include <gst/base/gstaggregator.h>
#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <gst/gst.h>
#include <gst/rtp/rtp.h>
#include <gst/video/video-event.h>

#include <string.h>

#include "harness.h"
#include "ts.h"
#include "wfdmux.h"

#define VIDEO_CAPS \
	"video/x-h264, stream-format=byte-stream, alignment=au, profile=constrained-baseline"
#define AAC_CAPS \
	"audio/mpeg, mpegversion=4, stream-format=adts, framed=true, rate=48000, channels=2"
#define LPCM_CAPS "audio/x-raw, format=S16BE, layout=interleaved, rate=48000, channels=2"
#define RTP_CAPS "application/x-rtp, media=video, payload=33, clock-rate=90000, encoding-name=MP2T"

#define START ((GstClockTime)(10 * GST_SECOND))
#define SEQNUM 65530
#define SSRC 0x12345678u
#define PID_COUNT 8192

/* --- What is tested, and a reader of what it makes ------------------------------ */

struct bench {
	GstElement *mux;
	GstHarness *out, *video, *audio;
	GstTestClock *clock;
	GThread *pump;
	gint stop;

	/* What was read. */
	guint datagrams, markers, marked_last, longest, discont;
	gboolean good_rtp, good_packets;
	guint16 seqnum;
	guint32 rtp_time;
	gint counter[PID_COUNT];
	guint packets[PID_COUNT];
	GByteArray *pes[PID_COUNT]; /* that is being joined */
	GPtrArray *units[PID_COUNT]; /* those before, as GBytes */
	GByteArray *pcr; /* guint64 each, 27 MHz */
	GBytes *map; /* last program map, with its packet's header */
	guint maps, associations, keys;
};

/* A test clock ends no wait by itself, not even one for a time that has passed. */
static gpointer pump(gpointer data)
{
	struct bench *bench = data;

	while (!g_atomic_int_get(&bench->stop)) {
		GstClockID id = NULL;

		if (gst_test_clock_peek_next_pending_id(bench->clock, &id) &&
		    gst_clock_id_get_time(id) <= gst_clock_get_time(GST_CLOCK(bench->clock))) {
			GstClockID done = gst_test_clock_process_next_clock_id(bench->clock);

			if (done)
				gst_clock_id_unref(done);
		} else {
			g_usleep(200);
		}
		if (id)
			gst_clock_id_unref(id);
	}
	return NULL;
}

static void open_bench(struct bench *bench, const gchar *src_caps, const gchar *audio_caps,
		       gboolean live)
{
	memset(bench, 0, sizeof(*bench));
	bench->mux = g_object_new(WFD_TYPE_MUX, "ssrc", (gint64)SSRC, "seqnum-offset", SEQNUM,
				  "timestamp-offset", (gint64)G_MAXUINT32 - 100, NULL);
	gst_object_ref_sink(bench->mux);
	bench->out = gst_harness_new_with_element(bench->mux, NULL, "src");
	gst_harness_use_testclock(bench->out);
	gst_harness_set_time(bench->out, START);
	gst_harness_set_sink_caps_str(bench->out, src_caps);
	bench->clock = gst_harness_get_testclock(bench->out);
	bench->pump = g_thread_new("pump", pump, bench);
	bench->video = gst_harness_new_with_element(bench->mux, "video", NULL);
	gst_harness_set_live(bench->video, live);
	if (audio_caps) {
		bench->audio = gst_harness_new_with_element(bench->mux, "audio", NULL);
		gst_harness_set_live(bench->audio, live);
		if (*audio_caps)
			gst_harness_set_src_caps_str(bench->audio, audio_caps);
	}
	gst_harness_set_src_caps_str(bench->video, VIDEO_CAPS);
	/* The multiplexer may have asked before it was said whether they are live. */
	gst_harness_query_latency(bench->out);
	bench->good_rtp = TRUE;
	bench->good_packets = TRUE;
	bench->seqnum = SEQNUM;
	bench->pcr = g_byte_array_new();
	for (guint pid = 0; pid < PID_COUNT; pid++)
		bench->counter[pid] = -1;
}

static void close_bench(struct bench *bench)
{
	gst_harness_teardown(bench->video);
	if (bench->audio)
		gst_harness_teardown(bench->audio);
	gst_harness_teardown(bench->out);
	gst_object_unref(bench->mux);
	g_atomic_int_set(&bench->stop, 1);
	g_thread_join(bench->pump);
	gst_object_unref(bench->clock);
	for (guint pid = 0; pid < PID_COUNT; pid++) {
		if (bench->pes[pid])
			g_byte_array_unref(bench->pes[pid]);
		if (bench->units[pid])
			g_ptr_array_unref(bench->units[pid]);
	}
	g_byte_array_unref(bench->pcr);
	g_clear_pointer(&bench->map, g_bytes_unref);
}

static void end_unit(struct bench *bench, guint pid)
{
	if (!bench->pes[pid])
		return;
	if (!bench->units[pid])
		bench->units[pid] = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_ptr_array_add(bench->units[pid], g_byte_array_free_to_bytes(bench->pes[pid]));
	bench->pes[pid] = NULL;
}

static void read_adaptation(struct bench *bench, const guint8 *packet)
{
	guint64 base, pcr;

	if (!(packet[3] & 0x20) || !packet[4])
		return;
	bench->keys += !!(packet[5] & 0x40);
	if (!(packet[5] & 0x10))
		return;
	base = (guint64)packet[6] << 25 | (guint64)packet[7] << 17 | (guint64)packet[8] << 9 |
	       (guint64)packet[9] << 1 | packet[10] >> 7;
	pcr = base * 300 + ((packet[10] & 1u) << 8 | packet[11]);
	g_byte_array_append(bench->pcr, (const guint8 *)&pcr, sizeof(pcr));
}

static void read_packet(struct bench *bench, const guint8 *packet)
{
	guint pid = (packet[1] & 0x1fu) << 8 | packet[2];
	gsize at = 4 + (packet[3] & 0x20 ? 1u + packet[4] : 0);
	gboolean start = !!(packet[1] & 0x40);

	bench->good_packets &= packet[0] == 0x47 && !(packet[1] & 0x80) && at <= TS_PACKET_BYTES;
	bench->packets[pid]++;
	read_adaptation(bench, packet);
	if (!(packet[3] & 0x10))
		return;
	if (bench->counter[pid] >= 0)
		bench->good_packets &= (packet[3] & 0x0f) == ((bench->counter[pid] + 1) & 0x0f);
	bench->counter[pid] = packet[3] & 0x0f;
	if (pid == TS_PID_PAT || pid == TS_PID_PMT) {
		bench->associations += pid == TS_PID_PAT;
		bench->maps += pid == TS_PID_PMT;
		if (pid == TS_PID_PMT) {
			g_clear_pointer(&bench->map, g_bytes_unref);
			bench->map = g_bytes_new(packet + at + 1, TS_PACKET_BYTES - at - 1);
		}
		return;
	}
	if (start) {
		end_unit(bench, pid);
		bench->pes[pid] = g_byte_array_new();
	}
	bench->good_packets &= !!bench->pes[pid];
	if (bench->pes[pid])
		g_byte_array_append(bench->pes[pid], packet + at, (guint)(TS_PACKET_BYTES - at));
}

/* Takes what is there. */
static void read_all(struct bench *bench)
{
	GstBuffer *buffer;

	while ((buffer = gst_harness_try_pull(bench->out))) {
		GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
		guint bytes;

		bench->datagrams++;
		bench->discont += GST_BUFFER_IS_DISCONT(buffer);
		bench->marked_last = 0;
		if (!gst_rtp_buffer_map(buffer, GST_MAP_READ, &rtp)) {
			bench->good_rtp = FALSE;
			gst_buffer_unref(buffer);
			continue;
		}
		bytes = gst_rtp_buffer_get_payload_len(&rtp);
		bench->good_rtp &= gst_rtp_buffer_get_payload_type(&rtp) == 33 &&
				   gst_rtp_buffer_get_ssrc(&rtp) == SSRC &&
				   gst_rtp_buffer_get_seq(&rtp) == bench->seqnum && bytes &&
				   !(bytes % TS_PACKET_BYTES) && bytes <= 7 * TS_PACKET_BYTES;
		bench->seqnum++;
		bench->rtp_time = gst_rtp_buffer_get_timestamp(&rtp);
		if (gst_rtp_buffer_get_marker(&rtp)) {
			bench->markers++;
			bench->marked_last = 1;
		}
		bench->longest = MAX(bench->longest, bytes / TS_PACKET_BYTES);
		for (guint at = 0; at < bytes; at += TS_PACKET_BYTES)
			read_packet(bench, (const guint8 *)gst_rtp_buffer_get_payload(&rtp) + at);
		gst_rtp_buffer_unmap(&rtp);
		gst_buffer_unref(buffer);
	}
}

/*
 * Waits until the thread of the multiplexer has done all it can and waits for a pad or
 * for time: an upstream query goes past it, a serialized one comes after the buffer.
 */
static void settle(struct bench *bench, GstHarness *pad)
{
	GstQuery *query = gst_query_new_drain();

	gst_pad_peer_query(pad->srcpad, query);
	gst_query_unref(query);
	read_all(bench);
}

static guint unit_count(struct bench *bench, guint pid)
{
	end_unit(bench, pid);
	return bench->units[pid] ? bench->units[pid]->len : 0;
}

static const guint8 *unit(struct bench *bench, guint pid, guint nth, gsize *bytes)
{
	*bytes = 0;
	return nth < unit_count(bench, pid)
		       ? g_bytes_get_data(g_ptr_array_index(bench->units[pid], nth), bytes)
		       : NULL;
}

static guint64 pts_of(const guint8 *pes)
{
	return (guint64)(pes[9] >> 1 & 7) << 30 | (guint64)pes[10] << 22 |
	       (guint64)(pes[11] >> 1) << 15 | (guint64)pes[12] << 7 | pes[13] >> 1;
}

/* --- What goes in ---------------------------------------------------------------- */

#define PICTURE_BYTES 40 /* of a key picture, before its filler */

/* With a delimiter, parameter sets and a slice; the filler can be no start code. */
static GstBuffer *key_picture(gsize filler, GstClockTime time, guint8 level)
{
	const guint8 head[PICTURE_BYTES] = {
		0,    0,    0,	  1, 9, 0xf0, 0,    0,	  0,	1,    0x67, 66, 0xc0, level,
		0x8d, 0x68, 0,	  0, 0, 1,    0x68, 0xce, 0x3c, 0x80, 0,    0,	0,    1,
		0x65, 0x88, 0x84, 7, 7, 7,    7,    7,	  7,	7,    7,    7,
	};
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, sizeof(head) + filler, NULL);

	gst_buffer_fill(buffer, 0, head, sizeof(head));
	gst_buffer_memset(buffer, sizeof(head), 0x55, filler);
	GST_BUFFER_PTS(buffer) = time;
	GST_BUFFER_DTS(buffer) = time;
	return buffer;
}

/* Without a delimiter. */
static GstBuffer *next_picture(gsize filler, GstClockTime time)
{
	const guint8 head[] = { 0, 0, 0, 1, 0x41, 0x9a };
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, sizeof(head) + filler, NULL);

	gst_buffer_fill(buffer, 0, head, sizeof(head));
	gst_buffer_memset(buffer, sizeof(head), 0x66, filler);
	GST_BUFFER_PTS(buffer) = time;
	GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
	return buffer;
}

static GstBuffer *sound(gsize bytes, guint8 value, GstClockTime time)
{
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, bytes, NULL);

	gst_buffer_memset(buffer, 0, value, bytes);
	GST_BUFFER_PTS(buffer) = time;
	return buffer;
}

static void push_video(struct bench *bench, GstBuffer *buffer)
{
	gst_harness_push(bench->video, buffer);
	settle(bench, bench->video);
}

static void push_audio(struct bench *bench, GstBuffer *buffer)
{
	gst_harness_push(bench->audio, buffer);
	settle(bench, bench->audio);
}

/* --- Tests ----------------------------------------------------------------------- */

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
	pes = unit(&bench, 0x1011, 0, &bytes);
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
	pes = unit(&bench, 0x1011, 1, &bytes);
	check(pes && bytes == 14 + 6 + 106 && !memcmp(pes + 14, "\0\0\0\1\x09\xf0\0\0\0\1\x41", 11),
	      "a picture gets the delimiter that it lacks");
	check(bench.markers == 2 && bench.marked_last && bench.keys == 1 && bench.good_packets,
	      "and is not marked as a key picture");
	push_video(&bench, key_picture(70000, START + 66 * GST_MSECOND, 31));
	pes = unit(&bench, 0x1011, 2, &bytes);
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
	pes = unit(&bench, 0x1011, 0, &bytes);
	check(pes && pes[7] == 0xc0 && pts_of(pes) == 900000 + 9000 + 3600,
	      "a picture that is decoded before it is due has both times");
	close_bench(&bench);
}

/* What a picture waits for when sound is late: nothing, not even 20 ms. */
static void check_no_wait(const gchar *audio_caps, const char *what)
{
	struct bench bench;

	open_bench(&bench, RTP_CAPS, audio_caps, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	check(bench.markers == 1 && bench.marked_last, what);
	close_bench(&bench);
}

static void check_shared_datagram(void)
{
	struct bench bench;
	GstPad *pad;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	gst_harness_set_time(bench.out, START + 100 * GST_MSECOND);
	push_audio(&bench, sound(300, 1, START + 100 * GST_MSECOND));
	check(bench.packets[0x1100] == 2 && bench.markers == 1 && !bench.marked_last,
	      "sound leaves at once, without a mark");
	check(bench.associations == 2 && bench.maps == 2,
	      "with tables before it, when they are due");
	pad = gst_element_get_static_pad(bench.mux, "audio");
	check(gst_pad_has_current_caps(pad), "the pad of the sound has its caps");
	gst_object_unref(pad);
	close_bench(&bench);
}

/*
 * The time when the multiplexer wants to be woken next. It does within a second of a
 * picture.
 */
static GstClockTime next_wake(struct bench *bench)
{
	GstClockTime time;
	GstClockID id;

	gst_test_clock_wait_for_next_pending_id(bench->clock, &id);
	time = gst_clock_id_get_time(id);
	gst_clock_id_unref(id);
	return time;
}

/* Time passes, but not before all that is to happen until then has happened. */
static void pass_time(struct bench *bench, GstClockTime until)
{
	GstClockTime wake;

	while ((wake = next_wake(bench)) <= until) {
		if (wake > gst_clock_get_time(GST_CLOCK(bench->clock)))
			gst_harness_set_time(bench->out, wake);
		g_thread_yield();
	}
	gst_harness_set_time(bench->out, until);
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
	settle(&bench, bench.video);
	check(bench.markers == 1 && bench.packets[0x1000] == 24,
	      "the clock goes on without pictures, unmarked");
	gst_harness_set_time(bench.out, START + GST_SECOND);
	/* That of the picture and 24 of the clock. */
	while (gst_harness_buffers_received(bench.out) < 25)
		g_usleep(1000);
	settle(&bench, bench.video);
	before = bench.datagrams;
	for (guint nth = 2; nth < 50; nth++) {
		gst_harness_set_time(bench.out, START + nth * (GstClockTime)GST_SECOND);
		settle(&bench, bench.video);
	}
	check(bench.datagrams == before && !gst_test_clock_peek_next_pending_id(bench.clock, NULL),
	      "and stops after a second, without a wake-up more");
	push_video(&bench, next_picture(100, START + 60 * GST_SECOND));
	check(bench.markers == 2 && bench.good_rtp && bench.good_packets, "until the next picture");
	close_bench(&bench);
}

static void check_gap(void)
{
	struct bench bench;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	gst_harness_set_time(bench.out, START + 50 * GST_MSECOND);
	gst_harness_push_event(bench.video,
			       gst_event_new_gap(START + 50 * GST_MSECOND, 50 * GST_MSECOND));
	settle(&bench, bench.video);
	check(bench.markers == 1 && bench.packets[0x1011] == 1, "a gap is no picture");
	check(bench.packets[0x1000] == 2, "but a time, so that the clock goes on");
	close_bench(&bench);
}

static void check_lpcm(void)
{
	struct bench bench;
	const guint8 *pes;
	gsize bytes;

	open_bench(&bench, RTP_CAPS, LPCM_CAPS, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	push_audio(&bench, sound(1500, 1, START));
	check(!bench.packets[0x1100], "too few samples wait");
	push_audio(&bench, sound(2580, 2, START + gst_util_uint64_scale(375, GST_SECOND, 48000)));
	check(unit_count(&bench, 0x1100) == 2 && bench.markers == 1 && !bench.marked_last,
	      "and leave when they are enough");
	pes = unit(&bench, 0x1100, 0, &bytes);
	check(pes && bytes == 1940 && pes[3] == 0xbd && pes[8] == 7 &&
		      !memcmp(pes + 14, "\xff\xff\xa0\x06\0\x11\1", 7) && pts_of(pes) == 909000,
	      "in private_stream_1, behind the header of Wi-Fi Display");
	pes = unit(&bench, 0x1100, 1, &bytes);
	check(pes && pts_of(pes) >= 909899 && pts_of(pes) <= 909900, "each at its time");
	check(bench.map && memmem(g_bytes_get_data(bench.map, NULL), g_bytes_get_size(bench.map),
				  "\x83\xf1\0\xf0\4\x83\2\x46\x2f", 9),
	      "the map has its type and descriptor");
	close_bench(&bench);
}

static void check_aac(void)
{
	struct bench bench;
	const guint8 *pes;
	gsize bytes;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	push_audio(&bench, sound(333, 0x5a, START));
	pes = unit(&bench, 0x1100, 0, &bytes);
	check(pes && bytes == 16 + 333 && pes[3] == 0xc0 && !memcmp(pes + 14, "\xff\xff\x5a", 3),
	      "a frame of AAC is a packet of its own");
	check(bench.map && memmem(g_bytes_get_data(bench.map, NULL), g_bytes_get_size(bench.map),
				  "\x0f\xf1\0\xf0\5\x2b\3\1\2\0", 10),
	      "the map has its type and descriptor");
	close_bench(&bench);
}

static guint version(struct bench *bench)
{
	return bench->map ? ((const guint8 *)g_bytes_get_data(bench->map, NULL))[5] >> 1 & 0x1f
			  : 99;
}

/* Whether the last map has the pictures with their profile, level 3.1. */
static gboolean is_whole(struct bench *bench)
{
	return bench->map &&
	       memmem(g_bytes_get_data(bench->map, NULL), g_bytes_get_size(bench->map),
		      "\x1b\xf0\x11\xf0\x0a\x28\4\x42\xc0\x1f\x3f", 11);
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
	check(bench.maps == 2 && version(&bench) == 2,
	      "unless the level changes, which makes a new version");
	gst_harness_set_time(bench.out, START + 120 * GST_MSECOND);
	push_video(&bench, next_picture(100, START + 120 * GST_MSECOND));
	check(bench.maps == 3 && version(&bench) == 2, "and after its interval");
	close_bench(&bench);
}

/*
 * A sink reads the map once, and may take a program whose pictures are not described for
 * sound alone: sound that comes before the first picture waits for it.
 */
static void check_sound_first(const gchar *caps, gsize bytes)
{
	struct bench bench;
	const guint8 *pes;
	gsize size;

	open_bench(&bench, RTP_CAPS, caps, TRUE);
	for (guint nth = 0; nth < 4; nth++) {
		gst_harness_set_time(bench.out, START + nth * 20 * GST_MSECOND);
		push_audio(&bench, sound(bytes, 1, START + nth * 20 * GST_MSECOND));
	}
	check(!bench.datagrams, "sound waits for the first picture");
	gst_harness_set_time(bench.out, START + 70 * GST_MSECOND);
	push_video(&bench, key_picture(100, START + 70 * GST_MSECOND, 31));
	check(bench.maps == 1 && version(&bench) == 1 && is_whole(&bench),
	      "so that the first map has all of both");
	check(unit_count(&bench, 0x1100) >= 4 && bench.markers == 1 && bench.marked_last,
	      "and leaves before it");
	pes = unit(&bench, 0x1100, 0, &size);
	check(pes && pts_of(pes) == 909000 && bench.good_packets, "with its own times");
	gst_harness_set_time(bench.out, START + 80 * GST_MSECOND);
	push_audio(&bench, sound(bytes, 1, START + 80 * GST_MSECOND));
	check(unit_count(&bench, 0x1100) >= 5 && !bench.marked_last, "later sound does not wait");
	close_bench(&bench);
}

/* Waits until the multiplexer has taken what it was given, and waits for time again. */
static void wait_taken(GstHarness *pad)
{
	GstAggregatorPad *sink = GST_AGGREGATOR_PAD(gst_pad_get_peer(pad->srcpad));
	gboolean has;

	do {
		has = gst_aggregator_pad_has_buffer(sink);
		if (has)
			g_usleep(1000);
	} while (has);
	gst_object_unref(sink);
}

/* A picture that does not come: neither memory nor the sound may depend on it. */
static void check_no_picture(void)
{
	struct bench bench;
	GstClockTime time = START;
	guint before;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	for (guint nth = 0; nth < 150 && !bench.datagrams; nth++) {
		time = START + nth * 20 * GST_MSECOND;
		gst_harness_set_time(bench.out, time);
		push_audio(&bench, sound(100, 1, time));
	}
	check(time >= START + 1900 * GST_MSECOND && time <= START + 2100 * GST_MSECOND,
	      "without a picture sound waits for two seconds");
	wait_taken(bench.audio);
	settle(&bench, bench.audio);
	/* What would come too late for the sink is not kept: a tenth of a second is. */
	check(unit_count(&bench, 0x1100) >= 1 && unit_count(&bench, 0x1100) <= 7,
	      "of which it has kept what the sink can still play");
	check(!bench.markers && bench.maps >= 1 && !is_whole(&bench), "and then goes without");
	before = unit_count(&bench, 0x1100);
	gst_harness_set_time(bench.out, time + 20 * GST_MSECOND);
	push_audio(&bench, sound(100, 1, time + 20 * GST_MSECOND));
	check(unit_count(&bench, 0x1100) == before + 1, "as all that follows does");
	gst_harness_set_time(bench.out, time + 30 * GST_MSECOND);
	push_video(&bench, key_picture(100, time + 30 * GST_MSECOND, 31));
	check(is_whole(&bench) && version(&bench) == 2 && bench.good_packets,
	      "a picture that comes after all makes a new map");
	close_bench(&bench);
}

/* Nothing is to be waited for. */
static void check_sound_alone(void)
{
	struct bench bench;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	gst_harness_push_event(bench.video, gst_event_new_eos());
	push_audio(&bench, sound(100, 1, START));
	check(bench.packets[0x1100] == 1, "sound does not wait for pictures that have ended");
	close_bench(&bench);

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	gst_pad_unlink(bench.video->srcpad, GST_PAD_PEER(bench.video->srcpad));
	push_audio(&bench, sound(100, 1, START));
	check(bench.packets[0x1100] == 1, "nor for a pad that nobody is linked to");
	close_bench(&bench);
}

/* A gap is no picture, and begins nothing. */
static void check_gap_first(void)
{
	struct bench bench;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	gst_harness_push_event(bench.video, gst_event_new_gap(START, 10 * GST_MSECOND));
	settle(&bench, bench.video);
	push_audio(&bench, sound(100, 1, START));
	check(!bench.datagrams, "a gap before the first picture begins nothing");
	push_video(&bench, key_picture(100, START + 10 * GST_MSECOND, 31));
	check(bench.maps == 1 && is_whole(&bench) && unit_count(&bench, 0x1100) == 1,
	      "and what has waited comes with the picture");
	close_bench(&bench);
}

/* A sink reads the map once: sound that has not begun is in it. */
static void check_expected_audio(void)
{
	struct bench bench;

	open_bench(&bench, RTP_CAPS, "", TRUE);
	g_object_set(bench.mux, "pcr-pid", 0x1001, NULL);
	gst_pad_use_fixed_caps(bench.audio->srcpad);
	{
		GstCaps *caps = gst_caps_from_string(AAC_CAPS);

		gst_harness_set_src_caps(bench.audio, gst_caps_ref(caps));
		gst_caps_unref(caps);
	}
	push_video(&bench, key_picture(100, START, 31));
	check(bench.map &&
		      memmem(g_bytes_get_data(bench.map, NULL), g_bytes_get_size(bench.map),
			     "\x0f\xf1\0", 3) &&
		      version(&bench) == 1,
	      "sound is in the first map before it begins");
	check(bench.packets[0x1001] == 1 && !bench.packets[0x1000] &&
		      (((const guint8 *)g_bytes_get_data(bench.map, NULL))[8] & 0x1f) == 0x10 &&
		      ((const guint8 *)g_bytes_get_data(bench.map, NULL))[9] == 0x01,
	      "the clock has the PID that was set");
	close_bench(&bench);
}

static gboolean accepts(GstHarness *pad, const gchar *text)
{
	GstCaps *caps = gst_caps_from_string(text);
	gboolean good = gst_pad_peer_query_accept_caps(pad->srcpad, caps);
	GstCaps *offered = gst_pad_peer_query_caps(pad->srcpad, caps);

	if (good == gst_caps_is_empty(offered))
		g_printerr("# accepts and offers disagree about %s\n", text);
	gst_caps_unref(offered);
	gst_caps_unref(caps);
	return good;
}

static void check_caps(void)
{
	static const gchar *const bad_video[] = {
		"video/x-h264, stream-format=avc, alignment=au, profile=constrained-baseline",
		"video/x-h264, stream-format=byte-stream, alignment=nal, profile=constrained-baseline",
		"video/x-h264, stream-format=byte-stream, alignment=au, profile=main",
		"video/x-h264, stream-format=byte-stream, alignment=au, profile=high",
		"video/x-h265, stream-format=byte-stream, alignment=au",
	};
	static const gchar *const bad_audio[] = {
		"audio/mpeg, mpegversion=4, stream-format=raw, framed=true, rate=48000, channels=2",
		"audio/mpeg, mpegversion=4, stream-format=adts, framed=true, rate=44100, channels=2",
		"audio/mpeg, mpegversion=1, layer=3, framed=true, rate=48000, channels=2",
		"audio/x-raw, format=S16LE, layout=interleaved, rate=48000, channels=2",
		"audio/x-raw, format=S16BE, layout=interleaved, rate=48000, channels=1",
		"audio/x-raw, format=S16BE, layout=interleaved, rate=96000, channels=2",
	};
	GstPadTemplate *template;
	struct bench bench;
	gboolean refused = TRUE;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	for (guint nth = 0; nth < G_N_ELEMENTS(bad_video); nth++)
		refused &= !accepts(bench.video, bad_video[nth]);
	for (guint nth = 0; nth < G_N_ELEMENTS(bad_audio); nth++)
		refused &= !accepts(bench.audio, bad_audio[nth]);
	check(refused, "what Wi-Fi Display has not is refused");
	check(accepts(bench.video, VIDEO_CAPS) && accepts(bench.audio, AAC_CAPS) &&
		      accepts(bench.audio, LPCM_CAPS) &&
		      accepts(bench.audio,
			      "audio/x-raw, format=S16BE, layout=interleaved, rate=44100, "
			      "channels=2"),
	      "what it has is accepted");
	g_object_set(bench.mux, "high-profile", TRUE, NULL);
	check(accepts(bench.video, bad_video[3]) && !accepts(bench.video, bad_video[2]),
	      "the profile High on demand");
	template = gst_element_get_pad_template(bench.mux, "video");
	check(!gst_element_request_pad(bench.mux, template, NULL, NULL),
	      "there is one stream of pictures");
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
	pes = unit(&bench, 0x1011, 1, &bytes);
	check(pes && pts_of(pes) >= 98999 && pts_of(pes) <= 99000,
	      "the time of pictures begins anew after 26.5 hours");
	check(bench.pcr->len >= 16 &&
		      ((const guint64 *)(const void *)bench.pcr->data)[bench.pcr->len / 8 - 1] <
			      27000001 &&
		      bench.good_packets,
	      "and so does the clock");
	close_bench(&bench);
}

static void wait_for_end(struct bench *bench)
{
	gboolean ended = FALSE;

	while (!ended) {
		GstEvent *event = gst_harness_pull_event(bench->out);

		ended = !event || GST_EVENT_TYPE(event) == GST_EVENT_EOS;
		if (event)
			gst_event_unref(event);
	}
	read_all(bench);
}

/* Not live: a file is interleaved by time, whatever comes first. */
static void check_interleaved(void)
{
	struct bench bench;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, FALSE);
	gst_harness_push(bench.video, key_picture(100, 0, 31));
	gst_harness_push(bench.audio, sound(100, 1, 0));
	gst_harness_push_event(bench.audio, gst_event_new_eos());
	gst_harness_push_event(bench.video, gst_event_new_eos());
	wait_for_end(&bench);
	check(unit_count(&bench, 0x1100) == 1 && bench.markers == 1 && bench.marked_last,
	      "when nothing is live a picture comes after sound of its time");
	check(bench.maps == 1 && is_whole(&bench), "and the first map has it, too");
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

static void check_upstream(void)
{
	struct bench bench;
	GstEvent *event;
	gboolean got = FALSE;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	gst_harness_push_upstream_event(bench.out, gst_video_event_new_upstream_force_key_unit(
							   GST_CLOCK_TIME_NONE, TRUE, 1));
	while ((event = gst_harness_try_pull_upstream_event(bench.video))) {
		got |= gst_video_event_is_force_key_unit(event);
		gst_event_unref(event);
	}
	check(got, "a request for a key picture goes to the encoder");
	close_bench(&bench);
}

static void check_flush(void)
{
	struct bench bench;
	GstSegment segment;
	guint before;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	before = bench.discont;
	gst_harness_push_event(bench.video, gst_event_new_flush_start());
	gst_harness_push_event(bench.video, gst_event_new_flush_stop(FALSE));
	gst_segment_init(&segment, GST_FORMAT_TIME);
	gst_harness_push_event(bench.video, gst_event_new_segment(&segment));
	push_video(&bench, key_picture(100, START + 5 * GST_MSECOND, 31));
	check(bench.markers == 2 && bench.good_rtp && bench.good_packets &&
		      bench.discont == before + 1,
	      "after a flush the numbers go on, and the first buffer is a discontinuity");
	check(bench.maps == 2 && bench.packets[0x1000] == 2, "and tables and clock come at once");
	close_bench(&bench);
}

/* The same element for the next session. */
static void check_restart(void)
{
	struct bench bench;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	for (guint nth = 0; nth < 20; nth++) {
		push_video(&bench, key_picture(3000, START, 31));
		gst_element_set_state(bench.mux, GST_STATE_NULL);
		bench.seqnum = SEQNUM;
		memset(bench.counter, -1, sizeof(bench.counter));
		gst_element_set_state(bench.mux, GST_STATE_PLAYING);
		gst_harness_set_src_caps_str(bench.video, VIDEO_CAPS);
	}
	push_video(&bench, key_picture(3000, START, 31));
	check(bench.markers == 21 && bench.maps == 21 && version(&bench) == 1 && bench.good_rtp &&
		      bench.good_packets,
	      "it starts again, with the numbers of a start");
	close_bench(&bench);
}

static GstStructure *stream_state(struct bench *bench)
{
	GstStructure *state = NULL;

	g_object_get(bench->mux, "stream-state", &state, NULL);
	return state;
}

/* The numbers of another element's stream, which a sink sees as one. */
static void check_continued(guint8 level, guint map_version, const gchar *what)
{
	struct bench bench, next;
	GstStructure *state;
	guint seqnum = 0;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	check(!stream_state(&bench), "before a stream has ended it has no numbers");
	push_video(&bench, key_picture(3000, START, 31));
	push_audio(&bench, sound(3000, 1, START + GST_MSECOND));
	gst_element_set_state(bench.mux, GST_STATE_READY);
	state = stream_state(&bench);
	g_object_get(bench.mux, "seqnum", &seqnum, NULL);
	check(state && seqnum == bench.seqnum, "after it, it has");

	open_bench(&next, RTP_CAPS, AAC_CAPS, TRUE);
	gst_element_set_state(next.mux, GST_STATE_READY);
	g_object_set(next.mux, "continue-from", state, "seqnum-offset", (gint)seqnum, NULL);
	gst_element_set_state(next.mux, GST_STATE_PLAYING);
	gst_harness_set_src_caps_str(next.video, VIDEO_CAPS);
	memcpy(next.counter, bench.counter, sizeof(next.counter));
	next.seqnum = bench.seqnum;
	gst_harness_set_time(next.out, START + 50 * GST_MSECOND);
	push_video(&next, key_picture(3000, START + 50 * GST_MSECOND, level));
	check(next.packets[0x1011] > 10 && next.good_packets && next.good_rtp,
	      "and another stream goes on with them");
	check(next.maps == 1 && version(&next) == map_version, what);
	if (state)
		gst_structure_free(state);
	close_bench(&next);
	close_bench(&bench);
}

static GstPadProbeReturn stop_all(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	(void)pad;
	(void)info;
	g_atomic_int_set((gint *)user, TRUE);
	return GST_PAD_PROBE_OK;
}

/* What was numbered, but could not leave any more, has not been sent. */
static void check_unsent(void)
{
	struct bench bench;
	GstStructure *state;
	guint seqnum = 0, value = 99;
	gint held = FALSE;
	GstPad *pad;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	push_video(&bench, key_picture(3000, START, 31));
	pad = gst_element_get_static_pad(bench.mux, "src");
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER_LIST, stop_all,
			  &held, NULL);
	gst_harness_push(bench.video, next_picture(3000, START + 33 * GST_MSECOND));
	while (!g_atomic_int_get(&held))
		g_usleep(1000);
	gst_element_set_state(bench.mux, GST_STATE_READY);
	read_all(&bench);
	g_object_get(bench.mux, "seqnum", &seqnum, NULL);
	check(bench.markers == 1 && seqnum == bench.seqnum,
	      "a picture that was held up and dropped takes no RTP number");
	state = stream_state(&bench);
	check(state && gst_structure_get_uint(state, "video", &value) &&
		      (gint)value == ((bench.counter[0x1011] + 1) & 15),
	      "and none of its packets");
	if (state)
		gst_structure_free(state);
	gst_object_unref(pad);
	close_bench(&bench);
}

/* Pads that come and go while pictures flow. */
static void check_pads(void)
{
	struct bench bench;
	GstHarness *audio;

	open_bench(&bench, RTP_CAPS, NULL, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	for (guint nth = 1; nth <= 20; nth++) {
		GstClockTime time = START + nth * 30 * (GstClockTime)GST_MSECOND;

		gst_harness_set_time(bench.out, time);
		audio = gst_harness_new_with_element(bench.mux, "audio", NULL);
		gst_harness_set_src_caps_str(audio, nth & 1 ? AAC_CAPS : LPCM_CAPS);
		gst_harness_push(audio, sound(1920, 1, time));
		settle(&bench, audio);
		gst_harness_teardown(audio);
		push_video(&bench, next_picture(100, time));
	}
	check(bench.markers == 21 && bench.good_rtp && bench.good_packets,
	      "sound comes and goes, pictures go on");
	check(version(&bench) == (1 + 40) % 32, "and each time there is a new map");
	close_bench(&bench);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_picture();
	check_both_times();
	check_no_wait("", "a picture does not wait for sound that has not begun");
	check_no_wait(AAC_CAPS, "nor for AAC that is late");
	check_no_wait(LPCM_CAPS, "nor for LPCM");
	check_shared_datagram();
	check_clock_interval(TRUE, 33 * GST_MSECOND, 150, "at 30 Hz the clock comes every 100 ms");
	check_clock_interval(TRUE, 16 * GST_MSECOND, 150, "at 60 Hz, too");
	check_clock_interval(TRUE, 500 * GST_MSECOND, 20, "and when pictures come twice a second");
	check_clock_interval(FALSE, 500 * GST_MSECOND, 20,
			     "and in a file of two pictures a second");
	check_idle();
	check_gap();
	check_lpcm();
	check_aac();
	check_map();
	check_sound_first(AAC_CAPS, 200);
	check_sound_first(LPCM_CAPS, 3840);
	check_no_picture();
	check_sound_alone();
	check_gap_first();
	check_expected_audio();
	check_caps();
	check_no_time();
	check_wrap();
	check_interleaved();
	check_stream_alone();
	check_upstream();
	check_flush();
	check_restart();
	check_continued(31, 1, "with the same map, the same version of it");
	check_continued(40, 2, "with another, the next one");
	check_unsent();
	check_pads();
	gst_deinit();
	return check_result();
}
