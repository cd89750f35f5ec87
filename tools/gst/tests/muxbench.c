// SPDX-License-Identifier: MIT
/*
 * wfdmux between a source of made-up access units and a reader of transport packets.
 */
#include <gst/rtp/rtp.h>
#include <string.h>

#include "muxbench.h"
#include "ts.h"
#include "wfdmux.h"

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

void open_bench(struct bench *bench, const gchar *src_caps, const gchar *audio_caps, gboolean live)
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

void close_bench(struct bench *bench)
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

/* --- A reader --------------------------------------------------------------------- */

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
	bench->breaks += !!(packet[5] & 0x80);
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
	/* A packet without payload has the counter of the one before. */
	if (bench->counter[pid] >= 0)
		bench->good_packets &= (packet[3] & 0x0f) ==
				       ((bench->counter[pid] + !!(packet[3] & 0x10)) & 0x0f);
	bench->counter[pid] = packet[3] & 0x0f;
	if (!(packet[3] & 0x10))
		return;
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

void read_all(struct bench *bench)
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

void settle_bench(struct bench *bench, GstHarness *pad)
{
	GstQuery *query = gst_query_new_drain();

	gst_pad_peer_query(pad->srcpad, query);
	gst_query_unref(query);
	read_all(bench);
}

guint unit_count(struct bench *bench, guint pid)
{
	end_unit(bench, pid);
	return bench->units[pid] ? bench->units[pid]->len : 0;
}

const guint8 *read_unit(struct bench *bench, guint pid, guint nth, gsize *bytes)
{
	*bytes = 0;
	return nth < unit_count(bench, pid)
		       ? g_bytes_get_data(g_ptr_array_index(bench->units[pid], nth), bytes)
		       : NULL;
}

guint64 pts_of(const guint8 *pes)
{
	return (guint64)(pes[9] >> 1 & 7) << 30 | (guint64)pes[10] << 22 |
	       (guint64)(pes[11] >> 1) << 15 | (guint64)pes[12] << 7 | pes[13] >> 1;
}

guint version_of(struct bench *bench)
{
	return bench->map ? ((const guint8 *)g_bytes_get_data(bench->map, NULL))[5] >> 1 & 0x1f
			  : 99;
}

gboolean map_is_whole(struct bench *bench)
{
	return bench->map &&
	       memmem(g_bytes_get_data(bench->map, NULL), g_bytes_get_size(bench->map),
		      "\x1b\xf0\x11\xf0\x0a\x28\4\x42\xc0\x1f\x3f", 11);
}

/* --- What goes in ----------------------------------------------------------------- */

GstBuffer *key_picture(gsize filler, GstClockTime time, guint8 level)
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

GstBuffer *next_picture(gsize filler, GstClockTime time)
{
	const guint8 head[] = { 0, 0, 0, 1, 0x41, 0x9a };
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, sizeof(head) + filler, NULL);

	gst_buffer_fill(buffer, 0, head, sizeof(head));
	gst_buffer_memset(buffer, sizeof(head), 0x66, filler);
	GST_BUFFER_PTS(buffer) = time;
	GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
	return buffer;
}

GstBuffer *make_sound(gsize bytes, guint8 value, GstClockTime time)
{
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, bytes, NULL);

	gst_buffer_memset(buffer, 0, value, bytes);
	GST_BUFFER_PTS(buffer) = time;
	return buffer;
}

void push_video(struct bench *bench, GstBuffer *buffer)
{
	gst_harness_push(bench->video, buffer);
	settle_bench(bench, bench->video);
}

void push_audio(struct bench *bench, GstBuffer *buffer)
{
	gst_harness_push(bench->audio, buffer);
	settle_bench(bench, bench->audio);
}

/* --- Time ------------------------------------------------------------------------- */

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

void pass_time(struct bench *bench, GstClockTime until)
{
	GstClockTime wake;

	while ((wake = next_wake(bench)) <= until) {
		if (wake > gst_clock_get_time(GST_CLOCK(bench->clock)))
			gst_harness_set_time(bench->out, wake);
		g_thread_yield();
	}
	gst_harness_set_time(bench->out, until);
}
