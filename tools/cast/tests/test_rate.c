// SPDX-License-Identifier: MIT
/* The bit rate: where it begins, what lowers it, and how it comes back. */
#include "harness.h"
#include "media/rate.h"

#define SECOND	1000000LL
#define BEGIN	(100 * SECOND)

static struct rate begun(uint32_t kbps, uint32_t most)
{
	struct rate rate;

	rate_init(&rate, kbps, most, BEGIN);
	return rate;
}

static void test_start(void)
{
	check(rate_start(1920, 1080, 30, 50000) == 8185, "1080p30 begins at 8 Mbit/s");
	check(rate_start(1280, 720, 60, 5000) == 5000, "and nothing above the level");
	check(rate_start(64, 48, 1, 14000) == 500, "and nothing below half a Mbit/s");
	check(begun(9000, 300).kbps == 300 && begun(9000, 300).least == 300,
	      "a limit below that is kept, too");
	check(begun(300, 450).kbps == 300 && begun(300, 450).least == 300,
	      "and so is a wish below that");
}

static void test_loss(void)
{
	struct rate rate = begun(10000, 10000);

	check(!rate_lost(&rate, 0.01, BEGIN + SECOND) && rate.kbps == 10000,
	      "one packet in a hundred is no reason");
	check(rate_lost(&rate, 0.05, BEGIN + SECOND) && rate.kbps == 8000, "one in twenty is");
	check(!rate_lost(&rate, 0.05, BEGIN + SECOND + SECOND / 4) && rate.kbps == 8000,
	      "not twice for the same loss");
	check(rate_lost(&rate, 0.5, BEGIN + 2 * SECOND) && rate.kbps == 4800,
	      "half is a better one");
	for (int i = 3; i < 60; i++)
		rate_lost(&rate, 1, BEGIN + i * SECOND);
	check(rate.kbps == 500, "there is an end to it");
	check(!rate_lost(&rate, 1, BEGIN + 61 * SECOND), "which is no change any more");
}

static void test_pressure(void)
{
	struct rate rate = begun(10000, 10000);

	check(rate_pressed(&rate, 0, BEGIN + SECOND) && rate.kbps == 9000, "a full socket");
	check(rate_pressed(&rate, 3, BEGIN + 2 * SECOND) && rate.kbps == 6300, "and what it drops");
}

static void test_idr(void)
{
	struct rate rate = begun(10000, 10000);

	check(!rate_idr(&rate, BEGIN + SECOND), "one request may be the beginning");
	check(rate_idr(&rate, BEGIN + 2 * SECOND) && rate.kbps == 8500, "two are loss");
	check(!rate_idr(&rate, BEGIN + 30 * SECOND), "long after there is one again");
}

static void test_recovery(void)
{
	struct rate rate = begun(10000, 10000);
	int64_t at;
	int steps;

	check(rate_deadline(&rate) == RATE_NEVER, "at the top nothing is waited for");
	rate_lost(&rate, 0.5, BEGIN + SECOND);
	check(rate_deadline(&rate) == BEGIN + 5 * SECOND, "four quiet seconds are");
	check(!rate_time(&rate, BEGIN + 4 * SECOND) && rate.kbps == 6000, "and not fewer");
	for (steps = 0; (at = rate_deadline(&rate)) != RATE_NEVER && steps < 100; steps++)
		rate_time(&rate, at);
	check(rate.kbps == 10000 && steps == 8, "then it rises in steps of a twentieth");
	rate_lost(&rate, 0.5, BEGIN + 100 * SECOND);
	rate_time(&rate, BEGIN + 104 * SECOND);
	rate_lost(&rate, 0.05, BEGIN + 105 * SECOND);
	check(rate_deadline(&rate) == BEGIN + 109 * SECOND, "a new loss makes it wait again");
	rate_rested(&rate, BEGIN + 300 * SECOND);
	check(rate_deadline(&rate) == BEGIN + 302 * SECOND, "and so does a time without pictures");
}

int main(void)
{
	test_start();
	test_loss();
	test_pressure();
	test_idr();
	test_recovery();
	return check_result();
}
