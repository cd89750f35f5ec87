// SPDX-License-Identifier: MIT
#include "rtsp/reader.h"

#include <errno.h>
#include <string.h>

struct rtsp_reader {
	GByteArray *bytes;
	gsize searched;	/* of bytes, without the end of a head */
	gsize head;	/* bytes of a head that is whole, 0: it is not */
	gsize body;	/* bytes that its Content-Length names */
	GstRTSPMessage *message;	/* that has this head */
	int error;
};

struct rtsp_reader *rtsp_reader_new(void)
{
	struct rtsp_reader *reader = g_new0(struct rtsp_reader, 1);

	reader->bytes = g_byte_array_new();
	return reader;
}

void rtsp_reader_free(struct rtsp_reader *reader)
{
	if (!reader)
		return;
	if (reader->message)
		gst_rtsp_message_free(reader->message);
	g_byte_array_unref(reader->bytes);
	g_free(reader);
}

void rtsp_reader_append(struct rtsp_reader *reader, const void *data, size_t size)
{
	g_byte_array_append(reader->bytes, data, (guint)size);
}

bool rtsp_reader_begun(const struct rtsp_reader *reader)
{
	return reader->bytes->len > 0;
}

/* --- A head ------------------------------------------------------------------- */

/* Ends of lines before a message mean nothing; some senders add one to a body. */
static void skip_blank_lines(GByteArray *bytes)
{
	guint blank = 0;

	while (blank < bytes->len && strchr("\r\n", bytes->data[blank]) && bytes->data[blank])
		blank++;
	if (blank)
		g_byte_array_remove_range(bytes, 0, blank);
}

/* Sets reader->head when an empty line has come. */
static bool find_head(struct rtsp_reader *reader)
{
	const guint8 *data = reader->bytes->data;
	gsize i;

	for (i = reader->searched; i < reader->bytes->len; i++) {
		if (data[i] != '\n' || !i)
			continue;
		if (data[i - 1] == '\n' ||
		    (i > 1 && data[i - 1] == '\r' && data[i - 2] == '\n')) {
			reader->head = i + 1;
			return true;
		}
	}
	reader->searched = i;
	return false;
}

/* A line without its end, as a string; NULL at the end of the head. */
static char *take_line(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	if (!*line || !end)
		return NULL;
	*at = end + 1;
	if (end > line && end[-1] == '\r')
		end--;
	*end = '\0';
	return line;
}

static bool is_clean(const char *head, gsize size)
{
	for (gsize i = 0; i < size; i++)
		if (((unsigned char)head[i] < ' ' && !strchr("\r\n\t", head[i])) || !head[i] ||
		    head[i] == 0x7f)
			return false;
	return true;
}

/* RTSP/1.0, and whatever comes after 1. */
static bool is_version(const char *text)
{
	return !g_ascii_strncasecmp(text, "RTSP/1.", 7) && g_ascii_isdigit(text[7]);
}

static int begin_answer(struct rtsp_reader *reader, const char *line)
{
	char **words = g_strsplit_set(line, " \t", 3);
	guint64 code;
	int ret = -EBADMSG;

	if (words[0] && words[1] && is_version(words[0]) &&
	    g_ascii_string_to_unsigned(words[1], 10, 100, 599, &code, NULL)) {
		gst_rtsp_message_new_response(&reader->message, (GstRTSPStatusCode)code,
					      words[2] ? words[2] : "", NULL);
		ret = 0;
	}
	g_strfreev(words);
	return ret;
}

static int begin_request(struct rtsp_reader *reader, const char *line)
{
	char **words = g_strsplit_set(line, " \t", 3);
	int ret = -EBADMSG;

	if (words[0] && *words[0] && words[1] && *words[1] && words[2] && is_version(words[2])) {
		gst_rtsp_message_new_request(&reader->message, gst_rtsp_find_method(words[0]),
					     words[1]);
		ret = 0;
	}
	g_strfreev(words);
	return ret;
}

/* Twice the same length is what some televisions send; two that differ are a trap. */
static int add_length(struct rtsp_reader *reader, const char *value, bool *known)
{
	guint64 length;

	if (!g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT32, &length, NULL))
		return -EBADMSG;
	if (*known && length != reader->body)
		return -EBADMSG;
	if (length > RTSP_BODY_MAX)
		return -EMSGSIZE;
	*known = true;
	reader->body = length;
	return 0;
}

/* Lines that are no header are left out, as are those that continue another. */
static int add_header(struct rtsp_reader *reader, char *line, bool *length_known)
{
	char *colon = strchr(line, ':');
	GstRTSPHeaderField field;

	if (!colon || colon == line || g_ascii_isspace(*line))
		return 0;
	*colon = '\0';
	g_strchomp(line);
	g_strstrip(colon + 1);
	field = gst_rtsp_find_header_field(line);
	if (field == GST_RTSP_HDR_CONTENT_LENGTH)
		return add_length(reader, colon + 1, length_known);
	if (field == GST_RTSP_HDR_INVALID)
		gst_rtsp_message_add_header_by_name(reader->message, line, colon + 1);
	else
		gst_rtsp_message_add_header(reader->message, field, colon + 1);
	return 0;
}

static int parse_lines(struct rtsp_reader *reader, char *head)
{
	bool length_known = false;
	unsigned int headers = 0;
	char *line = take_line(&head);
	int ret;

	if (!line)
		return -EBADMSG;
	if (!g_ascii_strncasecmp(line, "RTSP/", 5))
		ret = begin_answer(reader, line);
	else
		ret = begin_request(reader, line);
	while (!ret && (line = take_line(&head))) {
		if (*line && ++headers > RTSP_HEADERS_MAX)
			ret = -EMSGSIZE;
		else if (*line)
			ret = add_header(reader, line, &length_known);
	}
	return ret;
}

static int parse_head(struct rtsp_reader *reader)
{
	char *head;
	int ret;

	if (!is_clean((const char *)reader->bytes->data, reader->head))
		return -EBADMSG;
	head = g_strndup((const char *)reader->bytes->data, reader->head);
	reader->body = 0;
	ret = parse_lines(reader, head);
	g_free(head);
	return ret;
}

/* --- Messages ------------------------------------------------------------------ */

/* As soon as bytes are there that no head has, all that follows is lost. */
static int want_head(struct rtsp_reader *reader)
{
	skip_blank_lines(reader->bytes);
	if (reader->bytes->len && !g_ascii_isalpha(reader->bytes->data[0]))
		return -EBADMSG;
	if (!find_head(reader))
		return reader->bytes->len > RTSP_HEAD_MAX ? -EMSGSIZE : 0;
	if (reader->head > RTSP_HEAD_MAX)
		return -EMSGSIZE;
	return parse_head(reader);
}

static GstRTSPMessage *take_message(struct rtsp_reader *reader)
{
	GstRTSPMessage *message = reader->message;

	if (reader->body)
		gst_rtsp_message_set_body(message, reader->bytes->data + reader->head,
					  (guint)reader->body);
	g_byte_array_remove_range(reader->bytes, 0, (guint)(reader->head + reader->body));
	reader->message = NULL;
	reader->head = 0;
	reader->searched = 0;
	return message;
}

int rtsp_reader_next(struct rtsp_reader *reader, GstRTSPMessage **message)
{
	if (!reader->error && !reader->head)
		reader->error = want_head(reader);
	if (reader->error)
		return reader->error;
	if (!reader->head || reader->bytes->len < reader->head + reader->body)
		return 0;
	*message = take_message(reader);
	return 1;
}
