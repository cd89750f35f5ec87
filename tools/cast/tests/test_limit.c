// SPDX-License-Identifier: MIT
/* The time that a step may take: each has its own, and the one that is late is named. */
#include <glib.h>

#include "harness.h"
#include "limit.h"

static const struct limit_step
	step_first = { "The first.", "one", 3 },
	step_second = { "The second.", "two", 3 },
	step_third = { "The third.", "three", 60 },
	step_fourth = { "The fourth.", "four", 1 };

/* Names what was late. */
static void on_late(void *user, const struct limit_step *step)
{
	g_async_queue_push(user, (gpointer)step);
}

static const struct limit_step *wait_for(GAsyncQueue *late, unsigned int ms)
{
	return g_async_queue_timeout_pop(late, ms * 1000);
}

static void test_in_time(GAsyncQueue *late)
{
	struct limit *limit = limit_new(&step_first, on_late, late);

	check(!wait_for(late, 2000), "a step that is done in time is not late");
	limit_next(limit, &step_second);
	check(!wait_for(late, 2000), "the next one has a time of its own");
	limit_free(limit);
	check(!wait_for(late, 1500), "nothing is late when all is done");
}

static void test_late(GAsyncQueue *late)
{
	struct limit *limit = limit_new(&step_third, on_late, late);
	const struct limit_step *step;

	limit_next(limit, &step_fourth);
	step = wait_for(late, 20000);
	check(step == &step_fourth, "a step is late by its own time, and named");
	check(!wait_for(late, 1500), "once");
	limit_free(limit);
}

int main(void)
{
	GAsyncQueue *late = g_async_queue_new();

	test_in_time(late);
	test_late(late);
	g_async_queue_unref(late);
	return check_result();
}
