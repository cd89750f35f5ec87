// SPDX-License-Identifier: MIT
/* Pictures that are encoded once more: after a change, not for ever, and not at rest. */
#include "harness.h"
#include "media/refine.h"

#define SECOND	1000000LL
#define BEGIN	(100 * SECOND)
#define LARGE	10000
#define SMALL	100

/* Pictures that are asked for until it is over, each answered at once by this many bytes. */
static unsigned int asked_for(struct refine *refine, int64_t *now, uint64_t bytes,
			      unsigned int idr_every)
{
	unsigned int count = 0;

	while (refine_deadline(refine) != REFINE_NEVER && count < 1000) {
		*now = refine_deadline(refine);
		if (!refine_time(refine, *now))
			continue;
		count++;
		refine_unit(refine, bytes, idr_every && !(count % idr_every), *now);
	}
	return count;
}

static struct refine changed(int64_t now)
{
	struct refine refine;

	refine_init(&refine, 30);
	refine_unit(&refine, LARGE, false, now);
	return refine;
}

static void test_change(void)
{
	int64_t now = BEGIN;
	struct refine refine;

	refine_init(&refine, 30);
	check(refine_deadline(&refine) == REFINE_NEVER,
	      "before the first picture there is nothing");
	refine = changed(now);
	check(!refine_time(&refine, now + SECOND / 30), "pictures at their rate need none");
	check(asked_for(&refine, &now, LARGE, 0) == REFINE_MOST,
	      "a change is refined, and not for ever");
	check(now <= BEGIN + 2 * SECOND, "which takes two seconds at most");
	refine_unit(&refine, LARGE, false, now);
	check(asked_for(&refine, &now, LARGE, 0) == REFINE_MOST, "so is the next one");
}

static void test_rest(void)
{
	struct refine refine = changed(BEGIN);
	int64_t now = BEGIN;

	check(asked_for(&refine, &now, SMALL, 0) == 3, "when nothing gets better, it ends");
	refine_unit(&refine, SMALL, false, now + SECOND);
	check(refine_deadline(&refine) == REFINE_NEVER,
	      "a picture that only says that all is as it was is no change");
}

static void test_idr(void)
{
	struct refine refine = changed(BEGIN);
	int64_t now = BEGIN;

	check(asked_for(&refine, &now, LARGE, 15) == 15 + REFINE_MOST,
	      "an IDR picture, which is coarse, is refined as well");
	refine = changed(now);
	check(asked_for(&refine, &now, LARGE, 5) == 5 + REFINE_MOST, "but only one of many");
}

static void test_slow(void)
{
	struct refine refine = changed(BEGIN);
	int64_t now = refine_deadline(&refine);
	unsigned int count = 0;
	bool asked = false;

	check(refine_time(&refine, now), "one is asked for");
	for (; refine_deadline(&refine) != REFINE_NEVER && count < 1000; count++) {
		now = refine_deadline(&refine);
		asked = refine_time(&refine, now) || asked;
	}
	check(!asked, "while it is waited for, no other is");
	check(count > 10 && count < 100, "and not for ever");
	refine_unit(&refine, LARGE, false, now + SECOND);
	check(refine_deadline(&refine) != REFINE_NEVER, "it can come later");
}

int main(void)
{
	test_change();
	test_rest();
	test_idr();
	test_slow();
	return check_result();
}
