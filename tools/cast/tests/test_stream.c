// SPDX-License-Identifier: MIT
/*
 * What a sink gets while the cast replaces its pipeline: modes change, the stream pauses,
 * an encoder fails. For the sink it is one stream. The ports are those of the test, on
 * loopback; what is sent is a test picture and silence.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "media/encoder.h"
#include "media/repeats.h"
#include "media/stream.h"
#include "wfd/audio.h"
#include "wfd/video.h"

#define PID_COUNT	8192
#define PACKET		188
#define PID_MAP		0x100

/* --- What arrives ---------------------------------------------------------------- */

static struct {
	int rtp, rtcp;
	uint16_t port;

	unsigned int packets, markers, reports, maps;
	unsigned int missing, counter_jumps, back, streams, names;
	uint16_t seqnum;
	uint32_t ssrc;
	int counter[PID_COUNT];
	uint8_t map[PACKET];	/* the last one, from its table's number on */
	size_t map_bytes;
	unsigned int bad_versions;
	uint64_t pcr_27mhz;
	int64_t offset_us;	/* least of clock and reference since it was set */
	char cname[64];
	uint32_t reported;	/* packets, by the last report */
	unsigned int fewer;	/* reports with fewer packets than the one before */
} got;

/* Another version exactly when it is another map. */
static void read_map(const uint8_t *section, size_t bytes)
{
	size_t size = 3 + (size_t)((section[1] & 15) << 8 | section[2]);
	unsigned int before = got.map[5] >> 1 & 31, now;
	bool same;

	if (size > bytes || size < 12)
		return;
	now = section[5] >> 1 & 31;
	/* Neither the version nor the checksum. */
	same = got.map_bytes == size && !memcmp(got.map, section, 5) &&
	       !memcmp(got.map + 6, section + 6, size - 10);
	if (got.maps && now != (same ? before : (before + 1) % 32))
		got.bad_versions++;
	got.maps++;
	memcpy(got.map, section, size);
	got.map_bytes = size;
}

static void read_pcr(const uint8_t *packet)
{
	uint64_t base = (uint64_t)packet[6] << 25 | (uint64_t)packet[7] << 17 |
			(uint64_t)packet[8] << 9 | (uint64_t)packet[9] << 1 | packet[10] >> 7;
	uint64_t pcr = base * 300 + ((packet[10] & 1U) << 8 | packet[11]);
	int64_t offset = g_get_monotonic_time() - (int64_t)(pcr / 27);

	got.back += got.pcr_27mhz && pcr < got.pcr_27mhz;
	got.pcr_27mhz = pcr;
	if (offset < got.offset_us)
		got.offset_us = offset;
}

static void read_packet(const uint8_t *packet)
{
	unsigned int pid = (packet[1] & 0x1fU) << 8 | packet[2];
	size_t at = 4 + (packet[3] & 0x20 ? 1U + packet[4] : 0);
	int counter = packet[3] & 15;

	if (packet[3] & 0x20 && packet[4] && packet[5] & 0x10)
		read_pcr(packet);
	/* A packet without payload has the counter of the one before. */
	if (got.counter[pid] >= 0)
		got.counter_jumps += counter !=
				     ((got.counter[pid] + !!(packet[3] & 0x10)) & 15);
	got.counter[pid] = counter;
	if (packet[3] & 0x10 && pid == PID_MAP && at + 1 < PACKET)
		read_map(packet + at + 1, PACKET - at - 1);
}

static gboolean on_rtp(gint fd, GIOCondition condition, gpointer user)
{
	uint8_t data[2048];
	ssize_t size = recv(fd, data, sizeof(data), 0), at;
	uint16_t seqnum;
	uint32_t ssrc;

	(void)condition;
	(void)user;
	if (size < 12)
		return G_SOURCE_CONTINUE;
	memcpy(&seqnum, data + 2, sizeof(seqnum));
	memcpy(&ssrc, data + 8, sizeof(ssrc));
	seqnum = ntohs(seqnum);
	if (got.packets++)
		got.missing += (uint16_t)(seqnum - got.seqnum - 1);
	got.streams += !got.streams || ssrc != got.ssrc;
	got.seqnum = seqnum;
	got.ssrc = ssrc;
	for (at = 12; at + PACKET <= size; at += PACKET)
		read_packet(data + at);
	got.markers += data[1] >> 7;
	return G_SOURCE_CONTINUE;
}

static gboolean on_rtcp(gint fd, GIOCondition condition, gpointer user)
{
	uint8_t data[2048];
	ssize_t size = recv(fd, data, sizeof(data) - 1, 0);
	char cname[sizeof(got.cname)];
	uint32_t packets;
	uint8_t bytes;

	(void)condition;
	(void)user;
	/* A report without blocks, then the name. */
	if (size < 40 || data[1] != 200 || data[29] != 202)
		return G_SOURCE_CONTINUE;
	memcpy(&packets, data + 20, sizeof(packets));
	packets = ntohl(packets);
	got.fewer += got.reports && packets < got.reported;
	got.reported = packets;
	bytes = MIN(data[37], sizeof(cname) - 1);
	memcpy(cname, data + 38, bytes);
	cname[bytes] = '\0';
	got.names += !got.reports || strcmp(cname, got.cname) != 0;
	memcpy(got.cname, cname, sizeof(cname));
	got.reports++;
	return G_SOURCE_CONTINUE;
}

static int open_port(uint16_t *port)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(*port) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t bytes = sizeof(here);
	int room = 8 << 20;

	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* The first of the two is for those who may. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(fd, (struct sockaddr *)&here, sizeof(here)) ||
	    getsockname(fd, (struct sockaddr *)&here, &bytes))
		g_error("no port: %s", g_strerror(errno));
	*port = ntohs(here.sin_port);
	return fd;
}

/* How many datagrams were lost here, for want of time. */
static unsigned int lost_here(void)
{
	uint32_t info[9] = { 0 };
	socklen_t bytes = sizeof(info);

	return getsockopt(got.rtp, SOL_SOCKET, SO_MEMINFO, info, &bytes) ? 0 : info[8];
}

static void open_ports(void)
{
	uint16_t next;

	memset(&got, 0, sizeof(got));
	memset(got.counter, -1, sizeof(got.counter));
	got.offset_us = G_MAXINT64;
	got.rtp = open_port(&got.port);
	next = (uint16_t)(got.port + 1);
	got.rtcp = open_port(&next);
}

/* --- The stream ------------------------------------------------------------------ */

static struct {
	struct stream *stream;
	struct sound *sound;
	guint sources[2];
	struct stream_format format;
	enum fault failed;
	gint still, needed;	/* nothing changes; pictures that were asked for; atomic */
	unsigned int rates;	/* how often the rate has changed */
} cast;

/* Of a screen at rest only what was asked for comes, and is said to be that. */
static GstPadProbeReturn on_picture(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	GstBuffer *picture = GST_PAD_PROBE_INFO_BUFFER(info);

	(void)pad;
	(void)user;
	if (!g_atomic_int_get(&cast.still))
		return GST_PAD_PROBE_OK;
	if (!g_atomic_int_get(&cast.needed))
		return GST_PAD_PROBE_DROP;
	g_atomic_int_add(&cast.needed, -1);
	picture = gst_buffer_make_writable(picture);
	GST_BUFFER_FLAG_SET(picture, PICTURE_REPEATS);
	info->data = picture;
	return GST_PAD_PROBE_OK;
}

static GstElement *on_source(void *user)
{
	char *text = g_strdup_printf(
		"videotestsrc is-live=true do-timestamp=true pattern=ball ! video/x-raw,format=I420,"
		"width=%u,height=%u,framerate=%u/1", cast.format.width, cast.format.height,
		cast.format.hz);
	GstElement *source = gst_parse_bin_from_description(text, TRUE, NULL);
	GstPad *pad = gst_element_get_static_pad(source, "src");

	(void)user;
	g_free(text);
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_picture, NULL, NULL);
	gst_object_unref(pad);
	return source;
}

static void on_rate(void *user, uint32_t kbps)
{
	(void)user;
	(void)kbps;
	cast.rates++;
}

static void on_needed(void *user)
{
	(void)user;
	g_atomic_int_inc(&cast.needed);
}

static void on_note(void *user, const char *text)
{
	(void)user;
	printf("# %s\n", text);
}

static void on_failed(void *user, enum fault fault, const char *detail)
{
	(void)user;
	printf("# failed: %s\n", detail);
	cast.failed = fault;
}

static const struct stream_hooks hooks = {
	.source = on_source, .rate = on_rate, .needed = on_needed, .note = on_note,
	.failed = on_failed,
};

static gboolean on_late(gpointer user)
{
	*(bool *)user = true;
	return G_SOURCE_REMOVE;
}

/* Return: whether so many pictures have come, on a machine that may be busy. */
/* Until @counter is that much, nothing works any more, or a minute is over. */
static bool comes_to(const unsigned int *counter, unsigned int wanted)
{
	bool late = false;
	guint timer = g_timeout_add_seconds(60, on_late, &late);

	while (*counter < wanted && cast.failed == FAULT_NONE && !late)
		g_main_context_iteration(NULL, TRUE);
	if (!late)
		g_source_remove(timer);
	return *counter >= wanted;
}

static bool pictures_come(unsigned int count)
{
	return comes_to(&got.markers, got.markers + count);
}

static void pass(guint ms)
{
	bool over = false;

	g_timeout_add(ms, on_late, &over);
	while (!over)
		g_main_context_iteration(NULL, TRUE);
}

static enum fault set_format(uint32_t width, uint32_t height, uint32_t level_idc)
{
	cast.format = (struct stream_format){
		.width = width, .height = height, .hz = 30, .profile = MC_WFD_PROFILE_CBP,
		.level_idc = level_idc, .codec = MC_WFD_LPCM, .codec_modes = MC_WFD_LPCM_48,
		.gop_ms = 10000, .vbv_frames = 2, .kbps = 500,
	};
	return stream_set_format(cast.stream, &cast.format);
}

static void open_stream(void)
{
	memset(&cast, 0, sizeof(cast));
	open_ports();
	cast.sources[0] = g_unix_fd_add(got.rtp, G_IO_IN, on_rtp, NULL);
	cast.sources[1] = g_unix_fd_add(got.rtcp, G_IO_IN, on_rtcp, NULL);
	cast.sound = sound_new("", true);
	cast.stream = stream_new(&hooks, NULL, cast.sound);
}

static void close_stream(void)
{
	stream_free(cast.stream);
	sound_free(cast.sound);
	g_source_remove(cast.sources[0]);
	g_source_remove(cast.sources[1]);
	close(got.rtp);
	close(got.rtcp);
}

/* Return: whether there is a port to send from. */
static bool open_way(void)
{
	char *detail;
	enum fault fault = stream_open(cast.stream, "127.0.0.1", "127.0.0.1", got.port, 0, &detail);

	g_free(detail);
	return fault == FAULT_NONE && stream_port(cast.stream);
}

/* --- Tests ----------------------------------------------------------------------- */

/* Long beside what a picture takes, of which the least of twenty is looked at. */
#define PAUSE_MS	2000
#define PAUSE_US	(PAUSE_MS * 1000)
/* Longer than pictures of a rest are apart, and than the rate waits to rise. */
#define REST_MS		2500

static void check_one_stream(const char *what)
{
	unsigned int lost = lost_here();

	if (got.missing != lost)
		printf("# %u RTP packets are missing, and %u were lost here\n", got.missing, lost);
	/* The last of them show with the next packet. */
	check(got.missing <= lost, what);
	check(got.counter_jumps <= lost, "nor the continuity counters");
	check(!got.bad_versions && got.maps > 1,
	      "the version of the map changes when the map does");
	check(!got.back && got.streams == 1, "the clock never goes back, and the SSRC is the same");
}

static void test_modes(void)
{
	open_stream();
	check(set_format(320, 240, 31) == FAULT_NONE, "a format is set");
	check(open_way(), "the ports are opened");
	stream_play(cast.stream, true);
	check(pictures_come(10), "pictures come");
	set_format(352, 288, 31);
	check(pictures_come(10), "and after a change of the mode");
	check_one_stream("whose numbers do not begin anew");
	set_format(320, 240, 32);
	check(pictures_come(10), "and of the level");
	check_one_stream("whose numbers do not begin anew, either");
	check(comes_to(&got.reports, 3), "sender reports come");
	check(got.names == 1 && !got.fewer, "the reports are those of one sender");
	check(cast.failed == FAULT_NONE, "nothing has failed");
	close_stream();
}

static void test_pause(void)
{
	int64_t before;
	unsigned int markers;

	open_stream();
	set_format(320, 240, 31);
	open_way();
	stream_play(cast.stream, true);
	check(pictures_come(20), "pictures come");
	before = got.offset_us;
	stream_play(cast.stream, false);
	pass(PAUSE_MS / 2);
	markers = got.packets;
	pass(PAUSE_MS / 2);
	check(got.packets == markers, "in a pause nothing does");
	got.offset_us = G_MAXINT64;
	stream_play(cast.stream, true);
	check(pictures_come(20), "and after it they do again");
	check_one_stream("whose numbers go on");
	check(got.offset_us < before + PAUSE_US / 2, "the clock has gone on in the pause");
	check(got.offset_us > before - PAUSE_US / 2, "and not faster");
	/* What is new after a pause goes on from there, too. */
	before = got.offset_us;
	got.offset_us = G_MAXINT64;
	set_format(352, 288, 31);
	check(pictures_come(20), "a mode that is changed then has pictures");
	check_one_stream("whose numbers go on");
	check(got.offset_us < before + PAUSE_US / 2 && got.offset_us > before - PAUSE_US / 2,
	      "and the same clock");
	close_stream();
}

static void test_rest(void)
{
	unsigned int rates, markers;

	open_stream();
	set_format(320, 240, 31);
	open_way();
	stream_play(cast.stream, true);
	check(comes_to(&cast.rates, 2), "the rate rises while pictures come");
	g_atomic_int_set(&cast.still, TRUE);
	do {
		markers = got.markers;
		pass(REST_MS);
	} while (got.markers != markers);
	rates = cast.rates;
	pass(3 * REST_MS);
	check(cast.rates == rates && cast.failed == FAULT_NONE, "but not on a screen at rest");
	g_atomic_int_set(&cast.still, FALSE);
	check(comes_to(&cast.rates, rates + 1), "which has shown nothing of the network");
	close_stream();
}

/* Nobody gets it back: the last test. */
static void test_parser(void)
{
	GstPluginFeature *parser = gst_registry_lookup_feature(gst_registry_get(), "aacparse");

	if (!parser)
		return;
	check(sound_codecs() & 1U << MC_WFD_AAC, "there is AAC");
	gst_registry_remove_feature(gst_registry_get(), parser);
	gst_object_unref(parser);
	check(sound_codecs() == 1U << MC_WFD_LPCM, "but not without its parser");
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check(encoder_first(0) >= 0, "there is an encoder, without which nothing is tested here");
	if (encoder_first(0) < 0)
		return check_result();
	test_modes();
	test_pause();
	test_rest();
	test_parser();
	return check_result();
}
