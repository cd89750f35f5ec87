// SPDX-License-Identifier: MIT
/*
 * The parts of the plug-in that are bytes in and bytes out.
 */
#include <gst/gst.h>
#include <gst/rtp/rtp.h>

#include <string.h>

#include "h264.h"
#include "harness.h"
#include "lpcm.h"
#include "rtcp.h"
#include "ts.h"

/* --- Transport packets --------------------------------------------------------- */

struct joined {
	GByteArray *bytes;
	guint packets, keys, starts;
	gboolean good;
};

static const uint8_t *payload(const uint8_t *packet, size_t *bytes)
{
	size_t at = 4;

	if (packet[3] & 0x20)
		at += 1U + packet[4];
	*bytes = TS_PACKET_BYTES - at;
	return packet + at;
}

static void join(struct ts_pes *pes, struct ts_stream *stream, struct joined *joined)
{
	uint8_t packet[TS_PACKET_BYTES];
	uint8_t counter = stream->continuity;

	memset(joined, 0, sizeof(*joined));
	joined->bytes = g_byte_array_new();
	joined->good = TRUE;
	while (ts_pes_next(pes, stream, packet)) {
		const uint8_t *data;
		size_t bytes;

		joined->good &= packet[0] == 0x47 && (packet[3] & 0x0f) == (counter++ & 0x0f) &&
				(packet[3] & 0x10) &&
				((packet[1] & 0x1f) << 8 | packet[2]) == stream->pid;
		joined->starts += !!(packet[1] & 0x40);
		joined->keys += (packet[3] & 0x20) && packet[4] > 0 && (packet[5] & 0x40);
		data = payload(packet, &bytes);
		joined->good &= bytes <= 184;
		g_byte_array_append(joined->bytes, data, (guint)bytes);
		joined->packets++;
	}
}

static bool one_size(size_t bytes, bool key, const uint8_t *body)
{
	const struct ts_pes_times times = { 12345, TS_NO_DTS };
	struct ts_stream stream = { .pid = 0x1011, .continuity = 14 };
	struct joined joined;
	struct ts_pes pes;
	bool good;

	ts_pes_begin(&pes, TS_STREAM_ID_VIDEO, &times, 0, NULL, 0, body, bytes);
	pes.key = key;
	join(&pes, &stream, &joined);
	good = joined.good && joined.starts == 1 && joined.keys == key &&
	       joined.bytes->len == 14 + bytes && !memcmp(joined.bytes->data + 14, body, bytes) &&
	       joined.packets == (14 + bytes + 2U * key + 183) / 184;
	g_byte_array_unref(joined.bytes);
	return good;
}

static void check_sizes(void)
{
	uint8_t body[1200];
	bool good = true;

	for (size_t nth = 0; nth < sizeof(body); nth++)
		body[nth] = (uint8_t)(nth * 7 + nth / 256);
	for (size_t bytes = 0; bytes < sizeof(body); bytes++)
		good = good && one_size(bytes, false, body) && one_size(bytes, true, body);
	check(good, "payload of every size comes back, in as few packets as it takes");
}

static void check_pes_header(void)
{
	/* PTS 0x123456789 and DTS 0x012345678, as ISO/IEC 13818-1 writes them. */
	static const uint8_t both[] = {
		0,    0,    1,	  0xe0, 0,    16,   0x84, 0xc0, 10,   0x39, 0x8d,
		0x15, 0xcf, 0x13, 0x11, 0x48, 0xd1, 0xac, 0xf1, 0x55, 0x55, 0x55,
	};
	const struct ts_pes_times two = { 0x123456789, 0x12345678 },
				  one = { 0x1ffffffff, 0x1ffffffff };
	static const uint8_t prefix[] = { 0xa0, 6, 0, 0x11 };
	struct ts_stream stream = { .pid = 0x1100 };
	static uint8_t large[66000];
	struct joined joined;
	struct ts_pes pes;

	ts_pes_begin(&pes, TS_STREAM_ID_VIDEO, &two, 0, NULL, 0, (const uint8_t *)"\x55\x55\x55",
		     3);
	join(&pes, &stream, &joined);
	check(joined.bytes->len == sizeof(both) && !memcmp(joined.bytes->data, both, sizeof(both)),
	      "a header with both times");
	g_byte_array_unref(joined.bytes);

	ts_pes_begin(&pes, TS_STREAM_ID_PRIVATE_1, &one, 2, prefix, sizeof(prefix), large, 1920);
	join(&pes, &stream, &joined);
	check(joined.bytes->len == 1940 &&
		      !memcmp(joined.bytes->data,
			      "\0\0\1\xbd\x07\x8e\x84\x80\x07\x2f\xff\xff\xff\xff\xff\xff\xa0\x06\0\x11",
			      20),
	      "a header with stuffing and a prefix, of the last time before it wraps");
	g_byte_array_unref(joined.bytes);

	ts_pes_begin(&pes, TS_STREAM_ID_VIDEO, &one, 0, NULL, 0, large, 65535 - 8);
	check(pes.head[4] == 0xff && pes.head[5] == 0xff, "the largest length");
	ts_pes_begin(&pes, TS_STREAM_ID_VIDEO, &one, 0, NULL, 0, large, 65535 - 7);
	check(!pes.head[4] && !pes.head[5], "none when it is larger");
}

static void check_pcr(void)
{
	const struct ts_stream sound = { .pid = TS_PID_AUDIO };
	const struct ts_stream clock = { .pid = 0x1000, .continuity = 1 };
	uint8_t packet[TS_PACKET_BYTES];

	/* 0x155555555 * 300 + 299 */
	ts_write_pcr(&clock, 0x155555555ULL * 300 + 299, false, packet);
	check(!memcmp(packet, "\x47\x10\x00\x20\xb7\x10\xaa\xaa\xaa\xaa\xff\x2b\xff", 13) &&
		      packet[187] == 0xff,
	      "a clock reference");
	ts_write_pcr(&sound, 0, true, packet);
	check(packet[3] == 0x2f && packet[5] == 0x90,
	      "that of a new clock, among packets of which none has a payload yet");
}

/* --- H.264 --------------------------------------------------------------------- */

static void check_h264(void)
{
	static const uint8_t picture[] = {
		0,  0,	  0, 1, 9, 0xf0, 0,    0, 0, 1, 0x67, 66,   0xc0,
		31, 0x8d, 0, 0, 1, 0x68, 0xce, 0, 0, 1, 0x65, 0x88,
	};
	struct h264_look look;
	bool survived = true;
	uint8_t *copy;

	h264_look(picture, sizeof(picture), &look);
	check(look.delimiter && look.idr && look.sps && look.profile_idc == 66 &&
		      look.constraints == 0xc0 && look.level_idc == 31,
	      "an access unit with everything");
	h264_look(picture + 6, sizeof(picture) - 6, &look);
	check(!look.delimiter && look.idr && look.sps, "one without a delimiter");
	h264_look((const uint8_t *)"\0\0\1\x41\0\0\1\x67\x42\xc0\x1f", 11, &look);
	check(!look.idr && !look.sps, "what comes after a slice is not looked at");
	/* On the heap, where a sanitizer sees each byte too far. */
	for (size_t bytes = 0; bytes <= sizeof(picture); bytes++) {
		copy = g_memdup2(picture, bytes);
		h264_look(copy, bytes, &look);
		survived = survived && (look.idr == (bytes > 23));
		g_free(copy);
	}
	check(survived, "one that is cut anywhere");
}

/* --- LPCM ---------------------------------------------------------------------- */

static void push(struct lpcm *lpcm, gsize bytes, guint8 value, GstClockTime time)
{
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, bytes, NULL);

	gst_buffer_memset(buffer, 0, value, bytes);
	lpcm_push(lpcm, buffer, time);
}

static bool next_is(struct lpcm *lpcm, GstClockTime time, guint8 first, guint8 last)
{
	GstClockTime got;
	const guint8 *samples = lpcm_next(lpcm, &got);
	bool good = samples && got + 3 >= time && got <= time && samples[0] == first &&
		    samples[LPCM_BYTES - 1] == last;

	if (samples)
		lpcm_done(lpcm);
	return good;
}

static void check_lpcm(void)
{
	struct lpcm lpcm = { .rate = 48000 };
	guint8 header[LPCM_HEADER_BYTES];
	GstClockTime time;

	lpcm_init(&lpcm);
	lpcm_header(&lpcm, header);
	check(!memcmp(header, "\xa0\x06\0\x11", 4), "the header at 48 kHz");
	lpcm.rate = 44100;
	lpcm_header(&lpcm, header);
	check(!memcmp(header, "\xa0\x06\0\x09", 4), "and at 44.1 kHz");
	lpcm.rate = 48000;

	push(&lpcm, 1000, 1, GST_SECOND);
	check(!lpcm_next(&lpcm, &time), "too few samples are kept");
	push(&lpcm, 3000, 2, GST_SECOND + gst_util_uint64_scale(250, GST_SECOND, 48000));
	check(next_is(&lpcm, GST_SECOND, 1, 2), "until there are enough");
	/* 1920 bytes are 10 ms, and nanoseconds are rounded down. */
	check(next_is(&lpcm, GST_SECOND + 10 * GST_MSECOND, 2, 2) && !lpcm_next(&lpcm, &time),
	      "each packet has the time of its first sample");
	/* 160 bytes are left; the next samples are a second later. */
	push(&lpcm, 1920, 3, 2 * GST_SECOND);
	check(next_is(&lpcm, GST_SECOND + 20 * GST_MSECOND, 2, 0),
	      "silence fills what a gap leaves");
	check(next_is(&lpcm, 2 * GST_SECOND, 3, 3), "and what comes after it is at its time");
	push(&lpcm, 40, 4, 2 * GST_SECOND + 10 * GST_MSECOND);
	push(&lpcm, 0, 0, 2 * GST_SECOND + 11 * GST_MSECOND);
	check(next_is(&lpcm, 2 * GST_SECOND + 10 * GST_MSECOND, 4, 0),
	      "a gap without samples ends a packet");
	lpcm_clear(&lpcm);
}

/* --- RTCP ---------------------------------------------------------------------- */

static void check_sender_report(void)
{
	const struct rtcp_sender sender = {
		.ssrc = 0x11223344,
		.rtp_time = 90000,
		.ntp_time = 0x8100000080000000,
		.packets = 7,
		.octets = 1000,
		.cname = "name",
	};
	guint32 ssrc = 0, rtp = 0, packets = 0, octets = 0;
	GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
	GstBuffer *buffer = rtcp_sender_report(&sender);
	GstRTCPPacket packet;
	guint64 ntp = 0;

	check(gst_rtcp_buffer_validate(buffer), "a sender report is valid");
	gst_rtcp_buffer_map(buffer, GST_MAP_READ, &rtcp);
	gst_rtcp_buffer_get_first_packet(&rtcp, &packet);
	gst_rtcp_packet_sr_get_sender_info(&packet, &ssrc, &ntp, &rtp, &packets, &octets);
	check(ssrc == sender.ssrc && ntp == sender.ntp_time && rtp == 90000 && packets == 7 &&
		      octets == 1000,
	      "and has what it was given");
	check(gst_rtcp_packet_move_to_next(&packet) &&
		      gst_rtcp_packet_get_type(&packet) == GST_RTCP_TYPE_SDES,
	      "and a source description");
	gst_rtcp_buffer_unmap(&rtcp);
	gst_buffer_unref(buffer);
}

static GBytes *receiver_report(guint32 ssrc, guint32 last_report, guint32 delay)
{
	GstBuffer *buffer = gst_rtcp_buffer_new(200);
	GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
	GstRTCPPacket packet;
	GstMapInfo map;
	GBytes *bytes;

	gst_rtcp_buffer_map(buffer, GST_MAP_READWRITE, &rtcp);
	gst_rtcp_buffer_add_packet(&rtcp, GST_RTCP_TYPE_RR, &packet);
	gst_rtcp_packet_rr_set_ssrc(&packet, 1);
	gst_rtcp_packet_add_rb(&packet, 77, 1, 1, 1, 1, 1, 1);
	gst_rtcp_packet_add_rb(&packet, ssrc, 64, 5, 1000, 900, last_report, delay);
	gst_rtcp_buffer_unmap(&rtcp);
	gst_buffer_map(buffer, &map, GST_MAP_READ);
	bytes = g_bytes_new(map.data, map.size);
	gst_buffer_unmap(buffer, &map);
	gst_buffer_unref(buffer);
	return bytes;
}

static void check_receiver_report(void)
{
	struct rtcp_receiver report = { 0 };
	/* Now is 100 s; the report was of 99.5 s, and the receiver held it for 0.25 s. */
	const guint64 now = G_GUINT64_CONSTANT(100) << 32;
	GBytes *bytes = receiver_report(5, 0x638000, 0x4000);
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	bool survived = true;

	check(rtcp_read(data, size, 5, now, &report) == 1 && report.fraction_lost > 0.249 &&
		      report.fraction_lost < 0.251 && report.packets_lost == 5 &&
		      report.highest_seqnum == 1000 && report.jitter == 10 * GST_MSECOND,
	      "a receiver report is read");
	check(report.round_trip == 250 * GST_MSECOND, "and the round trip calculated");
	check(rtcp_read(data, size, 6, now, &report) == 0, "one of another stream is not ours");
	check(rtcp_read(data, 0, 5, now, &report) == -1 &&
		      rtcp_read((const guint8 *)"hello, sink", 11, 5, now, &report) == -1,
	      "what is no RTCP is none");
	for (gsize cut = 0; cut < size; cut++) {
		guint8 *copy = g_memdup2(data, cut);

		survived = rtcp_read(copy, cut, 5, now, &report) == -1 && survived;
		g_free(copy);
	}
	check(survived, "nor is any beginning of one");
	for (guint nth = 0; nth < 200000; nth++) {
		guint8 *copy = g_memdup2(data, size);

		for (gint poke = g_random_int_range(1, 4); poke; poke--)
			copy[g_random_int_range(0, (gint32)size)] = (guint8)g_random_int();
		rtcp_read(copy, size, 5, now, &report);
		g_free(copy);
	}
	check(true, "200000 broken ones are survived");
	g_bytes_unref(bytes);

	bytes = receiver_report(5, 0x640001, 0);
	data = g_bytes_get_data(bytes, &size);
	check(rtcp_read(data, size, 5, now, &report) == 1 &&
		      !GST_CLOCK_TIME_IS_VALID(report.round_trip),
	      "a round trip that ends before it began is none");
	g_bytes_unref(bytes);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_sizes();
	check_pes_header();
	check_pcr();
	check_h264();
	check_lpcm();
	check_sender_report();
	check_receiver_report();
	gst_deinit();
	return check_result();
}
