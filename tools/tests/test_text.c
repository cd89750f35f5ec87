// SPDX-License-Identifier: MIT
/* JSON, the lines of debugfs, series of times. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "json.h"
#include "series.h"
#include "targets.h"

static void check_json(void)
{
	static const uint64_t values[] = { 1, 2 };
	char *text = NULL;
	size_t size;
	struct json json = { .file = open_memstream(&text, &size) };

	json_object(&json, NULL);
	json_uints(&json, "u", values, 2);
	json_object(&json, "o");
	json_bool(&json, "b", true);
	json_object_end(&json);
	json_object_end(&json);
	fclose(json.file);
	check(!strcmp(text, "{\n  \"u\": [1, 2],\n  \"o\": {\n    \"b\": true\n  }\n}\n"),
	      "JSON nests, and has its commas");
	free(text);
}

static void check_json_line(void)
{
	static const uint64_t values[] = { 1, 2 };
	char *text = NULL;
	size_t size;
	struct json json = {
		.file = open_memstream(&text, &size), .one_line = true,
	};

	json_object(&json, NULL);
	json_uints(&json, "u", values, 2);
	json_array(&json, "a");
	json_null(&json, NULL);
	json_bool(&json, NULL, false);
	json_array_end(&json);
	json_object_end(&json);
	fclose(json.file);
	check(!strcmp(text, "{\"u\": [1, 2], \"a\": [null, false]}\n"),
	      "JSON on one line");
	free(text);
}

static void check_json_string(void)
{
	char *text = NULL;
	size_t size;
	struct json json = { .file = open_memstream(&text, &size), .depth = 1 };

	json_string(&json, "s", "a\"b\\\n");
	fclose(json.file);
	check(!strcmp(text, "\n  \"s\": \"a\\\"b\\\\\\u000a\""),
	      "strings of JSON are escaped");
	free(text);
}

static bool quotes(const char *text, const char *wanted)
{
	char *got = NULL;
	size_t size;
	struct json json = { .file = open_memstream(&got, &size) };
	bool same;

	json_string(&json, NULL, text);
	fclose(json.file);
	same = !strcmp(got, wanted);
	free(got);
	return same;
}

static void check_json_utf8(void)
{
	check(quotes("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		     "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""),
	      "characters of UTF-8 stay");
	check(quotes("a\xe2\x82", "\"a\\ufffd\\ufffd\""),
	      "one that is cut off is replaced");
	check(quotes("\xff\xc0\x80z", "\"\\ufffd\\ufffd\\ufffdz\""),
	      "so is what never is one");
	check(quotes("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"") &&
	      quotes("\xf4\x90\x80\x80",
		     "\"\\ufffd\\ufffd\\ufffd\\ufffd\"") &&
	      quotes("\xe0\x9f\xbf", "\"\\ufffd\\ufffd\\ufffd\""),
	      "surrogates, too large and too long ones as well");
}

static void check_line(void)
{
	static const char text[] =
		" connector=Virtual-1 word pid=12 comm=\"a b\" empty= last='x y'\n";
	struct target_line line;

	target_line_parse(&line, strdup(text));
	check(line.count == 5 &&
	      !strcmp(target_value(&line, "connector"), "Virtual-1") &&
	      !strcmp(target_value(&line, "pid"), "12"), "pairs of a line");
	check(!strcmp(target_value(&line, "comm"), "a b") &&
	      !strcmp(target_value(&line, "last"), "x y"), "quoted values");
	check(!strcmp(target_value(&line, "empty"), "") &&
	      !target_value(&line, "word"), "empty values, stray words");
	free(line.text);
	target_line_parse(&line, strdup("\n"));
	check(!line.count, "an empty line");
	free(line.text);
}

static void check_series(void)
{
	struct series series = { 0 };
	uint64_t i;

	check(series_percentile(&series, 50) == 0, "an empty series");
	for (i = 100; i >= 1; i--)
		series_add(&series, i);
	check(series_percentile(&series, 50) == 50 &&
	      series_percentile(&series, 95) == 95 &&
	      series_percentile(&series, 100) == 100, "percentiles");
	series_free(&series);
}

int main(void)
{
	check_json();
	check_json_line();
	check_json_string();
	check_json_utf8();
	check_line();
	check_series();
	return check_result();
}
