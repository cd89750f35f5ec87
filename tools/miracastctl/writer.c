// SPDX-License-Identifier: MIT
#include "writer.h"

#include "clock.h"
#include "signals.h"

#define MHZ_PER_HZ	1000ull
/* Frames that are later than this are dropped. */
#define LATEST_NS	(3 * NS_PER_SECOND)

/* The thread's next step. */
enum step {
	STEP_WRITE,
	STEP_WAIT,
	STEP_END,
};

/* In whole seconds and a rest, so that days of slots do not overflow. */
static uint64_t slot_time(const struct writer *writer, uint64_t slot)
{
	uint64_t count = slot * MHZ_PER_HZ;

	return writer->store->begin_ns +
	       count / writer->rate_mhz * NS_PER_SECOND +
	       count % writer->rate_mhz * NS_PER_SECOND / writer->rate_mhz;
}

/* Drops frames that are too late. */
static void drop_late(struct writer *writer, uint64_t now_ns)
{
	uint64_t due_ns = slot_time(writer, writer->slot);
	uint64_t late;

	if (now_ns < due_ns + LATEST_NS)
		return;
	late = (now_ns - due_ns) / NS_PER_MS * writer->rate_mhz / 1000000;
	writer->dropped += late;
	writer->slot += late;
}

static bool beyond_length(const struct store *store, uint64_t time_ns)
{
	return store->length_ns && time_ns >= store->begin_ns + store->length_ns;
}

/* There is a picture that this writer has not written yet, and it can be copied now. */
static bool has_news(const struct writer *writer)
{
	const struct store *store = writer->store;

	return store->picture.serial != writer->copy.serial && !store->unsettled;
}

/* There is nothing to write now; there may be later, unless the store has ended. */
static enum step wait_or_end(const struct store *store)
{
	return store->end_ns == UINT64_MAX ? STEP_WAIT : STEP_END;
}

static enum step step_constant(struct writer *writer, uint64_t *until_ns)
{
	struct store *store = writer->store;
	uint64_t now_ns = clock_ns();

	if (!store->begin_ns)
		return wait_or_end(store);
	if (!writer->rate_mhz)
		writer->rate_mhz = store->refresh_mhz;
	if (store->end_ns == UINT64_MAX)
		drop_late(writer, now_ns);
	*until_ns = slot_time(writer, writer->slot);
	if (*until_ns >= store->end_ns)
		return STEP_END;
	if (beyond_length(store, *until_ns)) {
		*until_ns = UINT64_MAX;
		return STEP_WAIT;
	}
	if (*until_ns > now_ns)
		return STEP_WAIT;
	if (writer->copy.serial || has_news(writer))
		return STEP_WRITE;
	*until_ns = UINT64_MAX;
	return wait_or_end(store);
}

static enum step step_every(const struct writer *writer)
{
	const struct store *store = writer->store;

	if (store->begin_ns && has_news(writer))
		return STEP_WRITE;
	return wait_or_end(store);
}

static enum step step_on_demand(const struct writer *writer)
{
	const struct store *store = writer->store;
	bool ending = store->end_ns != UINT64_MAX;

	if (has_news(writer) && (writer->demands || ending))
		return STEP_WRITE;
	if (writer->copy.serial && writer->demands && !store->unsettled)
		return STEP_WRITE;
	return wait_or_end(store);
}

static enum step next_step(struct writer *writer, uint64_t *until_ns)
{
	*until_ns = UINT64_MAX;
	if (writer->error || (writer->limit && writer->written >= writer->limit))
		return STEP_END;
	switch (writer->pace) {
	case WRITER_CONSTANT_RATE:
		return step_constant(writer, until_ns);
	case WRITER_EVERY_PICTURE:
		return step_every(writer);
	case WRITER_ON_DEMAND:
		return step_on_demand(writer);
	}
	return STEP_END;
}

static void wait_change(struct store *store, uint64_t until_ns)
{
	struct timespec ts = {
		.tv_sec = (time_t)(until_ns / NS_PER_SECOND),
		.tv_nsec = (long)(until_ns % NS_PER_SECOND),
	};

	if (until_ns == UINT64_MAX)
		pthread_cond_wait(&store->changed, &store->lock);
	else
		pthread_cond_timedwait(&store->changed, &store->lock, &ts);
}

/* Drops the store's lock while it writes. */
static void write_one(struct writer *writer)
{
	struct store *store = writer->store;
	bool again = !has_news(writer);
	uint64_t demands = writer->demands;
	int ret = 0;

	if (!again)
		ret = mc_picture_copy(&writer->copy, &store->picture);
	pthread_mutex_unlock(&store->lock);
	if (!ret)
		ret = writer->write(writer, &writer->copy);
	pthread_mutex_lock(&store->lock);
	writer->error = ret;
	if (ret)
		return;
	writer->demands -= demands;
	writer->written++;
	writer->repeated += again;
	writer->slot++;
}

static void *run(void *arg)
{
	struct writer *writer = arg;
	struct store *store = writer->store;
	uint64_t until_ns;
	enum step step;

	pthread_mutex_lock(&store->lock);
	while ((step = next_step(writer, &until_ns)) != STEP_END) {
		if (step == STEP_WRITE)
			write_one(writer);
		else
			wait_change(store, until_ns);
	}
	writer->done = true;
	pthread_mutex_unlock(&store->lock);
	if (writer->finished)
		writer->finished(writer->data);
	return NULL;
}

int writer_start(struct writer *writer)
{
	sigset_t before;
	int ret;

	signals_keep_out(&before);
	ret = pthread_create(&writer->thread, NULL, run, writer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	writer->running = !ret;
	return -ret;
}

void writer_demand(struct writer *writer)
{
	pthread_mutex_lock(&writer->store->lock);
	writer->demands++;
	pthread_cond_broadcast(&writer->store->changed);
	pthread_mutex_unlock(&writer->store->lock);
}

bool writer_done(struct writer *writer)
{
	bool done;

	pthread_mutex_lock(&writer->store->lock);
	done = writer->done;
	pthread_mutex_unlock(&writer->store->lock);
	return done;
}

void writer_join(struct writer *writer)
{
	if (!writer->running)
		return;
	pthread_join(writer->thread, NULL);
	writer->running = false;
	mc_picture_free(&writer->copy);
}
