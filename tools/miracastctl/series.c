// SPDX-License-Identifier: MIT
#include "series.h"

#include <stdlib.h>
#include <string.h>

#define MOST_VALUES	1000000
#define FIRST_ROOM	1024

/* Upper edges of the histogram, microseconds; one more bin is open. */
static const uint64_t edges[] = {
	50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000,
};

#define EDGE_COUNT	(sizeof(edges) / sizeof(edges[0]))

void series_add(struct series *series, uint64_t us)
{
	size_t room = series->room ? 2 * series->room : FIRST_ROOM;
	uint64_t *values;

	if (series->count == MOST_VALUES)
		return;
	if (series->count == series->room) {
		values = realloc(series->values, room * sizeof(*values));
		if (!values)
			return;
		series->values = values;
		series->room = room;
	}
	series->values[series->count++] = us;
}

void series_free(struct series *series)
{
	free(series->values);
	memset(series, 0, sizeof(*series));
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* NULL for an empty series. */
static uint64_t *sorted(const struct series *series)
{
	size_t bytes = series->count * sizeof(*series->values);
	uint64_t *copy = bytes ? malloc(bytes) : NULL;

	if (!copy)
		return NULL;
	memcpy(copy, series->values, bytes);
	qsort(copy, series->count, sizeof(*copy), compare);
	return copy;
}

static uint64_t pick(const uint64_t *values, size_t count, unsigned int percent)
{
	size_t rank = (count * percent + 99) / 100;

	return values[rank ? rank - 1 : 0];
}

uint64_t series_percentile(const struct series *series, unsigned int percent)
{
	uint64_t *values = sorted(series);
	uint64_t result = values ? pick(values, series->count, percent) : 0;

	free(values);
	return result;
}

static double mean(const struct series *series)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < series->count; i++)
		sum += (double)series->values[i];
	return series->count ? sum / (double)series->count : 0;
}

static void summary_json(const struct series *series, struct json *json)
{
	uint64_t *values = sorted(series);
	size_t count = series->count;

	if (!values)
		return;
	json_uint(json, "min", values[0]);
	json_double(json, "mean", mean(series));
	json_uint(json, "p50", pick(values, count, 50));
	json_uint(json, "p95", pick(values, count, 95));
	json_uint(json, "p99", pick(values, count, 99));
	json_uint(json, "max", values[count - 1]);
	free(values);
}

static void histogram_json(const struct series *series, struct json *json)
{
	uint64_t bins[EDGE_COUNT + 1] = { 0 };
	size_t i, bin;

	for (i = 0; i < series->count; i++) {
		bin = 0;
		while (bin < EDGE_COUNT && series->values[i] >= edges[bin])
			bin++;
		bins[bin]++;
	}
	json_uints(json, "histogram_below_us", edges, EDGE_COUNT);
	json_uints(json, "histogram_counts", bins, EDGE_COUNT + 1);
}

void series_json(const struct series *series, struct json *json,
		 const char *key)
{
	json_object(json, key);
	json_uint(json, "count", series->count);
	summary_json(series, json);
	histogram_json(series, json);
	json_uints(json, "values", series->values, (int)series->count);
	json_object_end(json);
}
