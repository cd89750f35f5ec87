// SPDX-License-Identifier: MIT
/*
 * wfdsink: what it sends and reads, from which ports, and with how many system calls.
 */
#include <gst/rtp/rtp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "sinkbench.h"
#include "wfdsink.h"

/*
 * How often the threads of this process but the caller have waited: of a process that does
 * nothing else, how often it was woken.
 */
static guint64 waits(void)
{
	GDir *tasks = g_dir_open("/proc/self/task", 0, NULL);
	const gchar *name;
	guint64 sum = 0;

	while (tasks && (name = g_dir_read_name(tasks))) {
		gchar *path = g_strdup_printf("/proc/self/task/%s/status", name), *text = NULL;
		const gchar *at;

		if (atoi(name) != gettid() && g_file_get_contents(path, &text, NULL, NULL)) {
			at = strstr(text, "\nvoluntary_ctxt_switches:");
			sum += at ? g_ascii_strtoull(at + 25, NULL, 10) : 0;
		}
		g_free(text);
		g_free(path);
	}
	if (tasks)
		g_dir_close(tasks);
	return sum;
}

/* --- Tests ----------------------------------------------------------------------- */

/* Of address and ports; Ethernet is the network's. */
#define UDP_BYTES 28
#define REPORTS 2

static guint64 default_interval(GstElement *sink)
{
	GParamSpec *spec = g_object_class_find_property(G_OBJECT_GET_CLASS(sink), "rtcp-interval");

	return g_value_get_uint64(g_param_spec_get_default_value(spec));
}

/* Otherwise there is only the first. */
static void set_interval(struct bench *bench, guint64 interval)
{
	gst_element_set_state(bench->sink, GST_STATE_NULL);
	g_object_set(bench->sink, "rtcp-interval", interval, NULL);
	gst_element_set_state(bench->sink, GST_STATE_PLAYING);
	gst_harness_set_src_caps_str(bench->in, RTP_CAPS);
}

/* Reads a report. Return: when it was sent, in seconds. */
static gdouble read_report(struct bench *bench, gssize *bytes)
{
	guint8 data[2000];
	guint32 words[2];

	*bytes += g_socket_receive(bench->rtcp, (gchar *)data, sizeof(data), NULL, NULL);
	memcpy(words, data + 8, sizeof(words));
	return GUINT32_FROM_BE(words[0]) + GUINT32_FROM_BE(words[1]) / 4294967296.0;
}

/* A screen at rest, as the other elements leave it: reports, and nothing else. */
static void check_rest(void)
{
	struct bench bench;
	gdouble begun, seconds = 0;
	guint64 before, calls_before;
	gssize bytes = 0;

	open_bench(&bench, "127.0.0.1");
	set_interval(&bench, default_interval(bench.sink));
	send_unit(&bench, 8);
	read_report(&bench, &bytes);
	begun = read_report(&bench, &bytes);
	before = waits();
	calls_before = counter(&bench, "system-calls");
	bytes = 0;
	for (guint nth = 0; nth < REPORTS; nth++) {
		seconds = read_report(&bench, &bytes) - begun;
		bytes += UDP_BYTES;
	}
	/* By the clock of the reports: on a machine that is busy they come late, not early. */
	check(seconds >= 4.5 * REPORTS, "at rest a report comes every five seconds");
	check((gdouble)(waits() - before) <= seconds / 4 + 1,
	      "with one wake-up for each, which leaves others room in their one");
	check((gdouble)bytes * 8 / seconds <= 2000, "and at most 2 kbit/s");
	check(counter(&bench, "system-calls") == calls_before && arrives(&bench, 0, 8),
	      "none of it RTP");
	close_bench(&bench);
}

static void check_sending(const gchar *address)
{
	struct bench bench;

	open_bench(&bench, address);
	check(send_unit(&bench, 8) == GST_FLOW_OK && arrives(&bench, 0, 8),
	      "an access unit arrives, in order");
	check(bench.calls == 2, "with one system call, and one for the first report");
	check(send_unit(&bench, 50) == GST_FLOW_OK && bench.calls == 1 && arrives(&bench, 8, 50),
	      "so does the next, with one");
	/* More than the receiver has room for. */
	check(send_unit(&bench, 100) == GST_FLOW_OK && bench.calls == 1,
	      "one of 128 KiB is no more");
	check(send_unit(&bench, 600) == GST_FLOW_OK && bench.calls == 3, "one of more is cut");
	check(counter(&bench, "access-units") == 4 && counter(&bench, "packets-sent") == 758 &&
		      counter(&bench, "bytes-sent") == 758 * 1328 &&
		      counter(&bench, "packets-dropped") == 0 &&
		      counter(&bench, "system-calls") == 6,
	      "all is counted");
	close_bench(&bench);
}

static void check_ports(void)
{
	struct bench bench;
	GSocketAddress *from = NULL;
	gchar data[2000];
	guint local, port = 0;
	int on = 1;
	struct iovec vector = { data, sizeof(data) };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct msghdr message = { .msg_iov = &vector,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	const struct cmsghdr *header;

	open_bench(&bench, "127.0.0.1");
	g_object_get(bench.sink, "local-port", &local, NULL);
	check(local && !(local & 1), "the port is even when none is asked for");
	setsockopt(g_socket_get_fd(bench.rtp), IPPROTO_IP, IP_RECVTOS, &on, sizeof(on));
	send_unit(&bench, 2);
	g_socket_receive_from(bench.rtp, &from, data, sizeof(data), NULL, NULL);
	if (from)
		port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(from));
	check(port == local, "and RTP comes from it");
	g_clear_object(&from);
	g_socket_receive_from(bench.rtcp, &from, data, sizeof(data), NULL, NULL);
	check(from && g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(from)) == local + 1,
	      "and RTCP from the next");
	g_clear_object(&from);
	check(recvmsg(g_socket_get_fd(bench.rtp), &message, 0) > 0 &&
		      (header = CMSG_FIRSTHDR(&message)) && *CMSG_DATA(header) == 34 << 2,
	      "packets are marked AF41");
	close_bench(&bench);

	/* A pair that was free a moment ago. */
	open_bench(&bench, "127.0.0.1");
	gst_element_set_state(bench.sink, GST_STATE_NULL);
	g_object_set(bench.sink, "bind-port", local, "bind-address", "127.0.0.1", NULL);
	check(gst_element_set_state(bench.sink, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE,
	      "a given port is bound");
	g_object_get(bench.sink, "local-port", &port, NULL);
	check(port == local, "and named");
	close_bench(&bench);
}

static void check_sender_reports(void)
{
	struct bench bench;
	guint32 packets = 0, octets = 0, ssrc = 0, rtp_time = 0, first_time = 0;
	guint64 ntp = 0;
	gboolean good = TRUE;

	open_bench(&bench, "127.0.0.1");
	set_interval(&bench, 20 * GST_MSECOND);
	check(counter(&bench, "sender-reports") == 0, "no report before the first access unit");
	send_unit(&bench, 5);
	for (guint nth = 0; nth < 3; nth++) {
		GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
		GstRTCPPacket packet;
		guint8 data[1500];
		gssize bytes =
			g_socket_receive(bench.rtcp, (gchar *)data, sizeof(data), NULL, NULL);
		GstBuffer *buffer = gst_rtcp_buffer_new_copy_data(data, (guint)MAX(bytes, 1));

		good &= gst_rtcp_buffer_validate(buffer);
		if (good) {
			gst_rtcp_buffer_map(buffer, GST_MAP_READ, &rtcp);
			gst_rtcp_buffer_get_first_packet(&rtcp, &packet);
			gst_rtcp_packet_sr_get_sender_info(&packet, &ssrc, &ntp, &rtp_time,
							   &packets, &octets);
			good &= ssrc == SSRC && packets == 5 && octets == 5 * 1316;
			if (!nth)
				first_time = rtp_time;
			gst_rtcp_buffer_unmap(&rtcp);
		}
		gst_buffer_unref(buffer);
	}
	check(good, "reports come by themselves, with what was sent");
	check(first_time >= 90000 && rtp_time > first_time + 90, "and their time goes on");

	set_interval(&bench, GST_SECOND);
	send_unit(&bench, 5);
	check(bench.calls == 2, "one leaves with the first access unit");
	g_usleep(1100000);
	send_unit(&bench, 5);
	check(bench.calls == 2, "and one with the next after an interval");
	close_bench(&bench);
}

static void check_pressure(void)
{
	struct bench bench;

	open_bench(&bench, "127.0.0.1");
	send_unit(&bench, 1);
	answer(PARTLY, PASS);
	check(send_unit(&bench, 8) == GST_FLOW_OK && bench.calls == 3,
	      "an access unit without room costs three system calls");
	check(bench.signals == 1 && bench.delayed == 5 && !bench.dropped && arrives(&bench, 0, 9),
	      "arrives, and is reported");
	check(bench.rtp_time == 90000 && bench.waited && bench.waited < 60 * GST_SECOND,
	      "with its RTP time, and how long it has waited");
	answer(PARTLY, FULL);
	check(send_unit(&bench, 8) == GST_FLOW_OK && bench.calls == 3 && bench.signals == 2 &&
		      bench.delayed == 5 && bench.dropped == 5 && arrives(&bench, 9, 3),
	      "what finds no room twice is dropped");
	answer(FULL, PARTLY);
	check(send_unit(&bench, 8) == GST_FLOW_OK && bench.delayed == 8 && bench.dropped == 5,
	      "also in another order");
	check(counter(&bench, "packets-dropped") == 10 && counter(&bench, "back-pressure") == 3,
	      "all is counted");
	answer(PASS, PASS);
	check(send_unit(&bench, 8) == GST_FLOW_OK && bench.calls == 1 && bench.signals == 3,
	      "and it goes on");
	close_bench(&bench);
}

static gpointer flush(gpointer data)
{
	struct bench *bench = data;

	while (!g_atomic_int_get(&waiting))
		g_usleep(1000);
	gst_pad_push_event(bench->in->srcpad, gst_event_new_flush_start());
	return NULL;
}

static void check_unlock(void)
{
	struct bench bench;
	GstFlowReturn flow;
	GstSegment segment;
	GThread *thread;

	open_bench(&bench, "127.0.0.1");
	gst_element_set_state(bench.sink, GST_STATE_NULL);
	g_object_set(bench.sink, "max-wait", (guint64)(10 * GST_SECOND), NULL);
	gst_element_set_state(bench.sink, GST_STATE_PLAYING);
	send_unit(&bench, 1);
	answer(FULL, PASS);
	g_atomic_int_set(&blocked, 1);
	thread = g_thread_new("flush", flush, &bench);
	flow = send_unit(&bench, 3);
	g_thread_join(thread);
	g_atomic_int_set(&blocked, 0);
	check(flow == GST_FLOW_FLUSHING, "a flush ends the wait for room");
	gst_pad_push_event(bench.in->srcpad, gst_event_new_flush_stop(TRUE));
	gst_segment_init(&segment, GST_FORMAT_TIME);
	gst_pad_push_event(bench.in->srcpad, gst_event_new_segment(&segment));
	check(send_unit(&bench, 3) == GST_FLOW_OK && bench.calls == 1,
	      "and after it all is as before");
	close_bench(&bench);
}

static void check_failures(void)
{
	GstBus *bus = gst_bus_new();
	struct bench bench;
	GstMessage *message;
	guint warnings = 0;

	open_bench(&bench, "127.0.0.1");
	gst_element_set_bus(bench.sink, bus);
	send_unit(&bench, 1);
	answer(UNREACHABLE, UNREACHABLE);
	check(send_unit(&bench, 4) == GST_FLOW_OK && send_unit(&bench, 4) == GST_FLOW_OK,
	      "a network that is gone ends nothing");
	check(counter(&bench, "errors") == 2 && counter(&bench, "packets-dropped") == 8,
	      "and is counted");
	while ((message = gst_bus_pop_filtered(bus, GST_MESSAGE_WARNING))) {
		warnings++;
		gst_message_unref(message);
	}
	check(warnings == 1, "with one warning");
	check(send_unit(&bench, 4) == GST_FLOW_OK && counter(&bench, "packets-sent") == 5,
	      "until it is back");

	answer(PARTLY, UNREACHABLE);
	check(send_unit(&bench, 4) == GST_FLOW_OK && !bench.signals &&
		      counter(&bench, "back-pressure") == 0 && counter(&bench, "errors") == 3,
	      "one that goes while an access unit is sent is not short of room");
	send_unit(&bench, 4);

	g_clear_object(&bench.rtp);
	for (guint nth = 0; nth < 20; nth++)
		send_unit(&bench, 2);
	check(counter(&bench, "errors") == 3 && counter(&bench, "access-units") == 26,
	      "a sink that does not listen yet is no failure");
	gst_element_set_bus(bench.sink, NULL);
	gst_object_unref(bus);
	close_bench(&bench);
}

static void check_start(const gchar *host, const gchar *bind_address, guint bind_port,
			const char *what)
{
	GstBus *bus = gst_bus_new();
	GstElement *sink = g_object_new(WFD_TYPE_SINK, "host", host, "bind-address", bind_address,
					"bind-port", bind_port, NULL);
	GstMessage *message;

	gst_object_ref_sink(sink);
	gst_element_set_bus(sink, bus);
	check(gst_element_set_state(sink, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE, what);
	message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
	check(!!message, "with an error that says so");
	if (message)
		gst_message_unref(message);
	gst_element_set_state(sink, GST_STATE_NULL);
	/* Messages that are left on the bus hold the element. */
	gst_element_set_bus(sink, NULL);
	gst_object_unref(sink);
	gst_object_unref(bus);
}

static void check_bad_settings(void)
{
	GSocket *taken = bind_to("127.0.0.1", 0);

	check_start(NULL, NULL, 0, "without a sink nothing starts");
	check_start("sink.example", NULL, 0, "a name is no address");
	check_start("127.0.0.1", "here", 0, "nor is one to bind to");
	check_start("127.0.0.1", "192.0.2.1", 0, "an address that is not ours is refused");
	check_start("127.0.0.1", "127.0.0.1", port_of(taken), "a port that is taken is refused");
	g_object_unref(taken);
}

static void send_to(struct bench *bench, GSocket *from, const guint8 *data, gsize bytes)
{
	GInetAddress *address = g_inet_address_new_from_string("127.0.0.1");
	GSocketAddress *to;
	guint local;

	g_object_get(bench->sink, "local-port", &local, NULL);
	to = g_inet_socket_address_new(address, (guint16)(local + 1));
	g_socket_send_to(from, to, (const gchar *)data, bytes, NULL, NULL);
	g_object_unref(to);
	g_object_unref(address);
}

static gsize receiver_report(guint8 *data)
{
	GstBuffer *buffer = gst_rtcp_buffer_new(200);
	GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
	GstRTCPPacket packet;
	gsize bytes;

	gst_rtcp_buffer_map(buffer, GST_MAP_READWRITE, &rtcp);
	gst_rtcp_buffer_add_packet(&rtcp, GST_RTCP_TYPE_RR, &packet);
	gst_rtcp_packet_rr_set_ssrc(&packet, 1);
	gst_rtcp_packet_add_rb(&packet, SSRC, 128, 9, 1000, 900, 0, 0);
	gst_rtcp_buffer_unmap(&rtcp);
	bytes = gst_buffer_extract(buffer, 0, data, 200);
	gst_buffer_unref(buffer);
	return bytes;
}

static void check_receiver_reports(void)
{
	GSocket *stranger = bind_to("127.0.0.2", 0);
	struct bench bench;
	guint8 report[200], *junk = g_malloc0(60000);
	gsize bytes = receiver_report(report);
	gdouble lost = 0;
	GstStructure *stats;

	open_bench(&bench, "127.0.0.1");
	send_to(&bench, bench.rtcp, report, bytes);
	send_unit(&bench, 1);
	send_to(&bench, bench.rtcp, report, bytes);
	check(reaches(&bench, "receiver-reports", 1), "a receiver report is read");
	while (!g_atomic_int_get((gint *)&bench.reports))
		g_usleep(1000);
	check(bench.lost > 0.49 && bench.lost < 0.51, "and passed on");
	g_object_get(bench.sink, "stats", &stats, NULL);
	check(gst_structure_get_double(stats, "fraction-lost", &lost) && lost > 0.49, "and kept");
	gst_structure_free(stats);

	send_to(&bench, stranger, report, bytes);
	check(reaches(&bench, "foreign-reports", 1) && counter(&bench, "receiver-reports") <= 2,
	      "that of a stranger is not");
	send_to(&bench, bench.rtcp, junk, 60000);
	send_to(&bench, bench.rtcp, junk, 0);
	send_to(&bench, bench.rtcp, report, bytes - 4);
	check(reaches(&bench, "bad-reports", 3),
	      "what is no report is counted: too long, empty, cut");
	for (guint nth = 0; nth < 20000; nth++) {
		guint8 copy[200];

		memcpy(copy, report, sizeof(copy));
		copy[g_random_int_range(0, (gint32)bytes)] = (guint8)g_random_int();
		send_to(&bench, bench.rtcp, copy, bytes);
		if (!(nth % 100))
			send_unit(&bench, 1);
	}
	check(counter(&bench, "access-units") == 201 &&
		      g_atomic_int_get((gint *)&bench.reports) < 2000,
	      "a flood of reports neither stops pictures nor is passed on");
	g_object_unref(stranger);
	g_free(junk);
	close_bench(&bench);
}

static void check_defaults(void)
{
	GstElement *sink = gst_object_ref_sink(g_object_new(WFD_TYPE_SINK, NULL));
	gboolean sync = TRUE;

	g_object_get(sink, "sync", &sync, NULL);
	check(!sync, "what is live is not held back");
	gst_object_unref(sink);
}

static void check_restart(void)
{
	struct bench bench;

	open_bench(&bench, "127.0.0.1");
	for (guint nth = 0; nth < 50; nth++) {
		send_unit(&bench, 2);
		gst_element_set_state(bench.sink, GST_STATE_NULL);
		gst_element_set_state(bench.sink, GST_STATE_PLAYING);
	}
	check(send_unit(&bench, 2) == GST_FLOW_OK && counter(&bench, "packets-sent") == 2,
	      "it starts again, from zero");
	close_bench(&bench);
}

/* --- Threads --------------------------------------------------------------------- */

static gint stop_threads;

static gpointer set_all(gpointer data)
{
	struct bench *bench = data;

	while (!g_atomic_int_get(&stop_threads))
		for (guint nth = 0; nth < 2; nth++)
			g_object_set(bench->sink, "host", nth ? "127.0.0.1" : "127.0.0.2",
				     "bind-address", nth ? "127.0.0.1" : "127.0.0.2",
				     "rtcp-interval", nth ? GST_SECOND : 2 * GST_SECOND, NULL);
	return NULL;
}

static gpointer flush_often(gpointer data)
{
	struct bench *bench = data;

	while (!g_atomic_int_get(&stop_threads)) {
		gst_pad_push_event(bench->in->srcpad, gst_event_new_flush_start());
		gst_pad_push_event(bench->in->srcpad, gst_event_new_flush_stop(TRUE));
	}
	return NULL;
}

/* What any thread may do at any time; sanitizers look whether it may. */
static void check_threads(void)
{
	GThread *threads[2];
	struct bench bench;
	gboolean good = TRUE;

	open_bench(&bench, "127.0.0.1");
	g_atomic_int_set(&stop_threads, FALSE);
	threads[0] = g_thread_new("set", set_all, &bench);
	threads[1] = g_thread_new("flush", flush_often, &bench);
	for (guint nth = 0; nth < 300; nth++) {
		good &= gst_element_set_state(bench.sink, nth % 3 ? GST_STATE_PAUSED :
								     GST_STATE_READY) !=
			GST_STATE_CHANGE_FAILURE;
		good &= gst_element_set_state(bench.sink, GST_STATE_PLAYING) !=
			GST_STATE_CHANGE_FAILURE;
		if (!(nth % 10))
			gst_element_set_state(bench.sink, GST_STATE_NULL);
	}
	g_atomic_int_set(&stop_threads, TRUE);
	g_thread_join(threads[0]);
	g_thread_join(threads[1]);
	check(good, "others set properties and flush while the state changes");
	close_bench(&bench);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	sender = g_thread_self();
	check_defaults();
	check_rest();
	check_sending("127.0.0.1");
	check_sending("::1");
	check_ports();
	check_sender_reports();
	check_pressure();
	check_unlock();
	check_failures();
	check_bad_settings();
	check_receiver_reports();
	check_restart();
	check_threads();
	gst_deinit();
	return check_result();
}
