// SPDX-License-Identifier: MIT
/* A screen at rest: what it is still sent, and that there is an end to it. */
#include "harness.h"
#include "media/rest.h"

#define BEGIN	1000000000LL

/* All that comes by itself, from BEGIN on: how many pictures, and when the last. */
static unsigned int run(struct rest *rest, unsigned int *idrs, int64_t *last)
{
	unsigned int pictures = 0;
	int64_t at;

	*idrs = 0;
	*last = BEGIN;
	while ((at = rest_deadline(rest)) != REST_NEVER && pictures < 100) {
		*last = at;
		pictures++;
		*idrs += rest_time(rest, at) == REST_IDR;
		rest_came(rest);
	}
	return pictures;
}

static void test_asks(void)
{
	struct rest rest = { 0 };
	unsigned int idrs;
	int64_t last;

	check(rest_deadline(&rest) == REST_NEVER && rest_time(&rest, BEGIN) == REST_NOTHING,
	      "before the first picture nothing is owed");
	rest_changed(&rest, false, BEGIN);
	check(rest_time(&rest, BEGIN + REST_SPACE - 1) == REST_NOTHING,
	      "nor while it may be moving");
	check(run(&rest, &idrs, &last) == REST_PICTURES && !idrs && last < BEGIN + 1000000,
	      "a sink that can ask gets pictures for less than a second, no IDR picture");
	check(rest_deadline(&rest) == REST_NEVER &&
	      rest_time(&rest, BEGIN + 3600000000LL) == REST_NOTHING, "and then no more");
}

static void test_cannot_ask(void)
{
	struct rest rest = { 0 };
	unsigned int idrs;
	int64_t last;

	rest_changed(&rest, true, BEGIN);
	check(run(&rest, &idrs, &last) == 2 * REST_PICTURES + 1 && idrs == 1 &&
	      last < BEGIN + 2000000, "one that cannot ask gets an IDR picture and as many again");
	check(rest_deadline(&rest) == REST_NEVER, "and then no more");
	rest_changed(&rest, true, BEGIN);
	rest_renewed(&rest, BEGIN);
	check(run(&rest, &idrs, &last) == REST_PICTURES && !idrs,
	      "one that has just come for another reason is enough");
}

static void test_moving(void)
{
	struct rest rest = { 0 };
	unsigned int idrs, i;
	int64_t last;

	for (i = 0; i < 100; i++) {
		rest_changed(&rest, true, BEGIN - (100 - i) * (REST_SPACE / 3));
		if (rest_time(&rest, BEGIN - (99 - i) * (REST_SPACE / 3)) != REST_NOTHING)
			break;
	}
	check(i == 100, "a screen that moves is owed nothing");
	rest_changed(&rest, true, BEGIN);
	rest_time(&rest, BEGIN + REST_SPACE);
	rest_changed(&rest, true, BEGIN);
	check(run(&rest, &idrs, &last) == 2 * REST_PICTURES + 1, "a new change begins anew");
	rest_changed(&rest, false, BEGIN);
	check(rest_time(&rest, BEGIN + 50 * REST_SPACE) == REST_PICTURE &&
	      rest_time(&rest, BEGIN + 50 * REST_SPACE) == REST_NOTHING,
	      "what is late is not made up for at once");
}

/* Encoders that are slower than we ask get as many pictures, over a longer time. */
static void test_slow(void)
{
	struct rest rest = { 0 };
	unsigned int pictures = 0, idrs, i;
	int64_t at, last;

	rest_changed(&rest, false, BEGIN);
	for (i = 0; i < 200 && (at = rest_deadline(&rest)) != REST_NEVER; i++) {
		pictures += rest_time(&rest, at) == REST_PICTURE;
		if (i % 4 == 3)
			rest_came(&rest);
	}
	check(pictures == REST_PICTURES && i > 3 * REST_PICTURES && i < 200,
	      "a picture is asked for when the one before has come");
	rest_changed(&rest, true, BEGIN);
	for (i = 0, last = BEGIN; i < 1000 && (at = rest_deadline(&rest)) != REST_NEVER; i++) {
		rest_time(&rest, at);
		last = at;
	}
	check(i < 1000 && last > BEGIN + REST_PATIENCE, "one that never comes ends nothing");
	rest_changed(&rest, true, BEGIN);
	check(run(&rest, &idrs, &last) == 2 * REST_PICTURES + 1, "nor is it waited for later");
}

int main(void)
{
	test_asks();
	test_cannot_ask();
	test_moving();
	test_slow();
	return check_result();
}
