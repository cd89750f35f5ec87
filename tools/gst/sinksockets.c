// SPDX-License-Identifier: MIT
/*
 * The sockets of wfdsink: two ports in a row, the first for RTP and the second for RTCP.
 * Opened before the element's threads begin, and closed after they have ended.
 */
#include "sinksockets.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define PORT_TRIES 32

/* @address: whatever port it has; a link-local one has an interface, too. */
static GSocket *open_socket(WfdSink *sink, GSocketAddress *address, guint port, GError **error)
{
	GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS(address);
	GSocketFamily family = g_socket_address_get_family(address);
	GSocket *socket =
		g_socket_new(family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
	GSocketAddress *local;
	guint32 scope = 0;
	gboolean bound;

	if (!socket)
		return NULL;
	g_socket_set_blocking(socket, FALSE);
	if (family == G_SOCKET_FAMILY_IPV6)
		scope = g_inet_socket_address_get_scope_id(inet);
	local = g_object_new(G_TYPE_INET_SOCKET_ADDRESS, "address",
			     g_inet_socket_address_get_address(inet), "port", port, "scope-id",
			     scope, NULL);
	bound = g_socket_bind(socket, local, FALSE, error);
	g_object_unref(local);
	if (!bound) {
		g_object_unref(socket);
		return NULL;
	}
	/* Without these it works, too: some networks forbid them. */
	if (sink->used.dscp >= 0)
		g_socket_set_option(socket,
				    family == G_SOCKET_FAMILY_IPV6 ? IPPROTO_IPV6 : IPPROTO_IP,
				    family == G_SOCKET_FAMILY_IPV6 ? IPV6_TCLASS : IP_TOS,
				    sink->used.dscp << 2, NULL);
	if (sink->used.buffer_bytes > 0)
		g_socket_set_option(socket, SOL_SOCKET, SO_SNDBUF, sink->used.buffer_bytes, NULL);
	return socket;
}

/* Which of this machine's addresses the way to the sink begins at. */
static GSocketAddress *local_address(WfdSink *sink, GError **error)
{
	GSocket *socket = g_socket_new(g_inet_address_get_family(sink->remote),
				       G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
	GSocketAddress *local = NULL;

	if (socket && g_socket_connect(socket, sink->rtp_to, NULL, error))
		local = g_socket_get_local_address(socket, error);
	g_clear_object(&socket);
	return local;
}

/*
 * Two ports in a row, the first of them even when it is not given. Neither is connected:
 * that a sink does not listen yet would be an error of the datagram after.
 */
static gboolean open_pair(WfdSink *sink, GSocketAddress *address, GError **error)
{
	GSocketAddress *local;
	guint port;

	sink->rtp = open_socket(sink, address, sink->used.bind_port, error);
	if (!sink->rtp)
		return FALSE;
	local = g_socket_get_local_address(sink->rtp, error);
	if (!local)
		return FALSE;
	port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(local));
	g_object_unref(local);
	GST_OBJECT_LOCK(sink);
	sink->local_port = port;
	GST_OBJECT_UNLOCK(sink);
	if (sink->used.bind_port || !(port & 1))
		sink->rtcp = open_socket(sink, address, port + 1, error);
	else
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
			    "no pair of ports is free");
	return !!sink->rtcp;
}

void sink_close_sockets(WfdSink *sink)
{
	g_clear_object(&sink->rtp);
	g_clear_object(&sink->rtcp);
}

gboolean sink_open_sockets(WfdSink *sink, GError **error)
{
	GSocketAddress *address;
	gboolean opened = FALSE;

	if (sink->used.bind_address) {
		address = g_inet_socket_address_new_from_string(sink->used.bind_address, 0);
		if (!address)
			g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
				    "bind-address '%s' is no address", sink->used.bind_address);
	} else {
		address = local_address(sink, error);
	}
	if (!address)
		return FALSE;
	for (guint nth = 0; !opened && nth < (sink->used.bind_port ? 1 : PORT_TRIES); nth++) {
		g_clear_error(error);
		opened = open_pair(sink, address, error);
		if (!opened)
			sink_close_sockets(sink);
	}
	g_object_unref(address);
	return opened;
}
