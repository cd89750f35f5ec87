// SPDX-License-Identifier: MIT
#include "rtsp/wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "rtsp/reader.h"

#define READ_BYTES	4096
/* Time for a message that has begun. */
#define MESSAGE_US	(10 * G_USEC_PER_SEC)
/* Bytes that may wait for the peer to read. */
#define UNREAD_MAX	(64 * 1024)
#define A_SECOND_MAX	200
#define DRAIN_READS	64
/* As long as data may be that is not acknowledged. */
#define UNACKNOWLEDGED_MS	15000
/* Where nothing is sent, the kernel asks whether the peer is still there. */
#define QUIET_S		10
#define PROBE_S		5
#define PROBES		3

struct wire {
	GSocket *socket;
	const struct wire_hooks *hooks;
	void *user;
	struct rtsp_reader *reader;
	GByteArray *out;
	GSource *in_source, *out_source, *slow_source, *rest_source;
	gint64 second;		/* when the present one began */
	guint in_second;	/* messages and reads of it */
	bool stopped;
};

static void drop_source(GSource **source)
{
	if (!*source)
		return;
	g_source_destroy(*source);
	g_source_unref(*source);
	*source = NULL;
}

void wire_stop(struct wire *wire)
{
	wire->stopped = true;
	drop_source(&wire->in_source);
	drop_source(&wire->out_source);
	drop_source(&wire->slow_source);
	drop_source(&wire->rest_source);
}

static void break_off(struct wire *wire, enum fault fault)
{
	if (wire->stopped)
		return;
	wire_stop(wire);
	wire->hooks->broken(wire->user, fault);
}

/* --- Output ---------------------------------------------------------------------- */

static GString *written(GstRTSPMessage *message)
{
	GString *text = g_string_new(NULL);
	GstRTSPStatusCode code;
	const gchar *uri, *reason;
	GstRTSPMethod method;
	guint8 *body = NULL;
	guint size = 0;

	if (gst_rtsp_message_get_type(message) == GST_RTSP_MESSAGE_REQUEST) {
		gst_rtsp_message_parse_request(message, &method, &uri, NULL);
		g_string_append_printf(text, "%s %s RTSP/1.0\r\n", gst_rtsp_method_as_text(method),
				       uri);
	} else {
		gst_rtsp_message_parse_response(message, &code, &reason, NULL);
		g_string_append_printf(text, "RTSP/1.0 %d %s\r\n", code, reason ? reason : "");
	}
	gst_rtsp_message_append_headers(message, text);
	gst_rtsp_message_get_body(message, &body, &size);
	if (size)
		g_string_append_printf(text, "Content-Length: %u\r\n", size);
	g_string_append(text, "\r\n");
	g_string_append_len(text, (const char *)body, (gssize)size);
	return text;
}

/* Return: whether the connection still works. */
static bool write_out(struct wire *wire)
{
	GError *error = NULL;
	gssize sent;

	while (wire->out->len) {
		sent = g_socket_send(wire->socket, (const char *)wire->out->data, wire->out->len,
				     NULL, &error);
		if (sent < 0) {
			bool later = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

			g_error_free(error);
			return later;
		}
		g_byte_array_remove_range(wire->out, 0, (guint)sent);
	}
	return true;
}

static void plan(struct wire *wire);

static gboolean on_writable(GSocket *socket, GIOCondition condition, gpointer user)
{
	struct wire *wire = user;

	(void)socket;
	(void)condition;
	if (!write_out(wire)) {
		break_off(wire, FAULT_LOST);
		return G_SOURCE_REMOVE;
	}
	plan(wire);
	return G_SOURCE_CONTINUE;
}

void wire_send(struct wire *wire, GstRTSPMessage *message)
{
	GString *text;

	if (wire->stopped)
		return;
	text = written(message);
	g_debug("> %s", text->str);
	g_byte_array_append(wire->out, (const guint8 *)text->str, (guint)text->len);
	g_string_free(text, TRUE);
	if (!write_out(wire))
		return break_off(wire, FAULT_LOST);
	if (wire->out->len > UNREAD_MAX)
		return break_off(wire, FAULT_NOT_READING);
	plan(wire);
}

/* --- Input ----------------------------------------------------------------------- */

static gboolean on_slow(gpointer user)
{
	break_off(user, FAULT_TOO_SLOW);
	return G_SOURCE_REMOVE;
}

/* The time of a message runs from its first byte, whatever comes after it. */
static void time_message(struct wire *wire, bool ended)
{
	if (ended || !rtsp_reader_begun(wire->reader))
		drop_source(&wire->slow_source);
	if (!rtsp_reader_begun(wire->reader) || wire->slow_source || wire->stopped)
		return;
	wire->slow_source = g_timeout_source_new(MESSAGE_US / 1000);
	g_source_set_callback(wire->slow_source, on_slow, wire, NULL);
	g_source_attach(wire->slow_source, g_main_context_get_thread_default());
}

static void log_message(GstRTSPMessage *message)
{
	GString *text = written(message);
	char *plain = g_strescape(text->str, NULL);

	g_debug("< %s", plain);
	g_free(plain);
	g_string_free(text, TRUE);
}

static void hand_over(struct wire *wire)
{
	GstRTSPMessage *message;
	bool ended = false;
	int ret = 0;

	while (!wire->stopped && (ret = rtsp_reader_next(wire->reader, &message)) > 0) {
		ended = true;
		wire->in_second++;
		log_message(message);
		wire->hooks->message(wire->user, message);
		gst_rtsp_message_free(message);
	}
	if (ret == -EMSGSIZE)
		break_off(wire, FAULT_TOO_LARGE);
	else if (ret < 0)
		break_off(wire, FAULT_MALFORMED);
	else
		time_message(wire, ended);
}

static gboolean on_readable(GSocket *socket, GIOCondition condition, gpointer user)
{
	struct wire *wire = user;
	char bytes[READ_BYTES];
	gssize count;
	GError *error = NULL;

	(void)condition;
	count = g_socket_receive(socket, bytes, sizeof(bytes), NULL, &error);
	if (count < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
		g_error_free(error);
		return G_SOURCE_CONTINUE;
	}
	g_clear_error(&error);
	if (count <= 0) {
		break_off(wire, FAULT_LOST);
		return G_SOURCE_REMOVE;
	}
	/* Blank lines are no message, but cost as much. */
	wire->in_second++;
	rtsp_reader_append(wire->reader, bytes, (size_t)count);
	hand_over(wire);
	plan(wire);
	return G_SOURCE_CONTINUE;
}

/* --- What is waited for ---------------------------------------------------------- */

static void want_condition(struct wire *wire, GSource **source, GIOCondition condition,
			   GSocketSourceFunc function, bool wanted)
{
	if (!wanted)
		return drop_source(source);
	if (*source)
		return;
	*source = g_socket_create_source(wire->socket, condition, NULL);
	g_source_set_callback(*source, G_SOURCE_FUNC(function), wire, NULL);
	g_source_attach(*source, g_main_context_get_thread_default());
}

static gboolean on_rested(gpointer user)
{
	struct wire *wire = user;

	drop_source(&wire->rest_source);
	plan(wire);
	return G_SOURCE_REMOVE;
}

/* What is more than makes sense is read in the next second. */
static bool is_resting(struct wire *wire)
{
	gint64 now = g_get_monotonic_time();

	if (now - wire->second >= G_USEC_PER_SEC) {
		wire->second = now;
		wire->in_second = 0;
	}
	if (wire->in_second < A_SECOND_MAX)
		return false;
	if (!wire->rest_source) {
		wire->rest_source = g_timeout_source_new(1000);
		g_source_set_callback(wire->rest_source, on_rested, wire, NULL);
		g_source_attach(wire->rest_source, g_main_context_get_thread_default());
	}
	return true;
}

static void plan(struct wire *wire)
{
	bool resting;

	if (wire->stopped)
		return;
	resting = is_resting(wire);
	want_condition(wire, &wire->in_source, G_IO_IN, on_readable, !resting && !wire->out->len);
	want_condition(wire, &wire->out_source, G_IO_OUT, on_writable, wire->out->len > 0);
}

struct wire *wire_new(GSocket *socket, const struct wire_hooks *hooks, void *user)
{
	struct wire *wire = g_new0(struct wire, 1);

	wire->socket = g_object_ref(socket);
	wire->hooks = hooks;
	wire->user = user;
	wire->reader = rtsp_reader_new();
	wire->out = g_byte_array_new();
	g_socket_set_blocking(socket, FALSE);
	g_socket_set_keepalive(socket, TRUE);
	g_socket_set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, QUIET_S, NULL);
	g_socket_set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, PROBE_S, NULL);
	g_socket_set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, PROBES, NULL);
	g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
	g_socket_set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS, NULL);
	plan(wire);
	return wire;
}

/* Unread bytes would make the close a reset, and the last answer would be lost. */
static void close_gently(GSocket *socket)
{
	char bytes[READ_BYTES];
	int i;

	g_socket_shutdown(socket, FALSE, TRUE, NULL);
	for (i = 0; i < DRAIN_READS; i++)
		if (g_socket_receive(socket, bytes, sizeof(bytes), NULL, NULL) <= 0)
			break;
	g_socket_close(socket, NULL);
}

void wire_free(struct wire *wire)
{
	if (!wire)
		return;
	wire_stop(wire);
	close_gently(wire->socket);
	g_object_unref(wire->socket);
	g_byte_array_unref(wire->out);
	rtsp_reader_free(wire->reader);
	g_free(wire);
}
