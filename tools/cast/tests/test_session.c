// SPDX-License-Identifier: MIT
/*
 * A session with a sink at the other end of a socket pair: which of its modes are tried,
 * and what is said of a sink that offers what this source has not.
 */
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "harness.h"
#include "rtsp/session.h"

#define AUDIO "wfd_audio_codecs: LPCM 00000002 00\r\n"
#define PORTS "wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play\r\n"
/* 640x480 alone; and a list in which there is nothing. */
#define ONE_MODE "wfd_video_formats: 00 00 01 01 00000001 00000000 00000000 00 0000 0000 00 none none\r\n"
#define NO_MODE "wfd_video_formats: 00 00 01 01 00000000 00000000 00000000 00 0000 0000 00 none none\r\n"
/* The same mode, and 1280x720 at 30 Hz. */
#define SECOND_RELEASE \
	"wfd2_video_formats: 28 01 01 0004 000000000021 000000000000 000000000000 00 0000 0000 00 00\r\n"
#define PROTECTED "wfd_content_protection: HDCP2.2 port=1189\r\n"

static struct {
	GSocket *sink;
	struct session *session;
	const char *capabilities;	/* the sink's answer to M3 */
	const char *refused;		/* the request that it refuses, or NULL */
	GString *in;			/* what the sink has not read yet */
	GString *notes;
	GString *m4;
	enum fault fault;
	char *detail;
} b;

/* --- The sink ------------------------------------------------------------------- */

static void say(const char *text)
{
	gsize done = 0, size = strlen(text);
	gssize sent;

	while (done < size) {
		sent = g_socket_send(b.sink, text + done, size - done, NULL, NULL);
		if (sent <= 0)
			return;
		done += (gsize)sent;
	}
}

static void say_ok(unsigned int cseq, const char *body)
{
	char *text = g_strdup_printf("RTSP/1.0 200 OK\r\nCSeq: %u\r\nContent-Length: %zu\r\n\r\n%s",
				     cseq, strlen(body), body);

	say(text);
	g_free(text);
}

static void say_no(unsigned int cseq)
{
	char *text = g_strdup_printf("RTSP/1.0 406 Not Acceptable\r\nCSeq: %u\r\n\r\n", cseq);

	say(text);
	g_free(text);
}

static const char *name_of(const char *head, const char *body)
{
	if (g_str_has_prefix(head, "OPTIONS"))
		return "M1";
	if (g_str_has_prefix(head, "GET_PARAMETER"))
		return "M3";
	return strstr(body, "wfd_trigger_method") ? "M5" : "M4";
}

static void on_request(const char *head, const char *body)
{
	const char *name = name_of(head, body), *at = strstr(head, "CSeq: ");
	unsigned int cseq = at ? (unsigned int)strtoul(at + 6, NULL, 10) : 0;

	if (!strcmp(name, "M4"))
		g_string_assign(b.m4, body);
	if (b.refused && !strcmp(name, b.refused))
		return say_no(cseq);
	say_ok(cseq, strcmp(name, "M3") ? "" : b.capabilities);
	if (!strcmp(name, "M1"))
		say("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nRequire: org.wfa.wfd1.0\r\n\r\n");
}

/* Return: whether there was a whole message. */
static bool read_message(void)
{
	char *end = strstr(b.in->str, "\r\n\r\n"), *head, *body;
	const char *length;
	gsize size, body_size = 0;

	if (!end)
		return false;
	size = (gsize)(end - b.in->str) + 4;
	head = g_strndup(b.in->str, size);
	length = strstr(head, "Content-Length: ");
	if (length)
		body_size = strtoul(length + 16, NULL, 10);
	if (b.in->len < size + body_size) {
		g_free(head);
		return false;
	}
	body = g_strndup(b.in->str + size, body_size);
	g_string_erase(b.in, 0, (gssize)(size + body_size));
	if (!g_str_has_prefix(head, "RTSP/"))
		on_request(head, body);
	g_free(body);
	g_free(head);
	return true;
}

static gboolean on_bytes(GSocket *socket, GIOCondition condition, gpointer user)
{
	char bytes[4096];
	gssize size = g_socket_receive(socket, bytes, sizeof(bytes), NULL, NULL);

	(void)condition;
	(void)user;
	if (size <= 0)
		return G_SOURCE_REMOVE;
	g_string_append_len(b.in, bytes, size);
	while (read_message())
		;
	return G_SOURCE_CONTINUE;
}

/* --- The source ----------------------------------------------------------------- */

static void on_capable(void *user, const struct mc_wfd_choice *choice,
		       const struct mc_wfd_params *sink, const struct quirk_set *quirks)
{
	const struct mc_wfd_mode *mode = &choice->candidates[0].mode;

	(void)user;
	(void)sink;
	(void)quirks;
	session_set_mode(b.session, mode->width, mode->height, mode->hz * 1000);
}

static void on_mode(void *user, const struct session_format *format, bool taken)
{
	(void)user;
	(void)format;
	if (taken && !b.refused)
		session_end(b.session);
}

static void on_note(void *user, const char *text)
{
	(void)user;
	g_string_append_printf(b.notes, "%s\n", text);
}

static void on_over(void *user, enum fault fault, const char *detail)
{
	(void)user;
	b.fault = fault;
	b.detail = g_strdup(detail);
}

static const struct session_hooks hooks = {
	.capable = on_capable, .mode = on_mode, .note = on_note, .over = on_over,
};

static GSocket *socket_of(int fd)
{
	GSocket *socket = g_socket_new_from_fd(fd, NULL);

	g_socket_set_blocking(socket, FALSE);
	return socket;
}

static gboolean on_late(gpointer user)
{
	*(bool *)user = true;
	return G_SOURCE_REMOVE;
}

/* To its end. */
static void run(const char *capabilities, const char *refused)
{
	static const char *const folders[] = { NULL };
	struct quirks *quirks = quirks_load(folders);
	struct session_config config = {
		.sounds = 7, .address = "10.0.0.1", .quirks = quirks,
	};
	bool late = false;
	guint timer = g_timeout_add_seconds(60, on_late, &late);
	GSocket *source;
	GSource *reader;
	int fds[2];

	memset(&b, 0, sizeof(b));
	b.capabilities = capabilities;
	b.refused = refused;
	b.fault = FAULTS;
	b.in = g_string_new(NULL);
	b.notes = g_string_new(NULL);
	b.m4 = g_string_new(NULL);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		g_error("no sockets");
	b.sink = socket_of(fds[0]);
	source = socket_of(fds[1]);
	reader = g_socket_create_source(b.sink, G_IO_IN, NULL);
	g_source_set_callback(reader, (GSourceFunc)(void (*)(void))on_bytes, NULL, NULL);
	g_source_attach(reader, NULL);
	b.session = session_new(source, &config, &hooks, NULL);
	while (b.fault == FAULTS && !late)
		g_main_context_iteration(NULL, TRUE);
	if (!late)
		g_source_remove(timer);
	session_free(b.session);
	g_source_destroy(reader);
	g_source_unref(reader);
	g_object_unref(source);
	g_object_unref(b.sink);
	quirks_free(quirks);
}

static void clear(void)
{
	g_string_free(b.in, TRUE);
	g_string_free(b.notes, TRUE);
	g_string_free(b.m4, TRUE);
	g_free(b.detail);
}

/* --- Tests ----------------------------------------------------------------------- */

static void test_protection(void)
{
	run(ONE_MODE AUDIO PORTS PROTECTED, NULL);
	check(b.fault == FAULT_NONE && strstr(b.notes->str, "HDCP 2.2"),
	      "that a sink offers content protection is noted, and it is served without");
	clear();
	run(ONE_MODE AUDIO PORTS PROTECTED, "M4");
	check(b.fault == FAULT_MODE_REFUSED && strstr(b.detail, "M4") &&
		      strstr(b.detail, "HDCP 2.2"),
	      "when it refuses the mode, that may be why");
	clear();
	run(ONE_MODE AUDIO PORTS PROTECTED, "M5");
	check(b.fault == FAULT_REFUSED && strstr(b.detail, "M5") && strstr(b.detail, "HDCP 2.2"),
	      "or a step");
	clear();
	run(ONE_MODE AUDIO PORTS "wfd_content_protection: none\r\n", "M4");
	check(b.fault == FAULT_MODE_REFUSED && !strcmp(b.detail, "M4") &&
		      !strstr(b.notes->str, "HDCP"),
	      "of a sink without it nothing is said");
	clear();
}

static void test_releases(void)
{
	run(ONE_MODE SECOND_RELEASE AUDIO PORTS, NULL);
	check(b.fault == FAULT_NONE && strstr(b.m4->str, "wfd_video_formats"),
	      "of a sink of both releases, the first is what is used");
	clear();
	run(SECOND_RELEASE AUDIO PORTS, NULL);
	check(b.fault == FAULT_NONE && strstr(b.m4->str, "wfd2_video_formats"),
	      "the second where there is no other");
	clear();
	run(NO_MODE SECOND_RELEASE AUDIO PORTS, NULL);
	check(b.fault == FAULT_NONE && strstr(b.m4->str, "wfd2_video_formats"),
	      "or none of whose modes can be used");
	clear();
	run(NO_MODE AUDIO PORTS, NULL);
	check(b.fault == FAULT_NO_MODE, "without either there is no mode");
	clear();
}

int main(void)
{
	test_protection();
	test_releases();
	return check_result();
}
