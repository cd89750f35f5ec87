// SPDX-License-Identifier: MIT
/* MICE, byte by byte. On loopback, where the ports are the test's. */
#include <string.h>

#include "harness.h"
#include "link/address.h"
#include "link/mice.h"
#include "patience.h"

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
	GInetSocketAddress *local = address_parse("127.0.0.1");
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
	GInetSocketAddress *local = address_parse("127.0.0.1");

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
	test_mice_bytes();
	test_mice_quiet();
	test_mice_answers();
	test_mice_endless();
	test_mice_lengths();
	test_mice_alone();
	return check_result();
}
