/* SPDX-License-Identifier: MIT */
/*
 * A machine of RTSP without a network: text of a sink goes in through the reader, what
 * the machine sends and what happens comes out as words, and time passes when the test
 * says so.
 *
 * For one test program, which includes this once.
 */
#ifndef CAST_BENCH_H
#define CAST_BENCH_H

#include <stdarg.h>
#include <string.h>

#include "harness.h"
#include "rtsp/machine.h"
#include "rtsp/reader.h"

#define MS		1000
#define SESSION_ID	"ABCD1234"

struct bench {
	struct rtsp_machine *machine;
	struct rtsp_reader *reader;
	int64_t now;
	GString *sent;		/* words, with a blank after each */
	GString *events;	/* likewise */
	char *body;		/* of the last request that was sent */
	char *answer;		/* head of the last answer */
	char *agent;		/* what the sink says it is, once it is capable */
	bool connected;		/* of RTSP_CONNECTOR */
	unsigned int cseq, own_cseq;
	struct mc_wfd_params m4;
	bool choose;		/* RTSP_CAPABLE is answered by a mode */
	bool give_up;		/* RTSP_MODE_TAKEN is answered by the end */
	bool breaks;		/* what is sent ends the connection */
	uint16_t port;		/* of the source; 0: it cannot be opened */
	struct rtsp_ports ports;
	enum fault fault;
	char *detail;
};

static const char bench_m4[] =
	"wfd_video_formats: 00 00 01 01 00000001 00000000 00000000 00 0000 0000 00 none none\r\n"
	"wfd_audio_codecs: AAC 00000001 00\r\n"
	"wfd_presentation_URL: rtsp://10.0.0.1/wfd1.0/streamid=0 none\r\n"
	"wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play\r\n";

static const char bench_m3[] =
	"wfd_video_formats: 00 00 01 01 00000001 00000000 00000000 00 0000 0000 00 none none\r\n"
	"wfd_audio_codecs: AAC 00000001 00\r\n"
	"wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play\r\n";

/* --- What comes out -------------------------------------------------------------- */

static const char *bench_name(GstRTSPMethod method, const char *body)
{
	static char word[32];
	const char *trigger = strstr(body, "wfd_trigger_method: ");

	if (method == GST_RTSP_OPTIONS)
		return "M1";
	if (method == GST_RTSP_GET_PARAMETER)
		return *body ? "M3" : "M16";
	if (strstr(body, "wfd_standby"))
		return "M12";
	if (!trigger)
		return "M4";
	g_snprintf(word, sizeof(word), "M5-%.*s", (int)strcspn(trigger + 20, "\r\n"), trigger + 20);
	return word;
}

static void bench_send(void *user, GstRTSPMessage *message)
{
	struct bench *b = user;
	GstRTSPStatusCode code;
	GstRTSPMethod method;
	guint8 *data = NULL;
	guint size = 0;
	char *cseq = NULL;
	GString *head;

	if (b->breaks)
		return rtsp_machine_end(b->machine, FAULT_LOST, "");
	if (gst_rtsp_message_get_type(message) == GST_RTSP_MESSAGE_RESPONSE) {
		gst_rtsp_message_parse_response(message, &code, NULL, NULL);
		g_string_append_printf(b->sent, "%d ", (int)code);
		head = g_string_new(NULL);
		gst_rtsp_message_append_headers(message, head);
		g_free(b->answer);
		b->answer = g_string_free(head, FALSE);
		return;
	}
	gst_rtsp_message_parse_request(message, &method, NULL, NULL);
	gst_rtsp_message_get_body(message, &data, &size);
	gst_rtsp_message_get_header(message, GST_RTSP_HDR_CSEQ, &cseq, 0);
	g_free(b->body);
	b->body = size ? g_strndup((const char *)data, size) : g_strdup("");
	b->cseq = (unsigned int)strtoul(cseq, NULL, 10);
	g_string_append_printf(b->sent, "%s ", bench_name(method, b->body));
}

static void bench_event(void *user, const struct rtsp_event *event)
{
	static const char *const words[] = {
		[RTSP_CAPABLE] = "capable", [RTSP_PLAYER] = "player", [RTSP_MODE_TAKEN] = "taken",
		[RTSP_MODE_REFUSED] = "refused", [RTSP_PLAY] = "play", [RTSP_PAUSE] = "pause",
		[RTSP_IDR] = "idr", [RTSP_CONNECTOR] = "connector", [RTSP_OVER] = "over",
	};
	struct bench *b = user;

	g_string_append_printf(b->events, "%s ", words[event->type]);
	if (event->type == RTSP_CAPABLE) {
		g_free(b->agent);
		b->agent = g_strdup(event->agent);
	}
	if (event->type == RTSP_CONNECTOR)
		b->connected = event->connected;
	if (event->type == RTSP_OVER) {
		b->fault = event->fault;
		b->detail = g_strdup(event->detail);
	}
	if ((event->type == RTSP_CAPABLE || event->type == RTSP_PLAYER) && b->choose)
		rtsp_machine_set_mode(b->machine, &b->m4, b->now);
	if (event->type == RTSP_MODE_TAKEN && b->give_up)
		rtsp_machine_teardown(b->machine, b->now);
}

static uint16_t bench_transport(void *user, const struct rtsp_ports *ports)
{
	struct bench *b = user;

	b->ports = *ports;
	return b->port;
}

static uint64_t bench_now(void *user)
{
	return (uint64_t)((struct bench *)user)->now * 9 / 100;
}

static const struct rtsp_hooks bench_hooks = {
	.send = bench_send, .event = bench_event, .transport = bench_transport,
	.now_90khz = bench_now,
};

/* Return: whether exactly these words have come out since the last time. */
static inline bool bench_gives(GString *words, const char *wanted)
{
	bool same = !strcmp(g_strchomp(words->str), wanted);

	if (!same)
		printf("# wanted \"%s\", got \"%s\"\n", wanted, words->str);
	g_string_truncate(words, 0);
	return same;
}

/* --- What goes in ---------------------------------------------------------------- */

/* Return: what the reader says of the bytes, 0 when it waits for more. */
static inline int bench_bytes(struct bench *b, const void *data, size_t size)
{
	GstRTSPMessage *message;
	int ret;

	rtsp_reader_append(b->reader, data, size);
	while ((ret = rtsp_reader_next(b->reader, &message)) > 0) {
		rtsp_machine_message(b->machine, message, b->now);
		gst_rtsp_message_free(message);
	}
	return ret;
}

static inline void bench_answer(struct bench *b, const char *status, const char *body)
{
	char *text = g_strdup_printf("RTSP/1.0 %s\r\nCSeq: %u\r\nContent-Length: %zu\r\n\r\n%s",
				     status, b->cseq, strlen(body), body);

	bench_bytes(b, text, strlen(text));
	g_free(text);
}

/* @headers: each with its end of line. */
static inline void bench_ask(struct bench *b, const char *method, const char *headers,
			     const char *body)
{
	char *length = g_strdup_printf("Content-Length: %zu", strlen(body));
	char *text = g_strdup_printf(
		"%s rtsp://10.0.0.1/wfd1.0 RTSP/1.0\r\nCSeq: %u\r\n%s%s\r\n\r\n%s", method,
		++b->own_cseq, headers, length, body);

	bench_bytes(b, text, strlen(text));
	g_free(text);
	g_free(length);
}

static inline void bench_options(struct bench *b)
{
	char *text = g_strdup_printf(
		"OPTIONS * RTSP/1.0\r\nCSeq: %u\r\nRequire: org.wfa.wfd1.0\r\n\r\n", ++b->own_cseq);

	bench_bytes(b, text, strlen(text));
	g_free(text);
}

/* Whatever is due on the way happens at its own time. */
static inline void bench_wait(struct bench *b, int64_t ms)
{
	int64_t end = b->now + ms * MS, at;

	while ((at = rtsp_machine_deadline(b->machine)) <= end) {
		b->now = MAX(at, b->now);
		rtsp_machine_time(b->machine, b->now);
	}
	b->now = end;
}

/* --- Beginning and end ----------------------------------------------------------- */

static inline void bench_begin(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->now = 1000 * 1000 * 1000;
	b->sent = g_string_new(NULL);
	b->events = g_string_new(NULL);
	b->choose = true;
	b->port = 40000;
	b->fault = FAULTS;
	b->reader = rtsp_reader_new();
	b->machine = rtsp_machine_new(&bench_hooks, b, SESSION_ID, b->now);
	mc_wfd_params_parse(bench_m4, sizeof(bench_m4) - 1, &b->m4);
}

static inline void bench_end(struct bench *b)
{
	rtsp_machine_free(b->machine);
	rtsp_reader_free(b->reader);
	g_string_free(b->sent, TRUE);
	g_string_free(b->events, TRUE);
	g_free(b->body);
	g_free(b->answer);
	g_free(b->agent);
	g_free(b->detail);
}

/* The steps of a session, in order. */
enum step {
	STEP_M1, STEP_M2, STEP_M3, STEP_M4, STEP_M5, STEP_M6, STEP_M7, STEP_PLAYING,
};

/* As a sink that behaves, up to where @step is the sink's to do. */
static inline void bench_reach(struct bench *b, enum step step)
{
	bench_wait(b, 150);
	if (step > STEP_M1)
		bench_answer(b, "200 OK", "");
	if (step > STEP_M2)
		bench_options(b);
	bench_wait(b, 40);
	if (step > STEP_M3)
		bench_answer(b, "200 OK", bench_m3);
	bench_wait(b, 40);
	if (step > STEP_M4)
		bench_answer(b, "200 OK", "");
	bench_wait(b, 40);
	if (step > STEP_M5)
		bench_answer(b, "200 OK", "");
	if (step > STEP_M6)
		bench_ask(b, "SETUP", "Transport: RTP/AVP/UDP;unicast;client_port=1028\r\n", "");
	if (step > STEP_M7)
		bench_ask(b, "PLAY", "Session: " SESSION_ID "\r\n", "");
}

/* What was said on the way there is not looked at again. */
static inline void bench_playing(struct bench *b)
{
	bench_begin(b);
	bench_reach(b, STEP_PLAYING);
	bench_wait(b, 40);
	g_string_truncate(b->sent, 0);
	g_string_truncate(b->events, 0);
}

#endif
