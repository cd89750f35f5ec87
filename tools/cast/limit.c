// SPDX-License-Identifier: MIT
#include "limit.h"

#include <glib.h>
#include <stdbool.h>

struct limit {
	void (*late)(void *user, const struct limit_step *step);
	void *user;
	GThread *thread;
	GMutex lock;	/* guards what follows */
	GCond changed;
	const struct limit_step *step;
	gint64 end;
	bool done;
};

static gpointer watch(gpointer user)
{
	struct limit *limit = user;
	const struct limit_step *step;
	bool done;

	g_mutex_lock(&limit->lock);
	while (!limit->done && g_get_monotonic_time() < limit->end)
		g_cond_wait_until(&limit->changed, &limit->lock, limit->end);
	done = limit->done;
	step = limit->step;
	g_mutex_unlock(&limit->lock);
	if (!done)
		limit->late(limit->user, step);
	return NULL;
}

static void begin(struct limit *limit, const struct limit_step *step)
{
	limit->step = step;
	limit->end = g_get_monotonic_time() + step->seconds * G_USEC_PER_SEC;
}

struct limit *limit_new(const struct limit_step *step,
			void (*late)(void *user, const struct limit_step *step), void *user)
{
	struct limit *limit = g_new0(struct limit, 1);

	g_mutex_init(&limit->lock);
	g_cond_init(&limit->changed);
	limit->late = late;
	limit->user = user;
	begin(limit, step);
	limit->thread = g_thread_new("limit", watch, limit);
	return limit;
}

void limit_next(struct limit *limit, const struct limit_step *step)
{
	g_mutex_lock(&limit->lock);
	begin(limit, step);
	/* It may have to end before the other one would have. */
	g_cond_signal(&limit->changed);
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
