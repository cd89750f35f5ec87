// SPDX-License-Identifier: MIT
/*
 * wfdsink that is paused or stopped while it waits for room: alone, and behind wfdmux,
 * whose thread must not end in a pause, and whose numbers go on after it.
 */
#include <gst/rtp/rtp.h>
#include <string.h>

#include "harness.h"
#include "sinkbench.h"
#include "ts.h"
#include "wfdmux.h"
#include "wfdsink.h"

#define VIDEO_CAPS \
	"video/x-h264, stream-format=byte-stream, alignment=au, profile=constrained-baseline"
#define WAIT ((guint64)(10 * GST_SECOND))
/* Long enough for a thread that does not wait to go on. */
#define PAUSE_US 100000
#define LONG_PAUSE_US 1500000
#define FIRST 65530

/* --- Alone ------------------------------------------------------------------------ */

static void await_wait(void)
{
	while (!g_atomic_int_get(&waiting))
		g_usleep(1000);
}

static void begin_wait(enum answer first)
{
	answer(first, PASS);
	g_atomic_int_set(&waiting, 0);
	g_atomic_int_set(&blocked, 1);
}

static gpointer pause_and_play(gpointer data)
{
	struct bench *bench = data;

	await_wait();
	gst_element_set_state(bench->sink, GST_STATE_PAUSED);
	g_usleep(PAUSE_US);
	g_atomic_int_set(&blocked, 0);
	gst_element_set_state(bench->sink, GST_STATE_PLAYING);
	return NULL;
}

static void check_pause(enum answer first, const gchar *what)
{
	struct bench bench;
	GstFlowReturn flow;
	GThread *thread;

	open_bench(&bench, "127.0.0.1");
	gst_element_set_state(bench.sink, GST_STATE_NULL);
	g_object_set(bench.sink, "max-wait", WAIT, NULL);
	gst_element_set_state(bench.sink, GST_STATE_PLAYING);
	send_unit(&bench, 1);
	begin_wait(first);
	thread = g_thread_new("pause", pause_and_play, &bench);
	flow = send_unit(&bench, 8);
	g_thread_join(thread);
	check(flow == GST_FLOW_OK, what);
	check(arrives(&bench, 0, 9) && bench.signals == 1 && !bench.dropped &&
		      counter(&bench, "packets-sent") == 9,
	      "and after it the rest is sent");
	check(send_unit(&bench, 3) == GST_FLOW_OK && arrives(&bench, 9, 3), "and all that follows");
	close_bench(&bench);
}

/* --- Behind the multiplexer -------------------------------------------------------- */

struct path {
	struct bench bench; /* the receiver */
	GstElement *pipeline, *source, *mux;
	/* What has come. */
	guint packets, pictures, jumps;
	guint16 seqnum;
	gint counter[8192];
};

static void open_path(struct path *path, guint64 rtcp_interval)
{
	GstCaps *caps = gst_caps_from_string(VIDEO_CAPS);

	memset(path, 0, sizeof(*path));
	memset(path->counter, -1, sizeof(path->counter));
	open_receiver(&path->bench, "127.0.0.1");
	path->seqnum = FIRST;
	path->pipeline = gst_object_ref_sink(gst_pipeline_new(NULL));
	path->source = gst_element_factory_make("appsrc", NULL);
	g_object_set(path->source, "is-live", TRUE, "format", GST_FORMAT_TIME, "do-timestamp", TRUE,
		     "caps", caps, NULL);
	path->mux = g_object_new(WFD_TYPE_MUX, "seqnum-offset", (gint64)FIRST, NULL);
	path->bench.sink = g_object_new(WFD_TYPE_SINK, "host", "127.0.0.1", "port",
					path->bench.port, "max-wait", WAIT, "rtcp-interval",
					rtcp_interval, NULL);
	gst_bin_add_many(GST_BIN(path->pipeline), path->source, path->mux, path->bench.sink, NULL);
	gst_element_link_many(path->source, path->mux, path->bench.sink, NULL);
	/* The thread of the multiplexer. */
	g_atomic_pointer_set(&sender, NULL);
	answer(PASS, PASS);
	gst_element_set_state(path->pipeline, GST_STATE_PLAYING);
	gst_caps_unref(caps);
}

static void close_path(struct path *path)
{
	gst_element_set_state(path->pipeline, GST_STATE_NULL);
	gst_object_unref(path->pipeline);
	g_object_unref(path->bench.rtp);
	g_object_unref(path->bench.rtcp);
}

/* Of so many bytes that it takes more than the packets that PARTLY has room for. */
static void push_picture(struct path *path)
{
	static const guint8 begin[] = {
		0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x67, 0x42, 0xc0, 31, 0, 0, 0, 1, 0x68, 0xce,
		0, 0, 0, 1, 0x65,
	};
	GstBuffer *picture = gst_buffer_new_allocate(NULL, 10000, NULL);
	GstFlowReturn flow;

	gst_buffer_memset(picture, 0, 0xff, 10000);
	gst_buffer_fill(picture, 0, begin, sizeof(begin));
	g_signal_emit_by_name(path->source, "push-buffer", picture, &flow);
	gst_buffer_unref(picture);
}

static void read_packet(struct path *path, const guint8 *packet)
{
	guint pid = (packet[1] & 0x1fu) << 8 | packet[2];
	gint now = packet[3] & 15, *last = &path->counter[pid];

	/* A packet without payload has the counter of the one before. */
	path->jumps += *last >= 0 && now != ((*last + !!(packet[3] & 0x10)) & 15);
	*last = now;
}

static void read_datagram(struct path *path, const guint8 *data, gssize bytes)
{
	guint16 seqnum = (guint16)(data[2] << 8 | data[3]);

	path->jumps += seqnum != path->seqnum;
	path->seqnum = (guint16)(seqnum + 1);
	path->packets++;
	path->pictures += data[1] >> 7;
	for (gssize at = 12; at + TS_PACKET_BYTES <= bytes; at += TS_PACKET_BYTES)
		read_packet(path, data + at);
}

/* Reads up to the end of the next picture. Return: whether there is one. */
static gboolean reads_picture(struct path *path)
{
	guint before = path->pictures;
	gssize bytes = 1;

	while (path->pictures == before && bytes > 0) {
		guint8 data[2000];

		bytes = g_socket_receive(path->bench.rtp, (gchar *)data, sizeof(data), NULL, NULL);
		if (bytes > 12)
			read_datagram(path, data, bytes);
	}
	return path->pictures > before;
}

static guint16 next_number(struct path *path)
{
	guint seqnum;

	g_object_get(path->mux, "seqnum", &seqnum, NULL);
	return (guint16)seqnum;
}

static void check_mux_pause(void)
{
	struct path path;

	open_path(&path, GST_SECOND);
	push_picture(&path);
	check(reads_picture(&path), "behind a multiplexer, a picture comes");
	begin_wait(PARTLY);
	push_picture(&path);
	await_wait();
	gst_element_set_state(path.pipeline, GST_STATE_PAUSED);
	g_usleep(PAUSE_US);
	g_atomic_int_set(&blocked, 0);
	gst_element_set_state(path.pipeline, GST_STATE_PLAYING);
	check(reads_picture(&path), "the next, in which there is a pause, is sent to its end");
	push_picture(&path);
	check(reads_picture(&path), "and the stream goes on");
	check(!path.jumps, "with the numbers that are next");
	gst_element_set_state(path.pipeline, GST_STATE_READY);
	check(next_number(&path) == path.seqnum, "and hands on the one after them");
	close_path(&path);
}

/* Reads what has come, whole or not. */
static void read_rest(struct path *path)
{
	guint8 data[2000];
	gssize bytes;

	g_socket_set_blocking(path->bench.rtp, FALSE);
	while ((bytes = g_socket_receive(path->bench.rtp, (gchar *)data, sizeof(data), NULL,
					 NULL)) > 12)
		read_datagram(path, data, bytes);
}

static void check_mux_stop(void)
{
	struct path path;

	open_path(&path, GST_SECOND);
	push_picture(&path);
	reads_picture(&path);
	begin_wait(FULL);
	push_picture(&path);
	await_wait();
	gst_element_set_state(path.pipeline, GST_STATE_READY);
	g_atomic_int_set(&blocked, 0);
	check(next_number(&path) == path.seqnum,
	      "a stop ends the wait, and takes back the numbers of what has not left");
	close_path(&path);
}

/* A sink that gets a number twice drops what comes with it. */
static void check_mux_stop_midway(void)
{
	struct path path;
	guint before, ahead;

	open_path(&path, GST_SECOND);
	push_picture(&path);
	reads_picture(&path);
	before = path.packets;
	begin_wait(PARTLY);
	push_picture(&path);
	await_wait();
	gst_element_set_state(path.pipeline, GST_STATE_READY);
	g_atomic_int_set(&blocked, 0);
	read_rest(&path);
	ahead = (guint16)(next_number(&path) - path.seqnum);
	check(path.packets == before + 3 && ahead >= 1 && ahead <= before,
	      "but not when a part of it has left");
	close_path(&path);
}

static guint32 report_time(struct path *path)
{
	guint8 data[2000];
	guint32 time;

	if (g_socket_receive(path->bench.rtcp, (gchar *)data, sizeof(data), NULL, NULL) < 20)
		return 0;
	memcpy(&time, data + 16, sizeof(time));
	return GUINT32_FROM_BE(time);
}

/* Of the clock that a sink follows by reports, a pause is no part. */
static void check_reports(void)
{
	gint64 begun = g_get_monotonic_time();
	struct path path;
	guint64 before;
	guint32 first, time;

	open_path(&path, 20 * GST_MSECOND);
	push_picture(&path);
	reads_picture(&path);
	first = report_time(&path);
	time = report_time(&path);
	check(first && time > first, "behind a multiplexer, reports come by themselves");
	gst_element_set_state(path.pipeline, GST_STATE_PAUSED);
	/* One may have been under way. */
	g_usleep(PAUSE_US);
	before = counter(&path.bench, "sender-reports");
	g_usleep(LONG_PAUSE_US);
	check(counter(&path.bench, "sender-reports") == before, "but none in a pause");
	gst_element_set_state(path.pipeline, GST_STATE_PLAYING);
	while (counter(&path.bench, "sender-reports") < before + 1)
		g_usleep(1000);
	for (guint64 nth = 2; nth < before + 1; nth++)
		report_time(&path);
	time = report_time(&path);
	/* Longer than all that has passed, except the pause. */
	check((gint64)(time - first) * 100 / 9 <
		      g_get_monotonic_time() - begun - LONG_PAUSE_US / 2,
	      "which their time does not have");
	close_path(&path);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	sender = g_thread_self();
	check_pause(FULL, "a pause while there is no room ends nothing");
	check_pause(PARTLY, "nor does one in the middle of an access unit");
	check_mux_pause();
	check_mux_stop();
	check_mux_stop_midway();
	check_reports();
	gst_deinit();
	return check_result();
}
