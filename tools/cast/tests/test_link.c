// SPDX-License-Identifier: MIT
/*
 * What stands at the network: the connection of RTSP with peers that are slow, that flood
 * and that do not read; the port that takes one peer only; and MICE, byte by byte. All on
 * loopback, where the ports are the test's.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "link/address.h"
#include "link/browse.h"
#include "link/listen.h"
#include "link/mice.h"
#include "rtsp/wire.h"

/* --- Time ------------------------------------------------------------------------ */

static gboolean on_late(gpointer user)
{
	*(bool *)user = true;
	return G_SOURCE_REMOVE;
}

/* Return: whether it became so in time. */
static bool wait_until(bool (*is_so)(void), unsigned int ms)
{
	bool late = false;
	guint timer = g_timeout_add(ms, on_late, &late);

	while (!is_so() && !late)
		g_main_context_iteration(NULL, TRUE);
	if (!late)
		g_source_remove(timer);
	return is_so();
}

static bool never(void)
{
	return false;
}

/* --- A connection ---------------------------------------------------------------- */

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

/* --- The port -------------------------------------------------------------------- */

static struct {
	struct listener *listener;
	unsigned int accepted, turned_away;
	char *who;
} port;

static void on_accepted(void *user, GSocket *socket)
{
	(void)user;
	(void)socket;
	port.accepted++;
}

static void on_turned_away(void *user, const char *address)
{
	(void)user;
	port.turned_away++;
	g_free(port.who);
	port.who = g_strdup(address);
}

static const struct listen_hooks listen_hooks = {
	.accepted = on_accepted, .turned_away = on_turned_away,
};

static GInetSocketAddress *address(const char *text)
{
	return address_parse(text);
}

/* Return: a connection from an address of this machine, or NULL. */
static GSocket *connect_from(const char *from, const char *to, uint16_t to_port)
{
	GSocket *socket = g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
				       G_SOCKET_PROTOCOL_TCP, NULL);
	GSocketAddress *here = g_inet_socket_address_new_from_string(from, 0);
	GSocketAddress *there = g_inet_socket_address_new_from_string(to, to_port);

	if (!g_socket_bind(socket, here, FALSE, NULL) ||
	    !g_socket_connect(socket, there, NULL, NULL))
		g_clear_object(&socket);
	g_object_unref(here);
	g_object_unref(there);
	return socket;
}

static bool is_settled(void)
{
	return port.accepted + port.turned_away >= awaited;
}

static void test_port(void)
{
	GInetSocketAddress *local = address("127.0.0.1"), *peer = address("127.0.0.2");
	GSocket *stranger, *sink, *again;
	enum fault fault;
	char byte;

	port.listener = listen_new(local, 0, peer, &listen_hooks, NULL, &fault);
	check(port.listener && listen_port(port.listener), "a port is opened");
	check(!listen_new(local, listen_port(port.listener), peer, &listen_hooks, NULL, &fault) &&
	      fault == FAULT_PORT_TAKEN, "and a second time it is taken");
	check(!connect_from("127.0.0.2", "127.0.0.3", listen_port(port.listener)),
	      "only the one address listens");
	stranger = connect_from("127.0.0.9", "127.0.0.1", listen_port(port.listener));
	awaited = 1;
	check(wait_until(is_settled, 5000) && !port.accepted && !strcmp(port.who, "127.0.0.9"),
	      "who is not the peer is turned away");
	check(g_socket_receive(stranger, &byte, 1, NULL, NULL) <= 0, "and has read nothing");
	sink = connect_from("127.0.0.2", "127.0.0.1", listen_port(port.listener));
	awaited = 2;
	check(wait_until(is_settled, 5000) && port.accepted == 1, "the peer may connect");
	again = connect_from("127.0.0.2", "127.0.0.1", listen_port(port.listener));
	awaited = 3;
	check(wait_until(is_settled, 5000) && port.accepted == 1, "but not a second time");
	g_object_unref(again);
	g_object_unref(sink);
	g_object_unref(stranger);
	listen_free(port.listener);
	g_free(port.who);
	g_object_unref(peer);
	g_object_unref(local);
}

/* How many files this process has. */
static unsigned int open_files(void)
{
	GDir *folder = g_dir_open("/proc/self/fd", 0, NULL);
	unsigned int count = 0;

	while (folder && g_dir_read_name(folder))
		count++;
	if (folder)
		g_dir_close(folder);
	return count;
}

/* A port that is scanned, or flooded, is still there for the one that it is for. */
#define STRANGERS	10000

static void test_many(void)
{
	GInetSocketAddress *local = address("127.0.0.1"), *peer = address("127.0.0.2");
	unsigned int before, after;
	GSocket *socket;
	enum fault fault;
	int i;

	memset(&port, 0, sizeof(port));
	port.listener = listen_new(local, 0, peer, &listen_hooks, NULL, &fault);
	before = open_files();
	for (i = 0; i < STRANGERS; i++) {
		socket = connect_from("127.0.0.9", "127.0.0.1", listen_port(port.listener));
		g_clear_object(&socket);
		awaited = (unsigned int)i + 1;
		wait_until(is_settled, 60000);
	}
	after = open_files();
	check(port.turned_away == STRANGERS && !port.accepted, "10000 strangers are turned away");
	check(after == before, "and nothing is left of them");
	socket = connect_from("127.0.0.2", "127.0.0.1", listen_port(port.listener));
	awaited = STRANGERS + 1;
	check(wait_until(is_settled, 60000) && port.accepted == 1, "and the peer gets through");
	g_clear_object(&socket);
	listen_free(port.listener);
	g_free(port.who);
	g_object_unref(peer);
	g_object_unref(local);
}

/* They neither speak nor leave, and keep nobody out. */
static void test_mute(void)
{
	GInetSocketAddress *local = address("127.0.0.1"), *peer = address("127.0.0.2");
	GSocket *mute[200], *socket;
	enum fault fault;
	size_t i;

	memset(&port, 0, sizeof(port));
	port.listener = listen_new(local, 0, peer, &listen_hooks, NULL, &fault);
	for (i = 0; i < G_N_ELEMENTS(mute); i++) {
		mute[i] = connect_from("127.0.0.9", "127.0.0.1", listen_port(port.listener));
		awaited = (unsigned int)i + 1;
		wait_until(is_settled, 60000);
	}
	socket = connect_from("127.0.0.2", "127.0.0.1", listen_port(port.listener));
	awaited = G_N_ELEMENTS(mute) + 1;
	check(wait_until(is_settled, 60000) && port.accepted == 1,
	      "200 strangers that stay and say nothing keep the peer from nothing");
	for (i = 0; i < G_N_ELEMENTS(mute); i++)
		g_clear_object(&mute[i]);
	g_clear_object(&socket);
	listen_free(port.listener);
	g_free(port.who);
	g_object_unref(peer);
	g_object_unref(local);
}

static void test_route(void)
{
	GInetSocketAddress *peer = address("127.0.0.7"), *far = address("192.0.2.1");
	GInetSocketAddress *found = listen_route(peer), *none = listen_route(far);
	char *text = found ? address_text(found) : NULL;

	check(text && g_str_has_prefix(text, "127."), "the way to a peer has an address");
	check(!none, "and to where there is no way there is none");
	g_free(text);
	g_clear_object(&found);
	g_clear_object(&none);
	g_object_unref(peer);
	g_object_unref(far);
}

static bool reads_as(GInetSocketAddress *address, const char *text, const char *url)
{
	char *here = address ? address_text(address) : NULL;
	char *there = address ? address_for_url(address) : NULL;
	bool good = !g_strcmp0(here, text) && !g_strcmp0(there, url);

	g_free(here);
	g_free(there);
	g_clear_object(&address);
	return good;
}

static void test_addresses(void)
{
	GInetSocketAddress *loopback = address("fe80::20%lo"), *any = address("fe80::20");
	GInetSocketAddress *other = address_at("fe80::20", 9999), *plain = address_at("::1", 9999);

	check(reads_as(address("192.0.2.1"), "192.0.2.1", "192.0.2.1") &&
	      reads_as(address("2001:db8::1"), "2001:db8::1", "[2001:db8::1]"),
	      "addresses of both kinds are read");
	check(reads_as(address("fe80::20%lo"), "fe80::20%lo", "[fe80::20]"),
	      "the interface of a link-local one stays, but is not for others");
	check(!address("Television") && !address("fe80::20%nowhere") && !address("192.0.2.1%lo"),
	      "what is no address is none");
	check(reads_as(address_at("fe80::20", 1), "fe80::20%lo", "[fe80::20]") &&
	      reads_as(address_at("192.0.2.1", 1), "192.0.2.1", "192.0.2.1"),
	      "what is heard at an interface has it where it needs it");
	check(!address_at("fe80::20", 0) && !address_at("?", 1),
	      "and is none where it needs it in vain");
	check(address_is(loopback, loopback) && address_is(loopback, any) &&
	      !address_is(loopback, other) && !address_is(loopback, plain),
	      "at another interface it is another's");
	check(reads_as(other, "fe80::20%9999", "[fe80::20]") && reads_as(plain, "::1", "[::1]"),
	      "one that is gone has a number");
	g_object_unref(loopback);
	g_object_unref(any);
}

/* --- Names ----------------------------------------------------------------------- */

static void test_names(void)
{
	static const struct {
		const char *name, *plain, *what;
	} rows[] = {
		{ "Fernseher \303\244 \346\227\245", "Fernseher \303\244 \346\227\245",
		  "a name stays" },
		{ "a\033[2Jb\177\n", "a [2Jb  ", "except what a terminal obeys" },
		{ "a\302\2332Jb", "a 2Jb", "in one byte of ISO 6429, too" },
		{ "a\342\200\256b\342\201\251c", "a b c", "and what turns text around" },
		{ "a\342\200\250b\342\200\217c", "a b c", "or ends lines" },
		{ "a\377b", "a\357\277\275b", "what is no UTF-8 is replaced" },
	};
	char *plain;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		plain = browse_plain(rows[i].name);
		check(!strcmp(plain, rows[i].plain), rows[i].what);
		g_free(plain);
	}
}

/* --- MICE ------------------------------------------------------------------------ */

static struct {
	GSocket *server, *peer;
	struct mice *mice;
	unsigned int sent;
	bool failed;
	enum fault fault;
} sink;

static void on_sent(void *user)
{
	(void)user;
	sink.sent++;
}

static void on_mice_failed(void *user, enum fault fault)
{
	(void)user;
	sink.failed = true;
	sink.fault = fault;
}

static const struct mice_hooks mice_hooks = { .sent = on_sent, .failed = on_mice_failed };

static bool is_sent(void)
{
	return sink.sent || sink.failed;
}

static bool has_failed(void)
{
	return sink.failed;
}

static void open_sink(const char *name)
{
	GInetSocketAddress *local = address("127.0.0.1");
	GSocketAddress *any = address_with_port(local, 0), *here;

	memset(&sink, 0, sizeof(sink));
	sink.server = g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
				   G_SOCKET_PROTOCOL_TCP, NULL);
	g_socket_bind(sink.server, any, TRUE, NULL);
	g_socket_listen(sink.server, NULL);
	here = g_socket_get_local_address(sink.server, NULL);
	sink.mice = mice_new(local, g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(here)),
			     name, 7236, &mice_hooks, NULL);
	wait_until(is_sent, 5000);
	sink.peer = g_socket_accept(sink.server, NULL, NULL);
	g_object_unref(here);
	g_object_unref(any);
	g_object_unref(local);
}

static void close_sink(void)
{
	mice_free(sink.mice);
	g_clear_object(&sink.peer);
	g_clear_object(&sink.server);
}

static void test_mice_bytes(void)
{
	/* Size, version and command; "Ab" in UTF-16 without a mark; port; identifier. */
	static const uint8_t ready[] = {
		0, 35, 1, 1, 0, 0, 4, 'A', 0, 'b', 0, 2, 0, 2, 0x1c, 0x44, 3, 0, 16,
	};
	static const uint8_t stop[] = { 0, 30, 1, 2, 0, 0, 4, 'A', 0, 'b', 0, 3, 0, 16 };
	uint8_t got[64], last[64];
	gssize size;

	open_sink("Ab");
	check(sink.sent == 1 && sink.peer, "the sink gets the message");
	size = g_socket_receive(sink.peer, (char *)got, sizeof(got), NULL, NULL);
	check(size == 35 && !memcmp(got, ready, sizeof(ready)), "source-ready, byte by byte");
	mice_free(sink.mice);
	sink.mice = NULL;
	size = g_socket_receive(sink.peer, (char *)last, sizeof(last), NULL, NULL);
	check(size == 30 && !memcmp(last, stop, sizeof(stop)), "stop-projection at the end");
	check(!memcmp(got + sizeof(ready), last + sizeof(stop), MC_MICE_ID),
	      "with the same identifier");
	check(g_socket_receive(sink.peer, (char *)last, sizeof(last), NULL, NULL) == 0,
	      "and nothing after it");
	close_sink();
}

/* Longer than connecting may take. */
static void test_mice_quiet(void)
{
	uint8_t got[64];

	open_sink("source");
	wait_until(has_failed, 6000);
	check(!sink.failed, "a sink that is quiet stays connected");
	g_socket_receive(sink.peer, (char *)got, sizeof(got), NULL, NULL);
	mice_free(sink.mice);
	sink.mice = NULL;
	check(g_socket_receive(sink.peer, (char *)got, sizeof(got), NULL, NULL) > 4 &&
	      got[3] == MC_MICE_STOP_PROJECTION, "and learns of the end");
	close_sink();
}

static void test_mice_answers(void)
{
	static const struct {
		uint8_t bytes[8];
		gsize size;
		enum fault fault;
		const char *what;
	} rows[] = {
		{ { 0, 4, 1, 4 }, 4, FAULT_SECURED, "a request for a PIN" },
		{ { 0, 4, 1, 3 }, 4, FAULT_SECURED, "a handshake of DTLS" },
		{ { 0, 3, 1, 1 }, 4, FAULT_MALFORMED, "a size that is too small" },
		{ { 0, 4, 9, 1 }, 4, FAULT_MALFORMED, "another version" },
		{ { 0, 8, 1, 2, 0, 0, 9, 9 },
		  8,
		  FAULT_MALFORMED,
		  "an element longer than the message" },
		{ { 0, 200, 1, 2 }, 4, FAULT_LOST, "a message that does not end" },
		{ { 0 }, 1, FAULT_LOST, "a byte" },
		{ { 0 }, 0, FAULT_LOST, "nothing" },
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		open_sink("source");
		g_socket_send(sink.peer, (const char *)rows[i].bytes, rows[i].size, NULL, NULL);
		g_socket_shutdown(sink.peer, FALSE, TRUE, NULL);
		check(wait_until(has_failed, 5000) && sink.fault == rows[i].fault, rows[i].what);
		close_sink();
	}
}

static void test_mice_endless(void)
{
	char bytes[512];

	open_sink("source");
	memset(bytes, 0xff, sizeof(bytes));
	while (!sink.failed && sink.peer) {
		g_socket_send(sink.peer, bytes, sizeof(bytes), NULL, NULL);
		g_main_context_iteration(NULL, TRUE);
	}
	check(sink.fault == FAULT_MALFORMED, "a message without end is given up");
	close_sink();
}

#define LENGTHS		300
#define MESSAGE_LARGE	4096	/* no sink has more to say */

/* Sends what a sink has to say, or the beginning of it. */
static void say(const uint8_t *bytes, size_t size)
{
	size_t sent = 0;
	gssize count;

	while (sent < size && !sink.failed) {
		count = g_socket_send(sink.peer, (const char *)bytes + sent, size - sent, NULL,
				      NULL);
		if (count <= 0)
			break;
		sent += (size_t)count;
		g_main_context_iteration(NULL, FALSE);
	}
}

/* With one element, which is not known and fills it, if there is room for it. */
static void make_message(uint8_t *bytes, size_t size)
{
	memset(bytes, 0x5a, size);
	bytes[0] = (uint8_t)(size >> 8);
	bytes[1] = (uint8_t)size;
	bytes[2] = 1;
	bytes[3] = MC_MICE_STOP_PROJECTION;
	if (size < 7)
		return;
	bytes[4] = 0xee;
	bytes[5] = (uint8_t)((size - 7) >> 8);
	bytes[6] = (uint8_t)(size - 7);
}

/* Return: whether a message of this length is read, and what the end is then. */
static bool is_read(size_t size, size_t sent, enum fault fault)
{
	static uint8_t bytes[65536];
	bool good;

	open_sink("source");
	make_message(bytes, size);
	say(bytes, sent);
	g_socket_shutdown(sink.peer, FALSE, TRUE, NULL);
	good = wait_until(has_failed, 60000) && sink.fault == fault;
	if (!good)
		printf("# %zu of %zu bytes: %s\n", sent, size,
		       sink.failed ? fault_word(sink.fault) : "nothing");
	close_sink();
	return good;
}

static void test_mice_lengths(void)
{
	static const size_t large[] = { 511, 512, 513, 1023, 1024, 1025, 4096, 65535 };
	size_t size, i;
	bool good = true;

	/* A message that is cut off is no fault of the one before, but a loss. */
	for (size = 4; size < LENGTHS; size++)
		good &= is_read(size, size, size == 5 || size == 6 ? FAULT_MALFORMED : FAULT_LOST);
	check(good, "messages of every length are read");
	good = true;
	for (size = 0; size < LENGTHS; size++)
		good &= is_read(LENGTHS, size, FAULT_LOST);
	check(good, "and each that is cut off is a loss");
	good = true;
	for (i = 0; i < G_N_ELEMENTS(large); i++)
		good &= is_read(large[i], large[i], large[i] > MESSAGE_LARGE ? FAULT_MALFORMED :
				FAULT_LOST);
	check(good, "so are large ones, up to where they are too large");
}

static void test_mice_alone(void)
{
	GInetSocketAddress *local = address("127.0.0.1");

	memset(&sink, 0, sizeof(sink));
	sink.mice = mice_new(local, 9, "source", 7236, &mice_hooks, NULL);
	check(wait_until(has_failed, 5000) && sink.fault == FAULT_UNREACHABLE,
	      "a sink that does not listen is no surprise");
	close_sink();
	memset(&sink, 0, sizeof(sink));
	mice_free(mice_new(local, 9, "source", 7236, &mice_hooks, NULL));
	while (g_main_context_iteration(NULL, FALSE))
		;
	check(!sink.failed, "nothing is said of one that is not wanted any more");
	g_object_unref(local);
}

int main(void)
{
	test_broken();
	test_slow();
	test_not_reading();
	test_flood();
	test_blank_flood();
	test_keep_alive();
	test_port();
	test_many();
	test_mute();
	test_route();
	test_addresses();
	test_names();
	test_mice_bytes();
	test_mice_quiet();
	test_mice_answers();
	test_mice_endless();
	test_mice_lengths();
	test_mice_alone();
	return check_result();
}
