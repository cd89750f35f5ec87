// SPDX-License-Identifier: MIT
/*
 * The machine of RTSP: how often pictures start for a sink that says PLAY and PAUSE again
 * and again, and what it says of its monitor is reported. Each start may open an encoder, and
 * each event is a line for whoever reads them.
 */
#include "bench.h"

static void test_repeated(void)
{
	struct bench b;
	int i;

	bench_playing(&b);
	bench_wait(&b, 1000);
	for (i = 0; i < 5; i++)
		bench_ask(&b, "PLAY", "", "");
	check(bench_gives(b.sent, "200 200 200 200 200") && bench_gives(b.events, "idr"),
	      "M7 while playing is a request for one IDR picture");
	bench_wait(&b, 1000);
	check(bench_gives(b.events, "idr"), "or two, when there were several");
	bench_end(&b);
}

static unsigned int count(const GString *events, const char *word)
{
	unsigned int found = 0;
	const char *at;

	for (at = events->str; (at = strstr(at, word)); at++)
		found++;
	return found;
}

static void test_in_turn(void)
{
	unsigned int i, plays;
	struct bench b;

	bench_playing(&b);
	for (i = 0; i < 100; i++) {
		bench_ask(&b, "PAUSE", "", "");
		bench_wait(&b, 10);
		bench_ask(&b, "PLAY", "", "");
		bench_wait(&b, 10);
	}
	plays = count(b.events, "play");
	check(plays >= 3 && plays <= 5 && count(b.events, "pause") <= plays + 1,
	      "M9 and M7 in turn for two seconds start pictures at most five times");
	bench_end(&b);
}

static void test_start_waits(void)
{
	struct bench b;

	bench_playing(&b);
	bench_ask(&b, "PAUSE", "", "");
	bench_ask(&b, "PLAY", "", "");
	check(bench_gives(b.events, "pause"), "a stop is at once, a start after it waits");
	bench_wait(&b, 500);
	check(bench_gives(b.events, "play"), "until half a second after the last");
	bench_ask(&b, "PAUSE", "", "");
	bench_ask(&b, "PLAY", "", "");
	bench_ask(&b, "PAUSE", "", "");
	bench_wait(&b, 1000);
	check(bench_gives(b.events, "pause"), "and does not come when the sink pauses again");
	bench_ask(&b, "PLAY", "", "");
	check(bench_gives(b.events, "play"), "later, a start is at once, too");
	bench_ask(&b, "PAUSE", "", "");
	bench_ask(&b, "PLAY", "", "");
	rtsp_machine_pause(b.machine, b.now);
	bench_wait(&b, 1000);
	check(bench_gives(b.events, "pause"), "nor does one come when the monitor is off");
	bench_end(&b);
}

static void report(struct bench *b, bool connected)
{
	bench_ask(b, "SET_PARAMETER", "",
		  connected ? "wfd_connector_type: 05\r\n" : "wfd_connector_type: none\r\n");
}

static void test_connector(void)
{
	unsigned int i, events;
	struct bench b;

	bench_playing(&b);
	report(&b, false);
	check(bench_gives(b.events, "connector") && !b.connected, "a first change is at once");
	report(&b, true);
	check(bench_gives(b.events, ""), "the next one waits");
	bench_wait(&b, 500);
	check(bench_gives(b.events, "connector") && b.connected, "until half a second after it");
	report(&b, false);
	report(&b, true);
	bench_wait(&b, 2000);
	check(bench_gives(b.events, ""), "one that is taken back meanwhile is none");
	report(&b, true);
	bench_wait(&b, 2000);
	check(bench_gives(b.events, ""), "nor is what is said twice");
	for (i = 0; i < 201; i++) {
		report(&b, i % 2);
		bench_wait(&b, 10);
	}
	bench_wait(&b, 1000);
	events = count(b.events, "connector");
	check(events >= 3 && events <= 6 && !b.connected,
	      "two hundred in two seconds are at most six, and the last counts");
	g_string_truncate(b.events, 0);
	report(&b, true);
	report(&b, false);
	rtsp_machine_end(b.machine, FAULT_LOST, "");
	check(rtsp_machine_deadline(b.machine) == RTSP_NEVER, "none comes after the end");
	bench_end(&b);
}

int main(void)
{
	test_repeated();
	test_in_turn();
	test_start_waits();
	test_connector();
	return check_result();
}
