/* SPDX-License-Identifier: MIT */
/*
 * Counters of elements, for their tests.
 */
#ifndef STATS_H
#define STATS_H

#include <gst/gst.h>

/* A number in the property "stats" of @element; G_MAXUINT64 when it has none of this name. */
static inline guint64 stats_counter(gpointer element, const gchar *name)
{
	GstStructure *stats;
	guint64 value = G_MAXUINT64;

	g_object_get(element, "stats", &stats, NULL);
	gst_structure_get_uint64(stats, name, &value);
	gst_structure_free(stats);
	return value;
}

#endif
