// SPDX-License-Identifier: MIT
#include "json.h"

#include <inttypes.h>
#include <math.h>

/*
 * Bytes of the UTF-8 character at @p; 0 when it is not valid: overlong, a surrogate, beyond
 * U+10FFFF, or cut off.
 */
static int utf8_length(const unsigned char *p)
{
	static const struct {
		unsigned char first, last, second_min, second_max;
		int length;
	} rows[] = {
		{ 0x01, 0x7f, 0x00, 0x00, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t row;
	int i;

	for (row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		if (*p < rows[row].first || *p > rows[row].last)
			continue;
		if (rows[row].length > 1 && (p[1] < rows[row].second_min ||
					     p[1] > rows[row].second_max))
			return 0;
		for (i = 2; i < rows[row].length; i++)
			if (p[i] < 0x80 || p[i] > 0xbf)
				return 0;
		return rows[row].length;
	}
	return 0;
}

static void quote(FILE *file, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	int length;

	fputc('"', file);
	for (; *p; p += length ? length : 1) {
		length = utf8_length(p);
		if (!length)
			fputs("\\ufffd", file);
		else if (*p == '"' || *p == '\\')
			fprintf(file, "\\%c", *p);
		else if (*p < 0x20)
			fprintf(file, "\\u%04x", *p);
		else
			fprintf(file, "%.*s", length, (const char *)p);
	}
	fputc('"', file);
}

static void new_line(const struct json *json)
{
	if (!json->one_line)
		fprintf(json->file, "\n%*s", 2 * json->depth, "");
}

static void start_value(struct json *json, const char *key)
{
	if (json->follows)
		fputs(json->one_line ? ", " : ",", json->file);
	if (json->depth)
		new_line(json);
	if (key) {
		quote(json->file, key);
		fputs(": ", json->file);
	}
	json->follows = true;
}

static void open_nest(struct json *json, const char *key, char bracket)
{
	start_value(json, key);
	fputc(bracket, json->file);
	json->depth++;
	json->follows = false;
}

static void close_nest(struct json *json, char bracket)
{
	json->depth--;
	if (json->follows)
		new_line(json);
	fputc(bracket, json->file);
	json->follows = true;
	if (!json->depth)
		fputc('\n', json->file);
}

void json_object(struct json *json, const char *key)
{
	open_nest(json, key, '{');
}

void json_object_end(struct json *json)
{
	close_nest(json, '}');
}

void json_array(struct json *json, const char *key)
{
	open_nest(json, key, '[');
}

void json_array_end(struct json *json)
{
	close_nest(json, ']');
}

void json_string(struct json *json, const char *key, const char *value)
{
	start_value(json, key);
	quote(json->file, value);
}

void json_uint(struct json *json, const char *key, uint64_t value)
{
	start_value(json, key);
	fprintf(json->file, "%" PRIu64, value);
}

void json_double(struct json *json, const char *key, double value)
{
	start_value(json, key);
	fprintf(json->file, "%.6g", isfinite(value) ? value : 0.0);
}

void json_bool(struct json *json, const char *key, bool value)
{
	start_value(json, key);
	fputs(value ? "true" : "false", json->file);
}

void json_null(struct json *json, const char *key)
{
	start_value(json, key);
	fputs("null", json->file);
}

void json_uints(struct json *json, const char *key, const uint64_t *values,
		int count)
{
	int i;

	start_value(json, key);
	fputc('[', json->file);
	for (i = 0; i < count; i++)
		fprintf(json->file, "%s%" PRIu64, i ? ", " : "", values[i]);
	fputc(']', json->file);
}
