// SPDX-License-Identifier: MIT
#include "preload.h"

#include <glib.h>

#include "media/stream.h"

struct preload {
	const char *const *screen;
	void (*done)(void *user);
	void *user;
	GThread *thread;	/* NULL: it was joined */
	GSource *source;
	gint loaded;		/* atomic */
};

static gpointer load(gpointer user)
{
	struct preload *preload = user;

	stream_preload(preload->screen);
	g_source_attach(preload->source, NULL);
	g_atomic_int_set(&preload->loaded, TRUE);
	return NULL;
}

static void join(struct preload *preload)
{
	if (preload->thread)
		g_thread_join(preload->thread);
	preload->thread = NULL;
}

static gboolean on_loaded(gpointer user)
{
	struct preload *preload = user;

	join(preload);
	preload->done(preload->user);
	return G_SOURCE_REMOVE;
}

struct preload *preload_new(const char *const *screen, void (*done)(void *user), void *user)
{
	struct preload *preload = g_new0(struct preload, 1);

	preload->screen = screen;
	preload->done = done;
	preload->user = user;
	preload->source = g_idle_source_new();
	g_source_set_callback(preload->source, on_loaded, preload, NULL);
	preload->thread = g_thread_new("preload", load, preload);
	return preload;
}

bool preload_free(struct preload *preload)
{
	if (!preload)
		return true;
	if (!g_atomic_int_get(&preload->loaded))
		return false;
	join(preload);
	g_source_destroy(preload->source);
	g_source_unref(preload->source);
	g_free(preload);
	return true;
}
