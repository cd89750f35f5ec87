// SPDX-License-Identifier: MIT
#include "link/listen.h"

#include "link/address.h"

#define BACKLOG		8
/* Of one wake-up: a flood of strangers must not keep the session waiting. */
#define ACCEPTS		16

struct listener {
	const struct listen_hooks *hooks;
	void *user;
	GSocket *socket;
	GSource *source;
	GInetSocketAddress *peer;
	bool taken;
};

static GSocketFamily family_of(GInetSocketAddress *address)
{
	return g_socket_address_get_family(G_SOCKET_ADDRESS(address));
}

/* Nothing is sent: connecting a datagram socket only asks the routing table. */
GInetSocketAddress *listen_route(GInetSocketAddress *peer)
{
	GSocket *socket = g_socket_new(family_of(peer), G_SOCKET_TYPE_DATAGRAM,
				       G_SOCKET_PROTOCOL_UDP, NULL);
	GSocketAddress *there = address_with_port(peer, 9);
	GSocketAddress *here = NULL;

	if (socket && g_socket_connect(socket, there, NULL, NULL))
		here = g_socket_get_local_address(socket, NULL);
	g_clear_object(&there);
	g_clear_object(&socket);
	return here ? G_INET_SOCKET_ADDRESS(here) : NULL;
}

/* Return: a reference, or NULL: it has gone already. */
static GInetSocketAddress *remote_of(GSocket *socket)
{
	GSocketAddress *remote = g_socket_get_remote_address(socket, NULL);

	if (remote && G_IS_INET_SOCKET_ADDRESS(remote))
		return G_INET_SOCKET_ADDRESS(remote);
	g_clear_object(&remote);
	return NULL;
}

static void take(struct listener *listener, GSocket *socket)
{
	GInetSocketAddress *address = remote_of(socket);
	char *text;

	if (address && !listener->taken && address_is(address, listener->peer)) {
		listener->taken = true;
		listener->hooks->accepted(listener->user, socket);
	} else {
		g_socket_close(socket, NULL);
		text = address ? address_text(address) : g_strdup("nobody");
		listener->hooks->turned_away(listener->user, text);
		g_free(text);
	}
	g_clear_object(&address);
}

static gboolean on_connection(GSocket *server, GIOCondition condition, gpointer user)
{
	struct listener *listener = user;
	GSocket *socket;
	int i;

	(void)condition;
	for (i = 0; i < ACCEPTS; i++) {
		socket = g_socket_accept(server, NULL, NULL);
		if (!socket)
			break;
		take(listener, socket);
		g_object_unref(socket);
	}
	return G_SOURCE_CONTINUE;
}

static enum fault fault_of(const GError *error)
{
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
		return FAULT_PORT_TAKEN;
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
		return FAULT_PORT_PRIVILEGED;
	return FAULT_UNREACHABLE;
}

struct listener *listen_new(GInetSocketAddress *local, uint16_t port, GInetSocketAddress *peer,
			    const struct listen_hooks *hooks, void *user, enum fault *fault)
{
	GSocket *socket = g_socket_new(family_of(local), G_SOCKET_TYPE_STREAM,
				       G_SOCKET_PROTOCOL_TCP, NULL);
	GSocketAddress *address = address_with_port(local, port);
	struct listener *listener;
	GError *error = NULL;

	if (socket) {
		g_socket_set_blocking(socket, FALSE);
		g_socket_set_listen_backlog(socket, BACKLOG);
	}
	if (!socket || !g_socket_bind(socket, address, TRUE, &error) ||
	    !g_socket_listen(socket, &error)) {
		*fault = fault_of(error);
		g_clear_error(&error);
		g_clear_object(&socket);
		g_object_unref(address);
		return NULL;
	}
	g_object_unref(address);
	*fault = FAULT_NONE;
	listener = g_new0(struct listener, 1);
	listener->hooks = hooks;
	listener->user = user;
	listener->socket = socket;
	listener->peer = g_object_ref(peer);
	listener->source = g_socket_create_source(socket, G_IO_IN, NULL);
	g_source_set_callback(listener->source, G_SOURCE_FUNC(on_connection), listener, NULL);
	g_source_attach(listener->source, g_main_context_get_thread_default());
	return listener;
}

uint16_t listen_port(const struct listener *listener)
{
	GSocketAddress *address = g_socket_get_local_address(listener->socket, NULL);
	uint16_t port = 0;

	if (address)
		port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));
	g_clear_object(&address);
	return port;
}

void listen_free(struct listener *listener)
{
	if (!listener)
		return;
	g_source_destroy(listener->source);
	g_source_unref(listener->source);
	g_socket_close(listener->socket, NULL);
	g_object_unref(listener->socket);
	g_object_unref(listener->peer);
	g_free(listener);
}
