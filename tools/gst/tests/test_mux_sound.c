// SPDX-License-Identifier: MIT
/*
 * wfdmux: sound beside pictures: its packets, and which of both waits for the other.
 */
#include <gst/base/gstaggregator.h>
#include <string.h>

#include "harness.h"
#include "muxbench.h"

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
	push_audio(&bench, make_sound(300, 1, START + 100 * GST_MSECOND));
	check(bench.packets[0x1100] == 2 && bench.markers == 1 && !bench.marked_last,
	      "sound leaves at once, without a mark");
	check(bench.associations == 2 && bench.maps == 2,
	      "with tables before it, when they are due");
	pad = gst_element_get_static_pad(bench.mux, "audio");
	check(gst_pad_has_current_caps(pad), "the pad of the sound has its caps");
	gst_object_unref(pad);
	close_bench(&bench);
}

static void check_lpcm(void)
{
	struct bench bench;
	const guint8 *pes;
	gsize bytes;

	open_bench(&bench, RTP_CAPS, LPCM_CAPS, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	push_audio(&bench, make_sound(1500, 1, START));
	check(!bench.packets[0x1100], "too few samples wait");
	push_audio(&bench, make_sound(2580, 2,
				      START + gst_util_uint64_scale(375, GST_SECOND, 48000)));
	check(unit_count(&bench, 0x1100) == 2 && bench.markers == 1 && !bench.marked_last,
	      "and leave when they are enough");
	pes = read_unit(&bench, 0x1100, 0, &bytes);
	check(pes && bytes == 1940 && pes[3] == 0xbd && pes[8] == 7 &&
		      !memcmp(pes + 14, "\xff\xff\xa0\x06\0\x11\1", 7) && pts_of(pes) == 909000,
	      "in private_stream_1, behind the header of Wi-Fi Display");
	pes = read_unit(&bench, 0x1100, 1, &bytes);
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
	push_audio(&bench, make_sound(333, 0x5a, START));
	pes = read_unit(&bench, 0x1100, 0, &bytes);
	check(pes && bytes == 16 + 333 && pes[3] == 0xc0 && !memcmp(pes + 14, "\xff\xff\x5a", 3),
	      "a frame of AAC is a packet of its own");
	check(bench.map && memmem(g_bytes_get_data(bench.map, NULL), g_bytes_get_size(bench.map),
				  "\x0f\xf1\0\xf0\5\x2b\3\1\2\0", 10),
	      "the map has its type and descriptor");
	close_bench(&bench);
}

/* ISO/IEC 13818-7 has no configuration 8. */
static void check_channels(guint channels, guint8 configuration)
{
	gchar *caps = g_strdup_printf("audio/mpeg, mpegversion=4, stream-format=adts, framed=true, "
				      "rate=48000, channels=%u", channels);
	const guint8 descriptor[] = { 0x2b, 3, 1, configuration, 0 };
	struct bench bench;

	open_bench(&bench, RTP_CAPS, caps, TRUE);
	push_video(&bench, key_picture(100, START, 31));
	push_audio(&bench, make_sound(333, 0x5a, START));
	check(bench.map && memmem(g_bytes_get_data(bench.map, NULL), g_bytes_get_size(bench.map),
				  descriptor, sizeof(descriptor)),
	      "so do those with more channels");
	g_free(caps);
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
		push_audio(&bench, make_sound(bytes, 1, START + nth * 20 * GST_MSECOND));
	}
	check(!bench.datagrams, "sound waits for the first picture");
	gst_harness_set_time(bench.out, START + 70 * GST_MSECOND);
	push_video(&bench, key_picture(100, START + 70 * GST_MSECOND, 31));
	check(bench.maps == 1 && version_of(&bench) == 1 && map_is_whole(&bench),
	      "so that the first map has all of both");
	check(unit_count(&bench, 0x1100) >= 4 && bench.markers == 1 && bench.marked_last,
	      "and leaves before it");
	pes = read_unit(&bench, 0x1100, 0, &size);
	check(pes && pts_of(pes) == 909000 && bench.good_packets, "with its own times");
	gst_harness_set_time(bench.out, START + 80 * GST_MSECOND);
	push_audio(&bench, make_sound(bytes, 1, START + 80 * GST_MSECOND));
	check(unit_count(&bench, 0x1100) >= 5 && !bench.marked_last, "later sound does not wait");
	close_bench(&bench);
}

/* Pushes what is of @step each from the beginning on, as a source that is not live does. */
struct unpaced {
	GstBuffer *(*make)(GstClockTime time);
	GstHarness *pad;
	GstClockTime step;
	gint pushed, stop;
};

static gpointer push_unpaced(gpointer data)
{
	struct unpaced *unpaced = data;
	GstFlowReturn flow = GST_FLOW_OK;

	for (guint nth = 0; flow == GST_FLOW_OK && !g_atomic_int_get(&unpaced->stop); nth++) {
		flow = gst_harness_push(unpaced->pad, unpaced->make(START + nth * unpaced->step));
		g_atomic_int_inc(&unpaced->pushed);
	}
	return NULL;
}

static GstBuffer *unpaced_sound(GstClockTime time)
{
	return make_sound(200, 1, time);
}

static GstBuffer *unpaced_picture(GstClockTime time)
{
	return key_picture(100, time, 31);
}

#define FLOOD 1000 /* that does not end by itself */

/* How many have left, once the thread of the multiplexer has had time for many more. */
static guint count_settled(struct bench *bench, guint pid)
{
	guint before;

	do {
		before = unit_count(bench, pid);
		g_usleep(100000);
		read_all(bench);
	} while (unit_count(bench, pid) != before && before < FLOOD);
	return unit_count(bench, pid);
}

static void begin_unpaced(struct bench *bench, struct unpaced *unpaced, gboolean sound)
{
	open_bench(bench, RTP_CAPS, AAC_CAPS, TRUE);
	gst_harness_set_live(sound ? bench->audio : bench->video, FALSE);
	gst_harness_query_latency(bench->out);
	memset(unpaced, 0, sizeof(*unpaced));
	unpaced->pad = sound ? bench->audio : bench->video;
	unpaced->make = sound ? unpaced_sound : unpaced_picture;
	unpaced->step = 20 * GST_MSECOND;
}

static void end_unpaced(struct bench *bench, struct unpaced *unpaced, GThread *thread)
{
	g_atomic_int_set(&unpaced->stop, TRUE);
	gst_element_set_state(bench->mux, GST_STATE_NULL);
	g_thread_join(thread);
	close_bench(bench);
}

/* Sound of a file beside a screen: the clock is its pace, too. */
static void check_unpaced_sound(gboolean first, const char *what)
{
	struct unpaced unpaced;
	struct bench bench;
	GThread *thread;
	guint before;

	begin_unpaced(&bench, &unpaced, TRUE);
	if (!first)
		push_video(&bench, key_picture(100, START, 31));
	thread = g_thread_new("unpaced", push_unpaced, &unpaced);
	if (first) {
		while (g_atomic_int_get(&unpaced.pushed) < 2)
			g_usleep(1000);
		count_settled(&bench, 0x1100);
		push_video(&bench, key_picture(100, START, 31));
	}
	before = count_settled(&bench, 0x1100);
	check(before >= 1 && before <= 7 && bench.markers == 1, what);
	gst_harness_set_time(bench.out, START + GST_SECOND);
	while (unit_count(&bench, 0x1100) < before + 50) {
		g_usleep(1000);
		read_all(&bench);
	}
	check(count_settled(&bench, 0x1100) == before + 50 && bench.good_packets && bench.good_rtp,
	      "as much as time has passed");
	end_unpaced(&bench, &unpaced, thread);
}

static void check_unpaced_pictures(void)
{
	struct unpaced unpaced;
	struct bench bench;
	GThread *thread;
	guint before;

	begin_unpaced(&bench, &unpaced, FALSE);
	thread = g_thread_new("unpaced", push_unpaced, &unpaced);
	count_settled(&bench, 0x1011);
	push_audio(&bench, make_sound(200, 1, START));
	before = count_settled(&bench, 0x1011);
	check(before >= 1 && before <= 7 && unit_count(&bench, 0x1100) == 1,
	      "pictures that are not live leave in the pace of the clock, beside live sound");
	/* Live sound that has ended leaves nothing to wait for but time. */
	gst_harness_push_event(bench.audio, gst_event_new_eos());
	check(count_settled(&bench, 0x1011) == before, "also when that has ended");
	gst_harness_set_time(bench.out, START + GST_SECOND);
	while (unit_count(&bench, 0x1011) < before + 50) {
		g_usleep(1000);
		read_all(&bench);
	}
	check(count_settled(&bench, 0x1011) == before + 50, "as many as time has passed");
	end_unpaced(&bench, &unpaced, thread);
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
		push_audio(&bench, make_sound(100, 1, time));
	}
	check(time >= START + 1900 * GST_MSECOND && time <= START + 2100 * GST_MSECOND,
	      "without a picture sound waits for two seconds");
	wait_taken(bench.audio);
	settle_bench(&bench, bench.audio);
	/* What would come too late for the sink is not kept: a tenth of a second is. */
	check(unit_count(&bench, 0x1100) >= 1 && unit_count(&bench, 0x1100) <= 7,
	      "of which it has kept what the sink can still play");
	check(!bench.markers && bench.maps >= 1 && !map_is_whole(&bench), "and then goes without");
	before = unit_count(&bench, 0x1100);
	gst_harness_set_time(bench.out, time + 20 * GST_MSECOND);
	push_audio(&bench, make_sound(100, 1, time + 20 * GST_MSECOND));
	check(unit_count(&bench, 0x1100) == before + 1, "as all that follows does");
	gst_harness_set_time(bench.out, time + 30 * GST_MSECOND);
	push_video(&bench, key_picture(100, time + 30 * GST_MSECOND, 31));
	check(map_is_whole(&bench) && version_of(&bench) == 2 && bench.good_packets,
	      "a picture that comes after all makes a new map");
	close_bench(&bench);
}

/* Nothing is to be waited for. */
static void check_sound_alone(void)
{
	struct bench bench;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	gst_harness_push_event(bench.video, gst_event_new_eos());
	push_audio(&bench, make_sound(100, 1, START));
	check(bench.packets[0x1100] == 1, "sound does not wait for pictures that have ended");
	close_bench(&bench);

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	gst_pad_unlink(bench.video->srcpad, GST_PAD_PEER(bench.video->srcpad));
	push_audio(&bench, make_sound(100, 1, START));
	check(bench.packets[0x1100] == 1, "nor for a pad that nobody is linked to");
	close_bench(&bench);
}

/* A gap is no picture, and begins nothing. */
static void check_gap_first(void)
{
	struct bench bench;

	open_bench(&bench, RTP_CAPS, AAC_CAPS, TRUE);
	gst_harness_push_event(bench.video, gst_event_new_gap(START, 10 * GST_MSECOND));
	settle_bench(&bench, bench.video);
	push_audio(&bench, make_sound(100, 1, START));
	check(!bench.datagrams, "a gap before the first picture begins nothing");
	push_video(&bench, key_picture(100, START + 10 * GST_MSECOND, 31));
	check(bench.maps == 1 && map_is_whole(&bench) && unit_count(&bench, 0x1100) == 1,
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
		      version_of(&bench) == 1,
	      "sound is in the first map before it begins");
	check(bench.packets[0x1001] == 1 && !bench.packets[0x1000] &&
		      (((const guint8 *)g_bytes_get_data(bench.map, NULL))[8] & 0x1f) == 0x10 &&
		      ((const guint8 *)g_bytes_get_data(bench.map, NULL))[9] == 0x01,
	      "the clock has the PID that was set");
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
	gst_harness_push(bench.audio, make_sound(100, 1, 0));
	gst_harness_push_event(bench.audio, gst_event_new_eos());
	gst_harness_push_event(bench.video, gst_event_new_eos());
	wait_for_end(&bench);
	check(unit_count(&bench, 0x1100) == 1 && bench.markers == 1 && bench.marked_last,
	      "when nothing is live a picture comes after sound of its time");
	check(bench.maps == 1 && map_is_whole(&bench), "and the first map has it, too");
	close_bench(&bench);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_no_wait("", "a picture does not wait for sound that has not begun");
	check_no_wait(AAC_CAPS, "nor for AAC that is late");
	check_no_wait(LPCM_CAPS, "nor for LPCM");
	check_shared_datagram();
	check_lpcm();
	check_aac();
	check_channels(6, 6);
	check_channels(8, 7);
	check_sound_first(AAC_CAPS, 200);
	check_sound_first(LPCM_CAPS, 3840);
	check_no_picture();
	check_sound_alone();
	check_gap_first();
	check_expected_audio();
	check_interleaved();
	check_unpaced_sound(FALSE, "sound that is not live leaves in the pace of the clock");
	check_unpaced_sound(TRUE, "and no faster when it has waited for the first picture");
	check_unpaced_pictures();
	gst_deinit();
	return check_result();
}
