// SPDX-License-Identifier: MIT
#include "json.h"

#include <inttypes.h>
#include <math.h>

static void quote(FILE *file, const char *text)
{
	const unsigned char *p;

	fputc('"', file);
	for (p = (const unsigned char *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(file, "\\%c", *p);
		else if (*p < 0x20)
			fprintf(file, "\\u%04x", *p);
		else
			fputc(*p, file);
	}
	fputc('"', file);
}

static void new_line(struct json *json)
{
	if (json->depth)
		fprintf(json->file, "\n%*s", 2 * json->depth, "");
}

static void start_value(struct json *json, const char *key)
{
	if (json->follows)
		fputc(',', json->file);
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
		fprintf(json->file, "\n%*s", 2 * json->depth, "");
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
