/* SPDX-License-Identifier: MIT */
/* Tests that wait for something to happen in the main loop. */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <glib.h>
#include <stdbool.h>

static inline gboolean patience_over(gpointer late)
{
	*(bool *)late = true;
	return G_SOURCE_REMOVE;
}

/* Return: whether it became so in time. */
static inline bool wait_until(bool (*is_so)(void), unsigned int ms)
{
	bool late = false;
	guint timer = g_timeout_add(ms, patience_over, &late);

	while (!is_so() && !late)
		g_main_context_iteration(NULL, TRUE);
	if (!late)
		g_source_remove(timer);
	return is_so();
}

#endif
