// SPDX-License-Identifier: GPL-2.0
/*
 * States of slots.
 */
#include <kunit/test.h>

#include "../miracast_slot.h"
#include "../miracast_stream.h"

static const char *const names[] = {
	[MIRACAST_SLOT_FREE] = "free",
	[MIRACAST_SLOT_CAPTURING] = "capturing",
	[MIRACAST_SLOT_HELD] = "held",
	[MIRACAST_SLOT_RETURNING] = "returning",
	[MIRACAST_SLOT_PREPARING] = "preparing",
	[MIRACAST_SLOT_FENCED] = "fenced",
};

/**
 * struct transition - One that is permitted
 * @from: the state
 * @to: the next one
 * @wakes: those who wait for the slot are woken
 */
struct transition {
	enum miracast_slot_state from, to;
	bool wakes;
};

static const struct transition transitions[] = {
	/* A capture, which succeeds or fails. */
	{ MIRACAST_SLOT_FREE, MIRACAST_SLOT_CAPTURING, false },
	{ MIRACAST_SLOT_CAPTURING, MIRACAST_SLOT_FREE, false },
	{ MIRACAST_SLOT_CAPTURING, MIRACAST_SLOT_HELD, false },
	/* RELEASE_CHUNK, alone, with CPU access to begin, with a fence; STOP. */
	{ MIRACAST_SLOT_HELD, MIRACAST_SLOT_FREE, false },
	{ MIRACAST_SLOT_HELD, MIRACAST_SLOT_RETURNING, false },
	{ MIRACAST_SLOT_HELD, MIRACAST_SLOT_FENCED, false },
	{ MIRACAST_SLOT_RETURNING, MIRACAST_SLOT_FREE, true },
	{ MIRACAST_SLOT_RETURNING, MIRACAST_SLOT_HELD, true },
	{ MIRACAST_SLOT_FENCED, MIRACAST_SLOT_FREE, false },
	/* CPU access begins, or a device is found that is not done. */
	{ MIRACAST_SLOT_FREE, MIRACAST_SLOT_PREPARING, false },
	{ MIRACAST_SLOT_PREPARING, MIRACAST_SLOT_FREE, true },
	{ MIRACAST_SLOT_PREPARING, MIRACAST_SLOT_FENCED, true },
};

static const struct transition *find(unsigned int from, unsigned int to)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(transitions); i++)
		if (transitions[i].from == from && transitions[i].to == to)
			return &transitions[i];

	return NULL;
}

static void slot_transitions_are_those(struct kunit *test)
{
	unsigned int from, to;

	for (from = 0; from < ARRAY_SIZE(names); from++)
		for (to = 0; to < ARRAY_SIZE(names); to++)
			KUNIT_EXPECT_EQ_MSG(test, miracast_slot_may_become(from, to),
					    !!find(from, to), "%s to %s",
					    names[from], names[to]);
}

/**
 * struct sleeper - Somebody who waits in the stream's queue
 * @entry: the entry there
 * @woken: how often it was woken
 */
struct sleeper {
	struct wait_queue_entry entry;
	unsigned int woken;
};

static int count_wake(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	container_of(entry, struct sleeper, entry)->woken++;

	return 0;
}

static void slot_that_is_not_in_use_wakes(struct kunit *test)
{
	struct miracast_stream *stream = kunit_kzalloc(test, sizeof(*stream), GFP_KERNEL);
	struct sleeper sleeper = {};
	unsigned long flags;
	spinlock_t lock;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, stream);
	spin_lock_init(&lock);
	stream->lock = &lock;
	init_waitqueue_head(&stream->wait);
	init_waitqueue_func_entry(&sleeper.entry, count_wake);
	add_wait_queue(&stream->wait, &sleeper.entry);
	for (i = 0; i < ARRAY_SIZE(transitions); i++) {
		const struct transition *t = &transitions[i];
		struct miracast_slot *slot = &stream->slots[0];

		sleeper.woken = 0;
		spin_lock_irqsave(&lock, flags);
		slot->state = t->from;
		miracast_slot_set(stream, slot, t->to);
		spin_unlock_irqrestore(&lock, flags);
		KUNIT_EXPECT_EQ(test, slot->state, t->to);
		KUNIT_EXPECT_EQ_MSG(test, sleeper.woken, t->wakes, "%s to %s",
				    names[t->from], names[t->to]);
	}
	remove_wait_queue(&stream->wait, &sleeper.entry);
}

static struct kunit_case slot_cases[] = {
	KUNIT_CASE(slot_transitions_are_those),
	KUNIT_CASE(slot_that_is_not_in_use_wakes),
	{}
};

static struct kunit_suite slot_suite = {
	.name = "miracast_slot",
	.test_cases = slot_cases,
};

kunit_test_suite(slot_suite);
