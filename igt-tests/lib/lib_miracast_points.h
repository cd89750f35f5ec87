/* SPDX-License-Identifier: MIT */
/*
 * The module's trace points, recorded in a trace instance of the tests' own.
 */
#ifndef LIB_MIRACAST_POINTS_H
#define LIB_MIRACAST_POINTS_H

#include "lib_miracast.h"

struct mc_point_event {
	uint64_t place;			/* grows from event to event */
	int tid;
	char name[32];			/* without "miracast_" */
	char fields[256];		/* "context=1 code=2" */
};

struct mc_points {
	struct mc_point_event *events;	/* in their order */
	size_t count;
};

/* Starts to record, with @kib of room for each processor; skips without. */
void mc_points_begin(unsigned int kib);
/* From now on the places of events are times; recorded events are dropped. */
void mc_points_use_time(void);
/* Saves the trace's text as a file. */
void mc_points_save(const char *path);
/* The recorded events, valid until the next call of one of these functions. */
const struct mc_points *mc_points_end(void);
void mc_points_forget(void);
/* The first event of that name, after @after unless NULL; NULL: none. */
const struct mc_point_event *mc_points_find(const struct mc_points *trace,
					   const struct mc_point_event *after,
					   const char *name);
/* The same; there must be one. */
const struct mc_point_event *mc_points_need(const struct mc_points *trace,
					   const struct mc_point_event *after,
					   const char *name);
unsigned int mc_points_count(const struct mc_points *trace, const char *name);
uint64_t mc_points_number(const struct mc_point_event *event, const char *name);
/* All fields of the event are exactly these. */
__attribute__((format(printf, 2, 3)))
void mc_points_is(const struct mc_point_event *event, const char *f, ...);

#endif /* LIB_MIRACAST_POINTS_H */
