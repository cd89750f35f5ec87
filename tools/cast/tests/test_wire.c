// SPDX-License-Identifier: MIT
/* The connection of RTSP, with peers that are slow, that flood and that do not read. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "patience.h"
#include "rtsp/wire.h"

static struct {
	struct wire *wire;
	int peer;		/* file of the other end */
	unsigned int messages;
	bool broken;
	enum fault fault;
} end;

static void on_message(void *user, const GstRTSPMessage *message)
{
	(void)user;
	(void)message;
	end.messages++;
}

static void on_broken(void *user, enum fault fault)
{
	(void)user;
	end.broken = true;
	end.fault = fault;
}

static const struct wire_hooks wire_hooks = { .message = on_message, .broken = on_broken };

static bool is_broken(void)
{
	return end.broken;
}

static bool never(void)
{
	return false;
}

static unsigned int awaited;

static bool have_come(void)
{
	return end.broken || end.messages >= awaited;
}

static void open_wire(void)
{
	GSocket *socket;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		g_error("no sockets: %s", g_strerror(errno));
	memset(&end, 0, sizeof(end));
	socket = g_socket_new_from_fd(fds[0], NULL);
	end.peer = fds[1];
	end.wire = wire_new(socket, &wire_hooks, NULL);
	g_object_unref(socket);
}

static void close_wire(void)
{
	wire_free(end.wire);
	if (end.peer >= 0)
		close(end.peer);
}

static void peer_writes(const char *text)
{
	if (send(end.peer, text, strlen(text), MSG_NOSIGNAL) < 0)
		g_error("cannot write: %s", g_strerror(errno));
}

static void test_broken(void)
{
	static const struct {
		const char *text;
		enum fault fault;
		const char *what;
	} rows[] = {
		{ "", FAULT_LOST, "a connection that is closed is lost" },
		{ "RTSP/1.0 200 OK\r\nCSeq: 1\r\n", FAULT_LOST, "also within a message" },
		{ "$aaaa", FAULT_MALFORMED, "what is not RTSP is malformed" },
		{ "RTSP/1.0 200 OK\r\nContent-Length: 4000000000\r\n\r\n", FAULT_TOO_LARGE,
		  "4 GB are too large" },
		{ "OPTIONS * RTSP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
		  FAULT_MALFORMED, "lengths that lie are malformed" },
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		open_wire();
		peer_writes(rows[i].text);
		close(end.peer);
		end.peer = -1;
		check(wait_until(is_broken, 5000) && end.fault == rows[i].fault, rows[i].what);
		close_wire();
	}
}

static gboolean drip(gpointer user)
{
	(void)user;
	peer_writes("y");
	return G_SOURCE_CONTINUE;
}

static void test_slow(void)
{
	gint64 begun = g_get_monotonic_time();
	guint source;

	open_wire();
	peer_writes("RTSP/1.0 200 OK\r\nX: ");
	source = g_timeout_add(250, drip, NULL);
	check(wait_until(is_broken, 60000) && end.fault == FAULT_TOO_SLOW,
	      "a message that does not end is given up");
	check(g_get_monotonic_time() - begun > 9 * G_USEC_PER_SEC, "not before 10 s");
	g_source_remove(source);
	close_wire();
}

static void test_not_reading(void)
{
	GstRTSPMessage *message;
	guint8 body[4096] = { 0 };
	int i;

	open_wire();
	gst_rtsp_message_new_request(&message, GST_RTSP_SET_PARAMETER, "rtsp://a/b");
	gst_rtsp_message_set_body(message, body, sizeof(body));
	for (i = 0; i < 10000 && !end.broken; i++)
		wire_send(end.wire, message);
	gst_rtsp_message_free(message);
	check(end.broken && end.fault == FAULT_NOT_READING && i < 1000,
	      "a peer that does not read is given up, and the memory is bounded");
	close_wire();

	open_wire();
	gst_rtsp_message_new_request(&message, GST_RTSP_OPTIONS, "*");
	for (i = 0; i < 100; i++)
		wire_send(end.wire, message);
	peer_writes("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
	awaited = 1;
	check(wait_until(have_come, 5000) && !end.broken, "one that is behind is not");
	gst_rtsp_message_free(message);
	close_wire();
}

static void test_flood(void)
{
	GString *flood = g_string_new(NULL);
	int i;

	for (i = 0; i < 1000; i++)
		g_string_append(flood, "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
	open_wire();
	peer_writes(flood->str);
	awaited = G_MAXUINT;
	wait_until(never, 500);
	check(!end.broken && end.messages >= 200 && end.messages < 500,
	      "a flood is read a few hundred messages a second");
	awaited = 1000;
	check(wait_until(have_come, 30000) && !end.broken, "and none of it is lost");
	close_wire();
	g_string_free(flood, TRUE);
}

static gboolean write_blank(gpointer user)
{
	char blank[4096];
	gssize sent;

	memset(blank, '\n', sizeof(blank));
	sent = send(end.peer, blank, sizeof(blank), MSG_NOSIGNAL | MSG_DONTWAIT);
	*(gssize *)user += MAX(sent, 0);
	return G_SOURCE_CONTINUE;
}

static void test_blank_flood(void)
{
	gssize written = 0;
	guint source;

	open_wire();
	source = g_idle_add(write_blank, &written);
	wait_until(never, 900);
	g_source_remove(source);
	check(!end.broken && written > 0 && written < 4 << 20,
	      "of blank lines a few hundred blocks a second are read");
	close_wire();
}

/* What the other end of a line that is cut would see takes a quarter of a minute. */
static void test_keep_alive(void)
{
	static const struct {
		gint option, value;
	} rows[] = { { TCP_KEEPIDLE, 10 }, { TCP_KEEPINTVL, 5 }, { TCP_KEEPCNT, 3 } };
	GSocket *socket = g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
				       G_SOCKET_PROTOCOL_TCP, NULL);
	struct wire *wire = wire_new(socket, &wire_hooks, NULL);
	bool good = g_socket_get_keepalive(socket);
	gint value;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++)
		good &= g_socket_get_option(socket, IPPROTO_TCP, rows[i].option, &value, NULL) &&
			value == rows[i].value;
	check(good, "a sink that vanishes without a word is noticed within half a minute");
	wire_free(wire);
	g_object_unref(socket);
}

int main(void)
{
	test_broken();
	test_slow();
	test_not_reading();
	test_flood();
	test_blank_flood();
	test_keep_alive();
	return check_result();
}
