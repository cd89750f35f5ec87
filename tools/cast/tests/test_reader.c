// SPDX-License-Identifier: MIT
/*
 * Bytes to messages of RTSP: what real sinks write, what hostile ones do, and any way in
 * which either is cut into pieces.
 */
#include <errno.h>
#include <string.h>

#include "harness.h"
#include "rtsp/reader.h"

#define PIECE_BYTES	1460

/* What has been read: a line a message. */
static char *describe(GstRTSPMessage *message)
{
	GstRTSPStatusCode code = GST_RTSP_STS_INVALID;
	GstRTSPMethod method = GST_RTSP_INVALID;
	char *cseq = NULL, *text;
	const char *uri = NULL;
	guint8 *body = NULL;
	guint size = 0;

	gst_rtsp_message_get_body(message, &body, &size);
	gst_rtsp_message_get_header(message, GST_RTSP_HDR_CSEQ, &cseq, 0);
	if (gst_rtsp_message_get_type(message) == GST_RTSP_MESSAGE_REQUEST) {
		gst_rtsp_message_parse_request(message, &method, &uri, NULL);
		text = g_strdup_printf("%s %s %s %.*s;", gst_rtsp_method_as_text(method), uri,
				       cseq, (int)size, body ? (char *)body : "");
	} else {
		gst_rtsp_message_parse_response(message, &code, NULL, NULL);
		text = g_strdup_printf("%d %s %.*s;", (int)code, cseq, (int)size,
				       body ? (char *)body : "");
	}
	return text;
}

/* Return: what the last call of the reader returned; messages are added to @out. */
static int read_all(struct rtsp_reader *reader, GString *out)
{
	GstRTSPMessage *message;
	char *text;
	int ret;

	while ((ret = rtsp_reader_next(reader, &message)) > 0) {
		text = describe(message);
		g_string_append(out, text);
		g_free(text);
		gst_rtsp_message_free(message);
	}
	return ret;
}

/* In pieces of @step bytes; 0: at once. */
static int feed(const char *data, size_t size, size_t step, GString *out)
{
	struct rtsp_reader *reader = rtsp_reader_new();
	size_t at, count;
	int ret = 0;

	for (at = 0; at < size && !ret; at += count) {
		count = step && step < size - at ? step : size - at;
		rtsp_reader_append(reader, data + at, count);
		ret = read_all(reader, out);
	}
	/* What has failed once stays so, whatever comes. */
	if (ret) {
		rtsp_reader_append(reader, "OPTIONS * RTSP/1.0\r\n\r\n", 22);
		if (read_all(reader, out) != ret)
			ret = 1;
	}
	rtsp_reader_free(reader);
	return ret;
}

#define WHOLE(text)	text, sizeof(text) - 1

static const struct {
	const char *what, *data;
	size_t size;
	int ret;
	const char *messages;
} rows[] = {
	{ "a request", WHOLE("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"), 0, "OPTIONS * 1 ;" },
	{ "an answer", WHOLE("RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n"), 0, "200 2 ;" },
	{ "a body", WHOLE("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\nabcd"), 0,
	  "200 2 abcd;" },
	{ "several messages in one segment",
	  WHOLE("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"), 0,
	  "200 1 ;OPTIONS * 1 ;" },
	{ "the same length twice",
	  WHOLE("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab"),
	  0, "200 2 ab;" },
	{ "lower-case names", WHOLE("RTSP/1.0 200 OK\r\ncseq: 2\r\ncontent-length: 2\r\n\r\nab"), 0,
	  "200 2 ab;" },
	{ "no reason phrase", WHOLE("RTSP/1.0 200\r\nCSeq: 2\r\n\r\n"), 0, "200 2 ;" },
	{ "bare line feeds", WHOLE("RTSP/1.0 200 OK\nCSeq: 2\nContent-Length: 2\n\nab"), 0,
	  "200 2 ab;" },
	{ "blank lines before", WHOLE("\r\n\r\n\nRTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n"), 0,
	  "200 2 ;" },
	{ "no blank after a colon", WHOLE("RTSP/1.0 200 OK\r\nCSeq:2\r\n\r\n"), 0, "200 2 ;" },
	{ "blanks at the end", WHOLE("RTSP/1.0 200 OK\r\nCSeq: 2  \t\r\n\r\n"), 0, "200 2 ;" },
	{ "RTSP/1.1", WHOLE("RTSP/1.1 200 OK\r\nCSeq: 2\r\n\r\n"), 0, "200 2 ;" },
	{ "a line without a colon", WHOLE("RTSP/1.0 200 OK\r\nnonsense\r\nCSeq: 2\r\n\r\n"), 0,
	  "200 2 ;" },
	{ "no CSeq", WHOLE("RTSP/1.0 200 OK\r\n\r\n"), 0, "200 (null) ;" },
	{ "a folded line", WHOLE("RTSP/1.0 200 OK\r\nX: a\r\n b: c\r\nCSeq: 2\r\n\r\n"), 0,
	  "200 2 ;" },
	{ "an unknown method", WHOLE("FROB x RTSP/1.0\r\nCSeq: 1\r\n\r\n"), 0, "(null) x 1 ;" },
	{ "an end of line after a body",
	  WHOLE("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 2\r\n\r\nab\r\nOPTIONS * "
		"RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
	  0, "200 2 ab;OPTIONS * 1 ;" },
	{ "a NUL in a body",
	  WHOLE("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 3\r\n\r\na\0bRTSP/1.0 200 "
		"OK\r\nCSeq: 3\r\n\r\n"),
	  0, "200 2 a;200 3 ;" },
	{ "a length that is longer than the body is waited for",
	  WHOLE("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 500\r\n\r\nabcd"), 0, "" },
	{ "a length that is shorter makes the rest a message, which it is not",
	  WHOLE("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 2\r\n\r\nab: cd\r\n\r\n"), -EBADMSG,
	  "200 2 ab;" },
	{ "two lengths that differ",
	  WHOLE("RTSP/1.0 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd"), -EBADMSG,
	  "" },
	{ "a length of 4 GB", WHOLE("RTSP/1.0 200 OK\r\nContent-Length: 4000000000\r\n\r\n"),
	  -EMSGSIZE, "" },
	{ "one more than is allowed", WHOLE("RTSP/1.0 200 OK\r\nContent-Length: 98305\r\n\r\n"),
	  -EMSGSIZE, "" },
	{ "a length beyond 64 bits",
	  WHOLE("RTSP/1.0 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"), -EBADMSG,
	  "" },
	{ "a negative length", WHOLE("RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n"), -EBADMSG,
	  "" },
	{ "a length with a sign", WHOLE("RTSP/1.0 200 OK\r\nContent-Length: +4\r\n\r\nabcd"),
	  -EBADMSG, "" },
	{ "an empty length", WHOLE("RTSP/1.0 200 OK\r\nContent-Length:\r\n\r\n"), -EBADMSG, "" },
	{ "a NUL at the beginning", WHOLE("\0\0\0\0OPTIONS * RTSP/1.0\r\n\r\n"), -EBADMSG, "" },
	{ "a NUL in a head", WHOLE("RTSP/1.0 200 OK\r\nCS\0eq: 2\r\n\r\n"), -EBADMSG, "" },
	{ "a control character in a head", WHOLE("RTSP/1.0 200 OK\r\nX: \033[2J\r\n\r\n"), -EBADMSG,
	  "" },
	{ "interleaved RTP", WHOLE("$\0\0\4abcd"), -EBADMSG, "" },
	{ "HTTP", WHOLE("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), -EBADMSG, "" },
	{ "RTSP/2.0", WHOLE("RTSP/2.0 200 OK\r\nCSeq: 2\r\n\r\n"), -EBADMSG, "" },
	{ "a status that is no number", WHOLE("RTSP/1.0 abc OK\r\n\r\n"), -EBADMSG, "" },
	{ "a status out of range", WHOLE("RTSP/1.0 999 OK\r\n\r\n"), -EBADMSG, "" },
	{ "a request without a URI", WHOLE("OPTIONS RTSP/1.0\r\n\r\n"), -EBADMSG, "" },
	{ "TLS", WHOLE("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), -EBADMSG, "" },
};

static void test_rows(void)
{
	static const size_t steps[] = { 0, 1, 2, 3, 7 };
	GString *out = g_string_new(NULL);
	bool good;
	size_t i, j;
	int ret;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		good = true;
		for (j = 0; j < G_N_ELEMENTS(steps); j++) {
			g_string_truncate(out, 0);
			ret = feed(rows[i].data, rows[i].size, steps[j], out);
			if (ret == rows[i].ret && !strcmp(out->str, rows[i].messages))
				continue;
			printf("# step %zu: %d, \"%s\"\n", steps[j], ret, out->str);
			good = false;
		}
		check(good, rows[i].what);
	}
	g_string_free(out, TRUE);
}

/* A message of @count bytes between its ends. */
static int feed_many(const char *before, const char *many, size_t count, const char *after)
{
	GString *data = g_string_new(before), *out = g_string_new(NULL);
	int ret;

	while (count--)
		g_string_append(data, many);
	g_string_append(data, after);
	ret = feed(data->str, data->len, PIECE_BYTES, out);
	if (!ret && !out->len)
		ret = -EAGAIN;
	g_string_free(data, TRUE);
	g_string_free(out, TRUE);
	return ret;
}

static void test_sizes(void)
{
	static const char answer[] = "RTSP/1.0 200 OK\r\n";

	check(feed_many("", "A", 16000, "") == -EAGAIN, "a long line is waited for");
	check(feed_many("", "A", 200000, "") == -EMSGSIZE, "an endless one is not");
	check(feed_many(answer, "X: y\r\n", 64, "\r\n") == 0, "64 headers");
	check(feed_many(answer, "X: y\r\n", 65, "\r\n") == -EMSGSIZE, "and not one more");
	check(feed_many(answer,
			"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n",
			100000, "") == -EMSGSIZE,
	      "an endless head");
	check(feed_many("RTSP/1.0 200 OK\r\nX: ", "y", 16300, "\r\n\r\n") == 0, "a head of 16 KiB");
	check(feed_many("RTSP/1.0 200 OK\r\nX: ", "y", 16400, "\r\n\r\n") == -EMSGSIZE,
	      "and no larger");
	check(feed_many("RTSP/1.0 200 OK\r\nContent-Length: 98304\r\n\r\n", "z", 98304, "") == 0,
	      "a body of 96 KiB");
	check(feed_many("", "\r\n", 1000000, "") == -EAGAIN, "a million blank lines are nothing");
}

static void test_begun(void)
{
	struct rtsp_reader *reader = rtsp_reader_new();
	GString *out = g_string_new(NULL);

	check(!rtsp_reader_begun(reader), "nothing has begun at first");
	rtsp_reader_append(reader, "\r\n", 2);
	read_all(reader, out);
	check(!rtsp_reader_begun(reader), "a blank line begins nothing");
	rtsp_reader_append(reader, "O", 1);
	read_all(reader, out);
	check(rtsp_reader_begun(reader), "a letter does");
	rtsp_reader_append(reader, "PTIONS * RTSP/1.0\r\n\r\n", 21);
	read_all(reader, out);
	check(!rtsp_reader_begun(reader), "until the message is whole");
	rtsp_reader_free(reader);
	g_string_free(out, TRUE);
}

int main(void)
{
	test_rows();
	test_sizes();
	test_begun();
	return check_result();
}
