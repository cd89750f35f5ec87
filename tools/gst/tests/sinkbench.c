// SPDX-License-Identifier: MIT
/*
 * wfdsink with sockets on loopback in the place of a sink.
 */
#include "sinkbench.h"

#include <dlfcn.h>
#include <errno.h>
#include <gst/rtp/rtp.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "stats.h"
#include "wfdsink.h"

#define PATIENCE (60 * G_USEC_PER_SEC)

/* --- System calls ---------------------------------------------------------------- */

GThread *sender;
guint calls;
gint blocked;
gint waiting;
static enum answer answers[8];
static guint next_answer;

static void *next_symbol(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static bool is_sender(void)
{
	return g_thread_self() == g_atomic_pointer_get(&sender);
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags);
int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
	int (*real)(int, struct mmsghdr *, unsigned int, int) =
		(int (*)(int, struct mmsghdr *, unsigned int, int))next_symbol("sendmmsg");

	g_atomic_pointer_compare_and_exchange(&sender, NULL, g_thread_self());
	if (!is_sender())
		return real(fd, messages, count, flags);
	calls++;
	switch (next_answer < G_N_ELEMENTS(answers) ? answers[next_answer++] : PASS) {
	case FULL:
		errno = EAGAIN;
		return -1;
	case UNREACHABLE:
		errno = ENETUNREACH;
		return -1;
	case PARTLY:
		return real(fd, messages, MIN(count, 3), flags);
	case PASS:
	default:
		return real(fd, messages, count, flags);
	}
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	ssize_t (*real)(int, const struct msghdr *, int) =
		(ssize_t(*)(int, const struct msghdr *, int))next_symbol("sendmsg");

	if (is_sender())
		calls++;
	return real(fd, message, flags);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int (*real)(struct pollfd *, nfds_t, int) =
		(int (*)(struct pollfd *, nfds_t, int))next_symbol("poll");

	if (is_sender()) {
		calls++;
		if (g_atomic_int_get(&blocked)) {
			fds[0].events &= (short)~POLLOUT;
			g_atomic_int_set(&waiting, 1);
		}
	}
	return real(fds, count, timeout);
}

void answer(enum answer first, enum answer second)
{
	memset(answers, 0, sizeof(answers));
	answers[0] = first;
	answers[1] = second;
	next_answer = 0;
	calls = 0;
}

/* --- Both ends ------------------------------------------------------------------- */

GSocket *bind_to(const gchar *text, guint port)
{
	GInetAddress *address = g_inet_address_new_from_string(text);
	GSocketAddress *to = g_inet_socket_address_new(address, (guint16)port);
	GSocket *socket = g_socket_new(g_inet_address_get_family(address), G_SOCKET_TYPE_DATAGRAM,
				       G_SOCKET_PROTOCOL_UDP, NULL);

	if (!g_socket_bind(socket, to, FALSE, NULL))
		g_clear_object(&socket);
	g_object_unref(to);
	g_object_unref(address);
	return socket;
}

guint port_of(GSocket *socket)
{
	GSocketAddress *address = g_socket_get_local_address(socket, NULL);
	guint port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));

	g_object_unref(address);
	return port;
}

void open_receiver(struct bench *bench, const gchar *address)
{
	while (!bench->rtcp) {
		g_clear_object(&bench->rtp);
		bench->rtp = bind_to(address, 0);
		bench->port = port_of(bench->rtp);
		bench->rtcp = bind_to(address, bench->port + 1);
	}
	g_socket_set_timeout(bench->rtp, 60);
	g_socket_set_timeout(bench->rtcp, 60);
}

static void on_back_pressure(GstElement *sink, GstStructure *pressure, gpointer data)
{
	struct bench *bench = data;

	(void)sink;
	bench->signals++;
	gst_structure_get_uint(pressure, "delayed", &bench->delayed);
	gst_structure_get_uint(pressure, "dropped", &bench->dropped);
	gst_structure_get_uint(pressure, "rtp-time", &bench->rtp_time);
	gst_structure_get_uint64(pressure, "waited", &bench->waited);
}

static void on_report(GstElement *sink, GstStructure *report, gpointer data)
{
	struct bench *bench = data;

	(void)sink;
	gst_structure_get_double(report, "fraction-lost", &bench->lost);
	g_atomic_int_inc((gint *)&bench->reports);
}

void open_bench(struct bench *bench, const gchar *address)
{
	memset(bench, 0, sizeof(*bench));
	open_receiver(bench, address);
	bench->sink = g_object_new(WFD_TYPE_SINK, "host", address, "port", bench->port,
				   "rtcp-interval", (guint64)(60 * GST_SECOND), NULL);
	gst_object_ref_sink(bench->sink);
	g_signal_connect(bench->sink, "back-pressure", G_CALLBACK(on_back_pressure), bench);
	g_signal_connect(bench->sink, "receiver-report", G_CALLBACK(on_report), bench);
	bench->in = gst_harness_new_with_element(bench->sink, "sink", NULL);
	/* Reports have the time of the clock. */
	gst_harness_use_systemclock(bench->in);
	gst_harness_set_src_caps_str(bench->in, RTP_CAPS);
	answer(PASS, PASS);
}

void close_bench(struct bench *bench)
{
	gst_harness_teardown(bench->in);
	gst_object_unref(bench->sink);
	g_clear_object(&bench->rtp);
	g_clear_object(&bench->rtcp);
}

static GstBufferList *unit(struct bench *bench, guint count)
{
	GstBufferList *list = gst_buffer_list_new();

	for (guint nth = 0; nth < count; nth++) {
		GstBuffer *buffer = gst_rtp_buffer_new_allocate(1316, 0, 0);
		GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

		gst_rtp_buffer_map(buffer, GST_MAP_WRITE, &rtp);
		gst_rtp_buffer_set_payload_type(&rtp, 33);
		gst_rtp_buffer_set_ssrc(&rtp, SSRC);
		gst_rtp_buffer_set_seq(&rtp, bench->seqnum++);
		gst_rtp_buffer_set_timestamp(&rtp, 90000);
		memset(gst_rtp_buffer_get_payload(&rtp), 0x47, 1316);
		gst_rtp_buffer_unmap(&rtp);
		GST_BUFFER_PTS(buffer) = 0;
		gst_buffer_list_add(list, buffer);
	}
	return list;
}

GstFlowReturn send_unit(struct bench *bench, guint count)
{
	GstFlowReturn flow;

	calls = 0;
	flow = gst_pad_push_list(bench->in->srcpad, unit(bench, count));
	bench->calls = calls;
	return flow;
}

guint64 counter(struct bench *bench, const gchar *name)
{
	return stats_counter(bench->sink, name);
}

gboolean reaches(struct bench *bench, const gchar *name, guint64 value)
{
	gint64 end = g_get_monotonic_time() + PATIENCE;

	while (counter(bench, name) < value) {
		if (g_get_monotonic_time() > end)
			return FALSE;
		g_usleep(1000);
	}
	return TRUE;
}

gboolean arrives(struct bench *bench, guint16 first, guint count)
{
	gboolean good = TRUE;

	for (guint nth = 0; good && nth < count; nth++) {
		guint8 data[2000];
		gssize bytes =
			g_socket_receive(bench->rtp, (gchar *)data, sizeof(data), NULL, NULL);

		good &= bytes == 1328 && (data[1] & 0x7f) == 33 &&
			(data[2] << 8 | data[3]) == (guint16)(first + nth);
	}
	g_socket_set_blocking(bench->rtp, FALSE);
	good &= g_socket_condition_check(bench->rtp, G_IO_IN) == 0;
	g_socket_set_blocking(bench->rtp, TRUE);
	return good;
}
