// SPDX-License-Identifier: MIT
#include "limit.h"

#include <glib.h>
#include <stdbool.h>

struct limit {
	void (*late)(void *user, const char *what);
	void *user;
	gint64 end;
	GThread *thread;
	GMutex lock;	/* guards what follows */
	GCond changed;
	const char *what;
	bool done;
};

static gpointer watch(gpointer user)
{
	struct limit *limit = user;
	const char *what;
	bool in_time = true;

	g_mutex_lock(&limit->lock);
	while (!limit->done && in_time)
		in_time = g_cond_wait_until(&limit->changed, &limit->lock, limit->end);
	in_time |= limit->done;
	what = limit->what;
	g_mutex_unlock(&limit->lock);
	if (!in_time)
		limit->late(limit->user, what);
	return NULL;
}

struct limit *limit_new(unsigned int seconds, void (*late)(void *user, const char *what),
			void *user)
{
	struct limit *limit = g_new0(struct limit, 1);

	g_mutex_init(&limit->lock);
	g_cond_init(&limit->changed);
	limit->late = late;
	limit->user = user;
	limit->what = "";
	limit->end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
	limit->thread = g_thread_new("limit", watch, limit);
	return limit;
}

void limit_note(struct limit *limit, const char *what)
{
	g_mutex_lock(&limit->lock);
	limit->what = what;
	g_mutex_unlock(&limit->lock);
}

void limit_free(struct limit *limit)
{
	g_mutex_lock(&limit->lock);
	limit->done = true;
	g_cond_signal(&limit->changed);
	g_mutex_unlock(&limit->lock);
	g_thread_join(limit->thread);
	g_mutex_clear(&limit->lock);
	g_cond_clear(&limit->changed);
	g_free(limit);
}
