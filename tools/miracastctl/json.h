/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON: commas and indentation by itself, strings escaped. A key is NULL
 * for an element of an array and for the outermost value.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** struct json - Writer state; { .file = f } begins. */
struct json {
	/** @file: Where to. */
	FILE *file;
	/** @one_line: Without indentation, all on one line. */
	bool one_line;
	/** @depth: Open objects and arrays; private. */
	int depth;
	/** @follows: A value came before at this depth; private. */
	bool follows;
};

void json_object(struct json *json, const char *key);
void json_object_end(struct json *json);
void json_array(struct json *json, const char *key);
void json_array_end(struct json *json);
void json_string(struct json *json, const char *key, const char *value);
void json_uint(struct json *json, const char *key, uint64_t value);
void json_double(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

/** json_uints() - An array of numbers on one line. */
void json_uints(struct json *json, const char *key, const uint64_t *values,
		int count);

#endif
