// SPDX-License-Identifier: MIT
/* The port that takes one peer only. All on loopback, where the ports are the test's. */
#include <string.h>

#include "harness.h"
#include "link/address.h"
#include "link/listen.h"
#include "patience.h"

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

static const struct listen_hooks hooks = {
	.accepted = on_accepted, .turned_away = on_turned_away,
};

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

static unsigned int awaited;

static bool is_settled(void)
{
	return port.accepted + port.turned_away >= awaited;
}

static void test_port(void)
{
	GInetSocketAddress *local = address_parse("127.0.0.1"), *peer = address_parse("127.0.0.2");
	GSocket *stranger, *sink, *again;
	enum fault fault;
	char byte;

	port.listener = listen_new(local, 0, peer, &hooks, NULL, &fault);
	check(port.listener && listen_port(port.listener), "a port is opened");
	check(!listen_new(local, listen_port(port.listener), peer, &hooks, NULL, &fault) &&
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
	GInetSocketAddress *local = address_parse("127.0.0.1"), *peer = address_parse("127.0.0.2");
	unsigned int before, after;
	GSocket *socket;
	enum fault fault;
	int i;

	memset(&port, 0, sizeof(port));
	port.listener = listen_new(local, 0, peer, &hooks, NULL, &fault);
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
	GInetSocketAddress *local = address_parse("127.0.0.1"), *peer = address_parse("127.0.0.2");
	GSocket *mute[200], *socket;
	enum fault fault;
	size_t i;

	memset(&port, 0, sizeof(port));
	port.listener = listen_new(local, 0, peer, &hooks, NULL, &fault);
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
	GInetSocketAddress *peer = address_parse("127.0.0.7"), *far = address_parse("192.0.2.1");
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

int main(void)
{
	test_port();
	test_many();
	test_mute();
	test_route();
	return check_result();
}
