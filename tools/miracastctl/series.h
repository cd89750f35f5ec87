/* SPDX-License-Identifier: MIT */
/*
 * A series of measured times, kept one by one up to a limit.
 */
#ifndef SERIES_H
#define SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "json.h"

/** struct series - All zero is an empty one. */
struct series {
	/** @values: Microseconds. */
	uint64_t *values;
	/** @count: How many are kept. */
	size_t count;
	/** @room: How many fit at @values. */
	size_t room;
};

/** series_add() - Add a time; those beyond the limit are not kept. */
void series_add(struct series *series, uint64_t us);

/** series_percentile() - The value that @percent of all do not exceed. */
uint64_t series_percentile(const struct series *series, unsigned int percent);

/** series_json() - Write it: summary, histogram, values in order. */
void series_json(const struct series *series, struct json *json,
		 const char *key);

/** series_free() - Free it. */
void series_free(struct series *series);

#endif
