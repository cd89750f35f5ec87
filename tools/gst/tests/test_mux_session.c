// SPDX-License-Identifier: MIT
/*
 * wfdmux: what pads it has and accepts, and a stream that is flushed, begun again or
 * continued by another element.
 */
#include <gst/video/video-event.h>
#include <string.h>

#include "harness.h"
#include "muxbench.h"

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
	check(!bench.breaks, "which is not another clock");
	gst_harness_push_event(bench.video, gst_event_new_flush_start());
	gst_harness_push_event(bench.video, gst_event_new_flush_stop(TRUE));
	gst_harness_push_event(bench.video, gst_event_new_segment(&segment));
	/* Running time begins anew. */
	gst_element_set_base_time(bench.mux, START);
	push_video(&bench, key_picture(100, 0, 31));
	check(bench.breaks == 1 && *(const guint64 *)(const void *)(bench.pcr->data +
								    bench.pcr->len - 8) < 2700000,
	      "one that begins anew is announced");
	gst_harness_set_time(bench.out, START + 50 * GST_MSECOND);
	push_video(&bench, key_picture(100, 50 * GST_MSECOND, 31));
	check(bench.breaks == 1 && bench.good_rtp && bench.good_packets, "once");
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
	check(bench.markers == 21 && bench.maps == 21 && version_of(&bench) == 1 &&
		      bench.good_rtp && bench.good_packets,
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
	push_audio(&bench, make_sound(3000, 1, START + GST_MSECOND));
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
	check(next.maps == 1 && version_of(&next) == map_version, what);
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
		gst_harness_push(audio, make_sound(1920, 1, time));
		settle_bench(&bench, audio);
		gst_harness_teardown(audio);
		push_video(&bench, next_picture(100, time));
	}
	check(bench.markers == 21 && bench.good_rtp && bench.good_packets,
	      "sound comes and goes, pictures go on");
	check(version_of(&bench) == (1 + 40) % 32, "and each time there is a new map");
	close_bench(&bench);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_caps();
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
