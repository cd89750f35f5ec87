// SPDX-License-Identifier: MIT
#include "link/mice.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "link/address.h"

#define CONNECT_S	5
#define MESSAGE_MAX	1024
#define READ_MAX	4096

struct mice {
	const struct mice_hooks *hooks;
	void *user;
	char *name;
	uint16_t rtsp_port;
	uint8_t id[MC_MICE_ID];
	GCancellable *cancellable;
	GSocketConnection *connection;
	GSource *source;
	GByteArray *in;
	bool sent;
	bool freed;	/* while the connection was being made */
};

static void destroy(struct mice *mice)
{
	if (mice->source) {
		g_source_destroy(mice->source);
		g_source_unref(mice->source);
	}
	g_clear_object(&mice->connection);
	g_clear_object(&mice->cancellable);
	g_byte_array_unref(mice->in);
	g_free(mice->name);
	g_free(mice);
}

static void drop_connection(struct mice *mice)
{
	if (mice->source) {
		g_source_destroy(mice->source);
		g_source_unref(mice->source);
		mice->source = NULL;
	}
	g_clear_object(&mice->connection);
	mice->sent = false;
}

static void fail(struct mice *mice, enum fault fault)
{
	drop_connection(mice);
	mice->hooks->failed(mice->user, fault);
}

/* --- Output ---------------------------------------------------------------------- */

/* A few hundred bytes: a new connection that has no room for them does not work. */
static bool send_message(struct mice *mice, enum mc_mice_command command, bool whole)
{
	uint8_t name[MC_MICE_NAME_MAX], bytes[MESSAGE_MAX];
	struct mc_mice message = {
		.command = command,
		.present = 1 << MC_MICE_NAME | 1 << MC_MICE_SOURCE_ID,
		.name = mc_mice_name_from_utf8(mice->name, name),
		.source_id = { mice->id, MC_MICE_ID },
	};
	GSocket *socket = g_socket_connection_get_socket(mice->connection);
	int size;

	if (whole) {
		message.present |= 1 << MC_MICE_RTSP_PORT;
		message.rtsp_port = mice->rtsp_port;
	}
	size = mc_mice_print(&message, bytes, sizeof(bytes));
	return size > 0 &&
	       g_socket_send(socket, (const char *)bytes, (gsize)size, NULL, NULL) == size;
}

/* --- Input ----------------------------------------------------------------------- */

/* A sink that answers SOURCE_READY wants a PIN or encryption, which is not supported. */
static bool read_messages(struct mice *mice)
{
	struct mc_mice message;
	int size;

	while ((size = mc_mice_parse(mice->in->data, mice->in->len, &message)) > 0) {
		switch (message.command) {
		case MC_MICE_SECURITY_HANDSHAKE:
		case MC_MICE_SESSION_REQUEST:
		case MC_MICE_PIN_CHALLENGE:
		case MC_MICE_PIN_RESPONSE:
			fail(mice, FAULT_SECURED);
			return false;
		default:
			g_byte_array_remove_range(mice->in, 0, (guint)size);
		}
	}
	if (size == -EAGAIN && mice->in->len <= READ_MAX)
		return true;
	fail(mice, FAULT_MALFORMED);
	return false;
}

static gboolean on_readable(GSocket *socket, GIOCondition condition, gpointer user)
{
	struct mice *mice = user;
	char bytes[512];
	GError *error = NULL;
	gssize count = g_socket_receive(socket, bytes, sizeof(bytes), NULL, &error);
	bool later = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

	(void)condition;
	g_clear_error(&error);
	if (later)
		return G_SOURCE_CONTINUE;
	if (count <= 0) {
		fail(mice, FAULT_LOST);
		return G_SOURCE_REMOVE;
	}
	g_byte_array_append(mice->in, (const guint8 *)bytes, (guint)count);
	return read_messages(mice) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- Connection ------------------------------------------------------------------ */

static void begin(struct mice *mice)
{
	GSocket *socket = g_socket_connection_get_socket(mice->connection);

	g_socket_set_blocking(socket, FALSE);
	/* That of connecting is the socket's, too; from here on a sink may be quiet. */
	g_socket_set_timeout(socket, 0);
	if (!send_message(mice, MC_MICE_SOURCE_READY, true))
		return fail(mice, FAULT_LOST);
	mice->sent = true;
	mice->source = g_socket_create_source(socket, G_IO_IN, NULL);
	g_source_set_callback(mice->source, G_SOURCE_FUNC(on_readable), mice, NULL);
	g_source_attach(mice->source, g_main_context_get_thread_default());
	mice->hooks->sent(mice->user);
}

static void on_connected(GObject *client, GAsyncResult *result, gpointer user)
{
	struct mice *mice = user;
	GError *error = NULL;

	mice->connection = g_socket_client_connect_finish(G_SOCKET_CLIENT(client), result, &error);
	g_clear_object(&mice->cancellable);
	if (mice->freed) {
		g_clear_error(&error);
		destroy(mice);
		return;
	}
	if (!mice->connection) {
		g_debug("port %d: %s", MC_MICE_PORT, error->message);
		g_error_free(error);
		mice->hooks->failed(mice->user, FAULT_UNREACHABLE);
		return;
	}
	begin(mice);
}

struct mice *mice_new(GInetSocketAddress *peer, uint16_t port, const char *name, uint16_t rtsp_port,
		      const struct mice_hooks *hooks, void *user)
{
	struct mice *mice = g_new0(struct mice, 1);
	GSocketAddress *address = address_with_port(peer, port);
	GSocketClient *client = g_socket_client_new();

	mice->hooks = hooks;
	mice->user = user;
	mice->name = g_strdup(name);
	mice->rtsp_port = rtsp_port;
	mice->in = g_byte_array_new();
	mice->cancellable = g_cancellable_new();
	if (getrandom(mice->id, sizeof(mice->id), 0) != sizeof(mice->id))
		g_error("no random numbers: %s", g_strerror(errno));
	g_socket_client_set_timeout(client, CONNECT_S);
	g_socket_client_set_enable_proxy(client, FALSE);
	g_socket_client_connect_async(client, G_SOCKET_CONNECTABLE(address), mice->cancellable,
				      on_connected, mice);
	g_object_unref(client);
	g_object_unref(address);
	return mice;
}

void mice_free(struct mice *mice)
{
	if (!mice)
		return;
	if (mice->cancellable) {
		mice->freed = true;
		g_cancellable_cancel(mice->cancellable);
		return;
	}
	if (mice->sent)
		send_message(mice, MC_MICE_STOP_PROJECTION, false);
	destroy(mice);
}
